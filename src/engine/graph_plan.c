// SPDX-License-Identifier: GPL-3.0-or-later
// Plans -> graph: the quantities that are needed, in an order in which each finds what it reads.
//
// Quantities that need each other (through [t-1]) form strongly connected sets (Tarjan 1972). Inside a set a reference
// to an earlier period becomes a STATE node. Equal sets of different scenarios shall be one: the set is first built
// with STATE nodes of a common pattern; if the same pattern was seen before, its group is taken, else it is built again
// with STATE nodes of its own.
#include <stdlib.h>
#include <string.h>

#include "engine/graph.h"

tf_graph *tf_graph_new(tf_context *cx, tf_arena *arena) {
  tf_graph *graph = TF_NEW(arena, tf_graph);
  graph->cx = cx;
  graph->arena = arena;
  graph->data = tf_map_new(arena);
  graph->dist_keys = tf_map_new(arena);
  graph->group_keys = tf_map_new(arena);
  tf_graph_group none = {0};
  tf_vec_push(arena, &graph->groups, none);
  return graph;
}

bool tf_graph_uncertain(const tf_graph *graph) {
  return graph->uncertain;
}

// --- which quantities, in which order

typedef TF_VEC(uint32_t) id_list;

typedef struct quantity_uses {
  bool known;
  id_list same, other; // read in the same period; in other periods
} quantity_uses;

typedef struct ordering {
  tf_builder *b;
  quantity_uses *uses;
  uint32_t *number, *low; // Tarjan; number 0: not visited
  bool *on_stack;
  id_list stack;
  uint32_t next;
  uint32_t *member; // of the set that is built: position + 1
} ordering;

typedef struct use_search {
  ordering *o;
  quantity_uses *uses;
  double step;
} use_search;

static void add_id(tf_arena *arena, id_list *list, uint32_t id) {
  for (size_t i = list->count; i-- > 0 && i + 16 > list->count;) { // the list may hold an id twice: only slower
    if (list->at[i] == id) {
      return;
    }
  }
  tf_vec_push(arena, list, id);
}

static void find_uses(void *user, const tf_term *term) {
  use_search *search = user;
  tf_arena *arena = search->o->b->graph->arena;
  if (term->op == TF_TERM_CONSTANT) {
    return;
  }
  bool back = term->op == TF_TERM_SHIFT && tf_term_looks_back(term, search->step);
  if (term->op == TF_TERM_QUANTITY || term->op == TF_TERM_LOOKUP) {
    add_id(arena, &search->uses->same, term->quantity);
  }
  if (term->op == TF_TERM_LAG || back) {
    uint32_t quantity = back ? term->args[0]->quantity : term->quantity;
    add_id(arena, term->op == TF_TERM_LAG && term->lag == 0 ? &search->uses->same : &search->uses->other, quantity);
  }
  for (size_t i = back ? 1 : 0; i < term->count; i++) {
    find_uses(user, term->args[i]);
  }
}

static quantity_uses *uses_of(ordering *o, uint32_t quantity) {
  quantity_uses *uses = &o->uses[quantity];
  if (!uses->known) {
    uses->known = true;
    use_search search = {o, uses, tf_axis_step(&o->b->axis)};
    tf_graph_plan_terms(o->b->plan, quantity, find_uses, &search);
  }
  return uses;
}

static uint32_t use_at(const quantity_uses *uses, size_t i) { // TF_NO_ID past the last
  if (i < uses->same.count) {
    return uses->same.at[i];
  }
  i -= uses->same.count;
  return i < uses->other.count ? uses->other.at[i] : TF_NO_ID;
}

static bool build_set(ordering *o, const uint32_t *set, size_t count);

typedef struct frame {
  uint32_t quantity;
  size_t next_use;
} frame;

// Tarjan without recursion; every set is built as soon as it is complete, after all that it reads.
static bool visit(ordering *o, uint32_t root) {
  tf_arena *arena = o->b->graph->arena;
  TF_VEC(frame) frames = {0};
  frame first = {root, 0};
  tf_vec_push(arena, &frames, first);
  while (frames.count > 0) {
    frame *top = &frames.at[frames.count - 1];
    uint32_t q = top->quantity;
    if (o->number[q] == 0) {
      o->number[q] = o->low[q] = ++o->next;
      o->on_stack[q] = true;
      tf_vec_push(arena, &o->stack, q);
    }
    uint32_t use = use_at(uses_of(o, q), top->next_use);
    if (use != TF_NO_ID) {
      if (o->number[use] == 0) {
        frame below = {use, 0};
        tf_vec_push(arena, &frames, below);
        continue;
      }
      if (o->on_stack[use]) {
        o->low[q] = o->low[use] < o->low[q] ? o->low[use] : o->low[q];
      }
      top->next_use++;
      continue;
    }
    frames.count--;
    if (o->low[q] == o->number[q]) {
      size_t from = o->stack.count;
      do {
        from--;
        o->on_stack[o->stack.at[from]] = false;
      } while (o->stack.at[from] != q);
      if (!build_set(o, o->stack.at + from, o->stack.count - from)) {
        return false;
      }
      o->stack.count = from;
    }
  }
  return true;
}

// --- one strongly connected set

static bool in_list(const id_list *list, uint32_t id) {
  for (size_t i = 0; i < list->count; i++) {
    if (list->at[i] == id) {
      return true;
    }
  }
  return false;
}

// Members in an order in which what is read in the same period comes first (depth first; a circle within one period
// is found when it is built).
static void order_members(ordering *o, uint32_t q, bool *done, id_list *order) {
  if (o->member[q] == 0 || done[o->member[q] - 1]) {
    return;
  }
  done[o->member[q] - 1] = true;
  const quantity_uses *uses = uses_of(o, q);
  for (size_t i = 0; i < uses->same.count; i++) {
    order_members(o, uses->same.at[i], done, order);
  }
  tf_vec_push(o->b->graph->arena, order, q);
}

static void make_states(tf_builder *b, const id_list *members, uint32_t group, tf_node_id *states) {
  for (uint32_t i = 0; i < members->count; i++) {
    uint32_t q = members->at[i];
    tf_node made = tf_build_node(b, TF_NODE_STATE);
    made.group = group;
    made.loop = group;
    made.number = i;
    const char *name = tf_cstr(b->graph->arena, b->model->quantities.at[q].name);
    made.subject = name;
    made.data = tf_graph_data(b->graph, name, strlen(name) + 1);
    tf_shape shape = tf_quantity_shape(b->graph, b->model, q);
    made.shape = tf_build_series(b, &shape, -tf_plan_given_history(b->plan, q));
    states[i] = tf_node_intern(b->graph, made);
  }
}

// Does the node only show another one's storage? Then a state cannot live in it.
static bool is_view(unsigned op) {
  return op == TF_TERM_LAG || op == TF_NODE_SLICE || op == TF_NODE_PERIOD || op == TF_NODE_STATE;
}

static bool build_members(tf_builder *b, const id_list *members, const tf_node_id *states, tf_node_id *roots) {
  for (size_t i = 0; i < members->count; i++) {
    b->scenario->nodes[members->at[i]] = TF_NO_NODE;
  }
  for (size_t i = 0; i < members->count; i++) {
    uint32_t q = members->at[i];
    if (!tf_build_quantity(b, q, &roots[i])) {
      return false;
    }
    const tf_node *root = tf_node_at(b->graph, roots[i]), *state = tf_node_at(b->graph, states[i]);
    if (is_view(root->op) || !root->shape.series || root->shape.first != state->shape.first ||
        root->shape.indices != state->shape.indices || root->loop != b->group) {
      tf_node made = tf_build_node(b, TF_NODE_COPY);
      made.at = root->at;
      made.owner = tf_cstr(b->graph->arena, b->model->quantities.at[q].name);
      made.operands = &roots[i];
      made.operand_count = 1;
      made.shape = state->shape;
      made.group = b->group; // its own, even where the value is not
      made.loop = b->group;
      roots[i] = tf_node_intern(b->graph, made);
    }
    b->scenario->nodes[q] = roots[i];
  }
  return true;
}

// Which of the states depend on a draw, and what follows from it for the nodes of the group.
static void settle_flags(tf_graph *graph, const tf_graph_group *group) {
  bool changed = true;
  while (changed) {
    changed = false;
    for (tf_node_id id = group->begin; id < graph->nodes.count; id++) {
      tf_node *node = &graph->nodes.at[id];
      for (uint32_t i = 0; i < node->operand_count; i++) {
        const tf_node *operand = tf_node_at(graph, node->operands[i]);
        node->sampled = node->sampled || operand->sampled;
        node->undefinable = node->undefinable || operand->undefinable;
      }
    }
    for (uint32_t i = 0; i < group->count; i++) {
      tf_node *state = &graph->nodes.at[group->states[i]];
      const tf_node *root = tf_node_at(graph, group->roots[i]);
      changed = changed || state->sampled != root->sampled || state->undefinable != root->undefinable;
      state->sampled = root->sampled;
      state->undefinable = root->undefinable;
    }
  }
}

static bool build_group(ordering *o, const id_list *members) {
  tf_builder *b = o->b;
  tf_graph *graph = b->graph;
  size_t count = members->count;
  tf_node_id *key = TF_ARRAY(graph->arena, tf_node_id, 2 * count);
  b->member = o->member;
  b->states = key;
  b->group = TF_GROUP_PATTERN;
  make_states(b, members, TF_GROUP_PATTERN, key);
  bool ok = build_members(b, members, key, key + count);
  tf_str bytes = {(const char *)key, 2 * count * sizeof *key};
  uint32_t known = ok ? tf_map_get(&graph->group_keys, bytes) : TF_MAP_NONE;
  if (ok && known == TF_MAP_NONE) {
    tf_graph_group group = {.count = (uint32_t)count,
                            .states = TF_ARRAY(graph->arena, tf_node_id, count),
                            .roots = TF_ARRAY(graph->arena, tf_node_id, count),
                            .begin = (tf_node_id)graph->nodes.count};
    known = (uint32_t)graph->groups.count;
    b->states = group.states;
    b->group = known;
    make_states(b, members, known, group.states);
    ok = build_members(b, members, group.states, group.roots);
    (void)tf_map_put(&graph->group_keys, bytes, known);
    tf_vec_push(graph->arena, &graph->groups, group);
    if (ok) {
      settle_flags(graph, &group);
    }
  }
  for (size_t i = 0; i < count && ok; i++) {
    b->scenario->nodes[members->at[i]] = graph->groups.at[known].roots[i];
  }
  b->member = NULL;
  b->states = NULL;
  b->group = 0;
  return ok;
}

static int compare_ids(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static bool build_set(ordering *o, const uint32_t *set, size_t count) {
  tf_builder *b = o->b;
  const quantity_uses *uses = uses_of(o, set[0]);
  if (count == 1 && !in_list(&uses->other, set[0])) {
    return tf_build_quantity(b, set[0], &b->scenario->nodes[set[0]]);
  }
  // Members by id first, so that the order does not depend on which quantity was asked for.
  tf_arena *arena = b->graph->arena;
  uint32_t *sorted = TF_ARRAY(arena, uint32_t, count);
  memcpy(sorted, set, count * sizeof *set);
  qsort(sorted, count, sizeof *sorted, compare_ids);
  bool *done = TF_ARRAY(arena, bool, count);
  id_list order = {0};
  for (uint32_t i = 0; i < count; i++) {
    o->member[sorted[i]] = i + 1;
  }
  for (uint32_t i = 0; i < count; i++) {
    order_members(o, sorted[i], done, &order);
  }
  for (uint32_t i = 0; i < order.count; i++) {
    o->member[order.at[i]] = i + 1;
  }
  bool ok = build_group(o, &order);
  for (uint32_t i = 0; i < count; i++) {
    o->member[sorted[i]] = 0;
  }
  return ok;
}

// --- a plan

static bool add_quantity(ordering *o, tf_graph_scenario *scenario, uint32_t quantity) {
  if (o->number[quantity] == 0 && !visit(o, quantity)) {
    return false;
  }
  tf_graph_request request = {quantity, TF_NO_ID, scenario->nodes[quantity]};
  tf_vec_push(o->b->graph->arena, &scenario->requests, request);
  return true;
}

static bool add_check(ordering *o, tf_graph_scenario *scenario, uint32_t number) {
  const tf_check *check = &o->b->model->checks.at[number];
  quantity_uses uses = {0};
  use_search search = {o, &uses, tf_axis_step(&o->b->axis)};
  find_uses(&search, check->condition);
  for (size_t i = 0; use_at(&uses, i) != TF_NO_ID; i++) {
    uint32_t q = use_at(&uses, i);
    if (o->number[q] == 0 && !visit(o, q)) {
      return false;
    }
  }
  tf_graph_request request = {TF_NO_ID, number, TF_NO_NODE};
  o->b->place.at = check->condition->at;
  o->b->place.owner = "check";
  if (!tf_build_term(o->b, check->condition, &request.node) || !tf_build_reaches(o->b, request.node, 0)) {
    return false;
  }
  tf_vec_push(o->b->graph->arena, &scenario->requests, request);
  return true;
}

static void start_scenario(tf_graph *graph, const tf_plan *plan, tf_axis *axis, tf_graph_scenario *scenario) {
  size_t count = plan->model->quantities.count;
  *axis = plan->axis;
  if (axis->count <= 0) { // one unnamed period
    axis->count = 1;
    axis->months = axis->months > 0 ? axis->months : 12;
  }
  scenario->plan = plan;
  scenario->axis = tf_graph_axis_id(graph, axis);
  scenario->nodes = TF_ARRAY(graph->arena, tf_node_id, count);
  scenario->uniforms = TF_ARRAY(graph->arena, tf_node_id, count);
  for (size_t i = 0; i < count; i++) {
    scenario->nodes[i] = TF_NO_NODE;
    scenario->uniforms[i] = TF_NO_NODE;
    int history = plan->quantities[i].given != NULL ? plan->quantities[i].history : 0;
    scenario->history = history > scenario->history ? history : scenario->history;
  }
}

tf_status tf_graph_add_plan(tf_context *cx, tf_graph *graph, const tf_plan *plan, const uint32_t *quantities,
                            size_t count, bool checks, uint32_t *number) {
  tf_arena *arena = graph->arena;
  size_t total = plan->model->quantities.count;
  tf_graph_scenario scenario = {0};
  tf_builder b = {.cx = cx, .graph = graph, .scenario = &scenario, .plan = plan, .model = plan->model};
  b.quantity = TF_NO_ID;
  start_scenario(graph, plan, &b.axis, &scenario);
  ordering o = {.b = &b,
                .uses = TF_ARRAY(arena, quantity_uses, total),
                .number = TF_ARRAY(arena, uint32_t, total),
                .low = TF_ARRAY(arena, uint32_t, total),
                .member = TF_ARRAY(arena, uint32_t, total),
                .on_stack = TF_ARRAY(arena, bool, total)};
  size_t nodes = 0; // at most, beside what periods and elements of their own add
  for (size_t q = 0; q < total; q++) {
    const tf_term *value = plan->quantities[q].used ? tf_plan_value(plan, (uint32_t)q) : NULL;
    nodes += value != NULL ? value->nodes : 0;
  }
  tf_graph_reserve(graph, nodes);
  bool ok = tf_build_correlations(&b);
  for (size_t i = 0; i < count && ok; i++) {
    ok = add_quantity(&o, &scenario, quantities[i]);
  }
  for (uint32_t i = 0; checks && i < plan->model->checks.count && ok; i++) {
    ok = add_check(&o, &scenario, i);
  }
  if (!ok) {
    return cx->diags.errors > 0 ? TF_INVALID : TF_NUMERIC; // what another plan said at this place is not told twice
  }
  for (size_t i = 0; i < scenario.requests.count; i++) {
    graph->uncertain = graph->uncertain || tf_node_at(graph, scenario.requests.at[i].node)->sampled;
  }
  *number = (uint32_t)graph->scenarios.count;
  tf_vec_push(arena, &graph->scenarios, scenario);
  return TF_OK;
}

tf_status tf_graph_add(tf_context *cx, tf_graph *graph, const tf_plan *plan, const uint32_t *quantities, size_t count,
                       uint32_t *scenario) {
  return tf_graph_add_plan(cx, graph, plan, quantities, count, true, scenario);
}
