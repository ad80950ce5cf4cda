// SPDX-License-Identifier: GPL-3.0-or-later
// tests/lang: every x.model is parsed; what it gives must be x.err (all diagnostics as a user sees them) or, for models
// without errors, x.ast. With the environment variable TENFOLD_ACCEPT set the expectations are written anew.
#include "lang_support.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/io.h"

static tf_context *context; // guarded by each test

static tf_str read_text(tf_context *cx, const char *path) {
  uint32_t source = 0;
  assert_int_equal(tf_file_read(cx, path, (tf_span){0}, &source), TF_OK);
  return cx->sources.list.at[source].text;
}

static const char *outcome(session *s, bool *valid) {
  const tf_model_ast *ast = NULL;
  tf_text out = tf_text_new(s->cx->arena);
  *valid = tf_parse_model(s->cx, s->units, s->source, &ast) == TF_OK;
  for (size_t i = 0; i < s->cx->diags.list.count; i++) {
    tf_diag_render(&s->cx->sources, &s->cx->diags.list.at[i], &out);
  }
  if (s->cx->diags.errors > s->cx->diags.list.count) {
    tf_text_addf(&out, "%zu errors in all\n", s->cx->diags.errors);
  }
  if (*valid) {
    tf_ast_print(ast, &out);
  }
  assert_int_equal(*valid, s->cx->diags.errors == 0);
  return out.ptr;
}

static void replay(const char *folder, tf_str file) {
  tf_str stem = tf_path_stem(file);
  const char *path = tf_format(context->arena, "%s/%.*s", folder, TF_STR_ARGS(file));
  session s = session_of(tf_cstr(context->arena, file), read_text(context, path));
  bool valid = false;
  const char *got = outcome(&s, &valid);
  const char *wanted = tf_format(context->arena, "%s/%.*s.%s", folder, TF_STR_ARGS(stem), valid ? "ast" : "err");
  if (getenv("TENFOLD_ACCEPT") != NULL) {
    assert_int_equal(tf_file_write(context, wanted, tf_str_of(got)), TF_OK);
  } else {
    assert_string_equal(got, tf_cstr(context->arena, read_text(context, wanted)));
  }
  session_end(&s);
}

static void test_corpus(void **state) {
  (void)state;
  context = tf_context_new();
  const char *folder = TENFOLD_SOURCE_DIR "/tests/lang";
  DIR *dir = opendir(folder);
  assert_non_null(dir);
  size_t count = 0;
  for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
    tf_str name = tf_str_copy(context->arena, tf_str_of(entry->d_name));
    if (tf_str_ends(name, ".model")) {
      replay(folder, name);
      count++;
    }
  }
  closedir(dir);
  tf_context_free(context);
  assert_true(count >= 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
