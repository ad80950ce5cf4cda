// SPDX-License-Identifier: GPL-3.0-or-later
// The manifest of a report as JSON (out/manifest.h).
#include "out/manifest.h"

#include "base/sha256.h"
#include "out/emit.h"

const char *tf_manifest_date(tf_arena *arena, int64_t seconds, bool day) {
  enum { DAY = 86400 };
  int64_t days = seconds / DAY - (seconds % DAY < 0 ? 1 : 0);
  int rest = (int)(seconds - days * DAY);
  char date[16];
  (void)tf_date_print((double)days, date);
  return day ? tf_format(arena, "%s", date)
             : tf_format(arena, "%sT%02d:%02d:%02dZ", date, rest / 3600, rest / 60 % 60, rest % 60);
}

static void put_text(tf_json *json, const char *key, tf_str value) {
  tf_json_key(json, key);
  tf_json_text(json, value);
}

static void put_files(tf_json *json, const char *key, const tf_manifest_files *files) {
  tf_json_key(json, key);
  tf_json_open(json, '[');
  for (size_t i = 0; i < files->count; i++) {
    const tf_manifest_file *file = &files->at[i];
    char digest[TF_SHA256_TEXT];
    tf_json_open(json, '{');
    put_text(json, "path", tf_str_of(file->path));
    if (file->from != NULL) {
      put_text(json, "from", tf_str_of(file->from));
    }
    tf_json_key(json, "bytes");
    tf_json_integer(json, file->bytes.len);
    put_text(json, "sha256", tf_str_of(tf_sha256_text(file->bytes, digest)));
    tf_json_close(json, '}');
  }
  tf_json_close(json, ']');
}

void tf_manifest_json(tf_context *cx, const tf_manifest *manifest, const tf_result *result, tf_text *out) {
  enum { DEPTH = 2, SCHEMA = 1 };
  tf_json json = tf_json_new(out, DEPTH);
  tf_json_open(&json, '{');
  tf_json_key(&json, "schema");
  tf_json_integer(&json, SCHEMA);
  put_text(&json, "tenfold", tf_str_of(manifest->version));
  put_text(&json, "date", tf_str_of(tf_manifest_date(cx->arena, manifest->date, false)));
  put_text(&json, "command", tf_str_of(result->command));
  put_text(&json, "rerun", tf_str_of(manifest->rerun));
  tf_json_key(&json, "seed");
  tf_json_integer(&json, result->seed);
  tf_json_key(&json, "samples");
  tf_json_integer(&json, result->samples);
  tf_json_quantiles(&json, result);
  put_text(&json, "sampler", result->sampler == TF_SAMPLER_RANDOM ? TF_STR("random") : TF_STR("sobol"));
  tf_json_key(&json, "replicates");
  tf_json_integer(&json, result->replicates);
  tf_json_key(&json, "complete");
  tf_json_bool(&json, result->complete);
  tf_json_key(&json, "scenarios");
  tf_json_open(&json, '[');
  for (size_t s = 0; s < result->scenario_count; s++) {
    tf_json_open(&json, '{');
    put_text(&json, "name", result->scenarios[s].name);
    put_text(&json, "file", result->scenarios[s].file);
    tf_json_close(&json, '}');
  }
  tf_json_close(&json, ']');
  put_files(&json, "inputs", manifest->inputs);
  put_files(&json, "outputs", manifest->outputs);
  tf_json_close(&json, '}');
}
