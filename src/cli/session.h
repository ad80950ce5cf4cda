// SPDX-License-Identifier: GPL-3.0-or-later
// The pipeline behind every command: scenario files -> models -> plans -> graph -> samples -> result.
#ifndef TF_CLI_SESSION_H
#define TF_CLI_SESSION_H

#include "cli/options.h"
#include "out/emit.h"
#include "scenario/scenario.h"
#include "stats/result.h"

// One scenario column with its plan. Files whose models (and table replacements) are the same share one loaded model,
// so that their draws are paired; `group` numbers the distinct ones.
typedef struct tf_case {
  const tf_scenario *scenario;
  const tf_column *column;
  const tf_plan *plan;
  size_t group;
} tf_case;

typedef struct tf_session tf_session;
// How the samples of a group come about where it is not by tf_run of session->run.
typedef tf_status (*tf_sampling)(void *user, tf_session *session, size_t group, const tf_graph *graph,
                                 tf_samples **samples);

struct tf_session {
  tf_context *cx;
  const tf_command_line *line;
  tf_units *units;
  TF_VEC(const tf_scenario *) scenarios; // one per file
  TF_VEC(tf_model *) models;             // one per group
  TF_VEC(tf_case) cases;
  tf_run_options run;
  TF_VEC(const char *) extra; // quantities to compute beside the shown ones (charts name them)
  bool quiet, strict;
  bool any_axis;        // results that vary over time may be computed without a time axis, on one unnamed period
  const char *command;  // as typed, for provenance
  tf_sampling sampling; // NULL: tf_run, or rounds of it (--until)
  void *sampling_user;
};

// Reads all files of the command line, loads their models and builds the plans of the wanted columns. `sets`: apply
// --set (compare also needs the plans without).
TF_NODISCARD tf_status tf_session_open(tf_context *cx, const tf_command_line *line, bool sets, tf_session *session);

// Appends every case once more with --set applied, on the same models (so that draws are paired).
TF_NODISCARD tf_status tf_session_add_sets(tf_session *session);

// What is shown of one quantity: all of it, one element, or one period (--show).
typedef struct tf_shown {
  uint32_t quantity;
  bool has_label, has_period;
  const tf_str *labels; // if has_label: by position of the index, empty for all of its rows
  tf_period period;
} tf_shown;

// The quantities a case shows: --show if given, else the `show:` rows of its scenario, else the outputs of its model.
// TF_INVALID with "did you mean".
TF_NODISCARD tf_status tf_session_shown(tf_session *session, const tf_case *c, const tf_shown **shown, size_t *count);

// Rows that `label` picks, by position of the quantity's index (room for all of them; TF_NO_ID: any of its rows); else
// an error with the status `wrong` and the nearest row.
TF_NODISCARD tf_status tf_label_check(tf_context *cx, tf_status wrong, const tf_model *model, uint32_t quantity,
                                      tf_located label, uint32_t *rows);
// The error for a period asked of a quantity that does not vary over time.
tf_status tf_no_periods(tf_context *cx, tf_status wrong, const tf_model *model, uint32_t quantity, tf_located period);

bool tf_shown_has(const tf_shown *shown, size_t count, const tf_row *row); // the row is one of them

// An error if the quantity varies over time in a case that has no time axis: one unnamed period would be a wrong
// answer.
TF_NODISCARD tf_status tf_session_need_axis(const tf_session *session, const tf_case *c, uint32_t quantity);

// Runs all cases and summarises them in one result, in the order of the cases.
TF_NODISCARD tf_status tf_session_run(tf_session *session, const tf_result **result);

// The samples of the cases of one group alone, not summarised (shards). Interrupted ones are not complete.
TF_NODISCARD tf_status tf_session_samples(tf_session *session, size_t group, tf_samples **samples);

// Sampler and run options of the command line, with a scenario's own seed and samples as defaults.
TF_NODISCARD tf_status tf_session_sampling(tf_session *session);

tf_emit_options tf_emit_options_of(const tf_command_line *line);
// Prints a result in the form of --format (0 table, 1 csv, 2 json, 3 md) with the emit options of the command line.
void tf_emit_result(tf_context *cx, const tf_command_line *line, const tf_result *result, size_t format, tf_text *out);
// Runs the session and prints what `run` prints.
TF_NODISCARD tf_status tf_session_print(tf_session *session, const tf_command_line *line, size_t format);

#endif
