// SPDX-License-Identifier: GPL-3.0-or-later
// Resolved terms: what an equation means. Names are ids, functions are inlined, every number is in base units, units
// and indices are checked. Immutable; shared by all plans of a model. The engine turns them into a graph.
#ifndef TF_MODEL_TERM_H
#define TF_MODEL_TERM_H

#include "base/date.h"
#include "unit/unit.h"

typedef enum tf_term_op {
#define OP(id, text, arity, class) TF_TERM_##id,
#include "model/op.def"
#undef OP
  TF_TERM_COUNT
} tf_term_op;

typedef enum tf_op_class { TF_CLASS_LEAF, TF_CLASS_MAP, TF_CLASS_TIME, TF_CLASS_REDUCE, TF_CLASS_SHAPE } tf_op_class;
typedef struct tf_op_info {
  const char *text;
  int arity; // -1: variable
  tf_op_class class;
} tf_op_info;
const tf_op_info *tf_op(tf_term_op op);

typedef enum tf_value_kind { TF_KIND_NUMBER, TF_KIND_DATE, TF_KIND_LABEL, TF_KIND_BOOL } tf_value_kind;
typedef enum tf_timing { TF_TIMING_START, TF_TIMING_MID, TF_TIMING_END } tf_timing;

typedef struct tf_term tf_term;
// What a search can look for before it walks a tree: operations that stand somewhere in it.
enum {
  TF_HOLDS_DRAW = 1,
  TF_HOLDS_RATE = 2,   // NPV, DISCOUNTED_PAYBACK: operations that take a rate
  TF_HOLDS_PERIOD = 4, // AT
  TF_HOLDS_SHIFT = 8,  // LAG, SHIFT
  TF_HOLDS_TIME = 16   // any that does not vary over periods exactly if one of the quantities it reads does
};

// All terms of a model are walked several times: what only one operation has shares its place with what only others
// have.
struct tf_term {
  tf_term_op op : 8;
  tf_value_kind kind : 8;
  tf_timing timing : 8; // NPV, IRR, DISCOUNTED_PAYBACK
  bool rate;            // AT, SHIFT, DELAY: the argument is a rate (per time), not a stock
  uint8_t holds;        // TF_HOLDS_...: true of this term or one below it
  bool restates; // ADD, MULTIPLY: written restate(x, by), which leads to another definition; the value is the same
  tf_dim dim;
  uint32_t index;    // REDUCE, ELEMENT, RESTRICT, BUILD, ROW; for label values: the index or table whose row it is
  uint32_t label;    // LABEL values of any operation: the index whose row they name (`index` may be another one)
  uint32_t quantity; // QUANTITY, LAG, LOOKUP
  union {
    uint32_t row;  // ELEMENT
    uint32_t draw; // DRAW
    int32_t lag;   // LAG
  };
  uint32_t count;       // of args
  uint32_t nodes;       // of the tree below, itself included: at most TF_TERM_NODES_MAX
  uint32_t index_count; // indices of the value, ascending ids
  const uint32_t *indices;
  const tf_term *const *args;
  union {
    struct { // CONSTANT; zero and NULL for all others but AT
      double number;
      const tf_unit *unit; // it was written in, to print it again; NULL: none. Decides no value
    };
    tf_period period; // AT
  };
  uint32_t depth; // of the tree below: at most TF_TERM_DEPTH_MAX, so that walks may recurse
  tf_span at;
};

enum { TF_TERM_NODES_MAX = 100000, TF_TERM_DEPTH_MAX = 2000 };

#endif
