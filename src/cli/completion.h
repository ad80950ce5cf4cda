// SPDX-License-Identifier: GPL-3.0-or-later
// Completion scripts, generated from the tables of commands and options.
#ifndef TF_CLI_COMPLETION_H
#define TF_CLI_COMPLETION_H

#include "cli/options.h"

// `shell`: bash, zsh, fish, or man (the part of the manual page that the tables know; the build uses it).
TF_NODISCARD tf_status tf_completion_script(tf_context *cx, const char *shell, tf_text *out);

#endif
