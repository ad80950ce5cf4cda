// SPDX-License-Identifier: GPL-3.0-or-later
// Distributions ready to be sampled by inversion: x = quantile(u), vectorised over columns.
// One file per family (dist_<name>.c) defines its const tf_dist_type; dist.c checks, cuts and dispatches once per
// column.
#ifndef TF_ENGINE_DIST_H
#define TF_ENGINE_DIST_H

#include "base/context.h"
#include "model/distribution.h"

typedef struct tf_dist tf_dist;

// Checks the spec and prepares it: fits parameters to the interval, tabulates what is slow (beta, gamma; error bound
// checked), and cuts exactly at low/high by mapping u to [F(low), F(high)]. More than 1 % of the mass cut is a warning,
// more than 10 % an error. All errors carry spec->at. The result lives in `arena` and is immutable (threads share it).
TF_NODISCARD tf_status tf_dist_prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const tf_dist **dist);

// x[i] = quantile(u[i]), i < n; n is a multiple of 8, both 64-byte aligned, x may be u. u in (0, 1).
void tf_dist_quantile(const tf_dist *dist, const double *u, double *x, size_t n);
double tf_dist_median(const tf_dist *dist);   // through the same kernel
double tf_dist_cut_mass(const tf_dist *dist); // share of the mass outside low .. high before the cut
// Mean and standard deviation, of what remains if it is cut: closed forms, else by quadrature (1e-8 relative).
double tf_dist_mean(const tf_dist *dist);
double tf_dist_sd(const tf_dist *dist);
bool tf_dist_same(const tf_dist_spec *a, const tf_dist_spec *b); // equal in all that decides x(u)
uint64_t tf_dist_hash(const tf_dist_spec *spec);                 // consistent with tf_dist_same

#endif
