// SPDX-License-Identifier: GPL-3.0-or-later
// Scenario files: directives, headers, rows, inheritance, and the words for what is wrong.
#include "scenario_files.h"

static void test_whole_file(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "title:,\"Capex, three paths\"\n"
                                     "model:,capex finance\n"
                                     "time:,2023..2030\n"
                                     "seed:,7\n"
                                     "samples:,100k\n"
                                     "parameter,unit,period,guided,plan,bull < plan,source,date,note,confidence,group\n"
                                     "capex.growth,%/year,,20 to 40,,40 to 70,assumption,2026-11-21,n,low,g\n"
                                     "capex.annual,bn USD/year,2024,37 .. 40,,,Meta,2024-07-31,,,\n"
                                     "cluster.gpu_price,,,,base * 0.8,,x,,,,\n");
  assert_str(s->path, "s.csv");
  assert_str(s->folder, ".");
  assert_str(s->title, "Capex, three paths");
  assert_int_equal(s->model_count, 2);
  assert_str(s->models[0].text, "capex");
  assert_str(s->models[1].text, "finance");
  assert_int_equal(s->axis.first_month, 2023 * 12);
  assert_int_equal(s->axis.months, 12);
  assert_int_equal(s->axis.count, 8);
  assert_true(s->has_seed && s->seed == 7);
  assert_true(s->has_samples && s->samples == 100000);
  assert_int_equal(s->columns.count, 3);
  assert_str(s->columns.at[2].name, "bull");
  assert_int_equal(s->columns.at[2].axis.count, 8);
  assert_string_equal(bindings(cx, s, 0), "capex.growth=20 to 40 (%/year)\ncapex.annual@2024=37 .. 40 (bn USD/year)\n");
  assert_string_equal(bindings(cx, s, 1), "capex.growth=20 to 40 (%/year)\ncapex.annual@2024=37 .. 40 (bn USD/year)\n"
                                          "cluster.gpu_price=base * 0.8\n");
  assert_string_equal(bindings(cx, s, 2), "capex.growth=20 to 40 (%/year)\ncapex.annual@2024=37 .. 40 (bn USD/year)\n"
                                          "cluster.gpu_price=base * 0.8\ncapex.growth=40 to 70 (%/year)\n");
  const tf_binding *first = &s->columns.at[2].bindings.at[0];
  assert_str(first->source, "assumption");
  assert_str(first->date, "2026-11-21");
  assert_str(first->note, "n");
  assert_str(first->confidence, "low");
  assert_str(first->group, "g");
  assert_str(first->setter, "s.csv column guided");
  assert_false(first->bare_note);
  assert_false(first->actual);
  assert_str(s->columns.at[2].bindings.at[3].setter, "s.csv column bull");
  assert_true(s->columns.at[2].bindings.at[2].bare_note);
  assert_int_equal(first->value.at.end - first->value.at.start, 8);
}

static void test_directives_after_header(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "parameter,base,source\na.b,1,x\nmodel:,a\na.c,2,x\ntitle:,T\n");
  assert_str(s->title, "T");
  assert_string_equal(bindings(cx, s, 0), "a.b=1\na.c=2\n");
}

static void test_spreadsheet_file(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s =
      read_scenario(cx, "\xEF\xBB\xBFtitle:;Pfad, hoch;;;\r\nmodel:;a;;;\r\nparameter;unit;base;note;source\r\n"
                        "a.b;token;3,8e26;\"zwei\r\nZeilen\";x\r\na.c;;0,5 to 0,75;;x\r\n;;;;\r\n");
  assert_str(s->title, "Pfad, hoch");
  assert_string_equal(bindings(cx, s, 0), "a.b=3.8e26 (token)\na.c=0.5 to 0.75\n");
  assert_str(s->columns.at[0].bindings.at[0].note, "zwei\r\nZeilen");
}

static void test_no_model(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_scenario(cx, "title:,T\nparameter,base,source\na.b,1,x\n",
                  "s.csv:1:1: error: the scenario names no model\n"
                  "title:,T\n"
                  "^~~~~~\n"
                  "  hint: add a row such as `model:,cluster`\n");
}

static void test_unknown_directive(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_scenario(
      cx, "model:,a\nmodels:,b\nSeed:,1\nzzzzz:,1\nparameter,base\n",
      "s.csv:2:1: error: there is no directive `models:`\n"
      "models:,b\n"
      "^~~~~~~\n"
      "  hint: did you mean `model:`?\n"
      "s.csv:3:1: error: there is no directive `Seed:`\n"
      "Seed:,1\n"
      "^~~~~\n"
      "  hint: did you mean `seed:`?\n"
      "s.csv:4:1: error: there is no directive `zzzzz:`\n"
      "zzzzz:,1\n"
      "^~~~~~\n"
      "  hint: directives are title: model: time: extends: data: table: correlate: seed: samples: set: show: plot:\n");
}

static void test_wrong_directives(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_scenario(cx, "model:,a\ntitle:,Capex, three paths\nparameter,base\n",
                  "s.csv:2:15: error: too many cells in `title:`\n"
                  "title:,Capex, three paths\n"
                  "              ^~~~~~~~~~~\n"
                  "  hint: put text that holds the separator in quotes: `title:,\"Capex, three paths\"`\n");
  refuse_scenario(cx, "model:\nparameter,base\n",
                  "s.csv:1:1: error: `model:` says nothing\n"
                  "model:\n"
                  "^~~~~~\n"
                  "  hint: write it as `model:,cluster`\n");
}

static void test_seed_and_samples(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "model:,a\nseed:,18446744073709551615\nsamples:,1e6\nparameter,base\n");
  assert_true(s->seed == UINT64_MAX);
  assert_true(s->samples == 1000000);
  refuse_scenario(cx, "model:,a\nseed:,18446744073709551616\nsamples:,1.5\nparameter,base\n",
                  "s.csv:2:7: error: `18446744073709551616` is not a seed\n"
                  "seed:,18446744073709551616\n"
                  "      ^~~~~~~~~~~~~~~~~~~~\n"
                  "  hint: write a whole number from 0 to 18446744073709551615\n"
                  "s.csv:3:10: error: `1.5` is not a number of samples\n"
                  "samples:,1.5\n"
                  "         ^~~\n"
                  "  hint: write a whole number of at least 8, such as 16384 or 100k\n");
  refuse_scenario(cx, "model:,a\nseed:,1\nseed:,2\nparameter,base\n",
                  "s.csv:3:1: error: `seed:` is given twice\n"
                  "seed:,2\n"
                  "^~~~~\n"
                  "s.csv:2:1: note: it is given here\n"
                  "seed:,1\n"
                  "^~~~~\n");
  refuse_scenario(cx, "model:,a\nsamples:,0\nparameter,base\n",
                  "s.csv:2:10: error: `0` is not a number of samples\n"
                  "samples:,0\n"
                  "         ^\n"
                  "  hint: write a whole number of at least 8, such as 16384 or 100k\n");
}

// What --set does, written down: on top of every column, in the order of rows, below what extends the file.
static void test_set_rows(void **state) {
  tf_context *cx = CONTEXT(state);
  put("old.csv", "model:,a\nset:,a.b*=0.8\nparameter,base,bull,source\na.b,1,2,x\n");
  tf_scenario *s = read_scenario(cx, "extends:,old.csv\nset:,\"a.c[2027]=pert(1, 2, 4)\"\nset:,a.c+=3\n"
                                     "parameter,base,bull,source\na.b,5,,x\n");
  assert_string_equal(bindings(cx, s, 0), "a.b=1\na.b*=0.8\na.b=5\na.c@2027=pert(1, 2, 4)\na.c+=3\n");
  assert_string_equal(bindings(cx, s, 1), "a.b=1\na.b=2\na.b*=0.8\na.b=5\na.c@2027=pert(1, 2, 4)\na.c+=3\n");
  refuse_scenario(cx, "model:,a\nset:,a.b\nparameter,base\n",
                  "s.csv:2:6: error: expected NAME=VALUE\n"
                  "set:,a.b\n"
                  "     ^~~\n"
                  "  hint: write --set NAME=VALUE, NAME*=0.8 or NAME+=VALUE, for example --set cluster.gpus=200k\n");
}

static void test_correlate(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "model:,a\ncorrelate:,x,y,0.4\ncorrelate:,x,z = -0.25\nparameter,base\n");
  const tf_column *c = &s->columns.at[0];
  assert_int_equal(c->correlations.count, 2);
  assert_str(c->correlations.at[0].b.text, "y");
  assert_true(c->correlations.at[0].value->number == 0.4);
  assert_str(c->correlations.at[1].b.text, "z");
  const tf_expr *minus = c->correlations.at[1].value;
  assert_true(minus->kind == TF_EXPR_UNARY && minus->op == TF_OP_NEGATE && minus->args[0]->number == 0.25);
  refuse_scenario(cx, "model:,a\ncorrelate:,x,y,1.4\ncorrelate:,x,y\nparameter,base\n",
                  "s.csv:2:16: error: `1.4` is not a correlation\n"
                  "correlate:,x,y,1.4\n"
                  "               ^~~\n"
                  "  hint: write a number from -1 to 1, such as 0.4\n"
                  "s.csv:3:14: error: `` is not a correlation\n"
                  "correlate:,x,y\n"
                  "             ^\n"
                  "  hint: write a number from -1 to 1, such as 0.4\n");
}

static void test_plot_and_table(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "model:,a\nplot:,fan capex, other\nplot:,\"fan capex \"\"Title\"\"\"\n"
                                     "table:,hardware,my-chips.csv\nparameter,base\n");
  assert_int_equal(s->plots.count, 2);
  assert_str(s->plots.at[0].text.text, "fan capex, other");
  assert_str(s->plots.at[1].text.text, "fan capex \"Title\"");
  assert_int_equal(s->extra_count, 1);
  assert_str(s->extras[0].table.text, "hardware");
  assert_str(s->extras[0].path.text, "my-chips.csv");
  assert_str(s->extras[0].folder, ".");
}

static void refuse_header(tf_context *cx, const char *header, const char *message, const char *hint) {
  tf_scenario_options options = defaults();
  assert_null(read_with(cx, tf_format(cx->arena, "model:,a\n%s\na.b,1,2,3\n", header), &options));
  assert_int_equal(cx->diags.list.count, 1);
  assert_string_equal(cx->diags.list.at[0].message, message);
  if (hint == NULL) {
    assert_null(cx->diags.list.at[0].hint);
  } else {
    assert_string_equal(cx->diags.list.at[0].hint, hint);
  }
  clear_messages(cx);
}

static void test_nearly_reserved(void **state) {
  tf_context *cx = CONTEXT(state);
  static const char *const pairs[][2] = {{"Unit", "unit"},
                                         {"units", "unit"},
                                         {"sources", "source"},
                                         {"Source", "source"},
                                         {"url", "source"},
                                         {"comment", "note"},
                                         {"comments", "note"},
                                         {"description", "note"},
                                         {"name", "parameter"},
                                         {"names", "parameter"},
                                         {"soruce", "source"},
                                         {"peroid", "period"},
                                         {"year", "period"},
                                         {"Dates", "date"},
                                         {"confidance", "confidence"},
                                         {"Notes", "note"},
                                         {"definitions", "definition"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    const char *header = pairs[i][0];
    const char *reserved = pairs[i][1];
    refuse_header(cx, tf_format(cx->arena, "parameter,base,%s", header),
                  tf_format(cx->arena, "`%s` is nearly the reserved column `%s`", header, reserved),
                  tf_format(cx->arena,
                            "rename it to `%s`, to `#%s` to have it ignored, or to `scenario:%s` if it is a scenario",
                            reserved, header, header));
  }
  static const char *const values[] = {"value", "low", "High", "min", "max", "mean", "p95"};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    refuse_header(cx, tf_format(cx->arena, "parameter,base,%s", values[i]),
                  tf_format(cx->arena, "`%s` would be a scenario of that name", values[i]),
                  tf_format(cx->arena,
                            "name the column after its scenario, such as `base`, and write a range in one cell: `20 to "
                            "40`; `scenario:%s` if it is a scenario",
                            values[i]));
  }
  refuse_header(cx, "parameter,base,2025", "`2025` is a period, not a scenario",
                "give each period a row, with the period in the column `period`; `scenario:2025` if it is a scenario");
}

static void test_too_many_scenarios(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_text header = tf_text_new(cx->arena);
  tf_text_adds(&header, "parameter");
  for (int i = 0; i < 1001; i++) {
    tf_text_addf(&header, i == 0 ? ",s%d" : ",s%d < s%d", i, i - 1);
  }
  refuse_header(cx, header.ptr, "more than 1000 scenarios in a file", NULL);
}

static void test_forced_and_ignored(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(
      cx, "model:,a\nparameter,scenario:low,#mine,scenario:2030 < low,late,source,,\na.b,1,#REF!,2,3,x\n");
  assert_int_equal(s->columns.count, 3);
  assert_str(s->columns.at[0].name, "low");
  assert_str(s->columns.at[1].name, "2030");
  assert_str(s->columns.at[2].name, "late");
  assert_string_equal(bindings(cx, s, 2), "a.b=1\na.b=3\n");
}

static void test_wrong_headers(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_header(cx, "parameter,base,base", "two columns `base`", NULL);
  refuse_header(cx, "parameter,base,unit,unit", "two columns `unit`", NULL);
  refuse_header(cx, "base,low case,note", "the header row has no column `parameter`",
                "the first row that is no directive is the header: `parameter,unit,base,source`");
  refuse_header(cx, "parameter,unit,source", "the header row names no scenario",
                "add a column for the values, such as `base`");
  refuse_header(cx, "parameter,base,bull < baer,bear", "there is no scenario `baer`", "did you mean `bear`?");
  refuse_header(cx, "parameter,base < bear,bear", "the first scenario is the base: it has no parent",
                "put `bear` first");
  refuse_header(cx, "parameter,base,bull < bear,bear < bull", "`bull` inherits from itself",
                "parents must lead to the first scenario, `base`");
  refuse_header(cx, "parameter,base,bull < bull", "`bull` inherits from itself",
                "parents must lead to the first scenario, `base`");
  refuse_header(cx, "parameter,base,source:bas", "there is no scenario `bas`", "did you mean `base`?");
  refuse_header(cx, "parameter,base,note:base,note:base", "two columns `note:base`", NULL);
  refuse_header(cx, "parameter,base,bull <", "a scenario without a name",
                "write `bull < bear` for a scenario bull that inherits from bear");
}

static void test_sources_per_scenario(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "model:,a\nparameter,base,bull,source,source:bull,note,note:bull\n"
                                     "a.b,1,2,x,y,n,\na.c,3,4,x,,n,m\n");
  const tf_column *bull = &s->columns.at[1];
  assert_str(bull->bindings.at[0].source, "x"); // of the base, inherited
  assert_str(bull->bindings.at[2].source, "y");
  assert_str(bull->bindings.at[2].note, "n");
  assert_str(bull->bindings.at[3].source, "x");
  assert_str(bull->bindings.at[3].note, "m");
}

static void test_missing_source(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario_options options = defaults();
  const char *text = "model:,a\nparameter,base,bull,source,source:bull\ncapex.growth,1,,,\na.c,,1,,y\na.d,1,2,,y\n";
  assert_non_null(read_with(cx, text, &options));
  assert_messages(cx, "s.csv:3:1: warning: no source for `capex.growth`\n"
                      "capex.growth,1,,,\n"
                      "^~~~~~~~~~~~\n"
                      "  hint: write where the value comes from, or `assumption`\n"
                      "s.csv:5:1: warning: no source for `a.d`\n"
                      "a.d,1,2,,y\n"
                      "^~~\n"
                      "  hint: write where the value comes from, or `assumption`\n");
  clear_messages(cx);
  options.strict = true;
  assert_null(read_with(cx, text, &options));
  assert_int_equal(cx->diags.errors, 2);
  assert_string_equal(cx->diags.list.at[0].message, "no source for `capex.growth`");
}

static void test_two_rows(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_scenario(cx,
                  "model:,a\nparameter,period,base,bull,source\na.b,2024,1,,x\na.b,,2,,x\na.b,2024,,3,x\n"
                  "a.c[GB200],,1,,x\na.c[H100],,1,,x\na.c[GB200],,1,,x\n",
                  "s.csv:5:1: error: two rows for `a.b` in 2024\n"
                  "a.b,2024,,3,x\n"
                  "^~~\n"
                  "s.csv:3:1: note: the first is here\n"
                  "a.b,2024,1,,x\n"
                  "^~~\n"
                  "s.csv:8:1: error: two rows for `a.c` of `GB200`\n"
                  "a.c[GB200],,1,,x\n"
                  "^~~\n"
                  "s.csv:6:1: note: the first is here\n"
                  "a.c[GB200],,1,,x\n"
                  "^~~\n");
}

static void test_labels_and_periods(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "model:,a\nparameter,label,period,base,source\na.b,GB200,2024-Q3,1,x\n"
                                     "a.b[H100 SXM],,2024-07,2,x\na.c[2027],,,3,x\n");
  assert_string_equal(bindings(cx, s, 0), "a.b[GB200]@2024-Q3=1\na.b[H100 SXM]@2024-07=2\na.c@2027=3\n");
  refuse_scenario(cx, "model:,a\nparameter,label,period,base,source\na.b[H100],GB200,,1,x\na.c[2027],,2028,1,x\n",
                  "s.csv:3:11: error: the label is given twice\n"
                  "a.b[H100],GB200,,1,x\n"
                  "          ^~~~~\n"
                  "s.csv:3:5: note: it is given here\n"
                  "a.b[H100],GB200,,1,x\n"
                  "    ^~~~\n"
                  "s.csv:4:12: error: the period is given twice\n"
                  "a.c[2027],,2028,1,x\n"
                  "           ^~~~\n"
                  "s.csv:4:5: note: it is given here\n"
                  "a.c[2027],,2028,1,x\n"
                  "    ^~~~\n");
}

static void test_wrong_period_and_date(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_scenario(cx,
                  "model:,a\nparameter,period,base,source,date\na.b,Jul-24,1,x,\na.c,2024-Q5,1,x,\n"
                  "a.d,,1,x,31/12/2024\na.e,2024-01-01,1,x,\n",
                  "s.csv:3:5: error: `Jul-24` is not a period\n"
                  "a.b,Jul-24,1,x,\n"
                  "    ^~~~~~\n"
                  "  hint: write 2024-07\n"
                  "s.csv:4:5: error: `2024-Q5` is not a period: quarters are Q1 to Q4\n"
                  "a.c,2024-Q5,1,x,\n"
                  "    ^~~~~~~\n"
                  "  hint: write a year 2024, a quarter 2024-Q3 or a month 2024-07\n"
                  "s.csv:5:10: error: `31/12/2024` is not a date\n"
                  "a.d,,1,x,31/12/2024\n"
                  "         ^~~~~~~~~~\n"
                  "  hint: write 2024-12-31\n"
                  "s.csv:6:5: error: `2024-01-01` is not a period\n"
                  "a.e,2024-01-01,1,x,\n"
                  "    ^~~~~~~~~~\n"
                  "  hint: a day is no period: write 2024-01 for its month, 2024 for its year\n");
}

static void test_wrong_rows(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_scenario(cx, "model:,a\nparameter,base,,source\na.b,1,,x,,y\n,1,,x\na.c,1,2,x\na.d,\"3,8\",,x\n",
                  "s.csv:3:11: error: this row has 6 cells, the header 4 columns\n"
                  "a.b,1,,x,,y\n"
                  "          ^\n"
                  "  hint: put text that holds the separator in quotes\n"
                  "s.csv:4:1: error: a row without a parameter\n"
                  ",1,,x\n"
                  "^\n"
                  "  hint: a row whose first cell begins with # is a comment\n"
                  "s.csv:5:7: error: a value in a column without a header\n"
                  "a.c,1,2,x\n"
                  "      ^\n"
                  "  hint: name the column, or begin its header with # to have it ignored\n"
                  "s.csv:6:6: error: `3,8` is not a number: the decimal sign is a point\n"
                  "a.d,\"3,8\",,x\n"
                  "     ^~~\n"
                  "  hint: write 3.8\n");
}

static void test_row_without_value(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario_options options = defaults();
  assert_non_null(read_with(cx, "model:,a\nparameter,base,source\na.b,,x\n", &options));
  assert_messages(cx, "s.csv:3:1: warning: no scenario has a value for `a.b`\n"
                      "a.b,,x\n"
                      "^~~\n");
}

static void test_default_cell(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "model:,a\nparameter,base,bull,source\na.b,1,default,x\n");
  assert_string_equal(bindings(cx, s, 1), "a.b=1\na.b!=default\n");
}

static void test_no_header(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "model:,a\n");
  assert_int_equal(s->columns.count, 1);
  assert_str(s->columns.at[0].name, "base");
  assert_int_equal(s->columns.at[0].bindings.count, 0);
  assert_int_equal(s->axis.count, 0);
}

// Weakest first: the extended file's column of the same name (else its base) with its parents, then this file's base,
// parents and own cells.
static void test_extends(void **state) {
  tf_context *cx = CONTEXT(state);
  assert_int_equal(mkdir("sub", 0777), 0);
  put("sub/m.model", "language 1\n");
  put("sub/old.csv", "title:,Old\nmodel:,m cluster\ntime:,2020..2024\nseed:,3\ncorrelate:,x,y,0.1\ncorrelate:,x,z,0.2\n"
                     "table:,hardware,old-chips.csv\nplot:,fan a.b\nparameter,first,bear,bull < bear,source\n"
                     "a.b,f,e,u,x\na.c,2,,,x\n");
  tf_scenario *s = read_scenario(cx, "extends:,sub/old.csv\nmodel:,extra\nseed:,4\ncorrelate:,y,x,0.9\n"
                                     "parameter,base,bull,other,source\na.b,B,U,,x\n");
  assert_str(s->title, "Old");
  assert_int_equal(s->axis.count, 5);
  assert_true(s->seed == 4);
  assert_false(s->has_samples);
  assert_int_equal(s->model_count, 3);
  assert_str(s->models[0].text, "sub/m.model"); // found beside the extended file
  assert_str(s->models[1].text, "cluster");
  assert_str(s->models[2].text, "extra");
  assert_int_equal(s->extra_count, 1);
  assert_str(s->extras[0].folder, "sub");
  assert_int_equal(s->plots.count, 1);
  const tf_column *base = &s->columns.at[0];
  assert_int_equal(base->correlations.count, 2);
  assert_true(base->correlations.at[0].value->number == 0.9);
  assert_str(base->correlations.at[1].b.text, "z");
  assert_string_equal(bindings(cx, s, 0), "a.b=f\na.c=2\na.b=B\n");
  assert_string_equal(bindings(cx, s, 1), "a.b=f\na.c=2\na.b=e\na.b=u\na.b=B\na.b=U\n");
  assert_string_equal(bindings(cx, s, 2), "a.b=f\na.c=2\na.b=B\n");
  assert_str(s->columns.at[1].bindings.at[2].setter, "sub/old.csv column bear");
}

// A column that the extended file does not have goes on from where its parent does, not from that file's base.
static void test_extends_below_a_parent(void **state) {
  tf_context *cx = CONTEXT(state);
  put("old.csv", "model:,m\nparameter,small,large,source\na.b,1,2,x\n");
  tf_scenario *s = read_scenario(cx, "extends:,old.csv\nparameter,large,more,most < more,small,source\na.c,L,M,,,x\n");
  assert_string_equal(bindings(cx, s, 0), "a.b=1\na.b=2\na.c=L\n");
  assert_string_equal(bindings(cx, s, 1), "a.b=1\na.b=2\na.c=L\na.c=M\n");
  assert_string_equal(bindings(cx, s, 2), "a.b=1\na.b=2\na.c=L\na.c=M\n");
  assert_string_equal(bindings(cx, s, 3), "a.b=1\na.c=L\n"); // its own name comes first
}

static void test_extends_wrong(void **state) {
  tf_context *cx = CONTEXT(state);
  put("b.csv", "extends:,./s.csv\nmodel:,a\nparameter,base,source\n");
  refuse_scenario(cx, "extends:,b.csv\nparameter,base,source\n",
                  "b.csv:1:10: error: `./s.csv` extends itself\n"
                  "extends:,./s.csv\n"
                  "         ^~~~~~~\n"
                  "s.csv:1:10: note: by way of this file\n"
                  "extends:,b.csv\n"
                  "         ^~~~~\n");
  refuse_scenario(cx, "extends:,s.csv\nparameter,base,source\n",
                  "s.csv:1:10: error: `s.csv` extends itself\n"
                  "extends:,s.csv\n"
                  "         ^~~~~\n");
  refuse_scenario(cx, "extends:,c.csv\nparameter,base,source\n",
                  "s.csv:1:10: error: there is no file `c.csv`\n"
                  "extends:,c.csv\n"
                  "         ^~~~~\n"
                  "  hint: did you mean `b.csv`?\n");
}

static void test_time(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "model:,a\ntime:,2024..2025,quarter\nparameter,base\n");
  assert_int_equal(s->axis.months, 3);
  assert_int_equal(s->axis.count, 8);
  tf_scenario_options options = defaults();
  options.time = "2026..2027, month";
  s = read_with(cx, "model:,a\ntime:,2024..2025,quarter\nparameter,base\n", &options);
  assert_messages(cx, "");
  assert_int_equal(s->axis.first_month, 2026 * 12);
  assert_int_equal(s->axis.count, 24);
  assert_int_equal(s->columns.at[0].axis.count, 24);
  options.time = "2026-2027";
  tf_scenario *none = NULL;
  assert_int_equal(tf_scenario_read(cx, "s.csv", &options, &none), TF_USAGE);
  assert_null(none);
  assert_int_equal(cx->diags.errors, 1);
  assert_str(cx->sources.list.at[cx->diags.list.at[0].at.source].name, "--time");
}

static void test_bare_model(void **state) {
  tf_context *cx = CONTEXT(state);
  assert_int_equal(mkdir("sub", 0777), 0);
  put("sub/m.model", "language 1\n");
  tf_scenario_options options = defaults();
  const char *set = "a=1";
  options.sets = &set;
  options.set_count = 1;
  options.time = "2024..2025";
  tf_scenario *s = NULL;
  assert_int_equal(tf_scenario_read(cx, "sub/m.model", &options, &s), TF_OK);
  assert_messages(cx, "");
  assert_str(s->path, "");
  assert_str(s->folder, "sub");
  assert_str(s->models[0].text, "m.model");
  assert_int_equal(s->columns.count, 1);
  assert_str(s->columns.at[0].name, "model");
  assert_str(s->columns.at[0].file, "sub/m.model");
  assert_int_equal(s->columns.at[0].axis.count, 2);
  assert_string_equal(bindings(cx, s, 0), "a=1\n");
  assert_int_equal(tf_scenario_read(cx, "sub/n.model", &options, &s), TF_FILE);
  assert_messages(cx, "error: there is no file `sub/n.model`\n  hint: did you mean `sub/m.model`?\n");
}

static void test_missing_file(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario_options options = defaults();
  tf_scenario *s = NULL;
  assert_int_equal(tf_scenario_read(cx, "nothing-like-it.csv", &options, &s), TF_FILE);
  assert_null(s);
  assert_messages(cx, "error: there is no file `nothing-like-it.csv`\n");
}

static void test_shipped(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario_options options = defaults();
  static const char *const files[] = {"/scenarios/llama.csv", "/scenarios/meta-capex.csv"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    tf_scenario *s = NULL;
    const char *path = tf_format(cx->arena, "%s%s", TENFOLD_SOURCE_DIR, files[i]);
    assert_int_equal(tf_scenario_read(cx, path, &options, &s), TF_OK);
    assert_messages(cx, "");
    assert_true(s->columns.count >= 2);
  }
}

// Quoted by a spreadsheet that was given a list in one cell.
static void test_one_cell_lists(void **state) {
  tf_context *cx = CONTEXT(state);
  tf_scenario *s = read_scenario(cx, "model:,\"capex, finance\"\ntime:,\"2024..2025, quarter\"\nparameter,base\n");
  assert_int_equal(s->model_count, 2);
  assert_str(s->models[0].text, "capex");
  assert_str(s->models[1].text, "finance");
  assert_int_equal(s->axis.count, 8);
}

static void read_with_faults(tf_context *cx) {
  static const char *const sets[] = {"a.b=5"};
  tf_scenario_options options = {.as_of = INT64_MAX, .sets = sets, .set_count = 1, .time = "2024..2030"};
  tf_scenario *s = NULL;
  assert_int_equal(tf_scenario_read(cx, "s.csv", &options, &s), TF_OK);
}

static void test_out_of_memory(void **state) {
  (void)state;
  put("h.csv", "period,value,source\n2023,1,x\n");
  put("old.csv", "model:,a\ndata:,a.c,h.csv\nparameter,base,source\na.b,1,x\n");
  put("s.csv", "extends:,old.csv\nparameter,base,bull,source\na.b,2,3,\n");
  assert_true(survive_faults(read_with_faults, 10000) > 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FOLDER_TEST(test_whole_file),
      FOLDER_TEST(test_directives_after_header),
      FOLDER_TEST(test_spreadsheet_file),
      FOLDER_TEST(test_no_model),
      FOLDER_TEST(test_unknown_directive),
      FOLDER_TEST(test_wrong_directives),
      FOLDER_TEST(test_seed_and_samples),
      FOLDER_TEST(test_set_rows),
      FOLDER_TEST(test_correlate),
      FOLDER_TEST(test_plot_and_table),
      FOLDER_TEST(test_nearly_reserved),
      FOLDER_TEST(test_too_many_scenarios),
      FOLDER_TEST(test_forced_and_ignored),
      FOLDER_TEST(test_one_cell_lists),
      FOLDER_TEST(test_out_of_memory),
      FOLDER_TEST(test_wrong_headers),
      FOLDER_TEST(test_sources_per_scenario),
      FOLDER_TEST(test_missing_source),
      FOLDER_TEST(test_two_rows),
      FOLDER_TEST(test_labels_and_periods),
      FOLDER_TEST(test_wrong_period_and_date),
      FOLDER_TEST(test_wrong_rows),
      FOLDER_TEST(test_row_without_value),
      FOLDER_TEST(test_default_cell),
      FOLDER_TEST(test_no_header),
      FOLDER_TEST(test_extends),
      FOLDER_TEST(test_extends_below_a_parent),
      FOLDER_TEST(test_extends_wrong),
      FOLDER_TEST(test_time),
      FOLDER_TEST(test_bare_model),
      FOLDER_TEST(test_missing_file),
      FOLDER_TEST(test_shipped),
  };
  return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
