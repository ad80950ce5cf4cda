// SPDX-License-Identifier: GPL-3.0-or-later
// One function per command (one file each: command_<name>.c). A command prints results on stdout through tf_print_out;
// its status becomes the exit code.
#ifndef TF_CLI_COMMANDS_H
#define TF_CLI_COMMANDS_H

#include "cli/options.h"

#define COMMAND(letter, name, function, arguments, summary, example)                                                   \
  TF_NODISCARD tf_status function(tf_context *cx, const tf_command_line *line);
#include "cli/commands.def"
#undef COMMAND

// The whole program: what main does, callable by tests. Returns the exit code.
int tf_program(int argc, char *const *argv);

#endif
