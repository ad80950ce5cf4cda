// SPDX-License-Identifier: GPL-3.0-or-later
// Plans as text: what holds for each quantity, and who said so (--stop-after=plan).
#include "model/plan.h"
#include "model/print.h"

void tf_term_print(const tf_plan *plan, const tf_term *term, tf_text *out) {
  tf_term_write(plan->model, plan->draws.at, term, out);
}

static void print_setting(const tf_plan *plan, const tf_term *term, const tf_binding *origin, tf_text *out) {
  tf_term_print(plan, term, out);
  if (origin != NULL) {
    tf_text_addf(out, "  # %.*s", TF_STR_ARGS(origin->setter));
  }
  tf_text_addc(out, '\n');
}

static void element_name(const tf_plan *plan, const tf_quantity *q, size_t element, tf_text *out) {
  if (q->index_count > 0) {
    tf_text_addc(out, '[');
    tf_element_labels(plan->model, q, element, out);
    tf_text_addc(out, ']');
  }
}

static void print_given(const tf_plan *plan, uint32_t id, tf_text *out) {
  const tf_plan_quantity *pq = &plan->quantities[id];
  const tf_quantity *q = &plan->model->quantities.at[id];
  size_t rows = (size_t)(pq->history + plan->axis.count);
  for (size_t i = 0; pq->given != NULL && i < q->elements * rows; i++) {
    if (pq->given[i] == NULL) {
      continue;
    }
    char period[16];
    tf_text_addf(out, "  %s", tf_period_print(tf_axis_period(&plan->axis, (int)(i % rows) - pq->history), period));
    element_name(plan, q, i / rows, out);
    tf_text_adds(out, pq->actual != NULL && pq->actual[i] ? " observed " : " = ");
    print_setting(plan, pq->given[i], pq->given_origin[i], out);
  }
}

void tf_plan_print(const tf_plan *plan, tf_text *out) {
  char first[16];
  char last[16];
  if (plan->axis.count > 0) {
    tf_text_addf(out, "axis %s..%s, %d periods of %d months\n", tf_period_print(tf_axis_period(&plan->axis, 0), first),
                 tf_period_print(tf_axis_period(&plan->axis, plan->axis.count - 1), last), plan->axis.count,
                 plan->axis.months);
  }
  for (uint32_t i = 0; i < plan->model->quantities.count; i++) {
    const tf_quantity *q = &plan->model->quantities.at[i];
    const tf_plan_quantity *pq = &plan->quantities[i];
    tf_text_addf(out, "%.*s%s%s%s", TF_STR_ARGS(q->name), pq->used ? "" : " (not used)", pq->series ? " (series)" : "",
                 pq->replaced ? " (equation replaced)" : "");
    if (pq->value != NULL) {
      tf_text_adds(out, " = ");
      print_setting(plan, pq->value, pq->origin, out);
    } else {
      tf_text_addc(out, '\n');
    }
    for (size_t e = 0; pq->elements != NULL && e < q->elements; e++) {
      if (pq->elements[e] != NULL) {
        tf_text_adds(out, "  ");
        element_name(plan, q, e, out);
        tf_text_adds(out, " = ");
        print_setting(plan, pq->elements[e], pq->element_origins == NULL ? NULL : pq->element_origins[e], out);
      }
    }
    print_given(plan, i, out);
  }
  for (size_t i = 0; i < plan->correlations.count; i++) {
    const tf_correlation *c = &plan->correlations.at[i];
    tf_text_addf(out, "correlate %.*s, %.*s = %g\n", TF_STR_ARGS(plan->model->quantities.at[c->a].name),
                 TF_STR_ARGS(plan->model->quantities.at[c->b].name), c->rho);
  }
  for (size_t i = 0; i < plan->notes.count; i++) {
    tf_text_addf(out, "note: %s\n", plan->notes.at[i]);
  }
}
