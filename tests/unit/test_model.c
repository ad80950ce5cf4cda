// SPDX-License-Identifier: GPL-3.0-or-later
// Modules: names over files and copies, outputs, the order of Sobol dimensions, finding quantities.
#include "model_support.h"

static world *two_modules(const char *text) {
  world *w = world_new();
  add_module(w, "cluster",
             "use m\npower : MW = 5 MW to 6 MW\nchips : GPU = 100\ndouble(x) = 2 * x\nindex site = east, west\n");
  load_ok(w, text);
  return w;
}

static void modules_see_one_another(void **state) {
  (void)state;
  world *w = two_modules("use cluster\naa : MW = cluster.power\nbb : MW = cluster.double(aa)\ncc[cluster.site] : MW = "
                         "aa\nchips : GPU = 7\n"
                         "own : GPU = m.chips + cluster.chips\n");
  assert_int_equal(w->model->module_count, 2);
  assert_int_equal(w->model->root_count, 1);
  assert_string_equal(equation(w, "m.bb"), "2 * m.aa");
  assert_string_equal(indices_of(w, "m.cc"), "cluster.site");
  assert_string_equal(equation(w, "m.own"), "m.chips + cluster.chips");
  world_free(w);
}

static void copies_have_their_own_quantities(void **state) {
  (void)state;
  world *w = two_modules("use cluster\nuse cluster as site_b\naa : MW = cluster.power + site_b.power\n");
  assert_int_equal(w->model->module_count, 3);
  assert_true(find(w, "cluster.power") != find(w, "site_b.power"));
  assert_string_equal(equation(w, "m.aa"), "cluster.power + site_b.power");
  assert_int_equal(w->model->draws.count, 2);
  world_free(w);
}

static void outputs_are_stated_or_what_nothing_uses(void **state) {
  (void)state;
  world *w = two_modules("use cluster\naa : MW = cluster.power\nbb : MW = aa\noutput cluster.power, aa, aa\n");
  assert_int_equal(w->model->outputs.count, 2);
  assert_int_equal(w->model->outputs.at[0], find(w, "cluster.power"));
  world_free(w);
  w = two_modules("use cluster\naa : MW = cluster.power\nbb : MW = aa\ncc : MW = 3 MW, then cc[t-1]\n");
  assert_int_equal(w->model->outputs.count, 2);
  assert_int_equal(w->model->outputs.at[0], find(w, "m.bb"));
  assert_int_equal(w->model->outputs.at[1], find(w, "m.cc"));
  world_free(w);
}

static void dimensions_follow_the_models(void **state) {
  (void)state;
  world *w = two_modules("use cluster\naa : USD = 5\nbb : USD = 3 to 4\ncc : USD = aa + bb\n");
  assert_int_equal(quantity(w, "m.bb")->sobol, 0);
  assert_int_equal(quantity(w, "cluster.power")->sobol, 1);
  assert_int_equal(quantity(w, "m.aa")->sobol, 2);
  assert_int_equal(quantity(w, "cluster.chips")->sobol, 3);
  assert_int_equal(quantity(w, "m.cc")->sobol, 4);
  assert_true(quantity(w, "m.aa")->input && quantity(w, "m.bb")->input && !quantity(w, "m.cc")->input);
  world_free(w);
}

static void beyond_the_table_of_dimensions(void **state) {
  (void)state;
  world *w = world_new();
  tf_text text = tf_text_new(w->cx->arena);
  for (int i = 0; i < 1200; i++) {
    tf_text_addf(&text, "x%d : USD = 5\n", i);
  }
  load_ok(w, text.ptr);
  assert_int_equal(quantity(w, "m.x1110")->sobol, 1110);
  assert_int_equal(quantity(w, "m.x1111")->sobol, -1);
  world_free(w);
}

static void quantities_are_found(void **state) {
  (void)state;
  world *w = two_modules("use cluster\nchips : GPU = 7\ncost : USD = 5\n");
  uint32_t id = 0;
  assert_int_equal(tf_model_find(w->cx, w->model, located(w, "cost"), &id), TF_OK);
  assert_int_equal(id, find(w, "m.cost"));
  assert_int_equal(tf_model_find(w->cx, w->model, located(w, "cluster.chips"), &id), TF_OK);
  assert_int_equal(id, find(w, "cluster.chips"));
  assert_int_equal(tf_model_find(w->cx, w->model, located(w, "chips"), &id), TF_INVALID);
  assert_int_equal(tf_model_find(w->cx, w->model, located(w, "powr"), &id), TF_INVALID);
  assert_string_equal(all_messages(w), "several modules have `chips`\n  hint: write one of m.chips, cluster.chips\n"
                                       "unknown quantity `powr`\n  hint: did you mean `cluster.power`?\n");
  uint32_t *uses = NULL;
  assert_int_equal(tf_quantity_uses(w->model, w->cx->arena, quantity(w, "m.cost")->value, &uses), 0);
  world_free(w);
}

static void uses_come_in_order_without_repeats(void **state) {
  (void)state;
  world *w = world_new();
  load_ok(w, "aa : USD = 1\nbb : USD = 2\ncc : USD = bb + aa * 2 + bb[t-1] + cc[t-1]\n");
  uint32_t *uses = NULL;
  assert_int_equal(tf_quantity_uses(w->model, w->cx->arena, quantity(w, "m.cc")->value, &uses), 3);
  assert_int_equal(uses[0], find(w, "m.bb"));
  assert_int_equal(uses[1], find(w, "m.aa"));
  assert_int_equal(uses[2], find(w, "m.cc"));
  world_free(w);
}

static void wrong_modules(void **state) {
  (void)state;
  world *w = world_new();
  add_module(w, "cluster", "power : MW = 5\n");
  add_module(w, "other", "power : MW = 5\n");
  assert_int_equal(load(w, "use cluster\naa : MW = cluster.powr\nbb : MW = other.power\ncc : MW = power\n"),
                   TF_INVALID);
  assert_string_equal(all_messages(w), "`cluster` has no quantity `powr`\n  hint: did you mean `cluster.power`?\n"
                                       "`other` is not used here\n  hint: write `use other` at the top of the model\n"
                                       "unknown name `power`\n  hint: did you mean `cluster.power`?\n");
  world_free(w);
  w = world_new();
  add_module(w, "cluster", "power : MW = 5\n");
  add_module(w, "other", "power : MW = 5\n");
  assert_int_equal(load(w, "use cluster as xx\nuse other as xx\n"), TF_INVALID);
  assert_string_equal(all_messages(w), "`xx` is both cluster.model and other.model\n  also: the first is here\n  hint: "
                                       "choose another name after `as`\n");
  world_free(w);
  w = world_new();
  assert_int_equal(load(w, "use no_such_model\n"), TF_FILE);
  assert_string_equal(w->cx->diags.list.at[0].message, "there is no model `no_such_model`");
  assert_int_equal(load(w, "table no_such_table\n"), TF_FILE);
  world_free(w);
}

static void models_print(void **state) {
  (void)state;
  world *w = two_modules("use cluster\naa : MW = cluster.power in 1 .. 9\ncheck aa < 8 MW with 95%\n");
  tf_text out = tf_text_new(w->cx->arena);
  tf_model_print(w->model, &out);
  assert_string_equal(out.ptr,
                      "module m (m.model), root\nmodule cluster (cluster.model)\nindex cluster.site = east, west\n"
                      "m.aa : MW = cluster.power in 1 MW .. 9 MW  # computed, dimension 2\n"
                      "cluster.power : MW = lognormal(5 MW to 6 MW)  # input, dimension 0\n"
                      "cluster.chips : GPU = 100 GPU  # input, dimension 1\n"
                      "check m: m.aa < 8 MW with 95%\noutput m.aa\n");
  world_free(w);
}

// Chains and sums far longer than any stack would bear.
static void long_models_load(void **state) {
  (void)state;
  world *w = world_new();
  tf_text text = tf_text_new(w->cx->arena);
  tf_text_adds(&text, "index ii = aa, bb\nx0[ii] : USD = 5\n");
  for (int i = 1; i < 10000; i++) {
    tf_text_addf(&text, "x%d : USD = x%d * 1.01\n", i, i - 1);
  }
  load_ok(w, text.ptr);
  assert_string_equal(indices_of(w, "m.x9999"), "m.ii");
  world_free(w);
  w = world_new();
  text = tf_text_new(w->cx->arena);
  for (int i = 0; i < 10000; i++) { // backwards, in one cycle through the past
    tf_text_addf(&text, "x%d : USD = x%d%s\n", i, (i + 1) % 10000, i == 5000 ? "[t-1]" : "");
  }
  load_ok(w, text.ptr);
  assert_true(quantity(w, "m.x0")->series);
  world_free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(modules_see_one_another),
      cmocka_unit_test(copies_have_their_own_quantities),
      cmocka_unit_test(outputs_are_stated_or_what_nothing_uses),
      cmocka_unit_test(dimensions_follow_the_models),
      cmocka_unit_test(beyond_the_table_of_dimensions),
      cmocka_unit_test(quantities_are_found),
      cmocka_unit_test(uses_come_in_order_without_repeats),
      cmocka_unit_test(wrong_modules),
      cmocka_unit_test(models_print),
      cmocka_unit_test(long_models_load),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
