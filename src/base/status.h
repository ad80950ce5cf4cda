// SPDX-License-Identifier: GPL-3.0-or-later
// What a call can return. The numbers of the first six are the program's exit codes.
#ifndef TF_BASE_STATUS_H
#define TF_BASE_STATUS_H

typedef enum tf_status {
  TF_OK = 0,        // done
  TF_NO = 1,        // the answer is no: target not met, check failed
  TF_USAGE = 2,     // command line wrong
  TF_INVALID = 3,   // model or scenario wrong
  TF_FILE = 4,      // file or gnuplot
  TF_NUMERIC = 5,   // non-finite result, no convergence
  TF_CANCELLED = 6, // a signal: cli turns it into 130 or 143; partial results are marked incomplete
  TF_MEMORY = 7     // out of memory: exit code 5
} tf_status;

#define TF_NODISCARD __attribute__((warn_unused_result))

#endif
