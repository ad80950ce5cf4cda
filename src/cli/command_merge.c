// SPDX-License-Identifier: GPL-3.0-or-later
// `tenfold merge`: partial results -> the result of the one run that they are parts of.
//
// A part carries the command and all files that it read. The plans are built again from these, never from the disk, so
// that what became of the files since, or where the parts were brought, makes no difference.
#include "cli/commands.h"
#include "cli/shard.h"
#include "cli/terminal.h"

static const tf_span nowhere = {0, 0, 0};

static tf_status take_samples(void *user, tf_session *session, size_t group, const tf_graph *graph,
                              tf_samples **samples) {
  const tf_part *whole = user;
  tf_run_options none = session->run;
  none.count = 0;
  tf_samples *outline = NULL;
  tf_status status = tf_run(session->cx, session->cx->arena, graph, &none, &outline);
  return status == TF_OK ? tf_part_samples(session->cx, session->cx->arena, whole, group, outline,
                                           session->models.at[group], samples)
                         : status;
}

// The files of the first part become the only ones that there are.
static void seal(tf_context *cx, const tf_part *part) {
  tf_lookups *lookups = &cx->lookups;
  *lookups = (tf_lookups){.sealed = true};
  for (size_t i = 0; i < part->files.count; i++) {
    (void)tf_source_add(cx->arena, &cx->sources, part->files.at[i].path, part->files.at[i].text);
  }
  for (size_t i = 0; i < part->found.count; i++) {
    tf_vec_push(cx->arena, &lookups->found, part->found.at[i]);
  }
  for (size_t i = 0; i < part->models.count; i++) {
    tf_vec_push(cx->arena, &lookups->models, part->models.at[i]);
  }
  for (size_t i = 0; i < part->scenarios.count; i++) {
    tf_vec_push(cx->arena, &lookups->scenarios, part->scenarios.at[i]);
  }
}

// Heads are compared with the first one's and forgotten: a thousand parts need no more memory than two.
static tf_status read_heads(tf_context *cx, const tf_command_line *line, tf_part **first, tf_part_extent *extents) {
  tf_status status = tf_part_read(cx, line->files.at[0], first);
  if (status != TF_OK) {
    return status;
  }
  extents[0] = (*first)->extent;
  const size_t groups = (*first)->groups.count;
  if (!tf_str_is((*first)->version, TENFOLD_VERSION)) {
    status = tf_fail(cx, TF_INVALID, nowhere, "`%s` was computed by tenfold %.*s; this is " TENFOLD_VERSION,
                     (*first)->extent.name, TF_STR_ARGS((*first)->version));
    tf_hint(cx, "join the parts with the program that computed them");
    return status;
  }
  for (size_t i = 1; i < line->files.count && status == TF_OK; i++) {
    struct tf_part_share *shares = TF_ARRAY(cx->arena, struct tf_part_share, groups + 1);
    tf_arena_mark mark = tf_arena_save(cx->arena);
    tf_part *part = NULL;
    status = tf_part_read(cx, line->files.at[i], &part);
    status = status == TF_OK ? tf_part_agree(cx, *first, part) : status;
    if (status == TF_OK) {
      extents[i] = part->extent;
      extents[i].name = line->files.at[i];
      extents[i].shares = shares;
      for (size_t g = 0; g < groups; g++) {
        shares[g] = part->extent.shares[g];
      }
      tf_arena_restore(cx->arena, mark); // nothing was reported, so that no message lives there
    }
  }
  return status;
}

tf_status tf_command_merge(tf_context *cx, const tf_command_line *line) {
  size_t format = 0;
  tf_status status = tf_option_choice(cx, line, TF_OPTION_FORMAT, &format);
  if (status == TF_OK && line->files.count == 0) {
    status = tf_fail(cx, TF_USAGE, nowhere, "no partial result was given");
    tf_hint(cx, "such as `tenfold merge part-*.tfp`; `tenfold run FILE --shard 1/4` writes the first of four");
  }
  const char *path = tf_option_text(line, TF_OPTION_OUTPUT);
  status = status == TF_OK && path != NULL ? tf_output_is_no_input(cx, line, path) : status;
  if (status != TF_OK) {
    return status;
  }
  tf_part *first = NULL;
  tf_part_extent *extents = TF_ARRAY(cx->arena, tf_part_extent, line->files.count);
  status = read_heads(cx, line, &first, extents);
  status = status == TF_OK ? tf_parts_cover(cx, extents, line->files.count, first->sampler.samples) : status;
  if (status != TF_OK) {
    return status;
  }
  tf_part *whole = tf_part_whole(cx->arena, first);
  for (size_t i = 0; i < line->files.count && status == TF_OK; i++) {
    status = tf_cancelled(cx) ? TF_CANCELLED : tf_part_read_data(cx, whole, &extents[i]);
  }
  if (status != TF_OK) {
    return status;
  }
  seal(cx, first);
  tf_session session;
  tf_command_line again = tf_part_line(cx, first, line);
  status = tf_session_open(cx, &again, true, &session);
  if (status != TF_OK) {
    return status;
  }
  session.sampling = take_samples;
  session.sampling_user = whole;
  return tf_session_print(&session, &again, format);
}
