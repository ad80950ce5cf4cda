// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzz target of everything behind the parser: a model in memory and settings of it are checked, planned, and run over
// a few samples, with kernels and as machine code, which must agree. Input: the model, then a line `%%`, then lines
// NAME=VALUE or NAME[PERIOD]=VALUE. No input may crash, and what is refused must say why.
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "engine/run.h"
#include "lang/parse.h"
#include "model/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LIMIT = 4096, SAMPLES = 16 };

static void add_setting(tf_context *cx, tf_column *column, tf_located line) {
  size_t equals = tf_str_find(line.text, '=');
  if (equals == SIZE_MAX || line.text.len == 0) {
    return;
  }
  tf_located name = {tf_str_sub(line.text, 0, equals), tf_located_span(line, 0, equals)};
  tf_address address;
  if (tf_parse_address(cx, name, &address) != TF_OK) {
    return;
  }
  tf_binding binding = {.name = address.name, .label = address.label, .period = address.period};
  binding.value =
      (tf_located){tf_str_sub(line.text, equals + 1, line.text.len), tf_located_span(line, equals + 1, line.text.len)};
  binding.setter = TF_STR("fuzz");
  tf_vec_push(cx->arena, &column->bindings, binding);
}

// NaN is NaN, whichever.
static bool differ(const tf_samples *a, const tf_samples *b) {
  for (size_t i = 0; i < a->output_count; i++) {
    const tf_output *x = &a->outputs[i], *y = &b->outputs[i];
    const size_t cells = x->uncertain ? x->elements * (size_t)(x->history + x->periods) : 0;
    for (size_t k = 0; k < cells && !a->sketched; k++) {
      for (uint64_t n = 0; n < a->kept; n++) {
        const double v = x->samples[k][n], w = y->samples[k][n];
        if (memcmp(&v, &w, sizeof v) != 0 && !(v != v && w != w)) {
          return true;
        }
      }
    }
  }
  return false;
}

static tf_status run(tf_context *cx, tf_str model_text, tf_str settings) {
  tf_units *units = tf_units_new(cx);
  tf_memory_source source = {.name = TF_STR("m")};
  source.source = tf_source_add(cx->arena, &cx->sources, TF_STR("m.model"), model_text);
  tf_located name = {TF_STR("m"), {0, 0, 0}};
  tf_model *model = NULL;
  tf_status status = tf_model_load_sources(cx, units, &source, 1, &name, 1, &model);
  if (status != TF_OK) {
    return status;
  }
  tf_column column = {.name = TF_STR("fuzz"), .file = TF_STR(""), .title = TF_STR("")};
  column.axis = (tf_axis){2024 * 12, 12, 4};
  uint32_t id = tf_source_add(cx->arena, &cx->sources, TF_STR("settings"), settings);
  uint32_t at = 0;
  for (tf_str rest = settings; rest.len > 0;) {
    tf_str line;
    tf_str tail;
    bool more = tf_str_split(rest, '\n', &line, &tail);
    line = more ? line : rest;
    add_setting(cx, &column, (tf_located){line, {id, at, at + (uint32_t)line.len}});
    at += (uint32_t)line.len + 1;
    rest = more ? tail : (tf_str){"", 0};
  }
  tf_plan *plan = NULL;
  status = tf_plan_build(cx, model, &column, false, INT64_MAX, &plan);
  if (status != TF_OK) {
    return status;
  }
  tf_text text = tf_text_new(cx->arena);
  tf_plan_print(plan, &text);
  tf_graph *graph = tf_graph_new(cx, cx->arena);
  uint32_t scenario = 0;
  status = tf_graph_add(cx, graph, plan, model->outputs.at, model->outputs.count, &scenario);
  if (status != TF_OK) {
    return status;
  }
  tf_run_options options = {.sampler = {TF_SAMPLER_SOBOL, 1, SAMPLES, 8}, .count = SAMPLES, .threads = 1};
  options.memory = UINT64_C(1) << 26;
  tf_samples *samples = NULL, *translated = NULL;
  options.translate = TF_TRANSLATE_NEVER;
  status = tf_run(cx, cx->arena, graph, &options, &samples);
  options.translate = TF_TRANSLATE_ALWAYS;
  if (status == TF_OK &&
      (tf_run(cx, cx->arena, graph, &options, &translated) != TF_OK || differ(samples, translated))) {
    abort();
  }
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > LIMIT) {
    return 0;
  }
  tf_context *cx = tf_context_new();
  if (cx == NULL) {
    return 0;
  }
  tf_str all = tf_str_copy(cx->arena, (tf_str){(const char *)data, size});
  size_t cut = all.len;
  for (size_t i = 0; i + 3 <= all.len; i++) {
    if (all.ptr[i] == '\n' && all.ptr[i + 1] == '%' && all.ptr[i + 2] == '%') {
      cut = i + 1;
      break;
    }
  }
  tf_str settings = cut < all.len ? tf_str_sub(all, cut + 2, all.len) : (tf_str){"", 0};
  size_t bad = 0;
  if (tf_utf8_valid(settings, &bad)) {
    tf_status status = run(cx, tf_str_sub(all, 0, cut), settings);
    if (status != TF_OK && cx->diags.errors == 0) {
      abort(); // refused without a word
    }
  }
  tf_context_free(cx);
  return 0;
}
