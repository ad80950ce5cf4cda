// SPDX-License-Identifier: GPL-3.0-or-later
// Models as text, one line a thing, for --stop-after=model.
#include "model/print.h"

#include "model/checker.h"

#include <math.h>

static void print_quantity(const tf_model *model, uint32_t id, tf_text *out) {
  static const char *const fills[] = {"", " linear", " log", " hold"};
  const tf_quantity *q = &model->quantities.at[id];
  tf_text_add(out, q->name);
  for (size_t i = 0; i < q->index_count; i++) {
    tf_text_addf(out, "%s%.*s", i == 0 ? "[" : ", ", TF_STR_ARGS(model->indices.at[q->indices[i]].name));
  }
  tf_text_adds(out, q->index_count > 0 ? "]" : "");
  tf_text_adds(out, " : ");
  switch (q->kind) {
  case TF_KIND_LABEL:
    tf_text_add(out, model->indices.at[q->label_index].name);
    break;
  case TF_KIND_DATE:
    tf_text_adds(out, "date");
    break;
  default:
    tf_text_add(out, q->unit.text);
    break;
  }
  tf_text_adds(out, fills[q->fill]);
  if (q->value != NULL) {
    tf_text_adds(out, " = ");
    tf_term_write(model, model->draws.at, q->value, out);
  } else if (q->column_values != NULL) {
    size_t given = 0;
    for (size_t i = 0; i < q->elements; i++) {
      given += q->column_values[i] != NULL ? 1 : 0;
    }
    tf_text_addf(out, " = column, %zu of %zu rows", given, q->elements);
  }
  if (isfinite(q->low) || isfinite(q->high)) {
    tf_text_adds(out, " in ");
    tf_value_write(model, q, q->low, out);
    tf_text_adds(out, " .. ");
    tf_value_write(model, q, q->high, out);
  }
  tf_text_addf(out, "  # %s%s%s, dimension %d\n",
               q->column  ? "column"
               : q->input ? "input"
                          : "computed",
               q->series ? ", series" : "", q->index_count > 0 && !q->shown ? ", index not stated" : "", (int)q->sobol);
}

void tf_model_print(const tf_model *model, tf_text *out) {
  for (size_t m = 0; m < model->module_count; m++) {
    tf_text_addf(out, "module %.*s (%.*s)%s\n", TF_STR_ARGS(model->modules[m].name),
                 TF_STR_ARGS(model->modules[m].path), m < model->root_count ? ", root" : "");
  }
  for (size_t i = 0; i < model->indices.count; i++) {
    const tf_index *index = &model->indices.at[i];
    tf_text_addf(out, "index %.*s =", TF_STR_ARGS(index->name));
    for (size_t j = 0; j < index->count; j++) {
      tf_text_addf(out, "%s %.*s", j == 0 ? "" : ",", TF_STR_ARGS(index->labels[j]));
    }
    tf_text_addc(out, '\n');
  }
  for (uint32_t q = 0; q < model->quantities.count; q++) {
    print_quantity(model, q, out);
  }
  for (size_t i = 0; i < model->checks.count; i++) {
    const tf_check *check = &model->checks.at[i];
    tf_text_addf(out, "check %.*s: ", TF_STR_ARGS(check->module));
    tf_term_write(model, model->draws.at, check->condition, out);
    tf_text_addf(out, " with %g%%\n", check->level * 100.0);
  }
  for (size_t i = 0; i < model->correlations.count; i++) {
    const tf_correlation *c = &model->correlations.at[i];
    tf_text_addf(out, "correlate %.*s, %.*s = %g\n", TF_STR_ARGS(model->quantities.at[c->a].name),
                 TF_STR_ARGS(model->quantities.at[c->b].name), c->rho);
  }
  tf_text_adds(out, "output");
  for (size_t i = 0; i < model->outputs.count; i++) {
    tf_text_addf(out, "%s %.*s", i == 0 ? "" : ",", TF_STR_ARGS(model->quantities.at[model->outputs.at[i]].name));
  }
  tf_text_addc(out, '\n');
}
