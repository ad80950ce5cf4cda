// SPDX-License-Identifier: GPL-3.0-or-later
// Directive rows: `title: model: time: extends: data: table: correlate: seed: samples: set: show: plot:`.
#include <math.h>

#include "base/io.h"
#include "base/number.h"
#include "scenario/reader.h"

bool tf_is_directive(const tf_record *record) {
  tf_str first = record->cells[0].text;
  return first.len > 1 && first.ptr[first.len - 1] == ':';
}

static tf_status once(tf_context *cx, const tf_record *record, tf_span *given) {
  tf_located name = record->cells[0];
  if (given->source != 0) {
    tf_status status = tf_fail(cx, TF_INVALID, name.at, "`%.*s` is given twice", TF_STR_ARGS(name.text));
    tf_also(cx, *given, "it is given here");
    return status;
  }
  *given = name.at;
  return TF_OK;
}

static tf_status read_title(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_status status = once(r->cx, record, &file->title_at);
  file->title = record->cells[1].text;
  return status;
}

// `model:,capex finance`, `model:,capex,finance` and `model:,"capex, finance"` name the same two models.
static tf_status read_model(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_status status = TF_OK;
  for (size_t i = 1; i < record->count; i++) {
    tf_located cell = record->cells[i];
    status = tf_first(status, tf_cell_plain(r->cx, cell));
    size_t from = 0;
    for (size_t at = 0; at <= cell.text.len; at++) {
      if (at == cell.text.len || cell.text.ptr[at] == ' ' || cell.text.ptr[at] == ',') {
        if (at > from) {
          tf_vec_push(r->cx->arena, &file->models, tf_located_part(cell, from, at));
        }
        from = at + 1;
      }
    }
  }
  return status;
}

// `2024..2030,quarter` in one piece.
static tf_status read_axis(tf_context *cx, tf_located text, tf_axis *axis) {
  size_t comma = tf_str_find(text.text, ',');
  tf_located step = {TF_STR(""), {0, 0, 0}};
  if (comma != SIZE_MAX) {
    step = tf_located_part(text, comma + 1, text.text.len);
    text = tf_located_part(text, 0, comma);
  }
  return tf_axis_parse(cx, text, step, axis);
}

static tf_status read_time(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_status status = once(r->cx, record, &file->time_at);
  status = tf_first(status, tf_cell_plain(r->cx, record->cells[1]));
  if (status != TF_OK) {
    return status;
  }
  return record->count > 2 ? tf_axis_parse(r->cx, record->cells[1], record->cells[2], &file->axis)
                           : read_axis(r->cx, record->cells[1], &file->axis);
}

tf_status tf_time_read(tf_context *cx, const char *text, tf_axis *axis) {
  tf_str whole = tf_str_copy(cx->arena, tf_str_of(text));
  uint32_t source = tf_source_add(cx->arena, &cx->sources, TF_STR("--time"), whole);
  tf_located time = {whole, {source, 0, (uint32_t)whole.len}};
  return read_axis(cx, time, axis) == TF_OK ? TF_OK : TF_USAGE;
}

static tf_status read_extends(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_status status = once(r->cx, record, &file->extends.at);
  file->extends = record->cells[1];
  return status;
}

static tf_status read_data(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_data_row row = {.at = record->cells[0].at, .path = record->cells[2]};
  row.condition_count = record->count - 3;
  row.conditions = record->cells + 3;
  tf_status status = tf_cell_plain(r->cx, record->cells[1]);
  status = status == TF_OK ? tf_parse_address(r->cx, record->cells[1], &row.address) : status;
  if (status != TF_OK) {
    return status;
  }
  if (row.address.period.text.len > 0) {
    status = tf_fail(r->cx, TF_INVALID, row.address.period.at, "observed data bring their own periods");
    tf_hint(r->cx, "write `%.*s`", TF_STR_ARGS(row.address.name.text));
    return status;
  }
  tf_vec_push(r->cx->arena, &file->data_rows, row);
  return TF_OK;
}

static tf_status read_table(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_table_extra extra = {.table = record->cells[1], .path = record->cells[2], .folder = file->folder};
  tf_vec_push(r->cx->arena, &file->extras, extra);
  return tf_cell_plain(r->cx, extra.table);
}

// A number between -1 and 1, as the expression that a correlation statement of a model would hold.
static tf_status read_correlation(tf_context *cx, tf_located text, const tf_expr **value) {
  bool negative = tf_str_starts(text.text, "-");
  tf_located digits = tf_located_part(text, negative ? 1 : 0, text.text.len);
  double number = 0;
  size_t used = tf_number_scan(digits.text, &number);
  if (used == 0 || used != digits.text.len || number > 1) {
    tf_status status = tf_fail(cx, TF_INVALID, text.at, "`%.*s` is not a correlation", TF_STR_ARGS(text.text));
    tf_hint(cx, "write a number from -1 to 1, such as 0.4");
    return status;
  }
  tf_expr *expr = TF_NEW(cx->arena, tf_expr);
  *expr = (tf_expr){.kind = TF_EXPR_NUMBER, .at = digits.at, .number = number, .depth = 1};
  if (negative) {
    const tf_expr **args = TF_ARRAY(cx->arena, const tf_expr *, 1);
    args[0] = expr;
    tf_expr *minus = TF_NEW(cx->arena, tf_expr);
    *minus = (tf_expr){.kind = TF_EXPR_UNARY, .op = TF_OP_NEGATE, .at = text.at, .depth = 2, .count = 1, .args = args};
    expr = minus;
  }
  *value = expr;
  return TF_OK;
}

// `correlate:,a,b,0.4`, or as a model spells it: `correlate:,a,b = 0.4`.
static tf_status read_correlate(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_correlate_statement statement = {.a = record->cells[1], .b = record->cells[2]};
  statement.at = tf_span_join(record->cells[0].at, record->cells[record->count - 1].at);
  tf_located value = record->count > 3 ? record->cells[3] : (tf_located){TF_STR(""), record->cells[2].at};
  size_t equals = tf_str_find(statement.b.text, '=');
  if (equals != SIZE_MAX && record->count == 3) {
    value = tf_located_part(statement.b, equals + 1, statement.b.text.len);
    statement.b = tf_located_part(statement.b, 0, equals);
  }
  tf_status status = tf_cell_plain(r->cx, statement.a);
  status = tf_first(status, tf_cell_plain(r->cx, statement.b));
  status = status == TF_OK ? tf_csv_number_text(r->cx, file->csv, value, &value) : status;
  status = status == TF_OK ? read_correlation(r->cx, value, &statement.value) : status;
  if (status == TF_OK) {
    tf_vec_push(r->cx->arena, &file->correlations, statement);
  }
  return status;
}

static tf_status read_seed(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_status status = once(r->cx, record, &file->seed_at);
  tf_located cell = record->cells[1];
  uint64_t seed = 0;
  bool good = cell.text.len > 0;
  for (size_t i = 0; good && i < cell.text.len; i++) {
    unsigned digit = (unsigned)cell.text.ptr[i] - '0';
    good = digit <= 9 && seed <= (UINT64_MAX - digit) / 10;
    seed = good ? seed * 10 + digit : seed;
  }
  if (!good) {
    status = tf_fail(r->cx, TF_INVALID, cell.at, "`%.*s` is not a seed", TF_STR_ARGS(cell.text));
    tf_hint(r->cx, "write a whole number from 0 to 18446744073709551615");
  }
  file->seed = seed;
  return status;
}

static tf_status read_samples(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  const double least = 8; // one for each replicate, as with --samples
  const double most = 1e12;
  tf_status status = once(r->cx, record, &file->samples_at);
  tf_located cell = record->cells[1];
  tf_located text = cell;
  status = tf_first(status, tf_csv_number_text(r->cx, file->csv, cell, &text));
  if (status != TF_OK) {
    return status;
  }
  tf_text digits = tf_text_new(r->cx->arena);
  for (size_t i = 0; i < text.text.len; i++) {
    if (text.text.ptr[i] != ',') { // regular, as checked
      tf_text_addc(&digits, text.text.ptr[i]);
    }
  }
  double number = 0;
  tf_str rest = tf_text_str(&digits);
  size_t used = tf_number_scan(rest, &number);
  rest = tf_str_sub(rest, used, rest.len);
  number *= tf_str_is(rest, "k") ? 1e3 : tf_str_is(rest, "M") ? 1e6 : tf_str_is(rest, "G") ? 1e9 : 1;
  bool suffix = rest.len == 1 && number > 0 && (rest.ptr[0] == 'k' || rest.ptr[0] == 'M' || rest.ptr[0] == 'G');
  if (used == 0 || (rest.len > 0 && !suffix) || number < least || number > most || number != floor(number)) {
    status = tf_fail(r->cx, TF_INVALID, cell.at, "`%.*s` is not a number of samples", TF_STR_ARGS(cell.text));
    tf_hint(r->cx, "write a whole number of at least 8, such as 16384 or 100k");
    return status;
  }
  file->samples = (uint64_t)number;
  return TF_OK;
}

// `set:,NAME*=0.8`: what --set does, written down: a report keeps the command line this way.
static tf_status read_set(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_binding binding = {.bare_note = true, .setter = file->path};
  if (tf_set_read(r->cx, record->cells[1], &binding) != TF_OK) {
    return TF_INVALID;
  }
  tf_vec_push(r->cx->arena, &file->sets, binding);
  return TF_OK;
}

// `show:,capex.annual,capex.cumulative[2030]`: the results of this scenario, as --show lists them, the answer first.
static tf_status read_show(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_status status = TF_OK;
  for (size_t i = 1; i < record->count; i++) {
    tf_located cell = record->cells[i];
    if (cell.text.len > 0) {
      status = tf_first(status, tf_cell_plain(r->cx, cell));
      tf_vec_push(r->cx->arena, &file->shows, cell);
    }
  }
  return status;
}

// `plot:,fan capex, other`: one statement, however many cells its commas made of it.
static tf_status read_plot(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_plot_statement plot = {.text = record->cells[1]};
  tf_span last = record->cells[record->count - 1].at;
  if (record->count > 2) {
    tf_str source = r->cx->sources.list.at[last.source].text;
    plot.text.at = tf_span_join(plot.text.at, last);
    plot.text.text = tf_str_sub(source, plot.text.at.start, plot.text.at.end);
    if (file->csv->separator != ',' || tf_str_find(plot.text.text, '"') != SIZE_MAX) {
      tf_text joined = tf_text_new(r->cx->arena);
      for (size_t i = 1; i < record->count; i++) {
        tf_text_adds(&joined, i > 1 ? ", " : "");
        tf_text_add(&joined, record->cells[i].text);
      }
      plot.text.text = tf_text_str(&joined);
    }
  }
  plot.at = tf_span_join(record->cells[0].at, last);
  tf_vec_push(r->cx->arena, &file->plots, plot);
  return TF_OK;
}

typedef struct directive {
  const char *name;
  size_t least, most; // cells beside the first; 0: any number
  const char *example;
  tf_status (*read)(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record);
} directive;

static const directive directives[] = {
    {"title:", 1, 1, "title:,\"Capex, three paths\"", read_title},
    {"model:", 1, 0, "model:,cluster", read_model},
    {"time:", 1, 2, "time:,2024..2030,quarter", read_time},
    {"extends:", 1, 1, "extends:,base.csv", read_extends},
    {"data:", 2, 0, "data:,capex.annual,data/capex.csv,entity=Meta", read_data},
    {"table:", 2, 2, "table:,hardware,my-chips.csv", read_table},
    {"correlate:", 2, 3, "correlate:,gpu_price,server_ratio,0.4", read_correlate},
    {"seed:", 1, 1, "seed:,1", read_seed},
    {"samples:", 1, 1, "samples:,16384", read_samples},
    {"set:", 1, 1, "set:,cluster.gpus=200k", read_set},
    {"show:", 1, 0, "show:,capex.annual,capex.cumulative[2030]", read_show},
    {"plot:", 1, 0, "plot:,fan capex.annual", read_plot},
};
enum { DIRECTIVES = sizeof directives / sizeof *directives };

bool tf_directive_known(tf_str name) {
  for (size_t i = 0; i < DIRECTIVES; i++) {
    tf_str own = tf_str_of(directives[i].name);
    if (tf_str_eq(tf_str_sub(own, 0, own.len - 1), name)) {
      return true;
    }
  }
  return false;
}

static tf_status unknown(tf_context *cx, tf_located name) {
  tf_map names = tf_map_new(cx->arena);
  tf_text all = tf_text_new(cx->arena);
  for (size_t i = 0; i < DIRECTIVES; i++) {
    (void)tf_map_put(&names, tf_str_of(directives[i].name), (uint32_t)i);
    tf_text_addf(&all, "%s%s", i > 0 ? " " : "", directives[i].name);
  }
  tf_status status = tf_fail(cx, TF_INVALID, name.at, "there is no directive `%.*s`", TF_STR_ARGS(name.text));
  tf_str near = tf_map_nearest(&names, name.text);
  if (near.len > 0) {
    tf_hint(cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
  } else {
    tf_hint(cx, "directives are %.*s", TF_STR_ARGS(tf_text_str(&all)));
  }
  return status;
}

tf_status tf_directive_read(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record) {
  tf_located name = record->cells[0];
  const directive *found = NULL;
  for (size_t i = 0; i < DIRECTIVES && found == NULL; i++) {
    found = tf_str_is(name.text, directives[i].name) ? &directives[i] : NULL;
  }
  if (found == NULL) {
    return unknown(r->cx, name);
  }
  bool empty = false; // a needed cell is
  for (size_t i = 1; i <= found->least && i < record->count; i++) {
    empty = empty || record->cells[i].text.len == 0;
  }
  if (record->count - 1 < found->least || empty) {
    tf_status status = tf_fail(r->cx, TF_INVALID, name.at, "`%s` says nothing%s", found->name,
                               record->count > 1 ? " in a cell it needs" : "");
    tf_hint(r->cx, "write it as `%s`", found->example);
    return status;
  }
  if (found->most > 0 && record->count - 1 > found->most) {
    tf_status status =
        tf_fail(r->cx, TF_INVALID, record->cells[found->most + 1].at, "too many cells in `%s`", found->name);
    tf_hint(r->cx, "put text that holds the separator in quotes: `%s`", found->example);
    return status;
  }
  return found->read(r, file, record);
}
