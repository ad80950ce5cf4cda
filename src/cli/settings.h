// SPDX-License-Identifier: GPL-3.0-or-later
// Equations and settings as text, and what the values of a plan were set to.
#ifndef TF_CLI_SETTINGS_H
#define TF_CLI_SETTINGS_H

#include "cli/session.h"

// Equations and settings on one line: comments dropped, blanks squeezed.
const char *tf_squeeze(tf_arena *arena, tf_str text);

// The inputs of a report as CSV, one row per scenario, quantity and given cell:
// scenario,parameter,period,value,unit,kind,set by,source,date,note.
void tf_print_resolved(const tf_session *session, tf_text *out);

// A name with an element as scenarios write it: fleet.orders[GB200]. `all`: of all elements, the name alone.
const char *tf_parameter_name(tf_arena *arena, const tf_model *model, uint32_t quantity, size_t element, bool all);

#endif
