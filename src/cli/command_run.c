// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold run: compute and print.
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/io.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/shard.h"
#include "cli/terminal.h"
#include "lang/parse.h"
#include "lang/print.h"
#include "model/plan.h"
#include "out/emit.h"

static const tf_span nowhere = {0, 0, 0};

static size_t terminal_width(void) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
    return size.ws_col;
  }
  return 100;
}

tf_emit_options tf_emit_options_of(const tf_command_line *line) {
  tf_emit_options options = {.stats = tf_option_given(line, TF_OPTION_STATS),
                             .wide = tf_option_given(line, TF_OPTION_WIDE)};
  options.width = terminal_width();
  options.version = TENFOLD_VERSION;
  return options;
}

void tf_emit_result(tf_context *cx, const tf_command_line *line, const tf_result *result, size_t format, tf_text *out) {
  tf_emit_options options = tf_emit_options_of(line);
  switch (format) {
  case 1:
    tf_emit_csv(cx, result, &options, out);
    break;
  case 2:
    tf_emit_json(cx, result, &options, out);
    break;
  case 3:
    tf_emit_markdown(cx, result, &options, out);
    break;
  default:
    tf_emit_table(cx, result, &options, out);
    break;
  }
}

// --stop-after: the object at an arrow of the pipeline instead of results.
static tf_status print_stage(tf_session *session, const char *stage, tf_text *out) {
  tf_context *cx = session->cx;
  bool graph_wanted = strcmp(stage, "graph") == 0 || strcmp(stage, "tape") == 0;
  if (strcmp(stage, "ast") == 0 || strcmp(stage, "model") == 0) {
    for (size_t g = 0; g < session->models.count; g++) {
      const tf_model *model = session->models.at[g];
      if (strcmp(stage, "model") == 0) {
        tf_model_print(model, out);
        continue;
      }
      for (size_t m = 0; m < model->module_count; m++) {
        tf_ast_print(model->modules[m].ast, out);
      }
    }
    return TF_OK;
  }
  if (strcmp(stage, "plan") == 0) {
    for (size_t i = 0; i < session->cases.count; i++) {
      tf_plan_print(session->cases.at[i].plan, out);
    }
    return TF_OK;
  }
  if (!graph_wanted) {
    return tf_fail(cx, TF_USAGE, nowhere, "--stop-after %s: must be one of ast, model, plan, graph, tape", stage);
  }
  for (size_t g = 0; g < session->models.count; g++) {
    tf_graph *graph = tf_graph_new(cx, cx->arena);
    for (size_t i = 0; i < session->cases.count; i++) {
      const tf_case *c = &session->cases.at[i];
      if (c->group == g) {
        uint32_t id = 0;
        tf_status status =
            tf_graph_add(cx, graph, c->plan, c->plan->model->outputs.at, c->plan->model->outputs.count, &id);
        if (status != TF_OK) {
          return status;
        }
      }
    }
    if (strcmp(stage, "graph") == 0) {
      tf_graph_print(graph, out);
    } else {
      tf_tape_print(graph, out);
    }
  }
  return TF_OK;
}

tf_status tf_command_run(tf_context *cx, const tf_command_line *line) {
  if (tf_option_given(line, TF_OPTION_SHARD)) {
    return tf_shard_run(cx, line);
  }
  tf_session session;
  size_t format = 0;
  tf_status status = tf_option_choice(cx, line, TF_OPTION_FORMAT, &format);
  if (status == TF_OK) {
    status = tf_session_open(cx, line, true, &session);
  }
  if (status != TF_OK) {
    return status;
  }
  tf_text out = tf_text_new(cx->arena);
  const char *stage = tf_option_text(line, TF_OPTION_STOP_AFTER);
  if (stage != NULL) {
    status = print_stage(&session, stage, &out);
    return status == TF_OK ? tf_print_out(cx, line, tf_text_str(&out)) : status;
  }
  return tf_session_print(&session, line, format);
}

tf_status tf_session_print(tf_session *session, const tf_command_line *line, size_t format) {
  tf_context *cx = session->cx;
  tf_text out = tf_text_new(cx->arena);
  const tf_result *result = NULL;
  tf_status status = tf_session_run(session, &result);
  if (result == NULL) {
    return status;
  }
  // A cancelled run still shows what it has, marked incomplete.
  tf_emit_result(cx, line, result, format, &out);
  tf_status written = tf_print_out(cx, line, tf_text_str(&out));
  return status == TF_OK ? written : status;
}
