// SPDX-License-Identifier: GPL-3.0-or-later
// Making terms. Private to the layer.
//
// Index sets are sorted by id. A term made here carries the union of its arguments' indices; what merging of a table's
// rows with a subset of them needs is done before (tf_align in checker.h). Terms live in the arena they are made in.
#ifndef TF_MODEL_MAKE_H
#define TF_MODEL_MAKE_H

#include "model/model.h"

tf_term *tf_make(tf_arena *arena, tf_term_op op, tf_span at, size_t count, const tf_term *const *args);
tf_term *tf_make1(tf_arena *arena, tf_term_op op, const tf_term *a);
tf_term *tf_make2(tf_arena *arena, tf_term_op op, const tf_term *a, const tf_term *b);
tf_term *tf_make3(tf_arena *arena, tf_term_op op, const tf_term *a, const tf_term *b, const tf_term *c);
// A number in base units. `unit` is how it was written (copied into the arena), or NULL.
tf_term *tf_make_constant(tf_arena *arena, double number, tf_value_kind kind, tf_dim dim, const tf_unit *unit,
                          tf_span at);
// QUANTITY, with kind, dimension, label index and indices of the quantity.
tf_term *tf_make_quantity(tf_arena *arena, const tf_model *model, uint32_t quantity, tf_span at);

bool tf_set_has(const uint32_t *set, size_t count, uint32_t id);
// Sorted copies with one id more or less.
void tf_set_add(tf_arena *arena, const uint32_t **set, uint32_t *count, uint32_t id);
void tf_set_remove(tf_arena *arena, const uint32_t **set, uint32_t *count, uint32_t id);

// Value of a term made of constants and arithmetic alone; false if it names anything else.
bool tf_term_constant(const tf_term *term, double *value);
// Calls `visit` for every node, parents first; stops and returns false when it returns false.
typedef bool (*tf_term_visit)(void *user, const tf_term *term);
bool tf_term_walk(const tf_term *term, tf_term_visit visit, void *user);

#endif
