// SPDX-License-Identifier: GPL-3.0-or-later
// Which setting is to blame for a value that cannot be, so that its message speaks of what the user wrote, not of an
// equation deep in a model: of `--set cluster.gpu_price=0`, not of a division in cost.model.
//
// A guess by the equations alone, in this order: a setting of 0 by --set from which the zero came, the same in a file,
// any setting by --set that the value depends on; in each the one that is fewest equations away. What a file sets to
// anything but 0 is never blamed: it is too much to be a guess.
#ifndef TF_MODEL_BLAME_H
#define TF_MODEL_BLAME_H

#include "model/plan.h"

// For the value of `quantity`, or of `term` where that is TF_NO_ID (a check). `zero`: an operand of what failed is 0;
// otherwise zeros are not looked for. NULL: no setting is to blame, the model is. Memory: `arena` holds work space.
const tf_binding *tf_plan_blame(tf_arena *arena, const tf_plan *plan, uint32_t quantity, const tf_term *term,
                                bool zero);
// The same for --set alone.
const tf_binding *tf_plan_blame_set(tf_arena *arena, const tf_plan *plan, uint32_t quantity, const tf_term *term);
// As the user wrote it: `capex.annual[2025] = 0`, `cluster.gpu_price *= 0`.
const char *tf_binding_text(tf_arena *arena, const tf_binding *binding);

#endif
