// SPDX-License-Identifier: GPL-3.0-or-later
// `run --shard`: one part of a command's samples, computed by itself and written as a partial result.
#ifndef TF_CLI_SHARD_H
#define TF_CLI_SHARD_H

#include "cli/session.h"
#include "out/part.h"

typedef struct tf_shard {
  uint64_t number, of; // 1 .. of
} tf_shard;

// What --shard asks for: I/N, or `auto` from the variables of a Slurm job array. TF_USAGE.
TF_NODISCARD tf_status tf_shard_read(tf_context *cx, const char *text, tf_shard *shard);
// Samples of the shard into session->run. TF_USAGE if there are not that many shards.
TF_NODISCARD tf_status tf_shard_range(tf_session *session, tf_shard shard);
// What the session was opened with, ready for the samples of its groups (tf_part_add).
tf_part *tf_shard_part(tf_session *session, tf_shard shard);
// The command line of a part again: its files and settings, and how `line` wants the result shown.
tf_command_line tf_part_line(tf_context *cx, const tf_part *part, const tf_command_line *line);

// The whole of `run --shard`.
TF_NODISCARD tf_status tf_shard_run(tf_context *cx, const tf_command_line *line);

#endif
