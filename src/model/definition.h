// SPDX-License-Identifier: GPL-3.0-or-later
// Definitions: what exactly a number measures ("capex with principal payments on finance leases"), by name. Private to
// the layer.
//
// A definition is whatever text the `definition` cell of a row holds; no name means anything here. It is said of one
// kind of thing: amounts of one dimension, up to time (USD and USD/year are one kind), or, without a dimension, of one
// quantity. Definitions of two kinds have nothing to do with one another: a price and a rate of electricity may both be
// parts of one cost. A cell that reads `A to B` is a bridge: what leads from A to B when it is added or multiplied.
// A value carries a set of definitions, with all kinds that it was computed from. Sets are interned, so equal sets have
// equal ids.
//
//   + - min max mod clamp if then, comparisons, reductions over an index   where two sides define one kind, they define
//              it alike; the result has all
//   x * y      the union; a bridge times one of its own ends stays a bridge
//   x / y      where only a number or a time is left, a ratio compares: kinds that both define must be alike, and
//              cancel; else the union
//   -x, 1/x    of a bridge lead back
//   restate(x, by)   x in A with a bridge A to B is in B; without a bridge x as it is
//   functions of time and of one argument keep the set of what they look at; lives, rates and delays do not count
#ifndef TF_MODEL_DEFINITION_H
#define TF_MODEL_DEFINITION_H

#include "model/planner.h"

enum { TF_SET_NONE = 0 };

typedef struct tf_definition_name {
  tf_str text;
  uint64_t kind;
  bool bridge;
  tf_str from, to; // of a bridge
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

// Is the cell a name or a bridge, and not half of one (`A to`, `to B`) or a chain (`A to B to C`)? Those could be meant
// either way, and taken for a name they would fit nothing. The mend is in `hint`.
bool tf_definition_whole(tf_arena *arena, tf_str cell, const char **hint);

void tf_definitions_init(tf_definitions *d, tf_arena *arena);
// What the definition of amounts of this dimension, or of a quantity, is said of.
uint64_t tf_definition_kind_of(tf_units *units, tf_dim dim, tf_dim time);
uint64_t tf_definition_kind(const tf_model *model, uint32_t quantity, tf_dim time);
// The set of one definition; of none for an empty cell.
uint32_t tf_definition_set_of(tf_definitions *d, uint64_t kind, tf_str cell);
uint32_t tf_definition_union(tf_definitions *d, uint32_t a, uint32_t b);
// Do two sets define some kind differently? Then the names of that kind in each.
bool tf_definition_clash(tf_definitions *d, uint32_t a, uint32_t b, uint32_t *in_a, uint32_t *in_b);
// The union without the kinds that both define.
uint32_t tf_definition_cancel(tf_definitions *d, uint32_t a, uint32_t b);
// A set that is a single bridge: the bridge. NULL for any other.
const tf_definition_name *tf_definition_bridge(const tf_definitions *d, uint32_t set);
// The bridge that leads the other way; the set itself if it is no bridge.
uint32_t tf_definition_back(tf_definitions *d, uint32_t set);
// Is one name in the set, of whatever kind, `text`? And the set with another name of the same kind in its place.
bool tf_definition_has(const tf_definitions *d, uint32_t set, tf_str text);
uint32_t tf_definition_replace(tf_definitions *d, uint32_t set, tf_str text, tf_str by);
// The names of a set in the order of their text.
size_t tf_definition_parts(const tf_definitions *d, uint32_t set, const struct tf_definition_part **parts);
const char *tf_definition_text(const tf_definitions *d, uint32_t set); // "a", "a, b"; "" for none

#endif
