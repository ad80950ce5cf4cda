// SPDX-License-Identifier: GPL-3.0-or-later
// Files: bounded reading, and output that appears whole or not at all. Waiting for a pipe ends with TF_CANCELLED, and
// no message, when the command is cancelled.
#ifndef TF_BASE_IO_H
#define TF_BASE_IO_H

#include <stdio.h>

#include "base/context.h"

enum { TF_FILE_MAX = 512 * 1024 * 1024 }; // larger inputs are refused with an error

// Reads a whole file into the context's arena and registers it as a source under the name `path`. The place `from`
// (where the file was asked for) is used in errors; TF_FILE if it cannot be read. Reading the same path twice gives
// the same source: a file is read once.
TF_NODISCARD tf_status tf_file_read(tf_context *cx, const char *path, tf_span from, uint32_t *source);
bool tf_file_exists(const char *path);
// The same where models, scenarios and tables are looked up: the answer is recorded in cx->lookups, and given by them
// if they are sealed.
bool tf_file_found(tf_context *cx, const char *path);
bool tf_folder_exists(const char *path);
// The entry of the same folder with the nearest name, for "did you mean"; an empty slice where none is near.
tf_str tf_file_near(tf_context *cx, const char *path);

// The names in a folder, ascending by bytes, in the context's arena; none if it cannot be read.
size_t tf_folder_list(tf_context *cx, const char *path, const tf_str **names);
// Makes a folder and its parents; one that exists is no error.
TF_NODISCARD tf_status tf_folder_make(tf_context *cx, const char *path);

// Writes data to path by way of a temporary file in the same folder and rename, checking every step (a full disk is an
// error, and the old file stays with its mode). Devices and pipes are written to directly. "-" is stdout.
TF_NODISCARD tf_status tf_file_write(tf_context *cx, const char *path, tf_str data);
// The same of data that lie in several places.
TF_NODISCARD tf_status tf_file_write_pieces(tf_context *cx, const char *path, const tf_str *pieces, size_t count);

// Part of a file that is larger than one wants to hold in memory: fills the places in order, beginning at `offset`.
// *size is the size of the whole file. TF_FILE if it cannot be read, or ends before the places are full.
typedef struct tf_room {
  void *at;
  size_t size;
} tf_room;
TF_NODISCARD tf_status tf_file_read_rooms(tf_context *cx, const char *path, uint64_t offset, const tf_room *places,
                                          size_t count, uint64_t *size);
// folder + "/" + name, unless name is absolute; and the folder part of a path ("." if none).
char *tf_path_join(tf_arena *arena, tf_str folder, tf_str name);
tf_str tf_path_folder(tf_str path);
tf_str tf_path_name(tf_str path); // without folder
tf_str tf_path_stem(tf_str path); // without folder and last extension

// Data folder lookup order for models and scenarios: `dir` of the including file (NULL: none), then the folder `kind`
// in $TENFOLD_PATH (colon-separated), in the source tree if the program lies in a build of it (so that a developer
// never runs older installed models), in $XDG_DATA_HOME/tenfold, each of $XDG_DATA_DIRS/tenfold, and
// <program>/../share/tenfold. `kind` is "models", "scenarios" or "plots"; returns a path in the arena, or NULL if there
// is no such file.
const char *tf_data_find(tf_context *cx, const char *dir, const char *kind, tf_str name);
// The data folders that exist, for `list` and messages.
size_t tf_data_folders(tf_context *cx, const char *kind, const char *folders[static 16]);

#endif
