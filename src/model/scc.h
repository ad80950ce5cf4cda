// SPDX-License-Identifier: GPL-3.0-or-later
// Strongly connected components (Tarjan 1972) of graphs over quantities, without recursion. Private to the layer.
#ifndef TF_MODEL_SCC_H
#define TF_MODEL_SCC_H

#include "base/vec.h"

// Edges of node i: targets[first[i]] .. targets[first[i + 1] - 1].
typedef struct tf_edges {
  uint32_t count;
  const uint32_t *first; // count + 1
  const uint32_t *targets;
  const unsigned char *kinds; // by edge; NULL where they do not matter
} tf_edges;

typedef struct tf_components {
  uint32_t count;
  uint32_t *of;      // component of each node
  uint32_t *first;   // count + 1: positions in `members`
  uint32_t *members; // nodes by component; what a component points to comes before it
} tf_components;

void tf_components_find(tf_arena *arena, const tf_edges *edges, tf_components *out);
// The shortest way from `from` back to itself over nodes of its component; returns its length (nodes), 0 if there is
// none. `path` has room for all members.
size_t tf_cycle_path(tf_arena *arena, const tf_edges *edges, const tf_components *components, uint32_t from,
                     uint32_t *path);
bool tf_edge_within(const tf_edges *edges, const tf_components *components, uint32_t node); // to its own component

#endif
