// SPDX-License-Identifier: GPL-3.0-or-later
// Results made by hand for the tests of what is written and drawn.
#ifndef TF_TEST_RESULT_BUILDER_H
#define TF_TEST_RESULT_BUILDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out/emit.h"

typedef struct builder {
  tf_context *cx;
  tf_model *model;
  tf_scenario_result *scenarios;
  tf_result result;
} builder;

static inline builder builder_new(size_t scenarios) {
  builder b = {.cx = tf_context_new()};
  b.model = TF_NEW(b.cx->arena, tf_model);
  b.model->units = tf_units_new(b.cx);
  b.scenarios = TF_ARRAY(b.cx->arena, tf_scenario_result, scenarios);
  b.result = (tf_result){.seed = 42,
                         .samples = 16384,
                         .replicates = 8,
                         .sampler = TF_SAMPLER_SOBOL,
                         .uncertain = true,
                         .complete = true,
                         .axis = {.first_month = 2023 * 12, .months = 12, .count = 8},
                         .model = b.model,
                         .scenario_count = scenarios,
                         .scenarios = b.scenarios};
  return b;
}

static inline void builder_free(builder *b) {
  tf_context_free(b->cx);
}

static inline tf_unit unit_of(builder *b, const char *text) {
  tf_unit unit = {0};
  if (strcmp(text, "1") == 0) {
    return (tf_unit){.dim = TF_DIM_NONE, .factor = 1, .text = TF_STR("1")};
  }
  assert_int_equal(tf_unit_parse(b->model->units, (tf_located){.text = tf_str_of(text)}, &unit), TF_OK);
  return unit;
}

// A certain value without periods; the pointer is good until the next row is added.
static inline tf_row *add_row(builder *b, size_t scenario, const char *name, const char *unit, double central) {
  tf_row row = {.quantity = TF_NO_ID,
                .name = tf_str_of(name),
                .label = TF_STR(""),
                .unit = unit_of(b, unit),
                .central = central,
                .mean = central,
                .se = NAN,
                .sd = NAN,
                .p5 = central,
                .p25 = central,
                .p50 = central,
                .p75 = central,
                .p95 = central};
  tf_vec_push(b->cx->arena, &b->scenarios[scenario].rows, row);
  return &b->scenarios[scenario].rows.at[b->scenarios[scenario].rows.count - 1];
}

// Makes a row uncertain as a lognormal with 5 and 95 % given.
static inline tf_row *spread(tf_row *row, double p5, double p95) {
  double mu = (log(p5) + log(p95)) / 2, sigma = (log(p95) - log(p5)) / (2 * 1.6448536269514722);
  row->uncertain = true;
  row->central = row->p50 = exp(mu);
  row->p5 = p5;
  row->p95 = p95;
  row->p25 = exp(mu - 0.6744897501960817 * sigma);
  row->p75 = exp(mu + 0.6744897501960817 * sigma);
  row->mean = exp(mu + sigma * sigma / 2);
  row->sd = row->mean * sqrt(exp(sigma * sigma) - 1);
  row->se = row->sd / 1280;
  return row;
}

// Makes a row uncertain as a normal, for values around zero.
static inline tf_row *spread_normal(tf_row *row, double mean, double sd) {
  row->uncertain = true;
  row->central = row->mean = row->p50 = mean;
  row->sd = sd;
  row->se = sd / 1280;
  row->p5 = mean - 1.6448536269514722 * sd;
  row->p95 = mean + 1.6448536269514722 * sd;
  row->p25 = mean - 0.6744897501960817 * sd;
  row->p75 = mean + 0.6744897501960817 * sd;
  return row;
}

static inline tf_row *in_year(tf_row *row, int year, bool actual) {
  row->series = true;
  row->period = (tf_period){.kind = TF_PERIOD_YEAR, .year = year, .month = 1, .day = 1};
  row->row = year - 2023;
  row->actual = actual;
  return row;
}

// Annual capex like the file's real ones: reported 2017 to 2025, projected to 2030.
static inline void add_capex(builder *b, size_t scenario, double growth, double width) {
  static const double reported[] = {6.7, 13.9, 15.1, 15.1, 18.6, 31.4, 27.3, 39.2, 72.2};
  for (int i = 0; i < 9; i++) {
    tf_row *row = in_year(add_row(b, scenario, "capex.annual", "USD/year", reported[i] * 1e9), 2017 + i, true);
    row->label = TF_STR("Capital expenditure");
  }
  for (int i = 1; i <= 5; i++) {
    double middle = 72.2e9 * pow(1 + growth, i), w = pow(1 + width, sqrt((double)i));
    tf_row *row = in_year(add_row(b, scenario, "capex.annual", "USD/year", middle), 2025 + i, false);
    row->label = TF_STR("Capital expenditure");
    if (width > 0) {
      spread(row, middle / w, middle * w);
    }
  }
}

#endif
