// SPDX-License-Identifier: GPL-3.0-or-later
// Settings that cannot be planned, and what is said of them.
#include "model_support.h"

// A setting a line: `setter|name|label|period|value|unit`; the setters * and + multiply and add; `axis|range|step`.
static void bind_lines(world *w, const char *lines) {
  tf_str rest = tf_str_of(lines);
  while (rest.len > 0) {
    tf_str line;
    tf_str part[6] = {{"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}};
    tf_str next = {"", 0};
    (void)tf_str_split(rest, '\n', &line, &next);
    rest = next;
    line = tf_str_sub(line, 1, line.len); // the @ that begins it
    for (size_t i = 0; i < 6; i++) {
      tf_str tail = {"", 0};
      (void)tf_str_split(line, '|', &part[i], &tail);
      line = tail;
    }
    const char *text[6];
    for (size_t i = 0; i < 6; i++) {
      text[i] = tf_cstr(w->cx->arena, part[i]);
    }
    if (strcmp(text[0], "axis") == 0) {
      axis(w, text[1], text[2]);
      continue;
    }
    tf_binding *b = bind_as(w, text[0], text[1], text[2], text[3], text[4], text[5]);
    b->mode = text[0][0] == '*' ? TF_BIND_MULTIPLY : text[0][0] == '+' ? TF_BIND_ADD : TF_BIND_SET;
  }
}

static void expect_no_plan(const char *model, const char *settings, const char *messages) {
  world *w = world_new();
  add_table(w, "hardware",
            "name,peak [TFLOP/s],price [USD/GPU],released [date],note\nH100,989,30000,2023-03-01,x\n"
            "H200,989,35000,2024-06-01,\nGB200,2500,,2025-01-01,\n");
  load_ok(w, model);
  bind_lines(w, settings);
  assert_int_equal(build(w), TF_INVALID);
  assert_null(w->plan); // outputs are untouched
  assert_string_equal(all_messages(w), messages);
  world_free(w);
}

static void values_are_checked(void **state) {
  (void)state;
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|m.mfu|||90%|\n",
                 "`m.mfu` = 90% is outside its permitted range 1% .. 80%\n"
                 "  also: the range is declared here\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|cost|||-20%|\n",
                 "`m.cost` is in USD, but this value is a percentage\n"
                 "  also: declared here\n"
                 "  hint: to lower it by 20%, write m.cost*=0.8\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|mfu|||0.4|\n",
                 "`0.4` for `m.mfu`: is this 40% or 0.4%?\n"
                 "  hint: write 40% or 0.4%\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|m.mfoo|||5|\n",
                 "unknown quantity `m.mfoo`\n"
                 "  hint: did you mean `m.mfu`?\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|mfoo|||5|\n",
                 "unknown quantity `mfoo`\n"
                 "  hint: `tenfold list mfoo` searches all quantities\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|costs_of_all|||5|\n",
                 "unknown quantity `costs_of_all`\n"
                 "  hint: `tenfold list costs_of_all` searches all quantities\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|cost|||7|MW\n",
                 "the unit `MW` does not fit `m.cost` (USD)\n"
                 "  also: declared here\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|cost|||7 MW|\n",
                 "`m.cost` is in USD, but this value is in MW\n"
                 "  also: declared here\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|cost|||mfu|\n",
                 "a cell holds numbers and `base`, not `mfu`\n"
                 "  hint: an equation belongs in a model; a label or a text stands alone in its cell\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|cost|||mfu * 2|\n",
                 "a cell holds numbers and `base`, not `mfu`\n"
                 "  hint: an equation belongs in a model; a label or a text stands alone in its cell\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|cost|||-20 USD|\n",
                 "`m.cost` = -20 USD is outside its permitted range 0 USD .. 10 USD\n"
                 "  also: the range is declared here\n");
  expect_no_plan("cost : % = 5% in 0% .. 10%\n", "@a|cost|||-20%|\n",
                 "`m.cost` = -20% is outside its permitted range 0% .. 10%\n"
                 "  also: the range is declared here\n"
                 "  hint: to lower it by 20%, write cost*=0.8\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|cost|x||5|\n", "`m.cost` has no rows, so it has no [x]\n  hint: write `m.cost`\n");
  expect_no_plan("dd : date = 2024-01-01 in 2023-01-01 .. 2025-01-01\n", "@a|dd|||2026-01-01|\n",
                 "`m.dd` = 2026-01-01 is outside its permitted range 2023-01-01 .. 2025-01-01\n"
                 "  also: the range is declared here\n");
  expect_no_plan("dd : date = 2024-01-01\n", "@a|dd|||2026|\n",
                 "`m.dd` must be a date, not `2026` (no unit)\n"
                 "  hint: write a day, as in 2025-01-01\n");
  expect_no_plan("table hardware\n"
                 "gpu : hardware = H100\n",
                 "@a|gpu|||GB20|\n",
                 "`hardware` has no row `GB20`\n"
                 "  hint: did you mean `GB200`?\n");
  expect_no_plan("table hardware\n"
                 "xx : USD/GPU = sum(hardware.price over hardware)\n",
                 "@a|hardware.price|H10||5|\n",
                 "`hardware` has no row `H10`\n"
                 "  hint: did you mean `H100`?\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@*|cost|||3 USD|\n",
                 "the factor must have no unit, not `3 USD` (USD)\n"
                 "  hint: divide it by something of the same unit\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@*|cost|||3|\n",
                 "`m.cost` = 15 USD is outside its permitted range 0 USD .. 10 USD\n"
                 "  also: the range is declared here\n");
  expect_no_plan("table hardware\n"
                 "gpu : hardware = H100\n",
                 "@*|gpu|||3|\n", "only numbers can be multiplied\n");
  expect_no_plan("dd : date = 2024-01-01\n", "@+|dd|||5 day|\n", "only numbers can be added\n");
  expect_no_plan("index ii = aa, bb\n"
                 "index jj = cc, dd\n"
                 "xx[ii, jj] : USD = 5\n",
                 "@a|xx|aa, ee||3|\n", "`ee` is no label of m.ii, m.jj\n");
  expect_no_plan("table hardware\n"
                 "xx : USD/GPU = hardware.price['H100']\n",
                 "@a|hardware.price|GB200||base * 2|\n",
                 "`base` has no value here\n"
                 "  hint: it is what the cell would have inherited\n");
  expect_no_plan("mfu : % = 40% in 1% .. 80%\n"
                 "cost : USD = 5 in 0 .. 10\n"
                 "xx : USD = cost * mfu\n",
                 "@a|cost|||5 to 20|\n"
                 "@a|mfu|||cost|\n",
                 "a cell holds numbers and `base`, not `cost`\n"
                 "  hint: an equation belongs in a model; a label or a text stands alone in its cell\n");
}

static void settings_are_given_once(void **state) {
  (void)state;
  expect_no_plan("bb : USD = 3\n",
                 "@a|bb|||3|\n"
                 "@a|m.bb|||4|\n",
                 "`m.bb` is given twice\n"
                 "  also: the first is here\n");
  expect_no_plan("annual : USD/year = 5\n"
                 "total : USD = cumulative(annual)\n",
                 "@axis|2024..2027|\n"
                 "@a|annual||2024|3|\n"
                 "@a|annual||2024|4|\n",
                 "`m.annual` in 2024 is given twice\n"
                 "  also: the first is here\n");
}

static void periods_are_checked(void **state) {
  (void)state;
  expect_no_plan("annual : USD/year = 5\n"
                 "total : USD = cumulative(annual)\n",
                 "@a|annual||2024|3|\n",
                 "`m.annual` is given for 2024, but there is no time axis\n"
                 "  hint: add a row `time:,2024..2030`, or --time 2024..2030\n");
  expect_no_plan("annual : USD/year = 5\n"
                 "total : USD = cumulative(annual)\n",
                 "@axis|2024..2027|\n"
                 "@a|annual||2025-Q7|3|\n",
                 "`2025-Q7` is no period: quarters are Q1 to Q4\n"
                 "  hint: write 2024, 2024-Q3 or 2024-07\n");
  expect_no_plan("annual : USD/year = 5\n"
                 "total : USD = cumulative(annual)\n",
                 "@axis|2024..2027|\n"
                 "@a|annual||2025-03-01|3|\n",
                 "`2025-03-01` is no period\n"
                 "  hint: write 2024, 2024-Q3 or 2024-07\n");
  expect_no_plan("annual : USD/year = 5\n"
                 "total : USD = cumulative(annual)\n",
                 "@axis|2024-07..2027-06|\n"
                 "@a|annual||2025|3|\n",
                 "2025 is no whole period of the time axis, whose periods start in 2024-07\n");
  expect_no_plan("annual : USD/year = 5\n"
                 "total : USD = cumulative(annual)\n",
                 "@axis|2024..2027|\n"
                 "@a|annual||2025-Q4|22.1 bn USD|\n",
                 "`m.annual`: 2025 is only partly covered: Q1, Q2, Q3 are missing\n"
                 "  hint: give what is missing or the whole period, or let the axis have shorter steps\n");
  expect_no_plan("annual : USD/year = 5\n"
                 "total : USD = cumulative(annual)\n",
                 "@axis|2024..2027|\n"
                 "@a|annual||2025-Q1|3|\n"
                 "@a|annual||2025-Q2|3|\n"
                 "@a|annual||2025-Q4|3|\n",
                 "`m.annual`: 2025 is only partly covered: Q3 is missing\n"
                 "  hint: give what is missing or the whole period, or let the axis have shorter steps\n");
  expect_no_plan("annual : USD/year = 5\n"
                 "total : USD = cumulative(annual)\n",
                 "@axis|2024..2027|\n"
                 "@a|annual||2025-01|3|\n",
                 "`m.annual`: 2025 is only partly covered: 2025-02, 2025-03, 2025-04, 2025-05, 2025-06, 2025-07, "
                 "2025-08, 2025-09, 2025-10, 2025-11, 2025-12 are missing\n"
                 "  hint: give what is missing or the whole period, or let the axis have shorter steps\n");
  expect_no_plan("annual : USD/year = 5\n"
                 "total : USD = cumulative(annual)\n",
                 "@axis|2024..2027|\n"
                 "@a|annual||2024|3|\n"
                 "@a|annual||2027|3|\n",
                 "`m.annual` is not given for 2025, between 2024 and 2027\n"
                 "  also: given here\n"
                 "  hint: give it, or declare how gaps are filled: `annual : USD/year linear` (or log, or hold)\n");
  expect_no_plan("annual : USD/year log = 5\n",
                 "@axis|2024..2027|\n"
                 "@a|annual||2024|0|\n"
                 "@a|annual||2026|3|\n",
                 "`m.annual` is filled on a logarithmic scale, so it must be above 0\n");
  expect_no_plan("annual : USD/year = 5\n"
                 "total : USD = cumulative(annual)\n",
                 "@axis|2024..2027|\n"
                 "@a|total||2024|3 USD/year|\n",
                 "`m.total` is in USD, but this value is in USD/year\n"
                 "  also: declared here\n"
                 "  hint: they differ by a time (one side is per year)\n");
}

static void recurrences_know_their_step(void **state) {
  (void)state;
  expect_no_plan("bb : 1 = 5, then bb[t-1] * 1.2\n", "@axis|2024..2027|quarter\n",
                 "this recurrence holds only on a yearly axis, not by quarters: `m.bb`\n"
                 "  hint: write x[t-1] * compound(growth) with a growth in %/year, or use `step`\n");
  expect_no_plan("bb : 1 = 5, then cc[t-1] * 1.2\n"
                 "cc : 1 = bb\n",
                 "@axis|2024..2027|month\n",
                 "this recurrence holds only on a yearly axis, not by months: `m.bb`\n"
                 "  hint: write x[t-1] * compound(growth) with a growth in %/year, or use `step`\n");
  expect_no_plan("bb : USD/year = 5 USD/year, then bb[t - 1 month] * compound(2%)\n", "@axis|2024..2027|\n",
                 "`m.bb` needs its own period here: the shift is shorter than a period\n"
                 "  hint: shift by at least one period, or take an axis with shorter steps\n");
  expect_no_plan("rate : %/year = 5%\n"
                 "flow : USD/year = 5\n"
                 "nn : USD = npv(flow, rate, mid)\n",
                 "@axis|2024..2027|\n"
                 "@a|rate||2024|6%|\n"
                 "@a|rate||2025|7%|\n",
                 "the rate of `npv` must be one for all periods\n"
                 "  hint: pick a period, as in rate[first]\n");
  expect_no_plan("aa : USD = 5\n"
                 "bb : USD = aa[2031]\n",
                 "@axis|2024..2027|\n",
                 "2031 is not on the time axis 2024..2027\n"
                 "  hint: let the axis cover it, or read [first] or [last]\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_checked),
      cmocka_unit_test(settings_are_given_once),
      cmocka_unit_test(periods_are_checked),
      cmocka_unit_test(recurrences_know_their_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
