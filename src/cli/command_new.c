// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold new: a scenario to start from, with the ten inputs that move the result most.
#include <math.h>
#include <string.h>

#include "base/io.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/naming.h"
#include "cli/session.h"
#include "cli/settings.h"
#include "cli/terminal.h"
#include "out/delimited.h"

static const tf_span nowhere = {0, 0, 0};
enum { ROWS = 10 };

typedef struct candidate {
  uint32_t quantity;
  double weight; // |rank correlation| or |elasticity|
  bool uncertain;
} candidate;

typedef TF_VEC(candidate) candidate_list;

static void insert(tf_arena *arena, candidate_list *list, candidate c) {
  for (size_t i = 0; i < list->count; i++) {
    if (list->at[i].quantity == c.quantity) {
      return;
    }
  }
  tf_vec_push(arena, list, c);
  // Uncertain inputs first, then by weight.
  for (size_t i = list->count - 1; i > 0; i--) {
    candidate *a = &list->at[i - 1];
    candidate *b = &list->at[i];
    if (a->uncertain > b->uncertain || (a->uncertain == b->uncertain && a->weight >= b->weight)) {
      break;
    }
    candidate t = *a;
    *a = *b;
    *b = t;
  }
}

static double last_central(const tf_samples *samples, uint32_t scenario) {
  for (size_t o = 0; o < samples->output_count; o++) {
    const tf_output *output = &samples->outputs[o];
    if (output->scenario == scenario && output->check == TF_NO_ID) {
      return output->central[output->history + output->periods - 1];
    }
  }
  return NAN;
}

// Certain inputs by elasticity: the change of the first output when the input grows by 1 %.
static tf_status weigh_certain(tf_session *session, const tf_case *c, uint32_t output, candidate_list *list) {
  tf_context *cx = session->cx;
  const tf_model *model = c->plan->model;
  tf_graph *graph = tf_graph_new(cx, cx->arena);
  uint32_t id = 0;
  tf_status status = tf_graph_add(cx, graph, c->plan, &output, 1, &id);
  TF_VEC(uint32_t) tried = {0};
  cx->diags.muted++; // 1 % more may lie outside a permitted range: such an input is passed over in silence
  for (uint32_t q = 0; q < model->quantities.count && status == TF_OK; q++) {
    const tf_quantity *quantity = &model->quantities.at[q];
    if (!quantity->input || quantity->column || quantity->kind != TF_KIND_NUMBER || !c->plan->quantities[q].used) {
      continue;
    }
    tf_column *column = TF_NEW(cx->arena, tf_column);
    *column = *c->column;
    column->bindings.at = TF_ARRAY(cx->arena, tf_binding, c->column->bindings.count + 1);
    if (c->column->bindings.count > 0) {
      memcpy(column->bindings.at, c->column->bindings.at, c->column->bindings.count * sizeof(tf_binding));
    }
    tf_binding more = {.mode = TF_BIND_MULTIPLY, .name = {quantity->name, nowhere}, .value = {TF_STR("1.01"), nowhere}};
    more.setter = TF_STR("new");
    column->bindings.at[column->bindings.count++] = more;
    column->bindings.capacity = column->bindings.count;
    tf_plan *plan = NULL;
    if (tf_plan_build(cx, model, column, false, INT64_MAX, &plan) != TF_OK) {
      continue;
    }
    if (tf_graph_add(cx, graph, plan, &output, 1, &id) == TF_OK) {
      tf_vec_push(cx->arena, &tried, q);
    }
  }
  cx->diags.muted--;
  tf_run_options options = session->run;
  options.sampler.samples = options.count = 64; // only the central values are needed
  tf_samples *samples = NULL;
  if (status == TF_OK) {
    status = tf_run(cx, cx->arena, graph, &options, &samples);
  }
  if (status != TF_OK) {
    return status;
  }
  double base = last_central(samples, 0);
  for (size_t i = 0; i < tried.count; i++) {
    double moved = last_central(samples, (uint32_t)(i + 1));
    double elasticity = fabs((moved / base - 1) / 0.01);
    if (elasticity > 1e-6 && elasticity < INFINITY) {
      insert(cx->arena, list, (candidate){tried.at[i], elasticity, false});
    }
  }
  return TF_OK;
}

static void write_line(tf_context *cx, const tf_quantity *quantity, tf_str label, const tf_binding *b, tf_str value,
                       const char *note, tf_text *out) {
  tf_str name = quantity->name;
  if (label.len > 0) {
    name = tf_str_of(tf_format(cx->arena, "%.*s[%.*s]", TF_STR_ARGS(name), TF_STR_ARGS(label)));
  }
  tf_csv_text(out, name);
  tf_text_addc(out, ',');
  if (b != NULL) {
    tf_csv_text(out, b->unit.text);
  }
  tf_text_adds(out, ",,");
  tf_csv_text(out, value);
  tf_text_addc(out, ',');
  tf_csv_text(out, b != NULL ? b->source : quantity->source.text);
  tf_text_addc(out, ',');
  tf_csv_text(out, b != NULL ? b->date : TF_STR(""));
  tf_text_addc(out, ',');
  tf_csv_text(out, tf_str_of(note));
  tf_text_addc(out, '\n');
}

static void write_row(tf_context *cx, const tf_case *c, const candidate *candidate_row, const char *moved,
                      tf_text *out) {
  const tf_quantity *quantity = &c->plan->model->quantities.at[candidate_row->quantity];
  const tf_binding *b = c->plan->quantities[candidate_row->quantity].origin;
  const char *note = candidate_row->uncertain
                         ? tf_format(cx->arena, "rank correlation with %s: %.2f", moved, candidate_row->weight)
                         : tf_format(cx->arena, "1 %% more moves %s by %.2f %%", moved, candidate_row->weight);
  const tf_expr *value = quantity->definition->value;
  if (b == NULL && value != NULL && value->kind == TF_EXPR_BUILD) {
    for (size_t i = 0; i < value->count; i++) { // a cell holds one value: a line for each row of the index
      tf_span at = value->args[i]->at;
      tf_str text = tf_str_sub(cx->sources.list.at[at.source].text, at.start, at.end);
      write_line(cx, quantity, value->labels[i].text, b, tf_str_of(tf_squeeze(cx->arena, text)), note, out);
    }
    return;
  }
  tf_str text = b != NULL ? b->value.text : quantity->definition->right.text;
  write_line(cx, quantity, (tf_str){"", 0}, b, tf_str_of(tf_squeeze(cx->arena, text)), note, out);
}

// `model:,NAME` or, where no name leads there, `model:,../own.model`. Blanks part the models of a cell.
static tf_status write_model(tf_context *cx, const char *path, const char *source, tf_text *out) {
  const tf_str name = tf_str_of(tf_name_for(cx, path, source, "models"));
  if (tf_str_find(name, ' ') != SIZE_MAX) {
    tf_status status =
        tf_fail(cx, TF_INVALID, nowhere, "a `model:` row cannot name `%.*s`: it has a blank", TF_STR_ARGS(name));
    tf_hint(cx, "write the scenario beside the model, or move the model to a folder without blanks");
    return status;
  }
  const bool bare = tf_str_eq(tf_path_name(name), name); // a way ends in `.model`, a name does not
  tf_text_adds(out, "model:,");
  tf_csv_text(out, bare ? tf_path_stem(name) : name);
  tf_text_adds(out, "\n");
  return TF_OK;
}

static tf_status write_scenario(tf_context *cx, const tf_case *c, const char *path, const char *source, bool extend,
                                const candidate_list *list, tf_text *out) {
  const tf_scenario *scenario = c->scenario;
  tf_text_adds(out, "title:,");
  tf_str title = extend ? scenario->title : c->plan->model->modules[0].ast->title;
  tf_csv_text(out, tf_str_of(tf_format(cx->arena, "What if: %.*s", TF_STR_ARGS(title))));
  tf_text_adds(out, "\n");
  if (extend) {
    tf_text_adds(out, "extends:,");
    tf_csv_text(out, tf_str_of(tf_name_for(cx, path, source, "scenarios")));
    tf_text_adds(out, "\n");
  } else {
    tf_status status = write_model(cx, path, source, out);
    if (status != TF_OK) {
      return status;
    }
    if (scenario->axis.count > 0) {
      char first[16];
      char last[16];
      static const char *const steps[] = {"", ",month", "", ",quarter"};
      tf_text_addf(out, "time:,%s..%s%s\n", tf_period_print(tf_axis_period(&scenario->axis, 0), first),
                   tf_period_print(tf_axis_period(&scenario->axis, scenario->axis.count - 1), last),
                   scenario->axis.months < 4 ? steps[scenario->axis.months] : "");
    }
  }
  tf_text_adds(out, "parameter,unit,period,");
  tf_csv_text(out, extend ? c->column->name : TF_STR("my-case"));
  tf_text_adds(out, ",source,date,note\n");
  uint32_t first = c->plan->model->outputs.count > 0 ? c->plan->model->outputs.at[0] : 0;
  const char *moved = tf_cstr(cx->arena, c->plan->model->quantities.at[first].name);
  for (size_t i = 0; i < list->count && i < ROWS; i++) {
    write_row(cx, c, &list->at[i], moved, out);
  }
  return TF_OK;
}

// Results vary over time, and nothing says which periods there are.
static bool lacks_axis(const tf_case *c) {
  const tf_model *model = c->plan->model;
  bool series = false;
  for (size_t i = 0; i < model->outputs.count; i++) {
    series = series || c->plan->quantities[model->outputs.at[i]].series;
  }
  return series && c->scenario->axis.count == 0;
}

tf_status tf_command_new(tf_context *cx, const tf_command_line *line) {
  const char *from = tf_option_text(line, TF_OPTION_FROM);
  const char *model_name = tf_option_text(line, TF_OPTION_MODEL);
  if (line->files.count != 1 || (from == NULL) == (model_name == NULL)) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "new needs one file to write, and --from FILE or --model NAME");
    tf_hint(cx, "such as `tenfold new my.csv --from scenarios/llama.csv`");
    return status;
  }
  const char *path = line->files.at[0];
  if (from != NULL && tf_str_ends(tf_str_of(from), ".model")) { // a model is not extended, it is run
    model_name = from;
    from = NULL;
  }
  if (tf_file_exists(path) && !tf_option_given(line, TF_OPTION_FORCE)) {
    tf_status status = tf_fail(cx, TF_FILE, nowhere, "`%s` exists already", path);
    tf_hint(cx, "choose another name, or --force to overwrite it");
    return status;
  }
  tf_command_line inner = *line;
  inner.files.at = NULL;
  inner.files.count = inner.files.capacity = 0;
  const char *source = from;
  if (model_name != NULL) {
    const char *file =
        tf_str_ends(tf_str_of(model_name), ".model") ? model_name : tf_format(cx->arena, "%s.model", model_name);
    // As the new file will find it: beside itself, then in the library.
    source = tf_data_find(cx, tf_cstr(cx->arena, tf_path_folder(tf_str_of(path))), "models", tf_str_of(file));
    source = source != NULL ? source : file;
  }
  tf_vec_push(cx->arena, &inner.files, source);
  tf_session session;
  const tf_result *result = NULL;
  tf_status status = tf_session_open(cx, &inner, true, &session);
  if (status == TF_OK && session.cases.count == 0) {
    status = tf_fail(cx, TF_INVALID, nowhere, "`%s` has no scenario", source);
  }
  if (status == TF_OK) {
    session.any_axis = true; // the axis is left to the scenario that is written
    status = tf_session_run(&session, &result);
  }
  if (status != TF_OK) {
    return status;
  }
  candidate_list list = {0};
  const tf_scenario_result *first = &result->scenarios[0];
  for (size_t i = 0; i < first->driver_count; i++) {
    const tf_driver *driver = &first->drivers[i];
    const tf_quantity *quantity = &session.cases.at[0].plan->model->quantities.at[driver->input];
    if (quantity->definition != NULL && fabs(driver->rho) > 0.01) {
      insert(cx->arena, &list, (candidate){driver->input, fabs(driver->rho), true});
    }
  }
  const tf_model *model = session.cases.at[0].plan->model;
  if (model->outputs.count > 0) {
    status = weigh_certain(&session, &session.cases.at[0], model->outputs.at[0], &list);
  }
  if (status != TF_OK) {
    return status;
  }
  tf_text out = tf_text_new(cx->arena);
  status = write_scenario(cx, &session.cases.at[0], path, source, from != NULL, &list, &out);
  if (status == TF_OK) {
    status = tf_file_write(cx, path, tf_text_str(&out));
  }
  if (status == TF_OK && !session.quiet) {
    const char *first_step =
        lacks_axis(&session.cases.at[0]) ? "add a row `time:,2024..2030` with your years, and " : "";
    tf_note(cx, nowhere, "wrote %s with %zu inputs; %s`tenfold run %s` computes it", path,
            list.count < ROWS ? list.count : ROWS, first_step, path);
  }
  return status;
}
