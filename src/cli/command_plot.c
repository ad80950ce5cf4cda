// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold plot: the charts that models and scenarios ask for, or the one that the command line asks for.
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/io.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/plot_want.h"
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
static tf_status suitable_kind(tf_session *session, size_t names, const char **kind) {
  const tf_shown *shown = NULL;
  size_t count = 0;
  *kind = "bars";
  if (session->cases.count == 0) {
    return TF_OK;
  }
  const tf_case *c = &session->cases.at[0];
  tf_status status = tf_session_shown(session, c, &shown, &count);
  if (status == TF_OK && count > 0 && c->plan->quantities[shown[0].quantity].series) {
    *kind = session->cases.count == 1 && names == 1 ? "fan" : "lines";
  }
  return status;
}

static tf_status add_text(tf_context *cx, const tf_text *text, spec_list *specs) {
  tf_str statement = tf_text_str(text);
  uint32_t source = tf_source_add(cx->arena, &cx->sources, TF_STR("plot"), statement);
  tf_located located = {statement, {source, 0, (uint32_t)statement.len}};
  return add_statement(cx, &located, specs);
}

// Without --show the charts are those that the file asks for: what is said of one chart would be left unheard.
static tf_status charts_have_their_own(tf_session *session) {
  tf_context *cx = session->cx;
  const tf_command_line *line = session->line;
  const tf_shown *shown = NULL;
  size_t count = 0;
  const char *name = "NAME";
  if (session->cases.count > 0 && tf_session_shown(session, &session->cases.at[0], &shown, &count) == TF_OK &&
      count > 0) {
    name = tf_cstr(cx->arena, session->cases.at[0].plan->model->quantities.at[shown[0].quantity].name);
  }
  if (tf_option_given(line, TF_OPTION_TYPE)) { // a slip in the kind comes before what the kind needs
    tf_text text = tf_text_new(cx->arena);
    spec_list unused = {0};
    tf_text_addf(&text, "%s %s", tf_option_text(line, TF_OPTION_TYPE), name);
    tf_status status = add_text(cx, &text, &unused);
    if (status != TF_OK) {
      return status;
    }
  }
  static const tf_option_id of_one[] = {TF_OPTION_TYPE, TF_OPTION_TITLE, TF_OPTION_LOG};
  for (size_t i = 0; i < sizeof of_one / sizeof *of_one; i++) {
    if (tf_option_given(line, of_one[i])) {
      tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--%s needs --show", tf_option_table[of_one[i]].name);
      tf_hint(cx, "name the quantities of the chart, such as --show %s", name);
      return status;
    }
  }
  return TF_OK;
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
    return charts_have_their_own(session);
  }
  if (type == NULL) {
    tf_status status = suitable_kind(session, count, &type);
    if (status != TF_OK) {
      return status;
    }
  }
  tf_text text = tf_text_new(cx->arena);
  tf_text_addf(&text, "%s ", type);
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
  return add_text(cx, &text, specs);
}

static tf_status collect_specs(tf_session *session, spec_list *specs) {
  tf_context *cx = session->cx;
  tf_status status = add_option_spec(session, specs);
  if (status != TF_OK || specs->count > 0) {
    for (size_t i = 0; i < specs->count; i++) {
      tf_plot_want(session, &specs->at[i]);
      session->any_axis = specs->at[i].kind == TF_PLOT_DEPENDENCIES;
    }
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
    tf_plot_want(session, &specs->at[i]);
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

// What each medium wants; points are 1/100 inch. Where a caption or a slide says the title, the chart does not.
static const struct medium {
  double width, height, dpi;
  unsigned formats;
  bool title;
} media[] = {{630, 394, 300, TF_CHART_PNG, false},
             {800, 500, 200, TF_CHART_SVG | TF_CHART_PNG, true},
             {800, 450, 240, TF_CHART_SVG | TF_CHART_PNG, false},
             {600, 375, 300, TF_CHART_PDF, false},
             {800, 500, 200, TF_CHART_SVG, true}};

// 0, 2.5, 500bn, 40k: the suffixes of the language.
static bool read_value(tf_str text, double *value) {
  static const struct {
    const char *suffix;
    double factor;
  } known[] = {{"", 1},    {"%", 1},    {"k", 1e3},  {"M", 1e6},  {"mn", 1e6},
               {"G", 1e9}, {"bn", 1e9}, {"T", 1e12}, {"tn", 1e12}};
  size_t used = tf_number_scan(text, value);
  for (size_t i = 0; i < sizeof known / sizeof *known && used > 0; i++) {
    if (tf_str_is(tf_str_sub(text, used, text.len), known[i].suffix)) {
      *value *= known[i].factor;
      return true;
    }
  }
  return false;
}

static tf_status read_range(tf_context *cx, const tf_command_line *line, tf_chart_options *options) {
  const char *text = tf_option_text(line, TF_OPTION_Y);
  if (text == NULL) {
    return TF_OK;
  }
  const char *dots = strstr(text, "..");
  bool good = dots != NULL && read_value((tf_str){text, (size_t)(dots - text)}, &options->y_low) &&
              read_value(tf_str_of(dots + 2), &options->y_high) && options->y_low < options->y_high;
  options->has_y = good;
  if (good) {
    return TF_OK;
  }
  tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--y %s: must be two numbers, the lower first", text);
  tf_hint(cx, "such as --y 0..500bn");
  return status;
}

static tf_status read_size(tf_context *cx, const tf_command_line *line, tf_option_id id, uint64_t least, uint64_t most,
                           double *size) {
  uint64_t number = 0;
  tf_status status = tf_option_number(cx, line, id, (uint64_t)*size, least, most, &number);
  if (status == TF_OK && tf_option_given(line, id)) {
    *size = (double)number;
  }
  return status;
}

static tf_status read_look(tf_context *cx, const tf_command_line *line, tf_chart_options *options) {
  size_t medium = 0;
  double depth = 0;
  options->dark = tf_option_given(line, TF_OPTION_DARK);
  options->grey = tf_option_given(line, TF_OPTION_GREY);
  options->highlight = tf_option_text(line, TF_OPTION_HIGHLIGHT);
  tf_status status = tf_option_choice(cx, line, TF_OPTION_FOR, &medium);
  if (status == TF_OK && tf_option_given(line, TF_OPTION_FOR)) {
    options->width = media[medium].width;
    options->height = media[medium].height;
    options->dpi = media[medium].dpi;
    options->no_title = !media[medium].title;
    options->caption = true;
    options->formats = options->formats != 0 ? options->formats : media[medium].formats;
  }
  if (tf_option_given(line, TF_OPTION_NO_TITLE)) {
    options->no_title = options->caption = true;
  }
  status = status == TF_OK ? read_size(cx, line, TF_OPTION_WIDTH, 300, 4000, &options->width) : status;
  status = status == TF_OK ? read_size(cx, line, TF_OPTION_HEIGHT, 180, 4000, &options->height) : status;
  status = status == TF_OK ? read_size(cx, line, TF_OPTION_DPI, 30, 1200, &options->dpi) : status;
  status = status == TF_OK ? read_size(cx, line, TF_OPTION_DEPTH, 1, 100, &depth) : status;
  options->depth = (size_t)depth;
  return status == TF_OK ? read_range(cx, line, options) : status;
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

static tf_status draw_one(tf_context *cx, const tf_result *result, const tf_plot_spec *spec,
                          const tf_chart_options *options, const char *stem, const char *folder, tf_text *out) {
  tf_chart *chart = NULL;
  tf_chart_options named = *options;
  named.prefix = stem; // part of the script too, which names the files it draws
  tf_status status = tf_chart_build(cx, result, spec, &named, &chart);
  if (status == TF_OK) {
    status = tf_chart_write(cx, chart, options, folder);
    // Without gnuplot the numbers and the script are there nevertheless.
    const char *path = tf_path_join(cx->arena, tf_str_of(folder), tf_str_of(chart->stem));
    if (status == TF_OK || (status == TF_FILE && tf_file_exists(tf_format(cx->arena, "%s.csv", path)))) {
      tf_text_addf(out, "%s/%s  %.*s\n", folder, chart->stem, TF_STR_ARGS(chart->title));
    }
  }
  if (status == TF_OK) {
    preview(cx, chart, options, out);
  }
  return status;
}

// `--type published FILE.csv`: the file holds the values, no model is run.
static tf_status plot_published(tf_context *cx, const tf_command_line *line, const char *folder,
                                const tf_chart_options *options, tf_text *out) {
  tf_model *model = TF_NEW(cx->arena, tf_model);
  model->units = tf_units_new(cx);
  tf_located *name = TF_NEW(cx->arena, tf_located);
  name->text = tf_str_of(line->files.at[0]);
  tf_scenario_result scenario = {.file = name->text};
  tf_result result = {.complete = true, .model = model, .scenario_count = 1, .scenarios = &scenario};
  tf_plot_spec spec = {.kind = TF_PLOT_PUBLISHED, .count = 1, .names = name};
  const char *title = tf_option_text(line, TF_OPTION_TITLE);
  spec.title.text = tf_str_of(title);
  return draw_one(cx, &result, &spec, options, "", folder, out);
}

static tf_status plot_file(tf_context *cx, const tf_command_line *line, const char *folder, tf_text *out) {
  tf_session session;
  spec_list specs = {0};
  const tf_result *result = NULL;
  tf_chart_options options = {.version = TENFOLD_VERSION};
  tf_status status = read_formats(cx, line, &options.formats);
  status = status == TF_OK ? read_look(cx, line, &options) : status;
  const char *type = tf_option_text(line, TF_OPTION_TYPE);
  if (status == TF_OK && type != NULL && strcmp(type, "published") == 0) {
    return plot_published(cx, line, folder, &options, out);
  }
  status = status == TF_OK ? tf_session_open(cx, line, true, &session) : status;
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
    tf_status drawn = draw_one(cx, result, &specs.at[i], &options, stem, folder, out);
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
