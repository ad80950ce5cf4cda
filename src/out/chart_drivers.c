// SPDX-License-Identifier: GPL-3.0-or-later
// Which inputs move a result: rank correlations, the strongest first (out/chart_plan.h).
#include <math.h>
#include <string.h>

#include "out/chart_plan.h"
#include "out/delimited.h"
#include "stats/rank.h"

enum { SHOWN_MAX = 12 };
static const double least_shown = 0.015; // smaller ones would read 0.01 or less

// Does the scenario draw it? Hand-made results have no plan.
static bool drawn(const tf_chart_plan *plan, const tf_scenario_result *of, uint32_t quantity) {
  if (of->plan == NULL) {
    return quantity < plan->result->model->quantities.count && plan->result->model->quantities.at[quantity].input;
  }
  for (size_t i = 0; i < of->plan->draws.count; i++) {
    if (of->plan->draws.at[i].quantity == quantity) {
      return true;
    }
  }
  return false;
}

// Rank correlations of the inputs that are among the rows, for a target whose drivers the summary does not hold.
static size_t from_rows(const tf_chart_plan *plan, const tf_scenario_result *of, const tf_row *target,
                        const tf_driver **drivers) {
  size_t count = plan->result->samples < TF_KEPT_SAMPLES ? (size_t)plan->result->samples : TF_KEPT_SAMPLES;
  if (target->samples == NULL || count < 8) {
    return 0;
  }
  double *x = TF_ARRAY(plan->arena, double, count), *y = TF_ARRAY(plan->arena, double, count);
  tf_rank_item *scratch = TF_ARRAY(plan->arena, tf_rank_item, 2 * count);
  tf_ranks(target->samples, count, y, scratch);
  tf_driver *list = TF_ARRAY(plan->arena, tf_driver, of->rows.count + 1);
  size_t found = 0;
  for (size_t i = 0; i < of->rows.count; i++) {
    const tf_row *row = &of->rows.at[i];
    if (row->samples == NULL || row->quantity == target->quantity || !drawn(plan, of, row->quantity) ||
        (found > 0 && list[found - 1].input == row->quantity)) {
      continue; // one element and period stands for an input: they share one draw
    }
    tf_ranks(row->samples, count, x, scratch);
    list[found++] = (tf_driver){row->quantity, row->name, tf_rank_correlation(x, y, count)};
  }
  for (size_t i = 1; i < found; i++) {
    tf_driver moved = list[i];
    size_t at = i;
    for (; at > 0 && fabs(list[at - 1].rho) < fabs(moved.rho); at--) {
      list[at] = list[at - 1];
    }
    list[at] = moved;
  }
  *drivers = list;
  return found;
}

static tf_str input_name(const tf_chart_plan *plan, const tf_driver *driver) {
  tf_row row = {.name = driver->name};
  if (driver->input != TF_NO_ID && driver->input < plan->result->model->quantities.count) {
    row.label = plan->result->model->quantities.at[driver->input].label;
  }
  return tf_chart_capital(plan->arena, tf_chart_name(plan->arena, &row));
}

static tf_str signed_text(tf_arena *arena, double rho) {
  return tf_str_of(tf_format(arena, "%s%.2f", rho < 0 ? "\xE2\x88\x92" : "+", fabs(rho)));
}

static tf_str lower_first(tf_arena *arena, tf_str s) {
  char *copy = tf_cstr(arena, s);
  if (s.len > 1 && copy[0] >= 'A' && copy[0] <= 'Z' && !(copy[1] >= 'A' && copy[1] <= 'Z')) {
    copy[0] = (char)(copy[0] - 'A' + 'a');
  }
  return (tf_str){copy, s.len};
}

static void put_texts(tf_chart_plan *plan, const tf_row *target, size_t scenario, const tf_driver *drivers,
                      size_t count) {
  tf_arena *arena = plan->arena;
  tf_str subject = lower_first(arena, tf_chart_name(arena, target));
  tf_str index = tf_row_index(arena, target);
  char period[16];
  const char *when = target->series ? tf_format(arena, " in %s", tf_period_print(target->period, period)) : "";
  const char *what = index.len > 0 ? tf_format(arena, "%.*s of %.*s", TF_STR_ARGS(subject), TF_STR_ARGS(index))
                                   : tf_cstr(arena, subject);
  plan->title =
      tf_str_of(tf_format(arena, "%.*s moves %s%s most", TF_STR_ARGS(input_name(plan, &drivers[0])), what, when));
  tf_str name = plan->result->scenarios[scenario].name;
  tf_text text = tf_text_new(arena);
  tf_text_addf(&text, "Rank correlation of %s%s with each uncertain input", what, when);
  if (plan->result->scenario_count > 1) {
    tf_text_addf(&text, ", scenario %.*s", TF_STR_ARGS(name));
  }
  plan->subtitle = tf_text_str(&text);
  tf_text alt = tf_text_new(arena), csv = tf_text_new(arena);
  tf_text_addf(&alt, "Bar chart. %.*s. %.*s.", TF_STR_ARGS(plan->title), TF_STR_ARGS(plan->subtitle));
  tf_text_adds(&csv, "scenario,quantity,input,rank_correlation\n");
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(&alt, " %.*s: %.*s.", TF_STR_ARGS(input_name(plan, &drivers[i])),
                 TF_STR_ARGS(signed_text(arena, drivers[i].rho)));
    tf_csv_text(&csv, name);
    tf_text_addc(&csv, ',');
    tf_csv_text(&csv, tf_row_title(arena, target));
    tf_text_addc(&csv, ',');
    tf_csv_text(&csv, drivers[i].name);
    tf_text_addc(&csv, ',');
    tf_csv_number(&csv, drivers[i].rho);
    tf_text_addc(&csv, '\n');
  }
  plan->alt = tf_text_str(&alt);
  plan->csv = tf_text_str(&csv);
  plan->reading = "+1: the highest draws of the input are those of the result; 0: they have nothing to do with each "
                  "other";
}

tf_status tf_chart_drivers(tf_chart_plan *plan, const char *stem, tf_str *script) {
  tf_located name = plan->spec->names[0];
  tf_picks picks;
  tf_status status = tf_chart_pick(plan, name, &picks);
  if (status != TF_OK) {
    return status;
  }
  size_t best = 0;
  while (best + 1 < picks.count && !picks.rows[best]->uncertain) {
    best++;
  }
  for (size_t i = 0; i < picks.count; i++) { // one that --column leaves out does not keep the chart back
    bool wanted = tf_str_eq(plan->result->scenarios[picks.scenarios[i]].name, plan->spec->scenario.text);
    best = wanted && plan->spec->scenario.text.len > 0 ? i : best;
  }
  const tf_row *target = picks.rows[best];
  const tf_scenario_result *of = &plan->result->scenarios[picks.scenarios[best]];
  if (!target->uncertain) {
    status = tf_fail(plan->cx, TF_INVALID, name.at, "%.*s is certain: no input moves it", TF_STR_ARGS(name.text));
    tf_hint(plan->cx,
            "drivers needs draws: give an input a range such as 3 to 5; dependencies shows what it is made of");
    return status;
  }
  const tf_driver *drivers = of->drivers;
  size_t count = of->driver_count;
  if (of->driver_of == NULL || !tf_row_same(of->driver_of, target)) {
    count = from_rows(plan, of, target, &drivers);
  }
  if (count == 0) {
    status =
        tf_fail(plan->cx, TF_INVALID, name.at, "the drivers of %.*s are not among the results", TF_STR_ARGS(name.text));
    tf_hint(plan->cx, "name it first in `output` or --show");
    return status;
  }
  size_t shown = count < SHOWN_MAX ? count : SHOWN_MAX;
  while (shown > 1 && !(fabs(drivers[shown - 1].rho) >= least_shown)) {
    shown--;
  }
  put_texts(plan, target, picks.scenarios[best], drivers, shown);
  status = tf_chart_finish_texts(plan);
  if (status != TF_OK) {
    return status;
  }
  tf_text out = tf_text_new(plan->arena);
  tf_pen pen = {.plan = plan, .out = &out};
  tf_str *names = TF_ARRAY(plan->arena, tf_str, shown);
  plan->unit = (tf_unit){.dim = TF_DIM_NONE, .factor = 1, .text = TF_STR("1")};
  tf_rows rows = {.count = shown, .names = names, .pad_left = 4, .pad_right = 48};
  for (size_t i = 0; i < shown; i++) {
    names[i] = input_name(plan, &drivers[i]);
    rows.low = fmin(rows.low, drivers[i].rho);
    rows.high = fmax(rows.high, drivers[i].rho);
  }
  rows.pad_left = rows.low < 0 ? 48 : 4;
  rows.high = fmax(rows.high, rows.low == 0 ? 0.1 : 0);
  status = tf_rows_start(plan, stem, &rows, &pen);
  if (status != TF_OK) {
    return status;
  }
  tf_face face = {10.5, true, plan->stretch};
  tf_text data = tf_text_new(plan->arena);
  for (size_t i = 0; i < shown; i++) {
    double rho = drivers[i].rho, x = tf_rows_x(plan, rho), y = tf_rows_y(plan, shown, i);
    tf_script_row(&data, (double[]){rho, (double)i + 1, rho < 0 ? 1 : 2}, 3);
    tf_pen_text(&pen, signed_text(plan->arena, rho), rho < 0 ? x - 7 : x + 7, y, rho < 0 ? TF_RIGHT : TF_LEFT, face,
                rho < 0 ? "WORD(1)" : "WORD(2)");
  }
  double line = (plan->bottom - plan->top) / (double)shown; // few bars do not grow thick
  tf_text_addf(&out, "THICK = %.4g\n", fmin(0.33, 13 / line));
  tf_gnuplot_data(&out, "rows", tf_text_str(&data));
  status = tf_script_template(plan, "drivers.gp", &out);
  if (status == TF_OK) {
    *script = tf_text_str(&out);
  }
  return status;
}
