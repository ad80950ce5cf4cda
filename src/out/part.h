// SPDX-License-Identifier: GPL-3.0-or-later
// Partial results: the samples of one range, in a file of their own, and how such files become one result again.
//
// A file holds all that the command was computed from (the texts of models, scenarios and tables, its settings), so
// that it can be joined anywhere, later, and whatever became of those files since. Joining puts the samples side by
// side and leaves statistics and output to the code that every other result goes through: the same bytes as one run.
//
// Format 1, little-endian; `str` is a u64 length and its bytes, `list` a u64 count and its items:
//   8 bytes "\x89TFPART\n", u32 format, u64 size of the head, the head, u64 checksum of everything so far,
//   the data, u64 checksum of the data. Checksums are CRC-64/XZ.
// Head:
//   str version of the program, str machine (tf_machine_kind), u64 seed, u32 sampler, u32 replicates, u64 samples of
//   the whole, u64 memory cap (it decides between columns and sketches), list of str files as given,
//   list of {str option, u32 has a value, str value}, list of {str path, str text} read,
//   three lists of str: paths found, data folders of models, and of scenarios;
//   u64 shard, u64 shards (as asked), u64 first sample, u64 count; list of groups.
// A group is the samples of scenarios that share their models:
//   u32 sketched, u64 layout (hash over what the outputs are), u64 kept, u64 kept of inputs, u64 size of the sketches,
//   list of f64 central values of all cells of all outputs, in order,
//   list of u32 column of each cell, list of u32 sketch of each cell (one for a check); UINT32_MAX: none,
//   u64 columns, u64 sketches, list of inputs {u32 scenario, u32 quantity, u32 same everywhere}.
// Data, group after group: its columns (f64 x kept), its inputs' columns (f64 x kept of inputs), its sketches
//   (tf_sketch_write, one after the other). Columns are of samples first .. first + kept - 1, in base units.
#ifndef TF_OUT_PART_H
#define TF_OUT_PART_H

#include "base/crc64.h"
#include "base/io.h"
#include "engine/run.h"

enum { TF_PART_FORMAT = 1 };

typedef struct tf_part_option {
  tf_str name, value;
  bool has_value;
} tf_part_option;

typedef struct tf_part_file {
  tf_str path, text;
} tf_part_file;

typedef struct tf_part_group {
  bool sketched;
  uint64_t layout;
  size_t central_count, column_of_count, sketch_of_count;
  const double *central;
  const uint32_t *column_of, *sketch_of;
  size_t column_count, sketch_count, input_count;
  struct tf_part_input {
    uint32_t scenario, quantity;
    bool same_everywhere;
  } * inputs;
  // Set where the data are at hand: in a part that was just computed, and in a whole.
  const double **columns, **input_columns;
  tf_str sketches; // bytes
} tf_part_group;

// Which samples a part has, and how much data of each group.
typedef struct tf_part_extent {
  const char *name;       // in messages: a path, or "rank 2"
  uint64_t shard, shards; // as asked: 2 of 4
  uint64_t first, count;
  uint64_t data_at; // offset in the file
  struct tf_part_share {
    uint64_t kept, input_kept, sketch_size;
  } * shares; // one per group
} tf_part_extent;

typedef struct tf_part {
  tf_str version, machine;
  tf_sampler sampler;
  uint64_t memory;
  TF_VEC(tf_str) arguments; // files as given
  TF_VEC(tf_part_option) options;
  TF_VEC(tf_part_file) files; // read
  TF_VEC(tf_str) found, models, scenarios;
  tf_part_extent extent;
  TF_VEC(tf_part_group) groups;
  struct tf_part_desk *desk; // of a whole: memory that taking in its parts uses again and again
} tf_part;

// Samples first .. first+count-1 of part `shard` (1 .. shards) of `samples`: parts begin at multiples of
// TF_SKETCH_ALIGN and are as equal as that allows. False if there are not that many parts.
bool tf_part_range(uint64_t samples, uint64_t shard, uint64_t shards, uint64_t *first, uint64_t *count);

// Appends the samples of a group; the data stay where they are.
void tf_part_add(tf_arena *arena, tf_part *part, const tf_samples *samples);

// Whole or not at all; TF_FILE.
TF_NODISCARD tf_status tf_part_write(tf_context *cx, const char *path, const tf_part *part);

// The head as bytes, and back; NULL if they are none.
void tf_part_put_head(const tf_part *part, tf_text *out);
tf_part *tf_part_get_head(tf_arena *arena, const char *name, tf_str bytes);

// The head of a file. TF_FILE if it cannot be read, is no partial result, of another format, cut short or damaged.
TF_NODISCARD tf_status tf_part_read(tf_context *cx, const char *path, tf_part **part);

// TF_INVALID, with what differs, unless both are parts of one result.
TF_NODISCARD tf_status tf_part_agree(tf_context *cx, const tf_part *a, const tf_part *b);
// Sorts by first sample; TF_INVALID if two overlap or samples are missing.
TF_NODISCARD tf_status tf_parts_cover(tf_context *cx, tf_part_extent *extents, size_t count, uint64_t samples);

// The whole that parts like `part` make, with memory for its columns.
tf_part *tf_part_whole(tf_arena *arena, const tf_part *part);
// Where the data of a part go, in their order in the file: columns and inputs into the whole, sketches beside it, where
// they stay until the next call. Returns the number of places; there is room for one more.
size_t tf_part_places(tf_arena *arena, const tf_part *whole, const tf_part_extent *extent, tf_room **places);
// Takes in what stands in the places of a part: turns it if it is `from_file`, joins its sketches. False if they are
// none.
bool tf_part_take(tf_arena *arena, tf_part *whole, const tf_part_extent *extent, bool from_file);
// Reads a part's data from its file into the whole. TF_FILE.
TF_NODISCARD tf_status tf_part_read_data(tf_context *cx, tf_part *whole, const tf_part_extent *extent);

// The samples of a group as tf_run would have given them. `outline`: a run of no samples (count 0) of the same graph,
// which is of `model`.
// TF_INVALID if this program makes something else of the inputs than the one that wrote the parts.
TF_NODISCARD tf_status tf_part_samples(tf_context *cx, tf_arena *arena, const tf_part *whole, size_t group,
                                       const tf_samples *outline, const tf_model *model, tf_samples **samples);

#endif
