// SPDX-License-Identifier: GPL-3.0-or-later
// What depends on what, over models and over plans. Private to the layer.
#ifndef TF_MODEL_ORDER_H
#define TF_MODEL_ORDER_H

#include "model/checker.h"
#include "model/scc.h"

// How a term reads a quantity: in the same period, only earlier ones, or later ones too.
enum { TF_USE_SAME = 1, TF_USE_PAST = 2, TF_USE_AHEAD = 4 };

// The i-th term that decides a quantity; false after the last. *term may be NULL.
typedef bool (*tf_term_list)(void *user, uint32_t quantity, size_t i, const tf_term **term);
bool tf_model_terms(void *user, uint32_t quantity, size_t i, const tf_term **term); // user: a tf_model

// Edges from each quantity to those that it reads, each once, with the ways in which it does.
void tf_uses_collect(tf_arena *arena, uint32_t count, tf_term_list terms, void *user, tf_edges *edges);
// The same where `base` are the edges of a model and only the quantities marked as changed are made of other terms.
void tf_uses_update(tf_arena *arena, const tf_edges *base, const bool *changed, tf_term_list terms, void *user,
                    tf_edges *edges);
void tf_uses_filter(tf_arena *arena, const tf_edges *all, unsigned wanted, tf_edges *edges);

// Same-period cycles and look-ahead in cycles are errors.
bool tf_check_cycles(tf_checker *k, const tf_edges *all);
// Marks what varies over periods; series[] may hold marks already.
void tf_series_infer(tf_arena *arena, const tf_edges *edges, tf_term_list terms, void *user, const tf_draw *draws,
                     bool *series);

#endif
