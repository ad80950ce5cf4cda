// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with equations, in exactly these words.
#include "model_support.h"

static void units_are_checked(void **state) {
  (void)state;
  expect_errors("power : MW = 5 MW\n"
                "cost : USD = 3 USD\n"
                "xx : USD = power + cost\n",
                "cannot add `power` (MW) and `cost` (USD)\n"
                "  also: `m.cost` is in USD\n");
  expect_errors("power : MW = 5 MW\n"
                "cost : USD = 3 USD\n"
                "xx : USD = cost - power\n",
                "cannot subtract `power` (MW) from `cost` (USD)\n"
                "  also: `m.cost` is in USD\n");
  expect_errors("power : MW = 5 MW\n"
                "xx : USD = power\n",
                "`xx` is in USD, but its right side is in MW\n");
  expect_errors("aa : USD = 5\n"
                "xx : USD/year = aa\n",
                "`xx` is in USD/year, but its right side is in USD\n"
                "  hint: they differ by a time (one side is per year)\n");
  expect_errors("aa : USD = 5\n"
                "bb : USD = aa + 5\n",
                "cannot add `aa` (USD) and `5` (no unit)\n"
                "  also: `m.aa` is in USD\n"
                "  hint: give the number a unit, as in `5 USD`\n");
  expect_errors("aa : USD = 5\n"
                "bb : USD = if aa > 0 then 5 else aa\n",
                "cannot choose between `5` (no unit) and `aa` (USD)\n"
                "  also: `m.aa` is in USD\n"
                "  hint: give the number a unit, as in `5 USD`\n");
  expect_errors("power : MW = 5 MW\n"
                "check power < 5 USD\n",
                "cannot compare `power` (MW) with `5 USD` (USD)\n"
                "  also: `m.power` is in MW\n");
  expect_errors("power : MW = 5 MW\n"
                "check power\n",
                "a check must be a condition, not `power` (MW)\n"
                "  also: `m.power` is in MW\n"
                "  hint: compare it with something, as in `x > 0`\n");
  expect_errors("power : MW = 5 MW\n"
                "xx : MW = max(power, 5 USD)\n",
                "cannot take the greatest of `power` (MW) and `5 USD` (USD)\n"
                "  also: `m.power` is in MW\n");
  expect_errors("power : MW = 5 MW\n"
                "xx : MW = clamp(power, 0, 5 USD)\n",
                "cannot clamp `power` (MW) and `5 USD` (USD)\n"
                "  also: `m.power` is in MW\n");
}

static void percent_needs_a_sign(void **state) {
  (void)state;
  expect_errors("mfu : % = 0.4\n", "`0.4` for `mfu`: is this 40% or 0.4%?\n"
                                   "  hint: write 40% or 0.4%\n");
  expect_errors("mfu : % = 40\n", "`40` for `mfu`: is this 40% or 4000%?\n"
                                  "  hint: write 40% or 4000%\n");
  expect_errors("gg1 : %/year = 12\n", "`12` for `gg1`: is this 12% or 1200%?\n"
                                       "  hint: write 12% or 1200%\n");
  expect_errors("ll : USD = 40%\n", "`ll` is in USD, but its right side is a percentage\n"
                                    "  hint: they differ by an amount of USD\n");
  expect_errors("nn : % = 2 * 0.2\n", "`0.4` for `nn`: is this 40% or 0.4%?\n"
                                      "  hint: write 40% or 0.4%\n");
  expect_errors("mfu : % = 40% in 0.1 .. 80%\n", "`0.1` for `mfu`: is this 10% or 0.1%?\n"
                                                 "  hint: write 10% or 0.1%\n");
}

static void powers_and_logarithms(void **state) {
  (void)state;
  expect_errors("aa : USD = 5\n"
                "xx : 1 = exp(aa)\n",
                "the argument of `exp` must have no unit, not `aa` (USD)\n"
                "  also: `m.aa` is in USD\n"
                "  hint: divide it by something of the same unit\n");
  expect_errors("aa : USD = 5\n"
                "vv : 1 = aa^0.8\n",
                "cannot raise `aa` (USD) to the power `0.8`: its unit would have no meaning\n"
                "  hint: divide by a unit first, as in `(x / 1 USD)^y`\n");
  expect_errors("aa : USD = 5\n"
                "yy : 1 = 2\n"
                "vv : 1 = aa^yy\n",
                "cannot raise `aa` (USD) to the power `yy`: its unit would depend on a value\n"
                "  hint: divide by a unit first, as in `(x / 1 USD)^y`\n");
  expect_errors("aa : USD = 5\n"
                "ww : 1 = 2^aa\n",
                "an exponent must have no unit, not `aa` (USD)\n"
                "  also: `m.aa` is in USD\n"
                "  hint: divide it by something of the same unit\n");
  expect_errors("ww : 1 = log10(5 day)\n", "the argument of `log10` must have no unit, not `5 day` (day)\n"
                                           "  hint: divide it by something of the same unit\n");
}

static void rounding_needs_a_unit(void **state) {
  (void)state;
  expect_errors("tt : day = 7 day\n"
                "bb : day = ceil(tt * 1.5)\n",
                "`ceil` of `tt * 1.5` (day): it is not clear in which unit\n"
                "  hint: divide by a unit, as in `ceil(x / 1 day) * 1 day`\n");
  expect_errors("pw : MW = 7\n"
                "ee : MW = pw\n"
                "bb : MW = round(pw + ee)\n",
                "`round` of `pw + ee` (MW): it is not clear in which unit\n"
                "  hint: divide by a unit, as in `round(x / 1 MW) * 1 MW`\n");
  expect_errors("pw : kg = 7\n"
                "ee : kg = pw\n"
                "bb : 1 = floor(pw * ee / 1 s)\n",
                "`floor` of `pw * ee / 1 s` (kg^2/s): it is not clear in which unit\n"
                "  hint: divide by a unit, as in `floor(x / 1 kg^2/s) * 1 kg^2/s`\n");
}

static void dates(void **state) {
  (void)state;
  expect_errors("dd : date = 2024\n", "`dd` must be a date, not `2024` (no unit)\n"
                                      "  hint: write a day, as in 2025-01-01\n");
  expect_errors("dd : date = 2024-06-30\n"
                "cc : date = dd + 5\n",
                "cannot add `5` (no unit) to a date\n"
                "  hint: only a time, as in `18 month`, moves a date\n");
  expect_errors("dd : date = 2024-06-30\n"
                "cc : date = dd + dd\n",
                "what is added must be a number, not `dd` (a date)\n"
                "  also: `m.dd` is a date\n");
  expect_errors("dd : date = 2024-06-30\n"
                "cc : 1 = if dd > 2024 then 1 else 2\n",
                "cannot compare `dd` (a date) with `2024` (no unit)\n"
                "  also: `m.dd` is a date\n"
                "  hint: write a day, as in 2025-01-01\n");
  expect_errors("dd : date = 2024-06-30\n"
                "cc : 1 = dd\n",
                "`cc` must be a number, not `dd` (a date)\n"
                "  also: `m.dd` is a date\n");
  expect_errors("dd : date = 2024-06-30\n"
                "cc : date = 5 day - dd\n",
                "cannot subtract `dd` (a date) from `5 day` (day)\n"
                "  also: `m.dd` is a date\n");
  expect_errors("dd : date = 5 day\n", "`dd` must be a date, not `5 day` (day)\n");
}

static void labels(void **state) {
  (void)state;
  expect_errors("qq : choice(bf16, fp8) = fp16\n", "`m.qq` has no label `fp16`\n"
                                                   "  hint: it has bf16, fp8\n");
  expect_errors("pp : choice(bf16, fp8) = bf16\n"
                "bb : 1 = if pp == 'fp9' then 2 else 1\n",
                "`m.pp` has no label `fp9`\n"
                "  hint: did you mean `fp8`?\n");
  expect_errors("pp : choice(bf16, fp8) = bf16\n"
                "cc : 1 = if pp > 'fp8' then 2 else 1\n",
                "labels have no order\n"
                "  hint: compare them with == or !=\n");
  expect_errors("pp : choice(bf16, fp8) = bf16\n"
                "cc : 1 = if pp == 3 then 2 else 1\n",
                "cannot compare `pp` (a row of m.pp) with `3` (no unit)\n"
                "  also: `m.pp` is a label\n");
  expect_errors("cc : 1 = if 3 == 'x' then 2 else 1\n", "cannot compare `3` (no unit) with the label 'x'\n");
  expect_errors("cc : 1 = if 'x' == 'y' then 2 else 1\n",
                "it is not clear what 'x' is a label of\n"
                "  hint: compare it with a quantity that names a row, as in `gpu == 'x'`\n");
  expect_errors("pp : choice(bf16, fp8) = bf16\n"
                "hh : 1 = pp\n",
                "`hh` must be a number, not `pp` (a row of m.pp)\n"
                "  also: `m.pp` is a label\n");
  expect_errors("pp : choice(bf16, fp8) = bf16\n"
                "qq : choice(bf16, fp8) = pp\n",
                "`qq` is a row of `m.qq`, not `pp` (a row of m.pp)\n");
  expect_errors("pp : choice(aa, aa) = aa\n", "a second label `aa`\n"
                                              "  also: the first is here\n");
  expect_errors("pp : choice(aa, bb) = aa in 0 .. 1\n", "`m.pp` has no label `aa in 0 .. 1`\n"
                                                        "  hint: it has aa, bb\n");
  expect_errors("pp : nothing = aa\n", "`nothing` is no index or table\n"
                                       "  hint: declare it: `index nothing = first, second` or `table nothing`\n");
}

static void conditions(void **state) {
  (void)state;
  expect_errors("aa : 1 = if 3 then 1 else 2\n", "what follows `if` must be a condition, not `3` (no unit)\n"
                                                 "  hint: compare it with something, as in `x > 0`\n");
  expect_errors("aa : 1 = if not 3 > 2 then 1 else not 3\n", "what `not` turns must be a condition, not `3` (no unit)\n"
                                                             "  hint: compare it with something, as in `x > 0`\n");
  expect_errors("aa : 1 = (2 > 1) + 1\n", "cannot add `2 > 1` (a condition) and `1` (no unit)\n");
  expect_errors("aa : 1 = if 3 and true then 1 else 2\n", "what `and` joins must be a condition, not `3` (no unit)\n"
                                                          "  hint: compare it with something, as in `x > 0`\n");
  expect_errors("aa : USD = 2 > 1\n", "`aa` must be a number, not `2 > 1` (a condition)\n"
                                      "  hint: write `if ... then 1 else 0`\n");
}

static void functions(void **state) {
  (void)state;
  expect_errors("ff(x) = x + power\n"
                "power : MW = 5 MW\n"
                "bb : MW = ff(3 USD)\n",
                "cannot add `x` (USD) and `power` (MW)\n"
                "  also: `m.power` is in MW\n");
  expect_errors("ff(x) = exp(x)\n"
                "bb : MW = ff(3 USD)\n",
                "the argument of `exp` must have no unit, not `x` (USD)\n"
                "  also: in this call of `ff`\n"
                "  hint: divide it by something of the same unit\n");
  expect_errors("ff(x) = x\n"
                "bb : MW = ff(1, 2)\n",
                "`ff` takes 1 argument, not 2\n"
                "  also: declared here\n");
  expect_errors("gf(x) = hf(x)\n"
                "hf(x) = gf(x)\n",
                "function `gf` calls itself: gf -> hf -> gf\n"
                "  also: declared here\n"
                "  hint: a recurrence over time is written with [t-1]\n");
  expect_errors("ff(x) = x + ff(x)\n"
                "aa : 1 = ff(2)\n",
                "function `ff` calls itself: ff -> ff\n"
                "  also: declared here\n"
                "  hint: a recurrence over time is written with [t-1]\n");
  expect_errors("ff(x) = x + powr\n"
                "power : MW = 5 MW\n",
                "unknown name `powr`\n"
                "  hint: did you mean `power`?\n");
  expect_errors("aa : MW = fun(3)\n", "unknown function `fun`\n");
  expect_errors("aa : 1 = exq(3)\n", "unknown function `exq`\n"
                                     "  hint: did you mean `exp`?\n");
  expect_errors("aa : 1 = exp(3, 4)\n", "`exp` has 2 arguments\n"
                                        "  hint: write exp(x)\n");
  expect_errors("exp(x) = x\n", "there is a built-in function `exp`\n"
                                "  hint: choose another name\n");
  expect_errors("ff(x) = x\n"
                "ff(y) = y\n",
                "function `ff` is defined twice\n"
                "  also: the first is here\n");
  expect_errors("aa : 1 = allocate(2)\n", "`allocate` needs an index\n"
                                          "  hint: write allocate(want, each, limit over i)\n");
  expect_errors("aa : 1 = sum(2)\n", "`sum` needs an index\n"
                                     "  hint: write `sum(x over i)`\n");
}

static void names(void **state) {
  (void)state;
  expect_errors("aa : MW = a2\n", "unknown name `a2`\n");
  expect_errors("capacity : MW = 5\n"
                "aa : MW = capacty\n",
                "unknown name `capacty`\n"
                "  hint: did you mean `capacity`?\n");
  expect_errors("aa : MW = 3\n"
                "aa : MW = 4\n",
                "`aa` is defined twice\n"
                "  also: the first is here\n");
  expect_errors("step : day = 3 day\n", "`step` is built in\n");
  expect_errors("elapsed : day = 3 day\n", "`elapsed` is built in\n");
  expect_errors("aa : 1 = 3 in 5 .. 4\n", "the permitted range is empty\n"
                                          "  hint: the smaller value comes first\n");
  expect_errors("aa : 1 = 3\n"
                "bb : 1 = 2 in aa .. 4\n",
                "a permitted range is constant, not `aa`\n");
  expect_errors("aa : 1 = 7 in 1 .. 4\n", "`m.aa` = 7 is outside its permitted range 1 .. 4\n");
  expect_errors("aa : USD = 5\n"
                "output bb\n",
                "unknown name `bb`\n");
  expect_errors("aa : USD = 5\n"
                "bb : USD = 3 to 4\n"
                "correlate aa, aa = 0.5\n",
                "`m.aa` is correlated with itself\n");
  expect_errors("aa : USD = 5\n"
                "bb : USD = 3 to 4\n"
                "correlate aa, bb = 5\n",
                "a correlation lies between -1 and 1\n");
  expect_errors("aa : USD = 5\n"
                "bb : USD = 3 to 4\n"
                "correlate aa, bb = 0.5\n"
                "correlate bb, aa = 0.5\n",
                "`m.bb` and `m.aa` are correlated twice\n"
                "  also: the first is here\n");
  expect_errors("index ii = aa, aa\n", "a second label `aa`\n"
                                       "  also: the first is here\n");
  expect_errors("index ii = aa, bb\n"
                "ii : USD = 5\n",
                "`ii` is defined twice\n"
                "  also: the first is here\n");
}

static void cycles(void **state) {
  (void)state;
  expect_errors("aa : MW = bb\n"
                "bb : MW = cc\n"
                "cc : MW = aa\n",
                "these need each other in the same period: m.aa -> m.bb -> m.cc -> m.aa\n"
                "  also: `m.bb` is used by `m.aa`\n"
                "  hint: let one of them read the period before, as in `m.cc[t-1]`\n");
  expect_errors("bb : MW = bb\n", "these need each other in the same period: m.bb -> m.bb\n"
                                  "  hint: let one of them read the period before, as in `m.bb[t-1]`\n");
  expect_errors("aa : MW = 3 MW, then bb[t-1]\n"
                "bb : MW = aa[t+1]\n",
                "`m.bb` reads periods to come inside a cycle: m.bb -> m.aa -> m.bb\n"
                "  hint: a cycle can only read the past, as in [t-1]\n");
  expect_errors("aa : MW = 3 MW, then bb[t-1]\n"
                "bb : MW = aa[last]\n",
                "`m.bb` reads periods to come inside a cycle: m.bb -> m.aa -> m.bb\n"
                "  hint: a cycle can only read the past, as in [t-1]\n");
  expect_errors("aa : MW = bb\n"
                "bb : MW = aa[t - lead]\n"
                "lead : month = 3\n",
                "these need each other in the same period: m.aa -> m.bb -> m.aa\n"
                "  also: `m.bb` is used by `m.aa`\n"
                "  hint: let one of them read the period before, as in `m.bb[t-1]`\n");
  expect_errors("aa : GPU/year = retired(bb, 3 year)\n"
                "bb : GPU/year = aa\n",
                "these need each other in the same period: m.aa -> m.bb -> m.aa\n"
                "  also: `m.bb` is used by `m.aa`\n"
                "  hint: let one of them read the period before, as in `m.bb[t-1]`\n");
}

static void time_functions(void **state) {
  (void)state;
  expect_errors("xx : GPU/year = 5\n"
                "aa : GPU/year = delay(xx, 6 month, 3)\n",
                "cannot put together `xx` (GPU/year) and `3` (no unit)\n"
                "  also: `m.xx` is in GPU/year\n"
                "  hint: give the number a unit, as in `3 GPU/year`\n");
  expect_errors("xx : GPU = 5\n"
                "aa : GPU = survive(xx, 3 year)\n",
                "this must be per time, as in GPU/year, not `xx` (GPU)\n");
  expect_errors("xx : GPU/year = 5\n"
                "aa : GPU = survive(xx, 5)\n",
                "the life must be a time, not `5` (no unit)\n"
                "  hint: give the number a unit, as in `3 year` or `18 month`\n");
  expect_errors("xx : GPU/year = 5\n"
                "aa : GPU = survive(xx)\n",
                "`survive` has 1 argument\n"
                "  hint: write survive(x, life) or survive(x, life, shape)\n");
  expect_errors("aa : 1 = after(2024)\n", "the argument of `after` must be a date, not `2024` (no unit)\n"
                                          "  hint: write a day, as in 2025-01-01\n");
  expect_errors("aa : 1 = ramp(2024-01-01, 5 day)\n", "the argument of `ramp` must be a date, not `5 day` (day)\n");
  expect_errors("aa : 1 = compound(0.05)\n",
                "the argument of `compound` must be per time, as in %/year, not `0.05` (no unit)\n"
                "  hint: write it with a % sign, as in 8%\n");
  expect_errors("xx : MW = 5\n"
                "aa : MW = xx[t-1.5]\n",
                "a shift is a whole number of periods or a time\n"
                "  hint: write [t-1] or [t - 18 month]\n");
  expect_errors("xx : MW = 5\n"
                "aa : MW = (xx * 2)[t-1]\n",
                "only a quantity has periods, not `xx * 2`\n"
                "  hint: give it a name\n");
  expect_errors("xx : MW = 5\n"
                "aa : MW = xx[t-1 else 3 USD]\n",
                "cannot fall back from `xx` (MW) to `3 USD` (USD)\n");
  expect_errors("xx : MW = 5\n"
                "nn : 1 = 2\n"
                "aa : MW = xx[t - nn]\n",
                "a shift must be a time, not `nn` (no unit)\n"
                "  also: `m.nn` has no unit\n"
                "  hint: they differ by a time\n");
  expect_errors("xx : choice(aa, bb) = aa\n"
                "yy : choice(aa, bb) = xx[t - 3 month]\n",
                "only numbers can be shared between neighbouring periods\n"
                "  hint: shift by whole periods, as in [t-1]\n");
  expect_errors("xx : GPU = 5\n"
                "aa : USD/year = schedule(xx, 50%, 50%)\n",
                "this must be per time, as in GPU/year, not `xx` (GPU)\n");
  expect_errors("xx : USD/year = 5\n"
                "aa : USD/year = schedule(xx, 50 day)\n",
                "a share of `schedule` must have no unit, not `50 day` (day)\n"
                "  hint: divide it by something of the same unit\n");
}

static void money(void **state) {
  (void)state;
  expect_errors(
      "xx : USD/year = 5\n"
      "nn : USD = npv(xx, 8%)\n",
      "`npv` does not say when in a period the money flows\n"
      "  hint: write npv(x, rate, start), npv(x, rate, mid) or npv(x, rate, end); end is what spreadsheets do\n");
  expect_errors("xx : USD/year = 5\n"
                "nn : year = payback(xx)\n",
                "`payback` does not say when in a period the money flows\n"
                "  hint: write payback(x, start), payback(x, mid) or payback(x, end); end is what spreadsheets do\n");
  expect_errors("xx : USD/year = 5\n"
                "nn : year = discounted_payback(xx, 8%)\n",
                "`discounted_payback` does not say when in a period the money flows\n"
                "  hint: write discounted_payback(x, rate, start), discounted_payback(x, rate, mid) or "
                "discounted_payback(x, rate, end); end is what spreadsheets do\n");
  expect_errors("xx : USD/year = 5\n"
                "nn : %/year = irr(xx)\n",
                "`irr` does not say when in a period the money flows\n"
                "  hint: write irr(x, start), irr(x, mid) or irr(x, end); end is what spreadsheets do\n");
  expect_errors("xx : USD/year = 5\n"
                "nn : USD = npv(xx, 0.08, mid)\n",
                "the rate must be per time, as in %/year, not `0.08` (no unit)\n"
                "  hint: write it with a % sign, as in 8%\n");
  expect_errors("xx : USD = 5\n"
                "nn : USD = npv(xx, 8%, mid)\n",
                "this must be per time, as in USD/year, not `xx` (USD)\n");
  expect_errors("xx : USD = 5\n"
                "nn : USD/year = annuity(xx, 8%, 4)\n",
                "the life must be a time, not `4` (no unit)\n"
                "  hint: give the number a unit, as in `3 year` or `18 month`\n");
  expect_errors("xx : USD = 5\n"
                "nn : USD/year = annuity(xx, 8%)\n",
                "`annuity` has 2 arguments\n"
                "  hint: write annuity(x, rate, life)\n");
  expect_errors("xx : USD = 5\n"
                "rate : %/year = 5%, then rate[t-1] * compound(1%)\n"
                "flow : USD/year = xx / 1 year\n"
                "nn : USD = npv(flow, rate, mid)\n",
                "the rate of `npv` must be one for all periods\n"
                "  hint: pick a period, as in rate[first]\n");
  expect_errors("xx : USD = 5\n"
                "nn : USD2024 = real(xx, 2024)\n",
                "`real` needs one quantity named `inflation`\n"
                "  hint: declare it: `inflation : %/year = 2.5%`\n");
  expect_errors("inflation : %/year = 2%\n"
                "xx : USD = 5\n"
                "nn : USD = nominal(xx)\n",
                "`xx` (USD) is in nominal prices already\n"
                "  hint: real(x, 2024) puts it in prices of 2024\n");
  expect_errors("inflation : %/year = 2%\n"
                "xx : USD2024 = 5\n"
                "nn : USD2024 = real(xx, 2024)\n",
                "`xx` (USD2024) is in real prices already\n"
                "  hint: nominal(x) makes it nominal\n");
  expect_errors(
      "inflation : %/year = 2%\n"
      "xx : USD2024 = 5\n"
      "yy : USD = 4\n"
      "nn : USD = yy + xx\n",
      "cannot add `yy` (USD) and `xx` (USD2024)\n"
      "  also: `m.xx` is in USD2024\n"
      "  hint: they differ by a price level (real money against nominal: real(x, year) and nominal(x) convert)\n");
  expect_errors("inflation : %/year = 2%\n"
                "nn : MW = real(5 MW, 2024)\n",
                "`real` takes money, not `5 MW` (MW)\n");
  expect_errors("inflation : %/year = 2%\n"
                "xx : USD = 5\n"
                "nn : USD2024 = real(xx, 5)\n",
                "the year of prices is a year, not `5`\n"
                "  hint: write real(x, 2024)\n");
  expect_errors("inflation : 1 = 2%\n"
                "xx : USD = 5\n"
                "nn : USD2024 = real(xx, 2024)\n",
                "`real` needs `m.inflation` in %/year, without indices\n"
                "  also: declared here\n");
}

static void distributions(void **state) {
  (void)state;
  expect_errors("bb : USD = 0 to 10\n", "`A to B` is lognormal, so A must be above 0\n"
                                        "  hint: write normal(0 to 10)\n");
  expect_errors("bb : USD = 10 to 5\n", "the interval from `10` to `5` is empty\n"
                                        "  hint: the smaller value comes first\n");
  expect_errors("aa : USD = 5\n"
                "bb : USD = aa to 10\n",
                "the parameters of a distribution are constant, not `aa`\n"
                "  hint: give the distribution a name of its own and compute with it\n");
  expect_errors("bb : % = 0.2 to 0.4\n", "`0.2` for `bb`: is this 20% or 0.2%?\n"
                                         "  hint: write 20% or 0.2%\n");
  expect_errors("bb : USD = normal(5 to 10 MW)\n", "`bb` is in USD, but its right side is in MW\n");
  expect_errors("bb : USD = gamma(3, 4)\n", "`gamma` is not written like this\n"
                                            "  hint: write gamma(A to B) or gamma(m +- s)\n");
  expect_errors("bb : USD = triangular(3, 2, 1)\n", "the values of `triangular` must rise: min, mode, max\n");
  expect_errors("bb : USD = triangular(3, 2)\n", "`triangular` is not written like this\n"
                                                 "  hint: write triangular(min, mode, max)\n");
  expect_errors("bb : USD = discrete(70%: 1, 20%: 2)\n", "the weights add up to 90%, not 100%\n");
  expect_errors("bb : USD = discrete(170%: 1, 20%: 2)\n", "a weight lies between 0% and 100%\n");
  expect_errors("bb : USD = metalog(0%: 1, 50%: 2, 95%: 4)\n", "a percentile lies between 0% and 100%\n");
  expect_errors("bb : USD = metalog(1, 2)\n", "`metalog` is not written like this\n"
                                              "  hint: write metalog(p: value, p: value)\n");
  expect_errors("bb : date = 2024-01-01 to 2025-01-01\n", "`A to B` is lognormal, which dates cannot be\n"
                                                          "  hint: write normal(2024-01-01 to 2025-01-01)\n");
  expect_errors("bb : USD = 5 +- 0\n", "the spread after +- must be above 0\n");
  expect_errors("bb : 1 = event(130%)\n", "a probability lies between 0% and 100%\n");
  expect_errors("bb : USD = student(5 +- 1)\n", "`student` is not written like this\n"
                                                "  hint: write student(m +- s, df)\n");
  expect_errors("bb : % = walk(-5% per sqrt(year))\n", "the spread of a walk must be above 0\n");
  expect_errors("bb : USD = sample(aa)\n", "`aa` is no column of a table\n");
  expect_errors("bb : USD = 5 to 10 each nothing\n",
                "`nothing` is no index or table\n"
                "  hint: declare it: `index nothing = first, second` or `table nothing`\n");
  expect_errors("bb : choice(aa, bb) = 1 to 2\n", "`bb` is a label, and labels cannot be uncertain\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(units_are_checked),
      cmocka_unit_test(percent_needs_a_sign),
      cmocka_unit_test(powers_and_logarithms),
      cmocka_unit_test(rounding_needs_a_unit),
      cmocka_unit_test(dates),
      cmocka_unit_test(labels),
      cmocka_unit_test(conditions),
      cmocka_unit_test(functions),
      cmocka_unit_test(names),
      cmocka_unit_test(cycles),
      cmocka_unit_test(time_functions),
      cmocka_unit_test(money),
      cmocka_unit_test(distributions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
