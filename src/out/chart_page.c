// SPDX-License-Identifier: GPL-3.0-or-later
// The page around a plot: title, subtitle, footer, and the parts of a script that all kinds share (out/chart_plan.h).
#include <math.h>
#include <string.h>

#include "base/io.h"
#include "base/number.h"
#include "out/chart_plan.h"

enum { EDGE = TF_CHART_EDGE, TITLE_LINES = 3, SUBTITLE_LINES = 2, NARROW_LINES = 4, FOOTER_LINES = 3 };

static void statement_at(tf_pen *pen, double x, double y) {
  // Six digits place to a thousandth of a point.
  tf_text_addf(pen->out, " at screen %.6f,%.6f", x / pen->plan->width, 1 - y / pen->plan->height);
}

void tf_pen_text(tf_pen *pen, tf_str s, double x, double y, tf_side side, tf_face face, const char *colour) {
  static const char *const sides[] = {"left", "center", "right"};
  tf_text_addf(pen->out, "set label %d ", ++pen->tag);
  tf_gnuplot_quote(pen->out, s);
  statement_at(pen, x, y);
  tf_text_addf(pen->out, " %s front noenhanced textcolor rgb %s font FONT.'%s,%.4g'\n", sides[side], colour,
               face.bold ? ":Bold" : "", face.size);
}

// One line if a little smaller type brings it there, else two of about the same length, else three in smaller type.
static size_t break_title(const tf_chart_plan *plan, tf_face *face, double width, tf_str *lines) {
  static const double sizes[] = {16, 15.25, 14.5};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    face->size = sizes[i];
    if (tf_text_extent(*face, plan->title) <= width) {
      return tf_text_break(plan->arena, *face, plan->title, width, 1, lines);
    }
  }
  face->size = 16;
  size_t count = tf_text_break(plan->arena, *face, plan->title, width, TITLE_LINES, lines);
  if (count > 2) {
    face->size = 13.5;
    count = tf_text_break(plan->arena, *face, plan->title, width, TITLE_LINES, lines);
  }
  tf_str narrow[TITLE_LINES + 1];
  for (int step = 1; step < 24; step++) {
    double w = width * (1 - 0.02 * step);
    // More lines than now allowed for, so that none is cut.
    if (tf_text_break(plan->arena, *face, plan->title, w, TITLE_LINES + 1, narrow) > count) {
      break;
    }
    memcpy(lines, narrow, sizeof *lines * count);
  }
  return count;
}

void tf_pen_page(tf_pen *pen, tf_chart_plan *plan, double room_above) {
  double width = plan->width - 2 * EDGE;
  tf_str lines[NARROW_LINES + 1];
  tf_face title = {16, true, plan->stretch};
  size_t count = plan->options->no_title ? 0 : break_title(plan, &title, width, lines);
  double y = 26;
  for (size_t i = 0; i < count; i++) {
    tf_pen_text(pen, lines[i], EDGE, y, TF_LEFT, title, "INK");
    y += tf_face_line(title);
  }
  y = count == 0 ? 2 : y - tf_face_line(title);
  tf_face subtitle = {11.5, false, plan->stretch};
  count = tf_text_break(plan->arena, subtitle, plan->subtitle, width, plan->width < 600 ? NARROW_LINES : SUBTITLE_LINES,
                        lines);
  y += 24;
  for (size_t i = 0; i < count; i++) {
    tf_pen_text(pen, lines[i], EDGE, y, TF_LEFT, subtitle, "MUTED");
    y += tf_face_line(subtitle);
  }
  plan->top = y - tf_face_line(subtitle) + 32 + room_above;
  tf_face small = {8.5, false, plan->stretch};
  tf_str brand = plan->options->version == NULL
                     ? TF_STR("tenfold")
                     : tf_str_of(tf_format(plan->arena, "tenfold %s", plan->options->version));
  double bottom = plan->height - 22;
  count =
      tf_text_break(plan->arena, small, plan->footer, width - tf_text_extent(small, brand) - 14, FOOTER_LINES, lines);
  for (size_t i = 0; i < count; i++) {
    tf_pen_text(pen, lines[i], EDGE, bottom - (double)(count - 1 - i) * tf_face_line(small), TF_LEFT, small, "MUTED");
  }
  tf_pen_text(pen, brand, plan->width - EDGE, bottom, TF_RIGHT, small, "MUTED");
  // Letters of a terminal have no room for what is set small here: it would cover the labels of the axis.
  for (size_t i = 0; i <= count; i++) {
    tf_text_addf(pen->out, "if (TERM eq 'dumb') unset label %d\n", pen->tag - (int)i);
  }
  plan->bottom = plan->height - 62 - (count > 1 ? (double)(count - 1) * tf_face_line(small) : 0);
}

// A template as it stands in its file, so that the script needs no other.
tf_status tf_script_template(const tf_chart_plan *plan, const char *name, tf_text *out) {
  const char *path = tf_data_find(plan->cx, NULL, "plots", tf_str_of(name));
  if (path == NULL) {
    tf_status status = tf_fail(plan->cx, TF_FILE, (tf_span){0}, "the chart template %s is not installed", name);
    tf_hint(plan->cx, "set TENFOLD_PATH to a folder that holds plots/%s", name);
    return status;
  }
  uint32_t source = 0;
  tf_status status = tf_file_read(plan->cx, path, (tf_span){0}, &source);
  if (status == TF_OK) {
    tf_text_add(out, plan->cx->sources.list.at[source].text);
    tf_text_addc(out, '\n');
  }
  return status;
}

tf_status tf_script_start(const tf_chart_plan *plan, const char *stem, tf_text *out) {
  tf_text_addf(
      out,
      "# Drawn by tenfold. To draw it again: gnuplot -d %s.gp\n"
      "# For other formats: gnuplot -d -e \"TERM = 'png'\" %s.gp (svg, png, pdf, dumb); DARK = 1 for dark paper.\n"
      "NAME = '%s'\n"
      "W = %.10g; H = %.10g\n"
      "if (!exists(\"DARK\")) DARK = %d\n"
      "if (!exists(\"GREY\")) GREY = %d\n"
      "if (!exists(\"DPI\")) DPI = %.10g\n"
      "if (!exists(\"FONT\")) FONT = ",
      stem, stem, stem, plan->width, plan->height, plan->options->dark ? 1 : 0, plan->options->grey ? 1 : 0,
      plan->options->dpi > 0 ? plan->options->dpi : 200.0);
  tf_gnuplot_quote(out, tf_str_of(plan->font));
  tf_text_adds(out, "\n\n");
  return tf_script_template(plan, "theme.gp", out);
}

void tf_script_margins(const tf_chart_plan *plan, tf_text *out) {
  tf_text_addf(out, "set lmargin at screen %.6f\nset rmargin at screen %.6f\n", plan->left / plan->width,
               plan->right / plan->width);
  tf_text_addf(out, "set tmargin at screen %.6f\nset bmargin at screen %.6f\n", 1 - plan->top / plan->height,
               1 - plan->bottom / plan->height);
}

void tf_pen_line(tf_pen *pen, double x0, double y0, double x1, double y1, const char *style) {
  const tf_chart_plan *plan = pen->plan;
  tf_text_addf(pen->out, "set arrow %d from screen %.6f,%.6f to screen %.6f,%.6f nohead %s\n", ++pen->tag,
               x0 / plan->width, 1 - y0 / plan->height, x1 / plan->width, 1 - y1 / plan->height, style);
}

void tf_script_row(tf_text *data, const double *values, size_t count) {
  char buffer[32];
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(data, "%s%s", i > 0 ? " " : "", isnan(values[i]) ? "NaN" : tf_number_print(values[i], buffer));
  }
  tf_text_addc(data, '\n');
}

void tf_script_page_axes(tf_chart_plan *plan, tf_text *out) {
  tf_text_adds(out, "set lmargin at screen 0\nset rmargin at screen 1\nset tmargin at screen 1\n"
                    "set bmargin at screen 0\nunset xtics\nunset ytics\nunset grid\n");
  tf_text_addf(out, "set xrange [0:%.10g]\nset yrange [%.10g:0]\n", plan->width, plan->height);
}

static double put_ticks(const tf_chart_plan *plan, const char *axis, const tf_ticks *ticks, const tf_scale *scale,
                        tf_text *out) {
  tf_face face = {10.5, false, plan->stretch};
  double widest = 0;
  tf_text_addf(out, "set %stics (", axis);
  for (size_t i = 0; i < ticks->count; i++) {
    tf_str text = tf_scale_tick(scale, ticks, i);
    char number[32];
    widest = fmax(widest, tf_text_extent(face, text));
    tf_text_adds(out, i > 0 ? ", " : "");
    tf_gnuplot_quote_tick(out, text);
    tf_text_addf(out, " %s", tf_number_print(ticks->at[i], number));
  }
  tf_text_adds(out, ")\n");
  return widest;
}

void tf_script_x_ticks(const tf_chart_plan *plan, const tf_ticks *ticks, const tf_scale *scale, tf_text *out) {
  (void)put_ticks(plan, "x", ticks, scale, out);
}

double tf_script_y_ticks(const tf_chart_plan *plan, const tf_ticks *ticks, const tf_scale *scale, tf_text *out) {
  return put_ticks(plan, "y", ticks, scale, out);
}

// Powers of ten alone if there are two of them, else every other tick.
static void thin_out(tf_ticks *ticks) {
  size_t decades = 0, kept = 0;
  for (size_t i = 0; i < ticks->count; i++) {
    double power = log10(ticks->at[i]);
    decades += fabs(power - round(power)) < 1e-9;
  }
  bool by_decade = decades >= 2 && decades < ticks->count;
  for (size_t i = 0; i < ticks->count; i++) {
    double power = log10(ticks->at[i]);
    if (by_decade ? fabs(power - round(power)) < 1e-9 : i % 2 == 0) {
      ticks->at[kept++] = ticks->at[i];
    }
  }
  ticks->count = kept;
}

tf_ticks tf_ticks_room(const tf_chart_plan *plan, double low, double high, bool log, double width) {
  tf_face face = {10.5, false, plan->stretch};
  tf_ticks ticks = log ? tf_ticks_log(low, high, 6) : tf_ticks_linear(low, high, 6);
  for (int wanted = 5; wanted > 0; wanted--) {
    tf_scale scale = tf_scale_for(plan->arena, plan->result->model->units, plan->unit,
                                  fmax(fabs(ticks.high), fabs(ticks.low)) / (log ? 1 : 2));
    bool clear = true;
    for (size_t i = 0; i + 1 < ticks.count && clear; i++) {
      double span = log ? log10(ticks.high / ticks.low) : ticks.high - ticks.low;
      double apart = (log ? log10(ticks.at[i + 1] / ticks.at[i]) : ticks.at[i + 1] - ticks.at[i]) / span * width;
      double half = tf_text_extent(face, tf_scale_tick(&scale, &ticks, i)) / 2 +
                    tf_text_extent(face, tf_scale_tick(&scale, &ticks, i + 1)) / 2;
      clear = apart >= half + 10;
    }
    if (clear) {
      break;
    }
    if (log) {
      thin_out(&ticks);
    } else {
      ticks = tf_ticks_linear(low, high, wanted);
    }
  }
  return ticks;
}
