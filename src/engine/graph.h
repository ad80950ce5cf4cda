// SPDX-License-Identifier: GPL-3.0-or-later
// The graph: what plans compute, as one set of hash-consed nodes. Private to the engine.
//
// A node has a shape: the indices its value carries (one element per combination of their rows, last index fastest),
// and whether it varies over periods. A series has values in rows first .. end-1, row 0 being the first period of the
// axis: a negative first is history, a positive one says that no value exists before that period (x[t-1] in the first
// one). Nodes are made bottom-up, so operands have smaller numbers; only STATE, the value of a quantity that looks back
// at itself, refers forward, to the root of its group, which the tape evaluates period by period.
#ifndef TF_ENGINE_GRAPH_H
#define TF_ENGINE_GRAPH_H

#include "engine/dist.h"
#include "engine/run.h"

// Node operations: those of terms under their own number (after lowering only some of them occur), and inner ones.
typedef enum tf_node_op {
  TF_NODE_MISSING = TF_TERM_COUNT, // an empty table cell: NaN, an error once it reaches a result
  TF_NODE_ROWS,                    // data: one constant per element
  TF_NODE_UNIFORM,                 // data: tf_stream_key; u of a stream
  TF_NODE_STATE,                   // member `number` of group `group`: the group's root in this and earlier periods
  TF_NODE_QUANTILE,                // data: tf_dist; quantile of operand 0
  TF_NODE_CORRELATE,               // data: Cholesky factor; element i is the i-th operand, correlated with the others
  TF_NODE_NORMAL,                  // standard normal quantile of operand 0
  TF_NODE_WALK,                    // operands: one normal per row; running sum times `number`
  TF_NODE_PATCH,                   // data: for each element and row the operand that holds the value
  TF_NODE_COPY,                    // operand 0 in the node's own shape
  TF_NODE_SLICE,                   // data: for each element the element of operand 0 (no computation)
  TF_NODE_PERIOD,                  // operand 0 in row `number` (no computation)
  TF_NODE_PERIOD_MEAN,             // mean of operand 0 over rows number .. extra-1
  TF_NODE_POSITION,                // date -> position on the axis in periods
  TF_NODE_AGES,     // weight by age of a cohort in periods; extra: STANDS, RETIRED, SCHEDULE; operands: life, shape or
                    // shares
  TF_NODE_CONVOLVE, // sum over purchase rows k <= r of operand0[k] * operand1[age r-k]
  TF_NODE_WINDOW,   // the same for a fixed life from running sums: operands cumulative(x), x, life
  TF_NODE_COHORT,   // the same with a life that varies over purchase rows; operands x, life [, shape]
  TF_NODE_DISCOUNT, // step * (1+r)^-time of each period
  TF_NODE_DOT,      // sum over the axis of operand0 * operand1
  TF_NODE_LOCATE,   // position of the greatest of operand1 over index `index` that is <= operand0
  TF_NODE_OP_COUNT
} tf_node_op;

#define TF_NO_NODE UINT32_MAX
#define TF_GROUP_PATTERN UINT32_MAX // number of the group in which equations are built once to compare them

typedef struct tf_shape {
  const uint32_t *indices; // numbers in graph->indices, ascending; interned
  uint32_t index_count;
  uint32_t elements;
  int first, end; // rows with values; {0, 1} if not a series
  uint32_t axis;  // of a series: number in graph->axes
  bool series;
} tf_shape;

typedef struct tf_node {
  uint16_t op;
  bool sampled;     // depends on a draw; not part of the key
  bool undefinable; // downstream of irr, payback; not part of the key
  // Key: equal keys are one node.
  uint32_t operand_count;
  const tf_node_id *operands;
  tf_shape shape;
  double number;
  const void *data; // interned (or unique by content)
  int32_t extra;
  uint32_t index; // graph index
  uint32_t group; // STATE
  // Not part of the key: what it depends on, and who made the node first, for messages.
  uint32_t loop; // the latest group whose STATE it depends on, 0: none
  tf_span at;
  const char *owner;   // quantity in whose equation it stands
  const char *subject; // what it reads, for messages: "hardware.price"
} tf_node;

typedef struct tf_graph_index {
  const tf_index *index;
  const char *name;
  uint32_t count;
} tf_graph_index;

typedef struct tf_graph_group { // quantities that look back at themselves through [t-1]
  uint32_t count;
  tf_node_id *states, *roots;
  tf_node_id begin; // nodes made for it start here
} tf_graph_group;

typedef struct tf_graph_request {
  uint32_t quantity, check;
  tf_node_id node;
} tf_graph_request;

typedef struct tf_graph_input {
  uint32_t quantity;
  tf_node_id uniform;
  bool same_everywhere;
} tf_graph_input;

typedef struct tf_graph_scenario {
  const tf_plan *plan;
  uint32_t axis;
  int history;          // the longest of any quantity
  tf_node_id *nodes;    // by quantity; TF_NO_NODE where not needed
  tf_node_id *uniforms; // by quantity: the stream of its draws, correlated if asked; TF_NO_NODE before it is needed
  TF_VEC(tf_graph_request) requests;
  TF_VEC(tf_graph_input) inputs;
} tf_graph_scenario;

typedef struct tf_graph_dist {
  const tf_dist_spec *spec;
  const tf_dist *dist;
} tf_graph_dist;

struct tf_graph {
  tf_context *cx;
  tf_arena *arena;
  TF_VEC(tf_node) nodes;
  struct tf_graph_slot {
    uint32_t hash, node; // number + 1; 0: empty
  } * slots;             // hash table of nodes
  size_t slot_count;
  const uint32_t *no_indices; // of shapes without any; NULL before the first
  TF_VEC(tf_graph_index) indices;
  TF_VEC(tf_axis) axes;
  TF_VEC(tf_graph_group) groups; // [0] is not used
  TF_VEC(tf_graph_scenario) scenarios;
  TF_VEC(tf_graph_dist) dists;
  tf_map dist_keys;
  tf_map data;       // interned bytes
  tf_map group_keys; // pattern of a group -> its number
  TF_VEC(const void *) data_values;
  bool uncertain;
};

static inline const tf_node *tf_node_at(const tf_graph *graph, tf_node_id id) {
  return &graph->nodes.at[id];
}
static inline int tf_shape_history(const tf_shape *shape) {
  return shape->series && shape->first < 0 ? -shape->first : 0;
}
static inline int tf_shape_rows(const tf_shape *shape) { // that are stored
  return shape->series ? tf_shape_history(shape) + shape->end : 1;
}

// --- graph.c: nodes
const void *tf_graph_data(tf_graph *graph, const void *bytes, size_t size); // one copy of equal contents
uint32_t tf_graph_index_id(tf_graph *graph, const tf_index *index);
uint32_t tf_graph_index_find(const tf_graph *graph, const tf_index *index); // one that was added
uint32_t tf_graph_axis_id(tf_graph *graph, const tf_axis *axis);
tf_shape tf_shape_scalar(tf_graph *graph);
// Indices of both; a series if one is, in the rows in which both have values.
tf_shape tf_shape_join(tf_graph *graph, const tf_shape *a, const tf_shape *b);
tf_shape tf_shape_without(tf_graph *graph, const tf_shape *shape, uint32_t index);
tf_shape tf_shape_with(tf_graph *graph, const tf_shape *shape, uint32_t index);
bool tf_shape_has(const tf_shape *shape, uint32_t index);
// For each element of `shape` the element of `operand` that it reads; an index that only the operand has is read in
// row `fixed`. NULL if that is the identity.
uint32_t *tf_shape_map(const tf_graph *graph, tf_arena *arena, const tf_shape *shape, const tf_shape *operand,
                       uint32_t fixed);
// Row of `index` in element `element` of a shape that has it.
uint32_t tf_shape_row(const tf_graph *graph, const tf_shape *shape, uint32_t element, uint32_t index);

tf_node_id tf_node_intern(tf_graph *graph, tf_node node); // operands may point anywhere
void tf_graph_reserve(tf_graph *graph, size_t more);      // room for nodes that are expected
tf_node_id tf_node_constant(tf_graph *graph, double value);
bool tf_node_is_constant(const tf_graph *graph, tf_node_id id, double *value);
// A MAP operation, folded where its operands are constant or one branch is known.
tf_node_id tf_node_map(tf_graph *graph, const tf_node *place, tf_term_op op, const tf_node_id *operands,
                       uint32_t count);
tf_node_id tf_node_slice(tf_graph *graph, const tf_node *place, tf_node_id x, tf_shape shape, const uint32_t *elements);
const char *tf_node_op_text(unsigned op);

// --- builder
typedef struct tf_builder {
  tf_context *cx;
  tf_graph *graph;
  tf_graph_scenario *scenario;
  const tf_plan *plan;
  const tf_model *model;
  tf_axis axis;
  uint32_t quantity;        // whose equation is built, or TF_NO_ID
  const uint32_t *member;   // by quantity: position in the group that is built + 1, or 0
  const tf_node_id *states; // of that group
  uint32_t group;           // its number, 0: none
  tf_node place;            // span and owner for new nodes
} tf_builder;

// --- graph_term.c, graph_time.c: terms -> nodes; false after an error
bool tf_build_term(tf_builder *b, const tf_term *term, tf_node_id *node);
bool tf_build_time(tf_builder *b, const tf_term *term, tf_node_id *node);
tf_node tf_build_node(const tf_builder *b, unsigned op); // a fresh node with the place filled in
// The series shape of the plan's axis in rows first .. count-1, with the indices of `like`.
tf_shape tf_build_series(const tf_builder *b, const tf_shape *like, int first);
// Error unless `node` has a value in `row`: names the [t-1] that reads too far back.
bool tf_build_reaches(tf_builder *b, tf_node_id node, int row);

// A shift by whole periods at least one back, written as a time: it reads earlier periods only, as [t-1] does.
bool tf_term_looks_back(const tf_term *term, double step);

// --- graph_draw.c: draws -> nodes
bool tf_build_draw(tf_builder *b, const tf_term *term, tf_node_id *node);
// Prepares the correlated streams of the plan: pairs with a certain side are noted and left out.
bool tf_build_correlations(tf_builder *b);

// --- graph_quantity.c
bool tf_build_quantity(tf_builder *b, uint32_t quantity, tf_node_id *node);
// Does the quantity's own equation (not only its given periods and elements) matter?
bool tf_build_needs_value(const tf_plan *plan, uint32_t quantity);
const tf_term *tf_graph_plan_element(const tf_plan *plan, uint32_t quantity,
                                     size_t element); // NULL: none or empty cell
const tf_term *tf_plan_value(const tf_plan *plan, uint32_t quantity);
// Rows before the axis that are given for all elements, counted back from the axis to the first gap.
int tf_plan_given_history(const tf_plan *plan, uint32_t quantity);
// A quantity's indices as a shape, and the element in declared order of an element of it.
tf_shape tf_quantity_shape(tf_graph *graph, const tf_model *model, uint32_t quantity);
uint32_t tf_quantity_element(const tf_graph *graph, const tf_model *model, uint32_t quantity, const tf_shape *shape,
                             uint32_t element);
// For each element in the order of the named indices, the element of `shape` that holds it.
uint32_t *tf_declared_map(const tf_graph *graph, tf_arena *arena, const tf_model *model, const uint32_t *indices,
                          size_t count, const tf_shape *shape, size_t *elements);
// Calls visit for every term that a quantity may be made of.
void tf_graph_plan_terms(const tf_plan *plan, uint32_t quantity, void (*visit)(void *user, const tf_term *term),
                         void *user);

// --- graph_plan.c
tf_status tf_graph_add_plan(tf_context *cx, tf_graph *graph, const tf_plan *plan, const uint32_t *quantities,
                            size_t count, bool checks, uint32_t *number);

#endif
