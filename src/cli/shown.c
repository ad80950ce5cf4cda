// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown of a case: the names of --show, of the scenario's `show:` rows, or the outputs of its models.
#include "cli/session.h"

#include "cli/options.h"
#include "lang/parse.h"
#include "table/local_date.h"

// A chart of one model asks for quantities that another one need not have.
static bool has_quantity(const tf_model *model, tf_str name) {
  for (size_t i = 0; i < model->quantities.count; i++) {
    tf_str own = model->quantities.at[i].name;
    if (tf_str_eq(own, name) || (own.len > name.len && own.ptr[own.len - name.len - 1] == '.' &&
                                 tf_str_eq(tf_str_sub(own, own.len - name.len, own.len), name))) {
      return true;
    }
  }
  return false;
}

// What --show names, else the `show:` rows of the scenario; then what charts need beside it.
typedef struct show_list {
  TF_VEC(tf_located) names;
  size_t asked;    // so many of the names; the rest is for charts
  tf_status wrong; // what a slip in a name that was asked for is
} show_list;

static tf_located typed(tf_context *cx, const char *where, const char *what) {
  const tf_str text = tf_str_of(what);
  return (tf_located){text, {tf_source_add(cx->arena, &cx->sources, tf_str_of(where), text), 0, (uint32_t)text.len}};
}

static show_list names_to_show(tf_session *session, const tf_case *c) {
  tf_context *cx = session->cx;
  show_list list = {.wrong = TF_USAGE};
  const char *const *given = NULL;
  const size_t count = tf_option_all(cx, session->line, TF_OPTION_SHOW, true, &given);
  for (size_t i = 0; count == 0 && i < c->scenario->shows.count; i++) {
    tf_vec_push(cx->arena, &list.names, c->scenario->shows.at[i]);
    list.wrong = TF_INVALID;
  }
  for (size_t i = 0; i < count; i++) {
    tf_vec_push(cx->arena, &list.names, typed(cx, "--show", given[i]));
  }
  list.asked = list.names.count;
  for (size_t i = 0; i < session->extra.count; i++) {
    bool asked = false; // a slip in it is told once
    for (size_t k = 0; k < list.asked && !asked; k++) {
      asked = tf_str_is(list.names.at[k].text, session->extra.at[i]);
    }
    if (!asked) {
      tf_vec_push(cx->arena, &list.names, typed(cx, "plot", session->extra.at[i]));
    }
  }
  return list;
}

static bool within(tf_period part, tf_period whole) {
  return tf_period_start(part) >= tf_period_start(whole) && tf_period_end(part) <= tf_period_end(whole);
}

tf_status tf_label_check(tf_context *cx, tf_status wrong, const tf_model *model, uint32_t quantity, tf_located label,
                         uint32_t *rows) {
  const tf_quantity *q = &model->quantities.at[quantity];
  if (q->index_count == 0) {
    tf_status status = tf_fail(cx, wrong, label.at, "`%.*s` has no rows, so it has no [%.*s]", TF_STR_ARGS(q->name),
                               TF_STR_ARGS(label.text));
    if (!tf_hint_period_label(cx, label.text)) {
      tf_hint(cx, "write `%.*s`", TF_STR_ARGS(q->name));
    }
    return status;
  }
  tf_str unknown = {"", 0};
  tf_label_fit fit = tf_element_rows(model, q, label.text, rows, &unknown);
  if (fit == TF_LABELS_FIT) {
    return TF_OK;
  }
  if (fit != TF_LABELS_UNKNOWN) {
    tf_status status = tf_fail(cx, wrong, label.at, "`%.*s` does not say which row of `%.*s`", TF_STR_ARGS(label.text),
                               TF_STR_ARGS(q->name));
    tf_hint(cx, "give one label for each index, in the order in which `tenfold run --show %.*s` shows them",
            TF_STR_ARGS(q->name));
    return status;
  }
  tf_map labels = tf_map_new(cx->arena);
  for (size_t d = 0; d < q->index_count; d++) {
    const tf_index *index = &model->indices.at[q->indices[d]];
    for (size_t i = 0; i < index->count; i++) {
      (void)tf_map_put(&labels, index->labels[i], (uint32_t)i);
    }
  }
  tf_status status =
      tf_fail(cx, wrong, label.at, "`%.*s` has no row `%.*s`", TF_STR_ARGS(q->name), TF_STR_ARGS(unknown));
  tf_str near = tf_map_nearest(&labels, unknown);
  if (near.len > 0) {
    tf_hint(cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
  } else {
    tf_hint(cx, "`tenfold run --show %.*s` shows all of them", TF_STR_ARGS(q->name));
  }
  return status;
}

static tf_status pick_rows(tf_context *cx, const show_list *names, const tf_model *model, tf_located label,
                           tf_shown *one) {
  const tf_quantity *q = &model->quantities.at[one->quantity];
  uint32_t *rows = TF_ARRAY(cx->arena, uint32_t, q->index_count + 1);
  tf_str *picked = TF_ARRAY(cx->arena, tf_str, q->index_count + 1);
  tf_status status = tf_label_check(cx, names->wrong, model, one->quantity, label, rows);
  for (size_t d = 0; status == TF_OK && d < q->index_count; d++) {
    picked[d] = rows[d] == TF_NO_ID ? (tf_str){"", 0} : model->indices.at[q->indices[d]].labels[rows[d]];
  }
  one->has_label = true;
  one->labels = picked;
  return status;
}

tf_status tf_no_periods(tf_context *cx, tf_status wrong, const tf_model *model, uint32_t quantity, tf_located period) {
  const tf_quantity *q = &model->quantities.at[quantity];
  tf_status status = tf_fail(cx, wrong, period.at, "`%.*s` does not vary over time, so it has no [%.*s]",
                             TF_STR_ARGS(q->name), TF_STR_ARGS(period.text));
  tf_hint(cx, "write `%.*s`", TF_STR_ARGS(q->name));
  return status;
}

// Beside a scenario in which the quantity varies, the one value that another gives is its value in that period too.
static bool varies_somewhere(const tf_session *session, const tf_model *model, uint32_t quantity) {
  tf_str name = model->quantities.at[quantity].name;
  for (size_t i = 0; i < session->cases.count; i++) {
    const tf_plan *plan = session->cases.at[i].plan;
    uint32_t id = plan->model == model ? quantity : tf_map_get(&plan->model->names, name);
    if (id != TF_MAP_NONE && plan->quantities[id].series) {
      return true;
    }
  }
  return false;
}

// A period in which nothing could be shown is an error where it was asked for; a chart has its own word for it.
static tf_status read_period(const tf_session *session, const show_list *names, const tf_plan *plan, tf_located period,
                             bool asked, tf_shown *one) {
  tf_context *cx = session->cx;
  const char *bad = NULL;
  one->has_period = tf_period_scan(period.text, &one->period, &bad) == period.text.len;
  if (!one->has_period) {
    return tf_fail(cx, names->wrong, period.at, "`%.*s` is not a period", TF_STR_ARGS(period.text));
  }
  const tf_axis *axis = &plan->axis;
  const tf_plan_quantity *q = &plan->quantities[one->quantity];
  if (asked && !q->series && !varies_somewhere(session, plan->model, one->quantity)) {
    return tf_no_periods(cx, names->wrong, plan->model, one->quantity, period);
  }
  if (!asked || !q->series || axis->count == 0) {
    return TF_OK;
  }
  const int history = q->given == NULL ? 0 : q->history;
  for (int row = -history; row < axis->count; row++) {
    if (within(tf_axis_period(axis, row), one->period)) {
      return TF_OK;
    }
  }
  char from[16];
  char to[16];
  tf_status status = tf_fail(cx, names->wrong, period.at, "`%.*s` is not computed for %.*s",
                             TF_STR_ARGS(plan->model->quantities.at[one->quantity].name), TF_STR_ARGS(period.text));
  tf_hint(cx, "its periods are %s to %s; `--time` changes the axis",
          tf_period_print(tf_axis_period(axis, -history), from),
          tf_period_print(tf_axis_period(axis, axis->count - 1), to));
  return status;
}

tf_status tf_session_shown(tf_session *session, const tf_case *c, const tf_shown **shown, size_t *count) {
  tf_context *cx = session->cx;
  const tf_model *model = c->plan->model;
  const show_list names = names_to_show(session, c);
  if (names.asked == 0 && tf_option_given(session->line, TF_OPTION_SHOW)) {
    tf_status status = tf_fail(cx, TF_USAGE, (tf_span){0, 0, 0}, "--show names nothing");
    tf_hint(cx, "such as --show capex.annual,capex.growth");
    return status;
  }
  TF_VEC(tf_shown) list = {0};
  if (names.asked == 0) {
    for (size_t i = 0; i < model->outputs.count; i++) {
      tf_vec_push(cx->arena, &list, ((tf_shown){.quantity = model->outputs.at[i]}));
    }
  }
  tf_status status = TF_OK;
  for (size_t i = 0; i < names.names.count; i++) {
    tf_address address;
    tf_shown one = {0};
    tf_status s = tf_parse_address(cx, names.names.at[i], &address);
    if (s == TF_OK && i >= names.asked && session->models.count > 1 && !has_quantity(model, address.name.text)) {
      continue;
    }
    if (s == TF_OK) {
      s = tf_model_find(cx, model, address.name, &one.quantity);
    }
    if (s == TF_OK && address.period.text.len > 0) {
      s = read_period(session, &names, c->plan, address.period, i < names.asked, &one);
    }
    if (s == TF_OK && address.label.text.len > 0) {
      s = pick_rows(cx, &names, model, address.label, &one);
    }
    if (s == TF_OK) {
      tf_vec_push(cx->arena, &list, one);
    } else {
      status = s;
    }
  }
  *shown = list.at;
  *count = list.count;
  return status;
}

bool tf_shown_has(const tf_shown *shown, size_t count, const tf_row *row) {
  bool found = false;
  for (size_t s = 0; s < count && !found; s++) {
    if (shown[s].quantity != row->quantity) {
      continue;
    }
    found = !shown[s].has_period || !row->series || within(row->period, shown[s].period);
    for (size_t d = 0; shown[s].has_label && d < row->index_count; d++) {
      found = found && (shown[s].labels[d].len == 0 || tf_str_eq(row->index_labels[d], shown[s].labels[d]));
    }
  }
  return found;
}
