// SPDX-License-Identifier: GPL-3.0-or-later
// Values out of tables, and labels that were written without quotes.
#include "lang_support.h"

#include "model/model.h"

static const char *table =
    "chip,released [date],price [USD/GPU]\nold,2020-11-01,15000\nmid,2022-09-01,\nnew,2025-02-01,37000\n";

static tf_located text_of(const char *text) {
  return (tf_located){tf_str_of(text), {0, 0, 0}};
}

// Loads the model `m` with the table `chips`; NULL and the messages in s if it is refused.
static tf_model *load(session *s, const char *cells) {
  const tf_memory_source sources[] = {
      {TF_STR("m"), s->source, false},
      {TF_STR("chips"), tf_source_add(s->cx->arena, &s->cx->sources, TF_STR("chips.csv"), tf_str_of(cells)), true}};
  const tf_located name = text_of("m");
  tf_model *model = NULL;
  return tf_model_load_sources(s->cx, s->units, sources, 2, &name, 1, &model) == TF_OK ? model : NULL;
}

static void sample_draws_from_the_cells_of_a_column(void **state) {
  (void)state;
  session s = session_of("m.model", TF_STR("language 1\ntable chips\nprice : USD/GPU = sample(chips.price)\n"));
  const tf_model *model = load(&s, table);
  assert_string_equal(told(&s), "");
  assert_non_null(model);
  assert_int_equal(model->draws.count, 1);
  const tf_dist_spec *spec = &model->draws.at[0].spec;
  assert_int_equal(spec->count, 2); // the empty cell is left out
  assert_true(spec->args[0] == 15000.0 && spec->args[1] == 37000.0);
  session_end(&s);
}

static void sample_refuses_uncertain_cells(void **state) {
  (void)state;
  session s = session_of("m.model", TF_STR("language 1\ntable chips\nprice : USD/GPU = sample(chips.price)\n"));
  assert_null(load(&s, "chip,price [USD/GPU]\nold,15000\nnew,30000 to 40000\n"));
  assert_string_equal(told(&s),
                      "3:26+11: a value of `chips.price` is uncertain itself | `sample` draws among constants");
  session_end(&s);
}

static void a_bare_label_is_told_to_be_quoted(void **state) {
  (void)state;
  session s = session_of("m.model",
                         TF_STR("language 1\ntable chips\nchip : chips = old\nx : 1 = if chip == mid then 2 else 1\n"));
  assert_null(load(&s, table));
  assert_string_equal(told(&s), "4:20+3: a label inside an expression is quoted | write 'mid'");
  session_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sample_draws_from_the_cells_of_a_column),
                                     cmocka_unit_test(sample_refuses_uncertain_cells),
                                     cmocka_unit_test(a_bare_label_is_told_to_be_quoted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
