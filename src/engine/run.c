// SPDX-License-Identifier: GPL-3.0-or-later
// Runs: blocks over threads into sample columns.
//
// Lanes never meet: a sample's values are the same whatever block or thread it is computed in, so results do not depend
// on either. All memory is taken before the parallel region.
#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "engine/run_state.h"
#include "engine/vecmath.h"

enum { TF_INPUT_SAMPLES = 16384, TF_BLOCK_MIN = 64, TF_BLOCK_MAX = 1024 };

// Cells lie one cache line further apart than their length: with a power of two between them, the rows of a series
// would all fall into the same few sets of the first-level cache.
static void new_work(tf_exec *x, tf_arena *arena, size_t block) {
  x->pitch = block + TF_LANES;
  x->work = tf_alloc_columns(arena, (x->tape->work_cells + TF_SCRATCH_COLUMNS + 1) * x->pitch);
  x->scratch = x->work + x->tape->work_cells * x->pitch;
  x->pointers = (double **)tf_alloc(arena, (size_t)x->tape->correlate_max + 1, sizeof(double *));
}

tf_exec *tf_exec_new(tf_arena *arena, const tf_tape *tape, size_t block) {
  tf_exec *x = TF_NEW(arena, tf_exec);
  x->tape = tape;
  x->constant = tf_alloc_aligned(arena, (tape->constant_cells + 1) * 8, sizeof(double));
  new_work(x, arena, block);
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

void tf_exec_streams(tf_exec *x, tf_arena *arena, const tf_sampler *sampler) {
  const tf_graph *graph = x->tape->graph;
  const tf_stream **streams = (const tf_stream **)tf_alloc(arena, graph->nodes.count + 1, sizeof(void *));
  for (tf_node_id id = 0; id < graph->nodes.count; id++) {
    const tf_node *node = tf_node_at(graph, id);
    if (node->op == TF_NODE_UNIFORM && x->tape->live[id]) {
      tf_stream_key key = *(const tf_stream_key *)node->data;
      streams[id] = tf_stream_prepare(arena, sampler, key);
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

typedef struct run {
  tf_context *cx;
  tf_arena *arena;
  const tf_graph *graph;
  const tf_run_options *options;
  const tf_tape *tape;
  tf_exec *x; // with constants, streams, columns
  size_t block;
  uint64_t from; // first sample, down to a multiple of 8
  size_t skew;   // samples before the first one asked for
  size_t lanes;  // from there on, up to a multiple of 8
  size_t blocks;
  uint64_t count;      // samples asked for
  unsigned char *done; // by block
  tf_bad_value bad;
} run;

static int thread_count(const run *r) {
#ifdef _OPENMP
  int threads = r->options->threads > 0 ? r->options->threads : omp_get_num_procs();
  return (size_t)threads > r->blocks ? (int)r->blocks : threads;
#else
  (void)r;
  return 1;
#endif
}

static bool progress_due(struct timespec *last) { // at most 10 times a second
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
    return false;
  }
  double passed = (double)(now.tv_sec - last->tv_sec) + 1e-9 * (double)(now.tv_nsec - last->tv_nsec);
  bool due = passed >= 0.1;
  *last = due ? now : *last;
  return due;
}

static void run_block(const run *r, tf_exec *x, size_t number, tf_bad_value *bad) {
  size_t at = number * r->block;
  size_t rest = r->lanes - at;
  x->lanes = rest < r->block ? rest : r->block;
  x->column_at = at;
  x->first = r->from + at;
  x->input_lanes = x->input_pitch > at ? x->input_pitch - at : 0;
  tf_exec_run(x, &r->tape->main);
  size_t end = r->skew + (size_t)r->count; // lanes that count: skew .. end-1
  size_t low = at < r->skew ? r->skew - at : 0;
  size_t high = end - at < x->lanes ? end - at : x->lanes;
  tf_check_block(x, low, high, bad);
  r->done[number] = 1;
}

// Blocks are handed out in order; after a bad value only those before it still matter.
static void run_blocks(run *r) {
  int threads = thread_count(r);
  tf_exec **each = (tf_exec **)tf_alloc(r->arena, (size_t)threads, sizeof(tf_exec *));
  tf_bad_value *bad = TF_ARRAY(r->arena, tf_bad_value, (size_t)threads);
  for (int t = 0; t < threads; t++) {
    each[t] = TF_NEW(r->arena, tf_exec);
    *each[t] = *r->x;
    new_work(each[t], r->arena, r->block);
    tf_exec_bind(each[t], r->arena);
  }
  atomic_size_t limit = r->blocks;
  atomic_size_t finished = 0;
  struct timespec last = {0};
#ifdef _OPENMP
#pragma omp parallel num_threads(threads)
#endif
  {
#ifdef _OPENMP
    int me = omp_get_thread_num();
#pragma omp for schedule(monotonic : dynamic, 1)
#else
    int me = 0;
#endif
    for (size_t b = 0; b < r->blocks; b++) {
      if (b >= atomic_load(&limit) || tf_cancelled(r->cx)) {
        continue;
      }
      tf_bad_value found = {0};
      run_block(r, each[me], b, &found);
      if (found.found) {
        bad[me] = !bad[me].found || found.sample < bad[me].sample ? found : bad[me];
        size_t seen = atomic_load(&limit);
        while (b < seen && !atomic_compare_exchange_weak(&limit, &seen, b)) {
        }
      }
      size_t ready = atomic_fetch_add(&finished, 1) + 1;
      if (me == 0 && r->cx->progress != NULL && progress_due(&last)) {
        r->cx->progress(r->cx->progress_user, "samples", (double)ready / (double)r->blocks);
      }
    }
  }
  for (int t = 0; t < threads; t++) {
    if (bad[t].found && (!r->bad.found || bad[t].sample < r->bad.sample)) {
      r->bad = bad[t];
    }
  }
}

// --- the result

static size_t declared_elements(const run *r, const tf_tape_output *from, tf_output *output, uint32_t **map) {
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

static void start_outputs(const run *r, tf_output *outputs) {
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

// Columns of the samples take the place of those of the central evaluation.
static void finish_outputs(const run *r, tf_output *outputs) {
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
        samples[e * rows + row] = tf_exec_cell(r->x, &from->view, map[e], (int)row - again.history).at + r->skew;
      }
    }
    outputs[i].samples = samples;
  }
}

static void finish_inputs(const run *r, tf_samples *result) {
  TF_VEC(struct tf_input_column) columns = {0};
  const tf_graph *graph = r->graph;
  for (uint32_t s = 0; s < graph->scenarios.count; s++) {
    for (size_t i = 0; i < graph->scenarios.at[s].inputs.count; i++) {
      const tf_graph_input *input = &graph->scenarios.at[s].inputs.at[i];
      for (size_t k = 0; k < r->tape->inputs.count; k++) {
        if (r->tape->inputs.at[k].uniform == input->uniform) {
          struct tf_input_column column = {s, input->quantity, r->x->input + k * r->x->input_pitch + r->skew,
                                           input->same_everywhere};
          tf_vec_push(r->arena, &columns, column);
        }
      }
    }
  }
  result->input_count = columns.count;
  result->inputs = columns.at;
}

static bool random_streams(const run *r) {
  for (tf_node_id id = 0; id < r->graph->nodes.count; id++) {
    const tf_node *node = tf_node_at(r->graph, id);
    if (node->op == TF_NODE_UNIFORM && r->tape->live[id] && r->options->sampler.kind == TF_SAMPLER_SOBOL) {
      int32_t dimension = ((const tf_stream_key *)node->data)->dimension;
      if (dimension < 0 || dimension >= TF_SOBOL_DIMENSIONS) {
        return true;
      }
    }
  }
  return false;
}

static tf_status take_columns(run *r) {
  r->from = r->options->first & ~(uint64_t)7;
  r->skew = (size_t)(r->options->first - r->from);
  r->lanes = (r->skew + (size_t)r->count + 7) / 8 * 8;
  r->blocks = (r->lanes + r->block - 1) / r->block;
  r->done = TF_ARRAY(r->arena, unsigned char, r->blocks);
  // An odd number of cache lines between columns: a power of two would put all of them into the same sets.
  size_t pitch = r->lanes + ((r->lanes / 8) % 2 == 0 ? 8 : 16);
  double bytes = (double)r->tape->column_cells * (double)pitch * sizeof(double);
  if (r->options->memory != 0 && bytes > (double)r->options->memory) {
    tf_fail(r->cx, TF_USAGE, (tf_span){0}, "%zu columns of %llu samples need %.0f MiB, more than the %.0f MiB allowed",
            r->tape->column_cells, (unsigned long long)r->count, bytes / 1048576, (double)r->options->memory / 1048576);
    tf_hint(r->cx, "ask for fewer samples with `--samples`, or allow more with `--memory`");
    return TF_USAGE;
  }
  r->x->column_pitch = pitch;
  r->x->column = tf_alloc_columns(r->arena, r->tape->column_cells * pitch + 8);
  size_t kept = r->lanes < TF_INPUT_SAMPLES + 8 ? r->lanes : TF_INPUT_SAMPLES + 8;
  r->x->input_pitch = kept;
  r->x->input = tf_alloc_columns(r->arena, r->tape->inputs.count * kept + 8);
  return TF_OK;
}

static tf_status run_samples(run *r, tf_output *outputs, tf_samples *result) {
  tf_status status = take_columns(r);
  if (status != TF_OK) {
    return status;
  }
  tf_exec_streams(r->x, r->arena, &r->options->sampler);
  r->x->central = false;
  run_blocks(r);
  if (r->bad.found) {
    return tf_describe_bad(r->cx, r->arena, r->graph, &r->options->sampler, &r->bad);
  }
  size_t ready = 0;
  while (ready < r->blocks && r->done[ready] != 0) {
    ready++;
  }
  uint64_t samples = (uint64_t)ready * r->block;
  samples = samples > r->skew ? samples - r->skew : 0;
  result->count = samples < r->count ? samples : r->count;
  result->complete = ready == r->blocks;
  r->x->column_at = 0;
  finish_outputs(r, outputs);
  finish_inputs(r, result);
  return TF_OK;
}

tf_status tf_run(tf_context *cx, tf_arena *arena, const tf_graph *graph, const tf_run_options *options,
                 tf_samples **samples) {
  run r = {.cx = cx, .arena = arena, .graph = graph, .options = options, .count = options->count};
  r.tape = tf_tape_compile(graph, arena, false);
  r.block = block_size(r.tape, options->block);
  r.x = tf_exec_new(arena, r.tape, r.block);
  tf_samples *result = TF_NEW(arena, tf_samples);
  tf_output *outputs = TF_ARRAY(arena, tf_output, r.tape->outputs.count + 1);
  result->graph = graph;
  result->complete = true;
  result->output_count = r.tape->outputs.count;
  result->outputs = outputs;
  result->random_streams = random_streams(&r);
  // All inputs at their median; also what is certain.
  r.x->column_pitch = 8;
  r.x->column = tf_alloc_aligned(arena, r.tape->column_cells * 8 + 8, sizeof(double));
  r.x->central = true;
  tf_exec_run(r.x, &r.tape->main);
  tf_check_block(r.x, 0, 1, &r.bad);
  if (r.bad.found) {
    return tf_describe_bad(cx, arena, graph, &options->sampler, &r.bad);
  }
  start_outputs(&r, outputs);
  if (graph->uncertain && r.count > 0) {
    tf_status status = run_samples(&r, outputs, result);
    if (status != TF_OK) {
      return status;
    }
  } else {
    result->count = r.count;
  }
  *samples = result;
  return TF_OK;
}
