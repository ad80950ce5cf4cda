// SPDX-License-Identifier: GPL-3.0-or-later
// Every kind of chart with data that is awkward: one, two, six and forty series, long names, values that are negative,
// zero, tiny, huge or not there, and names meant to break out of the script. Nothing leaves the page, no two labels
// cover each other. With TENFOLD_TEST_CHARTS=FOLDER the pictures are kept there, for a browser
// (tests/browser) and to be looked at; with TENFOLD_TEST_CHARTS_ALL every one is drawn, which takes minutes.
#include "result_builder.h"

#include <unistd.h>

#include "base/io.h"
#include "out/chart.h"
#include "out/typeset.h"

static const char *said(builder *b) {
  tf_text out = tf_text_new(b->cx->arena);
  tf_text_adds(&out, "");
  for (size_t i = 0; i < b->cx->diags.list.count; i++) {
    tf_diag_render(&b->cx->sources, &b->cx->diags.list.at[i], &out);
  }
  return out.ptr;
}

static tf_status build(builder *b, const char *plot, const tf_chart_options *options, tf_chart **chart) {
  uint32_t source = tf_source_add(b->cx->arena, &b->cx->sources, TF_STR("x.model"), tf_str_of(plot));
  tf_plot_spec *spec = TF_NEW(b->cx->arena, tf_plot_spec);
  assert_int_equal(setenv("TENFOLD_PATH", TENFOLD_SOURCE_DIR, 1), 0);
  b->cx->diags = (tf_diags){0};
  tf_status status = tf_plot_parse(b->cx, (tf_located){tf_str_of(plot), {source, 0, (uint32_t)strlen(plot)}}, spec);
  return status == TF_OK ? tf_chart_build(b->cx, &b->result, spec, options, chart) : status;
}

static tf_chart *chart_with(builder *b, const char *plot, const tf_chart_options *options) {
  tf_chart *chart = NULL;
  if (build(b, plot, options, &chart) != TF_OK) {
    fail_msg("%s: %s", plot, said(b));
  }
  return chart;
}

static const tf_chart *chart_of(builder *b, const char *plot) {
  tf_chart_options options = {.font = "Inter", .version = "0.1.0"};
  return chart_with(b, plot, &options);
}

static const char *error_of(builder *b, const char *plot) {
  tf_chart *chart = NULL;
  tf_chart_options options = {.font = "Inter"};
  assert_int_equal(build(b, plot, &options, &chart), TF_INVALID);
  assert_null(chart);
  return said(b);
}

// --- Where the labels of a script lie -------------------------------------------------------------------------------

typedef struct box {
  double x0, x1, y0, y1;
  char text[256];
} box;

static size_t read_quoted(const char *p, char *text, size_t room) {
  size_t used = 1, length = 0;
  while (p[used] != '\0' && (p[used] != '\'' || p[used + 1] == '\'')) {
    used += p[used] == '\'';
    if (length + 1 < room) {
      text[length++] = p[used];
    }
    used++;
  }
  text[length] = '\0';
  return used + 1;
}

// Boxes around all labels of the page, from the statements that place them.
static size_t boxes_of(const char *script, box *boxes, size_t most, double *width, double *height) {
  size_t count = 0;
  assert_int_equal(sscanf(strstr(script, "\nW = "), "\nW = %lf; H = %lf", width, height), 2);
  for (const char *p = strstr(script, "\nset label "); p != NULL && count < most; p = strstr(p + 1, "\nset label ")) {
    const char *quote = strchr(p, '\'');
    box *b = &boxes[count++];
    quote += read_quoted(quote, b->text, sizeof b->text);
    double x = 0, y = 0, size = 0;
    char side[8];
    assert_int_equal(sscanf(quote, " at screen %lf,%lf %7s", &x, &y, side), 3);
    const char *font = strstr(quote, "font FONT.'");
    assert_non_null(font);
    font += strlen("font FONT.'");
    bool bold = strncmp(font, ":Bold", 5) == 0;
    assert_int_equal(sscanf(font + (bold ? 5 : 0), ",%lf", &size), 1);
    tf_face face = {size, bold, 1};
    double wide = tf_text_extent(face, tf_str_of(b->text)), tall = size * 4 / 3;
    b->x0 = x * *width - (side[0] == 'r' ? wide : side[0] == 'c' ? wide / 2 : 0);
    b->x1 = b->x0 + wide;
    // The visible part of a line is lower than its letters are high.
    b->y0 = (1 - y) * *height - 0.42 * tall;
    b->y1 = (1 - y) * *height + 0.42 * tall;
  }
  return count;
}

static void assert_readable(const tf_chart *chart, const char *plot) {
  static box boxes[1500];
  double width = 0, height = 0;
  size_t count = boxes_of(chart->script.ptr, boxes, 1500, &width, &height);
  assert_true(count >= 3);
  for (size_t i = 0; i < count; i++) {
    const box *a = &boxes[i];
    if (a->x0 < -1 || a->x1 > width + 1 || a->y0 < -1 || a->y1 > height + 1) {
      fail_msg("%s: '%s' leaves the page: x %g to %g, y %g to %g", plot, a->text, a->x0, a->x1, a->y0, a->y1);
    }
    for (size_t k = 0; k < i; k++) {
      const box *b = &boxes[k];
      if (a->x0 < b->x1 - 0.5 && b->x0 < a->x1 - 0.5 && a->y0 < b->y1 - 0.5 && b->y0 < a->y1 - 0.5) {
        fail_msg("%s: '%s' covers '%s'", plot, a->text, b->text);
      }
    }
  }
}

static void assert_drawn(builder *b, const tf_chart *chart, const char *plot, const char *name) {
  const char *folder = getenv("TENFOLD_TEST_CHARTS");
  tf_chart_options options = {0};
  tf_str bytes = {"", 0};
  if (tf_chart_draw(b->cx, chart, &options, TF_CHART_SVG, &bytes) != TF_OK) {
    fail_msg("%s: %s", plot, said(b));
  }
  assert_true(bytes.len > 2000);
  if (folder != NULL) {
    const char *path = tf_format(b->cx->arena, "%s/%s.svg", folder, name);
    assert_int_equal(tf_folder_make(b->cx, folder), TF_OK);
    assert_int_equal(tf_file_write(b->cx, path, bytes), TF_OK);
  }
}

static bool gnuplot_is_there(void) {
  return system("gnuplot --version >/dev/null 2>&1") == 0; // NOLINT: fixed text
}

// --- Data -----------------------------------------------------------------------------------------------------------

enum { SAMPLES = 2048 };

// Lognormal draws that agree with 5 % and 95 %, by stratified normal quantiles of a simple kind.
static void give_draws(builder *b, tf_row *row, double factor) {
  double *samples = TF_ARRAY(b->cx->arena, double, SAMPLES);
  double mu = log(row->p50), sigma = (log(row->p95) - log(row->p5)) / 3.28970725;
  for (size_t i = 0; i < SAMPLES; i++) {
    double u = ((double)((i * 1103) % SAMPLES) + 0.5) / SAMPLES;
    double t = sqrt(-2 * log(u < 0.5 ? u : 1 - u)); // Abramowitz and Stegun 26.2.23
    double z =
        t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t);
    samples[i] = exp(mu + sigma * (u < 0.5 ? -z : z)) * factor;
  }
  row->samples = samples;
}

static const char long_name[] = "A quantity whose description goes on and on beyond";
static const char hostile[] = "`touch /tmp/x` END_0 'it''s' \"$x\" {/Bold a_b^c} %d \\n @ & ~";

static const tf_str *element(builder *b, size_t i, bool awkward) {
  tf_str *label = TF_NEW(b->cx->arena, tf_str);
  static const char *const words[] = {"H100 SXM", "GB200", "TPU v6e", "MI300X", "Trainium 2", "Gaudi 3"};
  *label = tf_str_of(awkward && i == 1   ? "an element with a very long label indeed, longer than any column is wide"
                     : awkward && i == 2 ? hostile
                     : i < 6             ? words[i]
                                         : tf_format(b->cx->arena, "element %zu", i));
  return label;
}

typedef enum shape { PLAIN, NEGATIVE, ZERO, TINY, HUGE_VALUES, HOLES, AWKWARD, SHAPES } shape;

static double size_of(shape s, size_t i, int year) {
  double v = (double)(i + 2) * (1 + 0.2 * (year - 2024)) * 1e9;
  switch (s) {
  case NEGATIVE:
    return i % 2 == 0 ? -v : v;
  case ZERO:
    return 0;
  case TINY:
    return v * 1e-24;
  case HUGE_VALUES:
    return v * 1e15;
  case HOLES:
    return (i + (size_t)year) % 3 == 0 ? NAN : v;
  default:
    return v;
  }
}

// `parts`: an indexed series; `piece`: an indexed quantity without periods; `limit`: labels over time.
static builder world(size_t scenarios, size_t elements, shape s) {
  builder b = builder_new(scenarios);
  static const tf_str index_name = {"chip", 4};
  b.result.samples = SAMPLES;
  for (size_t c = 0; c < scenarios; c++) {
    b.scenarios[c].name = tf_str_of(s == AWKWARD ? tf_format(b.cx->arena, "%s %zu", c == 0 ? hostile : long_name, c)
                                                 : tf_format(b.cx->arena, "case %zu", c + 1));
    b.scenarios[c].file = TF_STR("x.csv");
    b.scenarios[c].title = tf_str_of(s == AWKWARD ? hostile : "A question?");
    for (size_t e = 0; e < elements; e++) {
      const tf_str *label = element(&b, e, s == AWKWARD);
      for (int year = 2024; year <= 2030; year++) {
        double v = size_of(s, e + c, year);
        tf_row *row = in_year(add_row(&b, c, "fleet.parts", "USD/year", v), year, year < 2025);
        row->label = tf_str_of(s == AWKWARD ? long_name : "Parts");
        row->index_count = 1;
        row->index_names = &index_name;
        row->index_labels = label;
        if (year >= 2025 && v > 0) {
          spread(row, v * 0.7, v * 1.4);
          row->central = v;
        }
      }
      double v = size_of(s, e + 2 * c, 2026);
      tf_row *row = add_row(&b, c, "fleet.piece", "USD", v);
      row->label = tf_str_of(s == AWKWARD ? long_name : "Pieces");
      row->index_count = 1;
      row->index_names = &index_name;
      row->index_labels = label;
      if (v > 0) {
        spread(row, v * 0.7, v * 1.4);
        give_draws(&b, row, 1);
      }
    }
    for (int year = 2024; year <= 2030; year++) {
      tf_row *row = in_year(add_row(&b, c, "fleet.binding", "1", 0), year, false);
      row->kind = TF_KIND_LABEL;
      row->uncertain = true;
      tf_share *shares = TF_ARRAY(b.cx->arena, tf_share, elements);
      for (size_t e = 0; e < elements; e++) {
        shares[e] = (tf_share){*element(&b, e, s == AWKWARD), 1.0 / (double)elements};
      }
      row->shares = shares;
      row->share_count = elements;
    }
  }
  return b;
}

static const char *const kinds[] = {"fan parts",          "lines parts",        "multiples parts",     "stack parts",
                                    "stack piece",        "bars piece",         "dumbbell piece",      "shares binding",
                                    "lines parts[GB200]", "stack piece[GB200]", "dumbbell parts[2030]"};

static void nothing_overlaps_or_leaves_the_page(void **state) {
  (void)state;
  static const size_t sizes[][2] = {{1, 1}, {1, 2}, {1, 6}, {1, 40}, {2, 2}, {2, 6}, {6, 1}, {6, 2}, {40, 1}};
  bool draw = gnuplot_is_there();
  for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++) {
    for (int s = 0; s < SHAPES; s++) {
      builder b = world(sizes[n][0], sizes[n][1], (shape)s);
      for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        if ((strstr(kinds[k], "GB200") != NULL && (sizes[n][1] < 2 || s == AWKWARD))) {
          continue;
        }
        tf_chart_options options = {.font = "Inter", .version = "0.1.0"};
        tf_chart *chart = NULL;
        tf_status status = build(&b, kinds[k], &options, &chart);
        const char *what =
            tf_format(b.cx->arena, "%s, %zu scenarios, %zu elements, shape %d", kinds[k], sizes[n][0], sizes[n][1], s);
        if (status != TF_OK) { // only what has no value at all is refused, and more columns than have names
          assert_true((s == HOLES && strstr(said(&b), "there is nothing to draw") != NULL) ||
                      (sizes[n][0] == 40 && strstr(said(&b), "stack shows at most 12 scenarios side by side")));
          continue;
        }
        assert_readable(chart, what);
        // As a phone shows it.
        tf_chart_options narrow = {.font = "Inter", .version = "0.1.0", .width = 460, .on_page = true};
        assert_readable(chart_with(&b, kinds[k], &narrow), tf_format(b.cx->arena, "narrow: %s", what));
        // Pictures take time: the awkward ones, and all if they are to be looked at.
        if (draw && ((s == AWKWARD && n % 3 == 1) || getenv("TENFOLD_TEST_CHARTS_ALL") != NULL)) {
          assert_drawn(&b, chart, what, tf_format(b.cx->arena, "k%02zu-n%zu-s%d", k, n, s));
        }
      }
      builder_free(&b);
    }
  }
}

static void draws_are_drawn(void **state) {
  (void)state;
  bool draw = gnuplot_is_there();
  static const char *const plots[] = {"histogram piece", "histogram piece log", "cdf piece", "exceedance piece",
                                      "exceedance piece log"};
  static const size_t sizes[][2] = {{1, 1}, {2, 1}, {6, 1}, {1, 6}};
  static const shape shapes[] = {PLAIN, TINY, HUGE_VALUES, AWKWARD};
  for (size_t n = 0; n < 4; n++) {
    for (size_t s = 0; s < 4; s++) {
      builder b = world(sizes[n][0], sizes[n][1], shapes[s]);
      for (size_t k = 0; k < sizeof plots / sizeof *plots; k++) {
        const char *what = tf_format(b.cx->arena, "%s, %zu scenarios, shape %d", plots[k], sizes[n][0], (int)shapes[s]);
        const tf_chart *chart = chart_of(&b, plots[k]);
        assert_readable(chart, what);
        if (draw && (shapes[s] == AWKWARD || getenv("TENFOLD_TEST_CHARTS_ALL") != NULL)) {
          assert_drawn(&b, chart, what, tf_format(b.cx->arena, "d%zu-n%zu-s%d", k, n, (int)shapes[s]));
        }
      }
      builder_free(&b);
    }
  }
  builder b = world(1, 1, PLAIN);
  const tf_chart *chart = chart_of(&b, "cdf piece");
  // The median of a lognormal is the root of its quantiles' product: 2e9 * sqrt(0.7 * 1.4) * 1.4.
  assert_string_equal(chart->title.ptr, "Pieces of H100 SXM: even odds of staying below $2.8 bn");
  const char *line = strstr(chart->csv.ptr, "\ncase 1,fleet.piece,H100 SXM,USD,0.05,");
  assert_non_null(line);
  assert_true(fabs(strtod(line + strlen("\ncase 1,fleet.piece,H100 SXM,USD,0.05,"), NULL) / 1.96e9 - 1) < 2e-3);
  assert_non_null(
      strstr(error_of(&b, "histogram parts[2024]"), "fleet.parts[H100 SXM] has one value: histogram needs draws"));
  builder_free(&b);
  b = world(7, 1, PLAIN);
  assert_non_null(strstr(error_of(&b, "cdf piece"), "cdf shows at most 6 values, not 7"));
  builder_free(&b);
}

// What all scenarios have alike is drawn once, in a colour of its own beside what they do not; its data keep them all.
static void what_all_scenarios_share_is_drawn_once(void **state) {
  (void)state;
  builder b = world(3, 1, PLAIN);
  for (size_t c = 1; c < 3; c++) {
    for (size_t i = 0; i < b.scenarios[c].rows.count; i++) {
      b.scenarios[c].rows.at[i] = b.scenarios[0].rows.at[i];
    }
  }
  const tf_chart *chart = chart_of(&b, "bars piece");
  assert_non_null(strstr(chart->script.ptr, "\nSERIES = 1\n"));
  assert_non_null(strstr(chart->script.ptr, "\nCOLOURS = '1'\n"));
  assert_non_null(strstr(chart->footer.ptr, "The same in all scenarios."));
  assert_non_null(strstr(chart->csv.ptr, "\ncase 3,fleet.piece,"));
  assert_non_null(strstr(chart_of(&b, "histogram piece")->csv.ptr, "\ncase 3,fleet.piece,"));
  assert_non_null(strstr(chart_of(&b, "lines parts")->script.ptr, "\nSERIES = 3\n")); // lines keep their names
  for (size_t c = 0; c < 3; c++) {
    tf_row *row = add_row(&b, c, "fleet.other", "USD", 1e9 * (double)(c + 1));
    row->label = TF_STR("Others");
  }
  chart = chart_of(&b, "bars piece, other");
  assert_non_null(strstr(chart->script.ptr, "\nCOLOURS = '7 1 2 3'\n"));
  assert_non_null(strstr(chart->footer.ptr, "What names no scenario is the same in all."));
  builder_free(&b);
}

static void stacks_add_up(void **state) {
  (void)state;
  builder b = world(1, 3, PLAIN);
  const tf_chart *chart = chart_of(&b, "stack parts");
  assert_string_equal(chart->title.ptr, "Largest part: TPU v6e, 44% of $20 bn in 2030");
  assert_non_null(strstr(chart->script.ptr, "'Total  $20 bn'"));
  assert_non_null(strstr(chart->footer.ptr, "every input at its median"));
  assert_non_null(strstr(chart->csv.ptr, "\n2030,TPU v6e,USD/year,8800000000\n"));
  assert_non_null(strstr(error_of(&b, "stack parts log"), "parts do not add up on a logarithmic axis"));
  assert_non_null(strstr(error_of(&b, "stack parts, piece"), "one chart has one unit"));
  builder_free(&b);
  b = world(1, 40, PLAIN);
  assert_non_null(strstr(chart_of(&b, "stack parts")->script.ptr, "'34 others  "));
  builder_free(&b);
  b = world(1, 2, NEGATIVE); // parts of both signs have no share of the whole
  assert_string_equal(chart_of(&b, "stack parts")->title.ptr, "All parts together: $2.2 bn in 2030");
  builder_free(&b);
}

static void shares_are_of_labels(void **state) {
  (void)state;
  builder b = world(1, 2, PLAIN);
  const tf_chart *chart = chart_of(&b, "shares binding");
  assert_string_equal(chart->title.ptr, "Fleet binding in 2030: H100 SXM in 50% of samples");
  assert_non_null(strstr(chart->script.ptr, "'GB200  50%'"));
  assert_non_null(strstr(error_of(&b, "shares parts"), "parts is a number: shares are of labels"));
  assert_non_null(strstr(error_of(&b, "bars binding"), "binding is no number"));
  builder_free(&b);
}

static void drivers_name_the_strongest(void **state) {
  (void)state;
  builder b = world(1, 1, PLAIN);
  add_row(&b, 0, "training.cost", "USD", 1)->label = TF_STR("Cost of the run");
  tf_row *row = spread(&b.scenarios[0].rows.at[b.scenarios[0].rows.count - 1], 1e9, 2e9);
  tf_driver drivers[14];
  for (size_t i = 0; i < 14; i++) {
    drivers[i] = (tf_driver){TF_NO_ID,
                             tf_str_of(i == 1   ? hostile
                                       : i == 2 ? "a.name_that_is_longer_than_the_column_of_names_can_be_wide"
                                                : "cluster.price_spread"),
                             (i % 2 == 0 ? 1 : -1) * 0.9 / (double)(i + 1)};
  }
  b.scenarios[0].drivers = drivers;
  b.scenarios[0].driver_of = row;
  for (size_t count = 1; count <= 14; count++) {
    b.scenarios[0].driver_count = count;
    const tf_chart *chart = chart_of(&b, "drivers training.cost");
    assert_string_equal(chart->title.ptr, "Cluster price spread moves cost of the run most");
    assert_readable(chart, "drivers");
    assert_non_null(strstr(chart->csv.ptr, ",training.cost,cluster.price_spread,0.9\n"));
    assert_true(strstr(chart->script.ptr, "'+0.90'") != NULL);
    if (gnuplot_is_there() && count % 6 == 1) {
      assert_drawn(&b, chart, "drivers", tf_format(b.cx->arena, "drivers-%zu", count));
    }
  }
  b.scenarios[0].driver_of = NULL;
  assert_non_null(
      strstr(error_of(&b, "drivers training.cost"), "the drivers of training.cost are not among the results"));
  assert_non_null(strstr(error_of(&b, "drivers nothing"), "the chart needs 'nothing'"));
  row->uncertain = false;
  assert_non_null(strstr(error_of(&b, "drivers training.cost"), "training.cost is certain: no input moves it"));
  builder_free(&b);
}

static const char *file_with(builder *b, const char *text) {
  char *path = tf_format(b->cx->arena, "/tmp/tenfold-published-%ld-%zu.csv", (long)getpid(), strlen(text));
  assert_int_equal(tf_file_write(b->cx, path, tf_str_of(text)), TF_OK);
  return path;
}

static void published_values_are_compared(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.scenarios[0].file = TF_STR("validation.csv");
  const char *path = file_with(&b, "name,unit,computed,published\n"
                                   "Training time of Llama 3 405B,day,54.2,54\n"
                                   "\"`touch /tmp/x` 'it''s' {/Bold x} %d\",USD,1.2e8,1e8\n"
                                   "Power of Colossus and everything that stands around it in Memphis,MW,149,150\n"
                                   "not yet published,MW,149,\n");
  const tf_chart *chart = chart_of(&b, tf_format(b.cx->arena, "published %s", path));
  assert_string_equal(chart->title.ptr, "2 of 3 computed values are within 10% of the published ones");
  assert_non_null(strstr(chart->csv.ptr, "Training time of Llama 3 405B,54.2,54,0.37"));
  assert_readable(chart, "published");
  if (gnuplot_is_there()) {
    assert_drawn(&b, chart, "published", "published");
  }
  tf_text many = tf_text_new(b.cx->arena);
  tf_text_adds(&many, "name,computed,published\n");
  for (int i = 0; i < 40; i++) {
    tf_text_addf(&many, "value %d,%g,1\n", i, 1 + 0.004 * i);
  }
  path = file_with(&b, many.ptr);
  assert_readable(chart_of(&b, tf_format(b.cx->arena, "published %s", path)), "published 40");
  path = file_with(&b, "name,computed\nx,1\n");
  assert_non_null(strstr(error_of(&b, tf_format(b.cx->arena, "published %s", path)), "has no column 'published'"));
  path = file_with(&b, "name,computed,published\nx,1,0\n");
  assert_non_null(
      strstr(error_of(&b, tf_format(b.cx->arena, "published %s", path)), "a published value of 0 has no ratio to it"));
  path = file_with(&b, "name,computed,published\nx,one,1\n");
  assert_non_null(strstr(error_of(&b, tf_format(b.cx->arena, "published %s", path)), "'one' is no number"));
  assert_int_equal(system("rm /tmp/tenfold-published-*.csv"), 0); // NOLINT: fixed text
  builder_free(&b);
}

// A model of `layers` layers of `wide` quantities, each needing its neighbours in the layer before.
static builder model_world(size_t layers, size_t wide) {
  builder b = builder_new(1);
  tf_text text = tf_text_new(b.cx->arena);
  tf_text_adds(&text, "language 1\nmodel \"Test\"\n");
  for (size_t l = 0; l < layers; l++) {
    for (size_t i = 0; i < wide; i++) {
      tf_text_addf(&text, "q%zu_%zu : 1 = ", l, i);
      if (l == 0) {
        tf_text_adds(&text, "1");
      }
      for (size_t k = 0; k < 3 && l > 0; k++) {
        tf_text_addf(&text, "%sq%zu_%zu", k > 0 ? " + " : "", l - 1, (i + k * 2) % wide);
      }
      tf_text_addf(&text, " \"%s %zu of layer %zu\"\n", i == 1 ? "`x` {/Bold 'y'}" : "Quantity", i, l);
    }
  }
  tf_text_addf(&text, "result : 1 = q%zu_0 + q0_1 + 0 * q%zu_1\noutput result\n", layers - 1, layers - 1);
  uint32_t source = tf_source_add(b.cx->arena, &b.cx->sources, TF_STR("x.model"), tf_text_str(&text));
  tf_memory_source memory = {.name = TF_STR("x"), .source = source};
  tf_located name = {TF_STR("x"), {0}};
  if (tf_model_load_sources(b.cx, b.model->units, &memory, 1, &name, 1, &b.model) != TF_OK) {
    fail_msg("%s", said(&b));
  }
  b.result.model = b.model;
  return b;
}

static void dependencies_are_laid_out(void **state) {
  (void)state;
  static const size_t sizes[][2] = {{1, 2}, {3, 4}, {4, 7}, {6, 5}, {2, 20}};
  for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++) {
    builder b = model_world(sizes[n][0], sizes[n][1]);
    const tf_chart *chart = chart_of(&b, "dependencies x.result");
    assert_readable(chart, tf_format(b.cx->arena, "dependencies %zu", n));
    assert_non_null(strstr(chart->csv.ptr, "\nx.result,x.q0_1\n"));
    if (gnuplot_is_there()) {
      assert_drawn(&b, chart, "dependencies", tf_format(b.cx->arena, "dependencies-%zu", n));
    }
    builder_free(&b);
  }
  builder b = model_world(3, 4);
  tf_chart_options options = {.font = "Inter", .depth = 1};
  const tf_chart *chart = chart_with(&b, "dependencies result", &options);
  assert_non_null(strstr(chart->subtitle.ptr, "4 quantities, 1 of them inputs"));
  assert_non_null(strstr(error_of(&b, "dependencies resul"), "resul"));
  builder_free(&b);
  b = model_world(8, 9);
  assert_non_null(strstr(error_of(&b, "dependencies x.result"), "more than 60 quantities lead to x.result"));
  assert_non_null(strstr(said(&b), "show fewer steps with --depth 2"));
  builder_free(&b);
}

static void drivers_are_of_the_scenario_asked_for(void **state) {
  (void)state;
  builder b = world(2, 1, PLAIN);
  tf_driver drivers[2] = {{TF_NO_ID, TF_STR("a.first"), 0.9}, {TF_NO_ID, TF_STR("a.second"), 0.8}};
  for (size_t c = 0; c < 2; c++) {
    (void)spread(add_row(&b, c, "training.cost", "USD", 1), 1e9, 2e9);
    b.scenarios[c].driver_of = &b.scenarios[c].rows.at[b.scenarios[c].rows.count - 1];
    b.scenarios[c].drivers = &drivers[c];
    b.scenarios[c].driver_count = 1;
  }
  assert_string_equal(chart_of(&b, "drivers training.cost")->title.ptr, "A first moves training cost most");
  const tf_chart *chart = chart_of(&b, "drivers training.cost scenario \"case 2\"");
  assert_string_equal(chart->title.ptr, "A second moves training cost most");
  assert_non_null(strstr(chart->subtitle.ptr, "scenario case 2"));
  assert_non_null(strstr(chart_of(&b, "drivers training.cost scenario \"x\"")->subtitle.ptr, "scenario case 1"));
  builder_free(&b);
}

static void dark_pages_are_described_as_such(void **state) {
  (void)state;
  builder b = world(2, 1, PLAIN);
  tf_chart_options options = {.font = "Inter"};
  assert_non_null(strstr(chart_with(&b, "multiples parts", &options)->footer.ptr, "dark where reported"));
  options.dark = true;
  assert_non_null(strstr(chart_with(&b, "multiples parts", &options)->footer.ptr, "white where reported"));
  for (size_t c = 0; c < 2; c++) {
    for (size_t i = 0; i < b.scenarios[c].rows.count; i++) {
      b.scenarios[c].rows.at[i].actual = false;
    }
  }
  assert_null(strstr(chart_with(&b, "multiples parts", &options)->footer.ptr, "where reported"));
  builder_free(&b);
}

static void looks_can_be_chosen(void **state) {
  (void)state;
  builder b = world(3, 1, PLAIN);
  tf_chart_options options = {.font = "Inter",
                              .no_title = true,
                              .grey = true,
                              .highlight = "case 2",
                              .has_y = true,
                              .y_low = 0,
                              .y_high = 2e10,
                              .dpi = 300,
                              .width = 630,
                              .height = 394};
  const tf_chart *chart = chart_with(&b, "lines parts", &options);
  const char *script = chart->script.ptr;
  assert_non_null(strstr(script, "COLOURS = '7 1 7'\n"));
  assert_non_null(strstr(script, "GREY = 1\n"));
  assert_non_null(strstr(script, "DPI = 300\n"));
  assert_non_null(strstr(script, "W = 630; H = 394\n"));
  assert_non_null(strstr(script, "set yrange [0:20400000000]"));
  assert_null(strstr(script, chart->title.ptr)); // only the caption says it
  assert_readable(chart, "lines in grey");
  if (gnuplot_is_there()) {
    assert_drawn(&b, chart, "grey", "grey");
  }
  options.highlight = "case 9";
  tf_chart *none = NULL;
  assert_int_equal(build(&b, "lines parts", &options, &none), TF_USAGE);
  assert_non_null(strstr(said(&b), "--highlight case 9: the chart has no series of that name"));
  assert_non_null(strstr(said(&b), "there are case 1, case 2, case 3"));
  // A chart drawn again by hand has the name it had.
  options.highlight = NULL;
  options.prefix = "my-file";
  chart = chart_with(&b, "lines parts", &options);
  assert_string_equal(chart->stem, "my-file-fleet-parts-h100-sxm-lines");
  assert_non_null(strstr(chart->script.ptr, "\nNAME = 'my-file-fleet-parts-h100-sxm-lines'\n"));
  // A caption beside the chart.
  options.highlight = NULL;
  options.caption = true;
  options.formats = TF_CHART_SVG;
  options.gnuplot.program = "true"; // the caption is there although nothing is drawn
  options.stem = "caption";
  char folder[] = "/tmp/tenfold-caption-XXXXXX";
  assert_non_null(mkdtemp(folder));
  chart = chart_with(&b, "lines parts", &options);
  assert_int_equal(tf_chart_write(b.cx, chart, &options, folder), TF_FILE);
  uint32_t source = 0;
  assert_int_equal(tf_file_read(b.cx, tf_format(b.cx->arena, "%s/caption.txt", folder), (tf_span){0}, &source), TF_OK);
  assert_true(tf_str_starts(b.cx->sources.list.at[source].text, chart->title.ptr));
  assert_int_equal(system(tf_format(b.cx->arena, "rm -r %s", folder)), 0); // NOLINT: own folder
  builder_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_overlaps_or_leaves_the_page),
      cmocka_unit_test(draws_are_drawn),
      cmocka_unit_test(what_all_scenarios_share_is_drawn_once),
      cmocka_unit_test(stacks_add_up),
      cmocka_unit_test(shares_are_of_labels),
      cmocka_unit_test(drivers_name_the_strongest),
      cmocka_unit_test(published_values_are_compared),
      cmocka_unit_test(dependencies_are_laid_out),
      cmocka_unit_test(drivers_are_of_the_scenario_asked_for),
      cmocka_unit_test(dark_pages_are_described_as_such),
      cmocka_unit_test(looks_can_be_chosen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
