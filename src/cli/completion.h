// SPDX-License-Identifier: GPL-3.0-or-later
// Completion scripts, generated from the tables of commands and options.
#ifndef TF_CLI_COMPLETION_H
#define TF_CLI_COMPLETION_H

#include "cli/options.h"

TF_NODISCARD tf_status tf_completion_script(tf_context *cx, const char *shell, tf_text *out);

#endif
