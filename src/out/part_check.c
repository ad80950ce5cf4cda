// SPDX-License-Identifier: GPL-3.0-or-later
// Whether partial results belong together, and whether they are all there.
#include <string.h>

#include "out/part.h"

static const tf_span nowhere = {0, 0, 0};

enum { NAMED = 8 }; // missing shards that a message lists

static tf_status one_command(tf_context *cx) {
  tf_hint(cx, "compute all shards with one command that differs in --shard alone");
  return TF_INVALID;
}

static tf_status numbers_agree(tf_context *cx, const tf_part *a, const tf_part *b) {
  const struct {
    const char *what;
    uint64_t a, b;
  } pairs[] = {{"seed", a->sampler.seed, b->sampler.seed},
               {"number of samples", a->sampler.samples, b->sampler.samples},
               {"number of replicates", a->sampler.replicates, b->sampler.replicates},
               {"cap on memory", a->memory, b->memory}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    if (pairs[i].a != pairs[i].b) {
      (void)tf_fail(cx, TF_INVALID, nowhere, "`%s` has another %s (%llu) than `%s` (%llu)", b->extent.name,
                    pairs[i].what, (unsigned long long)pairs[i].b, a->extent.name, (unsigned long long)pairs[i].a);
      return one_command(cx);
    }
  }
  if (a->sampler.kind != b->sampler.kind) {
    (void)tf_fail(cx, TF_INVALID, nowhere, "`%s` has another sampler (%s) than `%s`", b->extent.name,
                  b->sampler.kind == TF_SAMPLER_RANDOM ? "random" : "sobol", a->extent.name);
    return one_command(cx);
  }
  return TF_OK;
}

static const char *option_text(tf_context *cx, const tf_part *part, size_t i) {
  if (i >= part->options.count) {
    return "no such option";
  }
  const tf_part_option *option = &part->options.at[i];
  return tf_format(cx->arena, "--%.*s%s%.*s", TF_STR_ARGS(option->name), option->has_value ? " " : "",
                   TF_STR_ARGS(option->value));
}

static tf_status settings_agree(tf_context *cx, const tf_part *a, const tf_part *b) {
  size_t most = a->options.count > b->options.count ? a->options.count : b->options.count;
  for (size_t i = 0; i < most; i++) {
    const char *left = option_text(cx, a, i);
    const char *right = option_text(cx, b, i);
    if (strcmp(left, right) != 0) {
      (void)tf_fail(cx, TF_INVALID, nowhere, "`%s` has other settings (%s) than `%s` (%s)", b->extent.name, right,
                    a->extent.name, left);
      return one_command(cx);
    }
  }
  return TF_OK;
}

static tf_status files_agree(tf_context *cx, const tf_part *a, const tf_part *b) {
  size_t most = a->files.count > b->files.count ? a->files.count : b->files.count;
  for (size_t i = 0; i < most; i++) {
    const tf_part_file *left = i < a->files.count ? &a->files.at[i] : NULL;
    const tf_part_file *right = i < b->files.count ? &b->files.at[i] : NULL;
    bool same_path = left != NULL && right != NULL && tf_str_eq(left->path, right->path);
    if (!same_path) {
      const tf_part_file *one = right != NULL ? right : left;
      (void)tf_fail(cx, TF_INVALID, nowhere, "`%s` was computed from other files than `%s`: only one read `%.*s`",
                    b->extent.name, a->extent.name, TF_STR_ARGS(one->path));
      return one_command(cx);
    }
    if (!tf_str_eq(left->text, right->text)) {
      (void)tf_fail(cx, TF_INVALID, nowhere, "`%s` was computed from another `%.*s` than `%s`: the file was changed",
                    b->extent.name, TF_STR_ARGS(left->path), a->extent.name);
      tf_hint(cx, "compute the shards that saw the older text again");
      return TF_INVALID;
    }
  }
  return TF_OK;
}

static tf_status groups_agree(tf_context *cx, const tf_part *a, const tf_part *b) {
  bool same = a->groups.count == b->groups.count;
  for (size_t g = 0; g < a->groups.count && same; g++) {
    const tf_part_group *x = &a->groups.at[g];
    const tf_part_group *y = &b->groups.at[g];
    same = x->layout == y->layout && x->sketched == y->sketched && x->central_count == y->central_count &&
           memcmp(x->central, y->central, x->central_count * sizeof *x->central) == 0 &&
           x->column_count == y->column_count && x->column_of_count == y->column_of_count &&
           memcmp(x->column_of, y->column_of, x->column_of_count * sizeof *x->column_of) == 0 &&
           x->sketch_count == y->sketch_count && x->sketch_of_count == y->sketch_of_count &&
           memcmp(x->sketch_of, y->sketch_of, x->sketch_of_count * sizeof *x->sketch_of) == 0 &&
           x->input_count == y->input_count;
    for (size_t i = 0; i < x->input_count && same; i++) {
      same = x->inputs[i].scenario == y->inputs[i].scenario && x->inputs[i].quantity == y->inputs[i].quantity;
    }
  }
  if (same) {
    return TF_OK;
  }
  (void)tf_fail(cx, TF_INVALID, nowhere, "`%s` was computed by another build of tenfold than `%s`", b->extent.name,
                a->extent.name);
  tf_hint(cx, "compute all shards with one program");
  return TF_INVALID;
}

tf_status tf_part_agree(tf_context *cx, const tf_part *a, const tf_part *b) {
  if (!tf_str_eq(a->version, b->version)) {
    (void)tf_fail(cx, TF_INVALID, nowhere, "`%s` was computed by tenfold %.*s, `%s` by %.*s", b->extent.name,
                  TF_STR_ARGS(b->version), a->extent.name, TF_STR_ARGS(a->version));
    tf_hint(cx, "compute all shards with one program");
    return TF_INVALID;
  }
  tf_status status = numbers_agree(cx, a, b);
  status = status == TF_OK ? settings_agree(cx, a, b) : status;
  status = status == TF_OK ? files_agree(cx, a, b) : status;
  if (status == TF_OK && !tf_str_eq(a->machine, b->machine)) {
    status = tf_fail(cx, TF_INVALID, nowhere, "`%s` was computed on another kind of machine (%.*s) than `%s` (%.*s)",
                     b->extent.name, TF_STR_ARGS(b->machine), a->extent.name, TF_STR_ARGS(a->machine));
    tf_hint(cx, "instruction sets round the last digits differently: compute all shards on one kind of node");
  }
  return status == TF_OK ? groups_agree(cx, a, b) : status;
}

// Insertion sort: file names usually come in order.
static void sort_by_first(tf_part_extent *extents, size_t count) {
  for (size_t i = 1; i < count; i++) {
    tf_part_extent one = extents[i];
    size_t at = i;
    while (at > 0 && (extents[at - 1].first > one.first ||
                      (extents[at - 1].first == one.first && strcmp(extents[at - 1].name, one.name) > 0))) {
      extents[at] = extents[at - 1];
      at--;
    }
    extents[at] = one;
  }
}

// Where all parts are shards of one split, the numbers of those that are not there say most.
static tf_status shards_missing(tf_context *cx, const tf_part_extent *extents, size_t count, uint64_t from,
                                uint64_t to) {
  const uint64_t shards = extents[0].shards;
  bool one_split = true;
  for (size_t i = 0; i < count; i++) {
    one_split = one_split && extents[i].shards == shards;
  }
  if (!one_split) {
    (void)tf_fail(cx, TF_INVALID, nowhere, "samples %llu to %llu are missing", (unsigned long long)from + 1,
                  (unsigned long long)to);
    tf_hint(cx, "give the partial results of all shards");
    return TF_INVALID;
  }
  tf_text list = tf_text_new(cx->arena);
  uint64_t missing = 0;
  uint64_t next = 1;
  uint64_t example = 0;
  for (size_t i = 0; i <= count; i++) {
    for (uint64_t end = i < count ? extents[i].shard : shards + 1; next < end; next++) {
      example = missing == 0 ? next : example;
      if (missing < NAMED) {
        tf_text_addf(&list, "%s%llu", missing == 0 ? "" : ", ", (unsigned long long)next);
      }
      missing++;
    }
    next++;
  }
  (void)tf_fail(cx, TF_INVALID, nowhere, "%llu of %llu shards %s missing: %s%s", (unsigned long long)missing,
                (unsigned long long)shards, missing == 1 ? "is" : "are", list.ptr, missing > NAMED ? ", ..." : "");
  tf_hint(cx, "give their files too, or compute them: the same command with --shard %llu/%llu",
          (unsigned long long)example, (unsigned long long)shards);
  return TF_INVALID;
}

tf_status tf_parts_cover(tf_context *cx, tf_part_extent *extents, size_t count, uint64_t samples) {
  sort_by_first(extents, count);
  for (size_t i = 1; i < count; i++) {
    const tf_part_extent *a = &extents[i - 1];
    const tf_part_extent *b = &extents[i];
    uint64_t end = a->first + a->count;
    if (b->first < end) {
      uint64_t last = b->first + b->count < end ? b->first + b->count : end;
      (void)tf_fail(cx, TF_INVALID, nowhere, "`%s` and `%s` overlap: both have samples %llu to %llu", a->name, b->name,
                    (unsigned long long)b->first + 1, (unsigned long long)last);
      tf_hint(cx, a->shards == b->shards ? "give each shard once"
                                         : "they are of different splits: give the shards of one of them");
      return TF_INVALID;
    }
  }
  uint64_t next = 0;
  for (size_t i = 0; i <= count; i++) {
    uint64_t first = i < count ? extents[i].first : samples;
    if (first > next) {
      return shards_missing(cx, extents, count, next, first);
    }
    next = i < count ? extents[i].first + extents[i].count : next;
  }
  return TF_OK;
}
