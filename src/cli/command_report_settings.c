// SPDX-License-Identifier: GPL-3.0-or-later
// What the scenarios of a report assume, where from, and where they differ (cli/command_report.h).
#include <math.h>
#include <string.h>

#include "cli/command_report.h"
#include "cli/settings.h"

// One value of one quantity, element and period, and the cases that have exactly it.
typedef struct entry {
  tf_str name, label; // "capex.annual", with element
  size_t next;        // entry of the same name and period, 0: none
  bool input;         // the model computes it from nothing
  tf_str period;
  tf_str value, unit;
  tf_str source, date, confidence, note;
  bool model;        // the model's own value
  tf_str row;        // "hardware[H100 SXM]" of a cell of a table, whose cells stand together; empty for others
  tf_str column;     // "peak_bf16"
  bool *cases;       // by case
  size_t case_count; // true ones
} entry;

typedef struct collector {
  tf_context *cx;
  const tf_session *session;
  TF_VEC(entry) entries;
  tf_map keys;     // everything of an entry -> its number
  tf_map places;   // name and period -> its first entry, in order of appearance
  tf_map reported; // name, period and case -> number in `observed`
  TF_VEC(tf_str) observed;
} collector;

static tf_str place_of(tf_arena *arena, const entry *e) {
  return tf_str_of(tf_format(arena, "%.*s\n%.*s", TF_STR_ARGS(e->name), TF_STR_ARGS(e->period)));
}

static void add(collector *c, size_t which, const entry *e) {
  tf_arena *arena = c->cx->arena;
  tf_text key = tf_text_new(arena);
  const tf_str parts[] = {e->name, e->period, e->value, e->unit, e->source, e->date, e->confidence, e->note};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    tf_text_add(&key, parts[i]);
    tf_text_addc(&key, '\n');
  }
  tf_text_adds(&key, e->model ? "model" : "set");
  uint32_t at = tf_map_get(&c->keys, tf_text_str(&key));
  if (at == TF_MAP_NONE) {
    at = (uint32_t)c->entries.count;
    (void)tf_map_put(&c->keys, tf_text_str(&key), at);
    tf_vec_push(arena, &c->entries, *e);
    c->entries.at[at].cases = TF_ARRAY(arena, bool, c->session->cases.count);
    tf_str place = place_of(arena, e);
    uint32_t first = tf_map_get(&c->places, place);
    if (first == TF_MAP_NONE) {
      (void)tf_map_put(&c->places, place, at);
    } else {
      size_t last = first;
      while (c->entries.at[last].next != 0) {
        last = c->entries.at[last].next;
      }
      c->entries.at[last].next = at;
    }
  }
  entry *known = &c->entries.at[at];
  known->case_count += known->cases[which] ? 0 : 1;
  known->cases[which] = true;
}

static tf_str declared_unit(const tf_quantity *q) {
  return q->kind == TF_KIND_NUMBER && !tf_str_is(q->unit.text, "1") ? q->unit.text : TF_STR("");
}

static void add_binding(collector *c, size_t which, uint32_t id, size_t element, const tf_binding *b) {
  static const char *const signs[] = {"", "× ", "+ ", ""};
  tf_arena *arena = c->cx->arena;
  const tf_model *model = c->session->cases.at[which].plan->model;
  const tf_quantity *q = &model->quantities.at[id];
  entry e = {.input = q->input,
             .label = q->label,
             .source = b->source,
             .date = b->date,
             .confidence = b->confidence,
             .note = b->note};
  e.name = tf_str_of(tf_parameter_name(arena, model, id, element, b->label.text.len == 0));
  e.period = b->period.text;
  e.value = tf_str_of(tf_format(arena, "%s%s", signs[b->mode], tf_squeeze(arena, b->value.text)));
  e.unit = b->unit.text.len > 0 && b->mode != TF_BIND_MULTIPLY ? b->unit.text : declared_unit(q);
  e.unit = b->mode == TF_BIND_MULTIPLY || tf_str_is(e.unit, "1") ? TF_STR("") : e.unit;
  e.source = e.source.len == 0 && tf_str_is(b->setter, "--set") ? TF_STR("command line") : e.source;
  add(c, which, &e);
}

// Observed values are data rather than assumptions: one line for a run of them.
static void add_observed(collector *c, size_t which, uint32_t id, size_t element, const tf_binding *first,
                         const tf_binding *last, size_t count) {
  tf_arena *arena = c->cx->arena;
  const tf_model *model = c->session->cases.at[which].plan->model;
  entry e = {.label = model->quantities.at[id].label, .source = last->source, .date = last->date};
  e.name = tf_str_of(tf_parameter_name(arena, model, id, element, first->label.text.len == 0));
  e.period = TF_STR("reported");
  e.value = count == 1 ? tf_str_of(tf_format(arena, "one value, %.*s", TF_STR_ARGS(first->period.text)))
                       : tf_str_of(tf_format(arena, "%zu values, %.*s to %.*s", count, TF_STR_ARGS(first->period.text),
                                             TF_STR_ARGS(last->period.text)));
  e.unit = TF_STR("");
  e.note = last->definition.text.len > 0
               ? tf_str_of(tf_format(arena, "definition: %.*s", TF_STR_ARGS(last->definition.text)))
               : TF_STR("");
  e.confidence = TF_STR("");
  add(c, which, &e);
}

static tf_str reported_key(tf_arena *arena, tf_str name, tf_str period, size_t which) {
  return tf_str_of(tf_format(arena, "%.*s\n%.*s\n%zu", TF_STR_ARGS(name), TF_STR_ARGS(period), which));
}

static void remember_reported(collector *c, size_t which, uint32_t id, size_t element, const tf_binding *b) {
  tf_arena *arena = c->cx->arena;
  const tf_model *model = c->session->cases.at[which].plan->model;
  tf_str name = tf_str_of(tf_parameter_name(arena, model, id, element, b->label.text.len == 0));
  (void)tf_map_put(&c->reported, reported_key(arena, name, b->period.text, which), (uint32_t)c->observed.count);
  tf_vec_push(arena, &c->observed, tf_str_of(tf_format(arena, "%s, reported", tf_squeeze(arena, b->value.text))));
}

static void collect_given(collector *c, size_t which, uint32_t id) {
  const tf_plan *plan = c->session->cases.at[which].plan;
  const tf_plan_quantity *planned = &plan->quantities[id];
  if (planned->given_origin == NULL) {
    return;
  }
  size_t width = (size_t)(planned->history + plan->axis.count);
  for (size_t e = 0; e < plan->model->quantities.at[id].elements; e++) {
    const tf_binding *first = NULL;
    const tf_binding *last = NULL;
    size_t run = 0;
    for (size_t r = 0; r <= width; r++) {
      const tf_binding *b = r < width ? planned->given_origin[e * width + r] : NULL;
      if (b != NULL && b == last) {
        continue; // a year on a quarterly axis is one setting
      }
      if (run > 0 && (b == NULL || !b->actual || !tf_str_eq(b->setter, first->setter))) {
        add_observed(c, which, id, e, first, last, run);
        run = 0;
      }
      if (b != NULL && b->actual) {
        remember_reported(c, which, id, e, b);
        first = run == 0 ? b : first;
        run++;
      } else if (b != NULL) {
        add_binding(c, which, id, e, b);
      }
      last = b;
    }
  }
}

static void collect_default(collector *c, size_t which, uint32_t id) {
  const tf_quantity *q = &c->session->cases.at[which].plan->model->quantities.at[id];
  entry e = {.name = q->name, .label = q->label, .period = TF_STR(""), .source = q->source.text, .model = true};
  e.value = tf_str_of(tf_squeeze(c->cx->arena, q->definition->right.text));
  e.unit = declared_unit(q);
  e.date = e.confidence = e.note = TF_STR("");
  add(c, which, &e);
}

// Cells of tables: those of the row that a label picks, where one does.
static bool picked(const tf_plan *plan, const tf_quantity *column, size_t element) {
  bool any = false;
  for (uint32_t id = 0; id < plan->model->quantities.count; id++) {
    const tf_quantity *q = &plan->model->quantities.at[id];
    const tf_plan_quantity *planned = &plan->quantities[id];
    if (q->kind != TF_KIND_LABEL || !planned->used || q->column || q->label_index != column->indices[0]) {
      continue;
    }
    if (planned->value == NULL || planned->value->op != TF_TERM_CONSTANT || planned->series) {
      return true; // any row may be meant
    }
    any = true;
    if ((size_t)planned->value->number == element) {
      return true;
    }
  }
  return !any;
}

static const tf_table *table_of(const tf_model *model, const tf_quantity *column) {
  tf_str name = column->name;
  tf_str rest = {"", 0};
  (void)tf_str_split(column->name, '.', &name, &rest);
  for (size_t t = 0; t < model->tables.count; t++) {
    if (tf_str_eq(model->tables.at[t]->name, name)) {
      return model->tables.at[t];
    }
  }
  return NULL;
}

static void collect_cells(collector *c, size_t which, uint32_t id) {
  tf_arena *arena = c->cx->arena;
  const tf_plan *plan = c->session->cases.at[which].plan;
  const tf_quantity *q = &plan->model->quantities.at[id];
  const tf_table *table = table_of(plan->model, q);
  tf_str left = {"", 0};
  tf_str name = {"", 0};
  if (table == NULL || q->index_count != 1 || !tf_str_split(q->name, '.', &left, &name)) {
    return;
  }
  const tf_table_column *column = NULL;
  const tf_table_column *source = NULL;
  for (size_t i = 0; i < table->column_count; i++) {
    column = tf_str_eq(table->columns[i].name.text, name) ? &table->columns[i] : column;
    source = tf_str_is(table->columns[i].name.text, "source") ? &table->columns[i] : source;
  }
  for (size_t e = 0; column != NULL && e < q->elements && e < table->rows; e++) {
    const tf_plan_quantity *planned = &plan->quantities[id];
    bool set = planned->element_origins != NULL && planned->element_origins[e] != NULL;
    if (set || column->cells[e].text.len == 0 || !picked(plan, q, e)) {
      continue;
    }
    entry one = {.name = tf_str_of(tf_parameter_name(arena, plan->model, id, e, false)), .model = true};
    one.label = q->label;
    one.period = one.date = one.confidence = TF_STR("");
    one.value = column->cells[e].text;
    one.unit = declared_unit(q);
    one.source = source != NULL ? source->cells[e].text : TF_STR("");
    one.note = tf_str_of(tf_format(arena, "table %.*s", TF_STR_ARGS(table->name)));
    one.column = name;
    one.row = tf_str_of(tf_format(arena, "%.*s[%.*s]", TF_STR_ARGS(table->name),
                                  TF_STR_ARGS(plan->model->indices.at[q->indices[0]].labels[e])));
    add(c, which, &one);
  }
}

static collector collect(const tf_session *session) {
  collector c = {.cx = session->cx, .session = session};
  c.keys = tf_map_new(session->cx->arena);
  c.places = tf_map_new(session->cx->arena);
  c.reported = tf_map_new(session->cx->arena);
  for (size_t i = 0; i < session->cases.count; i++) {
    const tf_plan *plan = session->cases.at[i].plan;
    for (uint32_t id = 0; id < plan->model->quantities.count; id++) {
      const tf_plan_quantity *planned = &plan->quantities[id];
      const tf_quantity *q = &plan->model->quantities.at[id];
      if (!planned->used) {
        continue;
      }
      if (planned->origin != NULL) {
        add_binding(&c, i, id, 0, planned->origin);
      } else if (q->column) {
        collect_cells(&c, i, id);
      } else if (q->input && q->definition != NULL) {
        collect_default(&c, i, id);
      }
      for (size_t e = 0; planned->element_origins != NULL && e < q->elements; e++) {
        if (planned->element_origins[e] != NULL) {
          add_binding(&c, i, id, e, planned->element_origins[e]);
        }
      }
      collect_given(&c, i, id);
    }
  }
  return c;
}

static void name_cell(tf_arena *arena, const entry *e, tf_report_cell *cell) {
  const char *name = e->period.len > 0 ? tf_format(arena, "%.*s, %.*s", TF_STR_ARGS(e->name), TF_STR_ARGS(e->period))
                                       : tf_cstr(arena, e->name);
  cell->text = e->label.len > 0 ? tf_report_name(arena, e->label, e->name) : tf_str_of(name);
  cell->minor = e->label.len > 0 ? tf_str_of(name) : TF_STR("");
}

// "10%/year" of `10%` in %/year: a number's own % is that of the unit.
static tf_str with_unit(tf_arena *arena, const entry *e) {
  bool own = tf_str_starts(e->unit, "%") && tf_str_find(e->value, '%') != SIZE_MAX;
  tf_str tail = own ? tf_str_sub(e->unit, 1, e->unit.len) : e->unit;
  return e->unit.len == 0
             ? e->value
             : tf_str_of(tf_format(arena, "%.*s%s%.*s", TF_STR_ARGS(e->value), own ? "" : " ", TF_STR_ARGS(tail)));
}

// What a case has at the place of an entry, in words if no setting says it.
static tf_str value_in(const collector *c, const entry *first, size_t which) {
  tf_arena *arena = c->cx->arena;
  tf_text text = tf_text_new(arena);
  const entry *e = first;
  do {
    if (e->cases[which]) {
      tf_text_adds(&text, text.len > 0 ? "; " : "");
      tf_text_add(&text, with_unit(arena, e));
    }
    e = e->next != 0 ? &c->entries.at[e->next] : NULL;
  } while (e != NULL);
  if (text.len > 0) {
    return tf_text_str(&text);
  }
  uint32_t known = tf_map_get(&c->reported, reported_key(arena, first->name, first->period, which));
  return known != TF_MAP_NONE ? c->observed.at[known] : first->input ? TF_STR("–") : TF_STR("computed");
}

void tf_report_differences(tf_report *report, const tf_session *session) {
  tf_arena *arena = report->cx->arena;
  size_t cases = session->cases.count;
  if (cases < 2) {
    return;
  }
  tf_report_section(report, "scenarios", "Scenarios side by side");
  tf_report_outcomes(report);
  tf_str *headers = TF_ARRAY(arena, tf_str, cases + 1);
  bool *numeric = TF_ARRAY(arena, bool, cases + 1);
  headers[0] = TF_STR("what differs");
  for (size_t i = 0; i < cases; i++) {
    headers[i + 1] = session->cases.at[i].column->name;
  }
  tf_report_table *table = tf_report_table_new(report, cases + 1, headers, numeric);
  collector c = collect(session);
  for (size_t p = 0; p < c.places.count; p++) {
    const entry *first = &c.entries.at[c.places.entries[p].value];
    tf_report_cell *cells = NULL;
    tf_str *values = TF_ARRAY(arena, tf_str, cases);
    bool differ = false;
    for (size_t i = 0; i < cases; i++) {
      values[i] = value_in(&c, first, i);
      differ = differ || !tf_str_eq(values[i], values[0]);
    }
    if (differ) {
      cells = tf_report_row_add(report, table);
      name_cell(arena, first, &cells[0]);
      for (size_t i = 0; i < cases; i++) {
        cells[i + 1].text = values[i];
      }
    }
  }
  if (table->rows.count == 0) {
    tf_report_add(report, TF_PART_TEXT, TF_STR("The scenarios have the same inputs."));
  }
  tf_report_table_add(report, table);
}

static tf_str case_names(const collector *c, const entry *e) {
  if (e->case_count == c->session->cases.count) {
    return TF_STR("all");
  }
  tf_text text = tf_text_new(c->cx->arena);
  for (size_t i = 0; i < c->session->cases.count; i++) {
    if (e->cases[i]) {
      tf_text_adds(&text, text.len > 0 ? ", " : "");
      tf_text_add(&text, c->session->cases.at[i].column->name);
    }
  }
  return tf_text_str(&text);
}

// Columns that say nothing (no dates, the same for all scenarios) only take room.
static const tf_report_table *without_empty(const tf_report *report, const tf_report_table *table) {
  tf_arena *arena = report->cx->arena;
  bool *keep = TF_ARRAY(arena, bool, table->columns);
  size_t count = 0;
  for (size_t c = 0; c < table->columns; c++) {
    for (size_t r = 0; r < table->rows.count; r++) {
      tf_str text = table->rows.at[r].cells[c].text;
      keep[c] = keep[c] || c < 2 || (text.len > 0 && !tf_str_is(text, "all"));
    }
    count += keep[c] ? 1 : 0;
  }
  tf_str *headers = TF_ARRAY(arena, tf_str, table->columns);
  tf_report_table *kept = tf_report_table_new(report, count, headers, table->numeric);
  for (size_t r = 0; r < table->rows.count; r++) {
    tf_report_cell *cells = tf_report_row_add(report, kept);
    for (size_t c = 0, at = 0; c < table->columns; c++) {
      if (keep[c]) {
        headers[at] = table->headers[c];
        cells[at++] = table->rows.at[r].cells[c];
      }
    }
  }
  return kept;
}

// Cells of one row of a table from one source stand in one line: "peak_bf16 989 TFLOP/(s*GPU); memory 80 GB/GPU". Says
// whether the line was there; else the caller fills it.
static bool joins_row(const collector *c, const tf_report_table *table, tf_map *rows, const entry *e) {
  tf_arena *arena = c->cx->arena;
  tf_str cell = tf_str_of(tf_format(arena, "%.*s %.*s", TF_STR_ARGS(e->column), TF_STR_ARGS(with_unit(arena, e))));
  tf_text key = tf_text_new(arena);
  tf_text_addf(&key, "%.*s\n%.*s\n", TF_STR_ARGS(e->row), TF_STR_ARGS(e->source));
  tf_text_add(&key, case_names(c, e));
  uint32_t at = tf_map_get(rows, tf_text_str(&key));
  if (at == TF_MAP_NONE) {
    (void)tf_map_put(rows, tf_text_str(&key), (uint32_t)table->rows.count);
    return false;
  }
  tf_report_cell *value = (tf_report_cell *)&table->rows.at[at].cells[1];
  value->text = tf_str_of(tf_format(arena, "%.*s; %.*s", TF_STR_ARGS(value->text), TF_STR_ARGS(cell)));
  return true;
}

// The entries of one kind, those of one place beneath one another.
static const tf_report_table *entries_table(const tf_report *report, const collector *c, bool model) {
  static const bool numeric[6] = {false};
  tf_arena *arena = report->cx->arena;
  bool several = c->session->cases.count > 1;
  size_t columns = several ? 6 : 5;
  tf_str *headers = TF_ARRAY(arena, tf_str, columns);
  static const char *const titles[] = {"assumption", "value", "scenario", "source", "date", "confidence"};
  for (size_t k = 0; k < columns; k++) {
    headers[k] = tf_str_of(titles[k < 2 || several ? k : k + 1]);
  }
  tf_report_table *table = tf_report_table_new(report, columns, headers, numeric);
  tf_map rows = tf_map_new(arena);
  for (size_t p = 0; p < c->places.count; p++) {
    const entry *first = &c->entries.at[c->places.entries[p].value];
    const entry *above = NULL;
    for (const entry *e = first; e != NULL; e = e->next != 0 ? &c->entries.at[e->next] : NULL) {
      if (e->model != model || (e->row.len > 0 && joins_row(c, table, &rows, e))) {
        continue;
      }
      tf_report_cell *cells = tf_report_row_add(report, table);
      if (e->row.len > 0) {
        cells[0].text = e->row;
      } else if (above == NULL) {
        name_cell(arena, e, &cells[0]);
      }
      cells[1].text = with_unit(arena, e);
      if (e->row.len > 0) {
        cells[1].text = tf_str_of(tf_format(arena, "%.*s %.*s", TF_STR_ARGS(e->column), TF_STR_ARGS(cells[1].text)));
      }
      if (several) {
        cells[2].text = case_names(c, e);
      }
      tf_report_cell *rest = cells + columns - 3;
      rest[0].text = e->source.len > 0 ? e->source : TF_STR("no source");
      rest[0].minor = above != NULL && tf_str_eq(above->note, e->note) ? TF_STR("") : e->note; // one note for the row
      above = e;
      rest[1].text = e->date;
      rest[2].text = e->confidence;
    }
  }
  return without_empty(report, table);
}

void tf_report_assumptions(tf_report *report, const tf_session *session) {
  collector c = collect(session);
  tf_report_section(report, "assumptions", "Assumptions");
  tf_report_add(report, TF_PART_NOTE,
                TF_STR("“a to b” is the 5th to the 95th percentile, “a .. b” anything between with equal chance. "
                       "Only what reaches a result is listed."));
  const tf_report_table *set = entries_table(report, &c, false);
  const tf_report_table *own = entries_table(report, &c, true);
  if (set->rows.count > 0) {
    tf_report_add(report, TF_PART_TITLE, TF_STR("Set by the scenarios"));
    tf_report_table_add(report, set);
  }
  if (own->rows.count > 0) {
    tf_report_addf(report, TF_PART_FOLD, "The models' own values (%zu)", own->rows.count);
    tf_report_table_add(report, own);
    tf_report_add(report, TF_PART_END, TF_STR(""));
  }
}

void tf_report_replaced(tf_report *report, const tf_session *session) {
  tf_arena *arena = report->cx->arena;
  static const bool numeric[4] = {false};
  tf_str *headers = TF_ARRAY(arena, tf_str, 4);
  headers[0] = TF_STR("quantity");
  headers[1] = TF_STR("equation not used");
  headers[2] = TF_STR("set to");
  headers[3] = TF_STR("scenario");
  tf_report_table *table = tf_report_table_new(report, 4, headers, numeric);
  for (size_t i = 0; i < session->cases.count; i++) {
    const tf_case *one = &session->cases.at[i];
    const tf_model *model = one->plan->model;
    for (uint32_t id = 0; id < model->quantities.count; id++) {
      const tf_plan_quantity *planned = &one->plan->quantities[id];
      const tf_quantity *q = &model->quantities.at[id];
      if (!planned->replaced || planned->origin == NULL || q->definition == NULL) {
        continue;
      }
      tf_report_cell *cells = tf_report_row_add(report, table);
      cells[0].text = tf_report_name(arena, q->label, q->name);
      cells[0].minor = q->label.len > 0 ? q->name : TF_STR("");
      cells[1].text = tf_str_of(tf_squeeze(arena, q->definition->right.text));
      tf_str unit = planned->origin->unit.text;
      cells[2].text = tf_str_of(tf_format(arena, "%s%s%.*s", tf_squeeze(arena, planned->origin->value.text),
                                          unit.len > 0 ? " " : "", TF_STR_ARGS(unit)));
      cells[2].minor = planned->origin->setter;
      cells[3].text = one->column->name;
    }
  }
  tf_report_section(report, "replaced", "Equations replaced");
  if (table->rows.count == 0) {
    tf_report_add(report, TF_PART_TEXT, TF_STR("None: every computed quantity follows its equation."));
  }
  tf_report_table_add(report, table);
}
