// SPDX-License-Identifier: GPL-3.0-or-later
// The reference problem as it is usually written: one sample after the other in plain C with the generators of GSL, and
// its sort for the quantiles.
//
// usage: baseline_gsl cluster|projection SAMPLES ROUNDS
// prints per round: seconds of evaluation, seconds of statistics; the columns lie in memory before.
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference_problem.h"

static double lognormal(gsl_rng *r, range x) {
  const double mu = 0.5 * (log(x.low) + log(x.high)), sigma = (log(x.high) - log(x.low)) / (2 * score_95);
  return exp(mu + gsl_ran_gaussian_ziggurat(r, sigma));
}

static double uniform(gsl_rng *r, range x) {
  return gsl_ran_flat(r, x.low, x.high);
}

static double triangular(gsl_rng *r, triangle x) {
  const double u = gsl_rng_uniform_pos(r), width = x.high - x.low, rise = x.mode - x.low;
  return u < rise / width ? x.low + sqrt(u * width * rise) : x.high - sqrt((1 - u) * width * (x.high - x.mode));
}

static double normal(gsl_rng *r, double mean, double sd) {
  return mean + gsl_ran_gaussian_ziggurat(r, sd);
}

static void cluster(gsl_rng *r, double **out, size_t i) {
  const double price = lognormal(r, gpu_price), boxes = triangular(r, server), place = lognormal(r, building_price);
  const double watts = normal(r, watts_mean, watts_sd), overhead = uniform(r, pue), kwh = lognormal(r, electricity);
  double mfu;
  do {
    mfu = normal(r, mfu_mean, mfu_sd);
  } while (mfu < mfu_low || mfu > mfu_high);
  const double good = uniform(r, goodput), flop = lognormal(r, compute), years = uniform(r, life);
  const double busy = uniform(r, utilisation), care = triangular(r, upkeep);

  const double it = gpus * price * boxes, mw = gpus * watts * overhead / 1e6, building = mw * place;
  const double seconds = flop / (gpus * peak * mfu * good), hours = seconds / 3600;
  const double energy = mw * hours * 1000 * kwh;
  const double annuity = it * discount / (1 - pow(1 + discount, -years));
  const double yearly = annuity + building / building_life + care * it;
  const double total = yearly * hours / (year_hours * busy) + energy;
  out[0][i] = total;
  out[1][i] = total / (gpus * hours);
  out[2][i] = it + building;
  out[3][i] = seconds / 86400;
}

static void projection(gsl_rng *r, double **out, size_t i) {
  const double price = lognormal(r, gpu_price), boxes = triangular(r, server), place = lognormal(r, building_price);
  const double watts = normal(r, watts_mean, watts_sd), overhead = uniform(r, pue), kwh = lognormal(r, electricity);
  const double years = uniform(r, life), busy = uniform(r, utilisation), care = triangular(r, upkeep);
  const double growth = 1 + normal(r, growth_mean, growth_sd), fall = 1 - uniform(r, decline);
  double bought[YEARS], spent[YEARS], net = 0, factor = 1, unit = price * boxes, most = 0, buildings = 0;
  for (int t = 0; t < YEARS; t++) {
    bought[t] = t > 0 ? bought[t - 1] * growth : gpus;
    unit = t > 0 ? unit * fall : unit;
    spent[t] = bought[t] * unit;
    double installed = 0, written_off = 0;
    for (int k = 0; k <= t; k++) {
      const double rest = years - (t - k), share = rest < 0 ? 0 : rest > 1 ? 1 : rest;
      installed += bought[k] * share;
      written_off += spent[k] * share / years;
    }
    const double mw = installed * watts * overhead / 1e6, added = mw > most ? mw - most : 0;
    most = mw > most ? mw : most;
    const double construction = added * place;
    buildings += construction;
    const double cost =
        written_off + buildings / building_life + care * installed * unit + mw * busy * year_hours * 1000 * kwh;
    net += cost * factor;
    factor /= 1 + discount;
    out[t][i] = cost;
    out[YEARS + t][i] = spent[t] + construction;
  }
  out[2 * YEARS][i] = net;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    return 2;
  }
  const int series = strcmp(argv[1], "projection") == 0;
  const size_t count = strtoull(argv[2], NULL, 10);
  const int columns = series ? 2 * YEARS + 1 : 4;
  double *out[2 * YEARS + 1];
  for (int c = 0; c < columns; c++) {
    out[c] = malloc(count * sizeof(double));
    if (out[c] == NULL) {
      return 1;
    }
    memset(out[c], 0, count * sizeof(double));
  }
  gsl_rng *r = gsl_rng_alloc(gsl_rng_taus2);
  gsl_rng_set(r, 42);
  const double p[5] = {0.05, 0.25, 0.5, 0.75, 0.95};
  for (int round = 0; round < atoi(argv[3]); round++) {
    const double start = seconds_now(1);
    for (size_t i = 0; i < count; i++) {
      if (series) {
        projection(r, out, i);
      } else {
        cluster(r, out, i);
      }
    }
    const double evaluated = seconds_now(1);
    volatile double kept = 0;
    for (int c = 0; c < columns; c++) {
      kept += gsl_stats_mean(out[c], 1, count) + gsl_stats_sd(out[c], 1, count);
      gsl_sort(out[c], 1, count);
      for (int q = 0; q < 5; q++) {
        kept += gsl_stats_quantile_from_sorted_data(out[c], 1, count, p[q]);
      }
    }
    const double done = seconds_now(1);
    printf("%.9f %.9f %.8g\n", evaluated - start, done - evaluated,
           gsl_stats_mean(out[series ? 2 * YEARS : 0], 1, count));
  }
  gsl_rng_free(r);
  return 0;
}
