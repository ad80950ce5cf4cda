// SPDX-License-Identifier: GPL-3.0-or-later
// The program's contact with the outside: streams, signals and progress. Results go to stdout, messages to stderr.
#ifndef TF_CLI_TERMINAL_H
#define TF_CLI_TERMINAL_H

#include "cli/options.h"

// A closed standard stream would be the number of the next file that is opened, and files would get what is meant for
// the stream, or be replaced by a child's. This keeps the numbers taken; writing to them fails as before.
void tf_streams_hold(void);

// SIGINT and SIGTERM ask running work to stop (a second one kills); SIGPIPE and SIGXFSZ are
// ignored, writes report EPIPE and EFBIG instead.
void tf_signals_watch(tf_context *cx);
int tf_signal_received(void); // 0, SIGINT or SIGTERM

// Prints all diagnostics recorded from number `from` on; returns how many there are now. `quiet` keeps errors only.
size_t tf_print_diagnostics(const tf_context *cx, size_t from, bool quiet);

// TF_USAGE if `path` is a file that the command has read, under whatever name: a result never takes the place of what
// it was computed from.
TF_NODISCARD tf_status tf_output_is_no_input(tf_context *cx, const tf_command_line *line, const char *path);

// Writes a result to -o PATH (whole or not at all, and over no input) or to stdout, checking the last byte.
TF_NODISCARD tf_status tf_print_out(tf_context *cx, const tf_command_line *line, tf_str text);

// Shows progress on a terminal: at most ten times a second, after a third of a second, one line that is removed at the
// end.
typedef struct tf_progress tf_progress;
tf_progress *tf_progress_start(tf_context *cx, bool quiet);
void tf_progress_end(tf_context *cx, tf_progress *progress);

double tf_now(void); // seconds since 1970, as files are dated

// Waits until one of the files read so far is dated after `since` (true) or a signal arrives (false). `since` is taken
// before the files are read, so that a change during a run is not missed.
bool tf_wait_for_change(tf_context *cx, double since);

#endif
