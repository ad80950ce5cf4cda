// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes of the graph: interning, shapes, folding.
#include <math.h>
#include <string.h>

#include "engine/graph.h"
#include "engine/kernel.h"

const void *tf_graph_data(tf_graph *graph, const void *bytes, size_t size) {
  tf_str key = {bytes, size};
  uint32_t found = tf_map_get(&graph->data, key);
  if (found != TF_MAP_NONE) {
    return graph->data_values.at[found];
  }
  char *copy = tf_alloc(graph->arena, size > 0 ? size : 1, 1);
  if (size > 0) {
    memcpy(copy, bytes, size);
  }
  (void)tf_map_put(&graph->data, (tf_str){copy, size}, (uint32_t)graph->data_values.count);
  tf_vec_push(graph->arena, &graph->data_values, copy);
  return copy;
}

static bool same_index(const tf_index *a, const tf_index *b) {
  if (a->count != b->count || !tf_str_eq(a->name, b->name)) {
    return false;
  }
  for (size_t i = 0; i < a->count; i++) {
    if (!tf_str_eq(a->labels[i], b->labels[i])) {
      return false;
    }
  }
  return true;
}

uint32_t tf_graph_index_find(const tf_graph *graph, const tf_index *index) {
  for (size_t i = 0; i < graph->indices.count; i++) {
    const tf_index *known = graph->indices.at[i].index;
    if (known == index || same_index(known, index)) {
      return (uint32_t)i;
    }
  }
  return TF_NO_ID;
}

uint32_t tf_graph_index_id(tf_graph *graph, const tf_index *index) {
  uint32_t id = tf_graph_index_find(graph, index);
  if (id != TF_NO_ID) {
    return id;
  }
  tf_graph_index added = {index, tf_cstr(graph->arena, index->name), (uint32_t)index->count};
  tf_vec_push(graph->arena, &graph->indices, added);
  return (uint32_t)graph->indices.count - 1;
}

uint32_t tf_graph_axis_id(tf_graph *graph, const tf_axis *axis) {
  for (size_t i = 0; i < graph->axes.count; i++) {
    const tf_axis *known = &graph->axes.at[i];
    if (known->first_month == axis->first_month && known->months == axis->months && known->count == axis->count) {
      return (uint32_t)i;
    }
  }
  tf_vec_push(graph->arena, &graph->axes, *axis);
  return (uint32_t)graph->axes.count - 1;
}

tf_shape tf_shape_scalar(tf_graph *graph) {
  if (graph->no_indices == NULL) {
    graph->no_indices = tf_graph_data(graph, NULL, 0);
  }
  return (tf_shape){.first = 0, .end = 1, .indices = graph->no_indices, .elements = 1};
}

static void set_indices(tf_graph *graph, tf_shape *shape, const uint32_t *indices, uint32_t count) {
  shape->index_count = count;
  shape->indices = tf_graph_data(graph, indices, count * sizeof *indices);
  size_t elements = 1;
  for (uint32_t i = 0; i < count; i++) {
    elements *= graph->indices.at[indices[i]].count;
  }
  shape->elements = (uint32_t)elements;
}

enum { TF_MAX_INDICES = 32 };

tf_shape tf_shape_join(tf_graph *graph, const tf_shape *a, const tf_shape *b) {
  tf_shape shape = a->series ? *a : *b;
  if (a->series && b->series) {
    shape.first = a->first > b->first ? a->first : b->first;
    shape.end = a->end < b->end ? a->end : b->end;
  }
  if (b->index_count == 0 || a->indices == b->indices) {
    shape.index_count = a->index_count;
    shape.indices = a->indices;
    shape.elements = a->elements;
    return shape;
  }
  uint32_t merged[TF_MAX_INDICES] = {0};
  uint32_t count = 0, i = 0, j = 0;
  while ((i < a->index_count || j < b->index_count) && count < TF_MAX_INDICES) {
    if (j == b->index_count || (i < a->index_count && a->indices[i] < b->indices[j])) {
      merged[count++] = a->indices[i++];
    } else {
      if (i < a->index_count && a->indices[i] == b->indices[j]) {
        i++;
      }
      merged[count++] = b->indices[j++];
    }
  }
  set_indices(graph, &shape, merged, count);
  return shape;
}

bool tf_shape_has(const tf_shape *shape, uint32_t index) {
  for (uint32_t i = 0; i < shape->index_count; i++) {
    if (shape->indices[i] == index) {
      return true;
    }
  }
  return false;
}

tf_shape tf_shape_without(tf_graph *graph, const tf_shape *shape, uint32_t index) {
  uint32_t kept[TF_MAX_INDICES] = {0};
  uint32_t count = 0;
  for (uint32_t i = 0; i < shape->index_count && count < TF_MAX_INDICES; i++) {
    if (shape->indices[i] != index) {
      kept[count++] = shape->indices[i];
    }
  }
  tf_shape result = *shape;
  set_indices(graph, &result, kept, count);
  return result;
}

tf_shape tf_shape_with(tf_graph *graph, const tf_shape *shape, uint32_t index) {
  tf_shape one = tf_shape_scalar(graph);
  set_indices(graph, &one, &index, 1);
  tf_shape result = tf_shape_join(graph, shape, &one);
  return result;
}

uint32_t *tf_shape_map(const tf_graph *graph, tf_arena *arena, const tf_shape *shape, const tf_shape *operand,
                       uint32_t fixed) {
  if (shape->indices == operand->indices) {
    return NULL;
  }
  // Stride of each index of `shape` in the operand, and the offset of indices that only the operand has.
  uint32_t stride_of[TF_MAX_INDICES] = {0};
  uint32_t stride = 1, offset = 0;
  for (uint32_t k = operand->index_count; k-- > 0;) {
    uint32_t count = graph->indices.at[operand->indices[k]].count;
    bool shared = false;
    for (uint32_t i = 0; i < shape->index_count; i++) {
      if (shape->indices[i] == operand->indices[k]) {
        stride_of[i] = stride;
        shared = true;
      }
    }
    if (!shared) {
      offset += fixed * stride;
    }
    stride *= count;
  }
  uint32_t *map = TF_ARRAY(arena, uint32_t, shape->elements > 0 ? shape->elements : 1);
  for (uint32_t e = 0; e < shape->elements; e++) {
    uint32_t rest = e, at = offset;
    for (uint32_t i = shape->index_count; i-- > 0;) {
      uint32_t count = graph->indices.at[shape->indices[i]].count;
      at += rest % count * stride_of[i];
      rest /= count;
    }
    map[e] = at;
  }
  return map;
}

uint32_t tf_shape_row(const tf_graph *graph, const tf_shape *shape, uint32_t element, uint32_t index) {
  for (uint32_t i = shape->index_count; i-- > 0;) {
    uint32_t count = graph->indices.at[shape->indices[i]].count;
    if (shape->indices[i] == index) {
      return element % count;
    }
    element /= count;
  }
  return 0;
}

// --- interning

static uint64_t mix(uint64_t h, uint64_t x) {
  h = (h ^ x) * 0x9e3779b97f4a7c15u;
  return h ^ (h >> 29);
}

static uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static uint32_t node_hash(const tf_node *n) {
  uint64_t h = mix(n->op, bits_of(n->number));
  h = mix(h, ((uint64_t)(uint32_t)n->extra << 32) | n->index);
  h = mix(h, ((uint64_t)n->group << 32) | n->operand_count);
  for (uint32_t i = 0; i < n->operand_count; i++) {
    h = mix(h, n->operands[i]);
  }
  h = mix(h, (uintptr_t)n->data);
  h = mix(h, (uintptr_t)n->shape.indices);
  h = mix(h, ((uint64_t)(uint32_t)n->shape.first << 32) | (uint32_t)n->shape.end);
  return (uint32_t)(mix(h, ((uint64_t)n->shape.axis << 1) | n->shape.series) >> 16);
}

static bool node_equal(const tf_node *a, const tf_node *b) {
  return a->op == b->op && bits_of(a->number) == bits_of(b->number) && a->extra == b->extra && a->index == b->index &&
         a->group == b->group && a->operand_count == b->operand_count &&
         (a->operand_count == 0 || memcmp(a->operands, b->operands, a->operand_count * sizeof *a->operands) == 0) &&
         a->data == b->data && a->shape.indices == b->shape.indices && a->shape.first == b->shape.first &&
         a->shape.end == b->shape.end && a->shape.axis == b->shape.axis && a->shape.series == b->shape.series;
}

// Slots for so many nodes, at most half of them full.
static void grow_slots(tf_graph *graph, size_t nodes) {
  size_t count = graph->slot_count == 0 ? 256 : graph->slot_count;
  while (nodes * 2 > count) {
    count *= 2;
  }
  if (count == graph->slot_count) {
    return;
  }
  struct tf_graph_slot *slots = TF_ARRAY(graph->arena, struct tf_graph_slot, count);
  for (size_t i = 0; i < graph->slot_count; i++) {
    if (graph->slots[i].node == 0) {
      continue;
    }
    size_t at = graph->slots[i].hash & (count - 1);
    while (slots[at].node != 0) {
      at = (at + 1) & (count - 1);
    }
    slots[at] = graph->slots[i];
  }
  graph->slots = slots;
  graph->slot_count = count;
}

void tf_graph_reserve(tf_graph *graph, size_t more) {
  tf_vec_reserve(graph->arena, &graph->nodes, more);
  grow_slots(graph, graph->nodes.count + more / 2); // many will be there already
}

tf_node_id tf_node_intern(tf_graph *graph, tf_node node) {
  if (!node.shape.series) {
    node.shape.axis = 0;
    node.shape.first = 0;
    node.shape.end = 1;
  }
  grow_slots(graph, graph->nodes.count + 1);
  const uint32_t hash = node_hash(&node);
  size_t at = hash & (graph->slot_count - 1);
  while (graph->slots[at].node != 0) {
    tf_node_id id = graph->slots[at].node - 1;
    if (graph->slots[at].hash == hash && node_equal(&graph->nodes.at[id], &node)) {
      return id;
    }
    at = (at + 1) & (graph->slot_count - 1);
  }
  if (node.operand_count > 0) { // the caller's own: kept with the node
    tf_node_id *operands = TF_ARRAY(graph->arena, tf_node_id, node.operand_count);
    memcpy(operands, node.operands, node.operand_count * sizeof *operands);
    node.operands = operands;
  }
  for (uint32_t i = 0; i < node.operand_count; i++) {
    const tf_node *operand = tf_node_at(graph, node.operands[i]);
    node.sampled = node.sampled || operand->sampled;
    node.undefinable = node.undefinable || operand->undefinable;
    node.loop = operand->loop > node.loop ? operand->loop : node.loop;
  }
  tf_vec_push(graph->arena, &graph->nodes, node);
  graph->slots[at] = (struct tf_graph_slot){hash, (uint32_t)graph->nodes.count};
  return (tf_node_id)graph->nodes.count - 1;
}

tf_node_id tf_node_constant(tf_graph *graph, double value) {
  tf_node node = {.op = TF_TERM_CONSTANT, .shape = tf_shape_scalar(graph), .number = value};
  return tf_node_intern(graph, node);
}

bool tf_node_is_constant(const tf_graph *graph, tf_node_id id, double *value) {
  const tf_node *node = tf_node_at(graph, id);
  *value = node->number;
  return node->op == TF_TERM_CONSTANT;
}

// The operand that the result equals whatever the other operands are, or TF_NO_NODE.
static tf_node_id shortcut(const tf_graph *graph, tf_term_op op, const tf_node_id *operands) {
  double a = NAN, b = NAN;
  bool left = tf_node_is_constant(graph, operands[0], &a);
  if (op == TF_TERM_SELECT) {
    return left && !isnan(a) ? operands[a != 0 ? 1 : 2] : TF_NO_NODE;
  }
  if (op == TF_TERM_NEGATE || op == TF_TERM_CLAMP || tf_map_kernel(op)->binary == NULL) {
    return TF_NO_NODE;
  }
  bool right = tf_node_is_constant(graph, operands[1], &b);
  switch (op) {
  case TF_TERM_MULTIPLY:
    return left && a == 1 ? operands[1] : right && b == 1 ? operands[0] : TF_NO_NODE;
  case TF_TERM_ADD:
    return left && a == 0 ? operands[1] : right && b == 0 ? operands[0] : TF_NO_NODE;
  case TF_TERM_DIVIDE:
  case TF_TERM_POWER:
    return right && b == 1 ? operands[0] : TF_NO_NODE;
  case TF_TERM_SUBTRACT:
    return right && b == 0 ? operands[0] : TF_NO_NODE;
  case TF_TERM_AND:
    return left && a == 0 ? operands[0] : right && b == 0 ? operands[1] : TF_NO_NODE;
  case TF_TERM_OR:
    return left && a != 0 && !isnan(a) ? operands[0] : right && b != 0 && !isnan(b) ? operands[1] : TF_NO_NODE;
  default:
    return TF_NO_NODE;
  }
}

static tf_node_id map2(tf_graph *graph, const tf_node *place, tf_term_op op, tf_node_id a, tf_node_id b) {
  return tf_node_map(graph, place, op, (tf_node_id[]){a, b}, 2);
}

// The rule for powers: a constant whole exponent up to 8 (64 of a constant base) is a product, its negative one over
// that product, a constant exponent of 0.5 a root; a constant positive base gives exp(y ln b); everything else is pow.
static tf_node_id power_node(tf_graph *graph, const tf_node *place, const tf_node_id *operands) {
  double exponent, base;
  tf_node_id x = operands[0];
  if (tf_node_is_constant(graph, operands[1], &exponent)) {
    double size = fabs(exponent);
    if (exponent == 0.5) {
      return tf_node_map(graph, place, TF_TERM_SQRT, &x, 1);
    }
    if (size != floor(size) || size < 1 || size > (tf_node_is_constant(graph, x, &base) ? 64 : 8)) {
      return TF_NO_NODE;
    }
    tf_node_id product = x;
    int bit = 1;
    while (bit * 2 <= (int)size) {
      bit *= 2;
    }
    for (bit /= 2; bit > 0; bit /= 2) { // squares from the second highest bit on
      product = map2(graph, place, TF_TERM_MULTIPLY, product, product);
      product = ((int)size & bit) != 0 ? map2(graph, place, TF_TERM_MULTIPLY, product, x) : product;
    }
    return exponent > 0 ? product : map2(graph, place, TF_TERM_DIVIDE, tf_node_constant(graph, 1), product);
  }
  if (tf_node_is_constant(graph, x, &base) && base > 0 && isfinite(base)) {
    tf_node_id scaled = map2(graph, place, TF_TERM_MULTIPLY, operands[1], tf_node_map(graph, place, TF_TERM_LN, &x, 1));
    return tf_node_map(graph, place, TF_TERM_EXP, &scaled, 1);
  }
  return TF_NO_NODE;
}

static bool commutes(tf_term_op op) {
  return op == TF_TERM_ADD || op == TF_TERM_MULTIPLY || op == TF_TERM_EQUAL || op == TF_TERM_NOT_EQUAL ||
         op == TF_TERM_AND || op == TF_TERM_OR;
}

// Folding goes through the kernels, over full vectors, so that a constant has the bits the tape would give it.
static double fold(tf_term_op op, const double *values) {
  _Alignas(64) double a[8];
  _Alignas(64) double b[8];
  _Alignas(64) double c[8];
  _Alignas(64) double d[8];
  const tf_map_kernels *kernel = tf_map_kernel(op);
  tf_kernel_fill(a, values[0], 8);
  if (kernel->unary != NULL) {
    kernel->unary(d, a, 8);
    return d[0];
  }
  tf_kernel_fill(b, values[1], 8);
  if (kernel->binary != NULL) {
    kernel->binary(d, a, b, 8);
    return d[0];
  }
  tf_kernel_fill(c, values[2], 8);
  kernel->ternary(d, a, b, c, 8);
  return d[0];
}

tf_node_id tf_node_map(tf_graph *graph, const tf_node *place, tf_term_op op, const tf_node_id *operands,
                       uint32_t count) {
  tf_node_id ordered[3] = {operands[0], count > 1 ? operands[1] : 0, count > 2 ? operands[2] : 0};
  double values[3] = {0};
  bool constant = true;
  for (uint32_t i = 0; i < count; i++) {
    constant = tf_node_is_constant(graph, ordered[i], &values[i]) && constant;
  }
  tf_node_id known = shortcut(graph, op, ordered);
  if (known != TF_NO_NODE) {
    return known;
  }
  known = op == TF_TERM_POWER ? power_node(graph, place, ordered) : TF_NO_NODE;
  if (known != TF_NO_NODE) {
    return known;
  }
  if (constant) {
    double folded = fold(op, values);
    if (isfinite(folded)) { // anything else stays an operation, so that a message can name it
      return tf_node_constant(graph, folded);
    }
  }
  if (commutes(op) && ordered[0] > ordered[1]) {
    tf_node_id swap = ordered[0];
    ordered[0] = ordered[1];
    ordered[1] = swap;
  }
  tf_node node = {.op = (uint16_t)op, .operand_count = count, .operands = ordered};
  node.at = place->at;
  node.owner = place->owner;
  node.shape = tf_node_at(graph, ordered[0])->shape;
  for (uint32_t i = 1; i < count; i++) {
    node.shape = tf_shape_join(graph, &node.shape, &tf_node_at(graph, ordered[i])->shape);
  }
  return tf_node_intern(graph, node);
}

tf_node_id tf_node_slice(tf_graph *graph, const tf_node *place, tf_node_id x, tf_shape shape,
                         const uint32_t *elements) {
  const tf_node *operand = tf_node_at(graph, x);
  tf_node node = {.op = TF_NODE_SLICE, .operand_count = 1, .operands = &x};
  node.at = place->at;
  node.owner = place->owner;
  node.shape = operand->shape;
  node.shape.index_count = shape.index_count;
  node.shape.indices = shape.indices;
  node.shape.elements = shape.elements;
  node.data = tf_graph_data(graph, elements, shape.elements * sizeof *elements);
  // A row of a table column is that cell.
  if (operand->op == TF_NODE_PATCH && operand->extra == 1 && shape.elements == 1) {
    const uint32_t *cells = operand->data;
    tf_node_id cell = operand->operands[cells[elements[0]]];
    if (tf_node_at(graph, cell)->shape.index_count == 0) {
      return cell;
    }
  }
  if (operand->op == TF_NODE_ROWS && shape.elements == 1) {
    return tf_node_constant(graph, ((const double *)operand->data)[elements[0]]);
  }
  return tf_node_intern(graph, node);
}
