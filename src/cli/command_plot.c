// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold plot: the charts that models and scenarios ask for, or the one that the command line asks for.
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/io.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "out/chart.h"

static const tf_span nowhere = {0, 0, 0};

typedef TF_VEC(tf_plot_spec) spec_list;

static tf_status add_statement(tf_context *cx, const tf_located *text, spec_list *specs) {
  tf_plot_spec spec;
  tf_status status = tf_plot_parse(cx, *text, &spec);
  if (status == TF_OK) {
    tf_vec_push(cx->arena, specs, spec);
  }
  return status;
}

// The kind that suits quantities when none is named: bars without periods, a fan for one series of one scenario, else
// lines.
static const char *suitable_kind(tf_session *session, size_t names) {
  const tf_shown *shown = NULL;
  size_t count = 0;
  if (session->cases.count == 0 || tf_session_shown(session, &session->cases.at[0], &shown, &count) != TF_OK ||
      count == 0) {
    return "bars";
  }
  if (!session->cases.at[0].plan->quantities[shown[0].quantity].series) {
    return "bars";
  }
  return session->cases.count == 1 && names == 1 ? "fan" : "lines";
}

// `--type fan --show capex.annual --log --title ...` as the statement it stands for.
static tf_status add_option_spec(tf_session *session, spec_list *specs) {
  tf_context *cx = session->cx;
  const tf_command_line *line = session->line;
  const char *type = tf_option_text(line, TF_OPTION_TYPE);
  const char *title = tf_option_text(line, TF_OPTION_TITLE);
  const char *const *names = NULL;
  size_t count = tf_option_all(cx, line, TF_OPTION_SHOW, true, &names);
  if (count == 0) {
    return TF_OK;
  }
  tf_text text = tf_text_new(cx->arena);
  tf_text_addf(&text, "%s ", type != NULL ? type : suitable_kind(session, count));
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(&text, "%s%s", i > 0 ? ", " : "", names[i]);
  }
  if (tf_option_given(line, TF_OPTION_LOG)) {
    tf_text_adds(&text, " log");
  }
  if (title != NULL) {
    tf_text_adds(&text, " title \"");
    for (const char *c = title; *c != '\0'; c++) {
      tf_text_addc(&text, *c == '"' ? '\'' : *c);
    }
    tf_text_addc(&text, '"');
  }
  tf_str statement = tf_text_str(&text);
  uint32_t source = tf_source_add(cx->arena, &cx->sources, TF_STR("plot"), statement);
  tf_located located = {statement, {source, 0, (uint32_t)statement.len}};
  return add_statement(cx, &located, specs);
}

static tf_status collect_specs(tf_session *session, spec_list *specs) {
  tf_context *cx = session->cx;
  tf_status status = add_option_spec(session, specs);
  if (status != TF_OK || specs->count > 0) {
    return status;
  }
  const tf_scenario *scenario = session->scenarios.at[0];
  const tf_model *model = session->models.at[0];
  for (size_t i = 0; i < scenario->plots.count && status == TF_OK; i++) {
    status = add_statement(cx, &scenario->plots.at[i].text, specs);
  }
  for (size_t i = 0; i < model->plots.count && status == TF_OK && scenario->plots.count == 0; i++) {
    status = add_statement(cx, &model->plots.at[i].text, specs);
  }
  for (size_t i = 0; i < specs->count; i++) {
    for (size_t k = 0; k < specs->at[i].count; k++) {
      tf_vec_push(cx->arena, &session->extra, tf_cstr(cx->arena, specs->at[i].names[k].text));
    }
  }
  return status;
}

static tf_status read_formats(tf_context *cx, const tf_command_line *line, unsigned *formats) {
  const char *const *texts = NULL;
  size_t count = tf_option_all(cx, line, TF_OPTION_PICTURE, true, &texts);
  static const struct {
    const char *name;
    unsigned format;
  } known[] = {{"svg", TF_CHART_SVG}, {"png", TF_CHART_PNG}, {"pdf", TF_CHART_PDF}};
  *formats = 0;
  for (size_t i = 0; i < count; i++) {
    unsigned found = 0;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
      found |= strcmp(known[k].name, texts[i]) == 0 ? known[k].format : 0;
    }
    if (found == 0) {
      return tf_fail(cx, TF_USAGE, nowhere, "--picture %s: must be one of svg, png, pdf", texts[i]);
    }
    *formats |= found;
  }
  return TF_OK;
}

// On a terminal the chart is also shown in letters.
static void preview(tf_context *cx, const tf_chart *chart, const tf_chart_options *options, tf_text *out) {
  struct winsize size;
  if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 60) {
    return;
  }
  tf_str text;
  if (tf_chart_preview(cx, chart, options, size.ws_col - 1, 24, &text) == TF_OK) {
    tf_text_add(out, text);
  }
}

static tf_status plot_file(tf_context *cx, const tf_command_line *line, const char *folder, tf_text *out) {
  tf_session session;
  spec_list specs = {0};
  const tf_result *result = NULL;
  tf_chart_options options = {.dark = tf_option_given(line, TF_OPTION_DARK), .version = TENFOLD_VERSION};
  tf_status status = tf_session_open(cx, line, true, &session);
  if (status == TF_OK) {
    status = read_formats(cx, line, &options.formats);
  }
  if (status == TF_OK) {
    status = collect_specs(&session, &specs);
  }
  if (status == TF_OK) {
    status = tf_session_run(&session, &result);
  }
  if (status != TF_OK) {
    return status;
  }
  if (specs.count == 0) {
    tf_plot_spec spec;
    if (!tf_chart_default(cx, result, &spec)) {
      return tf_fail(cx, TF_INVALID, nowhere, "`%s` has nothing that can be drawn", line->files.at[0]);
    }
    tf_vec_push(cx->arena, &specs, spec);
  }
  const char *stem = tf_cstr(cx->arena, tf_path_stem(tf_str_of(line->files.at[0])));
  for (size_t i = 0; i < specs.count; i++) {
    tf_chart *chart = NULL;
    tf_status drawn = tf_chart_build(cx, result, &specs.at[i], &options, &chart);
    if (drawn == TF_OK) {
      chart->stem = tf_format(cx->arena, "%s-%s%s", stem, chart->stem, options.dark ? "-dark" : "");
      drawn = tf_chart_write(cx, chart, &options, folder);
      if (drawn == TF_OK || drawn == TF_FILE) {
        tf_text_addf(out, "%s/%s  %.*s\n", folder, chart->stem, TF_STR_ARGS(chart->title));
      }
    }
    if (drawn == TF_OK) {
      preview(cx, chart, &options, out);
    }
    status = drawn != TF_OK ? drawn : status; // one chart that fails does not keep the others back
  }
  return status;
}

tf_status tf_command_plot(tf_context *cx, const tf_command_line *line) {
  if (line->files.count == 0) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "plot needs a scenario or model file");
    tf_hint(cx, "such as `tenfold plot scenarios/meta-capex.csv -o charts`");
    return status;
  }
  const char *folder = tf_option_text(line, TF_OPTION_OUTPUT);
  folder = folder != NULL ? folder : "charts";
  tf_text out = tf_text_new(cx->arena);
  tf_status status = TF_OK;
  for (size_t i = 0; i < line->files.count && !tf_cancelled(cx); i++) {
    tf_command_line one = *line;
    const char *file = line->files.at[i];
    one.files.at = &file;
    one.files.count = one.files.capacity = 1;
    tf_status s = plot_file(cx, &one, folder, &out);
    status = s != TF_OK ? s : status;
  }
  tf_status written = tf_file_write(cx, "-", tf_text_str(&out));
  return status != TF_OK ? status : written;
}
