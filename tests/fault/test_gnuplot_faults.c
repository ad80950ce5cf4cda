// SPDX-License-Identifier: GPL-3.0-or-later
// A gnuplot that is missing, fails, hangs, dies or writes nothing: the message says so, no process, no file and no half
// chart stays behind, and what was there before is still there.
#include "result_builder.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "out/chart.h"

// A temporary folder with bin/gnuplot being the given shell script, tmp/ for TMPDIR and charts/ for output.
typedef struct bench {
  char folder[64];
  char *path, *tmp; // before
  builder b;
} bench;

static const char *in(const bench *s, const char *name) {
  return tf_format(s->b.cx->arena, "%s/%s", s->folder, name);
}

static void write_text(const char *path, const char *text, mode_t mode) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(chmod(path, mode), 0);
}

static bench begin(const char *script) {
  bench s = {.b = builder_new(1)};
  (void)snprintf(s.folder, sizeof s.folder, "/tmp/tenfold-faults-XXXXXX");
  assert_non_null(mkdtemp(s.folder));
  assert_int_equal(mkdir(in(&s, "bin"), 0700), 0);
  assert_int_equal(mkdir(in(&s, "tmp"), 0700), 0);
  if (script != NULL) {
    write_text(in(&s, "bin/gnuplot"), script, 0700);
  }
  s.path = tf_format(s.b.cx->arena, "%s", getenv("PATH") == NULL ? "" : getenv("PATH"));
  assert_int_equal(setenv("PATH", in(&s, "bin"), 1), 0);
  assert_int_equal(setenv("TMPDIR", in(&s, "tmp"), 1), 0);
  assert_int_equal(setenv("TENFOLD_PATH", TENFOLD_SOURCE_DIR, 1), 0);
  return s;
}

static size_t entries(const char *folder) {
  DIR *dir = opendir(folder);
  assert_non_null(dir);
  size_t count = 0;
  for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) { // NOLINT: one thread
    count += e->d_name[0] != '.';
  }
  assert_int_equal(closedir(dir), 0);
  return count;
}

static void end(bench *s) {
  assert_int_equal(entries(in(s, "tmp")), 0); // nothing of ours stays
  assert_int_equal(setenv("PATH", s->path, 1), 0);
  assert_int_equal(unsetenv("TMPDIR"), 0);
  assert_int_equal(system(tf_format(s->b.cx->arena, "rm -rf %s", s->folder)), 0); // NOLINT: our own folder
  builder_free(&s->b);
}

static const char *said(bench *s) {
  tf_text out = tf_text_new(s->b.cx->arena);
  tf_text_adds(&out, "");
  for (size_t i = 0; i < s->b.cx->diags.list.count; i++) {
    tf_diag_render(&s->b.cx->sources, &s->b.cx->diags.list.at[i], &out);
  }
  return out.ptr;
}

static tf_status run(bench *s, int timeout) {
  tf_gnuplot gnuplot = {.timeout = timeout};
  tf_str bytes = {"untouched", 9};
  tf_status status = tf_gnuplot_run(s->b.cx, &gnuplot, "TERM = 'svg'", TF_STR("plot x\n"), "svg", &bytes);
  if (status != TF_OK) {
    assert_string_equal(tf_cstr(s->b.cx->arena, bytes), "untouched");
  }
  return status;
}

static void a_missing_gnuplot_names_the_package(void **state) {
  (void)state;
  bench s = begin(NULL);
  assert_int_equal(run(&s, 0), TF_FILE);
  assert_string_equal(said(&s),
                      "error: gnuplot is not installed: no chart was drawn\n"
                      "  hint: on Debian and Ubuntu: apt-get install gnuplot-nox; everything but the pictures "
                      "works without it\n");
  end(&s);
}

static void one_that_may_not_be_run_says_why(void **state) {
  (void)state;
  bench s = begin("#!/bin/sh\nexit 0\n");
  assert_int_equal(chmod(in(&s, "bin/gnuplot"), 0600), 0);
  assert_int_equal(run(&s, 0), TF_FILE);
  assert_string_equal(said(&s), "error: cannot start gnuplot: Permission denied\n");
  end(&s);
}

static void a_failing_one_is_quoted(void **state) {
  (void)state;
  bench s = begin("#!/bin/sh\necho '\"/tmp/x/chart.gp\" line 7: undefined function: f' >&2\necho >&2\nexit 1\n");
  assert_int_equal(run(&s, 0), TF_FILE);
  assert_string_equal(said(&s), "error: gnuplot failed with exit status 1: line 7: undefined function: f\n");
  end(&s);
}

static double seconds(void) {
  struct timespec t;
  assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void a_hanging_one_is_stopped_with_its_children(void **state) {
  (void)state;
  bench s = begin(NULL);
  const char *script = tf_format(
      s.b.cx->arena, "#!/bin/sh\ntrap '' TERM INT\n/bin/sleep 60 &\necho $! > %s\n/bin/sleep 60\n", in(&s, "child"));
  write_text(in(&s, "bin/gnuplot"), script, 0700);
  double start = seconds();
  assert_int_equal(run(&s, 300), TF_FILE);
  assert_true(seconds() - start < 10);
  assert_string_equal(said(&s), "error: gnuplot did not finish within 0.3 s and was stopped\n"
                                "  hint: try `gnuplot -d` by hand on the script beside the chart\n");
  FILE *file = fopen(in(&s, "child"), "r");
  assert_non_null(file);
  char line[32] = "";
  assert_non_null(fgets(line, sizeof line, file));
  assert_int_equal(fclose(file), 0);
  long child = strtol(line, NULL, 10);
  assert_true(child > 1);
  bool alive = true; // killed, but perhaps not yet reaped by init: a zombie runs nothing
  for (int i = 0; i < 100 && alive; i++) {
    char stat_path[64];
    (void)snprintf(stat_path, sizeof stat_path, "/proc/%ld/stat", child);
    FILE *stat_file = fopen(stat_path, "r");
    char text[256] = "";
    alive = stat_file != NULL && fgets(text, sizeof text, stat_file) != NULL && strstr(text, ") Z ") == NULL;
    if (stat_file != NULL) {
      (void)fclose(stat_file);
    }
    if (alive) {
      (void)nanosleep(&(struct timespec){0, 10000000}, NULL);
    }
  }
  assert_false(alive);
  end(&s);
}

static void one_that_writes_nothing_is_no_success(void **state) {
  (void)state;
  bench s = begin("#!/bin/sh\necho 'warning: empty' >&2\nexit 0\n");
  assert_int_equal(run(&s, 0), TF_FILE);
  assert_string_equal(said(&s), "error: gnuplot ended without writing a chart: warning: empty\n");
  end(&s);
}

static void one_that_dies_is_reported(void **state) {
  (void)state;
  bench s = begin("#!/bin/sh\nkill -SEGV $$\n");
  assert_int_equal(run(&s, 0), TF_FILE);
  assert_string_equal(said(&s), "error: gnuplot was ended by signal 11\n");
  end(&s);
}

static void much_output_blocks_nobody(void **state) {
  (void)state;
  bench s = begin("#!/bin/sh\ni=0\nwhile [ $i -lt 20000 ]; do echo 'a line of some length that fills every pipe'; "
                  "i=$((i+1)); done\nexit 3\n");
  assert_int_equal(run(&s, 20000), TF_FILE);
  assert_non_null(strstr(said(&s), "gnuplot failed with exit status 3"));
  end(&s);
}

static void cancelling_stops_it(void **state) {
  (void)state;
  bench s = begin("#!/bin/sh\nexec /bin/sleep 60\n");
  static atomic_int cancelled = 1;
  s.b.cx->cancel = &cancelled;
  double start = seconds();
  assert_int_equal(run(&s, 0), TF_CANCELLED);
  assert_true(seconds() - start < 10);
  assert_string_equal(said(&s), "");
  end(&s);
}

static void a_temporary_folder_that_is_not_there_is_an_error(void **state) {
  (void)state;
  bench s = begin("#!/bin/sh\nexit 0\n");
  assert_int_equal(setenv("TMPDIR", "/nonexistent/tmp", 1), 0);
  assert_int_equal(run(&s, 0), TF_FILE);
  assert_string_equal(said(&s),
                      "error: cannot make a temporary folder in /nonexistent/tmp: No such file or directory\n");
  end(&s);
}

static void script_and_data_are_written_and_an_old_chart_stays(void **state) {
  (void)state;
  bench s = begin("#!/bin/sh\nexit 1\n");
  add_capex(&s.b, 0, 0.3, 0.25);
  const char *folder = in(&s, "charts");
  assert_int_equal(mkdir(folder, 0700), 0);
  write_text(in(&s, "charts/capex-annual-fan.svg"), "old", 0600);
  tf_plot_spec spec = {0};
  tf_chart *chart = NULL;
  tf_chart_options options = {.font = "Inter"};
  tf_located text = {.text = TF_STR("fan capex.annual")};
  assert_int_equal(tf_plot_parse(s.b.cx, text, &spec), TF_OK);
  assert_int_equal(tf_chart_build(s.b.cx, &s.b.result, &spec, &options, &chart), TF_OK);
  assert_int_equal(tf_chart_write(s.b.cx, chart, &options, folder), TF_FILE);
  assert_string_equal(said(&s), "error: gnuplot failed with exit status 1\n");
  assert_int_equal(entries(folder), 3); // .gp, .csv and the old .svg
  uint32_t source = 0;
  assert_int_equal(tf_file_read(s.b.cx, in(&s, "charts/capex-annual-fan.svg"), (tf_span){0}, &source), TF_OK);
  assert_string_equal(tf_cstr(s.b.cx->arena, s.b.cx->sources.list.at[source].text), "old");
  assert_true(tf_file_exists(in(&s, "charts/capex-annual-fan.gp")));
  assert_true(tf_file_exists(in(&s, "charts/capex-annual-fan.csv")));
  end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_missing_gnuplot_names_the_package),
      cmocka_unit_test(one_that_may_not_be_run_says_why),
      cmocka_unit_test(a_failing_one_is_quoted),
      cmocka_unit_test(a_hanging_one_is_stopped_with_its_children),
      cmocka_unit_test(one_that_writes_nothing_is_no_success),
      cmocka_unit_test(one_that_dies_is_reported),
      cmocka_unit_test(much_output_blocks_nobody),
      cmocka_unit_test(cancelling_stops_it),
      cmocka_unit_test(a_temporary_folder_that_is_not_there_is_an_error),
      cmocka_unit_test(script_and_data_are_written_and_an_old_chart_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
