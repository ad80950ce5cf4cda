// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of the reference problem (cluster.model, projection.model), for the programs it is compared with.
#ifndef REFERENCE_PROBLEM_H
#define REFERENCE_PROBLEM_H

#include <time.h>

enum { YEARS = 10 };

static const double gpus = 1e5, peak = 989e12, building_life = 15, year_hours = 8766, discount = 0.08;
static const double score_95 = 1.6448536269514722; // 95 % point of the normal

typedef struct range {
  double low, high;
} range;
typedef struct triangle {
  double low, mode, high;
} triangle;

// 90 % intervals of lognormals
static const range gpu_price = {25e3, 40e3}, building_price = {8e6, 14e6}, electricity = {0.05, 0.11},
                   compute = {2e26, 8e26};
static const range pue = {1.10, 1.35}, goodput = {0.80, 0.97}, life = {3, 6}, utilisation = {0.60, 0.95},
                   decline = {0.05, 0.20};
static const triangle server = {1.25, 1.40, 1.70}, upkeep = {0.02, 0.04, 0.08};
static const double watts_mean = 1200, watts_sd = 100, growth_mean = 0.35, growth_sd = 0.10;
static const double mfu_mean = 0.38, mfu_sd = 0.06, mfu_low = 0.20, mfu_high = 0.55;

// With one thread processor time, to which other programs add nothing; with more of them time on the wall.
static inline double seconds_now(int threads) {
  struct timespec t;
  clock_gettime(threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
