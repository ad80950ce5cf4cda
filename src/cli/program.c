// SPDX-License-Identifier: GPL-3.0-or-later
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/map.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/terminal.h"

#ifndef TENFOLD_VERSION
#define TENFOLD_VERSION "unknown"
#endif

static const tf_span nowhere = {0, 0, 0};

// Commands that this version does not have: they say so, and what does the work until then, instead of being "unknown".
static const struct {
  const char *name, *instead;
} later_commands[] = {
    {"sweep",
     "give each value a column of a scenario, and `tenfold run FILE` or `tenfold plot FILE` shows them side by side"},
    {"sensitivity",
     "`tenfold plot FILE --type drivers --show NAME` shows which inputs move a result; `run` names the first of them"},
    {"solve", "try values with `tenfold compare FILE --set NAME=VALUE`, which shows both results and their difference"},
    {"optimize", "give each choice a column of a scenario, and `tenfold run FILE` shows them side by side"},
    {"fit", "the model `fit` carries a series on by steady growth: a scenario with `model:,fit` and the years as rows "
            "of fit.value"},
    {"backtest",
     "`tenfold run FILE --as-of DATE` leaves out what became known later; `tenfold check --validation` compares "
     "with published numbers"},
};

static int exit_code(tf_status status) {
  int signal_number = tf_signal_received();
  if (signal_number != 0 && status == TF_CANCELLED) {
    return 128 + signal_number;
  }
  if (status == TF_CANCELLED) {
    return 130;
  }
  return status == TF_MEMORY ? TF_NUMERIC : (int)status;
}

static tf_status unknown_command(tf_context *cx, const char *name) {
  for (size_t i = 0; i < sizeof later_commands / sizeof *later_commands; i++) {
    if (strcmp(later_commands[i].name, name) == 0) {
      tf_status status = tf_fail(cx, TF_USAGE, nowhere, "`tenfold %s` is not built yet", name);
      tf_hint(cx, "%s", later_commands[i].instead);
      return status;
    }
  }
  tf_map names = tf_map_new(cx->arena);
  for (size_t i = 0; i < tf_command_count; i++) {
    (void)tf_map_put(&names, tf_str_of(tf_command_table[i].name), (uint32_t)i);
  }
  tf_status status = tf_fail(cx, TF_USAGE, nowhere, "there is no command `%s`", name);
  tf_str near = tf_map_nearest(&names, tf_str_of(name));
  if (near.len > 0) {
    tf_hint(cx, "did you mean `tenfold %.*s`?", TF_STR_ARGS(near));
  } else if (strchr(name, '.') != NULL || strchr(name, '/') != NULL) {
    tf_hint(cx, "to compute a file: `tenfold run %s`", name);
  } else {
    tf_hint(cx, "`tenfold --help` lists the commands");
  }
  return status;
}

static tf_status print_text(tf_context *cx, const tf_text *text) {
  return tf_file_write(cx, "-", tf_text_str(text));
}

static tf_status run_command(tf_context *cx, const tf_command_info *command, int argc, char *const *argv, bool *quiet,
                             bool *watch) {
  tf_command_line line = {.argc = argc, .argv = argv};
  tf_status status = tf_options_parse(cx, command, argc - 2, argv + 2, &line);
  if (status != TF_OK) {
    return status;
  }
  *quiet = tf_option_given(&line, TF_OPTION_QUIET);
  *watch = tf_option_given(&line, TF_OPTION_WATCH);
  if (tf_option_given(&line, TF_OPTION_HELP)) {
    *watch = false;
    tf_text text = tf_text_new(cx->arena);
    tf_help_command(command, &text);
    return print_text(cx, &text);
  }
  tf_progress *progress = tf_progress_start(cx, *quiet);
  status = command->function(cx, &line);
  tf_progress_end(cx, progress);
  return status;
}

static tf_status run_once(tf_context *cx, int argc, char *const *argv, bool *quiet, bool *watch) {
  tf_text text = tf_text_new(cx->arena);
  if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
    const bool about = argc > 2 && strcmp(argv[1], "help") == 0;
    if (about && tf_command_find(argv[2]) == NULL && strcmp(argv[2], "completion") != 0) {
      return unknown_command(cx, argv[2]);
    }
    if (argc > 2 && tf_command_find(argv[2]) != NULL) {
      tf_help_command(tf_command_find(argv[2]), &text);
    } else {
      tf_help_program(&text);
    }
    tf_status status = print_text(cx, &text);
    return argc < 2 && status == TF_OK ? TF_USAGE : status;
  }
  if (strcmp(argv[1], "--version") == 0) {
    tf_text_addf(&text, "tenfold %s\n", TENFOLD_VERSION);
    return print_text(cx, &text);
  }
  if (strcmp(argv[1], "completion") == 0) {
    tf_status status = tf_completion_script(cx, argc > 2 ? argv[2] : "", &text);
    return status == TF_OK ? print_text(cx, &text) : status;
  }
  const tf_command_info *command = tf_command_find(argv[1]);
  if (command == NULL) {
    return unknown_command(cx, argv[1]);
  }
  return run_command(cx, command, argc, argv, quiet, watch);
}

typedef struct run_flags {
  bool quiet, watch;
} run_flags;

// One run behind the guard that failed allocations jump to. Returns the exit code.
static int run_guarded(tf_context *cx, int argc, char *const *argv, run_flags *flags) {
  if (setjmp(cx->memory.guard) != 0) { // NOLINT(cert-err52-cpp): the one way out of an allocation that fails
    (void)fputs("error: out of memory\n", stderr);
    flags->watch = false;
    return TF_NUMERIC;
  }
  cx->memory.guarded = true;
  tf_status status = run_once(cx, argc, argv, &flags->quiet, &flags->watch);
  (void)tf_print_diagnostics(cx, 0, flags->quiet);
  return exit_code(status);
}

int tf_program(int argc, char *const *argv) {
  tf_streams_hold();
  for (bool first = true;; first = false) {
    tf_context *cx = tf_context_new();
    if (cx == NULL) {
      (void)fputs("error: out of memory\n", stderr);
      return TF_NUMERIC;
    }
    const char *fail_at = getenv("TENFOLD_FAIL_ALLOCATION"); // fault tests let the n-th allocation from here on fail
    uint64_t nth = fail_at != NULL ? strtoull(fail_at, NULL, 10) : 0;
    cx->memory.fail_at = nth > 0 ? cx->memory.allocations + nth : 0;
    tf_signals_watch(cx);
    run_flags flags = {false, false};
    double started = tf_now();
    int code = run_guarded(cx, argc, argv, &flags);
    cx->memory.guarded = false;
    if (first && code == TF_USAGE) { // no change of a file mends the command line
      flags.watch = false;
    }
    bool again = flags.watch && tf_wait_for_change(cx, started);
    tf_context_free(cx);
    if (!again) {
      return code;
    }
    (void)fputs("\n", stderr);
  }
}
