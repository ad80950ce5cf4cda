// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold check --validation: finds the case files, computes, prints, judges (cli/validation.h).
#include "cli/validation.h"

#include "base/io.h"
#include "cli/session.h"
#include "cli/terminal.h"

static const tf_span nowhere = {0, 0, 0};
// As many as `run` draws: some cases ask for a 5 % quantile, which 2,048 samples place to 3 % only.
enum { SAMPLES = 16384, SEED = 1 };

typedef TF_VEC(const char *) path_list;

// The case files of the first data folder that has any: those of a source tree, or the installed ones.
static void find_files(tf_context *cx, path_list *paths) {
  static const char *const kinds[] = {"tests/validation", "validation"};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds && paths->count == 0; k++) {
    const char *folders[16];
    size_t count = tf_data_folders(cx, kinds[k], folders);
    for (size_t i = 0; i < count && paths->count == 0; i++) {
      const tf_str *files = NULL;
      const size_t found = tf_folder_list(cx, folders[i], &files);
      for (size_t e = 0; e < found; e++) {
        if (tf_str_ends(files[e], ".csv")) {
          tf_vec_push(cx->arena, paths, tf_path_join(cx->arena, tf_str_of(folders[i]), files[e]));
        }
      }
    }
  }
}

// Options that would change what the cases say are refused.
static tf_status check_options(tf_context *cx, const tf_command_line *line) {
  for (size_t i = 0; i < line->values.count; i++) {
    switch (line->values.at[i].id) {
    case TF_OPTION_VALIDATION:
    case TF_OPTION_FORMAT:
    case TF_OPTION_OUTPUT:
    case TF_OPTION_QUIET:
    case TF_OPTION_WATCH:
    case TF_OPTION_SAMPLES:
    case TF_OPTION_SEED:
    case TF_OPTION_THREADS:
      break;
    default: {
      tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--%s does not go with --validation",
                                 tf_option_table[line->values.at[i].id].name);
      tf_hint(cx, "what a case sets stands in its row");
      return status;
    }
    }
  }
  return TF_OK;
}

static tf_status read_options(tf_context *cx, const tf_command_line *line, tf_validation_run *run, size_t *format) {
  uint64_t threads = 0;
  tf_status status = check_options(cx, line);
  if (status == TF_OK) {
    status = tf_option_choice(cx, line, TF_OPTION_FORMAT, format);
  }
  if (status == TF_OK) {
    status = tf_option_number(cx, line, TF_OPTION_SAMPLES, SAMPLES, 8, UINT64_C(1) << 30, &run->samples);
  }
  if (status == TF_OK) {
    status = tf_option_number(cx, line, TF_OPTION_SEED, SEED, 0, UINT64_C(1) << 53, &run->seed);
  }
  if (status == TF_OK) {
    status = tf_option_number(cx, line, TF_OPTION_THREADS, 0, 1, 1024, &threads);
  }
  run->threads = (int)threads;
  return status;
}

tf_status tf_validation_command(tf_context *cx, const tf_command_line *line) {
  tf_validation_run run = {0};
  size_t format = 0;
  tf_status status = read_options(cx, line, &run, &format);
  if (status != TF_OK) {
    return status;
  }
  path_list paths = {0};
  for (size_t i = 0; i < line->files.count; i++) {
    tf_vec_push(cx->arena, &paths, line->files.at[i]);
  }
  if (paths.count == 0) {
    find_files(cx, &paths);
  }
  tf_claims claims = {0};
  for (size_t i = 0; i < paths.count; i++) {
    tf_status s = tf_claims_read(cx, paths.at[i], &claims);
    status = status == TF_OK ? s : status;
  }
  if (status == TF_OK && claims.count == 0) {
    status = tf_fail(cx, TF_FILE, nowhere, "no validation cases were found");
    tf_hint(cx, "name a case file, or set TENFOLD_PATH to the folder that holds validation/");
  }
  const tf_finding *findings = NULL;
  if (status == TF_OK) {
    status = tf_claims_run(cx, &claims, &run, &findings);
  }
  if (status != TF_OK) {
    return status;
  }
  tf_text out = tf_text_new(cx->arena);
  tf_claims_print(cx, &claims, findings, format, tf_emit_options_of(line).width, &out);
  status = tf_print_out(cx, line, tf_text_str(&out));
  for (size_t i = 0; i < claims.count && status == TF_OK; i++) {
    if (tf_claim_verdict(&claims.at[i], &findings[i]) == TF_VERDICT_FAIL) {
      status = TF_NO;
    }
  }
  return status;
}
