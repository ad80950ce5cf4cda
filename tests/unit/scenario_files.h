// SPDX-License-Identifier: GPL-3.0-or-later
// Scenario files in a folder of their own, which is the working folder while a test runs: messages then show short
// names.
#ifndef TF_TESTS_SCENARIO_FILES_H
#define TF_TESTS_SCENARIO_FILES_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenario/scenario.h"
#include "support.h"

typedef struct folder {
  tf_context *cx;
  char path[64];
} folder;

UNUSED static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *walk) {
  (void)info;
  (void)type;
  (void)walk;
  return remove(path);
}

UNUSED static int setup_folder(void **state) {
  static folder f; // one test runs at a time
  (void)snprintf(f.path, sizeof f.path, "/tmp/tenfold-test-XXXXXX");
  f.cx = tf_context_new();
  *state = &f;
  return f.cx == NULL || mkdtemp(f.path) == NULL || chdir(f.path) != 0 ? -1 : 0;
}

UNUSED static int teardown_folder(void **state) {
  folder *f = *state;
  tf_context_free(f->cx);
  return chdir("/") != 0 || nftw(f->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS) != 0 ? -1 : 0;
}

#define FOLDER_TEST(function) cmocka_unit_test_setup_teardown(function, setup_folder, teardown_folder)
#define CONTEXT(state) (((folder *)*(state))->cx)

UNUSED static void put(const char *name, const char *text) {
  FILE *file = fopen(name, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
}

UNUSED static tf_scenario_options defaults(void) {
  return (tf_scenario_options){.as_of = INT64_MAX};
}

// Reads s.csv of this text; NULL where it is refused.
UNUSED static tf_scenario *read_with(tf_context *cx, const char *text, const tf_scenario_options *options) {
  put("s.csv", text);
  cx->sources.list.count = 0; // a file is read once; this s.csv is another one
  tf_scenario *scenario = NULL;
  tf_status status = tf_scenario_read(cx, "s.csv", options, &scenario);
  assert_true((status == TF_OK) == (scenario != NULL));
  return scenario;
}

UNUSED static tf_scenario *read_scenario(tf_context *cx, const char *text) {
  tf_scenario_options options = defaults();
  tf_scenario *scenario = read_with(cx, text, &options);
  assert_messages(cx, "");
  assert_non_null(scenario);
  return scenario;
}

UNUSED static void refuse_scenario(tf_context *cx, const char *text, const char *expected) {
  tf_scenario_options options = defaults();
  assert_null(read_with(cx, text, &options));
  assert_messages(cx, expected);
  clear_messages(cx);
}

// The bindings of a column, weakest first: `name[label]@period=value (unit) A` with a mode sign before `=`, one a line.
UNUSED static const char *bindings(tf_context *cx, const tf_scenario *scenario, size_t column) {
  static const char *const signs[] = {"", "*", "+", "!"};
  tf_text out = tf_text_new(cx->arena);
  tf_text_adds(&out, "");
  const tf_column *c = &scenario->columns.at[column];
  for (size_t i = 0; i < c->bindings.count; i++) {
    const tf_binding *b = &c->bindings.at[i];
    tf_text_add(&out, b->name.text);
    if (b->label.text.len > 0) {
      tf_text_addf(&out, "[%.*s]", TF_STR_ARGS(b->label.text));
    }
    if (b->period.text.len > 0) {
      tf_text_addf(&out, "@%.*s", TF_STR_ARGS(b->period.text));
    }
    tf_text_addf(&out, "%s=%.*s", signs[b->mode], TF_STR_ARGS(b->value.text));
    if (b->unit.text.len > 0) {
      tf_text_addf(&out, " (%.*s)", TF_STR_ARGS(b->unit.text));
    }
    tf_text_adds(&out, b->actual ? " A\n" : "\n");
  }
  return out.ptr;
}

#endif
