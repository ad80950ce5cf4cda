// SPDX-License-Identifier: GPL-3.0-or-later
// Samples over threads: into columns, or unit by unit through small columns into sketches.
//
// Lanes never meet: a sample's values are the same whatever block or thread it is computed in, so columns do not depend
// on either; nor do sketches, which count and add without rounding. Units are handed out in order, and a unit that was
// taken is finished whatever happens, so that what is done is a whole beginning. Memory is taken between parallel
// regions only: when a thread's tally runs out of it, all leave the region, its unit is finished, and all go on.
#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "engine/run_state.h"

enum { LONG_RUN = 2048 }; // samples: fewer are done before a translation is

typedef struct batch { // one call of tf_run_blocks
  tf_runner *r;
  size_t begin, end; // lanes to be done: whole groups of eight
  size_t count_end;  // lanes that count: skew .. count_end-1
  size_t unit, units;
  int threads;
  atomic_size_t next;   // unit
  atomic_bool stop;     // take no more units
  atomic_bool pause;    // the same until memory was taken
  struct timespec last; // progress
} batch;

static int thread_count(const tf_runner *r, size_t units) {
#ifdef _OPENMP
  int threads = r->options.threads > 0 ? r->options.threads : omp_get_num_procs();
  return (size_t)threads > units ? (int)units : threads;
#else
  (void)r;
  (void)units;
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

static void note_bad(batch *d, tf_worker *w, const tf_bad_value *bad) {
  if (bad->found) {
    w->bad = !w->bad.found || bad->sample < w->bad.sample ? *bad : w->bad;
    atomic_store(&d->stop, true); // units before this one were taken, and are finished
  }
}

// Lanes from .. to-1, block by block, into columns whose lane 0 is lane `origin` of the run.
static void evaluate(batch *d, tf_worker *w, size_t origin, size_t from, size_t to) {
  const tf_runner *r = d->r;
  tf_bad_value bad = {0};
  for (size_t at = from; at < to; at += r->block) {
    tf_exec *x = &w->x;
    x->lanes = to - at < r->block ? to - at : r->block;
    x->column_at = at - origin;
    x->first = r->from + at;
    x->input = at < r->input_pitch ? r->input + origin : NULL;
    x->input_pitch = r->input_pitch;
    x->input_lanes = at < r->input_pitch ? r->input_pitch - at : 0;
    tf_exec_run(x, &r->tape->main);
    size_t low = at < r->skew ? r->skew - at : 0;
    size_t high = d->count_end - at < x->lanes ? d->count_end - at : x->lanes;
    tf_check_block(x, low, high, &bad);
    if (bad.found) {
      break;
    }
  }
  note_bad(d, w, &bad);
}

// --- sketches

// 1 where a check holds in all of its columns.
static const double *judge(const tf_run_item *item, const double *columns, size_t pitch, size_t n, double *held) {
  for (size_t i = 0; i < n; i++) {
    held[i] = 1;
  }
  for (size_t c = 0; c < item->count; c++) {
    const double *x = columns + item->columns[c] * pitch;
    for (size_t i = 0; i < n; i++) {
      held[i] = x[i] > 0.5 ? held[i] : 0;
    }
  }
  return held;
}

// Counts the waiting unit from where it was left; false if memory must be taken first.
static bool count_unit(batch *d, tf_worker *w) {
  const tf_runner *r = d->r;
  const bool own = w->unit >= r->columned; // else it lies in the columns of all samples
  const double *columns = own ? w->columns : r->columns + w->unit;
  const size_t pitch = own ? w->x.column_pitch : r->pitch;
  const size_t lanes = d->count_end - w->unit < d->unit ? d->count_end - w->unit : d->unit;
  for (; w->part * TF_SKETCH_ALIGN < lanes; w->part++, w->item = 0) {
    const size_t at = w->part * TF_SKETCH_ALIGN;
    const size_t n = lanes - at < TF_SKETCH_ALIGN ? lanes - at : TF_SKETCH_ALIGN;
    for (; w->item < r->item_count; w->item++) {
      const tf_run_item *item = &r->items[w->item];
      const double *x = item->kind == TF_ITEM_CHECK ? judge(item, columns + at, pitch, n, w->held)
                                                    : columns + at + *item->columns * pitch;
      if (!tf_tally_add(w->tally, w->item, x, n)) {
        return false;
      }
    }
  }
  w->waits = false;
  return true;
}

static void keep_samples(const batch *d, const tf_worker *w) {
  const tf_runner *r = d->r;
  const bool own = w->unit >= r->columned;
  for (size_t c = 0; c < r->tape->column_cells && w->unit < r->kept_pitch; c++) {
    const size_t left = r->kept_pitch - w->unit;
    const double *x = own ? w->columns + c * w->x.column_pitch : r->columns + c * r->pitch + w->unit;
    memcpy(r->kept + c * r->kept_pitch + w->unit, x, (left < d->unit ? left : d->unit) * sizeof *x);
  }
}

static bool sketch_unit(batch *d, tf_worker *w, size_t from, size_t to) {
  if (from >= d->r->columned) {
    evaluate(d, w, from, from, to);
  }
  if (w->bad.found) { // the run has failed
    return true;
  }
  w->waits = true;
  w->unit = from;
  w->part = w->item = 0;
  keep_samples(d, w);
  return count_unit(d, w);
}

// --- threads

static void take_units(batch *d, tf_worker *w, bool reports) {
  tf_runner *r = d->r;
  while (!atomic_load(&d->stop) && !atomic_load(&d->pause) && !tf_cancelled(r->cx)) {
    const size_t number = atomic_fetch_add(&d->next, 1);
    if (number >= d->units) {
      return;
    }
    const size_t from = d->begin + number * d->unit;
    const size_t to = d->end - from < d->unit ? d->end : from + d->unit;
    if (!r->sketched) {
      evaluate(d, w, 0, from, to);
    } else if (!sketch_unit(d, w, from, to)) {
      atomic_store(&d->pause, true);
    }
    if (reports && r->cx->progress != NULL && progress_due(&d->last)) {
      r->cx->progress(r->cx->progress_user, "samples", (double)to / (double)d->end);
    }
  }
}

// Lanes of the registers that a run is translated for; 0: it is not.
static int translated_lanes(const tf_run_options *options) {
  const int most = tf_native_lanes();
  switch (options->translate) {
  case TF_TRANSLATE_ALWAYS:
    return most;
  case TF_TRANSLATE_BY_FOUR:
    return most < 4 ? most : 4;
  case TF_TRANSLATE_LONG_RUNS:
    return options->count >= LONG_RUN ? most : 0;
  default:
    return 0;
  }
}

static void take_workers(batch *d) {
  tf_runner *r = d->r;
  if (r->workers == NULL) { // as many as the longest run asked for can use
    const int most = thread_count(r, (r->skew + (size_t)r->options.count + d->unit - 1) / d->unit);
    r->workers = tf_alloc_aligned(r->arena, (size_t)most, sizeof *r->workers);
    r->worker_count = most;
    const tf_native *native = NULL;
    const int wide = translated_lanes(&r->options);
    if (wide > 0) {
      // Past the caches only whole vectors are stored: blocks must begin at one.
      const bool past = !r->sketched && r->skew == 0 && tf_exec_past_caches(r->tape, r->pitch);
      native = tf_native_translate(r->arena, r->tape, r->x->pitch, past, wide);
    }
    for (int t = 0; t < most; t++) {
      tf_exec *x = &r->workers[t].x;
      *x = *r->x;
      tf_exec_work(x, r->arena, r->block);
      if (native != NULL) {
        x->native = native;
        x->native_columns = (double **)tf_alloc(r->arena, native->columns + 1, sizeof(double *));
      }
      tf_exec_bind(x, r->arena);
    }
  }
  for (int t = 0; t < r->worker_count; t++) {
    tf_worker *w = &r->workers[t];
    if (!r->sketched) {
      w->x.column = r->columns;
      w->x.column_pitch = r->pitch;
    } else if (w->tally == NULL) {
      tf_sketch_column *columns = TF_ARRAY(r->arena, tf_sketch_column, r->item_count + 1);
      for (size_t k = 0; k < r->item_count; k++) {
        const tf_run_item *item = &r->items[k];
        columns[k].origin = item->kind == TF_ITEM_DATE ? item->central : 0;
        columns[k].shift = item->central;
        columns[k].whole = item->kind >= TF_ITEM_LABEL;
      }
      w->tally = tf_tally_new(r->arena, columns, r->item_count, 0);
      w->x.column_pitch = tf_column_pitch(d->unit);
      w->columns = tf_alloc_columns(r->arena, r->tape->column_cells * w->x.column_pitch + 8);
      w->held = tf_alloc_aligned(r->arena, TF_SKETCH_ALIGN, sizeof(double));
      w->x.column = w->columns;
    }
  }
}

bool tf_run_blocks(tf_runner *r, uint64_t count) {
  batch d = {.r = r};
  d.unit = r->sketched && r->block < TF_SKETCH_ALIGN ? TF_SKETCH_ALIGN : r->block;
  d.count_end = r->skew + (size_t)count;
  d.begin = r->counted > 0 ? r->skew + (size_t)r->counted : 0;
  d.end = (d.count_end + 7) / 8 * 8;
  d.units = d.end > d.begin ? (d.end - d.begin + d.unit - 1) / d.unit : 0;
  d.threads = thread_count(r, d.units > 0 ? d.units : 1);
  atomic_init(&d.next, 0);
  atomic_init(&d.stop, false);
  atomic_init(&d.pause, false);
  take_workers(&d);
  do {
    atomic_store(&d.pause, false);
#ifdef _OPENMP
#pragma omp parallel num_threads(d.threads)
    take_units(&d, &r->workers[omp_get_thread_num()], omp_get_thread_num() == 0);
#else
    take_units(&d, &r->workers[0], true);
#endif
    for (int t = 0; t < d.threads; t++) {
      tf_worker *w = &r->workers[t];
      while (w->waits) {
        tf_tally_stock(w->tally);
        (void)count_unit(&d, w);
      }
      if (w->bad.found) {
        r->bad = !r->bad.found || w->bad.sample < r->bad.sample ? w->bad : r->bad;
      }
    }
  } while (atomic_load(&d.pause));
  const size_t taken = atomic_load(&d.next) < d.units ? atomic_load(&d.next) : d.units;
  const size_t lanes = d.begin + taken * d.unit;
  const size_t done = lanes > d.count_end ? d.count_end : lanes;
  r->counted = done > r->skew ? done - r->skew : 0;
  if (!r->sketched) {
    r->columned = r->counted;
  }
  return r->counted == count && !r->bad.found;
}
