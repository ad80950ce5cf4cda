// SPDX-License-Identifier: GPL-3.0-or-later
// Conversions against GNU units and udunits2, where they are installed: other people's tables, other people's code.
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit/unit.h"

// The same two units in three spellings. The oracles' year and month are other ones, so they are given 8766 hours, and
// a byte is spelled 8 bit, which udunits2 lacks.
typedef struct pair {
  const char *from, *to;
  const char *gnu_from, *gnu_to;
  const char *ud_from, *ud_to;
} pair;

#define SAME(from, to)                                                                                                 \
  { from, to, from, to, from, to }
#define BOTH(from, to, oracle_from, oracle_to)                                                                         \
  { from, to, oracle_from, oracle_to, oracle_from, oracle_to }

static const pair pairs[] = {
    SAME("hour", "s"),
    SAME("day", "hour"),
    SAME("week", "day"),
    SAME("min", "s"),
    BOTH("h", "min", "hour", "min"),
    SAME("ms", "s"),
    SAME("us", "ms"),
    SAME("ns", "us"),
    BOTH("year", "hour", "8766 hour", "hour"),
    BOTH("year", "day", "8766 hour", "day"),
    BOTH("month", "day", "730.5 hour", "day"),
    BOTH("quarter", "week", "2191.5 hour", "week"),
    BOTH("quarter", "month", "2191.5 hour", "730.5 hour"),
    BOTH("year", "s", "8766 hour", "s"),
    SAME("km", "m"),
    SAME("mm", "um"),
    SAME("nm", "km"),
    SAME("m^2", "mm^2"),
    SAME("km^2", "m^2"),
    BOTH("m3", "L", "m^3", "liter"),
    BOTH("L", "mm3", "liter", "mm^3"),
    BOTH("t", "kg", "1000 kg", "kg"),
    BOTH("Mt", "g", "1e9 kg", "g"),
    BOTH("Gt", "kt", "1e12 kg", "1e6 kg"),
    SAME("kg", "mg"),
    SAME("g", "ug"),
    SAME("mg", "kg"),
    SAME("kJ", "J"),
    SAME("GJ", "MJ"),
    SAME("MW", "kW"),
    SAME("TW", "mW"),
    SAME("GW", "PW"),
    {"kWh", "J", "kW hour", "J", "kW.hour", "J"},
    {"MWh", "GJ", "MW hour", "GJ", "MW.hour", "GJ"},
    {"TWh", "EJ", "TW hour", "EJ", "TW.hour", "EJ"},
    {"Wh", "mJ", "W hour", "mJ", "W.hour", "mJ"},
    {"GWh", "MW*day", "GW hour", "MW day", "GW.hour", "MW.day"},
    {"TWh/year", "GW", "TW hour / (8766 hour)", "GW", "TW.hour/(8766 hour)", "GW"},
    {"GW*year", "TWh", "GW (8766 hour)", "TW hour", "GW.(8766 hour)", "TW.hour"},
    {"kW*h", "kWh", "kW hour", "kW hour", "kW.hour", "kW.hour"},
    {"J/s", "W", "J/s", "W", "J/s", "W"},
    {"kg*m^2/s^3", "kW", "kg m^2/s^3", "kW", "kg.m2/s3", "kW"},
    {"kg*m^2/s^2", "Wh", "kg m^2/s^2", "W hour", "kg.m2/s2", "W.hour"},
    {"B", "bit", "8 bit", "bit", "8 bit", "bit"},
    {"GB", "Gbit", "8 Gbit", "Gbit", "8 Gbit", "Gbit"},
    {"TB", "MB", "8 Tbit", "8 Mbit", "8 Tbit", "8 Mbit"},
    {"PB", "GB", "8 Pbit", "8 Gbit", "8 Pbit", "8 Gbit"},
    {"EB", "bit", "8 Ebit", "bit", "8 Ebit", "bit"},
    {"ZB", "YB", "8 Zbit", "8 Ybit", "8 Zbit", "8 Ybit"},
    {"kB", "B", "8 kbit", "8 bit", "8 kbit", "8 bit"},
    {"Gbit/s", "MB/hour", "Gbit/s", "8 Mbit/hour", "Gbit/s", "8 Mbit/hour"},
    {"TB/s", "PB/day", "8 Tbit/s", "8 Pbit/day", "8 Tbit/s", "8 Pbit/day"},
    {"GB/(s*kW)", "bit/J", "8 Gbit/(s kW)", "bit/J", "8 Gbit/(s.kW)", "bit/J"},
    {"J/bit", "kWh/TB", "J/bit", "kW hour/(8 Tbit)", "J/bit", "kW.hour/(8 Tbit)"},
    {"kg/kWh", "g/J", "kg/(kW hour)", "g/J", "kg/(kW.hour)", "g/J"},
    {"t/MWh", "kg/kWh", "1000 kg/(MW hour)", "kg/(kW hour)", "1000 kg/(MW.hour)", "kg/(kW.hour)"},
    {"L/kWh", "m^3/MWh", "liter/(kW hour)", "m^3/(MW hour)", "liter/(kW.hour)", "m3/(MW.hour)"},
    {"W/m2", "kW/km2", "W/m^2", "kW/km^2", "W/m2", "kW/km2"},
    {"km/hour", "m/s", "km/hour", "m/s", "km/hour", "m/s"},
    {"m/s^2", "km/min^2", "m/s^2", "km/min^2", "m/s2", "km/min2"},
    {"%", "1", "0.01", "1", "0.01", "1"},
    {"%/year", "1/s", "0.01/(8766 hour)", "1/s", "0.01 (8766 hour)^-1", "s-1"},
    {"1/hour", "1/day", "1/hour", "1/day", "hour-1", "day-1"},
    {"1/(W*s)", "1/kWh", "1/(W s)", "1/(kW hour)", "W-1.s-1", "kW-1.hour-1"},
    {"m2^2", "mm3*m", "m^4", "mm^3 m", "m4", "mm3.m"},
    {"s^-1", "1/year", "1/s", "1/(8766 hour)", "s-1", "(8766 hour)-1"},
};
enum { PAIRS = sizeof pairs / sizeof pairs[0] };

static double ours(tf_units *u, const pair *p) {
  assert_int_equal(tf_dim_of(u, p->from), tf_dim_of(u, p->to));
  return tf_factor_of(u, p->from) / tf_factor_of(u, p->to);
}

static bool installed(const char *program) {
  char command[64];
  (void)snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
  return system(command) == 0;
}

static void near(const pair *p, double value, double expected, double tolerance) {
  if (!(fabs(value / expected - 1) <= tolerance)) {
    fail_msg("%s in %s is %.17g, not %.17g", p->from, p->to, expected, value);
  }
}

// All pairs in one run: the program converts line pairs of its input.
static void as_gnu_units_converts(void **state) {
  tf_context *cx = *state;
  if (!installed("units")) {
    skip();
  }
  char path[] = "/tmp/tenfold-units-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  FILE *input = fdopen(file, "w");
  assert_non_null(input);
  for (size_t i = 0; i < PAIRS; i++) {
    (void)fprintf(input, "%s\n%s\n", pairs[i].gnu_from, pairs[i].gnu_to);
  }
  assert_int_equal(fclose(input), 0);
  FILE *output = popen(tf_format(cx->arena, "units -t -q -o %%.17g <%s", path), "r");
  assert_non_null(output);
  tf_units *u = tf_units_new(cx);
  for (size_t i = 0; i < PAIRS; i++) {
    char line[256] = "";
    assert_non_null(fgets(line, sizeof line, output));
    char *end = NULL;
    double expected = strtod(line, &end);
    if (end == line) {
      fail_msg("%s: %s", pairs[i].from, line);
    }
    near(&pairs[i], ours(u, &pairs[i]), expected, 1e-14);
  }
  assert_int_equal(pclose(output), 0);
  (void)remove(path);
}

// Its answer has six digits.
static void as_udunits2_converts(void **state) {
  tf_context *cx = *state;
  if (!installed("udunits2")) {
    skip();
  }
  tf_units *u = tf_units_new(cx);
  for (size_t i = 0; i < PAIRS; i++) {
    FILE *output =
        popen(tf_format(cx->arena, "udunits2 -H '%s' -W '%s' </dev/null 2>&1", pairs[i].ud_from, pairs[i].ud_to), "r");
    assert_non_null(output);
    char line[512] = "";
    assert_non_null(fgets(line, sizeof line, output));
    (void)pclose(output);
    const char *equals = strstr(line, " = ");
    if (equals == NULL) {
      fail_msg("%s: %s", pairs[i].from, line);
    } else {
      near(&pairs[i], ours(u, &pairs[i]), strtod(equals + 3, NULL), 6e-6);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(as_gnu_units_converts), TEST(as_udunits2_converts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
