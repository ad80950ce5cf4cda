// SPDX-License-Identifier: GPL-3.0-or-later
// The manifest of a report: which program, command, inputs and sampling made it, with a SHA-256 of every file.
//
// JSON: {"schema":1,"tenfold":VERSION,"date":"2026-11-21T20:15:00Z","command":..,"rerun":..,"seed":..,"samples":..,
// "sampler":"sobol"|"random","replicates":..,"complete":..,"scenarios":[{"name","file"}],
// "inputs":[{"path","from","bytes","sha256"}],"outputs":[{"path","bytes","sha256"}]}. Paths are relative to the
// report's folder; `from` is where an input was read, and is left out for what the report wrote itself.
#ifndef TF_OUT_MANIFEST_H
#define TF_OUT_MANIFEST_H

#include "stats/result.h"

typedef struct tf_manifest_file {
  const char *path, *from; // from: NULL if the report made it
  tf_str bytes;
} tf_manifest_file;

typedef TF_VEC(tf_manifest_file) tf_manifest_files;

typedef struct tf_manifest {
  const char *version, *rerun;
  int64_t date; // seconds since 1970-01-01
  const tf_manifest_files *inputs, *outputs;
} tf_manifest;

void tf_manifest_json(tf_context *cx, const tf_manifest *manifest, const tf_result *result, tf_text *out);
// "2026-11-21T20:15:00Z"; "2026-11-21" if `day`.
const char *tf_manifest_date(tf_arena *arena, int64_t seconds, bool day);

#endif
