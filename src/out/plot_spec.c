// SPDX-License-Identifier: GPL-3.0-or-later
// Reading plot statements (out/plot_spec.h).
#include "out/plot_spec.h"

#include <string.h>

#include "base/vec.h"

static const char *const kinds[] = {"fan", "lines",      "bars",   "multiples", "stack",     "dumbbell",    "histogram",
                                    "cdf", "exceedance", "shares", "drivers",   "published", "dependencies"};
static const char kinds_text[] = "fan, lines, multiples, stack, bars, dumbbell, histogram, cdf, exceedance, shares, "
                                 "drivers, published, dependencies";
enum { KINDS = sizeof kinds / sizeof *kinds };
static const char *const options[] = {"log", "title", "subtitle", "source", "scenario"};
enum { OPTIONS = sizeof options / sizeof *options };

const char *tf_plot_kind_name(tf_plot_kind kind) {
  return kinds[kind];
}

typedef struct reader {
  tf_context *cx;
  tf_located text;
  size_t at;
} reader;

static bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip(reader *r) {
  while (r->at < r->text.text.len && blank(r->text.text.ptr[r->at])) {
    r->at++;
  }
}

static bool at_end(const reader *r) {
  return r->at >= r->text.text.len;
}

static char here(const reader *r) {
  return at_end(r) ? '\0' : r->text.text.ptr[r->at];
}

static tf_located slice(const reader *r, size_t from, size_t to) {
  return (tf_located){tf_str_sub(r->text.text, from, to), tf_located_span(r->text, from, to)};
}

// A word up to a blank, comma or quote; what stands in brackets belongs to it, blanks and commas included.
static tf_located word(reader *r) {
  size_t start = r->at;
  int depth = 0;
  while (!at_end(r)) {
    char c = here(r);
    if (depth == 0 && (blank(c) || c == ',' || c == '"')) {
      break;
    }
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    r->at++;
  }
  return slice(r, start, r->at);
}

static tf_status quoted(reader *r, tf_located *text) {
  size_t start = r->at++;
  while (!at_end(r) && here(r) != '"') {
    r->at++;
  }
  if (at_end(r)) {
    tf_status status = tf_fail(r->cx, TF_INVALID, slice(r, start, start + 1).at, "the quoted text does not end");
    tf_hint(r->cx, "close it with \"");
    return status;
  }
  *text = slice(r, start + 1, r->at++);
  return TF_OK;
}

static const char *nearest(tf_str word, const char *const *list, size_t count) {
  const char *best = NULL;
  size_t least = 3;
  for (size_t i = 0; i < count; i++) {
    size_t distance = tf_str_distance(word, tf_str_of(list[i]));
    if (distance < least) {
      least = distance;
      best = list[i];
    }
  }
  return best;
}

static tf_status read_kind(reader *r, tf_plot_spec *spec) {
  skip(r);
  tf_located kind = word(r);
  for (size_t i = 0; i < KINDS; i++) {
    if (tf_str_is(kind.text, kinds[i])) {
      spec->kind = (tf_plot_kind)i;
      return TF_OK;
    }
  }
  tf_status status =
      tf_fail(r->cx, TF_INVALID, kind.at, "there is no kind of chart called '%.*s'", TF_STR_ARGS(kind.text));
  const char *near = nearest(kind.text, kinds, KINDS);
  tf_hint(r->cx, near == NULL ? "kinds are %s" : "did you mean '%s'?", near == NULL ? kinds_text : near);
  return status;
}

static tf_status read_names(reader *r, tf_plot_spec *spec) {
  TF_VEC(tf_located) names = {0};
  for (;;) {
    skip(r);
    tf_located name = word(r);
    if (name.text.len == 0) {
      tf_status status = tf_fail(r->cx, TF_INVALID, slice(r, r->at, r->at).at, "a chart needs the name of a quantity%s",
                                 names.count > 0 ? " after ','" : "");
      tf_hint(r->cx, "write it after the kind: %s capex.annual", kinds[spec->kind]);
      return status;
    }
    tf_vec_push(r->cx->arena, &names, name);
    skip(r);
    if (here(r) != ',') {
      break;
    }
    r->at++;
  }
  spec->names = names.at;
  spec->count = names.count;
  return TF_OK;
}

static tf_status read_option(reader *r, tf_plot_spec *spec) {
  if (here(r) == '"') {
    return quoted(r, &spec->title);
  }
  tf_located name = word(r);
  if (tf_str_is(name.text, "log")) {
    spec->log = true;
    return TF_OK;
  }
  tf_located *target = tf_str_is(name.text, "title")      ? &spec->title
                       : tf_str_is(name.text, "subtitle") ? &spec->subtitle
                       : tf_str_is(name.text, "source")   ? &spec->source
                       : tf_str_is(name.text, "scenario") ? &spec->scenario
                                                          : NULL;
  if (target == NULL) {
    const char *near = nearest(name.text, options, OPTIONS);
    tf_status status = tf_fail(r->cx, TF_INVALID, name.at, "a chart has no option '%.*s'",
                               TF_STR_ARGS(name.text.len > 0 ? name.text : slice(r, r->at, r->at + 1).text));
    tf_hint(r->cx,
            near == NULL ? "options are log, title \"...\", subtitle \"...\", source \"...\", scenario \"...\"%s"
                         : "did you mean '%s'?",
            near == NULL ? "" : near);
    return status;
  }
  skip(r);
  if (here(r) != '"') {
    tf_status status = tf_fail(r->cx, TF_INVALID, name.at, "'%.*s' needs a text in quotes", TF_STR_ARGS(name.text));
    tf_hint(r->cx, "write %.*s \"...\"", TF_STR_ARGS(name.text));
    return status;
  }
  return quoted(r, target);
}

tf_status tf_plot_parse(tf_context *cx, tf_located text, tf_plot_spec *spec) {
  reader r = {.cx = cx, .text = text};
  tf_plot_spec read = {.at = text.at};
  tf_status status = read_kind(&r, &read);
  if (status == TF_OK) {
    status = read_names(&r, &read);
  }
  for (skip(&r); status == TF_OK && !at_end(&r); skip(&r)) {
    status = read_option(&r, &read);
  }
  if (status == TF_OK && read.scenario.text.len > 0 && read.kind != TF_PLOT_DRIVERS) {
    status =
        tf_fail(cx, TF_INVALID, read.scenario.at, "`scenario` is for drivers: %s shows all of them", kinds[read.kind]);
    tf_hint(cx, "--column picks what is drawn");
  }
  if (status == TF_OK) {
    *spec = read;
  }
  return status;
}
