// SPDX-License-Identifier: GPL-3.0-or-later
// Draws -> nodes: a stream's uniform, correlated where asked, through the quantile of its distribution.
//
// Streams are named by their quantity, so that a draw does not depend on what else a model holds. Draws anew have one
// stream each, named "quantity#2026" (each year), "quantity#GB200" (each row), "quantity#2026#GB200" (both) and
// "quantity#2026-Q1" (steps of a walk); they have no Sobol dimension.
#include <math.h>
#include <string.h>

#include "engine/graph.h"

static tf_node_id uniform_node(const tf_builder *b, tf_str name, int32_t dimension) {
  tf_stream_key key;
  memset(&key, 0, sizeof key); // its bytes are compared
  key.name = tf_str_hash(name);
  key.dimension = dimension;
  tf_node made = tf_build_node(b, TF_NODE_UNIFORM);
  made.data = tf_graph_data(b->graph, &key, sizeof key);
  made.subject = tf_cstr(b->graph->arena, name);
  made.sampled = true;
  return tf_node_intern(b->graph, made);
}

// Distributions are prepared once for each quantity and content: the checks speak of the quantity by name.
static bool prepare(tf_builder *b, const tf_dist_spec *spec, const tf_dist **dist) {
  tf_graph *graph = b->graph;
  const char *name = spec->quantity != NULL ? spec->quantity : "";
  uint64_t hash = tf_dist_hash(spec);
  char *key = tf_format(graph->arena, "%016llx %s", (unsigned long long)hash, name);
  uint32_t known = tf_map_get(&graph->dist_keys, tf_str_of(key));
  if (known != TF_MAP_NONE && tf_dist_same(graph->dists.at[known].spec, spec)) {
    *dist = graph->dists.at[known].dist;
    return true;
  }
  if (tf_dist_prepare(b->cx, graph->arena, spec, dist) != TF_OK) {
    return false;
  }
  (void)tf_map_put(&graph->dist_keys, tf_str_of(key), (uint32_t)graph->dists.count);
  tf_graph_dist added = {spec, *dist};
  tf_vec_push(graph->arena, &graph->dists, added);
  return true;
}

static tf_node_id quantile_node(const tf_builder *b, tf_node_id uniform, const tf_dist *dist) {
  tf_node made = tf_build_node(b, TF_NODE_QUANTILE);
  made.operands = &uniform;
  made.operand_count = 1;
  made.data = dist;
  return tf_node_intern(b->graph, made);
}

static void note_input(const tf_builder *b, uint32_t quantity, tf_node_id uniform, bool same_everywhere) {
  for (size_t i = 0; i < b->scenario->inputs.count; i++) {
    if (b->scenario->inputs.at[i].quantity == quantity) {
      return;
    }
  }
  tf_graph_input input = {quantity, uniform, same_everywhere};
  tf_vec_push(b->graph->arena, &b->scenario->inputs, input);
}

static int row_year(const tf_axis *axis, int row) {
  int month = axis->first_month + row * axis->months;
  return month >= 0 ? month / 12 : -((11 - month) / 12);
}

// One walk: running sum of independent normal steps of standard deviation sd * sqrt(step).
static tf_node_id walk_node(const tf_builder *b, const tf_draw *draw, const char *name, const char *suffix,
                            tf_node_id *stream) {
  tf_graph *graph = b->graph;
  tf_node made = tf_build_node(b, TF_NODE_WALK);
  tf_node_id *normals = TF_ARRAY(graph->arena, tf_node_id, (size_t)b->axis.count);
  for (int row = 0; row < b->axis.count; row++) {
    char period[16];
    tf_period_print(tf_axis_period(&b->axis, row), period);
    tf_node_id u = uniform_node(b, tf_str_of(tf_format(graph->arena, "%s#%s%s", name, period, suffix)), -1);
    tf_node normal = tf_build_node(b, TF_NODE_NORMAL);
    normal.operands = &u;
    normal.operand_count = 1;
    normals[row] = tf_node_intern(graph, normal);
    *stream = row == 0 ? u : *stream;
  }
  made.operands = normals;
  made.operand_count = (uint32_t)b->axis.count;
  made.number = draw->walk_sd * sqrt(tf_axis_step(&b->axis));
  made.shape = tf_build_series(b, &made.shape, -b->scenario->history);
  return tf_node_intern(graph, made);
}

// One column of draws: of all years, or of one.
static tf_node_id column_node(const tf_builder *b, const tf_draw *draw, const tf_dist *dist, const char *name,
                              const char *suffix, tf_node_id *stream) {
  tf_graph *graph = b->graph;
  if (draw->walk) {
    return walk_node(b, draw, name, suffix, stream);
  }
  if (!draw->each_year) {
    *stream = uniform_node(b, tf_str_of(tf_format(graph->arena, "%s%s", name, suffix)), -1);
    return quantile_node(b, *stream, dist);
  }
  size_t rows = (size_t)b->axis.count;
  tf_node_id *years = TF_ARRAY(graph->arena, tf_node_id, rows);
  uint32_t *cells = TF_ARRAY(graph->arena, uint32_t, rows);
  uint32_t count = 0;
  for (int row = 0; row < b->axis.count; row++) {
    int year = row_year(&b->axis, row);
    if (row == 0 || year != row_year(&b->axis, row - 1)) {
      tf_node_id u = uniform_node(b, tf_str_of(tf_format(graph->arena, "%s#%d%s", name, year, suffix)), -1);
      *stream = row == 0 ? u : *stream;
      years[count++] = quantile_node(b, u, dist);
    }
    cells[row] = count - 1;
  }
  tf_node made = tf_build_node(b, TF_NODE_PATCH);
  made.operands = years;
  made.operand_count = count;
  made.shape = tf_build_series(b, &made.shape, 0);
  made.extra = b->axis.count;
  made.data = tf_graph_data(graph, cells, rows * sizeof *cells);
  return tf_node_intern(graph, made);
}

static tf_node_id each_row(const tf_builder *b, const tf_draw *draw, const tf_dist *dist, const char *name,
                           tf_node_id *stream) {
  tf_graph *graph = b->graph;
  const tf_index *over = &b->model->indices.at[draw->each_index];
  tf_node made = tf_build_node(b, TF_NODE_PATCH);
  tf_node_id *rows = TF_ARRAY(graph->arena, tf_node_id, over->count + 1);
  uint32_t *cells = TF_ARRAY(graph->arena, uint32_t, over->count + 1);
  for (size_t i = 0; i < over->count; i++) {
    tf_node_id u = 0;
    char *suffix = tf_format(graph->arena, "#%.*s", TF_STR_ARGS(over->labels[i]));
    rows[i] = column_node(b, draw, dist, name, suffix, &u);
    *stream = i == 0 ? u : *stream;
    cells[i] = (uint32_t)i;
    made.shape = tf_shape_join(graph, &made.shape, &tf_node_at(graph, rows[i])->shape);
  }
  made.operands = rows;
  made.operand_count = (uint32_t)over->count;
  made.shape = tf_shape_with(graph, &made.shape, tf_graph_index_id(graph, over));
  made.extra = 1;
  made.data = tf_graph_data(graph, cells, over->count * sizeof *cells);
  return tf_node_intern(graph, made);
}

bool tf_build_draw(tf_builder *b, const tf_term *term, tf_node_id *node) {
  const tf_draw *draw = &b->plan->draws.at[term->draw];
  const tf_quantity *quantity = &b->model->quantities.at[draw->quantity];
  const tf_dist *dist = NULL;
  if (!draw->walk && !prepare(b, &draw->spec, &dist)) {
    return false;
  }
  bool anew = draw->walk || draw->each_year || draw->each_index != TF_NO_ID;
  const char *name = tf_cstr(b->graph->arena, quantity->name);
  tf_node_id stream = 0;
  if (!anew) {
    tf_node_id *uniform = &b->scenario->uniforms[draw->quantity];
    if (*uniform == TF_NO_NODE) {
      *uniform = uniform_node(b, quantity->name, quantity->sobol);
    }
    stream = *uniform;
    *node = quantile_node(b, stream, dist);
  } else if (draw->each_index != TF_NO_ID) {
    *node = each_row(b, draw, dist, name, &stream);
  } else {
    *node = column_node(b, draw, dist, name, "", &stream);
  }
  note_input(b, draw->quantity, stream, !anew);
  return true;
}

// --- correlation

typedef struct draw_search {
  const tf_plan *plan;
  bool found, anew;
} draw_search;

static void find_draw(void *user, const tf_term *term) {
  draw_search *search = user;
  if (term->op == TF_TERM_DRAW) {
    const tf_draw *draw = &search->plan->draws.at[term->draw];
    search->found = true;
    search->anew = search->anew || draw->walk || draw->each_year || draw->each_index != TF_NO_ID;
  }
  for (size_t i = 0; i < term->count; i++) {
    find_draw(user, term->args[i]);
  }
}

static bool usable(const tf_builder *b, const tf_correlation *c) {
  const uint32_t sides[2] = {c->a, c->b};
  for (int i = 0; i < 2; i++) {
    draw_search search = {.plan = b->plan};
    tf_graph_plan_terms(b->plan, sides[i], find_draw, &search);
    const char *why = !search.found ? "is certain" : search.anew ? "is drawn anew" : NULL;
    if (why != NULL) {
      tf_note(b->cx, c->at, "`%.*s` %s here: its correlation with `%.*s` is not used",
              TF_STR_ARGS(b->model->quantities.at[sides[i]].name), why,
              TF_STR_ARGS(b->model->quantities.at[sides[1 - i]].name));
      return false;
    }
  }
  return c->a != c->b;
}

static uint32_t find_root(uint32_t *parent, uint32_t at) {
  while (parent[at] != at) {
    parent[at] = parent[parent[at]];
    at = parent[at];
  }
  return at;
}

static bool impossible(tf_builder *b, const uint32_t *members, const double *matrix, size_t k, size_t bad) {
  tf_text pairs = tf_text_new(b->graph->arena);
  tf_span at = {0};
  for (size_t i = 0; i < k; i++) {
    for (size_t c = 0; c < b->plan->correlations.count && i != bad; c++) {
      const tf_correlation *pair = &b->plan->correlations.at[c];
      if ((pair->a == members[i] && pair->b == members[bad]) || (pair->b == members[i] && pair->a == members[bad])) {
        at = pair->at;
      }
    }
    if (i != bad && matrix[bad * k + i] != 0) {
      tf_text_addf(&pairs, "%s%.*s = %g", pairs.len > 0 ? ", " : "",
                   TF_STR_ARGS(b->model->quantities.at[members[i]].name), matrix[bad * k + i]);
    }
  }
  tf_fail(b->cx, TF_INVALID, at, "the correlations of `%.*s` are impossible together: with %s",
          TF_STR_ARGS(b->model->quantities.at[members[bad]].name), pairs.len > 0 ? pairs.ptr : "the others");
  tf_hint(b->cx, "what correlates with it must correlate with each other accordingly: weaken one of them");
  return false;
}

static bool correlate_group(tf_builder *b, const uint32_t *members, size_t k, const tf_correlation *const *pairs,
                            size_t pair_count) {
  tf_graph *graph = b->graph;
  double *matrix = TF_ARRAY(graph->arena, double, k *k);
  for (size_t i = 0; i < k; i++) {
    matrix[i * k + i] = 1;
  }
  for (size_t c = 0; c < pair_count; c++) { // a later statement wins
    size_t i = 0, j = 0;
    while (i < k && members[i] != pairs[c]->a) {
      i++;
    }
    while (j < k && members[j] != pairs[c]->b) {
      j++;
    }
    if (i < k && j < k) {
      matrix[i * k + j] = matrix[j * k + i] = pairs[c]->rho;
    }
  }
  double *factor = NULL;
  size_t bad = 0;
  if (!tf_correlation_factor(graph->arena, matrix, k, &factor, &bad)) {
    return impossible(b, members, matrix, k, bad);
  }
  tf_node_id *uniforms = TF_ARRAY(graph->arena, tf_node_id, k);
  for (size_t i = 0; i < k; i++) {
    const tf_quantity *quantity = &b->model->quantities.at[members[i]];
    uniforms[i] = uniform_node(b, quantity->name, quantity->sobol);
  }
  tf_index *pseudo = TF_NEW(graph->arena, tf_index); // the members as elements
  *pseudo = (tf_index){.name = TF_STR("correlated"), .table = TF_NO_ID, .count = k};
  tf_str *labels = TF_ARRAY(graph->arena, tf_str, k);
  for (size_t i = 0; i < k; i++) {
    labels[i] = b->model->quantities.at[members[i]].name;
  }
  pseudo->labels = labels;
  tf_node made = tf_build_node(b, TF_NODE_CORRELATE);
  made.operands = uniforms;
  made.operand_count = (uint32_t)k;
  made.shape = tf_shape_with(graph, &made.shape, tf_graph_index_id(graph, pseudo));
  made.data = tf_graph_data(graph, factor, k * k * sizeof *factor);
  tf_node_id all = tf_node_intern(graph, made);
  for (uint32_t i = 0; i < k; i++) {
    b->scenario->uniforms[members[i]] = tf_node_slice(graph, &b->place, all, tf_shape_scalar(graph), &i);
  }
  return true;
}

bool tf_build_correlations(tf_builder *b) {
  size_t count = b->plan->correlations.count, quantities = b->model->quantities.count, used = 0;
  if (count == 0) {
    return true;
  }
  const tf_correlation **pairs = (const tf_correlation **)tf_alloc(b->graph->arena, count, sizeof(void *));
  uint32_t *parent = TF_ARRAY(b->graph->arena, uint32_t, quantities);
  uint32_t *members = TF_ARRAY(b->graph->arena, uint32_t, quantities);
  for (uint32_t q = 0; q < quantities; q++) {
    parent[q] = q;
  }
  for (size_t c = 0; c < count; c++) {
    const tf_correlation *pair = &b->plan->correlations.at[c];
    if (usable(b, pair)) {
      pairs[used++] = pair;
      parent[find_root(parent, pair->a)] = find_root(parent, pair->b);
    }
  }
  for (uint32_t root = 0; root < quantities && used > 0; root++) {
    size_t k = 0;
    for (uint32_t q = 0; q < quantities && parent[root] == root; q++) {
      if (find_root(parent, q) == root) {
        members[k++] = q;
      }
    }
    if (k > 1 && !correlate_group(b, members, k, pairs, used)) {
      return false;
    }
  }
  return true;
}
