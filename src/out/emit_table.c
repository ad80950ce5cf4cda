// SPDX-License-Identifier: GPL-3.0-or-later
// Results as tables for people, on a terminal or in Markdown (out/emit.h).
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "out/blocks.h"

enum { WIDTH_DEFAULT = 100 };

typedef struct page {
  tf_arena *arena;
  const tf_result *result;
  const tf_emit_options *options;
  size_t width;
  bool markdown;
  tf_text *out;
} page;

tf_str tf_emit_reading(tf_arena *arena, const tf_result *result) {
  char samples[48];
  tf_text text = tf_text_new(arena);
  if (!result->uncertain) {
    tf_text_adds(&text, "one evaluation: no input of these results is uncertain");
  } else {
    tf_text_addf(&text,
                 "central: all inputs at their median; 5 %% and 95 %%: 90 %% of outcomes lie between; "
                 "%s samples, seed %" PRIu64,
                 tf_number_pretty((double)result->samples, 15, samples), result->seed);
    if (result->sampler == TF_SAMPLER_RANDOM) {
      tf_text_adds(&text, ", random sampler");
    } else if (result->random_streams) {
      tf_text_adds(&text, ", some inputs drawn at random beside the Sobol points");
    }
    if (result->sketched) {
      tf_text_adds(&text, "; quantiles from sketches, within 0.05 %");
    }
  }
  if (!result->complete) {
    tf_text_adds(&text, "; incomplete: stopped before all samples were done");
  }
  return tf_text_str(&text);
}

static void paragraph(const page *p, const char *mark, tf_str words) {
  tf_text line = tf_text_new(p->arena);
  tf_text_adds(&line, mark);
  tf_text_add(&line, words);
  if (p->markdown) {
    tf_text_adds(p->out, "- ");
    tf_markdown_escape(p->out, tf_text_str(&line));
  } else {
    // The first line starts at the edge, the others two blanks in: the wrapping is told both.
    tf_text wrapped = tf_text_new(p->arena);
    tf_text_wrap(&wrapped, tf_text_str(&line), p->width, 2);
    tf_text_add(p->out, tf_text_str(&wrapped));
  }
  tf_text_addc(p->out, '\n');
}

static void heading(const page *p, tf_str words, bool main) {
  if (words.len == 0) {
    return;
  }
  if (p->markdown) {
    tf_text_adds(p->out, main ? "## " : "### ");
    tf_markdown_escape(p->out, words);
    tf_text_adds(p->out, "\n\n");
  } else {
    tf_text_wrap(p->out, words, p->width, 0);
    tf_text_adds(p->out, main ? "\n\n" : "\n");
  }
}

static void put_grid(const page *p, const tf_grid *grid) {
  if (grid->lines.count == 0) {
    return;
  }
  if (p->markdown) {
    tf_grid_markdown(grid, p->out);
  } else {
    tf_grid_text(grid, p->width, p->out);
  }
  tf_text_addc(p->out, '\n');
}

// As many periods per grid as the width takes; Markdown has no width.
static void put_wide(const page *p, const tf_blocks *blocks) {
  const tf_row **periods = NULL;
  size_t all = tf_wide_periods(p->arena, blocks, &periods);
  for (size_t done = 0; done < all;) {
    size_t count = all - done;
    tf_grid grid = tf_grid_wide(p->arena, p->result, blocks, p->options, done, count);
    while (!p->markdown && count > 1 && tf_grid_width(&grid) > p->width) {
      grid = tf_grid_wide(p->arena, p->result, blocks, p->options, done, --count);
    }
    put_grid(p, &grid);
    done += count;
  }
}

static void put_blocks(const page *p, const tf_blocks *blocks, size_t first) {
  if (p->options->wide && blocks->scenarios == 1) {
    tf_grid plain = tf_grid_of(p->arena, p->result, blocks, first, p->options, false, true);
    put_grid(p, &plain);
    put_wide(p, blocks);
    return;
  }
  tf_grid grid = tf_grid_of(p->arena, p->result, blocks, first, p->options, true, true);
  put_grid(p, &grid);
}

// Which checks failed, with the warnings and notes of a scenario.
static void put_remarks(const page *p, const tf_scenario_result *scenario, bool named) {
  for (size_t i = 0; i < scenario->checks.count; i++) {
    const tf_check_result *check = &scenario->checks.at[i];
    tf_text line = tf_text_new(p->arena);
    if (check->held) {
      continue;
    }
    if (named) {
      tf_text_addf(&line, "%.*s: ", TF_STR_ARGS(scenario->name));
    }
    bool same_module = tf_str_eq(check->module, scenario->checks.at[0].module) &&
                       tf_str_eq(check->module, scenario->checks.at[scenario->checks.count - 1].module);
    if (!same_module) { // copies of a model state the same checks
      tf_text_addf(&line, "%.*s: ", TF_STR_ARGS(check->module));
    }
    tf_text_add(&line, check->text);
    if (check->description.len > 0) {
      tf_text_addf(&line, ", %.*s", TF_STR_ARGS(check->description));
    }
    if (p->result->uncertain && check->share < 1) {
      tf_text_addf(&line, " (holds in %.*s of samples", TF_STR_ARGS(tf_show_percent(p->arena, check->share)));
      tf_text_addf(&line, ", wanted in %.*s)", TF_STR_ARGS(tf_show_percent(p->arena, check->level)));
    }
    paragraph(p, "check FAILED: ", tf_text_str(&line));
  }
  for (size_t i = 0; i < scenario->warnings.count; i++) {
    tf_str words = tf_str_of(scenario->warnings.at[i]);
    paragraph(p, "warning: ",
              named ? tf_str_of(tf_format(p->arena, "%.*s: %s", TF_STR_ARGS(scenario->name), words.ptr)) : words);
  }
  for (size_t i = 0; i < scenario->notes.count; i++) {
    tf_str words = tf_str_of(scenario->notes.at[i]);
    paragraph(p, "note: ",
              named ? tf_str_of(tf_format(p->arena, "%.*s: %s", TF_STR_ARGS(scenario->name), words.ptr)) : words);
  }
}

// The inputs whose ranks go most with those of the first output: what the answer depends on.
static void put_drivers(const page *p, const tf_scenario_result *scenario, bool named) {
  enum { SHOWN = 4 };
  const double least = 0.1; // weaker correlations say little in a sample of this size
  if (scenario->driver_of == NULL || scenario->driver_count == 0 || fabs(scenario->drivers[0].rho) < least) {
    return;
  }
  tf_text line = tf_text_new(p->arena);
  if (named) {
    tf_text_addf(&line, "%.*s: ", TF_STR_ARGS(scenario->name));
  }
  tf_str period = tf_row_period(p->arena, scenario->driver_of);
  tf_text_addf(&line, "%.*s%s%.*s depends most on", TF_STR_ARGS(tf_row_title(p->arena, scenario->driver_of)),
               period.len > 0 ? " in " : "", TF_STR_ARGS(period));
  for (size_t i = 0; i < scenario->driver_count && i < SHOWN && fabs(scenario->drivers[i].rho) >= least; i++) {
    const tf_driver *driver = &scenario->drivers[i];
    tf_text_addf(&line, "%s %.*s %+.2f", i > 0 ? "," : "", TF_STR_ARGS(driver->name), driver->rho);
  }
  tf_text_adds(&line, " (rank correlations)");
  paragraph(p, "", tf_text_str(&line));
}

// The checks that hold are counted only: `tenfold check` lists them.
static void put_check_count(const page *p) {
  size_t held = 0;
  size_t count = 0;
  for (size_t s = 0; s < p->result->scenario_count; s++) {
    const tf_scenario_result *scenario = &p->result->scenarios[s];
    for (size_t i = 0; i < scenario->checks.count; i++) {
      held += scenario->checks.at[i].held ? 1 : 0;
    }
    count += scenario->checks.count;
  }
  if (count > 0) {
    paragraph(p, "checks: ", tf_str_of(tf_format(p->arena, "%zu of %zu hold", held, count)));
  }
}

static bool one_title(const tf_result *result) {
  for (size_t s = 1; s < result->scenario_count; s++) {
    if (!tf_str_eq(result->scenarios[s].title, result->scenarios[0].title)) {
      return false;
    }
  }
  return true;
}

static tf_str scenario_heading(const page *p, const tf_scenario_result *scenario, bool with_title) {
  if (!with_title || scenario->title.len == 0) {
    return scenario->name;
  }
  if (scenario->name.len == 0 || tf_str_eq(scenario->name, scenario->title)) {
    return scenario->title;
  }
  return tf_str_of(tf_format(p->arena, "%.*s (%.*s)", TF_STR_ARGS(scenario->title), TF_STR_ARGS(scenario->name)));
}

static void emit_page(const page *p) {
  const tf_result *result = p->result;
  size_t scenarios = result->scenario_count;
  bool shared = one_title(result);
  if (scenarios == 1) {
    heading(p, scenario_heading(p, &result->scenarios[0], true), true);
    tf_blocks blocks = tf_blocks_of(p->arena, result, 0, 1);
    put_blocks(p, &blocks, 0);
  } else if (scenarios > 1) {
    if (shared) {
      heading(p, result->scenarios[0].title, true);
    }
    tf_blocks blocks = tf_blocks_of(p->arena, result, 0, scenarios);
    tf_grid grid = tf_grid_of(p->arena, result, &blocks, 0, p->options, true, true);
    bool fits = p->markdown ? scenarios <= 4 : tf_grid_width(&grid) <= p->width;
    if (fits && !p->options->wide && !(p->options->stats && result->uncertain)) {
      for (size_t s = 0; s < scenarios && !shared; s++) {
        const tf_scenario_result *scenario = &result->scenarios[s];
        if (scenario->title.len > 0) {
          tf_text line = tf_text_new(p->arena);
          tf_text_addf(&line, "%.*s: %.*s", TF_STR_ARGS(scenario->name), TF_STR_ARGS(scenario->title));
          paragraph(p, "", tf_text_str(&line));
        }
      }
      tf_text_adds(p->out, shared ? "" : "\n");
      put_grid(p, &grid);
    } else {
      for (size_t s = 0; s < scenarios; s++) {
        heading(p, scenario_heading(p, &result->scenarios[s], !shared), false);
        tf_blocks own = tf_blocks_of(p->arena, result, s, 1);
        put_blocks(p, &own, s);
      }
    }
  }
  for (size_t s = 0; s < scenarios; s++) {
    put_remarks(p, &result->scenarios[s], scenarios > 1);
  }
  for (size_t s = 0; s < scenarios; s++) {
    put_drivers(p, &result->scenarios[s], scenarios > 1);
  }
  put_check_count(p);
  paragraph(p, "", tf_emit_reading(p->arena, result));
}

static void emit(tf_context *cx, const tf_result *result, const tf_emit_options *options, bool markdown, tf_text *out) {
  page p = {.arena = cx->arena,
            .result = result,
            .options = options,
            .width = options->width == 0 ? WIDTH_DEFAULT : options->width,
            .markdown = markdown,
            .out = out};
  emit_page(&p);
}

void tf_emit_table(tf_context *cx, const tf_result *result, const tf_emit_options *options, tf_text *out) {
  emit(cx, result, options, false, out);
}

void tf_emit_markdown(tf_context *cx, const tf_result *result, const tf_emit_options *options, tf_text *out) {
  emit(cx, result, options, true, out);
}
