// SPDX-License-Identifier: GPL-3.0-or-later
// Labels at the right edge of a plot (out/chart_plan.h).
#include <math.h>

#include "out/chart_plan.h"

static const double label_size = 10.5, light_size = 10;
enum { GAP = 9, TIED = 24 };

void tf_edge_add(tf_edge *e, tf_str text, double wanted, bool bold, const char *colour) {
  if (e->count < sizeof e->labels / sizeof *e->labels) {
    e->labels[e->count++] =
        (tf_edge_label){.lines = 1, .text = {text}, .wanted = wanted, .bold = bold, .colour = colour};
  }
}

static double line_height(void) {
  return tf_face_line((tf_face){label_size, false, 1}) * 1.02;
}

size_t tf_edge_lines(const tf_chart_plan *plan, size_t labels) {
  double lines = labels == 0 ? 1 : (plan->bottom - plan->top) / (line_height() * (double)labels);
  return lines >= TF_EDGE_LINES ? TF_EDGE_LINES : lines >= 2 ? 2 : 1;
}

void tf_edge_name(const tf_chart_plan *plan, tf_edge *e, tf_str name, tf_str value, double wanted, const char *colour,
                  double room, size_t most) {
  tf_face face = {label_size, true, plan->stretch};
  tf_str both = tf_str_of(tf_format(plan->arena, "%.*s  %.*s", TF_STR_ARGS(name), TF_STR_ARGS(value)));
  bool fits = tf_text_extent(face, both) <= room;
  if (!fits && most < 2) {
    name = tf_text_fit(plan->arena, face, name, room - tf_text_extent(face, value) - 10);
    both = tf_str_of(tf_format(plan->arena, "%.*s  %.*s", TF_STR_ARGS(name), TF_STR_ARGS(value)));
  }
  tf_edge_add(e, both, wanted, true, colour);
  if (!fits && most >= 2) {
    tf_edge_label *l = &e->labels[e->count - 1];
    l->lines = tf_text_break(plan->arena, face, name, room, most - 1, l->text);
    l->text[l->lines++] = value;
  }
}

static tf_face face_of(const tf_chart_plan *plan, const tf_edge_label *l) {
  return (tf_face){l->bold ? label_size : light_size, l->bold, plan->stretch};
}

double tf_edge_width(const tf_chart_plan *plan, const tf_edge *e) {
  double widest = 0;
  for (size_t i = 0; i < e->count; i++) {
    for (size_t k = 0; k < e->labels[i].lines; k++) {
      widest = fmax(widest, tf_text_extent(face_of(plan, &e->labels[i]), e->labels[i].text[k]));
    }
  }
  return widest;
}

void tf_edge_place(const tf_chart_plan *plan, tf_edge *e, double low, double high) {
  double line = line_height(), at[TF_CHART_SERIES_MAX + 1];
  size_t most = 1;
  for (size_t i = 0; i < e->count; i++) {
    at[i] = e->labels[i].wanted;
    most = e->labels[i].lines > most ? e->labels[i].lines : most;
  }
  double beyond = 0.5 * line * (double)(most - 1);
  tf_labels_place(plan->arena, at, e->count, line * (double)most + (most > 1 ? 3 : 0), low + beyond, high - beyond);
  for (size_t i = 0; i < e->count; i++) {
    e->labels[i].at = at[i];
  }
}

void tf_edge_draw(tf_pen *pen, const tf_edge *e, double x) {
  bool moved = false;
  for (size_t i = 0; i < e->count; i++) {
    moved = moved || fabs(e->labels[i].at - e->labels[i].wanted) > 7;
  }
  double start = x + (moved ? TIED : GAP);
  for (size_t i = 0; i < e->count; i++) {
    const tf_edge_label *l = &e->labels[i];
    double y = l->at - 0.5 * line_height() * (double)(l->lines - 1);
    for (size_t k = 0; k < l->lines; k++, y += line_height()) {
      tf_pen_text(pen, l->text[k], start, y, TF_LEFT, face_of(pen->plan, l), l->colour);
    }
    if (moved) {
      const double xs[] = {x + 5, x + 10, start - 8, start - 3}, ys[] = {l->wanted, l->wanted, l->at, l->at};
      for (size_t k = 0; k + 1 < 4; k++) {
        tf_pen_line(pen, xs[k], ys[k], xs[k + 1], ys[k + 1], "lc rgb AXIS lw 0.8");
      }
    }
  }
}
