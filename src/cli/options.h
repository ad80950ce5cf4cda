// SPDX-License-Identifier: GPL-3.0-or-later
// The command line as data: one table of commands, one of options.
#ifndef TF_CLI_OPTIONS_H
#define TF_CLI_OPTIONS_H

#include "base/context.h"

typedef enum tf_option_id {
#define OPTION(id, name, short_name, argument, commands, help) TF_OPTION_##id,
#include "cli/options.def"
#undef OPTION
  TF_OPTION_COUNT
} tf_option_id;

typedef struct tf_option_info {
  const char *name;
  char short_name;      // 0: none
  const char *argument; // "": a switch
  const char *commands;
  const char *help;
} tf_option_info;

typedef struct tf_option_value {
  tf_option_id id;
  const char *text; // NULL for switches
} tf_option_value;

typedef struct tf_command_line {
  int argc; // as given, for provenance
  char *const *argv;
  TF_VEC(const char *) files;     // what is no option
  TF_VEC(tf_option_value) values; // in order
} tf_command_line;

typedef tf_status (*tf_command_function)(tf_context *cx, const tf_command_line *line);

typedef struct tf_command_info {
  char letter;
  const char *name;
  tf_command_function function;
  const char *arguments, *summary, *example;
} tf_command_info;

extern const tf_option_info tf_option_table[TF_OPTION_COUNT];
extern const tf_command_info tf_command_table[];
extern const size_t tf_command_count;

const tf_command_info *tf_command_find(const char *name); // NULL if there is none

// Reads the arguments after the command's name. TF_USAGE with an error and "did you mean" if something is off.
TF_NODISCARD tf_status tf_options_parse(tf_context *cx, const tf_command_info *command, int argc, char *const *argv,
                                        tf_command_line *line);
bool tf_option_given(const tf_command_line *line, tf_option_id id);
const char *tf_option_text(const tf_command_line *line, tf_option_id id); // the last one given, or NULL
// All values of a repeatable option, commas split if `split`.
size_t tf_option_all(tf_context *cx, const tf_command_line *line, tf_option_id id, bool split,
                     const char *const **texts);
// A count: 16384, 100k, 1M, 1e6; of bytes also 64MB and 64MiB. `fallback` if the option is absent.
TF_NODISCARD tf_status tf_option_number(tf_context *cx, const tf_command_line *line, tf_option_id id, uint64_t fallback,
                                        uint64_t least, uint64_t most, uint64_t *number);
// One of a list of words separated by |, as in the table; *choice is its position. Absent: 0.
TF_NODISCARD tf_status tf_option_choice(tf_context *cx, const tf_command_line *line, tf_option_id id, size_t *choice);

void tf_help_command(const tf_command_info *command, tf_text *out);
void tf_help_program(tf_text *out);

#endif
