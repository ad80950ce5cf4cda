// SPDX-License-Identifier: GPL-3.0-or-later
// Permitted ranges (`in A .. B`) of what is computed.
//
// A constant is held against its range where it is read, and a distribution is cut there. What an equation gives, or an
// expression in a cell (`base * 0.8`), is known only when it is evaluated: here, before the samples are drawn.
//
// - With all inputs at their median no value may lie outside: TF_INVALID, at the cell or the equation that gives it.
// - Of TF_LIMIT_SAMPLES samples (fewer of a large model) more than 10 % outside, in any period and row, are an error,
// more than 1 % a warning:
//   the same shares as of a distribution that is cut.
//
// Values that no result needs do not count, nor do numbers that are not finite: those are described by tf_run.
#ifndef TF_ENGINE_LIMITS_H
#define TF_ENGINE_LIMITS_H

#include "engine/run.h"

enum { TF_LIMIT_SAMPLES = 256 };

// Every scenario of the graph; of each the first quantity that lies outside, in the order of evaluation.
TF_NODISCARD tf_status tf_limits_check(tf_context *cx, const tf_graph *graph, const tf_sampler *sampler);

#endif
