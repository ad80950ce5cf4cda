// SPDX-License-Identifier: GPL-3.0-or-later
// Fields of CSV output (RFC 4180): quoted only where a comma, a quote, a line break or a blank at an end asks for it.
#ifndef TF_OUT_DELIMITED_H
#define TF_OUT_DELIMITED_H

#include "base/str.h"

// Adds a field; the caller writes commas and line ends.
void tf_csv_text(tf_text *out, tf_str s);
// 15 significant digits; nothing for NaN; inf and -inf in letters.
void tf_csv_number(tf_text *out, double value);

#endif
