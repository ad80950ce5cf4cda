// SPDX-License-Identifier: GPL-3.0-or-later
// Where files that scenarios name are looked up.
#include "base/io.h"
#include "scenario/reader.h"

const char *tf_scenario_locate(tf_context *cx, tf_str folder, tf_str name) {
  const char *here = tf_path_join(cx->arena, tf_str_is(folder, ".") ? TF_STR("") : folder, name);
  if (tf_file_found(cx, here)) {
    return here;
  }
  const char *installed = tf_data_find(cx, NULL, "scenarios", name);
  return installed == NULL ? here : installed;
}
