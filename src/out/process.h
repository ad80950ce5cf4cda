// SPDX-License-Identifier: GPL-3.0-or-later
// Private to out: another program run to its end or to a time limit, without a shell and without pipes.
#ifndef TF_OUT_PROCESS_H
#define TF_OUT_PROCESS_H

#include "base/context.h"

typedef enum tf_process_end {
  TF_PROCESS_EXITED,  // code: exit status
  TF_PROCESS_KILLED,  // code: signal
  TF_PROCESS_TIMEOUT, // it and its children were killed
  TF_PROCESS_CANCELLED,
  TF_PROCESS_NOT_STARTED // code: errno
} tf_process_end;

typedef struct tf_process {
  tf_process_end end;
  int code;
} tf_process;

// argv[0] is looked up in PATH. Standard input is empty; standard output and error go to the open descriptor `log`.
tf_process tf_process_run(tf_context *cx, const char *const argv[], int log, int timeout_ms);
// At most `limit` bytes of an open file, from its start. False if it cannot be read.
bool tf_process_read(tf_context *cx, int fd, size_t limit, tf_str *bytes);

#endif
