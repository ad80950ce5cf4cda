// SPDX-License-Identifier: GPL-3.0-or-later
// Units: grammar, exact messages, dimensions, declarations, speed and faults.
#include "support.h"

#include <math.h>
#include <time.h>

#include "unit/unit.h"

static tf_unit parsed(tf_units *units, tf_context *cx, const char *text) {
  tf_unit unit = {0};
  tf_status status = tf_unit_parse(units, located(cx, "u", text), &unit);
  if (status != TF_OK) {
    fail_msg("%s", messages(cx));
  }
  return unit;
}

static void reads(tf_units *units, tf_context *cx, const char *text, const char *canonical, double factor,
                  const char *dimension) {
  tf_unit unit = parsed(units, cx, text);
  assert_str(unit.text, canonical);
  assert_string_equal(tf_dim_text(units, unit.dim), dimension);
  if (unit.factor != factor) {
    fail_msg("%s: %.17g instead of %.17g", text, unit.factor, factor);
  }
  tf_unit again = parsed(units, cx, canonical); // what is printed can be read
  assert_true(again.dim == unit.dim && again.factor == unit.factor);
  assert_str(again.text, canonical);
}

static void spellings(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  reads(u, cx, "1", "1", 1, "1");
  reads(u, cx, "%", "%", 0.01, "1");
  reads(u, cx, "%/year", "%/year", 0.01 / 31557600, "1/s");
  reads(u, cx, "1/year", "1/year", 1 / 31557600.0, "1/s");
  reads(u, cx, "h", "hour", 3600, "s");
  reads(u, cx, "week", "week", 604800, "s");
  reads(u, cx, "month", "month", 8766 * 3600.0 / 12, "s");
  reads(u, cx, "quarter", "quarter", 8766 * 3600.0 / 4, "s");
  reads(u, cx, "ms", "ms", 1e-3, "s");
  reads(u, cx, "us", "us", 1e-6, "s");
  reads(u, cx, "ns", "ns", 1e-9, "s");
  reads(u, cx, "g", "g", 1e-3, "kg");
  reads(u, cx, "kg", "kg", 1, "kg");
  reads(u, cx, "ug", "ug", 1e-9, "kg");
  reads(u, cx, "t", "t", 1000, "kg");
  reads(u, cx, "Gt", "Gt", 1e12, "kg");
  reads(u, cx, "L", "L", 1e-3, "m^3");
  reads(u, cx, "km", "km", 1000, "m");
  reads(u, cx, "m2", "m^2", 1, "m^2");
  reads(u, cx, "km2", "km^2", 1e6, "m^2");
  reads(u, cx, "mm3", "mm^3", 1e-9, "m^3");
  reads(u, cx, "m2^2", "m^4", 1, "m^4");
  reads(u, cx, "MWh", "MWh", 3.6e9, "kg*m^2/s^2");
  reads(u, cx, "kW*h", "kW*hour", 3.6e6, "kg*m^2/s^2");
  reads(u, cx, "MB", "MB", 8e6, "bit");
  reads(u, cx, "Gbit/s", "Gbit/s", 1e9, "bit/s");
  reads(u, cx, "YFLOP", "YFLOP", 1e24, "FLOP");
  reads(u, cx, "USD/(GPU*hour)", "USD/(GPU*hour)", 1 / 3600.0, "USD/(GPU*s)");
  reads(u, cx, "USD/GPU/h", "USD/(GPU*hour)", 1 / 3600.0, "USD/(GPU*s)");
  reads(u, cx, "TFLOP/(s*GPU)", "TFLOP/(s*GPU)", 1e12, "FLOP/(GPU*s)");
  reads(u, cx, "(TFLOP/s)/GPU", "TFLOP/(s*GPU)", 1e12, "FLOP/(GPU*s)");
  reads(u, cx, "TFLOP/(s/GPU)", "TFLOP*GPU/s", 1e12, "FLOP*GPU/s");
  reads(u, cx, "((GPU))", "GPU", 1, "GPU");
  reads(u, cx, "GPU*USD", "USD*GPU", 1, "USD*GPU"); // money first
  reads(u, cx, "m*m", "m^2", 1, "m^2");
  reads(u, cx, "GPU/GPU", "1", 1, "1");
  reads(u, cx, "s^-1", "1/s", 1, "1/s");
  reads(u, cx, "m/s^2", "m/s^2", 1, "m/s^2");
  reads(u, cx, "1*kW", "kW", 1000, "kg*m^2/s^3");
  reads(u, cx, "USD/Mtoken", "USD/Mtoken", 1e-6, "USD/token");
  reads(u, cx, "USD2024", "USD2024", 1, "USD2024");
  reads(u, cx, "bit*USD2024/EUR", "USD2024*bit/EUR", 1, "USD2024*bit/EUR");
  reads(u, cx, "GPU/person", "GPU/person", 1, "GPU/person");
  assert_string_equal(messages(cx), "");
  assert_true(parsed(u, cx, "%").percent && parsed(u, cx, "%/year").percent);
  assert_false(parsed(u, cx, "1/year").percent);
  assert_true(parsed(u, cx, "USD2024").dim != parsed(u, cx, "USD").dim);
  assert_true(parsed(u, cx, "USD2024").dim != parsed(u, cx, "USD2023").dim);
  assert_str(parsed(u, cx, "  GPU ").text, "GPU"); // blanks at the ends are no part of it
}

// Text, and the message with the hint; the source line and caret are checked by column and width.
typedef struct wrong {
  const char *text;
  int column, width;
  const char *error, *hint;
} wrong;

static const char ambiguous_hint[] = "write `USD/(GPU*hour)` or `USD*hour/GPU`";
static const char no_power[] = "a power in a unit is a whole number from 1 to 12 or its negative";
static const char declares[] = "a model declares its own units, such as `unit rack`";

static const wrong wrongs[] = {
    {"USD/GPU*hour", 1, 12, "`USD/GPU*hour` is ambiguous", ambiguous_hint},
    {"a/b*c", 1, 1, "unknown unit `a`", "did you mean `year`?"},
    {"W/m2*K", 1, 6, "`W/m2*K` is ambiguous",
     "put parentheses around what stands below the line, such as `USD/(GPU*hour)`"},
    {"USD/GPU/h*day", 1, 13, "`USD/GPU/h*day` is ambiguous", "write `USD/(GPU*h*day)` or `USD*day/(GPU*h)`"},
    {"USD*B/GPU*h/day", 1, 15, "`USD*B/GPU*h/day` is ambiguous", "write `USD*B/(GPU*h*day)` or `USD*B*h/(GPU*day)`"},
    {"USD/(s*GPU)*day", 1, 15, "`USD/(s*GPU)*day` is ambiguous", "write `USD/((s*GPU)*day)` or `USD*day/(s*GPU)`"},
    {"kg/(W/GPU*h)", 5, 7, "`W/GPU*h` is ambiguous", "write `W/(GPU*h)` or `W*h/GPU`"},
    {"hours", 1, 5, "unknown unit `hours`", "did you mean `hour`?"},
    {"USD/hr", 5, 2, "unknown unit `hr`", "did you mean `hour`?"},
    {"days", 1, 4, "unknown unit `days`", "did you mean `day`?"},
    {"yr", 1, 2, "unknown unit `yr`", "did you mean `year`?"},
    {"USD/(GPU*years)", 10, 5, "unknown unit `years`", "did you mean `year`?"},
    {"Kwh", 1, 3, "unknown unit `Kwh`", "did you mean `kWh`?"},
    {"KW", 1, 2, "unknown unit `KW`", "did you mean `kW`?"},
    {"gw", 1, 2, "unknown unit `gw`", "did you mean `GW`?"},
    {"mw", 1, 2, "unknown unit `mw`", "did you mean `MW` (mega) or `mW` (milli)?"},
    {"GPUs", 1, 4, "unknown unit `GPUs`", "did you mean `GPU`?"},
    {"gpu", 1, 3, "unknown unit `gpu`", "did you mean `GPU`?"},
    {"usd", 1, 3, "unknown unit `usd`", "did you mean `USD`?"},
    {"$/GPU", 1, 1, "unknown unit `$`", "did you mean `USD`?"},
    {"dollars", 1, 7, "unknown unit `dollars`", "did you mean `USD`?"},
    {"TFLOPS", 1, 6, "unknown unit `TFLOPS`", "did you mean `TFLOP/s`?"},
    {"TFLOPs", 1, 6, "unknown unit `TFLOPs`", "did you mean `TFLOP`?"},
    {"Mtokens", 1, 7, "unknown unit `Mtokens`", "did you mean `Mtoken`?"},
    {"tokne", 1, 5, "unknown unit `tokne`", "did you mean `token`?"},
    {"Gbps", 1, 4, "unknown unit `Gbps`", "did you mean `Gbit/s`?"},
    {"percent", 1, 7, "unknown unit `percent`", "did you mean `%`?"},
    {"GPU2", 1, 4, "unknown unit `GPU2`", "did you mean `GPU^2`?"},
    {"s2", 1, 2, "unknown unit `s2`", "did you mean `s^2`?"},
    {"MUSD", 1, 4, "unknown unit `MUSD`: `USD` takes no prefix `M`",
     "currencies take no prefix: write the unit cell `m USD`, or the scale with the number, as in `25mn USD`"},
    {"USDbn/year", 1, 5, "unknown unit `USDbn`",
     "currencies take no prefix: write the unit cell `bn USD`, or the scale with the number, as in `25bn USD`"},
    {"kEUR", 1, 4, "unknown unit `kEUR`: `EUR` takes no prefix `k`",
     "currencies take no prefix: write the unit cell `k EUR`, or the scale with the number, as in `25k EUR`"},
    {"kh", 1, 2, "unknown unit `kh`: `hour` takes no prefix `k`", "`hour` stands without prefix"},
    {"Ms", 1, 2, "unknown unit `Ms`: `s` takes no prefix `M`", "did you mean `ms`?"},
    {"mbit", 1, 4, "unknown unit `mbit`: `bit` takes no prefix `m`", "did you mean `Mbit`?"},
    {"nt", 1, 2, "unknown unit `nt`: `t` takes no prefix `n`", "its prefixes are k M G"},
    {"\xC2\xB5s", 1, 2, "unknown unit `\xC2\xB5s`", "write `u` for micro, such as `us`"},
    {"W\xC2\xB7h", 1, 3, "unknown unit `W\xC2\xB7h`", "write `*` between units"},
    {"m\xC2\xB2", 1, 2, "unknown unit `m\xC2\xB2`", "write `^2`"},
    {"\xE2\x82\xAC", 1, 1, "unknown unit `\xE2\x82\xAC`", "write `EUR`, in a table with its scale as in `bn EUR`"},
    {"zzqx", 1, 4, "unknown unit `zzqx`", declares},
    {"USD24", 1, 5, "unknown unit `USD24`", declares},
    {"USD9999", 1, 7, "unknown unit `USD9999`", declares},
    {"foo+bar", 1, 7, "unknown unit `foo+bar`", declares},
    {"1000", 1, 4, "a unit holds no number but 1, here `1000`", NULL},
    {"8*GPU", 1, 1, "a unit holds no number but 1, here `8`", NULL},
    {"1.5", 1, 3, "a unit holds no number but 1, here `1.5`", NULL},
    {"USD / GPU", 1, 9, "a unit holds no blanks, here `USD / GPU`", "write `USD/GPU`"},
    {"GPU hour", 1, 8, "a unit holds no blanks, here `GPU hour`", "write `GPU*hour`"},
    {"bn USD", 1, 6, "a unit holds no blanks, here `bn USD`",
     "in a model the scale stands with the number, as in `25bn USD`"},
    {"what ever", 1, 9, "a unit holds no blanks, here `what ever`",
     "join units with `*` and `/`, such as `USD/(GPU*hour)`"},
    {"", 1, 0, "the unit is empty", "write `1` for a number without unit"},
    {"(GPU", 1, 1, "`(` is not closed in `(GPU`", NULL},
    {"GPU)", 4, 1, "`)` closes nothing in `GPU)`", NULL},
    {"()", 2, 1, "a unit is missing before `)`", NULL},
    {"GPU(s)", 4, 1, "`*` or `/` is missing before `(`", NULL},
    {"(s)GPU", 4, 1, "`*` or `/` is missing before `G`", NULL},
    {"(s*GPU)^2", 8, 1, "a power belongs to one unit, not to parentheses", "such as `m^2/s^2`"},
    {"GPU/", 5, 1, "a unit is missing at the end of `GPU/`", NULL},
    {"/GPU", 1, 1, "a unit is missing before `/`", NULL},
    {"GPU**s", 5, 1, "a unit is missing before `*`", NULL},
    {"m^x", 2, 2, no_power, "such as `m^2` or `s^-1`"},
    {"m^", 2, 1, no_power, "such as `m^2` or `s^-1`"},
    {"m^0", 2, 2, no_power, "such as `m^2` or `s^-1`"},
    {"m^13", 2, 3, no_power, "such as `m^2` or `s^-1`"},
    {"m^99999999999", 2, 12, no_power, "such as `m^2` or `s^-1`"},
    {"m^2.5/s", 2, 4, no_power, "such as `m^2` or `s^-1`"},
    {"YB^12*YB^12", 1, 11, "the unit `YB^12*YB^12` is too large or too small to reckon with", NULL},
    {"((((((((((m))))))))))", 9, 1, "parentheses in a unit are nested too deeply", NULL},
};

static void every_flaw_has_its_message(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
    const wrong *w = &wrongs[i];
    tf_unit unit = {.factor = 7};
    assert_int_equal(tf_unit_parse(u, located(cx, "u", w->text), &unit), TF_INVALID);
    assert_true(unit.factor == 7 && unit.text.ptr == NULL); // untouched
    tf_text expected = tf_text_new(cx->arena);
    tf_text_addf(&expected, "u:1:%d: error: %s\n", w->column, w->error);
    if (w->width > 0) {
      tf_text_addf(&expected, "%s\n%*s", w->text, w->column, "^");
      for (int k = 1; k < w->width; k++) {
        tf_text_addc(&expected, '~');
      }
      tf_text_addc(&expected, '\n');
    }
    if (w->hint != NULL) {
      tf_text_addf(&expected, "  hint: %s\n", w->hint);
    }
    assert_messages(cx, expected.ptr);
    clear_messages(cx);
  }
}

static void too_many_factors(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  tf_text long_unit = tf_text_new(cx->arena);
  for (int i = 0; i < 33; i++) {
    tf_text_adds(&long_unit, i == 0 ? "GPU" : "*GPU");
  }
  tf_unit unit;
  assert_int_equal(tf_unit_parse(u, located(cx, "u", long_unit.ptr), &unit), TF_INVALID);
  assert_string_equal(cx->diags.list.at[0].message, "a unit has at most 32 factors");
  assert_int_equal(tf_unit_scan(u, tf_text_str(&long_unit), &unit), 127); // the longest prefix: 32 factors
  assert_str(unit.text, "GPU^32");
}

static void scanning_stops_where_the_unit_ends(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  static const struct {
    const char *text;
    size_t used;
    const char *unit;
  } cases[] = {
      {"MW*pue", 2, "MW"},
      {"MW*hour", 7, "MW*hour"},
      {"MW*hour*pue", 7, "MW*hour"},
      {"MW * hour", 2, "MW"},
      {"USD/GPU*hour", 7, "USD/GPU"}, // what follows is ambiguous: the caller sees a unit where a quantity should be
      {"TFLOP/(s*GPU) * mfu", 13, "TFLOP/(s*GPU)"},
      {"TFLOP/(s*mfu)", 5, "TFLOP"},
      {"TFLOP/(s*GPU", 5, "TFLOP"},
      {"USD/GPU)", 7, "USD/GPU"},
      {"(s*GPU)", 7, "s*GPU"},
      {"(a+b)", 0, NULL},
      {"%/year", 6, "%/year"},
      {"%*x", 1, "%"},
      {"%x", 1, "%"},
      {"1/year", 6, "1/year"},
      {"1", 0, NULL},
      {"1*x", 0, NULL},
      {"12", 0, NULL},
      {"1.5", 0, NULL},
      {"", 0, NULL},
      {" m", 0, NULL},
      {"m", 1, "m"},
      {"m.x", 0, NULL},
      {"m..5 m", 1, "m"},
      {"m .. 5", 1, "m"},
      {"m)", 1, "m"},
      {"min(a)", 0, NULL},
      {"min", 3, "min"},
      {"s*min(a,b)", 1, "s"},
      {"s/t[0]", 1, "s"},
      {"m^2", 3, "m^2"},
      {"m^-2", 4, "1/m^2"},
      {"m^x", 1, "m"},
      {"m^2.5", 1, "m"},
      {"m^2..5", 3, "m^2"},
      {"m^(1/2)", 1, "m"},
      {"m^2x", 1, "m"},
      {"to 9", 0, NULL},
      {"GPUs", 0, NULL},
      {"GPU_x", 0, NULL},
      {"GPU,", 3, "GPU"},
      {"USD2024/year", 12, "USD2024/year"},
      {"GPU/2", 3, "GPU"},
      {"GPU/1", 5, "GPU"},
      {"GPU/10", 3, "GPU"},
      {"GPU/1.5", 3, "GPU"},
      {"$/GPU", 0, NULL},
      {"\xC2\xB5s", 0, NULL},
  };
  for (int round = 0; round < 2; round++) { // the second time from memory
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
      tf_unit unit = {.factor = 7};
      assert_int_equal(tf_unit_scan(u, tf_str_of(cases[i].text), &unit), cases[i].used);
      if (cases[i].unit != NULL) {
        assert_str(unit.text, cases[i].unit);
      } else {
        assert_true(unit.factor == 7);
      }
    }
  }
  assert_messages(cx, "");
}

static void known_names(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  static const char *const known[] = {"kWh", "GPU", "USD2024", "%", "h", "m2", "km3", "EUR", "XOF", "ZWG"};
  static const char *const unknown[] = {"",   "kUSD",  "USD20245", "USD1700", "XAU", "XXX", "s2",
                                        "PU", "GGPUs", "k",        "kkg",     "$",   "mh"};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    assert_true(tf_unit_known(u, tf_str_of(known[i])));
  }
  for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
    assert_false(tf_unit_known(u, tf_str_of(unknown[i])));
  }
}

static void declaring(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  tf_unit unit;
  assert_int_equal(tf_unit_scan(u, TF_STR("rack/GPU"), &unit), 0);
  assert_int_equal(tf_unit_declare(u, located(cx, "a", "rack"), false), TF_OK);
  assert_int_equal(tf_unit_declare(u, located(cx, "a", "rack"), false), TF_OK);
  assert_int_equal(tf_unit_declare(u, located(cx, "a", "XYZ"), true), TF_OK);
  assert_int_equal(tf_unit_scan(u, TF_STR("rack/GPU"), &unit), 8);
  reads(u, cx, "XYZ/rack", "XYZ/rack", 1, "XYZ/rack");
  reads(u, cx, "XYZ2025", "XYZ2025", 1, "XYZ2025");
  assert_true(tf_dim_is_money(u, tf_dim_of(u, "XYZ/year")));
  assert_false(tf_unit_known(u, TF_STR("krack")));
  assert_messages(cx, "");
  assert_int_equal(tf_unit_declare(u, located(cx, "a", "kW"), false), TF_INVALID);
  assert_int_equal(tf_unit_declare(u, located(cx, "b", "rack"), true), TF_INVALID);
  assert_int_equal(tf_unit_declare(u, located(cx, "c", "B200"), false), TF_INVALID);
  assert_int_equal(tf_unit_declare(u, located(cx, "d", "2nd"), false), TF_INVALID);
  assert_int_equal(tf_unit_declare(u, located(cx, "e", ""), true), TF_INVALID);
  assert_messages(cx, "a:1:1: error: `kW` is a built-in unit\nkW\n^~\n"
                      "b:1:1: error: `rack` is declared as a unit and as a currency\nrack\n^~~~\n"
                      "c:1:1: error: `B200` cannot be the name of a unit\nB200\n^~~~\n"
                      "  hint: a name is letters, digits and `_`, with a letter first and no digit last\n"
                      "d:1:1: error: `2nd` cannot be the name of a unit\n2nd\n^~~\n"
                      "  hint: a name is letters, digits and `_`, with a letter first and no digit last\n"
                      "e:1:1: error: `` cannot be the name of a currency\n"
                      "  hint: a name is letters, digits and `_`, with a letter first and no digit last\n");
  clear_messages(cx);
  assert_int_equal(tf_unit_parse(u, located(cx, "u", "racks"), &unit), TF_INVALID);
  assert_string_equal(cx->diags.list.at[0].hint, "did you mean `rack`?");
}

static void two_registries_do_not_see_each_other(void **state) {
  tf_context *cx = *state;
  tf_units *one = tf_units_new(cx);
  tf_units *two = tf_units_new(cx);
  assert_int_equal(tf_unit_declare(one, located(cx, "a", "rack"), false), TF_OK);
  assert_false(tf_unit_known(two, TF_STR("rack")));
}

static void algebra(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  tf_dim power = tf_dim_of(u, "W");
  tf_dim time = tf_dim_of(u, "s");
  assert_int_equal(tf_dim_multiply(u, power, time), tf_dim_of(u, "kWh"));
  assert_int_equal(tf_dim_multiply(u, time, power), tf_dim_of(u, "J"));
  assert_int_equal(tf_dim_divide(u, power, power), TF_DIM_NONE);
  assert_int_equal(tf_dim_divide(u, TF_DIM_NONE, time), tf_dim_of(u, "1/year"));
  assert_int_equal(tf_dim_multiply(u, time, TF_DIM_NONE), time);
  tf_dim root = tf_dim_power(u, power, 1, 2);
  assert_string_equal(tf_dim_text(u, root), "kg^(1/2)*m/s^(3/2)");
  assert_int_equal(tf_dim_multiply(u, root, root), power);
  assert_int_equal(tf_dim_power(u, root, 2, 1), power);
  assert_int_equal(tf_dim_power(u, power, 2, 4), root); // reduced
  assert_int_equal(tf_dim_power(u, power, -1, -2), root);
  assert_int_equal(tf_dim_power(u, tf_dim_power(u, power, 1, 3), 3, 1), power);
  assert_int_equal(tf_dim_power(u, power, 0, 1), TF_DIM_NONE);
  assert_int_equal(tf_dim_power(u, TF_DIM_NONE, 5, 3), TF_DIM_NONE);
  // (a*b)/b = a, and the order of factors does not matter, whatever the operands.
  static const char *const some[] = {"W", "USD/(GPU*hour)", "token/s", "m^3", "1", "USD2024/EUR", "1/year", "bit*FLOP"};
  enum { SOME = sizeof some / sizeof some[0] };
  for (size_t i = 0; i < SOME; i++) {
    for (size_t k = 0; k < SOME; k++) {
      tf_dim a = tf_dim_of(u, some[i]);
      tf_dim b = tf_dim_of(u, some[k]);
      assert_int_equal(tf_dim_multiply(u, a, b), tf_dim_multiply(u, b, a));
      assert_int_equal(tf_dim_divide(u, tf_dim_multiply(u, a, b), b), a);
      assert_int_equal(tf_dim_divide(u, TF_DIM_NONE, tf_dim_divide(u, a, b)), tf_dim_divide(u, b, a));
    }
  }
  // Exponents beyond any meaning stop growing instead of overflowing.
  tf_dim huge = time;
  for (int i = 0; i < 20; i++) {
    huge = tf_dim_power(u, huge, 1000, 1);
  }
  assert_string_equal(tf_dim_text(u, huge), "s^1000000");
  assert_true(tf_dim_of(u, "no unit") == TF_DIM_NONE && tf_factor_of(u, "kWh") == 3.6e6);
}

static void questions(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  assert_true(tf_dim_time_exponent(u, tf_dim_of(u, "USD/year")) == -1);
  assert_true(tf_dim_time_exponent(u, tf_dim_of(u, "USD")) == 0);
  assert_true(tf_dim_time_exponent(u, tf_dim_of(u, "W")) == -3);
  assert_true(tf_dim_time_exponent(u, tf_dim_power(u, tf_dim_of(u, "s"), 1, 2)) == 0.5);
  assert_true(tf_dim_is_money(u, tf_dim_of(u, "USD")));
  assert_true(tf_dim_is_money(u, tf_dim_of(u, "USD/(GPU*hour)")));
  assert_true(tf_dim_is_money(u, tf_dim_of(u, "USD2024/year")));
  assert_false(tf_dim_is_money(u, tf_dim_of(u, "GPU/USD")));
  assert_false(tf_dim_is_money(u, tf_dim_of(u, "USD^2")));
  assert_false(tf_dim_is_money(u, tf_dim_of(u, "USD/EUR")));
  assert_false(tf_dim_is_money(u, tf_dim_of(u, "W")));
  assert_str(tf_unit_base(u, TF_DIM_NONE).text, "1");
  assert_str(tf_unit_base(u, tf_dim_of(u, "MW")).text, "W");
  assert_str(tf_unit_base(u, tf_dim_of(u, "kWh")).text, "J");
  assert_str(tf_unit_base(u, tf_dim_of(u, "bn")).text, "1");
  assert_str(tf_unit_base(u, tf_dim_of(u, "USD/day")).text, "USD/year");
  assert_true(tf_unit_base(u, tf_dim_of(u, "USD/day")).factor == 1 / 31557600.0);
  assert_str(tf_unit_base(u, tf_dim_of(u, "USD/(GPU*hour)")).text, "USD/(GPU*s)");
  assert_true(tf_unit_base(u, tf_dim_of(u, "USD/(GPU*hour)")).factor == 1);
}

static void missing(tf_units *u, const char *have, const char *want, const char *expected) {
  const char *text = tf_dim_missing(u, tf_dim_of(u, have), tf_dim_of(u, want));
  if (expected == NULL) {
    assert_null(text);
  } else {
    assert_non_null(text);
    assert_string_equal(text, expected);
  }
}

static void what_explains_a_slip(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  missing(u, "USD", "USD/year", "a time (one side is per year)");
  missing(u, "USD/year", "USD", "a time (one side is per year)");
  missing(u, "MW", "MWh", "a time (power against energy: energy is power times time)");
  missing(u, "MWh/GPU", "MW/GPU", "a time (power against energy: energy is power times time)");
  missing(u, "GPU*hour", "GPU", "a time");
  missing(u, "m/s^2", "m", "a time squared");
  missing(u, "USD/GPU", "USD", "a count of GPU");
  missing(u, "FLOP/(s*GPU)", "FLOP/s", "a count of GPU");
  missing(u, "token", "1", "a count of token");
  missing(u, "1", "USD", "an amount of USD");
  missing(u, "USD", "EUR", "an exchange rate in EUR/USD");
  missing(u, "USD2024", "USD", "a price level (real money against nominal: real(x, year) and nominal(x) convert)");
  missing(u, "USD2024/year", "USD2023/year", "a price level (prices of two different years)");
  missing(u, "USD/(GPU*hour)", "USD", "a time and a count of GPU");
  missing(u, "kg", "1", "a mass");
  missing(u, "m", "1", "a length");
  missing(u, "USD", "USD", NULL);
  missing(u, "m^3", "1", NULL);
  missing(u, "W", "USD", NULL);
  missing(u, "GPU^2", "1", NULL);
}

static void ten_thousand_in_a_few_milliseconds(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  static const char *const some[] = {"USD/(GPU*hour)", "TFLOP/(s*GPU)", "%/year", "MW", "bn", "kWh", "GPU/year"};
  struct timespec start;
  struct timespec end;
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  tf_unit unit;
  size_t used = 0;
  for (size_t i = 0; i < 10000; i++) {
    used += tf_unit_scan(u, tf_str_of(some[i % 7]), &unit);
    if (i % 7 != 4) {
      used += tf_unit_parse(u, (tf_located){tf_str_of(some[i % 7]), {0, 0, 0}}, &unit) == TF_OK ? 0 : 1000;
    }
  }
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) * 1e-9;
  assert_true(used > 0 && used < 100000);
  assert_true(seconds < 0.1); // a few milliseconds; the bound allows for sanitizers and a busy machine
}

static void everything_about_units(tf_context *cx) {
  static const char *const some[] = {"USD/(GPU*hour)", "a/b*c",    "USD/GPU*hour", "hours",
                                     "MUSD",           "GPU hour", "USD2024",      "tokne"};
  tf_units *u = tf_units_new(cx);
  tf_unit unit;
  (void)!tf_unit_declare(u, located(cx, "d", "rack"), false);
  for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
    (void)!tf_unit_parse(u, located(cx, "u", some[i]), &unit);
    (void)!tf_unit_parse_cell(u, located(cx, "u", some[i]), &unit);
    (void)!tf_unit_scan(u, tf_str_of(some[i]), &unit);
  }
  (void)!tf_unit_parse_cell(u, located(cx, "u", "$bn/GPU"), &unit);
  const char *text;
  (void)tf_unit_display(u, unit, 1e4, &text);
  (void)tf_dim_missing(u, tf_dim_of(u, "USD/GPU"), tf_dim_of(u, "USD/s"));
  (void)tf_unit_base(u, tf_dim_of(u, "USD/year"));
  (void)messages(cx);
}

static void any_allocation_may_fail(void **state) {
  (void)state;
  assert_true(survive_faults(everything_about_units, 20000) > 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(spellings),
      TEST(every_flaw_has_its_message),
      TEST(too_many_factors),
      TEST(scanning_stops_where_the_unit_ends),
      TEST(known_names),
      TEST(declaring),
      TEST(two_registries_do_not_see_each_other),
      TEST(algebra),
      TEST(questions),
      TEST(what_explains_a_slip),
      TEST(ten_thousand_in_a_few_milliseconds),
      TEST(any_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
