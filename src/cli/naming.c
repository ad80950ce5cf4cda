// SPDX-License-Identifier: GPL-3.0-or-later
// What a written scenario calls other files (cli/naming.h).
#include "cli/naming.h"

#include <stdlib.h>

#include "base/io.h"

enum { PATH_ROOM = 4096 }; // PATH_MAX of Linux

// With links and `..` resolved; the path itself where there is no such file.
static tf_str whole_path(tf_context *cx, const char *path) {
  char room[PATH_ROOM];
  return tf_str_of(realpath(path, room) != NULL ? tf_format(cx->arena, "%s", room) : path);
}

// From a folder to a file: `../data/x.csv`. The whole path where the two share no folder but the root: such a way says
// nothing, and leads nowhere once the folder is moved. Both are whole paths.
static const char *way_to(tf_context *cx, tf_str folder, tf_str file) {
  size_t common = 0; // bytes, up to and with a slash
  for (size_t i = 0; i < folder.len && i < file.len && folder.ptr[i] == file.ptr[i]; i++) {
    common = file.ptr[i] == '/' ? i + 1 : common;
  }
  if (folder.len < file.len && file.ptr[folder.len] == '/' && tf_str_starts(file, tf_cstr(cx->arena, folder))) {
    common = folder.len + 1;
  }
  if (common <= 1 && folder.len > 1) {
    return tf_cstr(cx->arena, file);
  }
  tf_text way = tf_text_new(cx->arena);
  for (size_t i = common; i < folder.len; i++) {
    if (i == common || folder.ptr[i] == '/') {
      tf_text_adds(&way, "../");
    }
  }
  tf_text_add(&way, tf_str_sub(file, common, file.len));
  return tf_cstr(cx->arena, tf_text_str(&way));
}

const char *tf_name_for(tf_context *cx, const char *path, const char *target, const char *kind) {
  const tf_str file = whole_path(cx, target);
  const tf_str folder = whole_path(cx, tf_cstr(cx->arena, tf_path_folder(tf_str_of(path))));
  const tf_str name = tf_path_name(file);
  const char *beside = tf_path_join(cx->arena, folder, name);
  if (tf_str_is(file, beside)) {
    return tf_cstr(cx->arena, name);
  }
  const char *shipped = tf_data_find(cx, NULL, kind, name);
  const bool hidden = tf_file_exists(beside) || tf_str_eq(tf_path_name(tf_str_of(path)), name);
  if (shipped != NULL && !hidden && tf_str_eq(whole_path(cx, shipped), file)) {
    return tf_cstr(cx->arena, name);
  }
  return way_to(cx, folder, file);
}
