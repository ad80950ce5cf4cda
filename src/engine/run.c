// SPDX-License-Identifier: GPL-3.0-or-later
// Runs: what is computed once, the memory of samples, and the result. run_blocks.c shares the samples among threads.
#include <string.h>
#include <unistd.h>

#include "engine/run_state.h"
#include "engine/vecmath.h"

enum { TF_BLOCK_MIN = 64, TF_BLOCK_MAX = 1024 };

// Cells lie one cache line further apart than their length: with a power of two between them, the rows of a series
// would all fall into the same few sets of the first-level cache.
void tf_exec_work(tf_exec *x, tf_arena *arena, size_t block) {
  x->pitch = block + TF_LANES;
  x->work = tf_alloc_columns(arena, (x->tape->work_cells + TF_SCRATCH_COLUMNS + 1) * x->pitch);
  x->scratch = x->work + x->tape->work_cells * x->pitch;
  x->pointers = (double **)tf_alloc(arena, (size_t)x->tape->correlate_max + 1, sizeof(double *));
}

tf_exec *tf_exec_new(tf_arena *arena, const tf_tape *tape, size_t block) {
  tf_exec *x = TF_NEW(arena, tf_exec);
  x->tape = tape;
  x->constant = tf_alloc_aligned(arena, (tape->constant_cells + 1) * 8, sizeof(double));
  tf_exec_work(x, arena, block);
  x->lanes = 8;
  x->constants = true;
  x->central = true;
  tf_exec_run(x, &tape->constants);
  x->constants = false;
  if (!tape->keep) {
    tf_exec_bind(x, arena);
  }
  return x;
}

void tf_exec_streams(tf_exec *x, tf_arena *arena, const tf_sampler *sampler, uint64_t samples) {
  const tf_graph *graph = x->tape->graph;
  const tf_stream **streams = (const tf_stream **)tf_alloc(arena, graph->nodes.count + 1, sizeof(void *));
  for (tf_node_id id = 0; id < graph->nodes.count; id++) {
    const tf_node *node = tf_node_at(graph, id);
    if (node->op == TF_NODE_UNIFORM && x->tape->live[id]) {
      tf_stream_key key = *(const tf_stream_key *)node->data;
      streams[id] = tf_stream_prepare(arena, sampler, key, samples);
    }
  }
  x->streams = streams;
}

// The largest power of two whose live cells fit into half of the second-level cache.
static size_t block_size(const tf_tape *tape, size_t asked) {
  if (asked != 0) {
    return asked;
  }
  long cache = 0;
#ifdef _SC_LEVEL2_CACHE_SIZE
  cache = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
  size_t half = (cache > 0 ? (size_t)cache : 1024 * 1024) / 2;
  size_t block = TF_BLOCK_MAX;
  while (block > TF_BLOCK_MIN && (tape->work_cells + TF_SCRATCH_COLUMNS) * block * sizeof(double) > half) {
    block /= 2;
  }
  return block;
}

// --- the result

static size_t declared_elements(const tf_runner *r, const tf_tape_output *from, tf_output *output, uint32_t **map) {
  const tf_graph_scenario *scenario = &r->graph->scenarios.at[from->scenario];
  const tf_graph_request *request = &scenario->requests.at[from->request];
  const tf_model *model = scenario->plan->model;
  const tf_node *node = tf_node_at(r->graph, from->node);
  output->scenario = from->scenario;
  output->quantity = request->quantity;
  output->check = request->check;
  output->series = node->shape.series;
  if (request->quantity != TF_NO_ID) {
    const tf_quantity *q = &model->quantities.at[request->quantity];
    const tf_plan_quantity *planned = &scenario->plan->quantities[request->quantity];
    output->index_count = q->index_count;
    output->indices = q->indices;
    output->label = q->kind == TF_KIND_LABEL;
    output->series = output->series || planned->series;
    int history = tf_shape_history(&node->shape);
    output->history = planned->given == NULL ? 0 : planned->history < history ? planned->history : history;
  } else {
    const tf_term *condition = model->checks.at[request->check].condition;
    output->index_count = condition->index_count;
    output->indices = condition->indices;
  }
  output->uncertain = node->sampled;
  output->may_be_undefined = node->undefinable;
  output->periods = output->series ? r->graph->axes.at[scenario->axis].count : 1;
  size_t elements;
  *map = tf_declared_map(r->graph, r->arena, model, output->indices, output->index_count, &node->shape, &elements);
  output->elements = elements;
  return elements;
}

static void start_outputs(const tf_runner *r, tf_output *outputs) {
  for (size_t i = 0; i < r->tape->outputs.count; i++) {
    const tf_tape_output *from = &r->tape->outputs.at[i];
    uint32_t *map;
    size_t elements = declared_elements(r, from, &outputs[i], &map);
    size_t rows = (size_t)outputs[i].history + (size_t)outputs[i].periods;
    double *central = TF_ARRAY(r->arena, double, elements *rows + 1);
    const double **samples = NULL;
    bool uncertain = outputs[i].uncertain && r->x->column != NULL;
    if (outputs[i].uncertain) {
      samples = (const double **)tf_alloc(r->arena, elements * rows + 1, sizeof *samples);
    }
    for (size_t e = 0; e < elements; e++) {
      for (size_t row = 0; row < rows; row++) {
        tf_cell cell = tf_exec_cell(r->x, &from->view, map[e], (int)row - outputs[i].history);
        central[e * rows + row] = *cell.at;
        if (uncertain) {
          samples[e * rows + row] = cell.at;
        }
      }
    }
    outputs[i].central = central;
    outputs[i].samples = samples;
  }
}

// Column of a cell of a result that depends on a draw.
static size_t column_of(const tf_runner *r, const tf_view *view, uint32_t element, int row) {
  tf_cell cell = tf_exec_cell(r->x, view, element, row);
  return (size_t)(cell.at - r->x->column) / r->x->column_pitch;
}

// Columns of the samples take the place of those of the central evaluation.
static void finish_outputs(const tf_runner *r, tf_output *outputs) {
  const double *columns = r->sketched ? r->kept : r->columns + r->skew;
  size_t pitch = r->sketched ? r->kept_pitch : r->pitch;
  for (size_t i = 0; i < r->tape->outputs.count; i++) {
    const tf_tape_output *from = &r->tape->outputs.at[i];
    tf_output again = {0};
    uint32_t *map;
    if (!outputs[i].uncertain) {
      continue;
    }
    size_t elements = declared_elements(r, from, &again, &map);
    size_t rows = (size_t)again.history + (size_t)again.periods;
    const double **samples = (const double **)tf_alloc(r->arena, elements * rows + 1, sizeof *samples);
    for (size_t e = 0; e < elements; e++) {
      for (size_t row = 0; row < rows; row++) {
        samples[e * rows + row] = columns + column_of(r, &from->view, map[e], (int)row - again.history) * pitch;
      }
    }
    outputs[i].samples = samples;
    outputs[i].sketches = NULL;
  }
}

static void finish_inputs(const tf_runner *r, tf_samples *result) {
  TF_VEC(struct tf_input_column) columns = {0};
  const tf_graph *graph = r->graph;
  for (uint32_t s = 0; s < graph->scenarios.count; s++) {
    for (size_t i = 0; i < graph->scenarios.at[s].inputs.count; i++) {
      const tf_graph_input *input = &graph->scenarios.at[s].inputs.at[i];
      for (size_t k = 0; k < r->tape->inputs.count; k++) {
        if (r->tape->inputs.at[k].uniform == input->uniform) {
          struct tf_input_column column = {s, input->quantity, r->input + k * r->input_pitch + r->skew,
                                           input->same_everywhere};
          tf_vec_push(r->arena, &columns, column);
        }
      }
    }
  }
  result->input_count = columns.count;
  result->inputs = columns.at;
}

static bool random_streams(const tf_runner *r) {
  for (tf_node_id id = 0; id < r->graph->nodes.count; id++) {
    const tf_node *node = tf_node_at(r->graph, id);
    if (node->op == TF_NODE_UNIFORM && r->tape->live[id] && r->options.sampler.kind == TF_SAMPLER_SOBOL) {
      int32_t dimension = ((const tf_stream_key *)node->data)->dimension;
      if (dimension < 0 || dimension >= TF_SOBOL_DIMENSIONS) {
        return true;
      }
    }
  }
  return false;
}

// --- sketches

// One sketch for every column that is asked for, and one for every check.
typedef struct item_list {
  TF_VEC(tf_run_item) list;
  size_t *number[TF_ITEM_CHECK]; // by kind and column: position in the list + 1
} item_list;

static size_t item_of(const tf_runner *r, item_list *items, tf_run_item_kind kind, size_t column, double central) {
  size_t *number = &items->number[kind][column];
  if (*number == 0) {
    size_t *columns = TF_NEW(r->arena, size_t);
    *columns = column;
    tf_run_item item = {.kind = kind, .count = 1, .columns = columns, .central = central};
    tf_vec_push(r->arena, &items->list, item);
    *number = items->list.count;
  }
  return *number - 1;
}

static tf_run_item_kind kind_of(const tf_runner *r, const tf_output *output) {
  if (output->check != TF_NO_ID) {
    return TF_ITEM_CHECK;
  }
  const tf_model *model = r->graph->scenarios.at[output->scenario].plan->model;
  tf_value_kind kind = model->quantities.at[output->quantity].kind;
  return kind == TF_KIND_LABEL ? TF_ITEM_LABEL : kind == TF_KIND_DATE ? TF_ITEM_DATE : TF_ITEM_NUMBER;
}

static void list_items(tf_runner *r) {
  item_list items = {0};
  for (size_t k = 0; k < TF_ITEM_CHECK; k++) {
    items.number[k] = TF_ARRAY(r->arena, size_t, r->tape->column_cells + 1);
  }
  r->item_of = (size_t **)tf_alloc(r->arena, r->tape->outputs.count + 1, sizeof *r->item_of);
  for (size_t i = 0; i < r->tape->outputs.count; i++) {
    const tf_tape_output *from = &r->tape->outputs.at[i];
    const tf_output *output = &r->outputs[i];
    tf_output again = {0};
    uint32_t *map;
    if (!output->uncertain) {
      continue;
    }
    size_t elements = declared_elements(r, from, &again, &map);
    size_t rows = (size_t)again.history + (size_t)again.periods;
    tf_run_item_kind kind = kind_of(r, output);
    r->item_of[i] = TF_ARRAY(r->arena, size_t, elements * rows + 1);
    size_t *columns = TF_ARRAY(r->arena, size_t, elements * rows + 1);
    for (size_t cell = 0; cell < elements * rows; cell++) {
      columns[cell] = column_of(r, &from->view, map[cell / rows], (int)(cell % rows) - again.history);
      if (kind != TF_ITEM_CHECK) {
        r->item_of[i][cell] = item_of(r, &items, kind, columns[cell], output->central[cell]);
      }
    }
    if (kind == TF_ITEM_CHECK) {
      r->item_of[i][0] = items.list.count;
      tf_run_item check = {.kind = kind, .count = elements * rows, .columns = columns};
      tf_vec_push(r->arena, &items.list, check);
    }
  }
  r->items = items.list.at;
  r->item_count = items.list.count;
}

static void finish_sketches(const tf_runner *r, tf_output *outputs) {
  tf_tally **tallies = (tf_tally **)tf_alloc(r->arena, (size_t)r->worker_count + 1, sizeof(tf_tally *));
  const tf_sketch **sketches = (const tf_sketch **)tf_alloc(r->arena, r->item_count + 1, sizeof *sketches);
  for (int w = 0; w < r->worker_count; w++) {
    tallies[w] = r->workers[w].tally;
  }
  for (size_t k = 0; k < r->item_count; k++) {
    sketches[k] = tf_tally_sketch(r->arena, tallies, (size_t)r->worker_count, k);
  }
  for (size_t i = 0; i < r->tape->outputs.count; i++) {
    if (!outputs[i].uncertain) {
      continue;
    }
    size_t cells = outputs[i].elements * ((size_t)outputs[i].history + (size_t)outputs[i].periods);
    cells = outputs[i].check != TF_NO_ID ? 1 : cells;
    const tf_sketch **list = (const tf_sketch **)tf_alloc(r->arena, cells + 1, sizeof *list);
    for (size_t cell = 0; cell < cells; cell++) {
      list[cell] = sketches[r->item_of[i][cell]];
    }
    outputs[i].sketches = list;
  }
}

// --- running

// Exact or sketches: by all samples of the run, so that every shard decides alike.
static bool needs_sketches(const tf_runner *r, uint64_t samples) {
  double bytes = (double)r->tape->column_cells * (double)samples * sizeof(double);
  return r->options.memory != 0 && bytes > (double)r->options.memory;
}

// Of samples 0 .. TF_KEPT_SAMPLES-1, how many are among the next `count` from the first one on.
static uint64_t kept_among(const tf_runner *r, uint64_t count) {
  uint64_t first = r->options.first;
  uint64_t left = first < TF_KEPT_SAMPLES ? TF_KEPT_SAMPLES - first : 0;
  return left < count ? left : count;
}

static void take_inputs(tf_runner *r) {
  r->input_pitch = ((size_t)kept_among(r, r->options.count) + r->skew + 7) / 8 * 8;
  r->input = tf_alloc_columns(r->arena, r->tape->inputs.count * r->input_pitch + 8);
}

size_t tf_column_pitch(size_t lanes) {
  enum { LINE = 8, PAGE = 512, MANY = 1024, APART = 9 * LINE };
  if (lanes >= MANY) {
    return (lanes + PAGE - 1) / PAGE * PAGE + APART;
  }
  return lanes + ((lanes / LINE) % 2 == 0 ? LINE : 2 * LINE);
}

static void take_columns(tf_runner *r) {
  uint64_t most = r->options.count;
  if (needs_sketches(r, most)) { // of a run that grows: columns are used as long as they fit
    most = r->options.memory / (r->tape->column_cells * sizeof(double));
  }
  size_t lanes = (r->skew + (size_t)most + 7) / 8 * 8;
  r->pitch = tf_column_pitch(lanes);
  r->columns = tf_alloc_columns(r->arena, r->tape->column_cells * r->pitch + 8);
}

static tf_status start_sketches(tf_runner *r) {
  if (r->options.first % TF_SKETCH_ALIGN != 0) {
    return tf_fail(r->cx, TF_USAGE, (tf_span){0},
                   "a part of a run that is summed up in sketches begins at a multiple of %d", TF_SKETCH_ALIGN);
  }
  list_items(r);
  r->sketched = true;
  r->counted = 0;
  r->kept_pitch = ((size_t)kept_among(r, r->options.count) + 7) / 8 * 8;
  r->kept = tf_alloc_columns(r->arena, r->tape->column_cells * r->kept_pitch + 8);
  return TF_OK;
}

static tf_status run_samples(tf_runner *r, uint64_t total, uint64_t count, tf_samples *result, tf_output *outputs) {
  if (r->input == NULL) {
    take_inputs(r);
    tf_exec_streams(r->x, r->arena, &r->options.sampler, r->options.first + r->options.count);
    r->x->central = false;
  }
  tf_status status = TF_OK;
  if (!r->sketched && needs_sketches(r, total)) {
    status = start_sketches(r);
  } else if (!r->sketched && r->columns == NULL) {
    take_columns(r);
  }
  if (status != TF_OK) {
    return status;
  }
  bool whole = tf_run_blocks(r, count);
  if (r->bad.found) {
    return tf_describe_bad(r->cx, r->arena, r->graph, &r->options.sampler, &r->bad);
  }
  result->count = r->counted;
  result->complete = whole;
  result->sketched = r->sketched;
  result->input_kept = kept_among(r, r->counted);
  result->kept = r->sketched ? result->input_kept : r->counted;
  finish_outputs(r, outputs);
  finish_inputs(r, result);
  if (r->sketched) {
    finish_sketches(r, outputs);
  }
  return TF_OK;
}

tf_status tf_run_open(tf_context *cx, tf_arena *arena, const tf_graph *graph, const tf_run_options *options,
                      tf_runner **runner) {
  tf_runner *r = TF_NEW(arena, tf_runner);
  *r = (tf_runner){.cx = cx, .arena = arena, .graph = graph, .options = *options};
  r->tape = tf_tape_compile(graph, arena, false);
  r->block = block_size(r->tape, options->block);
  r->x = tf_exec_new(arena, r->tape, r->block);
  r->from = options->first & ~(uint64_t)7;
  r->skew = (size_t)(options->first - r->from);
  r->random_streams = random_streams(r);
  // All inputs at their median; also what is certain.
  r->x->column_pitch = 8;
  r->x->column = tf_alloc_aligned(arena, r->tape->column_cells * 8 + 8, sizeof(double));
  r->x->central = true;
  tf_exec_run(r->x, &r->tape->main);
  tf_check_block(r->x, 0, 1, &r->bad);
  if (r->bad.found) {
    return tf_describe_bad(cx, arena, graph, &options->sampler, &r->bad);
  }
  tf_output *outputs = TF_ARRAY(arena, tf_output, r->tape->outputs.count + 1);
  start_outputs(r, outputs);
  r->outputs = outputs;
  *runner = r;
  return TF_OK;
}

static tf_status extend(tf_runner *r, uint64_t total, uint64_t count, tf_samples **samples) {
  tf_samples *result = TF_NEW(r->arena, tf_samples);
  tf_output *outputs = TF_ARRAY(r->arena, tf_output, r->tape->outputs.count + 1);
  memcpy(outputs, r->outputs, r->tape->outputs.count * sizeof *outputs);
  result->graph = r->graph;
  result->first = r->options.first;
  result->count = count;
  result->kept = count;
  result->input_kept = kept_among(r, count);
  result->complete = true;
  result->sketched = r->graph->uncertain && needs_sketches(r, total);
  result->output_count = r->tape->outputs.count;
  result->outputs = outputs;
  result->random_streams = r->random_streams;
  if (r->graph->uncertain && count > 0) {
    tf_status status = run_samples(r, total, count, result, outputs);
    if (status != TF_OK) {
      return status;
    }
  }
  *samples = result;
  return TF_OK;
}

tf_status tf_run_extend(tf_runner *runner, uint64_t samples, tf_samples **result) {
  return extend(runner, samples, samples, result);
}

tf_status tf_run(tf_context *cx, tf_arena *arena, const tf_graph *graph, const tf_run_options *options,
                 tf_samples **samples) {
  tf_runner *runner = NULL;
  tf_status status = tf_run_open(cx, arena, graph, options, &runner);
  return status == TF_OK ? extend(runner, options->sampler.samples, options->count, samples) : status;
}
