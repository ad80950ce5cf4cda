// SPDX-License-Identifier: GPL-3.0-or-later
// Normal quantile and distribution function against long double arithmetic.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "engine/sampler.h"

// The quantile of u to long double, by Newton's steps from a close value.
static long double refined(double u, double start) {
  const long double root_half = 0.707106781186547524400844362104849L;
  const long double root_2pi = 2.506628274631000502415765284811045L;
  long double z = start;
  for (int i = 0; i < 4; i++) {
    if (u < 0.5) {
      const long double p = 0.5L * erfcl(-z * root_half);
      z -= logl(p / u) * p / (expl(-0.5L * z * z) / root_2pi);
    } else {
      const long double q = 0.5L * erfcl(z * root_half);
      z += logl(q / (1 - (long double)u)) * q / (expl(-0.5L * z * z) / root_2pi);
    }
  }
  return z;
}

static void check_quantile(double u) {
  _Alignas(64) double column[8];
  for (int i = 0; i < 8; i++) {
    column[i] = u;
  }
  tf_normal_quantile(column, column, 8);
  const double z = column[0];
  assert_true(isfinite(z));
  const long double wanted = refined(u, z);
  const double error = (double)fabsl((long double)z - wanted);
  const double ulp = nextafter(fabs(z), INFINITY) - fabs(z);
  if (error > 1e-15 && error > (u < 1e-17 ? 8 : 4) * ulp) {
    fail_msg("u = %.17g: z = %.17g, off by %.3g (%.2f ulp)", u, z, error, error / ulp);
  }
}

static void quantile_everywhere(void **state) {
  (void)state;
  for (int i = 1; i < 4000; i++) {
    check_quantile(i / 4000.0);
  }
  for (int k = 1; k <= 300; k++) {
    check_quantile(pow(10, -k));
    check_quantile(3.7 * pow(10, -k));
  }
  for (int k = 1; k <= 53; k++) {
    check_quantile(1 - ldexp(1, -k));
    check_quantile(ldexp(1, -k));
  }
  // where one approximation ends and the next begins
  check_quantile(0.075);
  check_quantile(nextafter(0.075, 0));
  check_quantile(nextafter(0.075, 1));
  check_quantile(exp(-25));
  check_quantile(nextafter(exp(-25), 0));
}

static void quantile_is_odd_and_rises(void **state) {
  (void)state;
  enum { N = 4096 };
  static _Alignas(64) double u[N];
  static _Alignas(64) double z[N];
  static _Alignas(64) double mirrored[N];
  for (int i = 0; i < N; i++) {
    u[i] = (i + 0.5) / N;
  }
  tf_normal_quantile(u, z, N);
  for (int i = 0; i < N; i++) {
    u[i] = 1 - u[i];
  }
  tf_normal_quantile(u, mirrored, N);
  for (int i = 0; i < N; i++) {
    assert_true(z[i] == -mirrored[i]);
    assert_true(i == 0 || z[i] > z[i - 1]);
  }
}

static void block_size_changes_nothing(void **state) {
  (void)state;
  enum { N = 2048 };
  static _Alignas(64) double u[N];
  static _Alignas(64) double whole[N];
  static _Alignas(64) double part[N];
  for (int i = 0; i < N; i++) {
    u[i] = (i % 7 == 0) ? ldexp(1, -(i % 60) - 1) : fmod(i * 0.61803398874989, 1) * 0.999 + 0.0005;
  }
  tf_normal_quantile(u, whole, N);
  for (size_t block = 8; block <= 1024; block *= 2) {
    memcpy(part, u, sizeof u); // in place as well
    for (size_t from = 0; from < N; from += block) {
      tf_normal_quantile(part + from, part + from, block);
    }
    assert_memory_equal(part, whole, sizeof whole);
  }
  tf_normal_cdf(whole, u, N);
  for (size_t block = 8; block <= 1024; block *= 2) {
    memcpy(part, whole, sizeof whole);
    for (size_t from = 0; from < N; from += block) {
      tf_normal_cdf(part + from, part + from, block);
    }
    assert_memory_equal(part, u, sizeof u);
  }
}

static void distribution_function(void **state) {
  (void)state;
  for (int i = -3700; i <= 900; i++) {
    _Alignas(64) double z[8];
    for (int l = 0; l < 8; l++) {
      z[l] = i * 0.01;
    }
    const double at = z[0];
    tf_normal_cdf(z, z, 8);
    const double wanted = (double)(0.5L * erfcl((long double)at * -0.707106781186547524400844362104849L));
    // The argument of erfc carries one rounding, which the tail amplifies by z^2.
    const double allowed = 1.2e-15 + 3e-16 * at * at;
    if (fabs(z[0] / wanted - 1) > allowed) {
      fail_msg("z = %g: %.17g instead of %.17g", at, z[0], wanted);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quantile_everywhere),
      cmocka_unit_test(quantile_is_odd_and_rises),
      cmocka_unit_test(block_size_changes_nothing),
      cmocka_unit_test(distribution_function),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
