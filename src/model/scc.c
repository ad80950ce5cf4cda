// SPDX-License-Identifier: GPL-3.0-or-later
// Tarjan's algorithm with its own stack: chains of ten thousand equations must not need ten thousand frames.
#include "model/scc.h"

#include <string.h>

#define UNSEEN UINT32_MAX

void tf_components_find(tf_arena *arena, const tf_edges *edges, tf_components *out) {
  uint32_t n = edges->count;
  uint32_t *number = TF_ARRAY(arena, uint32_t, n + 1u);
  uint32_t *low = TF_ARRAY(arena, uint32_t, n + 1u);
  uint32_t *next = TF_ARRAY(arena, uint32_t, n + 1u);
  uint32_t *stack = TF_ARRAY(arena, uint32_t, n + 1u);
  uint32_t *path = TF_ARRAY(arena, uint32_t, n + 1u);
  bool *open = TF_ARRAY(arena, bool, n + 1u);
  *out = (tf_components){0, TF_ARRAY(arena, uint32_t, n + 1u), TF_ARRAY(arena, uint32_t, n + 2u),
                         TF_ARRAY(arena, uint32_t, n + 1u)};
  memset(number, 0xff, (n + 1u) * sizeof *number);
  uint32_t numbered = 0;
  uint32_t depth = 0;
  uint32_t stacked = 0;
  uint32_t placed = 0;
  for (uint32_t root = 0; root < n; root++) {
    if (number[root] != UNSEEN) {
      continue;
    }
    path[depth++] = root;
    while (depth > 0) {
      uint32_t v = path[depth - 1];
      if (number[v] == UNSEEN) {
        number[v] = low[v] = numbered++;
        next[v] = edges->first[v];
        stack[stacked++] = v;
        open[v] = true;
      }
      if (next[v] < edges->first[v + 1]) {
        uint32_t w = edges->targets[next[v]++];
        if (number[w] == UNSEEN) {
          path[depth++] = w;
        } else if (open[w] && number[w] < low[v]) {
          low[v] = number[w];
        }
        continue;
      }
      depth--;
      if (depth > 0 && low[v] < low[path[depth - 1]]) {
        low[path[depth - 1]] = low[v];
      }
      if (low[v] == number[v]) {
        out->first[out->count] = placed;
        uint32_t w = UNSEEN;
        do {
          w = stack[--stacked];
          open[w] = false;
          out->of[w] = out->count;
          out->members[placed++] = w;
        } while (w != v);
        out->count++;
      }
    }
  }
  out->first[out->count] = placed;
}

bool tf_edge_within(const tf_edges *edges, const tf_components *components, uint32_t node) {
  for (uint32_t e = edges->first[node]; e < edges->first[node + 1]; e++) {
    if (components->of[edges->targets[e]] == components->of[node]) {
      return true;
    }
  }
  return false;
}

size_t tf_cycle_path(tf_arena *arena, const tf_edges *edges, const tf_components *components, uint32_t from,
                     uint32_t *path) {
  uint32_t *parent = TF_ARRAY(arena, uint32_t, edges->count + 1u);
  uint32_t *queue = TF_ARRAY(arena, uint32_t, edges->count + 1u);
  memset(parent, 0xff, (edges->count + 1u) * sizeof *parent);
  uint32_t head = 0;
  uint32_t tail = 0;
  queue[tail++] = from;
  while (head < tail) {
    uint32_t v = queue[head++];
    for (uint32_t e = edges->first[v]; e < edges->first[v + 1]; e++) {
      uint32_t w = edges->targets[e];
      if (w == from) {
        size_t length = 0;
        for (uint32_t u = v; u != from; u = parent[u]) {
          path[length++] = u;
        }
        path[length++] = from;
        for (size_t i = 0; i < length / 2; i++) { // from first
          uint32_t swap = path[i];
          path[i] = path[length - 1 - i];
          path[length - 1 - i] = swap;
        }
        return length;
      }
      if (components->of[w] == components->of[from] && parent[w] == UNSEEN) {
        parent[w] = v;
        queue[tail++] = w;
      }
    }
  }
  return 0;
}
