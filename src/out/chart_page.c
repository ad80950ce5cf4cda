// SPDX-License-Identifier: GPL-3.0-or-later
// The page around a plot: title, subtitle, footer, and the parts of a script that all kinds share (out/chart_plan.h).
#include <math.h>
#include <string.h>

#include "base/io.h"
#include "out/chart_plan.h"

// In points of the page.
enum { EDGE = 24, TITLE_LINES = 3, SUBTITLE_LINES = 2, FOOTER_LINES = 3 };

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
  tf_str lines[TITLE_LINES + 1];
  tf_face title = {16, true, plan->stretch};
  size_t count = break_title(plan, &title, width, lines);
  double y = 26;
  for (size_t i = 0; i < count; i++) {
    tf_pen_text(pen, lines[i], EDGE, y, TF_LEFT, title, "INK");
    y += tf_face_line(title);
  }
  y = count == 0 ? 10 : y - tf_face_line(title);
  tf_face subtitle = {11.5, false, plan->stretch};
  count = tf_text_break(plan->arena, subtitle, plan->subtitle, width, SUBTITLE_LINES, lines);
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
      "if (!exists(\"FONT\")) FONT = ",
      stem, stem, stem, plan->width, plan->height, plan->options->dark ? 1 : 0);
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
