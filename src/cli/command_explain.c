// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold explain: one consistent evaluation as a tree, each line checkable with a calculator.
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "cli/commands.h"
#include "cli/datum.h"
#include "cli/session.h"
#include "cli/settings.h"
#include "cli/terminal.h"
#include "engine/dist.h"
#include "lang/parse.h"
#include "out/json.h"
#include "stats/summarise.h"

static const tf_span nowhere = {0, 0, 0};
enum { DEFAULT_DEPTH = 8, DIGITS = 7 };

typedef struct explain_tree {
  tf_context *cx;
  const tf_plan *plan;
  const tf_trace *trace;
  size_t depth;
  tf_datum_list shown; // printed in full already
  tf_text *out;
} explain_tree;

static const char *value_text(const explain_tree *tree, tf_datum cell, double value) {
  const tf_model *model = tree->plan->model;
  const tf_quantity *quantity = &model->quantities.at[cell.quantity];
  tf_arena *arena = tree->cx->arena;
  char buffer[48];
  switch (quantity->kind) {
  case TF_KIND_DATE: {
    char date[16];
    return tf_format(arena, "%s", tf_date_print(floor(value / 86400), date));
  }
  case TF_KIND_LABEL: {
    const tf_index *index = &model->indices.at[quantity->label_index];
    if (value >= 0 && value < (double)index->count) {
      return tf_cstr(arena, index->labels[(size_t)value]);
    }
    return "no label";
  }
  case TF_KIND_BOOL:
    return value > 0.5 ? "true" : "false";
  default:
    break;
  }
  double in_unit = value / quantity->unit.factor;
  const char *unit = "";
  double divide = tf_unit_display(model->units, quantity->unit, fabs(in_unit), &unit);
  const char *number = tf_number_pretty(in_unit / divide, DIGITS, buffer);
  if (strcmp(unit, "1") == 0 || unit[0] == '\0') {
    return tf_format(arena, "%s", number);
  }
  return unit[0] == '%' ? tf_format(arena, "%s%s", number, unit) : tf_format(arena, "%s %s", number, unit);
}

static void add_prefix(const explain_tree *tree, const char *stem, const char *branch) {
  tf_text_adds(tree->out, stem);
  tf_text_adds(tree->out, branch);
}

static bool has_draw(const tf_term *term) {
  if (term == NULL) {
    return false;
  }
  if (term->op == TF_TERM_DRAW) {
    return true;
  }
  for (size_t i = 0; i < term->count; i++) {
    if (has_draw(term->args[i])) {
      return true;
    }
  }
  return false;
}

// How much of a distribution its permitted range cuts off, if anything.
static void print_cut(explain_tree *tree, const char *stem, const tf_term *term) {
  if (term == NULL || term->op != TF_TERM_DRAW || tree->plan->draws.at[term->draw].walk) {
    return;
  }
  const tf_dist *dist = NULL;
  tree->cx->diags.muted++; // what is wrong with it was said when it was first prepared
  tf_status status = tf_dist_prepare(tree->cx, tree->cx->arena, &tree->plan->draws.at[term->draw].spec, &dist);
  tree->cx->diags.muted--;
  double cut = status == TF_OK ? tf_dist_cut_mass(dist) : 0;
  if (cut > 1e-12) {
    add_prefix(tree, stem, "");
    tf_text_addf(tree->out, "  its permitted range cuts off %.2g %% of the distribution\n", 100 * cut);
  }
}

// Where the value comes from: the equation, or the setting that won with its source.
static void print_origin(explain_tree *tree, const char *stem, tf_datum cell, const tf_datum_origin *origin,
                         bool leaf) {
  const tf_quantity *quantity = &tree->plan->model->quantities.at[cell.quantity];
  tf_arena *arena = tree->cx->arena;
  if (origin->binding != NULL) {
    const tf_binding *b = origin->binding;
    const char *unit = b->unit.text.len > 0 && !tf_str_is(b->unit.text, "1")
                           ? tf_format(arena, " %.*s", TF_STR_ARGS(b->unit.text))
                           : "";
    static const char *const signs[] = {"", "*", "+", ""};
    add_prefix(tree, stem, "");
    tf_text_addf(tree->out, "  set %s= %s%s by %.*s", signs[b->mode], tf_squeeze(arena, b->value.text), unit,
                 TF_STR_ARGS(b->setter));
    if (b->source.len > 0) {
      tf_text_addf(tree->out, " [%.*s%s%.*s]", TF_STR_ARGS(b->source), b->date.len > 0 ? ", " : "",
                   TF_STR_ARGS(b->date));
    }
    tf_text_addc(tree->out, '\n');
    if (quantity->definition != NULL && !quantity->input && b->period.text.len == 0) {
      add_prefix(tree, stem, "");
      tf_text_addf(tree->out, "  equation not used: = %s\n", tf_squeeze(arena, quantity->definition->right.text));
    }
    return;
  }
  if (quantity->definition != NULL && (!leaf || has_draw(origin->term))) {
    add_prefix(tree, stem, "");
    tf_text_addf(tree->out, "  = %s\n", tf_squeeze(arena, quantity->definition->right.text));
  }
}

// What the value measures, where rows say so, and who said it.
static tf_definition_held definition_of(const explain_tree *tree, tf_datum cell) {
  const tf_definition_held *all = tree->plan->quantities[cell.quantity].definitions;
  return all == NULL ? (tf_definition_held){.by = NULL} : all[cell.element];
}

static void print_definition(explain_tree *tree, const char *stem, tf_datum cell) {
  tf_definition_held held = definition_of(tree, cell);
  if (held.by != NULL) {
    add_prefix(tree, stem, "");
    tf_text_addf(tree->out, "  definition: %.*s\n", TF_STR_ARGS(held.text));
  }
}

static void print_cell(explain_tree *tree, const char *stem, const char *branch, const char *below, tf_datum cell,
                       size_t level) {
  tf_context *cx = tree->cx;
  const tf_quantity *quantity = &tree->plan->model->quantities.at[cell.quantity];
  double value = NAN;
  (void)tf_datum_value(tree->plan, tree->trace, cell, &value);
  add_prefix(tree, stem, branch);
  tf_text_addf(tree->out, "%s = %s", tf_datum_name(cx->arena, tree->plan, cell), value_text(tree, cell, value));
  if (quantity->label.len > 0) {
    tf_text_addf(tree->out, "   \"%.*s\"", TF_STR_ARGS(quantity->label));
  }
  bool model_source = tf_datum_find(tree->plan, cell).binding == NULL && quantity->source.text.len > 0;
  if (model_source) {
    tf_text_addf(tree->out, " [%.*s]", TF_STR_ARGS(quantity->source.text));
  }
  for (size_t i = 0; i < tree->shown.count; i++) {
    const tf_datum *seen = &tree->shown.at[i];
    if (seen->quantity == cell.quantity && seen->element == cell.element && seen->row == cell.row) {
      tf_text_adds(tree->out, "   (shown above)\n");
      return;
    }
  }
  tf_text_addc(tree->out, '\n');
  const char *inner = tf_format(cx->arena, "%s%s", stem, below);
  tf_datum_origin origin = tf_datum_find(tree->plan, cell);
  tf_datum_list inputs = {0};
  tf_datum_inputs(cx->arena, tree->plan, tree->trace, cell, &inputs);
  print_origin(tree, inner, cell, &origin, inputs.count == 0);
  print_definition(tree, inner, cell);
  print_cut(tree, inner, origin.term);
  if (inputs.count > 0) {
    if (level >= tree->depth) {
      add_prefix(tree, inner, "  ... --depth shows more\n");
      return;
    }
    tf_vec_push(cx->arena, &tree->shown, cell);
  }
  for (size_t i = 0; i < inputs.count; i++) {
    bool last = i + 1 == inputs.count;
    print_cell(tree, inner, last ? "└─ " : "├─ ", last ? "   " : "│  ", inputs.at[i], level + 1);
  }
}

static void json_member(tf_json *json, const char *key, tf_str text) {
  tf_json_key(json, key);
  if (text.len > 0) {
    tf_json_text(json, text);
  } else {
    tf_json_null(json);
  }
}

// The same tree as an object: name, value in the declared unit, where it comes from, and what it is computed from.
static void json_cell(explain_tree *tree, tf_json *json, tf_datum cell, size_t level) {
  tf_context *cx = tree->cx;
  const tf_quantity *quantity = &tree->plan->model->quantities.at[cell.quantity];
  tf_datum_origin origin = tf_datum_find(tree->plan, cell);
  tf_datum_list inputs = {0};
  double value = NAN;
  (void)tf_datum_value(tree->plan, tree->trace, cell, &value);
  tf_datum_inputs(cx->arena, tree->plan, tree->trace, cell, &inputs);
  tf_json_open(json, '{');
  json_member(json, "name", tf_str_of(tf_datum_name(cx->arena, tree->plan, cell)));
  if (quantity->kind == TF_KIND_NUMBER) {
    tf_json_key(json, "value");
    tf_json_number(json, value / quantity->unit.factor);
    json_member(json, "unit", quantity->unit.text);
  } else {
    json_member(json, "value", tf_str_of(value_text(tree, cell, value)));
    json_member(json, "unit", (tf_str){"", 0});
  }
  json_member(json, "label", quantity->label);
  bool set = origin.binding != NULL;
  tf_str equation = quantity->definition != NULL ? quantity->definition->right.text : (tf_str){"", 0};
  json_member(json, "equation", set ? (tf_str){"", 0} : tf_str_of(tf_squeeze(cx->arena, equation)));
  json_member(json, "set", set ? tf_str_of(tf_squeeze(cx->arena, origin.binding->value.text)) : (tf_str){"", 0});
  json_member(json, "set_by", set ? origin.binding->setter : (tf_str){"", 0});
  json_member(json, "source", set ? origin.binding->source : quantity->source.text);
  tf_definition_held held = definition_of(tree, cell);
  if (held.by != NULL) {
    json_member(json, "definition", held.text);
  }
  tf_json_key(json, "inputs");
  tf_json_open(json, '[');
  for (size_t i = 0; i < inputs.count && level < tree->depth; i++) {
    json_cell(tree, json, inputs.at[i], level + 1);
  }
  tf_json_close(json, ']');
  tf_json_close(json, '}');
}

static void json_case(explain_tree *tree, tf_json *json, const tf_case *c, const tf_row *row, tf_datum cell,
                      uint64_t at) {
  tf_json_open(json, '{');
  json_member(json, "scenario", c->column->name);
  json_member(json, "file", c->column->file);
  tf_json_key(json, "sample");
  if (at == TF_AT_CENTRAL) {
    tf_json_null(json);
  } else {
    tf_json_integer(json, at);
  }
  const struct {
    const char *key;
    double value;
  } ranges[] = {{"mean", row->mean}, {"p5", row->p5}, {"p95", row->p95}};
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
    tf_json_key(json, ranges[i].key);
    tf_json_number(json, row->uncertain ? ranges[i].value : NAN);
  }
  tf_json_key(json, "tree");
  json_cell(tree, json, cell, 0);
  tf_json_close(json, '}');
}

// Which cell the user asked for: NAME, NAME[GB200], NAME[2027], NAME[GB200, 2027]; the last period if none is said.
static tf_status find_cell(tf_context *cx, const tf_plan *plan, const char *name, tf_datum *cell, bool *period_given) {
  tf_str text = tf_str_of(name);
  uint32_t source = tf_source_add(cx->arena, &cx->sources, TF_STR("NAME"), text);
  tf_located located = {text, {source, 0, (uint32_t)text.len}};
  tf_address address;
  tf_status status = tf_parse_address(cx, located, &address);
  if (status == TF_OK) {
    status = tf_model_find(cx, plan->model, address.name, &cell->quantity);
  }
  if (status != TF_OK) {
    return status;
  }
  const tf_quantity *quantity = &plan->model->quantities.at[cell->quantity];
  cell->element = 0;
  cell->row = plan->quantities[cell->quantity].series && plan->axis.count > 0 ? plan->axis.count - 1 : 0;
  *period_given = address.period.text.len > 0;
  if (address.label.text.len > 0) {
    uint32_t *rows = TF_ARRAY(cx->arena, uint32_t, quantity->index_count + 1);
    tf_status s = tf_label_check(cx, TF_USAGE, plan->model, cell->quantity, address.label, rows);
    bool one = true;
    for (size_t d = 0; s == TF_OK && d < quantity->index_count; d++) {
      one = one && rows[d] != TF_NO_ID;
      cell->element = cell->element * plan->model->indices.at[quantity->indices[d]].count + rows[d];
    }
    if (s == TF_OK && !one) {
      tf_text labels = tf_text_new(cx->arena);
      tf_element_labels(plan->model, quantity, 0, &labels);
      s = tf_fail(cx, TF_USAGE, address.label.at, "several elements of `%.*s` have `%.*s`", TF_STR_ARGS(quantity->name),
                  TF_STR_ARGS(address.label.text));
      tf_hint(cx, "name one, such as '%.*s[%.*s]'", TF_STR_ARGS(quantity->name), TF_STR_ARGS(tf_text_str(&labels)));
    }
    if (s != TF_OK) {
      return s;
    }
  } else if (quantity->elements > 1) {
    tf_text labels = tf_text_new(cx->arena);
    tf_element_labels(plan->model, quantity, 0, &labels);
    tf_status s = tf_fail(cx, TF_USAGE, located.at, "`%.*s` has %zu elements: say which one",
                          TF_STR_ARGS(quantity->name), quantity->elements);
    tf_hint(cx, "such as '%.*s[%.*s]'", TF_STR_ARGS(quantity->name), TF_STR_ARGS(tf_text_str(&labels)));
    return s;
  }
  if (*period_given) {
    tf_period period;
    const char *bad = NULL;
    int covers = 0;
    if (tf_period_scan(address.period.text, &period, &bad) != address.period.text.len) {
      return tf_fail(cx, TF_USAGE, address.period.at, "`%.*s` is not a period", TF_STR_ARGS(address.period.text));
    }
    if (!plan->quantities[cell->quantity].series) {
      return tf_no_periods(cx, TF_USAGE, plan->model, cell->quantity, address.period);
    }
    tf_axis_rows(&plan->axis, period, &cell->row, &covers);
    if (cell->row >= plan->axis.count || covers == 0) {
      char from[16];
      char to[16];
      tf_status s = tf_fail(cx, TF_USAGE, address.period.at, "the time axis has no period `%.*s`",
                            TF_STR_ARGS(address.period.text));
      tf_hint(cx, "its periods are %s to %s; `--time` changes the axis",
              tf_period_print(tf_axis_period(&plan->axis, 0), from),
              tf_period_print(tf_axis_period(&plan->axis, plan->axis.count - 1), to));
      return s;
    }
    cell->row += covers - 1;
  }
  return TF_OK;
}

// The samples of one cell, as a row of a result.
static tf_status sample_cell(tf_session *session, const tf_case *c, tf_datum cell, tf_row *row, uint64_t *count) {
  tf_context *cx = session->cx;
  tf_graph *graph = tf_graph_new(cx, cx->arena);
  uint32_t id = 0;
  tf_status status = tf_graph_add(cx, graph, c->plan, &cell.quantity, 1, &id);
  tf_samples *samples = NULL;
  if (status == TF_OK) {
    status = tf_run(cx, cx->arena, graph, &session->run, &samples);
  }
  if (status != TF_OK) {
    return status;
  }
  const tf_output *output = &samples->outputs[0];
  size_t rows = (size_t)(output->history + output->periods);
  size_t at = cell.element * rows + (size_t)((output->series ? cell.row : 0) + output->history);
  const tf_quantity *quantity = &c->plan->model->quantities.at[cell.quantity];
  double factor = quantity->kind == TF_KIND_NUMBER ? quantity->unit.factor : 1;
  *row = (tf_row){.central = output->central[at] / factor};
  row->samples = output->samples != NULL ? output->samples[at] : NULL;
  row->uncertain = row->samples != NULL;
  row->sketch = output->sketches != NULL ? output->sketches[at] : NULL;
  *count = samples->count;
  if (row->sketch != NULL) {
    tf_summarise_sketch(row->sketch, &session->run.sampler, factor, row);
  } else if (row->uncertain) {
    tf_summarise_column(cx->arena, row->samples, samples->count, &session->run.sampler, factor, row);
  }
  return TF_OK;
}

// The sample whose value is nearest to the quantile, among those that are kept: the first of equally near ones.
static uint64_t nearest_sample(const double *x, uint64_t count, double wanted) {
  uint64_t best = 0;
  double distance = INFINITY;
  for (uint64_t i = 0; i < count; i++) {
    double d = fabs(x[i] - wanted);
    if (d < distance) {
      distance = d;
      best = i;
    }
  }
  return best;
}

static tf_status read_at(tf_session *session, const tf_row *row, uint64_t count, double factor, uint64_t *at) {
  tf_context *cx = session->cx;
  const char *text = tf_option_text(session->line, TF_OPTION_AT);
  *at = TF_AT_CENTRAL;
  if (text == NULL) {
    return TF_OK;
  }
  double number = 0;
  tf_str s = tf_str_of(text);
  bool percentile = s.len > 0 && s.ptr[0] == 'p';
  tf_str digits = percentile ? tf_str_sub(s, 1, s.len) : s;
  if (tf_str_starts(s, "sample ")) {
    digits = tf_str_trim(tf_str_sub(s, 7, s.len));
  }
  if (digits.len == 0 || tf_number_scan(digits, &number) != digits.len) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--at %s: not a sample or percentile", text);
    tf_hint(cx, "such as --at sample 12 or --at p95");
    return status;
  }
  if (!percentile) {
    if (number >= (double)session->run.sampler.samples) {
      return tf_fail(cx, TF_USAGE, nowhere, "--at %s: there are %llu samples, numbered from 0", text,
                     (unsigned long long)session->run.sampler.samples);
    }
    *at = (uint64_t)number;
    return TF_OK;
  }
  if (!row->uncertain) {
    return TF_OK; // every sample is the central one
  }
  static const struct {
    double p;
    size_t field;
  } known[] = {{5, offsetof(tf_row, p5)},
               {25, offsetof(tf_row, p25)},
               {50, offsetof(tf_row, p50)},
               {75, offsetof(tf_row, p75)},
               {95, offsetof(tf_row, p95)}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (known[i].p == number) {
      double wanted;
      memcpy(&wanted, (const char *)row + known[i].field, sizeof wanted);
      *at = nearest_sample(row->samples, tf_row_kept(row, count), wanted * factor);
      return TF_OK;
    }
  }
  return tf_fail(cx, TF_USAGE, nowhere, "--at %s: p5, p25, p50, p75 and p95 are known", text);
}

static void print_range(explain_tree *tree, const tf_row *row, tf_datum cell, uint64_t count, uint64_t seed) {
  const tf_quantity *quantity = &tree->plan->model->quantities.at[cell.quantity];
  if (!row->uncertain || quantity->kind != TF_KIND_NUMBER) {
    return;
  }
  double factor = quantity->unit.factor;
  char samples[48];
  tf_text_addf(tree->out, "  mean %s; 90 %% of outcomes between %s and %s (%s samples, seed %llu%s)\n",
               value_text(tree, cell, row->mean * factor), value_text(tree, cell, row->p5 * factor),
               value_text(tree, cell, row->p95 * factor), tf_number_pretty((double)count, 15, samples),
               (unsigned long long)seed, row->sketch != NULL ? ", quantiles within 0.05 %" : "");
  double gap = fabs(row->mean - row->central) / fabs(row->central);
  if (gap > 0.01) {
    tf_text_addf(tree->out,
                 "  the mean differs from the central value by %.1f %%: the equations are not linear in the "
                 "uncertain inputs\n",
                 100 * gap);
  }
}

// `json` NULL: as text.
static tf_status explain_case(tf_session *session, const tf_case *c, const char *name, tf_json *json, tf_text *out) {
  tf_context *cx = session->cx;
  tf_datum cell;
  bool period_given = false;
  tf_row row;
  uint64_t count = 0;
  uint64_t at = TF_AT_CENTRAL;
  uint64_t depth = 0;
  tf_trace *trace = NULL;
  tf_status status = find_cell(cx, c->plan, name, &cell, &period_given);
  if (status == TF_OK) {
    status = tf_session_need_axis(session, c, cell.quantity);
  }
  if (status == TF_OK) {
    status = sample_cell(session, c, cell, &row, &count);
  }
  const tf_quantity *quantity = status == TF_OK ? &c->plan->model->quantities.at[cell.quantity] : NULL;
  if (status == TF_OK) {
    status = read_at(session, &row, count, quantity->kind == TF_KIND_NUMBER ? quantity->unit.factor : 1, &at);
  }
  if (status == TF_OK) {
    status = tf_option_number(cx, session->line, TF_OPTION_DEPTH, DEFAULT_DEPTH, 0, 100, &depth);
  }
  if (status == TF_OK) {
    status = tf_trace_run(cx, cx->arena, c->plan, cell.quantity, &session->run, at, &trace);
  }
  if (status != TF_OK) {
    return status;
  }
  explain_tree tree = {.cx = cx, .plan = c->plan, .trace = trace, .depth = depth, .out = out};
  if (json != NULL) {
    json_case(&tree, json, c, &row, cell, at);
    return TF_OK;
  }
  tf_text_addf(out, "%.*s%s%.*s: ", TF_STR_ARGS(c->column->file), c->column->file.len > 0 ? ", " : "",
               TF_STR_ARGS(c->column->name));
  if (at == TF_AT_CENTRAL) {
    tf_text_adds(out, "the central case, all inputs at their median\n");
  } else {
    tf_text_addf(out, "sample %llu\n", (unsigned long long)at);
  }
  print_cell(&tree, "", "", "", cell, 0);
  print_range(&tree, &row, cell, count, session->run.sampler.seed);
  return TF_OK;
}

tf_status tf_command_explain(tf_context *cx, const tf_command_line *line) {
  if (line->files.count < 2) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "explain needs a file and a quantity");
    tf_hint(cx, "such as `tenfold explain scenarios/llama.csv training.duration`");
    return status;
  }
  tf_command_line inner = *line;
  const char *name = line->files.at[line->files.count - 1];
  inner.files.count--;
  tf_session session = {0};
  size_t format = 0;
  tf_status status = tf_option_choice(cx, line, TF_OPTION_FORMAT, &format);
  if (status == TF_OK && (format == 1 || format == 3)) {
    status = tf_fail(cx, TF_USAGE, nowhere, "explain writes a tree: --format table or json");
  }
  if (status == TF_OK) {
    status = tf_session_open(cx, &inner, true, &session);
  }
  tf_text out = tf_text_new(cx->arena);
  tf_json json = tf_json_new(&out, 64);
  bool as_json = format == 2;
  if (as_json) {
    tf_json_open(&json, '[');
  }
  for (size_t i = 0; i < session.cases.count && status == TF_OK; i++) {
    if (i > 0 && !as_json) {
      tf_text_addc(&out, '\n');
    }
    status = explain_case(&session, &session.cases.at[i], name, as_json ? &json : NULL, &out);
  }
  if (as_json) {
    tf_json_close(&json, ']');
    tf_text_addc(&out, '\n');
  }
  return status == TF_OK ? tf_print_out(cx, line, tf_text_str(&out)) : status;
}
