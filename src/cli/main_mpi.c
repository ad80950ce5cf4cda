// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold-mpi: `tenfold run` shared among the ranks of an MPI job. Each computes its shard, rank 0 joins the samples,
// and statistics and output are made there by the code of every other run: the same bytes for any number of ranks.
//
// Ranks that fail alone must not leave the others waiting. Between two transfers every rank passes `agree`, where all
// learn whether one has failed; whoever fails elsewhere goes there at once, and meets the others at their next one.
// Nobody communicates after a failure but for that. Memory that runs out within a transfer ends the job.
#include <mpi.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/sha256.h"
#include "cli/commands.h"
#include "cli/shard.h"
#include "cli/terminal.h"

static const tf_span nowhere = {0, 0, 0};

enum { TAG_MESSAGES = 1, TAG_HEAD, TAG_DATA, CHUNK = 1 << 30 };

typedef struct cluster {
  tf_context *cx;
  int rank, size;
  bool quiet;
  bool transfer; // in a transfer: others wait for this rank's bytes
  bool over;     // somebody failed
  int code;      // the exit code then
  tf_part *part; // this rank's, without groups
} cluster;

static int exit_code(tf_status status) {
  if (status == TF_CANCELLED) {
    return 128 + (tf_signal_received() != 0 ? tf_signal_received() : SIGINT);
  }
  return status == TF_MEMORY ? TF_NUMERIC : (int)status;
}

// What tf_print_diagnostics would print, for rank 0 to print it.
static tf_str messages(cluster *c) {
  tf_text text = tf_text_new(c->cx->arena);
  for (size_t i = 0; i < c->cx->diags.list.count; i++) {
    const tf_diag *diag = &c->cx->diags.list.at[i];
    if (!c->quiet || diag->severity == TF_ERROR) {
      tf_diag_render(&c->cx->sources, diag, &text);
    }
  }
  return tf_text_str(&text);
}

static void send_bytes(const char *bytes, size_t size, int to, int tag) {
  for (size_t at = 0; at < size; at += CHUNK) {
    size_t part = size - at < (size_t)CHUNK ? size - at : (size_t)CHUNK;
    (void)MPI_Send(bytes + at, (int)part, MPI_BYTE, to, tag, MPI_COMM_WORLD);
  }
}

static void receive_bytes(char *bytes, size_t size, int from, int tag) {
  for (size_t at = 0; at < size; at += CHUNK) {
    size_t part = size - at < (size_t)CHUNK ? size - at : (size_t)CHUNK;
    (void)MPI_Recv(bytes + at, (int)part, MPI_BYTE, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  }
}

// A text of a length that only the sender knows.
static void send_text(tf_str text, int to, int tag) {
  uint64_t size = text.len;
  (void)MPI_Send(&size, 1, MPI_UINT64_T, to, tag, MPI_COMM_WORLD);
  send_bytes(text.ptr, text.len, to, tag);
}

static tf_str receive_text(tf_arena *arena, int from, int tag) {
  uint64_t size = 0;
  (void)MPI_Recv(&size, 1, MPI_UINT64_T, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  char *bytes = tf_alloc(arena, (size_t)size + 1, 1);
  receive_bytes(bytes, (size_t)size, from, tag);
  return (tf_str){bytes, (size_t)size};
}

// All ranks come here. If one has failed, the lowest such rank's messages are printed once, by rank 0, and every rank
// ends with its code: ranks have their samples in order, so that it is the failure that one process would have met.
static tf_status agree(cluster *c, tf_status status) {
  if (c->over) {
    return TF_CANCELLED;
  }
  int mine = status == TF_OK ? c->size : c->rank;
  int failed = c->size;
  (void)MPI_Allreduce(&mine, &failed, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  if (failed == c->size) {
    return TF_OK;
  }
  c->over = true;
  c->code = exit_code(status);
  (void)MPI_Bcast(&c->code, 1, MPI_INT, failed, MPI_COMM_WORLD);
  if (c->rank == failed) {
    tf_str text = status == TF_MEMORY ? TF_STR("error: out of memory\n") : messages(c);
    if (c->rank == 0) {
      (void)fwrite(text.ptr, 1, text.len, stderr);
    } else {
      send_text(text, 0, TAG_MESSAGES);
    }
  } else if (c->rank == 0) {
    tf_str text = receive_text(c->cx->arena, failed, TAG_MESSAGES);
    (void)fwrite(text.ptr, 1, text.len, stderr);
  }
  return TF_CANCELLED;
}

// --- one group's samples

static tf_status compute(cluster *c, tf_session *session, const tf_graph *graph, tf_part *part, tf_samples **samples) {
  tf_status status = tf_run(c->cx, c->cx->arena, graph, &session->run, samples);
  if (status == TF_OK && !(*samples)->complete) {
    status = TF_CANCELLED;
  }
  if (status == TF_CANCELLED) {
    tf_warn(c->cx, nowhere, "interrupted: there is no result");
  }
  if (status == TF_OK) {
    *part = *c->part;
    part->extent.name = tf_format(c->cx->arena, "rank %d", c->rank);
    tf_part_add(c->cx->arena, part, *samples);
  }
  return status;
}

static void send_data(const tf_part *part) {
  const tf_part_group *group = &part->groups.at[0];
  const struct tf_part_share *share = &part->extent.shares[0];
  for (size_t i = 0; i < group->column_count && share->kept > 0; i++) {
    send_bytes((const char *)group->columns[i], (size_t)share->kept * sizeof(double), 0, TAG_DATA);
  }
  for (size_t i = 0; i < group->input_count && share->input_kept > 0; i++) {
    send_bytes((const char *)group->input_columns[i], (size_t)share->input_kept * sizeof(double), 0, TAG_DATA);
  }
  send_bytes(group->sketches.ptr, group->sketches.len, 0, TAG_DATA);
}

static tf_status sample_and_send(void *user, tf_session *session, size_t group, const tf_graph *graph,
                                 tf_samples **samples) {
  cluster *c = user;
  (void)group;
  tf_part part = {0};
  tf_status status = compute(c, session, graph, &part, samples);
  tf_text head = tf_text_new(c->cx->arena);
  if (status == TF_OK) {
    tf_part_put_head(&part, &head);
  }
  if (agree(c, status) != TF_OK) {
    return TF_CANCELLED;
  }
  send_text(tf_text_str(&head), 0, TAG_HEAD);
  if (agree(c, TF_OK) != TF_OK) {
    return TF_CANCELLED;
  }
  send_data(&part);
  return TF_OK;
}

// The heads of all ranks, compared with that of rank 0.
static tf_status receive_heads(cluster *c, const tf_part *own, tf_part_extent *extents) {
  tf_status status = TF_OK;
  extents[0] = own->extent;
  for (int r = 1; r < c->size; r++) {
    const char *name = tf_format(c->cx->arena, "rank %d", r);
    struct tf_part_share *shares = TF_ARRAY(c->cx->arena, struct tf_part_share, 1);
    tf_arena_mark mark = tf_arena_save(c->cx->arena);
    tf_part *other = tf_part_get_head(c->cx->arena, name, receive_text(c->cx->arena, r, TAG_HEAD));
    if (status == TF_OK && other == NULL) {
      status = tf_fail(c->cx, TF_INVALID, nowhere, "%s is of another build of tenfold", name);
    }
    status = status == TF_OK ? tf_part_agree(c->cx, own, other) : status;
    if (status == TF_OK) {
      extents[r] = other->extent;
      shares[0] = other->extent.shares[0];
      extents[r].shares = shares;
      extents[r].name = name;
      tf_arena_restore(c->cx->arena, mark);
    }
  }
  return status;
}

// The data of this rank go where those of others are received.
static void copy_own(const tf_part *part, const tf_room *places, size_t count) {
  const tf_part_group *group = &part->groups.at[0];
  const struct tf_part_share *share = &part->extent.shares[0];
  size_t columns = share->kept > 0 ? group->column_count : 0;
  size_t inputs = share->input_kept > 0 ? group->input_count : 0;
  for (size_t i = 0; i < count; i++) {
    const void *from = i < columns            ? (const void *)group->columns[i]
                       : i < columns + inputs ? (const void *)group->input_columns[i - columns]
                                              : (const void *)group->sketches.ptr;
    if (places[i].size > 0) {
      memcpy(places[i].at, from, places[i].size);
    }
  }
}

static tf_status sample_and_gather(void *user, tf_session *session, size_t group, const tf_graph *graph,
                                   tf_samples **samples) {
  cluster *c = user;
  tf_arena *arena = c->cx->arena;
  tf_part part = {0};
  tf_samples *own = NULL;
  tf_status status = compute(c, session, graph, &part, &own);
  if (agree(c, status) != TF_OK) {
    return TF_CANCELLED;
  }
  c->transfer = true;
  tf_part_extent *extents = TF_ARRAY(arena, tf_part_extent, (size_t)c->size);
  status = receive_heads(c, &part, extents);
  c->transfer = false;
  tf_part *whole = tf_part_whole(arena, &part);
  if (agree(c, status) != TF_OK) {
    return TF_CANCELLED;
  }
  c->transfer = true;
  bool fits = true;
  for (int r = 0; r < c->size; r++) {
    tf_room *places = NULL;
    size_t count = tf_part_places(arena, whole, &extents[r], &places);
    if (r == 0) {
      copy_own(&part, places, count);
    }
    for (size_t i = 0; i < count && r > 0; i++) {
      receive_bytes(places[i].at, places[i].size, r, TAG_DATA);
    }
    fits = tf_part_take(arena, whole, &extents[r], false) && fits;
  }
  c->transfer = false;
  if (!fits) {
    return tf_fail(c->cx, TF_INVALID, nowhere, "the sketches of the ranks do not fit together");
  }
  return tf_part_samples(c->cx, arena, whole, 0, own, session->models.at[group], samples);
}

// --- the job

// Processors that this rank may use: its own, but no more than its part of those of all ranks on the same node.
static int processors(void) {
  cpu_set_t own;
  cpu_set_t all;
  MPI_Comm node;
  int ranks = 1;
  CPU_ZERO(&own);
  (void)MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  (void)MPI_Comm_size(node, &ranks);
  if (sched_getaffinity(0, sizeof own, &own) != 0) {
    CPU_SET(0, &own);
  }
  (void)MPI_Allreduce(&own, &all, (int)sizeof own, MPI_BYTE, MPI_BOR, node);
  (void)MPI_Comm_free(&node);
  int part = CPU_COUNT(&all) / ranks;
  int mine = CPU_COUNT(&own) < part ? CPU_COUNT(&own) : part;
  return mine > 0 ? mine : 1;
}

static tf_status check_options(tf_context *cx, const tf_command_line *line) {
  static const tf_option_id others[] = {TF_OPTION_SHARD, TF_OPTION_WATCH, TF_OPTION_STOP_AFTER};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    if (tf_option_given(line, others[i])) {
      return tf_fail(cx, TF_USAGE, nowhere, "tenfold-mpi has no --%s", tf_option_table[others[i]].name);
    }
  }
  return TF_OK;
}

// Files are compared by what they hold, without sending it.
static void shorten_files(tf_arena *arena, tf_part *part) {
  for (size_t i = 0; i < part->files.count; i++) {
    char *digest = tf_alloc(arena, TF_SHA256_TEXT, 1);
    part->files.at[i].text = tf_str_of(tf_sha256_text(part->files.at[i].text, digest));
  }
}

static tf_status run_ranks(cluster *c, const tf_command_line *line, int threads) {
  tf_context *cx = c->cx;
  tf_session session;
  size_t format = 0;
  tf_status status = check_options(cx, line);
  status = status == TF_OK ? tf_option_choice(cx, line, TF_OPTION_FORMAT, &format) : status;
  status = status == TF_OK ? tf_session_open(cx, line, true, &session) : status;
  tf_shard shard = {(uint64_t)c->rank + 1, (uint64_t)c->size};
  status = status == TF_OK ? tf_shard_range(&session, shard) : status;
  if (status != TF_OK) {
    return status;
  }
  session.run.threads = session.run.threads > 0 ? session.run.threads : threads;
  session.sampling = c->rank == 0 ? sample_and_gather : sample_and_send;
  session.sampling_user = c;
  c->part = tf_shard_part(&session, shard);
  shorten_files(cx->arena, c->part);
  if (c->rank == 0) {
    return tf_session_print(&session, line, format);
  }
  for (size_t g = 0; g < session.models.count && status == TF_OK; g++) {
    tf_samples *samples = NULL;
    status = tf_session_samples(&session, g, &samples);
  }
  return status;
}

static tf_status run_command(cluster *c, int argc, char *const *argv, int threads) {
  tf_context *cx = c->cx;
  tf_command_line line = {.argc = argc, .argv = argv};
  const tf_command_info *command = tf_command_find("run");
  if (argc < 2 || strcmp(argv[1], "run") != 0) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "tenfold-mpi has one command: run");
    tf_hint(cx, "such as mpirun -n 4 tenfold-mpi run FILE --samples 1M; everything else is done by `tenfold`");
    return status;
  }
  tf_status status = tf_options_parse(cx, command, argc - 2, argv + 2, &line);
  if (status != TF_OK) {
    return status;
  }
  c->quiet = tf_option_given(&line, TF_OPTION_QUIET);
  if (tf_option_given(&line, TF_OPTION_HELP)) {
    tf_text text = tf_text_new(cx->arena);
    tf_text_adds(&text, "tenfold-mpi shares the samples of `tenfold run` among the ranks of an MPI job.\n\n");
    tf_help_command(command, &text);
    return c->rank == 0 ? tf_file_write(cx, "-", tf_text_str(&text)) : TF_OK;
  }
  tf_progress *progress = tf_progress_start(cx, c->quiet || c->rank != 0);
  status = run_ranks(c, &line, threads);
  tf_progress_end(cx, progress);
  return status;
}

// One rank's part of the job behind the guard that failed allocations jump to. Returns the exit code.
static int run_guarded(cluster *c, int argc, char *const *argv, int threads) {
  tf_context *cx = c->cx;
  if (setjmp(cx->memory.guard) != 0) { // NOLINT(cert-err52-cpp): the one way out of an allocation that fails
    cx->memory.guarded = false;
    if (c->transfer) {
      (void)fputs("error: out of memory\n", stderr);
      (void)MPI_Abort(MPI_COMM_WORLD, TF_NUMERIC);
    }
    (void)agree(c, TF_MEMORY);
    return c->code;
  }
  cx->memory.guarded = true;
  tf_status status = run_command(c, argc, argv, threads);
  (void)agree(c, status);
  if (!c->over && c->rank == 0) {
    (void)tf_print_diagnostics(cx, 0, c->quiet);
  }
  return c->over ? c->code : TF_OK;
}

int main(int argc, char **argv) {
  int level = 0;
  (void)MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
  cluster c = {.cx = tf_context_new()};
  (void)MPI_Comm_rank(MPI_COMM_WORLD, &c.rank);
  (void)MPI_Comm_size(MPI_COMM_WORLD, &c.size);
  if (c.cx == NULL) {
    (void)fputs("error: out of memory\n", stderr);
    (void)MPI_Abort(MPI_COMM_WORLD, TF_NUMERIC);
    return TF_NUMERIC;
  }
  const char *fail_at = getenv("TENFOLD_FAIL_ALLOCATION"); // fault tests, as in program.c, in the rank they name
  const char *fail_rank = getenv("TENFOLD_FAIL_RANK");
  bool here = fail_at != NULL && fail_rank != NULL && strtol(fail_rank, NULL, 10) == c.rank;
  c.cx->memory.fail_at = here ? c.cx->memory.allocations + strtoull(fail_at, NULL, 10) : 0;
  int threads = processors();
  tf_signals_watch(c.cx);
  int code = run_guarded(&c, argc, argv, threads);
  tf_context_free(c.cx);
  (void)MPI_Finalize();
  return code;
}
