// SPDX-License-Identifier: GPL-3.0-or-later
// Labels at the right edge of a plot (out/chart_plan.h).
#include <math.h>

#include "out/chart_plan.h"

static const double label_size = 10.5, light_size = 10;
enum { GAP = 9, TIED = 24 };

void tf_edge_add(tf_edge *e, tf_str text, double wanted, bool bold, const char *colour) {
  if (e->count < sizeof e->labels / sizeof *e->labels) {
    e->labels[e->count++] = (tf_edge_label){.text = text, .wanted = wanted, .bold = bold, .colour = colour};
  }
}

static tf_face face_of(const tf_chart_plan *plan, const tf_edge_label *l) {
  return (tf_face){l->bold ? label_size : light_size, l->bold, plan->stretch};
}

double tf_edge_width(const tf_chart_plan *plan, const tf_edge *e) {
  double widest = 0;
  for (size_t i = 0; i < e->count; i++) {
    widest = fmax(widest, tf_text_extent(face_of(plan, &e->labels[i]), e->labels[i].text));
  }
  return widest;
}

void tf_edge_place(const tf_chart_plan *plan, tf_edge *e, double low, double high) {
  double line = tf_face_line((tf_face){label_size, false, 1}) * 1.02, at[TF_CHART_SERIES_MAX + 1];
  for (size_t i = 0; i < e->count; i++) {
    at[i] = e->labels[i].wanted;
  }
  tf_labels_place(plan->arena, at, e->count, line, low, high);
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
    tf_pen_text(pen, l->text, start, l->at, TF_LEFT, face_of(pen->plan, l), l->colour);
    if (moved) {
      const double xs[] = {x + 5, x + 10, start - 8, start - 3}, ys[] = {l->wanted, l->wanted, l->at, l->at};
      for (size_t k = 0; k + 1 < 4; k++) {
        tf_pen_line(pen, xs[k], ys[k], xs[k + 1], ys[k + 1], "lc rgb AXIS lw 0.8");
      }
    }
  }
}
