// SPDX-License-Identifier: GPL-3.0-or-later
// One flat scenario of every value: what `list --resolved` prints.
//
// Its rows are what is set in each column, whatever file, parent, data or --set it came from: each cell stands for
// itself. Rows that begin with # are the models' own values, read as comments: without the # they set the same. `run`
// gives the same results on it, save that observed periods are marked as assumed: it has no `data:` rows.
#ifndef TF_CLI_FLAT_H
#define TF_CLI_FLAT_H

#include "cli/session.h"

// Of a session with one file. `path`: where it will lie, which decides what it calls the models. TF_INVALID for what a
// cell alone cannot say: an expression of `base` in one column, one row in two definitions.
TF_NODISCARD tf_status tf_print_flat(const tf_session *session, const char *path, tf_text *out);

#endif
