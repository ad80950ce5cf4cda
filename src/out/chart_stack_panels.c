// SPDX-License-Identifier: GPL-3.0-or-later
// Stacked areas of several scenarios, one panel each (out/chart_stack.h). Laid out here, in points of the page.
#include <math.h>
#include <string.h>

#include "out/chart_stack.h"

enum { GAP_X = 24, HEAD = 28, FOOT = 22, KEY_GAP = 18, KEY_LINE = 18, SWATCH = 10 };

typedef struct panels {
  size_t columns, rows;
  double x, y, width, height; // of the first panel's plotting area
  double step_x, step_y;
  double x0, x1, y0, y1; // ends of the axes
} panels;

static double x_at(const panels *p, size_t panel, double x) {
  return p->x + p->step_x * (double)(panel % p->columns) + (x - p->x0) / (p->x1 - p->x0) * p->width;
}

static double y_at(const panels *p, size_t panel, double y) {
  double share = fmin(fmax((y - p->y0) / (p->y1 - p->y0), 0), 1);
  size_t row = panel / p->columns;
  return p->y + p->step_y * (double)row + (1 - share) * p->height;
}

// --- texts of values

tf_str tf_stack_part_text(const tf_chart_plan *plan, const tf_stack_part *part, size_t place) {
  double error = part->error != NULL ? part->error[place] : 0;
  return tf_scale_value_to(&plan->scale, part->at[place], false, tf_show_digits_of(part->at[place], error));
}

// Parts that move together leave as much open as all of them: the errors add up.
tf_str tf_stack_total_text(const tf_chart_plan *plan, const tf_stack *s, size_t place, bool with_unit) {
  double total = tf_stack_total(s, place), error = 0;
  for (size_t i = 0; i < s->parts; i++) {
    error += s->part[i].error != NULL ? s->part[i].error[place] : 0;
  }
  return tf_scale_value_to(&plan->scale, total, with_unit, tf_show_digits_of(total, error));
}

// --- panels and their key

double tf_stack_key(tf_pen *pen, const tf_stack *s, double top) {
  const tf_chart_plan *plan = pen->plan;
  tf_face face = {10.5, true, plan->stretch};
  tf_face light = {10, false, plan->stretch};
  tf_str lead = TF_STR("From the top:"); // said by more than colour
  double y = top, room = plan->width - 2 * TF_CHART_EDGE;
  tf_pen_text(pen, lead, TF_CHART_EDGE, y, TF_LEFT, light, "MUTED");
  tf_text_addf(pen->out, "if (TERM eq 'dumb') unset label %d\n", pen->tag);
  double x = TF_CHART_EDGE + tf_text_extent(light, lead) + 8;
  for (size_t i = s->parts; i > 0; i--) { // as they lie, from the top
    tf_str name = tf_text_fit(plan->arena, face, s->part[i - 1].name, room);
    double wide = SWATCH + 5 + tf_text_extent(face, name);
    if (x > TF_CHART_EDGE && x + wide > TF_CHART_EDGE + room) {
      x = TF_CHART_EDGE;
      y += KEY_LINE;
    }
    size_t colour = s->part[i - 1].colour; // the fill itself: two blues are easier told apart as areas than as words
    tf_pen_line(pen, x, y, x + SWATCH, y, tf_format(plan->arena, "front lc rgb MARK(%zu) lw %d", colour, SWATCH));
    tf_text_addf(pen->out, "if (TERM eq 'dumb') unset arrow %d\n", pen->tag);
    tf_pen_text(pen, name, x + SWATCH + 5, y, TF_LEFT, face, tf_format(plan->arena, "WORD(%zu)", colour));
    x += wide + KEY_GAP;
  }
  return y - top + KEY_LINE;
}

static void put_panel(tf_pen *pen, const panels *p, const tf_stack *s, size_t panel, size_t count) {
  const tf_chart_plan *plan = pen->plan;
  bool small = p->columns > 4;
  tf_face bold = {small ? 9.5 : 10.5, true, plan->stretch}, light = {small ? 9 : 10, false, plan->stretch};
  tf_face tick = {small ? 8.5 : 9.5, false, plan->stretch};
  double left = p->x + p->step_x * (double)(panel % p->columns), right = left + p->width;
  size_t row = panel / p->columns;
  double top = p->y + p->step_y * (double)row;
  tf_str total = s->total ? tf_stack_total_text(plan, s, s->places - 1, false) : TF_STR("");
  tf_str name = plan->result->scenarios[s->scenario].name;
  double value = total.len > 0 ? tf_text_extent(light, total) + 8 : 0;
  bool both = tf_text_extent(bold, name) + value <= p->width;
  tf_pen_text(pen, tf_text_fit(plan->arena, bold, name, p->width), left, top - 12, TF_LEFT, bold, "INK");
  if (both && total.len > 0) {
    tf_pen_text(pen, total, right, top - 12, TF_RIGHT, light, "INK");
  }
  for (size_t t = 0; t < plan->ticks.count; t++) {
    double y = y_at(p, panel, plan->ticks.at[t]);
    bool zero = plan->ticks.at[t] == 0;
    tf_pen_line(pen, left, y, right, y, zero ? "front lc rgb AXIS lw 1" : "back lc rgb GRID lw 0.8");
    if (panel % p->columns == 0) {
      tf_pen_text(pen, tf_scale_tick(&plan->scale, &plan->ticks, t), p->x - 8, y, TF_RIGHT, tick, "MUTED");
    }
  }
  if (panel + p->columns >= count) {
    tf_str first = s->place[0], last = s->place[s->places - 1];
    double y = top + p->height + 13;
    tf_pen_text(pen, first, x_at(p, panel, s->x[0]), y, TF_LEFT, tick, "MUTED");
    if (s->places > 1 && tf_text_extent(tick, first) + tf_text_extent(tick, last) + 10 < p->width) {
      tf_pen_text(pen, last, x_at(p, panel, s->x[s->places - 1]), y, TF_RIGHT, tick, "MUTED");
    }
  }
}

static void put_areas(const tf_chart_plan *plan, const panels *p, const tf_stack *stacks, size_t count, tf_text *out) {
  tf_text data = tf_text_new(plan->arena), colours = tf_text_new(plan->arena);
  size_t series = 0;
  for (size_t n = 0; n < count; n++) {
    const tf_stack *s = &stacks[n];
    for (size_t i = 0; i < s->parts; i++, series++) {
      tf_text_addf(&colours, "%s%zu", series > 0 ? " " : "", s->part[i].colour);
      tf_text_adds(&data, series > 0 ? "\n\n" : "");
      for (size_t k = 0; k < s->places; k++) {
        double low = 0, high = 0;
        tf_stack_ends(s, i, k, &low, &high);
        tf_script_row(&data, (double[]){x_at(p, n, s->x[k]), y_at(p, n, low), y_at(p, n, high)}, 3);
      }
    }
  }
  tf_text_addf(out, "COLOURS = '%.*s'\nSERIES = %zu\nAREAS = 1\n", TF_STR_ARGS(tf_text_str(&colours)), series);
  tf_gnuplot_data(out, "parts", tf_text_str(&data));
}

static void find_ends(const tf_stack *stacks, size_t count, panels *p) {
  p->x0 = p->y0 = INFINITY;
  p->x1 = p->y1 = -INFINITY;
  for (size_t n = 0; n < count; n++) {
    const tf_stack *s = &stacks[n];
    p->x0 = fmin(p->x0, s->x[0]);
    p->x1 = fmax(p->x1, s->x[s->places - 1]);
    for (size_t k = 0; k < s->places; k++) {
      for (size_t i = 0; i < s->parts; i++) {
        double low = 0, high = 0;
        tf_stack_ends(s, i, k, &low, &high);
        p->y0 = fmin(p->y0, low);
        p->y1 = fmax(p->y1, high);
      }
    }
  }
  p->x1 = p->x1 > p->x0 ? p->x1 : p->x0 + 1;
}

tf_status tf_stack_panels(tf_chart_plan *plan, const tf_stack *stacks, size_t count, const char *stem, tf_str *script) {
  tf_text out = tf_text_new(plan->arena);
  tf_pen pen = {.plan = plan, .out = &out};
  panels p = {.columns = tf_panel_columns(count, plan->width)};
  p.rows = (count + p.columns - 1) / p.columns;
  if (!(plan->options->height > 0)) {
    plan->height = fmax(p.rows == 1 ? 400 : 500, 170 + 116 * (double)p.rows);
  }
  tf_status status = tf_script_start(plan, stem, &out);
  if (status != TF_OK) {
    return status;
  }
  find_ends(stacks, count, &p);
  plan->ticks = stacks[0].shares ? tf_ticks_linear(0, 100, 2)
                                 : tf_ticks_linear(fmin(p.y0, 0), p.y1 > p.y0 ? p.y1 : p.y0 + 1, p.rows > 2 ? 2 : 3);
  if (plan->options->has_y) {
    tf_ticks_clip(&plan->ticks, plan->options->y_low, plan->options->y_high);
  }
  p.y0 = plan->ticks.low;
  p.y1 = fmax(plan->ticks.high, plan->ticks.at[plan->ticks.count - 1]);
  tf_pen_page(&pen, plan, 0);
  plan->top += tf_stack_key(&pen, &stacks[0], plan->top - 6) + 14;
  tf_face tick = {p.columns > 4 ? 8.5 : 9.5, false, plan->stretch};
  double widest = 0;
  for (size_t t = 0; t < plan->ticks.count; t++) {
    widest = fmax(widest, tf_text_extent(tick, tf_scale_tick(&plan->scale, &plan->ticks, t)));
  }
  p.x = TF_CHART_EDGE + widest + 8;
  p.y = plan->top;
  double wide = plan->width - TF_CHART_EDGE - p.x, tall = plan->bottom + 30 - plan->top;
  p.width = (wide - GAP_X * (double)(p.columns - 1)) / (double)p.columns;
  p.step_x = p.width + GAP_X;
  p.step_y = (tall - FOOT + HEAD) / (double)p.rows;
  p.height = p.step_y - HEAD;
  for (size_t n = 0; n < count; n++) {
    put_panel(&pen, &p, &stacks[n], n, count);
  }
  tf_script_page_axes(plan, &out);
  put_areas(plan, &p, stacks, count, &out);
  status = tf_script_template(plan, "stack.gp", &out);
  if (status == TF_OK) {
    *script = tf_text_str(&out);
  }
  return status;
}

static size_t largest_of(const tf_stack *s, bool *mixed) {
  size_t last = s->places - 1, largest = 0;
  for (size_t i = 0; i < s->parts; i++) {
    *mixed = *mixed || s->part[i].at[last] * s->part[0].at[last] < 0;
    largest = fabs(s->part[i].at[last]) > fabs(s->part[largest].at[last]) ? i : largest;
  }
  *mixed = *mixed || tf_stack_total(s, last) == 0;
  return largest;
}

// "Largest part in 2030: servers, 45% (lean) to 61% (rich)", or who differs.
tf_str tf_stack_panels_title(const tf_chart_plan *plan, const tf_stack *stacks, size_t count, tf_str subject) {
  bool mixed = false, same = true;
  size_t low = 0, high = 0, largest = largest_of(&stacks[0], &mixed);
  double share[TF_CHART_SERIES_MAX];
  for (size_t n = 0; n < count; n++) {
    const tf_stack *s = &stacks[n];
    same = largest_of(s, &mixed) == largest && same;
    double total = tf_stack_total(s, s->places - 1);
    share[n] = mixed ? total : s->part[largest].at[s->places - 1] / total;
    low = share[n] < share[low] ? n : low;
    high = share[n] > share[high] ? n : high;
  }
  const tf_scenario_result *of = plan->result->scenarios;
  tf_str when = stacks[0].place[stacks[0].places - 1];
  tf_text text = tf_text_new(plan->arena);
  tf_str least = mixed ? tf_scale_value(&plan->scale, share[low], true) : tf_show_percent(plan->arena, share[low]);
  tf_str most = mixed ? tf_scale_value(&plan->scale, share[high], true) : tf_show_percent(plan->arena, share[high]);
  if (mixed || same) {
    tf_text_addf(&text, "%.*s in %.*s: ", TF_STR_ARGS(mixed ? TF_STR("All parts together") : subject),
                 TF_STR_ARGS(when));
    if (!mixed) {
      tf_text_addf(&text, "%.*s, ", TF_STR_ARGS(stacks[0].part[largest].name));
    }
    if (tf_str_eq(least, most)) {
      tf_text_addf(&text, "%.*s in every case", TF_STR_ARGS(most));
      return tf_text_str(&text);
    }
    tf_text_addf(&text, "%.*s (%.*s) to ", TF_STR_ARGS(least), TF_STR_ARGS(of[stacks[low].scenario].name));
    tf_text_addf(&text, "%.*s (%.*s)", TF_STR_ARGS(most), TF_STR_ARGS(of[stacks[high].scenario].name));
    return tf_text_str(&text);
  }
  size_t other = 1;
  while (other + 1 < count && largest_of(&stacks[other], &mixed) == largest) {
    other++;
  }
  size_t second = largest_of(&stacks[other], &mixed);
  tf_text_addf(&text, "%.*s in %.*s: ", TF_STR_ARGS(subject), TF_STR_ARGS(when));
  tf_text_addf(&text, "%.*s (%.*s), ", TF_STR_ARGS(stacks[0].part[largest].name),
               TF_STR_ARGS(of[stacks[0].scenario].name));
  tf_text_addf(&text, "%.*s (%.*s)", TF_STR_ARGS(stacks[other].part[second].name),
               TF_STR_ARGS(of[stacks[other].scenario].name));
  return tf_text_str(&text);
}
