// SPDX-License-Identifier: GPL-3.0-or-later
// What a plan's values were set to, as text: for `list --resolved`, `new` and the report.
#ifndef TF_CLI_SETTINGS_H
#define TF_CLI_SETTINGS_H

#include "cli/session.h"

// Equations and settings on one line: comments dropped, blanks squeezed.
const char *tf_squeeze(tf_arena *arena, tf_str text);

// Flat CSV, one row per scenario, quantity and given cell: scenario,parameter,period,value,unit,kind,set
// by,source,date,note.
void tf_print_resolved(const tf_session *session, tf_text *out);

// A name with an element as scenarios write it: fleet.orders[GB200].
const char *tf_parameter_name(tf_arena *arena, const tf_model *model, uint32_t quantity, size_t element, bool all);

#endif
