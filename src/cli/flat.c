// SPDX-License-Identifier: GPL-3.0-or-later
// One flat scenario of every value (cli/flat.h).
#include "cli/flat.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/io.h"
#include "cli/naming.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "out/delimited.h"

typedef struct flat_row { // of one quantity, element and period; a setting for each scenario, NULL where none
  uint32_t quantity;
  tf_str label, period;
  const tf_binding **by;
} flat_row;

typedef struct flat {
  tf_context *cx;
  const tf_session *session;
  size_t count; // of scenarios
  TF_VEC(flat_row) rows;
  tf_map keys;
  TF_VEC(const char *) sets; // `set:` rows
} flat;

// ---- what is set ----

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_' || c == '.';
}

// `*0.8`, or an expression of `base`.
static bool rests_on_earlier(const tf_binding *b) {
  const tf_str text = b->value.text;
  bool found = b->mode == TF_BIND_MULTIPLY || b->mode == TF_BIND_ADD;
  for (size_t i = 0; i + 4 <= text.len && !found; i++) {
    const bool begins = i == 0 || !is_word(text.ptr[i - 1]);
    const bool ends = i + 4 == text.len || !is_word(text.ptr[i + 4]);
    found = begins && ends && memcmp(text.ptr + i, "base", 4) == 0;
  }
  return found;
}

static bool same_place(const tf_binding *a, const tf_binding *b) {
  return tf_str_eq(a->name.text, b->name.text) && tf_str_eq(a->label.text, b->label.text) &&
         tf_str_eq(a->period.text, b->period.text);
}

static const tf_binding *earlier(const tf_column *column, const tf_binding *of) {
  const tf_binding *found = NULL;
  for (size_t i = 0; i < column->bindings.count && &column->bindings.at[i] < of; i++) {
    found = same_place(&column->bindings.at[i], of) ? &column->bindings.at[i] : found;
  }
  return found != NULL && found->mode == TF_BIND_DEFAULT ? NULL : found;
}

// NAME*=0.8 for all columns of the file, as the command line gave it.
static void add_set(flat *f, uint32_t quantity, const tf_binding *b) {
  static const char *const modes[] = {"=", "*=", "+=", "="};
  tf_text text = tf_text_new(f->cx->arena);
  tf_text_add(&text, f->session->models.at[0]->quantities.at[quantity].name);
  if (b->label.text.len > 0) {
    tf_text_addf(&text, "[%.*s]", TF_STR_ARGS(b->label.text));
  }
  if (b->period.text.len > 0) {
    tf_text_addf(&text, "[%.*s]", TF_STR_ARGS(b->period.text));
  }
  tf_text_addf(&text, "%s%s", modes[b->mode], tf_squeeze(f->cx->arena, b->value.text));
  for (size_t i = 0; i < f->sets.count; i++) {
    if (strcmp(f->sets.at[i], text.ptr) == 0) {
      return;
    }
  }
  tf_vec_push(f->cx->arena, &f->sets, text.ptr);
}

static tf_status unsaid(flat *f, tf_span at, const char *what) {
  const tf_status status = tf_fail(f->cx, TF_INVALID, at, "a flat file cannot say %s", what);
  tf_hint(f->cx, "give the value itself; or `tenfold report`, whose inputs are copies that compute the same");
  return status;
}

static tf_status take(flat *f, size_t number, uint32_t quantity, const tf_binding *b) {
  tf_arena *arena = f->cx->arena;
  const tf_column *column = f->session->cases.at[number].column;
  while (b != NULL && rests_on_earlier(b)) {
    if (!tf_str_is(b->setter, "--set")) {
      return unsaid(f, b->value.at, "what a cell makes of `base`");
    }
    add_set(f, quantity, b);
    b = earlier(column, b);
  }
  if (b == NULL) {
    return TF_OK;
  }
  const tf_str key =
      tf_str_of(tf_format(arena, "%u[%.*s]%.*s", quantity, TF_STR_ARGS(b->label.text), TF_STR_ARGS(b->period.text)));
  uint32_t at = tf_map_get(&f->keys, key);
  if (at == TF_MAP_NONE) {
    at = (uint32_t)f->rows.count;
    flat_row row = {quantity, b->label.text, b->period.text, TF_ARRAY(arena, const tf_binding *, f->count)};
    tf_vec_push(arena, &f->rows, row);
    (void)tf_map_put(&f->keys, key, at);
  }
  f->rows.at[at].by[number] = b;
  return TF_OK;
}

// All settings in force of one quantity in one scenario.
static tf_status take_quantity(flat *f, size_t number, uint32_t id) {
  const tf_plan *plan = f->session->cases.at[number].plan;
  const tf_plan_quantity *pq = &plan->quantities[id];
  const size_t elements = plan->model->quantities.at[id].elements;
  const size_t width = (size_t)(pq->history + plan->axis.count);
  tf_status status = pq->origin != NULL ? take(f, number, id, pq->origin) : TF_OK;
  for (size_t e = 0; e < elements && pq->element_origins != NULL && status == TF_OK; e++) {
    if (pq->element_origins[e] != NULL) {
      status = take(f, number, id, pq->element_origins[e]);
    }
  }
  for (size_t i = 0; i < elements * width && pq->given_origin != NULL && status == TF_OK; i++) {
    const tf_binding *b = pq->given_origin[i];
    if (b != NULL && b->actual && pq->origin != NULL && rests_on_earlier(pq->origin)) {
      return unsaid(f, pq->origin->value.at, "a change that leaves observed periods as they are");
    }
    status = b != NULL ? take(f, number, id, b) : TF_OK;
  }
  return status;
}

// ---- cells ----

static bool is_plain_number(tf_str value) { // digits at its end: no unit of its own
  return value.len > 0 && isdigit((unsigned char)value.ptr[value.len - 1]) != 0 &&
         (isdigit((unsigned char)value.ptr[0]) != 0 || value.ptr[0] == '-');
}

// The unit cell of the row: that of its first setting. Where another scenario has a different one, its numbers carry
// it.
static const char *cell(flat *f, const flat_row *row, tf_str unit, const tf_binding *b, tf_status *status) {
  const tf_quantity *q = &f->session->models.at[0]->quantities.at[row->quantity];
  const tf_str value = tf_str_of(tf_squeeze(f->cx->arena, b->value.text));
  if (tf_str_eq(b->unit.text, unit) || q->kind != TF_KIND_NUMBER) {
    return value.ptr;
  }
  const tf_str own = b->unit.text.len > 0 ? b->unit.text : q->unit.text;
  if (is_plain_number(value) && own.len > 0 && !tf_str_is(own, "1")) {
    const char *blank = tf_str_is(own, "%") ? "" : " ";
    return tf_format(f->cx->arena, "%.*s%s%.*s", TF_STR_ARGS(value), blank, TF_STR_ARGS(own));
  }
  if (b->unit.text.len > 0) {
    *status = unsaid(f, b->value.at, "a row in two units");
  }
  return value.ptr;
}

static void add_once(tf_text *text, tf_str part) {
  if (part.len == 0 || (text->len > 0 && strstr(text->ptr, tf_cstr(text->arena, part)) != NULL)) {
    return;
  }
  tf_text_adds(text, text->len > 0 ? "; " : "");
  tf_text_add(text, part);
}

static const char *parameter(flat *f, const flat_row *row) {
  const tf_str name = f->session->models.at[0]->quantities.at[row->quantity].name;
  return row->label.len == 0 ? tf_cstr(f->cx->arena, name)
                             : tf_format(f->cx->arena, "%.*s[%.*s]", TF_STR_ARGS(name), TF_STR_ARGS(row->label));
}

static tf_status print_row(flat *f, const flat_row *row, tf_text *out) {
  tf_status status = TF_OK;
  const tf_binding *first = NULL;
  tf_text source = tf_text_new(f->cx->arena);
  tf_text date = tf_text_new(f->cx->arena);
  tf_text note = tf_text_new(f->cx->arena);
  tf_text setter = tf_text_new(f->cx->arena);
  for (size_t i = 0; i < f->count; i++) {
    const tf_binding *b = row->by[i];
    if (b == NULL) {
      continue;
    }
    first = first == NULL ? b : first;
    add_once(&source, b->source);
    add_once(&note, b->note);
    add_once(&setter, b->setter);
    if (date.len == 0) {
      tf_text_add(&date, b->date);
    }
    if (!tf_str_eq(b->definition.text, first->definition.text)) {
      status = unsaid(f, b->value.at, "a row in two definitions");
    }
  }
  tf_csv_text(out, tf_str_of(parameter(f, row)));
  tf_text_addc(out, ',');
  tf_csv_text(out, first->unit.text);
  tf_text_addf(out, ",%.*s", TF_STR_ARGS(row->period));
  for (size_t i = 0; i < f->count; i++) {
    tf_text_addc(out, ',');
    if (row->by[i] != NULL) {
      tf_csv_text(out, tf_str_of(cell(f, row, first->unit.text, row->by[i], &status)));
    } else if (i > 0 && row->by[0] != NULL) {
      tf_text_adds(out, "default"); // an empty cell would inherit
    }
  }
  const tf_str rest[] = {first->definition.text,
                         tf_text_str(&source),
                         tf_text_str(&date),
                         tf_text_str(&note),
                         tf_str_of(first->actual ? "observed" : "set"),
                         tf_text_str(&setter)};
  for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
    tf_text_addc(out, ',');
    tf_csv_text(out, rest[i]);
  }
  tf_text_addc(out, '\n');
  return status;
}

// The model's own value, as a comment.
static void print_own(flat *f, uint32_t id, tf_str label, tf_str value, tf_text *out) {
  const tf_quantity *q = &f->session->models.at[0]->quantities.at[id];
  const flat_row row = {.quantity = id, .label = label};
  tf_csv_text(out, tf_str_of(tf_format(f->cx->arena, "#%s", parameter(f, &row))));
  tf_text_addc(out, ',');
  tf_csv_text(out, q->kind == TF_KIND_NUMBER ? q->unit.text : q->definition->type_text.text);
  tf_text_addc(out, ',');
  for (size_t i = 0; i < f->count; i++) {
    tf_text_addc(out, ',');
    tf_csv_text(out, tf_str_of(tf_squeeze(f->cx->arena, value)));
  }
  tf_text_addc(out, ',');
  tf_text_addc(out, ',');
  tf_csv_text(out, q->source.text);
  tf_text_addf(out, ",,,%s,model\n", q->input ? "default" : "equation");
}

static void print_model(flat *f, uint32_t id, tf_text *out) {
  const tf_quantity *q = &f->session->models.at[0]->quantities.at[id];
  const tf_expr *value = q->definition->value;
  bool rows = value != NULL && value->kind == TF_EXPR_BUILD;
  for (size_t i = 0; rows && i < value->count; i++) {
    rows = value->args[i]->kind != TF_EXPR_BUILD; // of two indices: as it is written
  }
  for (size_t i = 0; rows && i < value->count; i++) {
    const tf_span at = value->args[i]->at;
    const tf_str text = tf_str_sub(f->cx->sources.list.at[at.source].text, at.start, at.end);
    print_own(f, id, value->labels[i].text, text, out);
  }
  if (!rows) {
    print_own(f, id, (tf_str){"", 0}, q->definition->right.text, out);
  }
}

// ---- directives ----

static void directive(tf_text *out, const char *name, const char *value) {
  tf_text_addf(out, "%s,", name);
  tf_csv_text(out, tf_str_of(value));
  tf_text_addc(out, '\n');
}

static void print_top(flat *f, const char *path, tf_text *out) {
  tf_context *cx = f->cx;
  const tf_scenario *s = f->session->scenarios.at[0];
  const tf_model *model = f->session->models.at[0];
  const tf_axis *axis = &f->session->cases.at[0].plan->axis;
  const tf_str title = s->title.len > 0 ? s->title : model->modules[0].ast->title;
  directive(out, "title:", tf_cstr(cx->arena, title));
  tf_text models = tf_text_new(cx->arena);
  for (size_t i = 0; i < model->root_count; i++) {
    const tf_str name = tf_str_of(tf_name_for(cx, path, tf_cstr(cx->arena, model->modules[i].path), "models"));
    const bool way = tf_str_find(name, '/') != SIZE_MAX;
    tf_text_adds(&models, i > 0 ? " " : "");
    tf_text_add(&models, way ? name : tf_path_stem(name));
  }
  directive(out, "model:", models.ptr);
  for (size_t i = 0; i < s->extra_count; i++) {
    const char *file = tf_path_join(cx->arena, s->extras[i].folder, s->extras[i].path.text);
    tf_text_addf(out, "table:,%.*s,", TF_STR_ARGS(s->extras[i].table.text));
    tf_csv_text(out, tf_str_of(tf_name_for(cx, path, file, "scenarios")));
    tf_text_addc(out, '\n');
  }
  if (axis->count > 0) {
    static const char *const steps[] = {"", ",month", "", ",quarter"};
    char first[16];
    char last[16];
    tf_text_addf(out, "time:,%s..%s%s\n", tf_period_print(tf_axis_period(axis, 0), first),
                 tf_period_print(tf_axis_period(axis, axis->count - 1), last),
                 axis->months < 4 ? steps[axis->months] : "");
  }
  tf_text_addf(out, "seed:,%" PRIu64 "\nsamples:,%" PRIu64 "\n", f->session->run.sampler.seed,
               f->session->run.sampler.samples);
  const tf_column *column = f->session->cases.at[0].column;
  for (size_t i = 0; i < column->correlations.count; i++) {
    const tf_correlate_statement *c = &column->correlations.at[i];
    const tf_str rho = tf_str_sub(cx->sources.list.at[c->value->at.source].text, c->value->at.start, c->value->at.end);
    tf_text_addf(out, "correlate:,%.*s,%.*s,%.*s\n", TF_STR_ARGS(c->a.text), TF_STR_ARGS(c->b.text), TF_STR_ARGS(rho));
  }
  for (size_t i = 0; i < s->shows.count; i++) {
    directive(out, "show:", tf_cstr(cx->arena, s->shows.at[i].text));
  }
  for (size_t i = 0; i < s->plots.count; i++) {
    directive(out, "plot:", tf_squeeze(cx->arena, s->plots.at[i].text.text));
  }
  for (size_t i = f->sets.count; i-- > 0;) { // taken from the last to the first
    directive(out, "set:", f->sets.at[i]);
  }
}

tf_status tf_print_flat(const tf_session *session, const char *path, tf_text *out) {
  flat f = {.cx = session->cx, .session = session, .count = session->cases.count};
  if (session->scenarios.count != 1 || f.count == 0) {
    const tf_status status = tf_fail(f.cx, TF_USAGE, (tf_span){0, 0, 0}, "--resolved takes one scenario or model file");
    tf_hint(f.cx, "such as `tenfold list --resolved scenarios/llama.csv`");
    return status;
  }
  f.keys = tf_map_new(f.cx->arena);
  const tf_model *model = session->models.at[0];
  tf_status status = TF_OK;
  tf_text rows = tf_text_new(f.cx->arena);
  for (uint32_t id = 0; id < model->quantities.count; id++) {
    const size_t before = f.rows.count;
    bool whole = false;
    for (size_t i = 0; i < f.count; i++) {
      const tf_status one = take_quantity(&f, i, id);
      status = status == TF_OK ? one : status;
      whole = whole || session->cases.at[i].plan->quantities[id].origin != NULL;
    }
    if (!whole && model->quantities.at[id].definition != NULL) {
      print_model(&f, id, &rows);
    }
    for (size_t i = before; i < f.rows.count; i++) {
      const tf_status one = print_row(&f, &f.rows.at[i], &rows);
      status = status == TF_OK ? one : status;
    }
  }
  if (status != TF_OK) {
    return status;
  }
  print_top(&f, path, out);
  tf_text_adds(out, "parameter,unit,period");
  for (size_t i = 0; i < f.count; i++) {
    tf_text_addc(out, ',');
    tf_csv_text(out,
                tf_str_of(tf_format(f.cx->arena, "scenario:%.*s", TF_STR_ARGS(session->cases.at[i].column->name))));
  }
  tf_text_adds(out, ",definition,source,date,note,#kind,#set by\n");
  tf_text_add(out, tf_text_str(&rows));
  return TF_OK;
}
