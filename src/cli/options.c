// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/number.h"
#include "cli/commands.h"

const tf_option_info tf_option_table[TF_OPTION_COUNT] = {
#define OPTION(id, name, short_name, argument, commands, help) {name, short_name, argument, commands, help},
#include "cli/options.def"
#undef OPTION
};

const tf_command_info tf_command_table[] = {
#define COMMAND(letter, name, function, arguments, summary, example)                                                   \
  {letter, #name, function, arguments, summary, example},
#include "cli/commands.def"
#undef COMMAND
};
const size_t tf_command_count = sizeof tf_command_table / sizeof *tf_command_table;

static const tf_span nowhere = {0, 0, 0};

const tf_command_info *tf_command_find(const char *name) {
  for (size_t i = 0; i < tf_command_count; i++) {
    if (strcmp(tf_command_table[i].name, name) == 0) {
      return &tf_command_table[i];
    }
  }
  return NULL;
}

static tf_status unknown_option(tf_context *cx, const tf_command_info *command, const char *text) {
  tf_map names = tf_map_new(cx->arena);
  tf_str word = tf_str_of(text);
  for (size_t i = 0; i < TF_OPTION_COUNT; i++) {
    if (strchr(tf_option_table[i].commands, command->letter) != NULL) {
      (void)tf_map_put(&names, tf_str_of(tf_option_table[i].name), (uint32_t)i);
    }
  }
  while (word.len > 0 && word.ptr[0] == '-') {
    word = tf_str_sub(word, 1, word.len);
  }
  size_t equals = tf_str_find(word, '=');
  if (equals != SIZE_MAX) {
    word = tf_str_sub(word, 0, equals);
  }
  tf_status status = tf_fail(cx, TF_USAGE, nowhere, "`tenfold %s` has no option `%s`", command->name, text);
  tf_str near = tf_map_nearest(&names, word);
  if (near.len > 0) {
    tf_hint(cx, "did you mean --%.*s? `tenfold %s --help` lists all", TF_STR_ARGS(near), command->name);
  } else {
    tf_hint(cx, "`tenfold %s --help` lists the options", command->name);
  }
  return status;
}

static int match_option(const tf_command_info *command, const char *text, const char **value) {
  *value = NULL;
  for (int i = 0; i < (int)TF_OPTION_COUNT; i++) {
    const tf_option_info *option = &tf_option_table[i];
    if (strchr(option->commands, command->letter) == NULL) {
      continue;
    }
    if (text[1] == '-') {
      size_t length = strlen(option->name);
      if (strncmp(text + 2, option->name, length) == 0 && (text[2 + length] == '\0' || text[2 + length] == '=')) {
        *value = text[2 + length] == '=' ? text + 3 + length : NULL;
        return i;
      }
    } else if (option->short_name != 0 && text[1] == option->short_name) {
      *value = text[2] != '\0' ? text + 2 : NULL;
      return i;
    }
  }
  return -1;
}

static tf_status needs_value(tf_context *cx, const tf_option_info *option) {
  tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--%s needs a value", option->name);
  tf_hint(cx, "--%s %s: %s", option->name, option->argument, option->help);
  return status;
}

tf_status tf_options_parse(tf_context *cx, const tf_command_info *command, int argc, char *const *argv,
                           tf_command_line *line) {
  bool only_files = false;
  for (int i = 0; i < argc; i++) {
    const char *text = argv[i];
    size_t dash =
        tf_str_starts(tf_str_of(text), "\xe2\x80\x93") || tf_str_starts(tf_str_of(text), "\xe2\x80\x94") ? 3 : 0;
    if (!only_files && dash > 0) { // a word processor's dash in the place of two hyphens
      tf_status status = tf_fail(cx, TF_USAGE, nowhere, "`%s` begins with a dash", text);
      tf_hint(cx, "options begin with two plain hyphens: --%s", text + dash);
      return status;
    }
    if (only_files || text[0] != '-' || text[1] == '\0') {
      tf_vec_push(cx->arena, &line->files, text);
      continue;
    }
    if (strcmp(text, "--") == 0) {
      only_files = true;
      continue;
    }
    const char *value;
    int id = match_option(command, text, &value);
    if (id < 0) {
      return unknown_option(cx, command, text);
    }
    const tf_option_info *option = &tf_option_table[id];
    if (option->argument[0] == '\0' && value != NULL) {
      return tf_fail(cx, TF_USAGE, nowhere, "--%s takes no value", option->name);
    }
    if (option->argument[0] != '\0' && value == NULL) {
      if (i + 1 >= argc) {
        return needs_value(cx, option);
      }
      value = argv[++i];
    }
    if (option->argument[0] != '\0' && value[0] == '\0' && id != TF_OPTION_TITLE) {
      return needs_value(cx, option); // an empty variable of a script, say: not the same as no option
    }
    tf_vec_push(cx->arena, &line->values, ((tf_option_value){(tf_option_id)id, value}));
    // `--at sample 12` reads as it is said: the number may be a word of its own.
    if (id == TF_OPTION_AT && strcmp(value, "sample") == 0 && i + 1 < argc) {
      line->values.at[line->values.count - 1].text = tf_format(cx->arena, "sample %s", argv[++i]);
    }
  }
  return TF_OK;
}

bool tf_option_given(const tf_command_line *line, tf_option_id id) {
  for (size_t i = 0; i < line->values.count; i++) {
    if (line->values.at[i].id == id) {
      return true;
    }
  }
  return false;
}

const char *tf_option_text(const tf_command_line *line, tf_option_id id) {
  const char *text = NULL;
  for (size_t i = 0; i < line->values.count; i++) {
    if (line->values.at[i].id == id) {
      text = line->values.at[i].text;
    }
  }
  return text;
}

size_t tf_option_all(tf_context *cx, const tf_command_line *line, tf_option_id id, bool split,
                     const char *const **texts) {
  TF_VEC(const char *) all = {0};
  for (size_t i = 0; i < line->values.count; i++) {
    if (line->values.at[i].id != id) {
      continue;
    }
    tf_str rest = tf_str_of(line->values.at[i].text);
    if (!split) {
      tf_vec_push(cx->arena, &all, line->values.at[i].text);
      continue;
    }
    // Commas inside brackets belong to the name: orders[GB200, 2027].
    size_t start = 0;
    int depth = 0;
    for (size_t k = 0; k <= rest.len; k++) {
      char c = k < rest.len ? rest.ptr[k] : ',';
      depth += (c == '[') - (c == ']');
      if (c == ',' && (depth <= 0 || k == rest.len)) {
        tf_str word = tf_str_trim(tf_str_sub(rest, start, k));
        if (word.len > 0) {
          tf_vec_push(cx->arena, &all, tf_cstr(cx->arena, word));
        }
        start = k + 1;
      }
    }
  }
  *texts = all.at;
  return all.count;
}

// Multiplies by what stands behind a number: k, M, G, T; of a size also kB and KiB, ... The length of it, 0 if unknown.
static size_t read_suffix(tf_str rest, bool size, double *value) {
  static const char suffixes[] = "kMGT";
  const char *found = rest.len > 0 ? strchr(suffixes, rest.ptr[0] == 'K' ? 'k' : rest.ptr[0]) : NULL;
  const bool binary = size && rest.len == 3 && tf_str_ends(rest, "iB");
  const bool decimal = rest.len == 1 || (size && rest.len == 2 && tf_str_ends(rest, "B"));
  if (found == NULL || *found == '\0' || !(binary || decimal) || (rest.ptr[0] == 'K' && !binary)) {
    return 0;
  }
  *value *= pow(binary ? 1024 : 1000, (double)(found - suffixes + 1));
  return rest.len;
}

tf_status tf_option_number(tf_context *cx, const tf_command_line *line, tf_option_id id, uint64_t fallback,
                           uint64_t least, uint64_t most, uint64_t *number) {
  const char *text = tf_option_text(line, id);
  if (text == NULL) {
    *number = fallback;
    return TF_OK;
  }
  tf_str s = tf_str_of(text);
  double value = 0;
  size_t used = tf_number_scan(s, &value);
  const tf_option_info *option = &tf_option_table[id];
  used += used > 0 ? read_suffix(tf_str_sub(s, used, s.len), strcmp(option->argument, "SIZE") == 0, &value) : 0;
  if (used == 0 || used != s.len || value != floor(value)) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--%s %s: not a whole number", option->name, text);
    if (strcmp(option->argument, "SIZE") == 0) {
      tf_hint(cx, "such as --%s 64MiB or 2G", option->name);
    } else if (id == TF_OPTION_SAMPLES) {
      tf_hint(cx, "such as --%s 16384, 100k or 1M", option->name);
    } else {
      tf_hint(cx, "from %llu to %llu", (unsigned long long)least, (unsigned long long)most);
    }
    return status;
  }
  if (value < (double)least || value > (double)most) {
    return tf_fail(cx, TF_USAGE, nowhere, "--%s %s: must lie between %llu and %llu", option->name, text,
                   (unsigned long long)least, (unsigned long long)most);
  }
  *number = (uint64_t)value;
  return TF_OK;
}

tf_status tf_option_choice(tf_context *cx, const tf_command_line *line, tf_option_id id, size_t *choice) {
  const char *text = tf_option_text(line, id);
  *choice = 0;
  if (text == NULL) {
    return TF_OK;
  }
  tf_str rest = tf_str_of(tf_option_table[id].argument);
  for (size_t position = 0; rest.len > 0; position++) {
    tf_str word;
    tf_str tail;
    if (!tf_str_split(rest, '|', &word, &tail)) {
      word = rest;
      tail = (tf_str){rest.ptr + rest.len, 0};
    }
    if (tf_str_is(word, text)) {
      *choice = position;
      return TF_OK;
    }
    rest = tail;
  }
  return tf_fail(cx, TF_USAGE, nowhere, "--%s %s: must be one of %s", tf_option_table[id].name, text,
                 tf_option_table[id].argument);
}

void tf_help_command(const tf_command_info *command, tf_text *out) {
  tf_text_addf(out, "Example: %s\n\n", command->example);
  tf_text_addf(out, "Usage: tenfold %s %s [options]\n", command->name, command->arguments);
  tf_text_addf(out, "%c%s.\n\nOptions:\n", command->summary[0] - 'a' + 'A', command->summary + 1);
  for (size_t i = 0; i < TF_OPTION_COUNT; i++) {
    const tf_option_info *option = &tf_option_table[i];
    if (strchr(option->commands, command->letter) == NULL) {
      continue;
    }
    char left[64];
    int length = option->short_name != 0
                     ? snprintf(left, sizeof left, "-%c, --%s %s", option->short_name, option->name, option->argument)
                     : snprintf(left, sizeof left, "    --%s %s", option->name, option->argument);
    if (length > 30) {
      tf_text_addf(out, "  %s\n  %-30s  %s\n", left, "", option->help);
    } else {
      tf_text_addf(out, "  %-30s  %s\n", left, option->help);
    }
  }
}

void tf_help_program(tf_text *out) {
  tf_text_adds(out, "Example: tenfold run scenarios/llama.csv --set cluster.gpus=200k\n\n"
                    "Usage: tenfold COMMAND FILE... [options]\n"
                    "What-if questions about AI compute: models in plain text, scenarios in CSV.\n\nCommands:\n");
  for (size_t i = 0; i < tf_command_count; i++) {
    tf_text_addf(out, "  %-10s %s\n", tf_command_table[i].name, tf_command_table[i].summary);
  }
  tf_text_adds(out, "  completion print a completion script for bash, zsh or fish\n\n"
                    "`tenfold COMMAND --help` shows the options of a command; `tenfold --version` the version.\n"
                    "Exit codes: 0 done; 1 the answer is no; 2 usage; 3 model or scenario wrong; 4 file or gnuplot;\n"
                    "5 numeric failure; 130 and 143 on signals, with partial results marked incomplete.\n");
}
