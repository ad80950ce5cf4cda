// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shard.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cli/terminal.h"
#include "engine/machine.h"

static const tf_span nowhere = {0, 0, 0};

// How a result is shown is the business of whoever joins the parts.
static const tf_option_id shown_by[] = {TF_OPTION_FORMAT, TF_OPTION_WIDE,  TF_OPTION_STATS,
                                        TF_OPTION_OUTPUT, TF_OPTION_QUIET, TF_OPTION_THREADS};

static bool is_shown_by(tf_option_id id) {
  for (size_t i = 0; i < sizeof shown_by / sizeof *shown_by; i++) {
    if (shown_by[i] == id) {
      return true;
    }
  }
  return false;
}

// --- which shard

static bool whole_number(tf_str text, uint64_t *number) {
  *number = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] < '0' || text.ptr[i] > '9' || *number > UINT32_MAX) {
      return false;
    }
    *number = 10 * *number + (uint64_t)(text.ptr[i] - '0');
  }
  return text.len > 0;
}

// A variable of the job: false if it is not there or no whole number.
static bool job_number(const char *name, uint64_t *number) {
  const char *text = getenv(name); // NOLINT(concurrency-mt-unsafe): read before any thread starts
  return text != NULL && whole_number(tf_str_of(text), number);
}

static tf_status no_array(tf_context *cx, const char *what) {
  tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--shard auto: %s", what);
  tf_hint(cx, "auto reads SLURM_ARRAY_TASK_ID, _MIN, _MAX and _COUNT, as sbatch --array=1-16 sets them; elsewhere say "
              "--shard 1/16");
  return status;
}

// Array tasks are numbered MIN, MIN + STEP, ... MAX. A list with gaps (--array=1,3,7) does not say which of them a task
// is, and a repeated task (--array=3) would take itself for the whole.
static tf_status read_array(tf_context *cx, tf_shard *shard) {
  uint64_t id = 0;
  uint64_t least = 0;
  uint64_t most = 0;
  uint64_t count = 0;
  uint64_t step = 1;
  if (!job_number("SLURM_ARRAY_TASK_ID", &id)) {
    return no_array(cx, "this is no task of a Slurm job array");
  }
  if (!job_number("SLURM_ARRAY_TASK_MIN", &least) || !job_number("SLURM_ARRAY_TASK_MAX", &most) ||
      !job_number("SLURM_ARRAY_TASK_COUNT", &count) || count == 0 || most < least || id < least || id > most) {
    return no_array(cx, "the variables of the Slurm job array do not fit together");
  }
  if (!job_number("SLURM_ARRAY_TASK_STEP", &step)) {
    step = count > 1 ? (most - least) / (count - 1) : 1;
  }
  if (step == 0 || (most - least) % step != 0 || (most - least) / step + 1 != count || (id - least) % step != 0) {
    return no_array(cx, "the tasks of the Slurm job array are not evenly numbered");
  }
  if (count == 1) {
    return no_array(cx, "the Slurm job array has one task, so that it would compute everything");
  }
  *shard = (tf_shard){(id - least) / step + 1, count};
  return TF_OK;
}

tf_status tf_shard_read(tf_context *cx, const char *text, tf_shard *shard) {
  if (strcmp(text, "auto") == 0) {
    return read_array(cx, shard);
  }
  tf_str left;
  tf_str right;
  if (!tf_str_split(tf_str_of(text), '/', &left, &right) || !whole_number(left, &shard->number) ||
      !whole_number(right, &shard->of)) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--shard %s: not a part of a run", text);
    tf_hint(cx, "such as --shard 1/4 for the first of four parts, or --shard auto in a Slurm job array");
    return status;
  }
  if (shard->of == 0 || shard->number == 0 || shard->number > shard->of) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--shard %s: there is no such part", text);
    tf_hint(cx, "the parts of I/N are 1/N, 2/N ... N/N");
    return status;
  }
  return TF_OK;
}

tf_status tf_shard_range(tf_session *session, tf_shard shard) {
  const uint64_t samples = session->run.sampler.samples;
  if (tf_part_range(samples, shard.number, shard.of, &session->run.first, &session->run.count)) {
    return TF_OK;
  }
  const uint64_t most = samples / TF_SKETCH_ALIGN + (samples % TF_SKETCH_ALIGN != 0);
  tf_status status =
      tf_fail(session->cx, TF_USAGE, nowhere, "%llu samples cannot be split into %llu parts: %llu at most",
              (unsigned long long)samples, (unsigned long long)shard.of, (unsigned long long)most);
  tf_hint(session->cx, "a part has at least %d samples; ask for more with --samples", TF_SKETCH_ALIGN);
  return status;
}

// --- what a part says about the command

static tf_str option_name(tf_option_id id) {
  return tf_str_of(tf_option_table[id].name);
}

tf_part *tf_shard_part(tf_session *session, tf_shard shard) {
  tf_context *cx = session->cx;
  tf_part *part = TF_NEW(cx->arena, tf_part);
  const tf_command_line *line = session->line;
  part->version = TF_STR(TENFOLD_VERSION);
  part->machine = tf_str_of(tf_machine_kind(cx->arena));
  part->sampler = session->run.sampler;
  part->memory = session->run.memory;
  for (size_t i = 0; i < line->files.count; i++) {
    tf_vec_push(cx->arena, &part->arguments, tf_str_of(line->files.at[i]));
  }
  for (size_t i = 0; i < line->values.count; i++) {
    const tf_option_value *value = &line->values.at[i];
    if (value->id != TF_OPTION_SHARD && !is_shown_by(value->id)) {
      tf_part_option option = {option_name(value->id), tf_str_of(value->text), value->text != NULL};
      tf_vec_push(cx->arena, &part->options, option);
    }
  }
  for (size_t i = 1; i < cx->sources.list.count; i++) {
    const tf_source *source = &cx->sources.list.at[i];
    bool found = false;
    for (size_t k = 0; k < cx->lookups.found.count; k++) {
      found = found || tf_str_eq(cx->lookups.found.at[k], source->name);
    }
    if (found) { // others are texts of the command line
      tf_vec_push(cx->arena, &part->files, ((tf_part_file){source->name, source->text}));
    }
  }
  for (size_t i = 0; i < cx->lookups.found.count; i++) {
    tf_vec_push(cx->arena, &part->found, cx->lookups.found.at[i]);
  }
  const char *folders[16];
  for (size_t i = 0, count = tf_data_folders(cx, "models", folders); i < count; i++) {
    tf_vec_push(cx->arena, &part->models, tf_str_of(folders[i]));
  }
  for (size_t i = 0, count = tf_data_folders(cx, "scenarios", folders); i < count; i++) {
    tf_vec_push(cx->arena, &part->scenarios, tf_str_of(folders[i]));
  }
  part->extent.name = tf_format(cx->arena, "shard %llu", (unsigned long long)shard.number);
  part->extent.shard = shard.number;
  part->extent.shards = shard.of;
  part->extent.first = session->run.first;
  part->extent.count = session->run.count;
  return part;
}

tf_command_line tf_part_line(tf_context *cx, const tf_part *part, const tf_command_line *line) {
  tf_command_line again = {.argc = line->argc, .argv = line->argv};
  for (size_t i = 0; i < part->arguments.count; i++) {
    tf_vec_push(cx->arena, &again.files, (const char *)tf_cstr(cx->arena, part->arguments.at[i]));
  }
  for (size_t i = 0; i < part->options.count; i++) {
    const tf_part_option *option = &part->options.at[i];
    for (int id = 0; id < (int)TF_OPTION_COUNT; id++) {
      bool takes_value = tf_option_table[id].argument[0] != '\0';
      if (takes_value == option->has_value && tf_str_eq(option_name((tf_option_id)id), option->name)) {
        const char *text = option->has_value ? tf_cstr(cx->arena, option->value) : NULL;
        tf_vec_push(cx->arena, &again.values, ((tf_option_value){(tf_option_id)id, text}));
      }
    }
  }
  for (size_t i = 0; i < line->values.count; i++) {
    if (is_shown_by(line->values.at[i].id)) {
      tf_vec_push(cx->arena, &again.values, line->values.at[i]);
    }
  }
  return again;
}

// --- the command

static tf_status check_options(tf_context *cx, const tf_command_line *line) {
  static const tf_option_id others[] = {TF_OPTION_FORMAT, TF_OPTION_WIDE, TF_OPTION_STATS, TF_OPTION_WATCH,
                                        TF_OPTION_STOP_AFTER};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    if (tf_option_given(line, others[i])) {
      const char *name = tf_option_table[others[i]].name;
      tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--%s does not go with --shard", name);
      if (is_shown_by(others[i])) {
        tf_hint(cx, "a part is not shown; give --%s to `tenfold merge`", name);
      }
      return status;
    }
  }
  return TF_OK;
}

// part-03-of-16.tfp, so that names sort as the parts do; in the folder that -o names, if it does.
static tf_status file_name(tf_context *cx, const tf_command_line *line, tf_shard shard, const char **path) {
  const char *wanted = tf_option_text(line, TF_OPTION_OUTPUT);
  int width = 1;
  for (uint64_t n = shard.of; n >= 10; n /= 10) {
    width++;
  }
  const char *name = tf_format(cx->arena, "part-%0*llu-of-%llu.tfp", width, (unsigned long long)shard.number,
                               (unsigned long long)shard.of);
  bool folder = wanted != NULL && (tf_str_ends(tf_str_of(wanted), "/") || tf_folder_exists(wanted));
  *path = wanted == NULL ? name : folder ? tf_path_join(cx->arena, tf_str_of(wanted), tf_str_of(name)) : wanted;
  return folder ? tf_folder_make(cx, wanted) : TF_OK;
}

tf_status tf_shard_run(tf_context *cx, const tf_command_line *line) {
  tf_session session;
  tf_shard shard = {0, 0};
  tf_status status = check_options(cx, line);
  status = status == TF_OK ? tf_shard_read(cx, tf_option_text(line, TF_OPTION_SHARD), &shard) : status;
  status = status == TF_OK ? tf_session_open(cx, line, true, &session) : status;
  status = status == TF_OK ? tf_shard_range(&session, shard) : status;
  if (status != TF_OK) {
    return status;
  }
  const char *path = NULL;
  tf_part *part = tf_shard_part(&session, shard);
  for (size_t g = 0; g < session.models.count && status == TF_OK; g++) {
    tf_samples *samples = NULL;
    status = tf_session_samples(&session, g, &samples);
    if (status == TF_OK && samples->complete) {
      tf_part_add(cx->arena, part, samples);
    } else if (status == TF_OK) {
      status = TF_CANCELLED;
    }
  }
  if (status == TF_CANCELLED) {
    tf_warn(cx, nowhere, "interrupted: part %llu of %llu was not written", (unsigned long long)shard.number,
            (unsigned long long)shard.of);
    return status;
  }
  status = status == TF_OK ? file_name(cx, line, shard, &path) : status;
  status = status == TF_OK ? tf_output_is_no_input(cx, line, path) : status;
  status = status == TF_OK ? tf_part_write(cx, path, part) : status;
  if (status == TF_OK && strcmp(path, "-") != 0) {
    tf_note(cx, nowhere, "wrote %s: samples %llu to %llu of %llu", path, (unsigned long long)session.run.first + 1,
            (unsigned long long)(session.run.first + session.run.count),
            (unsigned long long)session.run.sampler.samples);
  }
  return status;
}
