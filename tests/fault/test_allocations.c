// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever allocation fails, the program says so, leaks nothing (the sanitizer build sees to that) and ends with
// code 5.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/commands.h"

#define ARGUMENT(text) ((char[]){text}) // argv is writable by its nature

// Runs a command with the n-th allocation failing, for n = 1, 2, 3, ... (in growing steps) until it succeeds.
static void sweep(int argc, char *const *argv) {
  int out = dup(STDOUT_FILENO);
  int err = dup(STDERR_FILENO);
  int null = open("/dev/null", O_WRONLY);
  assert_true(out >= 0 && err >= 0 && null >= 0);
  int bad = 0;
  unsigned long failures = 0;
  for (unsigned long n = 1; bad == 0; n += 1 + n / 64) {
    char text[32];
    (void)snprintf(text, sizeof text, "%lu", n);
    (void)setenv("TENFOLD_FAIL_ALLOCATION", text, 1);
    (void)fflush(NULL);
    (void)dup2(null, STDOUT_FILENO);
    (void)dup2(null, STDERR_FILENO);
    int code = tf_program(argc, argv);
    (void)fflush(NULL);
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(err, STDERR_FILENO);
    if (code == 0) {
      break;
    }
    failures++;
    bad = code != 5 ? code : 0;
  }
  (void)unsetenv("TENFOLD_FAIL_ALLOCATION");
  (void)close(null);
  (void)close(out);
  (void)close(err);
  assert_int_equal(bad, 0);
  assert_true(failures > 3);
}

static void a_model_is_run(void **state) {
  (void)state;
  char *argv[] = {ARGUMENT("tenfold"),   ARGUMENT("run"),  ARGUMENT("tests/golden/common/small.model"),
                  ARGUMENT("--samples"), ARGUMENT("1024"), ARGUMENT("--quiet")};
  sweep(6, argv);
}

static void a_scenario_is_checked(void **state) {
  (void)state;
  char *argv[] = {ARGUMENT("tenfold"),   ARGUMENT("check"), ARGUMENT("scenarios/llama.csv"),
                  ARGUMENT("--samples"), ARGUMENT("256"),   ARGUMENT("--quiet")};
  sweep(6, argv);
}

static void two_scenarios_are_compared(void **state) {
  (void)state;
  char *argv[] = {ARGUMENT("tenfold"), ARGUMENT("compare"),   ARGUMENT("tests/golden/common/small.model"),
                  ARGUMENT("--set"),   ARGUMENT("gpus=200k"), ARGUMENT("--samples"),
                  ARGUMENT("1024")};
  sweep(7, argv);
}

// Samples in sketches: what threads count with grows between parallel regions.
static void a_model_is_sketched(void **state) {
  (void)state;
  char *argv[] = {ARGUMENT("tenfold"),   ARGUMENT("run"),       ARGUMENT("tests/golden/common/small.model"),
                  ARGUMENT("--samples"), ARGUMENT("8192"),      ARGUMENT("--memory"),
                  ARGUMENT("1kB"),       ARGUMENT("--threads"), ARGUMENT("2"),
                  ARGUMENT("--quiet")};
  sweep(10, argv);
}

// Rounds, the first in columns and the last in sketches.
static void a_model_is_run_until_it_is_exact(void **state) {
  (void)state;
  char *argv[] = {ARGUMENT("tenfold"), ARGUMENT("run"),    ARGUMENT("tests/golden/common/small.model"),
                  ARGUMENT("--until"), ARGUMENT("0.002%"), ARGUMENT("--memory"),
                  ARGUMENT("70kB"),    ARGUMENT("--quiet")};
  sweep(8, argv);
}

// Parts of sketches, written and joined.
static void parts_are_joined(void **state) {
  (void)state;
  char first[64];
  char second[64];
  (void)snprintf(first, sizeof first, "/tmp/tenfold-fault-%ld-1.tfp", (long)getpid());
  (void)snprintf(second, sizeof second, "/tmp/tenfold-fault-%ld-2.tfp", (long)getpid());
  char *write_first[] = {ARGUMENT("tenfold"),
                         ARGUMENT("run"),
                         ARGUMENT("tests/golden/common/small.model"),
                         ARGUMENT("--memory"),
                         ARGUMENT("1kB"),
                         ARGUMENT("--quiet"),
                         ARGUMENT("-o"),
                         first,
                         ARGUMENT("--shard"),
                         ARGUMENT("1/2"),
                         ARGUMENT("--threads"),
                         ARGUMENT("1")};
  char *write_second[] = {write_first[0], write_first[1],  write_first[2],  write_first[3],
                          write_first[4], write_first[5],  write_first[6],  second,
                          write_first[8], ARGUMENT("2/2"), write_first[10], write_first[11]};
  sweep(12, write_first);
  assert_int_equal(tf_program(12, write_second), 0);
  char *merge[] = {ARGUMENT("tenfold"), ARGUMENT("merge"), first, second, ARGUMENT("--quiet")};
  sweep(5, merge);
  (void)remove(first);
  (void)remove(second);
}

static void a_number_is_explained(void **state) {
  (void)state;
  char *argv[] = {ARGUMENT("tenfold"),   ARGUMENT("explain"), ARGUMENT("tests/golden/common/small.model"),
                  ARGUMENT("cost"),      ARGUMENT("--at"),    ARGUMENT("p50"),
                  ARGUMENT("--samples"), ARGUMENT("256")};
  sweep(8, argv);
}

// The folders of the library are read.
static void quantities_are_listed(void **state) {
  (void)state;
  char *argv[] = {ARGUMENT("tenfold"), ARGUMENT("list"), ARGUMENT("power")};
  sweep(3, argv);
}

static void published_numbers_are_compared(void **state) {
  (void)state;
  char *argv[] = {ARGUMENT("tenfold"), ARGUMENT("check"), ARGUMENT("--validation"),
                  ARGUMENT("tests/validation/failures.csv"), ARGUMENT("--quiet")};
  sweep(5, argv);
}

static void a_scenario_is_made_flat(void **state) {
  (void)state;
  char *argv[] = {ARGUMENT("tenfold"), ARGUMENT("list"), ARGUMENT("--resolved"), ARGUMENT("scenarios/llama.csv")};
  sweep(4, argv);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_model_is_run),
      cmocka_unit_test(a_scenario_is_checked),
      cmocka_unit_test(two_scenarios_are_compared),
      cmocka_unit_test(a_model_is_sketched),
      cmocka_unit_test(a_model_is_run_until_it_is_exact),
      cmocka_unit_test(parts_are_joined),
      cmocka_unit_test(a_number_is_explained),
      cmocka_unit_test(quantities_are_listed),
      cmocka_unit_test(published_numbers_are_compared),
      cmocka_unit_test(a_scenario_is_made_flat),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
