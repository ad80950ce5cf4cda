// SPDX-License-Identifier: GPL-3.0-or-later
// Private to cli: the parts of `tenfold report`.
#ifndef TF_CLI_COMMAND_REPORT_H
#define TF_CLI_COMMAND_REPORT_H

#include "cli/session.h"
#include "out/manifest.h"
#include "out/report.h"

// command_report_settings.c: what the scenarios set. Where they differ from one another; every value that reaches a
// result with its source; equations that a setting replaced.
void tf_report_differences(tf_report *report, const tf_session *session);
void tf_report_assumptions(tf_report *report, const tf_session *session);
void tf_report_replaced(tf_report *report, const tf_session *session);

// command_report_inputs.c: copies of everything the session read, laid out so that `tenfold run` on them gives the same
// results: models, tables, data and scenario files side by side, names of files in `extends:`, `data:`, `table:` and
// `model:` rows rewritten to the copies. What the command line changed (--set, --time, --seed, --samples, --column) is
// in inputs/scenario.csv, which extends the copy. One folder for each file if several were given. *rerun is the command
// that computes the same from them in the report's folder, wherever that lies: a page that is published says nothing of
// its writer's disk. It names the options that a scenario file cannot hold.
TF_NODISCARD tf_status tf_report_inputs(const tf_session *session, tf_manifest_files *files, const char **rerun);

// command_report_compare.c: changed inputs and changed results of two report folders.
bool tf_report_folder(tf_context *cx, const char *path);
TF_NODISCARD tf_status tf_report_compare(tf_context *cx, const tf_command_line *line);

#endif
