// SPDX-License-Identifier: GPL-3.0-or-later
// The tape: the live nodes of a graph as instructions over blocks of lanes. Private to the engine.
//
// Two programs: what depends on no draw runs once, over 8 equal lanes, into the constants; the rest runs for every
// block. What can be done period by period is gathered into groups that run all their instructions for one period
// before the next one (tape_group.c). A storage holds the values of a node as cells [element][row], a cell being one
// number per lane. Nodes that compute nothing (x[t-1], a row of an index, one period, a state) have no storage: their
// readers look into another node's storage through a view. Work storages share memory by liveness; values that are
// asked for are copied to their sample columns by STORE, which sees on the way whether they are finite.
#ifndef TF_ENGINE_TAPE_H
#define TF_ENGINE_TAPE_H

#include "engine/graph.h"
#include "engine/kernel.h"

typedef enum tf_place { TF_PLACE_CONSTANT, TF_PLACE_WORK, TF_PLACE_COLUMN } tf_place;

typedef struct tf_storage {
  tf_place place;
  bool series; // false too where only the row at hand is kept
  int history;
  uint32_t rows, elements;
  size_t cell;         // first cell in its place
  uint32_t begin, end; // live from instruction to instruction
} tf_storage;

typedef struct tf_view {
  uint32_t storage;
  const uint32_t *elements; // by element of the reader; NULL: the same
  bool fixed;               // always row `shift`, else the reader's row + shift
  int shift;
} tf_view;

enum { TF_INSTRUCTION_LOOP = TF_NODE_OP_COUNT, TF_INSTRUCTION_STORE, TF_INSTRUCTION_INPUT, TF_INSTRUCTION_FUSED };

typedef struct tf_instruction {
  uint16_t op;      // node op, or one of the above
  tf_fusion fusion; // FUSED: what is done with the operands
  tf_node_id node;  // TF_NO_NODE: none
  uint32_t storage; // of the result
  int first, end;   // rows
  uint32_t elements;
  uint32_t view_count;
  const tf_view *views;
  const uint32_t *groups; // reductions: for each element the operand's elements (reduced rows in order)
  uint32_t group_size;
  uint32_t body; // LOOP: instructions that follow; INPUT: number of the input column
} tf_instruction;

typedef struct tf_program {
  TF_VEC(tf_instruction) list;
} tf_program;

// A node whose value may be undefined, with what it was computed from.
typedef struct tf_tape_source {
  tf_node_id node;
  tf_view value; // its own
  const tf_view *operands;
  uint32_t operand_count;
} tf_tape_source;

typedef struct tf_tape_output {
  uint32_t scenario, request;
  tf_node_id node;
  tf_view view;                   // the value, read in the shape of its node
  TF_VEC(tf_tape_source) sources; // of a value that may be undefined
} tf_tape_output;

typedef struct tf_tape {
  const tf_graph *graph;
  bool keep; // no storage is reused or a column: every value can be read afterwards
  tf_program constants, main;
  TF_VEC(tf_storage) storages;
  uint32_t *storage_of; // by node, UINT32_MAX: none
  bool *live;           // by node
  size_t constant_cells, work_cells, column_cells;
  size_t registers; // storages in work memory at once, at most
  TF_VEC(tf_tape_output) outputs;
  TF_VEC(tf_graph_input) inputs; // one per distinct stream that is kept
  uint32_t correlate_max;        // columns of the largest correlated set
} tf_tape;

tf_tape *tf_tape_compile(const tf_graph *graph, tf_arena *arena, bool keep);
// How a reader of shape `reader` sees node `id`.
tf_view tf_tape_view(const tf_tape *tape, tf_arena *arena, tf_node_id id, const tf_shape *reader);
static inline tf_node_id tf_state_root(const tf_graph *graph, const tf_node *state) {
  return graph->groups.at[state->group].roots[(uint32_t)state->number];
}
bool tf_node_is_view(const tf_graph *graph, tf_node_id id);

// --- tape_group.c
// Gathers the instructions of the main program into groups, joins chains of operations, and finds the storages that
// need one row only. Views must be known, lifetimes not yet.
void tf_tape_group(tf_tape *tape, tf_arena *arena);

// --- tape_memory.c
#define TF_NO_STORAGE UINT32_MAX
void tf_storage_touch(tf_tape *tape, const tf_view *view, uint32_t at); // is read by instruction `at`
void tf_tape_lifetimes(tf_tape *tape);
void tf_tape_assign(tf_tape *tape, tf_arena *arena);

#endif
