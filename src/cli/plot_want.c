// SPDX-License-Identifier: GPL-3.0-or-later
// What a chart needs computed (cli/plot_want.h).
#include "cli/plot_want.h"

#include "base/str.h"

// Quantities named in a title or subtitle are computed too: `{bull: capex.annual[2030] p95}`.
static void want_template(tf_session *session, tf_str text) {
  tf_str rest = text, before = {"", 0}, inner = {"", 0};
  while (tf_str_split(rest, '{', &before, &rest) && tf_str_split(rest, '}', &inner, &rest)) {
    tf_str scenario = inner, name = inner;
    if (tf_str_split(inner, ':', &scenario, &name)) {
      inner = name;
    }
    name = tf_str_trim(inner);
    tf_str tail = {"", 0};
    if (tf_str_find(name, ']') == SIZE_MAX) {
      (void)tf_str_split(name, ' ', &name, &tail);
    } else {
      size_t end = name.len;
      while (end > 0 && name.ptr[end - 1] != ']') {
        end--;
      }
      name = tf_str_sub(name, 0, end);
    }
    tf_vec_push(session->cx->arena, &session->extra, tf_cstr(session->cx->arena, name));
  }
}

// Drivers are correlations with every uncertain input.
static void want_inputs(tf_session *session) {
  for (size_t c = 0; c < session->cases.count; c++) {
    const tf_plan *plan = session->cases.at[c].plan;
    for (size_t i = 0; i < plan->draws.count; i++) {
      tf_str name = plan->model->quantities.at[plan->draws.at[i].quantity].name;
      bool known = false;
      for (size_t k = 0; k < session->extra.count; k++) {
        known = known || tf_str_is(name, session->extra.at[k]);
      }
      if (!known && !plan->model->quantities.at[plan->draws.at[i].quantity].column) {
        tf_vec_push(session->cx->arena, &session->extra, tf_cstr(session->cx->arena, name));
      }
    }
  }
}

void tf_plot_want(tf_session *session, const tf_plot_spec *spec) {
  for (size_t k = 0; k < spec->count && spec->kind != TF_PLOT_DEPENDENCIES && spec->kind != TF_PLOT_PUBLISHED; k++) {
    tf_vec_push(session->cx->arena, &session->extra, tf_cstr(session->cx->arena, spec->names[k].text));
  }
  want_template(session, spec->title.text);
  want_template(session, spec->subtitle.text);
  if (spec->kind == TF_PLOT_DRIVERS) {
    want_inputs(session);
  }
}
