// SPDX-License-Identifier: GPL-3.0-or-later
// Running gnuplot (out/gnuplot.h).
#include "out/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "out/process.h"

enum { LOG_MAX = 1 << 16, CHART_MAX = 1 << 28 };

static void quote(tf_text *out, tf_str s, bool tick) {
  tf_text_addc(out, '\'');
  for (size_t i = 0; i < s.len;) {
    unsigned char c = (unsigned char)s.ptr[i];
    size_t length = c < 0x80U ? 1 : c < 0xE0U ? 2 : c < 0xF0U ? 3 : 4;
    size_t bad = 0;
    if (i + length > s.len || !tf_utf8_valid(tf_str_sub(s, i, i + length), &bad)) {
      i++;
      continue;
    }
    bool c1 = length == 2 && c == 0xC2U && (unsigned char)s.ptr[i + 1] < 0xA0U;
    if (c == '\'') {
      tf_text_adds(out, "\xE2\x80\x99");
    } else if (tick && c == '%') {
      tf_text_adds(out, "%%");
    } else if (c == '\n' || c == '\t') {
      tf_text_addc(out, ' ');
    } else if (c >= 0x20 && c != 0x7F && !c1) {
      tf_text_add(out, tf_str_sub(s, i, i + length));
    }
    i += length;
  }
  tf_text_addc(out, '\'');
}

void tf_gnuplot_quote(tf_text *out, tf_str s) {
  quote(out, s, false);
}

// A path keeps its quotes, doubled; two in a row cannot be written (out/gnuplot.h).
static bool quote_path(tf_text *out, const char *path) {
  if (strstr(path, "''") != NULL) {
    return false;
  }
  tf_text_addc(out, '\'');
  for (const char *p = path; *p != '\0'; p++) {
    tf_text_adds(out, *p == '\'' ? "'" : "");
    tf_text_addc(out, *p);
  }
  tf_text_addc(out, '\'');
  return true;
}

void tf_gnuplot_quote_tick(tf_text *out, tf_str s) {
  quote(out, s, true);
}

static bool has_line(tf_str data, const char *line) {
  tf_str rest = data, left = {"", 0};
  bool more = true;
  while (more) {
    tf_str whole = rest;
    more = tf_str_split(whole, '\n', &left, &rest);
    if (tf_str_is(tf_str_trim(left), line)) {
      return true;
    }
  }
  return false;
}

void tf_gnuplot_data(tf_text *out, const char *name, tf_str data) {
  char terminator[32];
  uint64_t key = tf_str_hash(data);
  do {
    (void)snprintf(terminator, sizeof terminator, "END_%016" PRIx64, key++);
  } while (has_line(data, terminator));
  tf_text_addf(out, "$%s << %s\n", name, terminator);
  tf_text_add(out, data);
  if (data.len > 0 && data.ptr[data.len - 1] != '\n') {
    tf_text_addc(out, '\n');
  }
  tf_text_addf(out, "%s\n", terminator);
}

// A private folder with the three files of a run.
typedef struct workplace {
  char *folder, *script, *chart, *log;
  int log_fd;
} workplace;

static bool write_file(const char *path, tf_str text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    return false;
  }
  size_t done = 0;
  while (done < text.len) {
    ssize_t put = write(fd, text.ptr + done, text.len - done);
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put <= 0) {
      break;
    }
    done += (size_t)put;
  }
  return (close(fd) == 0) && done == text.len;
}

static void leave(const workplace *w) {
  if (w->log_fd >= 0) {
    (void)close(w->log_fd);
  }
  (void)unlink(w->script);
  (void)unlink(w->chart);
  (void)unlink(w->log);
  (void)rmdir(w->folder);
}

// Names are made before the folder is: no allocation can fail while it exists.
static tf_status enter(tf_context *cx, const char *suffix, workplace *w) {
  const char *base = getenv("TMPDIR");
  if (base == NULL || base[0] != '/') {
    base = "/tmp";
  }
  char *folder = tf_format(cx->arena, "%s/tenfold-XXXXXX", base);
  *w = (workplace){.folder = folder, .log_fd = -1};
  w->script = tf_format(cx->arena, "%s/chart.gp", folder);
  w->chart = tf_format(cx->arena, "%s/chart.%s", folder, suffix);
  w->log = tf_format(cx->arena, "%s/log", folder);
  if (mkdtemp(folder) == NULL) {
    return tf_fail(cx, TF_FILE, (tf_span){0}, "cannot make a temporary folder in %s: %s", base, strerror(errno));
  }
  size_t length = strlen(folder); // the X are letters now, in the files' names too
  memcpy(w->script, folder, length);
  memcpy(w->chart, folder, length);
  memcpy(w->log, folder, length);
  w->log_fd = open(w->log, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (w->log_fd < 0) {
    tf_status status =
        tf_fail(cx, TF_FILE, (tf_span){0}, "cannot write to the temporary folder %s: %s", folder, strerror(errno));
    leave(w);
    return status;
  }
  return TF_OK;
}

// The line of gnuplot's messages that says what is wrong: the last that is not empty and no caret, without the path.
static tf_str complaint(tf_context *cx, const workplace *w) {
  tf_str log = {"", 0};
  if (!tf_process_read(cx, w->log_fd, LOG_MAX, &log)) {
    return (tf_str){"", 0};
  }
  tf_str best = {"", 0}, rest = log, line = {"", 0};
  bool more = true;
  while (more) {
    tf_str whole = rest;
    more = tf_str_split(whole, '\n', &line, &rest);
    tf_str words = tf_str_trim(line);
    if (words.len > 0 && !tf_str_is(words, "^")) {
      best = words;
    }
  }
  size_t quote = tf_str_starts(best, "\"/") ? tf_str_find(tf_str_sub(best, 1, best.len), '"') : SIZE_MAX;
  return quote == SIZE_MAX ? best : tf_str_trim(tf_str_sub(best, quote + 2, best.len));
}

static tf_status judge(tf_context *cx, const workplace *w, const char *program, int timeout, tf_process done) {
  tf_span nowhere = {0};
  tf_str words = complaint(cx, w);
  switch (done.end) {
  case TF_PROCESS_CANCELLED:
    return TF_CANCELLED;
  case TF_PROCESS_NOT_STARTED:
    if (done.code == ENOENT) {
      tf_status status = tf_fail(cx, TF_FILE, nowhere, "%s is not installed: no chart was drawn", program);
      tf_hint(cx, "on Debian and Ubuntu: apt-get install gnuplot-nox; everything but the pictures works without it");
      return status;
    }
    return tf_fail(cx, TF_FILE, nowhere, "cannot start %s: %s", program, strerror(done.code));
  case TF_PROCESS_TIMEOUT: {
    tf_status status =
        tf_fail(cx, TF_FILE, nowhere, "%s did not finish within %g s and was stopped", program, timeout / 1000.0);
    tf_hint(cx, "try `%s -d` by hand on the script beside the chart", program);
    return status;
  }
  case TF_PROCESS_KILLED:
    return tf_fail(cx, TF_FILE, nowhere, "%s was ended by signal %d", program, done.code);
  case TF_PROCESS_EXITED:
    break;
  }
  if (done.code != 0) {
    return tf_fail(cx, TF_FILE, nowhere, "%s failed with exit status %d%s%.*s", program, done.code,
                   words.len > 0 ? ": " : "", TF_STR_ARGS(words));
  }
  return TF_OK;
}

static tf_status fetch(tf_context *cx, const workplace *w, const char *program, tf_str *bytes) {
  tf_str content = {"", 0};
  int fd = open(w->chart, O_RDONLY | O_CLOEXEC);
  bool read = fd >= 0 && tf_process_read(cx, fd, CHART_MAX, &content);
  if (fd >= 0) {
    (void)close(fd);
  }
  if (!read || content.len == 0) {
    tf_str words = complaint(cx, w);
    return tf_fail(cx, TF_FILE, (tf_span){0}, "%s ended without writing a chart%s%.*s", program,
                   words.len > 0 ? ": " : "", TF_STR_ARGS(words));
  }
  *bytes = content;
  return TF_OK;
}

tf_status tf_gnuplot_run(tf_context *cx, const tf_gnuplot *gnuplot, const char *settings, tf_str script,
                         const char *suffix, tf_str *bytes) {
  const char *program = gnuplot->program == NULL ? "gnuplot" : gnuplot->program;
  int timeout = gnuplot->timeout <= 0 ? TF_GNUPLOT_TIMEOUT : gnuplot->timeout;
  tf_text whole = tf_text_new(cx->arena);
  workplace w;
  tf_status status = enter(cx, suffix, &w);
  if (status != TF_OK) {
    return status;
  }
  tf_text_adds(&whole, "OUTPUT = ");
  if (!quote_path(&whole, w.chart)) {
    status = tf_fail(cx, TF_FILE, (tf_span){0}, "gnuplot cannot write to %s: two quotes in a row", w.folder);
    tf_hint(cx, "set TMPDIR to another folder");
    leave(&w);
    return status;
  }
  tf_text_addf(&whole, "; %s\n", settings);
  tf_text_add(&whole, script);
  if (!write_file(w.script, tf_text_str(&whole))) {
    status = tf_fail(cx, TF_FILE, (tf_span){0}, "cannot write %s: %s", w.script, strerror(errno));
  } else {
    const char *const argv[] = {program, "-d", w.script, NULL};
    status = judge(cx, &w, program, timeout, tf_process_run(cx, argv, w.log_fd, timeout));
    if (status == TF_OK) {
      status = fetch(cx, &w, program, bytes);
    }
  }
  leave(&w);
  return status;
}

const char *tf_gnuplot_font(tf_context *cx) {
  static const char fallback[] = "DejaVu Sans";
  static const char message[] = "the font Inter is not installed: charts are set in DejaVu Sans";
  const char *font = fallback;
  workplace w;
  if (enter(cx, "txt", &w) == TF_OK) {
    const char *const argv[] = {"fc-match", "-f", "%{family}", "Inter", NULL};
    tf_process done = tf_process_run(cx, argv, w.log_fd, 5000);
    tf_str said = {"", 0};
    if (done.end == TF_PROCESS_EXITED && done.code == 0 && tf_process_read(cx, w.log_fd, LOG_MAX, &said) &&
        tf_str_starts(said, "Inter")) {
      font = "Inter";
    }
    leave(&w);
  }
  bool noted = font != fallback;
  for (size_t i = 0; i < cx->diags.list.count && !noted; i++) {
    noted = strcmp(cx->diags.list.at[i].message, message) == 0;
  }
  if (!noted) {
    tf_note(cx, (tf_span){0}, "%s", message);
    tf_hint(cx, "on Debian and Ubuntu: apt-get install fonts-inter");
  }
  return font;
}
