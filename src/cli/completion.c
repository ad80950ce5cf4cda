// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/completion.h"

#include <string.h>

static const tf_span nowhere = {0, 0, 0};

static void add_options(const tf_command_info *command, tf_text *out) {
  for (size_t i = 0; i < TF_OPTION_COUNT; i++) {
    if (strchr(tf_option_table[i].commands, command->letter) != NULL) {
      tf_text_addf(out, " --%s", tf_option_table[i].name);
    }
  }
}

// The words after `--option` where the table lists them: table|csv|json|md.
static void add_choices(tf_text *out, const char *indent, const char *format) {
  for (size_t i = 0; i < TF_OPTION_COUNT; i++) {
    const tf_option_info *option = &tf_option_table[i];
    if (strchr(option->argument, '|') == NULL || strchr(option->argument, ' ') != NULL) {
      continue;
    }
    tf_text words = tf_text_new(out->arena);
    for (const char *c = option->argument; *c != '\0'; c++) {
      tf_text_addc(&words, *c == '|' ? ' ' : *c);
    }
    tf_text_adds(out, indent);
    tf_text_addf(out,
                 format[0] == 'b' ? "--%s) COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n"
                                  : "--%s) compadd %s; return ;;\n",
                 option->name, words.ptr);
  }
}

static void bash_script(tf_text *out) {
  tf_text_adds(out, "# bash completion for tenfold\n_tenfold() {\n"
                    "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options\n"
                    "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W '");
  for (size_t i = 0; i < tf_command_count; i++) {
    tf_text_addf(out, "%s ", tf_command_table[i].name);
  }
  tf_text_adds(out, "completion --help --version' -- \"$word\")); return\n  fi\n  case $before in\n");
  add_choices(out, "    ", "bash");
  tf_text_adds(out, "  esac\n  case ${COMP_WORDS[1]} in\n");
  for (size_t i = 0; i < tf_command_count; i++) {
    tf_text_addf(out, "    %s) options='", tf_command_table[i].name);
    add_options(&tf_command_table[i], out);
    tf_text_adds(out, "' ;;\n");
  }
  tf_text_adds(out, "    completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$word\")); return ;;\n  esac\n"
                    "  case $word in\n    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
                    "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}\n"
                    "complete -o filenames -F _tenfold tenfold\n");
}

static void zsh_script(tf_text *out) {
  tf_text_adds(out, "#compdef tenfold\n_tenfold() {\n  if (( CURRENT == 2 )); then\n    compadd");
  for (size_t i = 0; i < tf_command_count; i++) {
    tf_text_addf(out, " %s", tf_command_table[i].name);
  }
  tf_text_adds(out, " completion\n    return\n  fi\n  case $words[CURRENT-1] in\n");
  add_choices(out, "    ", "zsh");
  tf_text_adds(out, "  esac\n  case $words[2] in\n");
  for (size_t i = 0; i < tf_command_count; i++) {
    tf_text_addf(out, "    %s) [[ $PREFIX == -* ]] && compadd --", tf_command_table[i].name);
    add_options(&tf_command_table[i], out);
    tf_text_adds(out, " ;;\n");
  }
  tf_text_adds(out, "    completion) compadd bash zsh fish; return ;;\n  esac\n"
                    "  [[ $PREFIX == -* ]] || _files\n}\ncompdef _tenfold tenfold\n");
}

static void fish_quote(const char *text, tf_text *out) {
  tf_text_addc(out, '\'');
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\'' || *c == '\\') {
      tf_text_addc(out, '\\');
    }
    tf_text_addc(out, *c);
  }
  tf_text_addc(out, '\'');
}

static void fish_script(tf_text *out) {
  for (size_t i = 0; i < tf_command_count; i++) {
    tf_text_addf(out, "complete -c tenfold -n __fish_use_subcommand -a %s -d ", tf_command_table[i].name);
    fish_quote(tf_command_table[i].summary, out);
    tf_text_addc(out, '\n');
  }
  for (size_t o = 0; o < TF_OPTION_COUNT; o++) {
    const tf_option_info *option = &tf_option_table[o];
    tf_text_adds(out, "complete -c tenfold -n '__fish_seen_subcommand_from");
    for (size_t i = 0; i < tf_command_count; i++) {
      if (strchr(option->commands, tf_command_table[i].letter) != NULL) {
        tf_text_addf(out, " %s", tf_command_table[i].name);
      }
    }
    tf_text_addf(out, "' -l %s%s -d ", option->name, option->argument[0] != '\0' ? " -r" : "");
    fish_quote(option->help, out);
    tf_text_addc(out, '\n');
  }
}

// troff: a backslash and a leading dot or quote would be read as requests.
static void roff(const char *text, tf_text *out) {
  if (text[0] == '.' || text[0] == '\'') {
    tf_text_adds(out, "\\&");
  }
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\\') {
      tf_text_adds(out, "\\e");
    } else if (*c == '-') {
      tf_text_adds(out, "\\-");
    } else {
      tf_text_addc(out, *c);
    }
  }
}

// The COMMANDS section of the man page.
static void man_section(tf_text *out) {
  tf_text_adds(out, ".SH COMMANDS\n");
  for (size_t i = 0; i < tf_command_count; i++) {
    const tf_command_info *command = &tf_command_table[i];
    tf_text_addf(out, ".SS \"tenfold %s %s\"\n", command->name, command->arguments);
    roff(command->summary, out);
    tf_text_adds(out, ".\n.PP\n.nf\n    ");
    roff(command->example, out);
    tf_text_adds(out, "\n.fi\n");
    for (size_t o = 0; o < TF_OPTION_COUNT; o++) {
      const tf_option_info *option = &tf_option_table[o];
      if (strchr(option->commands, command->letter) == NULL) {
        continue;
      }
      tf_text_adds(out, ".TP\n\\fB\\-\\-");
      roff(option->name, out);
      tf_text_addf(out, "\\fR %s\n", option->argument);
      roff(option->help, out);
      tf_text_addc(out, '\n');
    }
  }
}

tf_status tf_completion_script(tf_context *cx, const char *shell, tf_text *out) {
  if (strcmp(shell, "bash") == 0) {
    bash_script(out);
  } else if (strcmp(shell, "zsh") == 0) {
    zsh_script(out);
  } else if (strcmp(shell, "fish") == 0) {
    fish_script(out);
  } else if (strcmp(shell, "man") == 0) {
    man_section(out);
  } else {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "`tenfold completion` needs the shell's name");
    tf_hint(cx, "such as `tenfold completion bash`; there are bash, zsh and fish");
    return status;
  }
  return TF_OK;
}
