// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"

// A signal handler can reach nothing but a global: this is the program's only one.
static atomic_int received_signal = 0;

static void on_signal(int number) {
  atomic_store_explicit(&received_signal, number, memory_order_relaxed);
}

void tf_streams_hold(void) {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
    if (fcntl(stream, F_GETFD) < 0 && errno == EBADF) {
      (void)open("/dev/null", O_RDONLY); // the lowest free number: this one, those below it are taken
    }
  }
}

void tf_signals_watch(tf_context *cx) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = (int)SA_RESETHAND; // the second signal ends the process at once
  (void)sigemptyset(&action.sa_mask);
  (void)sigaction(SIGINT, &action, NULL);
  (void)sigaction(SIGTERM, &action, NULL);
  action.sa_handler = SIG_IGN;
  action.sa_flags = 0;
  (void)sigaction(SIGPIPE, &action, NULL);
  (void)sigaction(SIGXFSZ, &action, NULL);
  cx->cancel = &received_signal;
}

int tf_signal_received(void) {
  return atomic_load_explicit(&received_signal, memory_order_relaxed);
}

size_t tf_print_diagnostics(const tf_context *cx, size_t from, bool quiet) {
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  for (size_t i = from; i < cx->diags.list.count; i++) {
    const tf_diag *diag = &cx->diags.list.at[i];
    if (quiet && diag->severity != TF_ERROR) {
      continue;
    }
    tf_text text = tf_text_new(arena);
    tf_diag_render(&cx->sources, diag, &text);
    (void)fwrite(text.ptr, 1, text.len, stderr);
  }
  if (cx->diags.errors > TF_DIAG_MAX && from < cx->diags.list.count) {
    (void)fprintf(stderr, "%zu more errors are not shown\n", cx->diags.errors - TF_DIAG_MAX);
  }
  tf_arena_free(arena);
  return cx->diags.list.count;
}

// By device and inode, because one file has many paths.
static bool is_file(const struct stat *wanted, const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && info.st_dev == wanted->st_dev && info.st_ino == wanted->st_ino;
}

tf_status tf_output_is_no_input(tf_context *cx, const tf_command_line *line, const char *path) {
  struct stat wanted;
  if (strcmp(path, "-") == 0 || stat(path, &wanted) != 0 || !S_ISREG(wanted.st_mode)) {
    return TF_OK;
  }
  bool read = false;
  for (size_t i = 0; i < line->files.count && !read; i++) {
    read = is_file(&wanted, line->files.at[i]);
  }
  for (size_t i = 1; i < cx->sources.list.count && !read; i++) {
    read = is_file(&wanted, tf_cstr(cx->arena, cx->sources.list.at[i].name));
  }
  if (!read) {
    return TF_OK;
  }
  tf_status status = tf_fail(cx, TF_USAGE, (tf_span){0, 0, 0}, "-o %s: this command reads that file", path);
  tf_hint(cx, "name another one: the result would take its place");
  return status;
}

tf_status tf_print_out(tf_context *cx, const tf_command_line *line, tf_str text) {
  const char *path = tf_option_text(line, TF_OPTION_OUTPUT);
  if (path == NULL) {
    return tf_file_write(cx, "-", text);
  }
  tf_status status = tf_output_is_no_input(cx, line, path);
  return status == TF_OK ? tf_file_write(cx, path, text) : status;
}

struct tf_progress {
  bool shown, enabled;
  struct timespec started, drawn;
};

static double seconds_since(const struct timespec *then) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - then->tv_sec) + 1e-9 * (double)(now.tv_nsec - then->tv_nsec);
}

static void draw_progress(void *user, const char *what, double share) {
  tf_progress *progress = user;
  if (seconds_since(&progress->started) < 0.33 || (progress->shown && seconds_since(&progress->drawn) < 0.1)) {
    return;
  }
  progress->shown = true;
  (void)clock_gettime(CLOCK_MONOTONIC, &progress->drawn);
  enum { WIDTH = 30 };
  int full = (int)(share * WIDTH);
  char bar[WIDTH + 1];
  for (int i = 0; i < WIDTH; i++) {
    bar[i] = i < full ? '#' : '.';
  }
  bar[WIDTH] = '\0';
  (void)fprintf(stderr, "\r%s %s %3.0f %%\033[K", what, bar, 100 * share);
  (void)fflush(stderr);
}

tf_progress *tf_progress_start(tf_context *cx, bool quiet) {
  tf_progress *progress = TF_NEW(cx->arena, tf_progress);
  const char *term = getenv("TERM"); // NOLINT(concurrency-mt-unsafe): read before any thread starts
  progress->enabled =
      !quiet && isatty(STDERR_FILENO) == 1 && getenv("CI") == NULL && (term == NULL || strcmp(term, "dumb") != 0);
  (void)clock_gettime(CLOCK_MONOTONIC, &progress->started);
  if (progress->enabled) {
    cx->progress = draw_progress;
    cx->progress_user = progress;
  }
  return progress;
}

void tf_progress_end(tf_context *cx, tf_progress *progress) {
  cx->progress = NULL;
  if (progress->shown) {
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
  }
}

static double newest_change(const tf_context *cx) {
  double newest = 0;
  for (size_t i = 1; i < cx->sources.list.count; i++) {
    char path[4096];
    tf_str name = cx->sources.list.at[i].name;
    struct stat info;
    if (name.len >= sizeof path) {
      continue;
    }
    memcpy(path, name.ptr, name.len);
    path[name.len] = '\0';
    if (stat(path, &info) == 0) {
      double at = (double)info.st_mtim.tv_sec + 1e-9 * (double)info.st_mtim.tv_nsec;
      newest = at > newest ? at : newest;
    }
  }
  return newest;
}

double tf_now(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_REALTIME, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool tf_wait_for_change(tf_context *cx, double since) {
  while (!tf_cancelled(cx)) {
    double changed = newest_change(cx);
    if (changed > since && changed <= tf_now() + 1) { // a date in the future would run for ever
      return true;
    }
    struct timespec pause = {0, 200L * 1000 * 1000};
    (void)nanosleep(&pause, NULL);
  }
  return false;
}
