// SPDX-License-Identifier: GPL-3.0-or-later
// What the vector kernels need from compiler and C library, kept in one place.
//
// Kernels are plain loops over columns whose length is a multiple of 8, so that every element passes through the vector
// body: the same input gives the same bits whatever the block size. They are marked
//   TF_KERNEL  the function is compiled for AVX-512, AVX2 and the base instruction set, and chosen at start-up. Only
//              with gcc on x86-64; not under Address- or ThreadSanitizer, whose run time is not ready when resolvers
//              run.
//   TF_SIMD    in front of a loop: its iterations are independent, even where input and output are the same column.
//              TF_SIMD_MAX(m): but for the maximum m that is taken over them.
// On gcc with glibc, loops that call the functions declared below use libmvec (at most 4 ulp; the attribute makes this
// work without -ffast-math). Elsewhere the scalar functions are called, which changes last bits only.
#ifndef TF_ENGINE_VECMATH_H
#define TF_ENGINE_VECMATH_H

#include <stddef.h>
#include <stdint.h>
// The first system header above defines __GLIBC__.

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TF_GCC_X86 1
#else
#define TF_GCC_X86 0
#endif

#if TF_GCC_X86 && defined(__GLIBC__)
#define TF_LIBMVEC (__GLIBC__ * 1000 + __GLIBC_MINOR__)
#else
#define TF_LIBMVEC 0
#endif

#if TF_LIBMVEC >= 2022
__attribute__((simd("notinbranch"), const)) double exp(double);
__attribute__((simd("notinbranch"), const)) double log(double);
__attribute__((simd("notinbranch"), const)) double pow(double, double);
__attribute__((simd("notinbranch"), const)) double sin(double);
__attribute__((simd("notinbranch"), const)) double cos(double);
#endif
#if TF_LIBMVEC >= 2035
__attribute__((simd("notinbranch"), const)) double log1p(double);
__attribute__((simd("notinbranch"), const)) double expm1(double);
__attribute__((simd("notinbranch"), const)) double erfc(double);
__attribute__((simd("notinbranch"), const)) double log2(double);
__attribute__((simd("notinbranch"), const)) double log10(double);
#endif

#include <math.h>

#if TF_GCC_X86 && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if __GNUC__ >= 12
#define TF_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TF_KERNEL __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#else
#define TF_KERNEL
#endif

#if defined(__clang__) // which warns where a loop with scalar calls cannot be vectorised
#define TF_SIMD
#define TF_SIMD_MAX(variable)
#else
#define TF_PRAGMA(text) _Pragma(#text)
#define TF_SIMD TF_PRAGMA(omp simd)
#define TF_SIMD_MAX(variable) TF_PRAGMA(omp simd reduction(max : variable))
#endif

// Functions that kernels call must be compiled for the kernel's instruction set, hence always inlined.
#define TF_INLINE static inline __attribute__((always_inline))

enum { TF_LANES = 8, TF_CHUNK = 512 }; // scratch columns on the stack hold TF_CHUNK values

#endif
