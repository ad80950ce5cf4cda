// SPDX-License-Identifier: GPL-3.0-or-later
// A page printed to PDF (out/report_pdf.h).
#include "out/report_pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "out/process.h"

static const tf_span nowhere = {0, 0, 0};
enum { TIMEOUT = 60000, OPEN_FOLDERS = 16 };

static bool in_path(tf_context *cx, const char *program) {
  const char *path = getenv("PATH");
  tf_str rest = tf_str_of(path);
  while (rest.len > 0) {
    tf_str folder = rest;
    (void)tf_str_split(rest, ':', &folder, &rest);
    if (folder.len == rest.len && folder.ptr == rest.ptr) {
      rest = TF_STR("");
    }
    if (folder.len > 0 && access(tf_path_join(cx->arena, folder, tf_str_of(program)), X_OK) == 0) {
      return true;
    }
  }
  return false;
}

const char *tf_pdf_browser(tf_context *cx) {
  static const char *const programs[] = {"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
                                         "chrome"};
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
    if (in_path(cx, programs[i])) {
      return programs[i];
    }
  }
  return NULL;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place) {
  (void)info;
  (void)type;
  (void)place;
  (void)remove(path);
  return 0;
}

// file:///home/me/my%20report/report.html
static const char *address_of(tf_context *cx, const char *path) {
  tf_text text = tf_text_new(cx->arena);
  tf_text_adds(&text, "file://");
  for (const char *c = path; *c != '\0'; c++) {
    bool plain =
        (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("/-_.~", *c) != NULL;
    if (plain) {
      tf_text_addc(&text, *c);
    } else {
      tf_text_addf(&text, "%%%02X", (unsigned)(unsigned char)*c);
    }
  }
  return text.ptr;
}

static tf_status print_in(tf_context *cx, const char *browser, const char *profile, const char *html, const char *pdf) {
  const char *made = tf_format(cx->arena, "%s/page.pdf", profile);
  const char *log_path = tf_format(cx->arena, "%s/log", profile);
  const char *profile_option = tf_format(cx->arena, "--user-data-dir=%s/profile", profile);
  const char *output_option = tf_format(cx->arena, "--print-to-pdf=%s", made);
  const char *address = address_of(cx, html);
  const char *argv[] = {browser,
                        "--headless",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--no-pdf-header-footer",
                        profile_option,
                        output_option,
                        address,
                        NULL, // root: --no-sandbox
                        NULL};
  if (geteuid() == 0) { // Chromium refuses to sandbox itself as root; the page is our own and has no script
    argv[12] = "--no-sandbox";
    argv[13] = address;
  }
  int log = open(log_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (log < 0) {
    return tf_fail(cx, TF_FILE, nowhere, "cannot write `%s`: %s", log_path, strerror(errno));
  }
  tf_process process = tf_process_run(cx, argv, log, TIMEOUT);
  (void)close(log);
  if (process.end == TF_PROCESS_CANCELLED) {
    return TF_CANCELLED;
  }
  uint32_t source = 0;
  if (process.end != TF_PROCESS_EXITED || process.code != 0 || !tf_file_exists(made) ||
      tf_file_read(cx, made, nowhere, &source) != TF_OK) {
    return tf_fail(cx, TF_FILE, nowhere, "%s could not print `%s`%s", browser, html,
                   process.end == TF_PROCESS_TIMEOUT ? " within a minute" : "");
  }
  return tf_file_write(cx, pdf, cx->sources.list.at[source].text);
}

tf_status tf_pdf_print(tf_context *cx, const char *browser, const char *html, const char *pdf) {
  char whole[PATH_MAX];
  if (realpath(html, whole) == NULL) {
    return tf_fail(cx, TF_FILE, nowhere, "cannot read `%s`: %s", html, strerror(errno));
  }
  const char *temporary = getenv("TMPDIR");
  char *profile =
      tf_format(cx->arena, "%s/tenfold-XXXXXX", temporary != NULL && temporary[0] != '\0' ? temporary : "/tmp");
  if (mkdtemp(profile) == NULL) {
    return tf_fail(cx, TF_FILE, nowhere, "cannot make a temporary folder `%s`: %s", profile, strerror(errno));
  }
  tf_status status = print_in(cx, browser, profile, whole, pdf);
  (void)nftw(profile, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
  return status;
}
