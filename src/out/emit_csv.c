// SPDX-License-Identifier: GPL-3.0-or-later
// Results as tidy or wide CSV (out/emit.h).
#include <math.h>
#include <string.h>

#include "out/blocks.h"
#include "out/delimited.h"

static void put_value(const tf_result *result, const tf_row *row, tf_stat stat, tf_text *out) {
  double value = tf_row_stat(row, stat);
  bool spread = stat == TF_STAT_SE || stat == TF_STAT_SD;
  const double day = 86400;
  if (row->kind == TF_KIND_LABEL) {
    if (stat == TF_STAT_CENTRAL) {
      tf_csv_text(out, tf_show_label(result, row));
    }
  } else if (row->kind == TF_KIND_BOOL && stat == TF_STAT_CENTRAL) {
    tf_text_adds(out, isnan(value) ? "" : value != 0 ? "true" : "false");
  } else if (row->kind == TF_KIND_DATE && isfinite(value)) {
    if (spread) {
      tf_csv_number(out, value / day);
    } else {
      char buffer[16];
      tf_text_adds(out, tf_date_print(floor(value / day), buffer));
    }
  } else {
    tf_csv_number(out, value);
  }
}

// A value that rests on no draw has no spread: its quantiles are left empty, not repeated.
static bool has_stat(const tf_row *row, tf_stat stat) {
  return stat == TF_STAT_CENTRAL || row->uncertain;
}

static void put_head(tf_context *cx, const tf_scenario_result *scenario, const tf_row *row, tf_text *out) {
  tf_csv_text(out, scenario->name);
  tf_text_addc(out, ',');
  tf_csv_text(out, row->name);
  tf_text_addc(out, ',');
  tf_csv_text(out, row->label);
  tf_text_addc(out, ',');
  tf_csv_text(out, row->kind == TF_KIND_DATE     ? TF_STR("date")
                   : row->kind == TF_KIND_NUMBER ? row->unit.text
                                                 : TF_STR(""));
  tf_text_addc(out, ',');
  tf_csv_text(out, tf_row_index(cx->arena, row));
  tf_text_addc(out, ',');
}

static void emit_tidy(tf_context *cx, const tf_result *result, tf_text *out) {
  tf_text_adds(out, "scenario,quantity,label,unit,index,period,actual,central,mean,se,sd,p5,p25,p50,p75,p95\n");
  for (size_t s = 0; s < result->scenario_count; s++) {
    const tf_scenario_result *scenario = &result->scenarios[s];
    for (size_t i = 0; i < scenario->rows.count; i++) {
      const tf_row *row = &scenario->rows.at[i];
      char buffer[16];
      put_head(cx, scenario, row, out);
      tf_text_adds(out, row->series ? tf_period_print(row->period, buffer) : "");
      tf_text_adds(out, row->actual ? ",true" : ",false");
      for (int stat = 0; stat < TF_STAT_COUNT; stat++) {
        tf_text_addc(out, ',');
        if (has_stat(row, (tf_stat)stat)) {
          put_value(result, row, (tf_stat)stat, out);
        }
      }
      tf_text_addc(out, '\n');
    }
  }
}

static void emit_wide_scenario(tf_context *cx, const tf_result *result, size_t s, const tf_row *const *periods,
                               size_t count, tf_text *out) {
  tf_blocks blocks = tf_blocks_of(cx->arena, result, s, 1);
  for (size_t b = 0; b < blocks.count; b++) {
    const tf_block *block = &blocks.at[b];
    for (int stat = 0; stat < TF_STAT_COUNT; stat++) {
      bool any = stat == TF_STAT_CENTRAL;
      for (size_t k = 0; k < block->count; k++) {
        any = any || has_stat(block->rows[k], (tf_stat)stat);
      }
      if (!any || (stat != TF_STAT_CENTRAL && block->first->kind == TF_KIND_LABEL)) {
        continue;
      }
      put_head(cx, &result->scenarios[s], block->first, out);
      tf_text_addf(out, "%s,", tf_stat_key((tf_stat)stat));
      if (!block->series) {
        put_value(result, block->first, (tf_stat)stat, out);
      }
      for (size_t c = 0; c < count; c++) {
        tf_text_addc(out, ',');
        for (size_t k = 0; k < block->count && block->series; k++) {
          const tf_row *row = block->rows[k];
          if (tf_period_start(row->period) == tf_period_start(periods[c]->period) && has_stat(row, (tf_stat)stat)) {
            put_value(result, row, (tf_stat)stat, out);
          }
        }
      }
      tf_text_addc(out, '\n');
    }
  }
}

void tf_emit_csv(tf_context *cx, const tf_result *result, const tf_emit_options *options, tf_text *out) {
  if (!options->wide) {
    emit_tidy(cx, result, out);
    return;
  }
  tf_blocks blocks = tf_blocks_of(cx->arena, result, 0, result->scenario_count);
  const tf_row **periods = NULL;
  size_t count = tf_wide_periods(cx->arena, &blocks, &periods);
  tf_text_adds(out, "scenario,quantity,label,unit,index,statistic,value");
  for (size_t c = 0; c < count; c++) {
    char buffer[16];
    tf_text_addf(out, ",%s", tf_period_print(periods[c]->period, buffer));
  }
  tf_text_addc(out, '\n');
  for (size_t s = 0; s < result->scenario_count; s++) {
    emit_wide_scenario(cx, result, s, periods, count, out);
  }
}
