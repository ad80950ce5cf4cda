// SPDX-License-Identifier: GPL-3.0-or-later
// Running gnuplot, and nothing but gnuplot, without trusting it to be there, to succeed or to end.
//
// `gnuplot -d SCRIPT` is started without a shell, in a process group of its own, with the user's start-up file left
// out; it stops at the first error. Script, output and messages are files in a private temporary folder: there is no
// pipe that could fill or break, and no signal's handling changes. The folder is removed whatever happens.
//
// Text from users enters a script only through tf_gnuplot_quote: in single quotes gnuplot neither runs backticks nor
// reads escapes. Labels also need `noenhanced`. A quote in the text becomes an apostrophe (U+2019): gnuplot 5.4 reads
// the doubled quotes of 'it''''s' as the end of the text, and what follows as commands.
#ifndef TF_OUT_GNUPLOT_H
#define TF_OUT_GNUPLOT_H

#include "base/context.h"

enum { TF_GNUPLOT_TIMEOUT = 30000 };

typedef struct tf_gnuplot {
  const char *program; // NULL: gnuplot, looked up in PATH
  int timeout;         // milliseconds, then it is killed; 0: TF_GNUPLOT_TIMEOUT
} tf_gnuplot;

// Runs a script that writes its chart to the file named by the variable OUTPUT; that file ends in `suffix` ("svg").
// `settings` are statements before the script on one line of their own ("TERM = 'svg'; DARK = 1"), may be "".
// *bytes is the content of the file, in the context's arena. TF_FILE: gnuplot is missing, failed, was stopped after
// the time limit, or wrote nothing; the message holds what it said. TF_CANCELLED: cx->cancel was set.
TF_NODISCARD tf_status tf_gnuplot_run(tf_context *cx, const tf_gnuplot *gnuplot, const char *settings, tf_str script,
                                      const char *suffix, tf_str *bytes);

// 'it’s': in single quotes, quotes made apostrophes, control characters and bytes that are no UTF-8 left out.
void tf_gnuplot_quote(tf_text *out, tf_str s);
// The same for the labels of ticks, which gnuplot takes for formats: % is doubled.
void tf_gnuplot_quote_tick(tf_text *out, tf_str s);
// Adds `$name << TERMINATOR`, the data and the terminator, which no line of the data equals.
void tf_gnuplot_data(tf_text *out, const char *name, tf_str data);

// The family charts are set in: Inter if fontconfig has it, else DejaVu Sans, with a note the first time in a context.
const char *tf_gnuplot_font(tf_context *cx);

#endif
