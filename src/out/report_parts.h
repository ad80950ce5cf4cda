// SPDX-License-Identifier: GPL-3.0-or-later
// Private to out: values of a report's sections as text.
#ifndef TF_OUT_REPORT_PARTS_H
#define TF_OUT_REPORT_PARTS_H

#include "out/blocks.h"
#include "out/report.h"

// One statistic in the characters of print: "14.1 million", "8.9×10¹⁹", "−3.1 million".
tf_str tf_report_stat(tf_arena *arena, const tf_show *show, const tf_row *row, tf_stat stat);
// "158 days", "power 63%, chips 37%", "no value in 12% of samples".
tf_str tf_report_value(tf_arena *arena, const tf_show *show, const tf_row *row, bool with_unit);
// "135" between "205"; empty where the quantiles say no more than the centre.
tf_str tf_report_range(tf_arena *arena, const tf_show *show, const tf_row *row, const char *between);
// The row of a block that stands for it: the only one, or that of the last period. NULL if the scenario has none.
const tf_row *tf_report_last(const tf_blocks *blocks, const tf_block *block, size_t scenario);

#endif
