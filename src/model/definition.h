// SPDX-License-Identifier: GPL-3.0-or-later
// Definitions: what exactly a number measures ("capex with principal payments on finance leases"), by name. Private to
// the layer.
//
// A definition is whatever text the `definition` cell of a row holds; no name means anything here. A cell that reads
// `A to B` is a bridge: what leads from A to B when it is added or multiplied. A value carries a set of definitions:
// none, one, or several where differently defined things were multiplied. Sets are interned, so equal sets have equal
// ids.
//
//   + - min max mod clamp if then, comparisons, reductions over an index   all sides that have a set have the same one
//   x * y      the union; a bridge times one of its own ends stays a bridge
//   x / y      the same where one side has none; what both have cancels where only a number or a time is left;
//              different sets cannot be divided there (a ratio compares), else the union
//   -x, 1/x    of a bridge lead back
//   restate(x, by)   x in A with a bridge A to B is in B; without a bridge x as it is
//   functions of time and of one argument keep the set of what they look at; lives, rates and delays do not count
#ifndef TF_MODEL_DEFINITION_H
#define TF_MODEL_DEFINITION_H

#include "model/planner.h"

enum { TF_SET_NONE = 0 };

typedef struct tf_definition_name {
  tf_str text;
  bool bridge;
  uint32_t from, to; // names, of a bridge
} tf_definition_name;

typedef struct tf_definition_set {
  size_t count;
  const uint32_t *names; // ascending
} tf_definition_set;

typedef struct tf_definitions {
  tf_arena *arena;
  tf_map name_ids, set_ids;
  TF_VEC(tf_definition_name) names;
  TF_VEC(tf_definition_set) sets; // [TF_SET_NONE] is empty
} tf_definitions;

void tf_definitions_init(tf_definitions *d, tf_arena *arena);
uint32_t tf_definition_set_of(tf_definitions *d, tf_str cell); // the set of one definition; of none for an empty cell
uint32_t tf_definition_union(tf_definitions *d, uint32_t a, uint32_t b);
// The bridge that leads the other way; the set itself if it is no bridge.
uint32_t tf_definition_back(tf_definitions *d, uint32_t set);
// A set that is a single bridge, and the sets of its ends.
bool tf_definition_bridge(tf_definitions *d, uint32_t set, uint32_t *from, uint32_t *to);
const char *tf_definition_text(const tf_definitions *d, uint32_t set); // "a", "a x b"; "" for none

#endif
