// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold report: one page that can be published, with everything needed to compute it again.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/io.h"
#include "base/number.h"
#include "cli/command_report.h"
#include "cli/commands.h"
#include "cli/plot_want.h"
#include "cli/settings.h"
#include "out/chart.h"
#include "out/html.h"
#include "out/report_pdf.h"

static const tf_span nowhere = {0, 0, 0};
enum { NARROW_WIDTH = 460 };

typedef TF_VEC(tf_plot_spec) spec_list;

// --- Charts ---------------------------------------------------------------------------------------------------------

static tf_status add_statements(tf_context *cx, const tf_plot_statement *plots, size_t count, tf_map *seen,
                                spec_list *specs) {
  tf_status status = TF_OK;
  for (size_t i = 0; i < count; i++) {
    tf_plot_spec spec;
    tf_status one = TF_OK;
    if (!tf_map_put(seen, plots[i].text.text, 0)) {
      continue; // files of the same models ask for the same chart
    }
    one = tf_plot_parse(cx, plots[i].text, &spec);
    if (one == TF_OK) {
      tf_vec_push(cx->arena, specs, spec);
    }
    status = one != TF_OK ? one : status;
  }
  return status;
}

// Of each file its own charts, else those of its models; what they show is computed beside the outputs.
static tf_status collect_specs(tf_session *session, spec_list *specs) {
  tf_context *cx = session->cx;
  tf_map seen = tf_map_new(cx->arena);
  tf_status status = TF_OK;
  for (size_t s = 0; s < session->scenarios.count; s++) {
    const tf_scenario *scenario = session->scenarios.at[s];
    const tf_model *model = NULL;
    for (size_t i = 0; i < session->cases.count; i++) {
      model = session->cases.at[i].scenario == scenario ? session->models.at[session->cases.at[i].group] : model;
    }
    tf_status one = TF_OK;
    if (scenario->plots.count > 0) {
      one = add_statements(cx, scenario->plots.at, scenario->plots.count, &seen, specs);
    } else if (model != NULL) {
      one = add_statements(cx, model->plots.at, model->plots.count, &seen, specs);
    }
    status = one != TF_OK ? one : status;
  }
  for (size_t i = 0; i < specs->count; i++) {
    tf_plot_want(session, &specs->at[i]);
  }
  return status;
}

typedef struct picture_set {
  tf_report *report;
  const tf_result *result;
  const char *folder;
  tf_map stems;
  tf_manifest_files *outputs;
} picture_set;

static void keep_file(const picture_set *set, const char *path, tf_str bytes) {
  tf_vec_push(set->report->cx->arena, set->outputs, ((tf_manifest_file){.path = path, .bytes = bytes}));
}

static tf_status draw(const picture_set *set, const tf_plot_spec *spec, const char *stem, tf_chart_options options,
                      tf_str *svg) {
  tf_context *cx = set->report->cx;
  tf_chart *chart = NULL;
  options.stem = tf_format(cx->arena, "%s%s%s", stem, options.width > 0 ? "-narrow" : "", options.dark ? "-dark" : "");
  options.version = TENFOLD_VERSION;
  tf_status status = tf_chart_build(cx, set->result, spec, &options, &chart);
  return status == TF_OK ? tf_chart_draw(cx, chart, &options, TF_CHART_SVG, svg) : status;
}

// The bytes of s behind the first `part`, and behind the sentence that it stands in; SIZE_MAX if it is not there.
static size_t behind(tf_str s, size_t from, tf_str part) {
  for (size_t i = from; part.len > 0 && i + part.len <= s.len; i++) {
    if (memcmp(s.ptr + i, part.ptr, part.len) == 0) {
      return i + part.len;
    }
  }
  return SIZE_MAX;
}

// A caption that nobody would read to its end stops after the last whole sentence that fits: the data below have all.
static tf_str shortened(tf_context *cx, tf_str text) {
  enum { MOST = 300 };
  size_t end = text.len <= MOST ? text.len : 0;
  for (size_t i = 0; end < text.len && i + 1 < MOST; i++) {
    end = text.ptr[i] == '.' && text.ptr[i + 1] == ' ' ? i + 1 : end;
  }
  return end == text.len ? text
                         : tf_str_of(tf_format(cx->arena, "%.*s%sThe data of the figure have all values.", (int)end,
                                               text.ptr, end > 0 ? " " : ""));
}

// Title and subtitle stand in the picture: the caption is what the description says beyond them.
static tf_str caption_of(const tf_chart *chart) {
  size_t at = behind(chart->alt, 0, chart->title);
  size_t next = at != SIZE_MAX ? behind(chart->alt, at, chart->subtitle) : SIZE_MAX;
  at = next != SIZE_MAX ? next : at;
  at = at != SIZE_MAX ? behind(chart->alt, at, TF_STR(". ")) : SIZE_MAX;
  return at != SIZE_MAX && at < chart->alt.len ? tf_str_sub(chart->alt, at, chart->alt.len) : chart->alt;
}

static tf_status add_figure(picture_set *set, const tf_plot_spec *spec) {
  tf_context *cx = set->report->cx;
  tf_chart_options options = {.version = TENFOLD_VERSION, .on_page = true};
  tf_chart *chart = NULL;
  tf_status status = tf_chart_build(cx, set->result, spec, &options, &chart);
  if (status != TF_OK) {
    return status;
  }
  const char *stem = chart->stem;
  for (size_t n = 2; !tf_map_put(&set->stems, tf_str_of(stem), 0); n++) {
    stem = tf_format(cx->arena, "%s-%zu", chart->stem, n);
  }
  tf_report_figure *figure = TF_NEW(cx->arena, tf_report_figure);
  *figure = (tf_report_figure){.number = ++set->report->figures, .stem = stem, .title = chart->title};
  figure->alt = chart->alt;
  figure->caption = shortened(cx, caption_of(chart));
  figure->data = tf_report_chart_data(set->report, chart->csv);
  for (int dark = 0; dark < 2 && status == TF_OK; dark++) {
    tf_chart_options wide = {.dark = dark == 1, .on_page = true};
    tf_chart_options narrow = {.dark = dark == 1, .on_page = true, .width = NARROW_WIDTH};
    status = draw(set, spec, stem, wide, &figure->wide[dark]);
    status = status == TF_OK ? draw(set, spec, stem, narrow, &figure->narrow[dark]) : status;
  }
  tf_report_figure_add(set->report, figure);
  keep_file(set, tf_format(cx->arena, "charts/%s.csv", stem), chart->csv);
  keep_file(set, tf_format(cx->arena, "charts/%s.gp", stem), chart->script);
  if (figure->wide[0].len > 0) {
    keep_file(set, tf_format(cx->arena, "charts/%s.svg", stem), figure->wide[0]);
  }
  return status;
}

// A chart that fails does not keep the rest back.
static tf_status add_charts(picture_set *set, spec_list *specs) {
  tf_context *cx = set->report->cx;
  tf_plot_spec spec;
  if (specs->count == 0 && tf_chart_default(cx, set->result, &spec)) {
    tf_vec_push(cx->arena, specs, spec);
  }
  tf_status status = TF_OK;
  tf_report_section(set->report, "charts", "Charts");
  for (size_t i = 0; i < specs->count; i++) {
    tf_status one = add_figure(set, &specs->at[i]);
    status = one != TF_OK ? one : status;
  }
  if (set->report->figures == 0) {
    tf_report_add(set->report, TF_PART_TEXT, TF_STR("There is nothing to draw."));
  }
  return status;
}

// --- The page -------------------------------------------------------------------------------------------------------

// What charts need beside the outputs does not belong in the tables, which show what `tenfold run` shows.
static const tf_result *only_shown(tf_session *session, const tf_result *result) {
  tf_context *cx = session->cx;
  size_t extra = session->extra.count;
  tf_result *kept = TF_NEW(cx->arena, tf_result);
  *kept = *result;
  tf_scenario_result *scenarios = TF_ARRAY(cx->arena, tf_scenario_result, result->scenario_count);
  session->extra.count = 0;
  for (size_t s = 0; s < result->scenario_count; s++) {
    const tf_shown *shown = NULL;
    size_t count = 0;
    scenarios[s] = result->scenarios[s];
    if (tf_session_shown(session, &session->cases.at[s], &shown, &count) != TF_OK) {
      continue;
    }
    memset(&scenarios[s].rows, 0, sizeof scenarios[s].rows);
    for (size_t i = 0; i < result->scenarios[s].rows.count; i++) {
      if (tf_shown_has(shown, count, &result->scenarios[s].rows.at[i])) {
        tf_vec_push(cx->arena, &scenarios[s].rows, result->scenarios[s].rows.at[i]);
      }
    }
  }
  session->extra.count = extra;
  kept->scenarios = scenarios;
  return kept;
}

// SOURCE_DATE_EPOCH makes reports reproducible to the byte.
static int64_t today(void) {
  const char *fixed = getenv("SOURCE_DATE_EPOCH");
  char *end = NULL;
  long long seconds = fixed != NULL ? strtoll(fixed, &end, 10) : 0;
  return fixed != NULL && end != fixed && *end == '\0' ? (int64_t)seconds : (int64_t)time(NULL);
}

static tf_str provenance(tf_context *cx, const tf_result *result, int64_t date) {
  char samples[48];
  tf_text text = tf_text_new(cx->arena);
  tf_text_addf(&text, "tenfold %s · %s", TENFOLD_VERSION, tf_manifest_date(cx->arena, date, true));
  if (result->uncertain) {
    tf_text_addf(&text, " · %s samples, seed %" PRIu64, tf_number_pretty((double)result->samples, 15, samples),
                 result->seed);
  }
  return tf_text_str(&text);
}

static tf_status write_files(tf_context *cx, const char *folder, const tf_manifest_files *files) {
  tf_status status = TF_OK;
  for (size_t i = 0; i < files->count && status == TF_OK; i++) {
    const char *path = tf_path_join(cx->arena, tf_str_of(folder), tf_str_of(files->at[i].path));
    status = tf_folder_make(cx, tf_cstr(cx->arena, tf_path_folder(tf_str_of(path))));
    status = status == TF_OK ? tf_file_write(cx, path, files->at[i].bytes) : status;
  }
  return status;
}

static void add_output(tf_context *cx, tf_manifest_files *files, const char *path, const tf_text *text) {
  tf_vec_push(cx->arena, files, ((tf_manifest_file){.path = path, .bytes = tf_text_str(text)}));
}

// "auto" (0) prints where there is a browser; "yes" (1) needs one.
static tf_status print_pdf(tf_context *cx, const tf_command_line *line, const char *folder, bool *printed) {
  size_t choice = 0;
  tf_status status = tf_option_choice(cx, line, TF_OPTION_PDF, &choice);
  const char *browser = status == TF_OK && choice != 2 ? tf_pdf_browser(cx) : NULL;
  *printed = false;
  if (status != TF_OK || choice == 2) {
    return status;
  }
  if (browser == NULL) {
    static const char hint[] = "install it, or print report.html from any browser";
    if (choice == 1) {
      status = tf_fail(cx, TF_FILE, nowhere, "no PDF: Chromium is not installed");
    } else {
      tf_note(cx, nowhere, "no PDF: Chromium is not installed");
    }
    tf_hint(cx, "%s", hint);
    return status;
  }
  status = tf_pdf_print(cx, browser, tf_path_join(cx->arena, tf_str_of(folder), TF_STR("report.html")),
                        tf_path_join(cx->arena, tf_str_of(folder), TF_STR("report.pdf")));
  *printed = status == TF_OK;
  return status;
}

static void fill(tf_report *report, const tf_session *session) {
  tf_report_drivers(report);
  tf_report_assumptions(report, session);
  tf_report_replaced(report, session);
  tf_report_checks(report);
  tf_report_method(report);
  tf_report_warnings(report);
  tf_report_periods(report);
}

static tf_str answer_of(const tf_report *report) {
  for (size_t i = 0; i < report->parts.count; i++) {
    if (report->parts.at[i].kind == TF_PART_ANSWER) {
      return report->parts.at[i].text;
    }
  }
  return TF_STR("");
}

static tf_status write_report(tf_session *session, const tf_result *result, spec_list *specs, const char *folder) {
  tf_context *cx = session->cx;
  const tf_command_line *line = session->line;
  const tf_result *shown = only_shown(session, result);
  tf_manifest_files inputs = {0};
  tf_manifest_files outputs = {0};
  tf_manifest manifest = {.version = TENFOLD_VERSION, .date = today(), .inputs = &inputs, .outputs = &outputs};
  tf_status status = tf_report_inputs(session, &inputs, &manifest.rerun);
  if (status != TF_OK) {
    return status;
  }
  tf_report report = tf_report_new(cx, shown);
  report.provenance = provenance(cx, result, manifest.date);
  report.rerun = tf_str_of(manifest.rerun);
  const char *const *sets = NULL;
  size_t set_count = tf_option_all(cx, line, TF_OPTION_SET, false, &sets);
  tf_report_answer(&report, sets, set_count);
  tf_report_results(&report);
  picture_set pictures = {&report, result, folder, tf_map_new(cx->arena), &outputs};
  tf_status charts = add_charts(&pictures, specs);
  tf_report_differences(&report, session);
  fill(&report, session);

  tf_text html = tf_text_new(cx->arena);
  tf_text markdown = tf_text_new(cx->arena);
  tf_text csv = tf_text_new(cx->arena);
  tf_text resolved = tf_text_new(cx->arena);
  tf_text json = tf_text_new(cx->arena);
  tf_emit_options emit = {.version = TENFOLD_VERSION};
  tf_html_page(&report, &html);
  tf_report_markdown(&report, &markdown);
  tf_emit_csv(cx, shown, &emit, &csv);
  tf_print_resolved(session, &resolved);
  add_output(cx, &outputs, "report.html", &html);
  add_output(cx, &outputs, "report.md", &markdown);
  add_output(cx, &outputs, "results.csv", &csv);
  add_output(cx, &inputs, "inputs/resolved.csv", &resolved);
  tf_manifest_json(cx, &manifest, shown, &json);
  status = write_files(cx, folder, &inputs);
  status = status == TF_OK ? write_files(cx, folder, &outputs) : status;
  if (status == TF_OK) { // last, so that a manifest speaks of files that are there
    status = tf_file_write(cx, tf_path_join(cx->arena, tf_str_of(folder), TF_STR("manifest.json")), tf_text_str(&json));
  }
  bool printed = false;
  tf_status pdf = status == TF_OK ? print_pdf(cx, line, folder, &printed) : TF_OK;
  if (status == TF_OK && !session->quiet) {
    tf_text out = tf_text_new(cx->arena);
    tf_str answer = answer_of(&report);
    tf_text_addf(&out, "%.*s\n\n", TF_STR_ARGS(answer));
    tf_text_addf(&out, "%s/report.html\n%s/report.md\n", folder, folder);
    if (printed) {
      tf_text_addf(&out, "%s/report.pdf\n", folder);
    }
    status = tf_file_write(cx, "-", tf_text_str(&out));
  }
  status = status == TF_OK ? charts : status;
  return status == TF_OK ? pdf : status;
}

tf_status tf_command_report(tf_context *cx, const tf_command_line *line) {
  tf_session session;
  spec_list specs = {0};
  const tf_result *result = NULL;
  const char *folder = tf_option_text(line, TF_OPTION_OUTPUT);
  tf_str trimmed = tf_str_of(folder != NULL ? folder : "report");
  while (trimmed.len > 1 && tf_str_ends(trimmed, "/")) {
    trimmed.len--;
  }
  folder = tf_cstr(cx->arena, trimmed);
  size_t choice = 0;
  tf_status status = tf_option_choice(cx, line, TF_OPTION_PDF, &choice);
  if (status == TF_OK && line->files.count == 0) {
    status = tf_fail(cx, TF_USAGE, nowhere, "report needs a scenario or model file");
    tf_hint(cx, "such as `tenfold report scenarios/llama.csv -o report`");
  }
  status = status == TF_OK ? tf_session_open(cx, line, true, &session) : status;
  status = status == TF_OK ? collect_specs(&session, &specs) : status;
  status = status == TF_OK ? tf_session_run(&session, &result) : status;
  if (result == NULL || result->scenario_count == 0) {
    return status;
  }
  // A cancelled run still reports what it has, with its charts, marked incomplete; a second signal ends the program.
  if (status == TF_CANCELLED) {
    cx->cancel = NULL;
  }
  tf_status written = write_report(&session, result, &specs, folder);
  return status == TF_OK ? written : status;
}
