// SPDX-License-Identifier: GPL-3.0-or-later
// Heads of partial results as bytes, and files of them.
#include "out/part.h"

#include <string.h>

#include "base/bytes.h"
#include "base/map.h"

static const tf_span nowhere = {0, 0, 0};
static const char magic[8] = {(char)0x89, 'T', 'F', 'P', 'A', 'R', 'T', '\n'};

enum { PREFIX = 8 + 4 + 8, CHECKSUM = 8 }; // bytes before the head; of a checksum

bool tf_part_range(uint64_t samples, uint64_t shard, uint64_t shards, uint64_t *first, uint64_t *count) {
  const uint64_t blocks = samples / TF_SKETCH_ALIGN + (samples % TF_SKETCH_ALIGN != 0);
  if (shard == 0 || shard > shards || shards > blocks || blocks > UINT32_MAX) {
    return false;
  }
  uint64_t end = blocks * shard / shards * TF_SKETCH_ALIGN;
  *first = blocks * (shard - 1) / shards * TF_SKETCH_ALIGN;
  *count = (end < samples ? end : samples) - *first;
  return true;
}

// --- a run's samples as a group

// Columns are shared where outputs are equal: each is numbered once, in the order in which cells meet it.
static uint32_t numbered(tf_map *seen, const void *const *at, size_t cell) {
  uint32_t known = tf_map_get(seen, (tf_str){(const char *)&at[cell], sizeof at[cell]});
  if (known == TF_MAP_NONE) {
    known = (uint32_t)seen->count;
    (void)tf_map_put(seen, (tf_str){(const char *)&at[cell], sizeof at[cell]}, known);
  }
  return known;
}

static void put_layout(const tf_samples *samples, tf_text *out) {
  for (size_t i = 0; i < samples->output_count; i++) {
    const tf_output *o = &samples->outputs[i];
    uint64_t numbers[] = {o->scenario,          o->quantity,          o->check,  o->elements, (uint64_t)o->history,
                          (uint64_t)o->periods, o->index_count,       o->series, o->label,    o->uncertain,
                          o->may_be_undefined,  samples->output_count};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
      tf_put_u64(out, numbers[k]);
    }
  }
}

static size_t cells_of(const tf_output *output) {
  return output->elements * ((size_t)output->history + (size_t)output->periods);
}

static size_t sketches_of(const tf_output *output) { // of a check: one for all periods and rows
  return output->check != TF_NO_ID ? 1 : cells_of(output);
}

static void add_sketches(tf_arena *arena, const tf_samples *samples, tf_part_group *group, uint64_t *size) {
  tf_text text = tf_text_new(arena);
  tf_map seen = tf_map_new(arena);
  uint32_t *sketch_of = TF_ARRAY(arena, uint32_t, group->sketch_of_count + 1);
  size_t at = 0;
  for (size_t i = 0; i < samples->output_count; i++) {
    const tf_output *output = &samples->outputs[i];
    for (size_t c = 0; c < sketches_of(output); c++, at++) {
      sketch_of[at] = TF_NO_ID;
      if (output->sketches != NULL && output->sketches[c] != NULL) {
        size_t before = seen.count;
        sketch_of[at] = numbered(&seen, (const void *const *)output->sketches, c);
        if (seen.count > before) {
          tf_sketch_write(output->sketches[c], &text);
        }
      }
    }
  }
  group->sketch_of = sketch_of;
  group->sketch_count = seen.count;
  group->sketches = tf_text_str(&text);
  *size = group->sketches.len;
}

// With sketches, columns are short, and empty in most parts: none is shared, so that all parts number them alike.
static void add_columns(tf_arena *arena, const tf_samples *samples, tf_part_group *group) {
  double *central = TF_ARRAY(arena, double, group->central_count + 1);
  uint32_t *column_of = TF_ARRAY(arena, uint32_t, group->central_count + 1);
  const double **columns = (const double **)tf_alloc(arena, group->central_count + 1, sizeof *columns);
  tf_map seen = tf_map_new(arena);
  size_t at = 0;
  for (size_t i = 0; i < samples->output_count; i++) {
    const tf_output *output = &samples->outputs[i];
    for (size_t c = 0; c < cells_of(output); c++, at++) {
      central[at] = output->central[c];
      column_of[at] = TF_NO_ID;
      if (output->samples != NULL && output->samples[c] != NULL) {
        column_of[at] = samples->sketched ? (uint32_t)group->column_count
                                          : numbered(&seen, (const void *const *)output->samples, c);
        columns[column_of[at]] = output->samples[c];
        group->column_count = samples->sketched ? group->column_count + 1 : seen.count;
      }
    }
  }
  group->central = central;
  group->column_of = column_of;
  group->columns = columns;
}

static void add_inputs(tf_arena *arena, const tf_samples *samples, tf_part_group *group) {
  group->input_columns = (const double **)tf_alloc(arena, samples->input_count + 1, sizeof *group->input_columns);
  group->inputs = TF_ARRAY(arena, struct tf_part_input, samples->input_count + 1);
  for (size_t i = 0; i < samples->input_count; i++) {
    const struct tf_input_column *input = &samples->inputs[i];
    if (input->u != NULL) {
      group->input_columns[group->input_count] = input->u;
      group->inputs[group->input_count++] =
          (struct tf_part_input){input->scenario, input->quantity, input->same_everywhere};
    }
  }
}

// How many of the samples that rank correlations are taken of are among those of a part.
static uint64_t early_samples(const tf_part_extent *extent) {
  uint64_t left = extent->first < TF_KEPT_SAMPLES ? TF_KEPT_SAMPLES - extent->first : 0;
  return extent->count < left ? extent->count : left;
}

void tf_part_add(tf_arena *arena, tf_part *part, const tf_samples *samples) {
  tf_part_group group = {.sketched = samples->sketched};
  struct tf_part_share share = {0};
  for (size_t i = 0; i < samples->output_count; i++) {
    group.central_count += cells_of(&samples->outputs[i]);
    group.sketch_of_count += sketches_of(&samples->outputs[i]);
  }
  group.column_of_count = group.central_count;
  tf_text layout = tf_text_new(arena);
  put_layout(samples, &layout);
  group.layout = tf_str_hash(tf_text_str(&layout));
  add_columns(arena, samples, &group);
  add_inputs(arena, samples, &group);
  share.kept = group.column_count > 0 ? samples->kept : 0;
  share.input_kept = group.input_count > 0 ? early_samples(&part->extent) : 0;
  group.sketch_of_count = samples->sketched ? group.sketch_of_count : 0;
  if (samples->sketched) {
    add_sketches(arena, samples, &group, &share.sketch_size);
  }
  tf_vec_push(arena, &part->groups, group);
  struct tf_part_share *shares = TF_ARRAY(arena, struct tf_part_share, part->groups.count);
  for (size_t g = 0; g + 1 < part->groups.count; g++) {
    shares[g] = part->extent.shares[g];
  }
  shares[part->groups.count - 1] = share;
  part->extent.shares = shares;
}

// --- the head

static void put_strings(tf_text *out, const tf_str *at, size_t count) {
  tf_put_u64(out, count);
  for (size_t i = 0; i < count; i++) {
    tf_put_str(out, at[i]);
  }
}

static void put_group(tf_text *out, const tf_part_group *group, const struct tf_part_share *share) {
  tf_put_u32(out, group->sketched);
  tf_put_u64(out, group->layout);
  tf_put_u64(out, share->kept);
  tf_put_u64(out, share->input_kept);
  tf_put_u64(out, share->sketch_size);
  tf_put_u64(out, group->central_count);
  for (size_t i = 0; i < group->central_count; i++) {
    tf_put_f64(out, group->central[i]);
  }
  tf_put_u64(out, group->column_of_count);
  for (size_t i = 0; i < group->column_of_count; i++) {
    tf_put_u32(out, group->column_of[i]);
  }
  tf_put_u64(out, group->sketch_of_count);
  for (size_t i = 0; i < group->sketch_of_count; i++) {
    tf_put_u32(out, group->sketch_of[i]);
  }
  tf_put_u64(out, group->column_count);
  tf_put_u64(out, group->sketch_count);
  tf_put_u64(out, group->input_count);
  for (size_t i = 0; i < group->input_count; i++) {
    tf_put_u32(out, group->inputs[i].scenario);
    tf_put_u32(out, group->inputs[i].quantity);
    tf_put_u32(out, group->inputs[i].same_everywhere);
  }
}

void tf_part_put_head(const tf_part *part, tf_text *out) {
  tf_put_str(out, part->version);
  tf_put_str(out, part->machine);
  tf_put_u64(out, part->sampler.seed);
  tf_put_u32(out, part->sampler.kind);
  tf_put_u32(out, part->sampler.replicates);
  tf_put_u64(out, part->sampler.samples);
  tf_put_u64(out, part->memory);
  put_strings(out, part->arguments.at, part->arguments.count);
  tf_put_u64(out, part->options.count);
  for (size_t i = 0; i < part->options.count; i++) {
    tf_put_str(out, part->options.at[i].name);
    tf_put_u32(out, part->options.at[i].has_value);
    tf_put_str(out, part->options.at[i].value);
  }
  tf_put_u64(out, part->files.count);
  for (size_t i = 0; i < part->files.count; i++) {
    tf_put_str(out, part->files.at[i].path);
    tf_put_str(out, part->files.at[i].text);
  }
  put_strings(out, part->found.at, part->found.count);
  put_strings(out, part->models.at, part->models.count);
  put_strings(out, part->scenarios.at, part->scenarios.count);
  tf_put_u64(out, part->extent.shard);
  tf_put_u64(out, part->extent.shards);
  tf_put_u64(out, part->extent.first);
  tf_put_u64(out, part->extent.count);
  tf_put_u64(out, part->groups.count);
  for (size_t g = 0; g < part->groups.count; g++) {
    put_group(out, &part->groups.at[g], &part->extent.shares[g]);
  }
}

#define GET_STRINGS(arena, in, vec)                                                                                    \
  for (size_t left_ = tf_get_count((in), 8); left_ > 0 && !(in)->bad; left_--) {                                       \
    tf_vec_push((arena), (vec), tf_get_str(in));                                                                       \
  }

// Numbers of columns or sketches; the highest may be count - 1.
static const uint32_t *get_numbers(tf_arena *arena, tf_bytes *in, size_t *count) {
  *count = tf_get_count(in, 4);
  uint32_t *numbers = TF_ARRAY(arena, uint32_t, *count + 1);
  for (size_t i = 0; i < *count; i++) {
    numbers[i] = tf_get_u32(in);
  }
  return numbers;
}

static bool numbers_fit(const uint32_t *numbers, size_t count, uint64_t below) {
  for (size_t i = 0; i < count; i++) {
    if (numbers[i] != TF_NO_ID && numbers[i] >= below) {
      return false;
    }
  }
  return true;
}

static void get_group(tf_arena *arena, tf_bytes *in, tf_part_group *group, struct tf_part_share *share) {
  group->sketched = tf_get_u32(in) != 0;
  group->layout = tf_get_u64(in);
  share->kept = tf_get_u64(in);
  share->input_kept = tf_get_u64(in);
  share->sketch_size = tf_get_u64(in);
  group->central_count = tf_get_count(in, 8);
  double *central = TF_ARRAY(arena, double, group->central_count + 1);
  for (size_t i = 0; i < group->central_count; i++) {
    central[i] = tf_get_f64(in);
  }
  group->central = central;
  group->column_of = get_numbers(arena, in, &group->column_of_count);
  group->sketch_of = get_numbers(arena, in, &group->sketch_of_count);
  uint64_t columns = tf_get_u64(in);
  uint64_t sketches = tf_get_u64(in);
  group->input_count = tf_get_count(in, 12);
  group->inputs = TF_ARRAY(arena, struct tf_part_input, group->input_count + 1);
  for (size_t i = 0; i < group->input_count; i++) {
    uint32_t scenario = tf_get_u32(in);
    uint32_t quantity = tf_get_u32(in);
    group->inputs[i] = (struct tf_part_input){scenario, quantity, tf_get_u32(in) != 0};
  }
  in->bad = in->bad || columns > group->column_of_count || sketches > group->sketch_of_count ||
            !numbers_fit(group->column_of, group->column_of_count, columns) ||
            !numbers_fit(group->sketch_of, group->sketch_of_count, sketches);
  group->column_count = in->bad ? 0 : (size_t)columns;
  group->sketch_count = in->bad ? 0 : (size_t)sketches;
}

tf_part *tf_part_get_head(tf_arena *arena, const char *name, tf_str bytes) {
  tf_part *part = TF_NEW(arena, tf_part);
  tf_bytes in = {bytes, false};
  part->version = tf_get_str(&in);
  part->machine = tf_get_str(&in);
  part->sampler.seed = tf_get_u64(&in);
  part->sampler.kind = tf_get_u32(&in) == TF_SAMPLER_RANDOM ? TF_SAMPLER_RANDOM : TF_SAMPLER_SOBOL;
  part->sampler.replicates = tf_get_u32(&in);
  part->sampler.samples = tf_get_u64(&in);
  part->memory = tf_get_u64(&in);
  GET_STRINGS(arena, &in, &part->arguments)
  for (size_t left = tf_get_count(&in, 20); left > 0 && !in.bad; left--) {
    tf_part_option option = {.name = tf_get_str(&in)};
    option.has_value = tf_get_u32(&in) != 0;
    option.value = tf_get_str(&in);
    tf_vec_push(arena, &part->options, option);
  }
  for (size_t left = tf_get_count(&in, 16); left > 0 && !in.bad; left--) {
    tf_part_file file = {.path = tf_get_str(&in)};
    file.text = tf_get_str(&in);
    tf_vec_push(arena, &part->files, file);
  }
  GET_STRINGS(arena, &in, &part->found)
  GET_STRINGS(arena, &in, &part->models)
  GET_STRINGS(arena, &in, &part->scenarios)
  part->extent.name = name;
  part->extent.shard = tf_get_u64(&in);
  part->extent.shards = tf_get_u64(&in);
  part->extent.first = tf_get_u64(&in);
  part->extent.count = tf_get_u64(&in);
  size_t groups = tf_get_count(&in, 80);
  part->extent.shares = TF_ARRAY(arena, struct tf_part_share, groups + 1);
  for (size_t g = 0; g < groups && !in.bad; g++) {
    tf_part_group group = {0};
    get_group(arena, &in, &group, &part->extent.shares[g]);
    tf_vec_push(arena, &part->groups, group);
    const struct tf_part_share *share = &part->extent.shares[g];
    uint64_t early = early_samples(&part->extent);
    uint64_t kept = group.sketched ? early : part->extent.count;
    in.bad = in.bad || share->kept != (group.column_count > 0 ? kept : 0) ||
             share->input_kept != (group.input_count > 0 ? early : 0);
  }
  uint64_t first = 0;
  uint64_t count = 0;
  bool fits = tf_part_range(part->sampler.samples, part->extent.shard, part->extent.shards, &first, &count) &&
              part->extent.first == first && part->extent.count == count;
  return in.bad || in.rest.len != 0 || !fits ? NULL : part;
}

// --- files

static tf_str bytes_of(const double *column, uint64_t count) {
  return (tf_str){(const char *)column, (size_t)count * sizeof *column};
}

// Columns as they are written: in place, but for machines that are not little-endian.
static tf_str column_bytes(tf_arena *arena, const double *column, uint64_t count) {
  double probe = 1;
  tf_turn_f64(&probe, 1);
  if (probe == 1) { // nothing is turned here
    return bytes_of(column, count);
  }
  double *turned = tf_alloc_columns(arena, (size_t)count);
  memcpy(turned, column, (size_t)count * sizeof *turned);
  tf_turn_f64(turned, (size_t)count);
  return bytes_of(turned, count);
}

tf_status tf_part_write(tf_context *cx, const char *path, const tf_part *part) {
  tf_arena *arena = cx->arena;
  tf_text head = tf_text_new(arena);
  tf_part_put_head(part, &head);
  tf_text start = tf_text_new(arena);
  tf_text_add(&start, (tf_str){magic, sizeof magic});
  tf_put_u32(&start, TF_PART_FORMAT);
  tf_put_u64(&start, head.len);
  tf_text_add(&start, tf_text_str(&head));
  const tf_crc64 *tables = tf_crc64_new(arena);
  tf_put_u64(&start, tf_crc64_add(tables, 0, tf_text_str(&start)));
  TF_VEC(tf_str) pieces = {0};
  tf_vec_push(arena, &pieces, tf_text_str(&start));
  for (size_t g = 0; g < part->groups.count; g++) {
    const tf_part_group *group = &part->groups.at[g];
    const struct tf_part_share *share = &part->extent.shares[g];
    for (size_t c = 0; c < group->column_count && share->kept > 0; c++) {
      tf_vec_push(arena, &pieces, column_bytes(arena, group->columns[c], share->kept));
    }
    for (size_t c = 0; c < group->input_count && share->input_kept > 0; c++) {
      tf_vec_push(arena, &pieces, column_bytes(arena, group->input_columns[c], share->input_kept));
    }
    tf_vec_push(arena, &pieces, group->sketches);
  }
  uint64_t sum = 0;
  for (size_t i = 1; i < pieces.count; i++) {
    sum = tf_crc64_add(tables, sum, pieces.at[i]);
  }
  tf_text end = tf_text_new(arena);
  tf_put_u64(&end, sum);
  tf_vec_push(arena, &pieces, tf_text_str(&end));
  return tf_file_write_pieces(cx, path, pieces.at, pieces.count);
}

static tf_status cut_short(tf_context *cx, const char *path, const tf_part *part) {
  tf_status status = tf_fail(cx, TF_FILE, nowhere, "`%s` is cut short", path);
  if (part != NULL) {
    tf_hint(cx, "compute it again with --shard %llu/%llu, or copy it again", (unsigned long long)part->extent.shard,
            (unsigned long long)part->extent.shards);
  } else {
    tf_hint(cx, "compute this shard again, or copy the file again");
  }
  return status;
}

static tf_status damaged(tf_context *cx, const char *path) {
  tf_status status = tf_fail(cx, TF_FILE, nowhere, "`%s` is damaged: its checksum does not fit", path);
  tf_hint(cx, "compute this shard again, or copy the file again");
  return status;
}

// Bytes of the data of a part; UINT64_MAX if they are more than a file can hold.
static uint64_t data_size(const tf_part *part) {
  double size = 0;
  uint64_t exact = 0;
  for (size_t g = 0; g < part->groups.count; g++) {
    const tf_part_group *group = &part->groups.at[g];
    const struct tf_part_share *share = &part->extent.shares[g];
    size += 8.0 * ((double)group->column_count * (double)share->kept +
                   (double)group->input_count * (double)share->input_kept) +
            (double)share->sketch_size;
    exact += 8 * (group->column_count * share->kept + group->input_count * share->input_kept) + share->sketch_size;
  }
  return size > 0x1p62 ? UINT64_MAX : exact;
}

tf_status tf_part_read(tf_context *cx, const char *path, tf_part **part) {
  char prefix[PREFIX] = {0};
  uint64_t size = 0;
  tf_status status = tf_file_read_rooms(cx, path, 0, NULL, 0, &size);
  if (status != TF_OK) {
    return status;
  }
  tf_room start = {prefix, size < PREFIX ? (size_t)size : PREFIX};
  status = tf_file_read_rooms(cx, path, 0, &start, 1, &size);
  if (status != TF_OK) {
    return status;
  }
  size_t known = start.size < sizeof magic ? start.size : sizeof magic;
  if (known == 0 || memcmp(prefix, magic, known) != 0) {
    status = tf_fail(cx, TF_FILE, nowhere, "`%s` is no partial result", path);
    tf_hint(cx, "`tenfold run FILE --shard 1/4` writes one");
    return status;
  }
  tf_bytes in = {{prefix + sizeof magic, PREFIX - sizeof magic}, false};
  uint32_t format = tf_get_u32(&in);
  uint64_t head_size = tf_get_u64(&in);
  if (start.size == PREFIX && format != TF_PART_FORMAT) {
    status = tf_fail(cx, TF_FILE, nowhere, "`%s` is a partial result of format %u; this program reads format %d", path,
                     (unsigned)format, TF_PART_FORMAT);
    tf_hint(cx, "join it with the version of tenfold that wrote it");
    return status;
  }
  if (start.size < PREFIX || size - PREFIX < CHECKSUM || head_size > size - PREFIX - CHECKSUM) {
    return cut_short(cx, path, NULL);
  }
  char *bytes = tf_alloc(cx->arena, (size_t)head_size + PREFIX + CHECKSUM, 1);
  tf_room whole = {bytes, (size_t)head_size + PREFIX + CHECKSUM};
  status = tf_file_read_rooms(cx, path, 0, &whole, 1, &size);
  if (status != TF_OK) {
    return status;
  }
  tf_str head = {bytes, (size_t)head_size + PREFIX};
  tf_bytes sum = {{bytes + head.len, CHECKSUM}, false};
  if (tf_crc64_add(tf_crc64_new(cx->arena), 0, head) != tf_get_u64(&sum)) {
    return damaged(cx, path);
  }
  tf_part *found = tf_part_get_head(cx->arena, tf_cstr(cx->arena, tf_str_of(path)), tf_str_sub(head, PREFIX, head.len));
  if (found == NULL) {
    return damaged(cx, path);
  }
  found->extent.data_at = head.len + CHECKSUM;
  uint64_t data = data_size(found);
  if (data == UINT64_MAX || size - found->extent.data_at < CHECKSUM || size - found->extent.data_at - CHECKSUM < data) {
    return cut_short(cx, path, found);
  }
  if (size - found->extent.data_at - CHECKSUM > data) {
    return damaged(cx, path);
  }
  *part = found;
  return TF_OK;
}

tf_status tf_part_read_data(tf_context *cx, tf_part *whole, const tf_part_extent *extent) {
  tf_room *places = NULL;
  size_t count = tf_part_places(cx->arena, whole, extent, &places);
  char sum[CHECKSUM] = {0};
  places[count] = (tf_room){sum, CHECKSUM};
  uint64_t size = 0;
  tf_status status = tf_file_read_rooms(cx, extent->name, extent->data_at, places, count + 1, &size);
  if (status != TF_OK) {
    return status;
  }
  tf_arena_mark mark = tf_arena_save(cx->arena);
  const tf_crc64 *tables = tf_crc64_new(cx->arena);
  uint64_t found = 0;
  for (size_t i = 0; i < count; i++) {
    found = tf_crc64_add(tables, found, (tf_str){places[i].at, places[i].size});
  }
  tf_arena_restore(cx->arena, mark);
  tf_bytes in = {{sum, CHECKSUM}, false};
  if (found != tf_get_u64(&in) || !tf_part_take(cx->arena, whole, extent, true)) {
    return damaged(cx, extent->name);
  }
  return TF_OK;
}
