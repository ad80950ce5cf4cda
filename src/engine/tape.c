// SPDX-License-Identifier: GPL-3.0-or-later
// Graph -> tape: which nodes live, in which order, where their values lie.
#include <stdlib.h>
#include <string.h>

#include "engine/tape.h"

bool tf_node_is_view(const tf_graph *graph, tf_node_id id) {
  const tf_node *node = tf_node_at(graph, id);
  switch (node->op) {
  case TF_NODE_SLICE:
  case TF_NODE_PERIOD:
  case TF_NODE_STATE:
    return true;
  case TF_TERM_LAG: // with `else` or held at the end it computes
    return node->operand_count == 1 && node->extra < 0 && tf_node_at(graph, node->operands[0])->shape.series;
  default:
    return false;
  }
}

tf_view tf_tape_view(const tf_tape *tape, tf_arena *arena, tf_node_id id, const tf_shape *reader) {
  const tf_graph *graph = tape->graph;
  const tf_node *node = tf_node_at(graph, id);
  tf_view view = {.elements = tf_shape_map(graph, arena, reader, &node->shape, 0)};
  while (tf_node_is_view(graph, id)) {
    if (node->op == TF_TERM_LAG) {
      view.shift += node->extra;
    } else if (node->op == TF_NODE_PERIOD) {
      view.fixed = true;
      view.shift = (int)node->number;
    } else if (node->op == TF_NODE_SLICE) {
      const uint32_t *elements = node->data;
      uint32_t *map = TF_ARRAY(arena, uint32_t, reader->elements);
      for (uint32_t e = 0; e < reader->elements; e++) {
        map[e] = elements[view.elements != NULL ? view.elements[e] : e];
      }
      view.elements = map;
    }
    id = node->op == TF_NODE_STATE ? tf_state_root(graph, node) : node->operands[0];
    node = tf_node_at(graph, id);
  }
  view.storage = tape->storage_of[id];
  return view;
}

// --- what is needed

static void mark_live(tf_tape *tape, tf_arena *arena) {
  const tf_graph *graph = tape->graph;
  TF_VEC(tf_node_id) waiting = {0};
  for (size_t s = 0; s < graph->scenarios.count; s++) {
    for (size_t i = 0; i < graph->scenarios.at[s].requests.count; i++) {
      tf_vec_push(arena, &waiting, graph->scenarios.at[s].requests.at[i].node);
    }
    // To explain a number, what was folded into it on the way must have its value too.
    size_t named = tape->keep ? graph->scenarios.at[s].plan->model->quantities.count : 0;
    for (size_t q = 0; q < named; q++) {
      if (graph->scenarios.at[s].nodes[q] != TF_NO_NODE) {
        tf_vec_push(arena, &waiting, graph->scenarios.at[s].nodes[q]);
      }
    }
  }
  while (waiting.count > 0) {
    tf_node_id id = waiting.at[--waiting.count];
    if (tape->live[id]) {
      continue;
    }
    tape->live[id] = true;
    const tf_node *node = tf_node_at(graph, id);
    for (uint32_t i = 0; i < node->operand_count; i++) {
      tf_vec_push(arena, &waiting, node->operands[i]);
    }
    if (node->op == TF_NODE_STATE) { // the whole group runs together
      const tf_graph_group *group = &graph->groups.at[node->group];
      for (uint32_t i = 0; i < group->count; i++) {
        tf_vec_push(arena, &waiting, group->roots[i]);
      }
    }
  }
}

// Live nodes that belong to the loop of their group: they depend on its states and its roots depend on them.
static uint32_t *find_bodies(const tf_tape *tape, tf_arena *arena) {
  const tf_graph *graph = tape->graph;
  uint32_t *body = TF_ARRAY(arena, uint32_t, graph->nodes.count + 1); // group, 0: none
  TF_VEC(tf_node_id) waiting = {0};
  for (uint32_t g = 1; g < graph->groups.count; g++) {
    const tf_graph_group *group = &graph->groups.at[g];
    for (uint32_t i = 0; i < group->count; i++) {
      if (tape->live[group->roots[i]]) {
        tf_vec_push(arena, &waiting, group->roots[i]);
      }
    }
    while (waiting.count > 0) {
      tf_node_id id = waiting.at[--waiting.count];
      const tf_node *node = tf_node_at(graph, id);
      if (node->loop != g || body[id] == g) {
        continue;
      }
      body[id] = g;
      for (uint32_t i = 0; i < node->operand_count; i++) {
        tf_vec_push(arena, &waiting, node->operands[i]);
      }
    }
  }
  return body;
}

typedef struct placed {
  tf_node_id when, id;
  bool after; // of a loop with the same `when`
} placed;

static int compare_placed(const void *a, const void *b) {
  const placed *x = a, *y = b;
  if (x->when != y->when) {
    return x->when < y->when ? -1 : 1;
  }
  if (x->after != y->after) {
    return x->after ? 1 : -1;
  }
  return (x->id > y->id) - (x->id < y->id);
}

// Nodes in order of their numbers, a loop as a whole where its last node stands.
static placed *order_nodes(const tf_tape *tape, tf_arena *arena, const uint32_t *body, size_t *count) {
  const tf_graph *graph = tape->graph;
  size_t total = graph->nodes.count;
  tf_node_id *last = TF_ARRAY(arena, tf_node_id, graph->groups.count); // of the group's body
  tf_node_id *when = TF_ARRAY(arena, tf_node_id, total + 1);
  placed *order = TF_ARRAY(arena, placed, total + 1);
  for (tf_node_id id = 0; id < total; id++) {
    last[body[id]] = body[id] != 0 ? id : 0;
  }
  *count = 0;
  for (tf_node_id id = 0; id < total; id++) {
    if (!tape->live[id]) {
      continue;
    }
    const tf_node *node = tf_node_at(graph, id);
    when[id] = body[id] != 0 ? last[body[id]] : id;
    for (uint32_t i = 0; i < node->operand_count && body[id] == 0; i++) {
      tf_node_id before = when[node->operands[i]];
      when[id] = before > when[id] ? before : when[id];
    }
    if (body[id] == 0 && node->op == TF_NODE_STATE) {
      when[id] = last[node->group] > id ? last[node->group] : id;
    }
    order[(*count)++] = (placed){when[id], id, body[id] == 0};
  }
  bool sorted = true; // as it is where nothing reads its own past
  for (size_t i = 1; i < *count && sorted; i++) {
    sorted = compare_placed(&order[i - 1], &order[i]) <= 0;
  }
  if (!sorted) {
    qsort(order, *count, sizeof *order, compare_placed);
  }
  return order;
}

// --- instructions

static uint32_t add_storage(tf_tape *tape, tf_arena *arena, const tf_node *node, tf_place place) {
  tf_storage storage = {.place = place,
                        .series = node->shape.series,
                        .history = tf_shape_history(&node->shape),
                        .rows = (uint32_t)tf_shape_rows(&node->shape),
                        .begin = UINT32_MAX,
                        .elements = node->shape.elements};
  tf_vec_push(arena, &tape->storages, storage);
  return (uint32_t)tape->storages.count - 1;
}

// Operand elements that each element of a reduction runs over.
static const uint32_t *reduced_elements(const tf_tape *tape, tf_arena *arena, const tf_node *node,
                                        const tf_shape *operand, uint32_t *size) {
  const tf_graph *graph = tape->graph;
  uint32_t count = graph->indices.at[node->index].count;
  *size = count;
  uint32_t *groups = TF_ARRAY(arena, uint32_t, (size_t)count * node->shape.elements + 1);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t *map = tf_shape_map(graph, arena, &node->shape, operand, i);
    for (uint32_t e = 0; e < node->shape.elements; e++) {
      groups[(size_t)e * count + i] = map != NULL ? map[e] : e;
    }
  }
  return groups;
}

// The shape without an index; not interned, for maps only.
static tf_shape shape_less(const tf_graph *graph, tf_arena *arena, const tf_shape *shape, uint32_t index) {
  tf_shape rest = *shape;
  uint32_t *indices = TF_ARRAY(arena, uint32_t, shape->index_count + 1);
  rest.index_count = 0;
  for (uint32_t i = 0; i < shape->index_count; i++) {
    if (shape->indices[i] != index) {
      indices[rest.index_count++] = shape->indices[i];
    }
  }
  rest.indices = indices;
  uint32_t count = graph->indices.at[index].count;
  rest.elements = count > 0 ? shape->elements / count : 0;
  return rest;
}

static bool is_reduction(unsigned op) {
  return (op >= TF_TERM_SUM && op <= TF_TERM_ARGMAX) || op == TF_NODE_LOCATE || op == TF_TERM_PICK;
}

// Views of reduced operands are by the operand's own elements.
static bool own_elements(const tf_node *node, uint32_t operand) {
  if (node->op == TF_NODE_PATCH || node->op == TF_NODE_CORRELATE || node->op == TF_NODE_WALK) {
    return false;
  }
  return is_reduction(node->op) && operand == (node->op == TF_NODE_LOCATE ? 1u : 0u);
}

// `a, then b`: where b has no other reader it is computed straight into the rows of the whole.
static bool lives_in_then(const tf_tape *tape, tf_node_id then_id, const uint32_t *readers, const uint32_t *body) {
  const tf_graph *graph = tape->graph;
  const tf_node *then = tf_node_at(graph, then_id);
  if (tape->keep || then->op != TF_TERM_THEN) {
    return false;
  }
  tf_node_id id = then->operands[1];
  const tf_node *node = tf_node_at(graph, id);
  return then->operands[0] != id && readers[id] == 1 && !tf_node_is_view(graph, id) && node->shape.series &&
         node->shape.first >= 0 && then->shape.first == 0 && node->shape.indices == then->shape.indices &&
         node->sampled == then->sampled && body[id] == body[then_id] && node->op < TF_TERM_CUMULATIVE &&
         node->op != TF_TERM_THEN;
}

static void emit(tf_tape *tape, tf_arena *arena, tf_node_id id, tf_place place, tf_node_id host) {
  const tf_graph *graph = tape->graph;
  const tf_node *node = tf_node_at(graph, id);
  bool hosting = tape->storage_of[id] != TF_NO_STORAGE; // the later periods of a THEN are already there
  uint32_t storage = hosting ? tape->storage_of[id]
                             : add_storage(tape, arena, host != TF_NO_NODE ? tf_node_at(graph, host) : node, place);
  tape->storage_of[id] = storage;
  if (host != TF_NO_NODE) {
    tape->storage_of[host] = storage;
  }
  tf_instruction made = {.op = node->op,
                         .node = id,
                         .storage = storage,
                         .first = node->shape.series ? node->shape.first : 0,
                         .end = node->shape.series ? node->shape.end : 1,
                         .elements = node->shape.elements,
                         .view_count = node->operand_count};
  made.first = host != TF_NO_NODE && made.first < 1 ? 1 : made.first;
  made.end = hosting ? 1 : made.end;
  tf_program *program = place == TF_PLACE_CONSTANT ? &tape->constants : &tape->main;
  if (is_reduction(node->op)) {
    uint32_t over = node->op == TF_NODE_LOCATE ? 1 : 0;
    made.groups =
        reduced_elements(tape, arena, node, &tf_node_at(graph, node->operands[over])->shape, &made.group_size);
  }
  if (node->op == TF_TERM_ALLOCATE) { // elements of each set, in order of the index
    tf_shape rest = shape_less(graph, arena, &node->shape, node->index);
    tf_node outer = *node;
    outer.shape = rest;
    made.groups = reduced_elements(tape, arena, &outer, &node->shape, &made.group_size);
    made.elements = rest.elements;
  }
  if (node->op == TF_NODE_CORRELATE && node->operand_count > tape->correlate_max) {
    tape->correlate_max = node->operand_count;
  }
  tf_vec_push(arena, &program->list, made);
}

static void fill_views(tf_tape *tape, tf_arena *arena, tf_instruction *made) {
  const tf_graph *graph = tape->graph;
  if (made->node == TF_NO_NODE || made->op >= TF_INSTRUCTION_LOOP) {
    return;
  }
  const tf_node *node = tf_node_at(graph, made->node);
  tf_view *views = TF_ARRAY(arena, tf_view, node->operand_count);
  for (uint32_t i = 0; i < node->operand_count; i++) {
    const tf_shape *operand = &tf_node_at(graph, node->operands[i])->shape;
    views[i] = tf_tape_view(tape, arena, node->operands[i], own_elements(node, i) ? operand : &node->shape);
  }
  made->views = views;
}

// --- outputs

// A value that may be undefined is judged after the block: what it stems from must still be there.
static void hold_sources(tf_tape *tape, tf_arena *arena, tf_tape_output *output) {
  const tf_graph *graph = tape->graph;
  bool *seen = TF_ARRAY(arena, bool, graph->nodes.count + 1);
  TF_VEC(tf_node_id) waiting = {0};
  tf_vec_push(arena, &waiting, output->node);
  while (waiting.count > 0) {
    tf_node_id id = waiting.at[--waiting.count];
    const tf_node *node = tf_node_at(graph, id);
    if (seen[id] || !node->undefinable) {
      continue;
    }
    seen[id] = true;
    for (uint32_t i = 0; i < node->operand_count; i++) {
      tf_vec_push(arena, &waiting, node->operands[i]);
    }
    if (node->op == TF_NODE_STATE) {
      tf_vec_push(arena, &waiting, tf_state_root(graph, node));
    }
    if (node->op == TF_TERM_IRR || node->op == TF_TERM_PAYBACK) {
      tf_view *operands = TF_ARRAY(arena, tf_view, node->operand_count);
      for (uint32_t i = 0; i < node->operand_count; i++) {
        operands[i] = tf_tape_view(tape, arena, node->operands[i], &node->shape);
        tf_storage_touch(tape, &operands[i], UINT32_MAX);
      }
      tf_tape_source source = {id, tf_tape_view(tape, arena, id, &node->shape), operands, node->operand_count};
      tf_storage_touch(tape, &source.value, UINT32_MAX);
      tf_vec_push(arena, &output->sources, source);
    }
  }
}

static void store_view(tf_tape *tape, tf_arena *arena, tf_node_id id, tf_view *view) {
  const tf_node *node = tf_node_at(tape->graph, id);
  tf_instruction made = {.op = TF_INSTRUCTION_STORE, .node = id, .view_count = 1};
  tf_view *from = TF_NEW(arena, tf_view);
  *from = *view;
  made.views = from;
  made.storage = add_storage(tape, arena, node, TF_PLACE_COLUMN);
  made.first = node->shape.series ? node->shape.first : 0;
  made.end = node->shape.series ? node->shape.end : 1;
  made.elements = node->shape.elements;
  *view = (tf_view){.storage = made.storage};
  tf_vec_push(arena, &tape->main.list, made);
}

static void add_outputs(tf_tape *tape, tf_arena *arena) {
  const tf_graph *graph = tape->graph;
  uint32_t *column = TF_ARRAY(arena, uint32_t, graph->nodes.count + 1); // by node: storage + 1 of its columns
  for (uint32_t s = 0; s < graph->scenarios.count; s++) {
    for (uint32_t i = 0; i < graph->scenarios.at[s].requests.count; i++) {
      tf_node_id id = graph->scenarios.at[s].requests.at[i].node;
      const tf_node *node = tf_node_at(graph, id);
      tf_tape_output output = {.scenario = s, .request = i, .node = id};
      output.view = tf_tape_view(tape, arena, id, &node->shape);
      if (node->sampled && !tape->keep) {
        if (column[id] == 0) {
          store_view(tape, arena, id, &output.view);
          column[id] = output.view.storage + 1;
        }
        output.view = (tf_view){.storage = column[id] - 1};
      }
      tf_vec_push(arena, &tape->outputs, output);
    }
  }
}

static void add_inputs(tf_tape *tape, tf_arena *arena, tf_node_id id) {
  const tf_graph *graph = tape->graph;
  for (size_t s = 0; s < graph->scenarios.count; s++) {
    const tf_graph_scenario *scenario = &graph->scenarios.at[s];
    for (size_t i = 0; i < scenario->inputs.count; i++) {
      tf_node_id uniform = scenario->inputs.at[i].uniform;
      tf_node_id source = uniform;
      while (tf_node_is_view(graph, source)) {
        source = tf_node_at(graph, source)->operands[0];
      }
      if (source != id) {
        continue;
      }
      bool known = false;
      for (size_t k = 0; k < tape->inputs.count; k++) {
        known = known || tape->inputs.at[k].uniform == uniform;
      }
      if (!known) {
        tf_view *view = TF_NEW(arena, tf_view);
        *view = tf_tape_view(tape, arena, uniform, &tf_node_at(graph, uniform)->shape);
        tf_instruction made = {.op = TF_INSTRUCTION_INPUT,
                               .node = uniform,
                               .storage = TF_NO_STORAGE,
                               .end = 1,
                               .elements = 1,
                               .view_count = 1,
                               .views = view,
                               .body = (uint32_t)tape->inputs.count};
        tf_vec_push(arena, &tape->main.list, made);
        tf_vec_push(arena, &tape->inputs, scenario->inputs.at[i]);
      }
    }
  }
}

// Every live node gives at most one instruction with one storage, and so does every output.
static void reserve(tf_tape *tape, tf_arena *arena, const placed *order, size_t count) {
  size_t sampled = 0;
  for (size_t i = 0; i < count; i++) {
    sampled += tf_node_at(tape->graph, order[i].id)->sampled ? 1 : 0;
  }
  size_t outputs = 0;
  for (size_t s = 0; s < tape->graph->scenarios.count; s++) {
    outputs += tape->graph->scenarios.at[s].requests.count;
  }
  tf_vec_reserve(arena, &tape->main.list, sampled + outputs);
  tf_vec_reserve(arena, &tape->constants.list, count - sampled);
  tf_vec_reserve(arena, &tape->storages, count + outputs);
}

static void emit_all(tf_tape *tape, tf_arena *arena, const placed *order, size_t count, const uint32_t *body,
                     const bool *requested) {
  const tf_graph *graph = tape->graph;
  uint32_t *readers = TF_ARRAY(arena, uint32_t, graph->nodes.count + 1);
  tf_node_id *hosts = TF_ARRAY(arena, tf_node_id, graph->nodes.count + 1);
  memset(hosts, 0xff, (graph->nodes.count + 1) * sizeof *hosts);
  for (size_t i = 0; i < count; i++) {
    const tf_node *node = tf_node_at(graph, order[i].id);
    readers[order[i].id] += requested[order[i].id] ? 1 : 0;
    for (uint32_t k = 0; k < node->operand_count; k++) {
      readers[node->operands[k]]++;
    }
    if (node->op == TF_NODE_STATE) {
      readers[tf_state_root(graph, node)]++;
    }
  }
  for (size_t i = 0; i < count; i++) {
    const tf_node *node = tf_node_at(graph, order[i].id);
    if (lives_in_then(tape, order[i].id, readers, body)) {
      hosts[node->operands[1]] = order[i].id;
    }
  }
  for (size_t i = 0; i < count; i++) {
    tf_node_id id = order[i].id;
    const tf_node *node = tf_node_at(graph, id);
    bool new_loop = body[id] != 0 && (i == 0 || body[order[i - 1].id] != body[id]);
    for (int sampled = 0; sampled < 2 && new_loop; sampled++) { // a loop head in each program that has a part of it
      tf_instruction head = {.op = TF_INSTRUCTION_LOOP, .node = TF_NO_NODE, .storage = TF_NO_STORAGE, .first = 0};
      for (size_t k = i; k < count && body[order[k].id] == body[id]; k++) {
        const tf_node *part = tf_node_at(graph, order[k].id);
        if (part->sampled == (sampled == 1) && !tf_node_is_view(graph, order[k].id)) {
          head.body++;
          head.first = part->shape.first < head.first ? part->shape.first : head.first;
          head.end = part->shape.end > head.end ? part->shape.end : head.end;
        }
      }
      if (head.body > 0) {
        tf_vec_push(arena, sampled == 1 ? &tape->main.list : &tape->constants.list, head);
      }
    }
    if (tf_node_is_view(graph, id)) {
      continue;
    }
    tf_node_id host = hosts[id];
    emit(tape, arena, id, node->sampled ? TF_PLACE_WORK : TF_PLACE_CONSTANT, host);
    if (!tape->keep && (node->op == TF_NODE_UNIFORM || node->op == TF_NODE_CORRELATE)) {
      add_inputs(tape, arena, id);
    }
  }
}

tf_tape *tf_tape_compile(const tf_graph *graph, tf_arena *arena, bool keep) {
  tf_tape *tape = TF_NEW(arena, tf_tape);
  tape->graph = graph;
  tape->keep = keep;
  size_t total = graph->nodes.count;
  tape->live = TF_ARRAY(arena, bool, total + 1);
  tape->storage_of = TF_ARRAY(arena, uint32_t, total + 1);
  memset(tape->storage_of, 0xff, (total + 1) * sizeof *tape->storage_of);
  mark_live(tape, arena);
  bool *requested = TF_ARRAY(arena, bool, total + 1);
  for (size_t s = 0; s < graph->scenarios.count; s++) {
    for (size_t i = 0; i < graph->scenarios.at[s].requests.count; i++) {
      requested[graph->scenarios.at[s].requests.at[i].node] = true;
    }
  }
  const uint32_t *body = find_bodies(tape, arena);
  size_t count;
  const placed *order = order_nodes(tape, arena, body, &count);
  reserve(tape, arena, order, count);
  emit_all(tape, arena, order, count, body, requested);
  // Views need every storage: a state reads what comes later in its loop.
  for (size_t i = 0; i < tape->constants.list.count; i++) {
    fill_views(tape, arena, &tape->constants.list.at[i]);
  }
  for (size_t i = 0; i < tape->main.list.count; i++) {
    fill_views(tape, arena, &tape->main.list.at[i]);
  }
  add_outputs(tape, arena);
  if (!keep) {
    tf_tape_group(tape, arena);
  }
  tf_tape_lifetimes(tape);
  for (size_t i = 0; i < tape->outputs.count; i++) {
    if (tf_node_at(graph, tape->outputs.at[i].node)->undefinable) {
      hold_sources(tape, arena, &tape->outputs.at[i]);
    }
  }
  tf_tape_assign(tape, arena);
  return tape;
}
