// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/machine.h"

#include "base/str.h"
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

// Kernels are chosen by these levels (vecmath.h), and glibc chooses its functions by the same features.
static const char *instruction_set(void) {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return "x86-64-v4";
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) {
    return "x86-64-v3";
  }
  return __builtin_cpu_supports("avx") ? "x86-64-avx" : "x86-64";
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "generic";
#endif
}

const char *tf_machine_kind(tf_arena *arena) {
#ifdef __GLIBC__
  const char *library = tf_format(arena, "glibc %s", gnu_get_libc_version());
#else
  const char *library = "another C library";
#endif
  return tf_format(arena, "%s, %s", instruction_set(), library);
}
