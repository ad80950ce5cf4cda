// SPDX-License-Identifier: GPL-3.0-or-later
// Indices: what a quantity varies over, subsets of tables, reductions, elements, rows that labels name.
#include "model_support.h"

static const char *const hardware =
    "name,peak [TFLOP/s],price [USD/GPU],released [date],note\nH100,989,30000,2023-03-01,x\n"
    "H200,989,35000,2024-06-01,\nGB200,2500,,2025-01-01,\n";
static const char *const start =
    "table hardware\nindex gen = hardware['H100', 'GB200']\nindex old = hardware['H100', 'H200']\n"
    "index limit = chips, power\nmade[gen] : GPU = 5\nkept[old] : GPU = 6\n";

static world *loaded(const char *more) {
  world *w = world_new();
  add_table(w, "hardware", hardware);
  load_ok(w, tf_format(w->cx->arena, "%s%soutput made\n", start, more));
  return w;
}

static void wrong(const char *more, const char *messages) {
  world *w = world_new();
  add_table(w, "hardware", hardware);
  assert_int_equal(load(w, tf_format(w->cx->arena, "%s%s", start, more)), TF_INVALID);
  assert_string_equal(all_messages(w), messages);
  world_free(w);
}

static void indices_are_inferred(void **state) {
  (void)state;
  world *w = loaded(
      "aa : GPU = made * 2\nbb : GPU = made + kept\ncc : GPU = sum(made over gen)\ndd : GPU = ee\nee : GPU = aa\n"
      "one : 1 = 2\n");
  assert_string_equal(indices_of(w, "m.aa"), "m.gen");
  assert_string_equal(indices_of(w, "m.bb"), "m.gen m.old"); // two subsets of one table do not merge
  assert_string_equal(indices_of(w, "m.cc"), "");
  assert_string_equal(indices_of(w, "m.dd"), "m.gen");
  assert_string_equal(indices_of(w, "m.one"), "");
  assert_int_equal(quantity(w, "m.bb")->elements, 4);
  assert_false(quantity(w, "m.aa")->shown);
  assert_true(quantity(w, "m.made")->shown);
  world_free(w);
}

static void recurrences_find_their_indices(void **state) {
  (void)state;
  world *w = loaded(
      "aa : GPU = made, then bb[t-1] * 1.1\nbb : GPU = aa + 0 * cc[t-1]\ncc : GPU = 3 GPU, then bb[t-1] + kept\n");
  assert_string_equal(indices_of(w, "m.aa"), "m.gen m.old");
  assert_string_equal(indices_of(w, "m.bb"), "m.gen m.old");
  assert_string_equal(indices_of(w, "m.cc"), "m.gen m.old");
  world_free(w);
}

static void tables_merge_with_their_subsets(void **state) {
  (void)state;
  world *w = loaded("aa : USD = made * hardware.price\nbb : USD = sum(made * hardware.price over gen)\n"
                    "cc[gen] : USD/GPU = hardware.price\ndd : USD/GPU = max(hardware.price over old)\n"
                    "ee : TFLOP/s = sum(hardware.peak over hardware)\nff : USD/GPU = hardware.price * 2\n");
  assert_string_equal(indices_of(w, "m.aa"), "m.gen");
  assert_int_equal(quantity(w, "m.aa")->value->args[1]->op, TF_TERM_RESTRICT);
  assert_string_equal(indices_of(w, "m.bb"), "");
  assert_int_equal(quantity(w, "m.cc")->value->op, TF_TERM_RESTRICT);
  assert_int_equal(quantity(w, "m.dd")->value->args[0]->op, TF_TERM_RESTRICT);
  assert_int_equal(quantity(w, "m.ee")->value->args[0]->op, TF_TERM_QUANTITY);
  assert_string_equal(indices_of(w, "m.ff"), "hardware");
  world_free(w);
}

static void rows_are_picked(void **state) {
  (void)state;
  world *w =
      loaded("gpu : hardware = H200\nchosen : gen = GB200\naa : USD/GPU = gpu.price\nbb : TFLOP/s = chosen.peak\n"
             "cc : USD/GPU = hardware.price['H100']\ndd : GPU = made['GB200']\nee : date = gpu.released\n"
             "f(g) = g.price * 2\nff : USD/GPU = f(gpu)\ngg : GPU = made['GB200'][t-1 else 3 GPU]\nhh : USD/GPU = "
             "gpu.price[t-1]\n");
  assert_string_equal(equation(w, "m.aa"), "m.gpu.price");
  assert_string_equal(equation(w, "m.bb"), "m.chosen.peak");
  assert_string_equal(equation(w, "m.cc"), "hardware.price['H100']");
  assert_string_equal(equation(w, "m.ff"), "m.gpu.price * 2");
  assert_string_equal(equation(w, "m.gg"), "m.made[t-1 else 3 GPU]['GB200']");
  const tf_term *pick = quantity(w, "m.bb")->value; // the label counts rows of `gen`, so the column is cut to them
  assert_int_equal(pick->op, TF_TERM_PICK);
  assert_int_equal(pick->args[0]->op, TF_TERM_RESTRICT);
  assert_int_equal(pick->index, pick->args[1]->label);
  assert_int_equal(quantity(w, "m.hh")->value->op, TF_TERM_PICK);
  world_free(w);
}

static void labels_of_rows(void **state) {
  (void)state;
  world *w = loaded("aa[gen] : GPU = if gen == 'GB200' then made else 0\nbest : gen = argmax(made over gen)\n"
                    "binding : limit = argmin([chips: 3 GPU, power: sum(made over gen)] over limit)\n"
                    "shared[gen] : GPU = allocate(made, 2 USD/GPU, 8 USD over gen)\n"
                    "built : GPU = sum([power: 3 GPU, chips: 4 GPU] over limit)\n");
  assert_string_equal(equation(w, "m.aa"), "if m.gen == 'GB200' then m.made else 0");
  assert_int_equal(quantity(w, "m.best")->value->label, quantity(w, "m.best")->label_index);
  assert_string_equal(equation(w, "m.binding"),
                      "argmin(['chips': 3 GPU, 'power': sum(m.made over m.gen)] over m.limit)");
  assert_string_equal(indices_of(w, "m.shared"), "m.gen");
  assert_string_equal(equation(w, "m.built"), "sum(['chips': 4 GPU, 'power': 3 GPU] over m.limit)"); // in order of rows
  world_free(w);
}

static void lookups_find_their_key(void **state) {
  (void)state;
  world *w = world_new();
  add_table(w, "prices", "day,value [USD]\n2024,10\n2025-Q3,20\n");
  add_table(w, "sizes", "size [GPU],cost [USD]\n8,10\n1024,20\n");
  add_table(w, "hardware", hardware);
  load_ok(w, "table prices, sizes, hardware\naa : USD = lookup(prices.value, 2025-01-01)\nbb : USD = "
             "lookup(sizes.cost, 100 GPU)\n"
             "cc : USD/GPU = lookup(hardware.price, 900 TFLOP/s)\n");
  assert_string_equal(tf_cstr(w->cx->arena, w->model->quantities.at[quantity(w, "m.aa")->value->quantity].name),
                      "prices.day");
  assert_int_equal(quantity(w, "prices.day")->kind, TF_KIND_DATE);
  assert_string_equal(tf_cstr(w->cx->arena, w->model->quantities.at[quantity(w, "m.bb")->value->quantity].name),
                      "sizes.size");
  assert_string_equal(tf_cstr(w->cx->arena, w->model->quantities.at[quantity(w, "m.cc")->value->quantity].name),
                      "hardware.peak");
  assert_string_equal(indices_of(w, "m.aa"), "");
  world_free(w);
}

static void slips_are_named(void **state) {
  (void)state;
  wrong("aa : USD = made * kept * hardware.price / 1 GPU\n",
        "the rows of `hardware` could be those of `m.gen` or of `m.old`\n  hint: give the part that is meant a name, "
        "with "
        "its index: `x[m.old] : unit = ...`\n");
  wrong("aa : GPU = sum(made over hardware)\n", "`made` does not vary over `hardware`\n  hint: it varies over m.gen\n");
  wrong("aa : GPU = sum(5 GPU over gen)\n",
        "`5 GPU` does not vary over `m.gen`\n  hint: it has one value for all rows\n");
  wrong("aa : GPU = sum(made over genn)\n", "`genn` is no index or table\n  hint: did you mean `gen`?\n");
  wrong("aa[old] : GPU = made\n", "`m.aa` does not state the index `m.gen` of its right side\n  also: it states m.old\n"
                                  "  hint: add the index, or reduce it, as in `sum(x over i)`\n");
  wrong("aa : GPU = made\noutput aa\n",
        "the output `m.aa` varies over m.gen, which it does not state\n  also: declared here\n  hint: write `aa[gen]` "
        "where it is declared\n");
  wrong("aa : GPU = made['H200']\n", "`m.gen` has no row `H200`\n  hint: did you mean `H100`?\n");
  wrong("aa : GPU = (made + kept)['H100']\n",
        "'H100' is a label of `m.gen` and of `m.old`\n  hint: give a label for each index, in the order in which the "
        "quantity states them, or reduce one of them\n");
  wrong("aa : GPU = 5 GPU\nbb : GPU = aa['H100']\n", "`aa` has no index, so it has no ['H100']\n");
  wrong("gpu : hardware = H100\naa : USD/GPU = gpu.prise\n",
        "table `hardware` has no column `prise`\n  hint: did you mean `price`?\n");
  wrong("aa : USD/GPU = hardware.note['H100']\n",
        "`hardware.note` is text and has no value\n  also: a column without a "
        "unit\n  hint: give the header a unit, as in `note [USD]`\n");
  wrong("aa : 1 = made.price\n", "`made` names no row of a table, so it has no `price`\n");
  wrong("aa : GPU = sum([chips: 3 GPU, powr: 4 GPU] over limit)\n",
        "`m.limit` has no label `powr`\n  hint: did you mean `power`?\n");
  wrong("aa : GPU = sum([chips: 3 GPU] over limit)\n", "`power` of `m.limit` is missing\n");
  wrong("aa : GPU = sum([chips: 3 GPU, power: 4 USD] over limit)\n",
        "cannot put together `3 GPU` (GPU) and `4 USD` (USD)\n  hint: they differ by a count of GPU and an amount of "
        "USD\n");
  wrong("aa[gen] : GPU = allocate(made, 2 USD/GPU, 8 MW over gen)\n",
        "the limit (want x each) must be in USD, not `8 MW` (MW)\n");
  wrong("aa[gen] : GPU = allocate(made, 2 USD/GPU, made * 2 USD/GPU over gen)\n",
        "the limit is shared by the rows of `m.gen`, so it cannot vary over them\n");
  wrong("index bad = hardware['H100', 'H300']\n", "`hardware` has no row `H300`\n  hint: did you mean `H100`?\n");
  wrong("index bad = harware['H100']\n", "there is no table `harware`\n  hint: declare it: `table harware`\n");
  wrong("aa[gen, gen] : GPU = made\n", "a second index `gen`\n");
  wrong("uu : USD/GPU = 5 to 10 each hardware\nvv[gen] : USD = sample(hardware.price)\n",
        "`m.vv` is in USD, but `hardware.price` is in USD/GPU\n  hint: they differ by a count of GPU\n");
}

static void cells_are_checked(void **state) {
  (void)state;
  world *w = world_new();
  add_table(w, "hardware", "name,peak [TFLOP/s],share [%]\nH100,989 MW,40\nH200,many,30%\n");
  assert_int_equal(load(w, "table hardware\n"), TF_INVALID);
  assert_string_equal(all_messages(w), "`hardware.peak` is in TFLOP/s, but this value is in MW\n  also: declared here\n"
                                       "a cell holds numbers and `base`, not `many`\n  hint: an equation belongs in a "
                                       "model; a label or a text stands alone in its cell\n");
  world_free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(indices_are_inferred),
      cmocka_unit_test(recurrences_find_their_indices),
      cmocka_unit_test(tables_merge_with_their_subsets),
      cmocka_unit_test(rows_are_picked),
      cmocka_unit_test(labels_of_rows),
      cmocka_unit_test(lookups_find_their_key),
      cmocka_unit_test(slips_are_named),
      cmocka_unit_test(cells_are_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
