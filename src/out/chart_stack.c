// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of a whole on top of each other: quantities or elements over periods (areas) or per scenario (columns), and how
// often each label occurs (out/chart_plan.h).
#include <math.h>
#include <string.h>

#include "out/chart_stack.h"
#include "out/delimited.h"

enum { PARTS_MAX = 6, COLUMNS_MAX = 12, ROOMY_PLACES = 5 };

// --- Gathering ------------------------------------------------------------------------------------------------------

static tf_str part_name(const tf_chart_plan *plan, const tf_chart_series *s, bool quantities) {
  tf_str name = tf_chart_capital(plan->arena, tf_chart_name(plan->arena, s->block->first));
  tf_str index = tf_row_index(plan->arena, s->block->first);
  return index.len == 0 ? name
         : quantities   ? tf_str_of(tf_format(plan->arena, "%.*s, %.*s", TF_STR_ARGS(name), TF_STR_ARGS(index)))
                        : tf_chart_capital(plan->arena, index);
}

// The largest at the bottom, and what is beyond the colours there are together at the top.
static void order_parts(tf_chart_plan *plan, tf_stack *s) {
  for (size_t i = 1; i < s->parts; i++) {
    tf_stack_part moved = s->part[i];
    size_t at = i;
    for (; at > 0 && s->part[at - 1].size < moved.size; at--) {
      s->part[at] = s->part[at - 1];
    }
    s->part[at] = moved;
  }
  if (s->parts > PARTS_MAX + 1) {
    tf_stack_part *rest = &s->part[PARTS_MAX];
    for (size_t i = PARTS_MAX + 1; i < s->parts; i++) {
      for (size_t k = 0; k < s->places; k++) {
        rest->at[k] += s->part[i].at[k];
        if (rest->error != NULL && s->part[i].error != NULL) {
          rest->error[k] += s->part[i].error[k];
        }
      }
    }
    rest->name = tf_str_of(tf_format(plan->arena, "%zu others", s->parts - PARTS_MAX));
    s->parts = PARTS_MAX + 1;
  }
  for (size_t i = 0; i < s->parts; i++) {
    const char *wanted = plan->options->highlight;
    size_t own = s->part[i].colour > 0 ? s->part[i].colour : i + 1;
    s->part[i].colour = wanted == NULL ? own : tf_str_is(s->part[i].name, wanted) ? 1 : 7;
  }
}

static const tf_stack_part *part_of(const tf_stack *s, tf_str name) {
  for (size_t i = 0; i < s->parts; i++) {
    if (tf_str_eq(s->part[i].name, name)) {
      return &s->part[i];
    }
  }
  return NULL;
}

// The same parts in the same order in every stack: by their size in all of them; what one does not have is zero there.
static void same_parts(tf_chart_plan *plan, tf_stack *stacks, size_t count) {
  tf_stack all = {.part = TF_ARRAY(plan->arena, tf_stack_part, TF_CHART_SERIES_MAX)};
  for (size_t n = 0; n < count; n++) {
    for (size_t i = 0; i < stacks[n].parts; i++) {
      const tf_stack_part *known = part_of(&all, stacks[n].part[i].name);
      size_t at = known != NULL ? (size_t)(known - all.part) : all.parts;
      if (known == NULL && all.parts < TF_CHART_SERIES_MAX) {
        all.part[all.parts++] = (tf_stack_part){.name = stacks[n].part[i].name, .colour = stacks[n].part[i].colour};
      }
      if (at < all.parts) {
        all.part[at].size += stacks[n].part[i].size;
      }
    }
  }
  for (size_t n = 0; n < count; n++) {
    tf_stack_part *parts = TF_ARRAY(plan->arena, tf_stack_part, all.parts);
    for (size_t i = 0; i < all.parts; i++) {
      const tf_stack_part *own = part_of(&stacks[n], all.part[i].name);
      parts[i] = all.part[i];
      parts[i].at = own != NULL ? own->at : TF_ARRAY(plan->arena, double, stacks[n].places);
      parts[i].error = own != NULL ? own->error : NULL;
    }
    stacks[n].part = parts;
    stacks[n].parts = all.parts;
    order_parts(plan, &stacks[n]);
  }
}

static tf_stack from_series(tf_chart_plan *plan, size_t scenario) {
  const tf_chart_series *longest = NULL;
  bool quantities = false;
  for (size_t i = 0; i < plan->count; i++) {
    quantities = quantities || !tf_str_eq(plan->series[i].block->first->name, plan->series[0].block->first->name);
    if (plan->series[i].scenario == scenario && (longest == NULL || plan->series[i].count > longest->count)) {
      longest = &plan->series[i];
    }
  }
  tf_stack s = {.areas = !plan->single,
                .total = true,
                .part = TF_ARRAY(plan->arena, tf_stack_part, plan->count),
                .scenario = scenario};
  s.places = s.areas && longest != NULL ? longest->count : plan->result->scenario_count;
  double *x = TF_ARRAY(plan->arena, double, s.places);
  tf_str *place = TF_ARRAY(plan->arena, tf_str, s.places);
  for (size_t k = 0; k < s.places; k++) {
    x[k] = s.areas ? longest->points[k].x : (double)k + 1;
    place[k] = s.areas ? longest->points[k].period : plan->result->scenarios[k].name;
  }
  s.x = x;
  s.place = place;
  const tf_block *block = NULL;
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_series *series = &plan->series[i];
    if (s.areas && series->scenario != scenario) {
      continue;
    }
    if (series->block != block) {
      tf_str name = part_name(plan, series, quantities);
      for (size_t k = 0; k < s.parts; k++) {
        name = tf_str_eq(name, s.part[k].name)
                   ? tf_chart_capital(plan->arena, tf_chart_words(plan->arena, series->block->title))
                   : name;
      }
      s.part[s.parts++] = (tf_stack_part){.name = name,
                                          .at = TF_ARRAY(plan->arena, double, s.places),
                                          .error = TF_ARRAY(plan->arena, double, s.places)};
      block = series->block;
    }
    tf_stack_part *p = &s.part[s.parts - 1];
    for (size_t k = 0; k < series->count; k++) {
      for (size_t at = 0; at < s.places; at++) {
        if (s.areas ? x[at] == series->points[k].x : at == series->scenario) {
          const tf_chart_point *point = &series->points[k];
          p->at[at] = point->central;
          p->error[at] = tf_show_error(point->row, plan->result->samples) * point->factor;
          p->size += fabs(point->central);
        }
      }
    }
  }
  return s;
}

// --- Drawing --------------------------------------------------------------------------------------------------------

double tf_stack_total(const tf_stack *s, size_t place) {
  double total = 0;
  for (size_t i = 0; i < s->parts; i++) {
    total += s->part[i].at[place];
  }
  return total;
}

void tf_stack_ends(const tf_stack *s, size_t i, size_t place, double *low, double *high) {
  double up = 0, down = 0;
  for (size_t k = 0; k < i; k++) {
    double v = s->part[k].at[place];
    up += v > 0 ? v : 0;
    down += v < 0 ? v : 0;
  }
  double v = s->part[i].at[place];
  *low = v < 0 ? down + v : up;
  *high = v < 0 ? down : up + v;
}

static double y_of(const tf_chart_plan *plan, double y0, double y1, double value) {
  return plan->bottom - (value - y0) / (y1 - y0) * (plan->bottom - plan->top);
}

static void label_parts(tf_chart_plan *plan, const tf_stack *s, tf_edge *edge, double room) {
  size_t last = s->places - 1, most = tf_edge_lines(plan, s->parts + 1);
  for (size_t i = 0; i < s->parts; i++) {
    double low = 0, high = 0;
    tf_stack_ends(s, i, last, &low, &high);
    tf_edge_name(plan, edge, s->part[i].name, tf_stack_part_text(plan, &s->part[i], last), (low + high) / 2,
                 tf_format(plan->arena, "WORD(%zu)", s->part[i].colour), room, most);
  }
}

static void put_parts(const tf_stack *s, tf_text *out, tf_arena *arena) {
  tf_text data = tf_text_new(arena);
  for (size_t i = 0; i < s->parts; i++) {
    tf_text_adds(&data, i > 0 ? "\n\n" : "");
    for (size_t k = 0; k < s->places; k++) {
      double low = 0, high = 0;
      tf_stack_ends(s, i, k, &low, &high);
      tf_script_row(&data, (double[]){s->x[k], low, high}, 3);
    }
  }
  tf_text_adds(out, "COLOURS = '");
  for (size_t i = 0; i < s->parts; i++) {
    tf_text_addf(out, "%s%zu", i > 0 ? " " : "", s->part[i].colour);
  }
  tf_text_addf(out, "'\nSERIES = %zu\nAREAS = %d\n", s->parts, s->areas ? 1 : 0);
  tf_gnuplot_data(out, "parts", tf_text_str(&data));
}

// Names below columns and periods below areas; every k-th where they would touch.
static void put_places(tf_pen *pen, const tf_stack *s, size_t most, double x0, double x1) {
  const tf_chart_plan *plan = pen->plan;
  tf_face face = {s->areas ? 10.5 : 10, false, plan->stretch};
  double slot = (plan->right - plan->left) / (x1 - x0) *
                (s->places > 1 ? (s->x[s->places - 1] - s->x[0]) / (double)(s->places - 1) : 1);
  double widest = 0;
  for (size_t k = 0; k < s->places; k++) {
    widest = fmax(widest, tf_text_extent(face, s->place[k]));
  }
  size_t every = 1;
  double point = (plan->right - plan->left) / (x1 - x0);
  for (bool clear = !s->areas; !clear && every < s->places; every += clear ? 0 : 1) { // places may be uneven
    clear = true;
    for (size_t k = (s->places - 1) % every; k + every < s->places && clear; k += every) {
      clear = (s->x[k + every] - s->x[k]) * point >= widest + 14;
    }
  }
  for (size_t k = s->areas ? (s->places - 1) % every : 0; k < s->places; k += every) {
    double x = plan->left + (s->x[k] - x0) / (x1 - x0) * (plan->right - plan->left);
    tf_str lines[3];
    size_t count = tf_text_break(plan->arena, face, s->place[k], s->areas ? 1000 : fmax(slot - 6, 20), most, lines);
    for (size_t l = 0; l < count; l++) {
      tf_pen_text(pen, lines[l], x, plan->bottom + 15 + (double)l * tf_face_line(face), TF_CENTRE, face, "MUTED");
    }
  }
}

// Inside columns: the value of every part that is high enough for it (in the last only if `all`: labels beside it say
// it); above, the total.
static void value_columns(tf_pen *pen, const tf_stack *s, bool all, double x0, double x1, double y0, double y1) {
  const tf_chart_plan *plan = pen->plan;
  tf_face bold = {10.5, true, plan->stretch}, plain = {9.5, false, plan->stretch};
  for (size_t k = 0; k < s->places; k++) {
    double x = plan->left + (s->x[k] - x0) / (x1 - x0) * (plan->right - plan->left);
    double wide = 0.62 * (plan->right - plan->left) / (x1 - x0), top = 0;
    for (size_t i = 0; i < s->parts; i++) {
      double low = 0, high = 0;
      tf_stack_ends(s, i, k, &low, &high);
      top = fmax(top, high);
      double tall = y_of(plan, y0, y1, low) - y_of(plan, y0, y1, high);
      tf_str text = tf_stack_part_text(plan, &s->part[i], k);
      if ((all || k + 1 < s->places) && tall >= 17 && tf_text_extent(plain, text) + 6 <= wide) {
        tf_pen_text(pen, text, x, y_of(plan, y0, y1, (low + high) / 2), TF_CENTRE, plain,
                    tf_format(plan->arena, "ON_MARK(%zu)", s->part[i].colour));
      }
    }
    tf_str total = tf_stack_total_text(plan, s, k, false);
    double slot = (plan->right - plan->left) / (x1 - x0);
    if (s->total && tf_text_extent(bold, total) <= slot - 4) {
      tf_pen_text(pen, total, x, y_of(plan, y0, y1, top) - 11, TF_CENTRE, bold, "INK");
    }
  }
}

static tf_status draw(tf_chart_plan *plan, const tf_stack *s, const char *stem, tf_str *script) {
  tf_text out = tf_text_new(plan->arena);
  tf_pen pen = {.plan = plan, .out = &out};
  tf_status status = tf_script_start(plan, stem, &out);
  if (status != TF_OK) {
    return status;
  }
  tf_pen_page(&pen, plan, s->areas ? 0 : 4);
  plan->bottom -= s->areas ? 0 : 14;
  // A narrow page, or many columns, leave no room for names beside them: they stand above, the values inside.
  bool keyed = !s->areas && s->places > 1 && (plan->width < 600 || s->places >= ROOMY_PLACES);
  if (keyed) {
    plan->top += tf_stack_key(&pen, s, plan->top - 8) + 10;
    plan->bottom -= 14;
  }
  double low = 0, high = 0;
  for (size_t k = 0; k < s->places; k++) {
    for (size_t i = 0; i < s->parts; i++) {
      double from = 0, to = 0;
      tf_stack_ends(s, i, k, &from, &to);
      low = fmin(low, from);
      high = fmax(high, to);
    }
  }
  plan->ticks = tf_ticks_linear(low, high > low ? high : low + 1, 5);
  if (plan->options->has_y) {
    tf_ticks_clip(&plan->ticks, plan->options->y_low, plan->options->y_high);
  } else if (s->shares) {
    plan->ticks = tf_ticks_linear(0, 100, 4);
  }
  tf_edge edge = {.count = 0};
  if (!keyed) {
    label_parts(plan, s, &edge, (s->areas ? 0.34 : 0.42) * plan->width);
  }
  double y0 = plan->ticks.low, y1 = fmax(plan->ticks.high, plan->ticks.at[plan->ticks.count - 1]);
  y1 = s->shares || plan->options->has_y ? y1 : y1 + 0.02 * (y1 - y0);
  plan->left = TF_CHART_EDGE + tf_script_y_ticks(plan, &plan->ticks, &plan->scale, &out) + 10;
  double x0 = s->areas ? s->x[0] : 0.4, x1 = s->areas ? s->x[s->places - 1] : (double)s->places + 0.33;
  x1 = x1 > x0 ? x1 : x0 + 1;
  if (s->areas && s->total) {
    double top = 0;
    for (size_t i = 0; i < s->parts; i++) {
      top += fmax(s->part[i].at[s->places - 1], 0);
    }
    tf_edge_add(&edge,
                tf_str_of(tf_format(plan->arena, "Total  %.*s",
                                    TF_STR_ARGS(tf_stack_total_text(plan, s, s->places - 1, false)))),
                top, true, "INK");
  }
  for (size_t i = 0; i < edge.count; i++) {
    edge.labels[i].wanted = y_of(plan, y0, y1, edge.labels[i].wanted) - (i == s->parts ? 13 : 0);
  }
  plan->right = plan->width - TF_CHART_EDGE - (keyed ? 0 : tf_edge_width(plan, &edge) + 26);
  tf_edge_place(plan, &edge, plan->top - 8, plan->bottom + 2);
  tf_script_margins(plan, &out);
  tf_text_addf(&out, "set xrange [%.12g:%.12g]\nset yrange [%.12g:%.12g]\nunset xtics\n", x0, x1, y0, y1);
  put_places(&pen, s, keyed ? 3 : 2, x0, x1);
  if (s->areas) {
    tf_edge_draw(&pen, &edge, plan->right);
  } else {
    value_columns(&pen, s, keyed, x0, x1, y0, y1);
    tf_edge_draw(&pen, &edge, plan->right);
  }
  double zero = y_of(plan, y0, y1, 0);
  if (zero >= plan->top && zero <= plan->bottom) {
    tf_pen_line(&pen, plan->left, zero, plan->right, zero, "front lc rgb AXIS lw 1.2");
  }
  put_parts(s, &out, plan->arena);
  status = tf_script_template(plan, "stack.gp", &out);
  if (status == TF_OK) {
    *script = tf_text_str(&out);
  }
  return status;
}

// --- Texts ----------------------------------------------------------------------------------------------------------

// One stack, or one per scenario, named in a column of its own.
static void put_data(tf_chart_plan *plan, const tf_stack *stacks, size_t count) {
  tf_text csv = tf_text_new(plan->arena), alt = tf_text_new(plan->arena);
  const tf_stack *first = &stacks[0];
  tf_text_addf(&csv, "%s%s,part,unit,value\n", count > 1 ? "scenario," : "", first->areas ? "period" : "scenario");
  tf_text_addf(&alt, "Stacked %s chart%s. %.*s. %.*s.", first->areas ? "area" : "column",
               count > 1 ? ", one panel per scenario" : "", TF_STR_ARGS(plan->title), TF_STR_ARGS(plan->subtitle));
  for (size_t n = 0; n < count; n++) {
    const tf_stack *s = &stacks[n];
    tf_str scenario = plan->result->scenarios[s->scenario].name;
    if (count > 1) {
      tf_text_addf(&alt, " %.*s in %.*s:", TF_STR_ARGS(scenario), TF_STR_ARGS(s->place[s->places - 1]));
    }
    for (size_t i = 0; i < s->parts; i++) {
      for (size_t k = 0; k < s->places; k++) {
        if (count > 1) {
          tf_csv_text(&csv, scenario);
          tf_text_addc(&csv, ',');
        }
        tf_csv_text(&csv, s->place[k]);
        tf_text_addc(&csv, ',');
        tf_csv_text(&csv, s->part[i].name);
        tf_text_addc(&csv, ',');
        tf_csv_text(&csv, plan->unit.text);
        tf_text_addc(&csv, ',');
        tf_csv_number(&csv, s->part[i].at[k]);
        tf_text_addc(&csv, '\n');
      }
      tf_str value = tf_scale_value(&plan->scale, s->part[i].at[s->places - 1], true);
      if (count > 1) {
        tf_text_addf(&alt, "%s %.*s %.*s", i > 0 ? "," : "", TF_STR_ARGS(s->part[i].name), TF_STR_ARGS(value));
      } else {
        tf_text_addf(&alt, " %.*s: %.*s in %.*s.", TF_STR_ARGS(s->part[i].name), TF_STR_ARGS(value),
                     TF_STR_ARGS(s->place[s->places - 1]));
      }
    }
    tf_text_adds(&alt, count > 1 ? "." : "");
  }
  plan->csv = tf_text_str(&csv);
  plan->alt = tf_text_str(&alt);
}

// "Largest part: servers, 61% of $8.9 bn": the largest part of the whole at the last place, where all parts have one
// sign.
static void stack_title(tf_chart_plan *plan, const tf_stack *s) {
  size_t last = s->places - 1, largest = 0;
  bool mixed = false;
  for (size_t i = 0; i < s->parts; i++) {
    mixed = mixed || s->part[i].at[last] * s->part[0].at[last] < 0;
    largest = fabs(s->part[i].at[last]) > fabs(s->part[largest].at[last]) ? i : largest;
  }
  double total = tf_stack_total(s, last);
  const char *where = s->areas || s->places > 1 ? tf_format(plan->arena, " in %.*s", TF_STR_ARGS(s->place[last])) : "";
  tf_str whole = tf_stack_total_text(plan, s, last, true), name = s->part[largest].name;
  if (mixed || total == 0) {
    plan->title = tf_str_of(tf_format(plan->arena, "All parts together: %.*s%s", TF_STR_ARGS(whole), where));
  } else {
    tf_str share = tf_show_percent(plan->arena, s->part[largest].at[last] / total);
    plan->title = tf_str_of(tf_format(plan->arena, "Largest part: %.*s, %.*s of %.*s%s", TF_STR_ARGS(name),
                                      TF_STR_ARGS(share), TF_STR_ARGS(whole), where));
  }
}

tf_status tf_chart_stack(tf_chart_plan *plan, const char *stem, tf_str *script) {
  if (plan->spec->log) {
    tf_status status = tf_fail(plan->cx, TF_INVALID, plan->spec->at, "parts do not add up on a logarithmic axis");
    tf_hint(plan->cx, "leave out `log`, or use lines");
    return status;
  }
  if (plan->single && plan->result->scenario_count > COLUMNS_MAX) {
    tf_status status =
        tf_fail(plan->cx, TF_INVALID, plan->spec->at, "stack shows at most %d scenarios side by side", COLUMNS_MAX);
    tf_hint(plan->cx, "choose some with --column");
    return status;
  }
  tf_stack *stacks = TF_ARRAY(plan->arena, tf_stack, plan->result->scenario_count);
  size_t count = 0;
  for (size_t n = 0; n < plan->result->scenario_count; n++) {
    bool has = plan->single ? n == 0 : false;
    for (size_t i = 0; i < plan->count && !plan->single && !has; i++) {
      has = plan->series[i].scenario == n;
    }
    if (has) {
      stacks[count++] = from_series(plan, n);
    }
  }
  same_parts(plan, stacks, count);
  double high = 0;
  for (size_t n = 0; n < count; n++) {
    for (size_t k = 0; k < stacks[n].places; k++) {
      high = fmax(high, fabs(tf_stack_total(&stacks[n], k)));
    }
  }
  plan->scale = tf_scale_for(plan->arena, plan->result->model->units, plan->unit, high / 2);
  if (count > 1) {
    plan->title = tf_stack_panels_title(plan, stacks, count, TF_STR("Largest part"));
  } else {
    stack_title(plan, &stacks[0]);
  }
  plan->subtitle = tf_chart_subtitle(plan);
  bool uncertain = false;
  for (size_t i = 0; i < plan->count; i++) {
    uncertain = uncertain || plan->series[i].uncertain;
  }
  plan->reading = uncertain ? "Central case: every input at its median, so that the parts add up" : NULL;
  tf_status status = tf_chart_finish_texts(plan);
  if (status != TF_OK) {
    return status;
  }
  put_data(plan, stacks, count);
  return count > 1 ? tf_stack_panels(plan, stacks, count, stem, script) : draw(plan, &stacks[0], stem, script);
}

// --- Shares of labels -----------------------------------------------------------------------------------------------

static double share_of(const tf_chart_plan *plan, const tf_row *row, tf_str label) {
  for (size_t i = 0; i < row->share_count; i++) {
    if (tf_str_eq(row->shares[i].label, label)) {
      return 100 * row->shares[i].share;
    }
  }
  return row->share_count == 0 && tf_str_eq(tf_show_label(plan->result, row), label) ? 100 : 0;
}

// The place of a label among all that the quantity may have, 1 .. 7; 0 if there are more than colours.
static size_t label_colour(const tf_chart_plan *plan, const tf_row *row, tf_str label) {
  const tf_model *model = row->model != NULL ? row->model : plan->result->model;
  if (row->kind != TF_KIND_LABEL || row->quantity >= model->quantities.count) {
    return 0;
  }
  uint32_t id = model->quantities.at[row->quantity].label_index;
  if (id >= model->indices.count || model->indices.at[id].count > PARTS_MAX) {
    return 0;
  }
  for (size_t i = 0; i < model->indices.at[id].count; i++) {
    if (tf_str_eq(model->indices.at[id].labels[i], label)) {
      return i + 1;
    }
  }
  return 0;
}

static void add_label(tf_chart_plan *plan, tf_stack *s, const tf_row *row, tf_str label) {
  bool known = label.len == 0 || s->parts == TF_CHART_SERIES_MAX;
  for (size_t i = 0; i < s->parts; i++) {
    known = known || tf_str_eq(s->part[i].name, label);
  }
  if (!known) {
    s->part[s->parts++] = (tf_stack_part){
        .name = label, .at = TF_ARRAY(plan->arena, double, s->places), .colour = label_colour(plan, row, label)};
  }
}

// The rows of a label over time in one scenario.
static const tf_row **rows_over_time(const tf_chart_plan *plan, const tf_row *one, size_t scenario, size_t *count) {
  const tf_scenario_result *of = &plan->result->scenarios[scenario];
  const tf_row **rows = TF_ARRAY(plan->arena, const tf_row *, of->rows.count);
  *count = 0;
  for (size_t i = 0; i < of->rows.count; i++) {
    if (tf_row_same_series(&of->rows.at[i], one)) {
      rows[(*count)++] = &of->rows.at[i];
    }
  }
  return rows;
}

static tf_stack from_labels(tf_chart_plan *plan, const tf_row **rows, size_t count, bool areas, size_t scenario) {
  tf_stack s = {.places = count, .areas = areas, .shares = true, .scenario = scenario};
  s.part = TF_ARRAY(plan->arena, tf_stack_part, TF_CHART_SERIES_MAX);
  double *x = TF_ARRAY(plan->arena, double, count);
  tf_str *place = TF_ARRAY(plan->arena, tf_str, count);
  for (size_t k = 0; k < count; k++) {
    char buffer[16];
    x[k] = areas ? rows[k]->period.year + (rows[k]->period.month - 1) / 12.0 : (double)k + 1;
    place[k] = areas ? tf_str_copy(plan->arena, tf_str_of(tf_period_print(rows[k]->period, buffer)))
                     : plan->result->scenarios[k].name;
    for (size_t i = 0; i < rows[k]->share_count; i++) {
      add_label(plan, &s, rows[k], rows[k]->shares[i].label);
    }
    if (rows[k]->share_count == 0) {
      add_label(plan, &s, rows[k], tf_show_label(plan->result, rows[k]));
    }
  }
  s.x = x;
  s.place = place;
  for (size_t i = 0; i < s.parts; i++) {
    for (size_t k = 0; k < count; k++) {
      s.part[i].at[k] = share_of(plan, rows[k], s.part[i].name);
      s.part[i].size += s.part[i].at[k];
    }
  }
  return s;
}

static void shares_title(tf_chart_plan *plan, const tf_stack *stacks, size_t count, const tf_row *row) {
  tf_str name = tf_chart_capital(plan->arena, tf_chart_name(plan->arena, row));
  plan->subtitle = tf_str_of(tf_format(plan->arena, "%.*s: share of samples", TF_STR_ARGS(name)));
  if (count > 1) {
    plan->title = tf_stack_panels_title(plan, stacks, count, name);
    return;
  }
  const tf_stack *s = &stacks[0];
  size_t last = s->places - 1, top = 0;
  for (size_t i = 0; i < s->parts; i++) {
    top = s->part[i].at[last] > s->part[top].at[last] ? i : top;
  }
  const char *where = s->areas || s->places > 1 ? tf_format(plan->arena, " in %.*s", TF_STR_ARGS(s->place[last])) : "";
  plan->title = tf_str_of(tf_format(plan->arena, "%.*s%s: %.*s in %.*s of samples", TF_STR_ARGS(name), where,
                                    TF_STR_ARGS(s->part[top].name),
                                    TF_STR_ARGS(tf_show_percent(plan->arena, s->part[top].at[last] / 100))));
}

tf_status tf_chart_shares(tf_chart_plan *plan, const char *stem, tf_str *script) {
  tf_located name = plan->spec->names[0];
  tf_picks picks;
  tf_status status = tf_chart_pick(plan, name, &picks);
  if (status != TF_OK) {
    return status;
  }
  const tf_row *one = picks.rows[0];
  if (one->kind != TF_KIND_LABEL && one->kind != TF_KIND_BOOL) {
    status = tf_fail(plan->cx, TF_INVALID, name.at, "%.*s is a number: shares are of labels", TF_STR_ARGS(name.text));
    tf_hint(plan->cx, "use histogram or stack");
    return status;
  }
  bool period = tf_str_ends(name.text, "]") && one->index_count == 0;
  size_t count = 0, places = picks.count;
  tf_stack *stacks = TF_ARRAY(plan->arena, tf_stack, picks.count);
  (void)rows_over_time(plan, one, picks.scenarios[0], &places);
  if (one->series && !period && places > 1) {
    for (size_t n = 0; n < picks.count; n++) {
      const tf_row **rows = rows_over_time(plan, picks.rows[n], picks.scenarios[n], &places);
      stacks[count++] = from_labels(plan, rows, places, true, picks.scenarios[n]);
    }
  } else {
    stacks[count++] = from_labels(plan, picks.rows, picks.count, false, 0);
  }
  same_parts(plan, stacks, count);
  if (stacks[0].parts == 0) {
    return tf_fail(plan->cx, TF_INVALID, name.at, "there is nothing to draw: %.*s has no label",
                   TF_STR_ARGS(name.text));
  }
  tf_located percent = {TF_STR("%"), {0}};
  status = tf_unit_parse(plan->result->model->units, percent, &plan->unit);
  if (status != TF_OK) {
    return status;
  }
  plan->scale = tf_scale_for(plan->arena, plan->result->model->units, plan->unit, 50);
  shares_title(plan, stacks, count, one);
  plan->reading = "";
  status = tf_chart_finish_texts(plan);
  if (status != TF_OK) {
    return status;
  }
  put_data(plan, stacks, count);
  return count > 1 ? tf_stack_panels(plan, stacks, count, stem, script) : draw(plan, &stacks[0], stem, script);
}
