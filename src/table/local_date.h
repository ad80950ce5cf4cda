// SPDX-License-Identifier: GPL-3.0-or-later
// Dates and periods as spreadsheets and people write them. They are not read, because 01/02/2025 is two different days;
// but a message that refuses one can say what to write.
#ifndef TF_TABLE_LOCAL_DATE_H
#define TF_TABLE_LOCAL_DATE_H

#include "base/context.h"

// Adds the hint to the error recorded last: `Jan-25` -> "write 2025-01", `31/12/2025` -> "write 2025-12-31", `45688` (a
// spreadsheet's number of a day), `FY2025`, `2025E` ... `periods`: a year, quarter or month
// is wanted, not a day. Returns false, and adds nothing, for any other text.
bool tf_hint_local_date(tf_context *cx, tf_str text, bool periods);
// The same for a label in brackets of a quantity that has no rows: `[25]`, `[Jan-25]`, `[last]` stand for a period.
bool tf_hint_period_label(tf_context *cx, tf_str text);

#endif
