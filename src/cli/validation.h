// SPDX-License-Identifier: GPL-3.0-or-later
// Validation: what the shipped models reproduce and predict of published numbers.
//
// A case file is a CSV with the columns
//   case,kind,model,settings,quantity,unit,published,tolerance,source,date,expected,naive,note
// in any order; one row is one published number.
//   kind       arithmetic: formula and value from one source, or a closed form; reproduction: published inputs give a
//              published result; prediction: only what identifies the case is set, all else is the models' own
//   model      names of models, or a scenario file with `#column` (its first column if absent)
//   settings   NAME=VALUE separated by `;`, as with --set; `time=2023..2030` gives the axis
//   quantity   NAME, NAME[label], NAME[2027]; `@p5` ... `@p95`, `@mean` behind it asks for that statistic instead of
//              the central value
//   tolerance  in the unit of the row, `2%` of the published value, or `x1.5`: a factor either way
//   expected   pass, or miss: a miss that is known; the note then says why
//   naive      `VALUE = rule`: what somebody without the models would say
//
// A number with a factor or a share as tolerance is judged by its central value. A prediction that is uncertain is
// right if the published value, give or take its tolerance, lies within the models' own 90 % range.
// The rows of one model are one graph and one run; rows without uncertainty are computed once.
// Everything lives in the context's arena.
#ifndef TF_CLI_VALIDATION_H
#define TF_CLI_VALIDATION_H

#include "cli/options.h"
#include "lang/parse.h"
#include "out/show.h"

typedef enum tf_claim_kind { TF_ARITHMETIC, TF_REPRODUCTION, TF_PREDICTION, TF_CLAIM_KINDS } tf_claim_kind;
const char *tf_claim_kind_name(tf_claim_kind kind);

typedef enum tf_tolerance_kind { TF_TOLERANCE_ABSOLUTE, TF_TOLERANCE_SHARE, TF_TOLERANCE_FACTOR } tf_tolerance_kind;

// One published number, as its row has it.
typedef struct tf_claim {
  tf_claim_kind kind;
  tf_located name, model, settings, quantity;
  tf_address address; // of the quantity, without the statistic
  tf_stat stat;
  tf_located unit_text;
  tf_unit unit; // parsed when the models' units are known
  double published;
  tf_tolerance_kind tolerance_kind;
  double tolerance; // in the unit; a share of 1; a factor above 1
  tf_str tolerance_text;
  tf_str source, date, note;
  bool miss_expected;
  double naive; // NAN: none
  tf_str naive_rule;
  tf_str file;
} tf_claim;

typedef TF_VEC(tf_claim) tf_claims;

// Reads a case file and appends its rows. All errors are reported with their place; TF_INVALID or TF_FILE.
TF_NODISCARD tf_status tf_claims_read(tf_context *cx, const char *path, tf_claims *claims);

// What the models say, in the unit of the row. Without uncertainty the quantiles are NAN.
typedef struct tf_finding {
  double computed;
  double p5, p25, p75, p95;
  bool uncertain;
} tf_finding;

typedef struct tf_validation_run {
  uint64_t samples, seed;
  int threads;
} tf_validation_run;

// Computes all claims; findings[i] belongs to claims->at[i]. Wrong names, units and settings are errors at their place.
TF_NODISCARD tf_status tf_claims_run(tf_context *cx, tf_claims *claims, const tf_validation_run *options,
                                     const tf_finding **findings);

typedef enum tf_verdict {
  TF_VERDICT_PASS,
  TF_VERDICT_FAIL,  // nobody expected it
  TF_VERDICT_MISS,  // known
  TF_VERDICT_MENDED // a miss was expected, and it is right now
} tf_verdict;
const char *tf_verdict_name(tf_verdict verdict);

// Is the finding within the tolerance (or, for uncertain predictions, the published value within reach of the range)?
bool tf_claim_holds(const tf_claim *claim, const tf_finding *finding);
tf_verdict tf_claim_verdict(const tf_claim *claim, const tf_finding *finding);
double tf_claim_error(const tf_claim *claim, const tf_finding *finding); // computed / published - 1; NAN if published 0

// How good the predictions are as a whole.
typedef struct tf_score {
  size_t rows[TF_CLAIM_KINDS], verdicts[TF_CLAIM_KINDS][TF_VERDICT_MENDED + 1];
  size_t predictions;      // with a positive published and computed value
  double median_log_error; // of |ln(computed / published)| over predictions; NAN without any
  // Calibration: of the predictions with a range, how many published values lie inside its middle 90 % and 50 %; and
  // the probability of at most / at least so many if the ranges were right and the cases independent.
  size_t ranged, inside90, inside50;
  double at_most90, at_least90, at_most50, at_least50;
  // Skill = 1 - mean |ln error| of the models / that of the naive rules, over predictions that name a rule: 1 is
  // perfect, 0 no better than the rules, negative worse. NAN without any rule.
  size_t with_rule, better_than_rule;
  double skill;
} tf_score;
tf_score tf_claims_score(tf_arena *arena, const tf_claims *claims, const tf_finding *findings);

// Table (0), CSV (1), JSON (2) or Markdown (3).
void tf_claims_print(tf_context *cx, const tf_claims *claims, const tf_finding *findings, size_t format, size_t width,
                     tf_text *out);

// tenfold check --validation [FILES]: without files, those of tests/validation of the source tree, or of the installed
// folder share/tenfold/validation. TF_NO if a claim fails that nobody expected to.
TF_NODISCARD tf_status tf_validation_command(tf_context *cx, const tf_command_line *line);

#endif
