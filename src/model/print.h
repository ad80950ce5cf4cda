// SPDX-License-Identifier: GPL-3.0-or-later
// Terms back to text. Private to the layer; the public ones are tf_model_print, tf_plan_print and tf_term_print.
#ifndef TF_MODEL_PRINT_H
#define TF_MODEL_PRINT_H

#include "model/model.h"

// As a user would write it, with qualified names. `draws` are those that DRAW terms index.
void tf_term_write(const tf_model *model, const tf_draw *draws, const tf_term *term, tf_text *out);
// "lognormal(25000 to 40000 USD/GPU)", "uniform(1 .. 3 year) each year"
void tf_draw_write(const tf_model *model, const tf_draw *draw, tf_text *out);
// A value of a quantity: "38%", "2024-06-30", "H100 SXM".
void tf_value_write(const tf_model *model, const tf_quantity *q, double base, tf_text *out);

#endif
