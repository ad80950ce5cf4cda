// SPDX-License-Identifier: GPL-3.0-or-later
// Memory in arenas by lifetime: everything allocated from an arena goes with it; there is no per-object free.
//
// An allocation never returns NULL. When memory runs out (or a test asks the n-th allocation to fail) control jumps to
// the guard of the tf_memory that the arena belongs to, which the program sets once per command; what the command had
// allocated goes with its arenas. Nothing below cli catches it. Threads allocate before a parallel region, never in it.
#ifndef TF_BASE_ARENA_H
#define TF_BASE_ARENA_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tf_memory {
  jmp_buf guard;        // target of a failed allocation
  bool guarded;         // true while guard is valid; an unguarded failure ends the process (only possible in tests)
  uint64_t allocations; // so far
  uint64_t fail_at;     // 0: never; n: the n-th allocation fails (fault tests)
} tf_memory;

typedef struct tf_arena tf_arena;

tf_arena *tf_arena_new(tf_memory *memory);
void tf_arena_free(tf_arena *arena); // NULL is nothing
// Marks and rewinds, for scratch memory that is reused.
typedef struct tf_arena_mark {
  void *chunk;
  size_t used;
  void *code;
} tf_arena_mark;
tf_arena_mark tf_arena_save(const tf_arena *arena);
void tf_arena_restore(tf_arena *arena, tf_arena_mark mark);

// count * size zeroed bytes, aligned for any type (tf_alloc) or to 64 bytes (tf_alloc_aligned); overflow counts as
// failure.
void *tf_alloc(tf_arena *arena, size_t count, size_t size) __attribute__((returns_nonnull, warn_unused_result));
void *tf_alloc_aligned(tf_arena *arena, size_t count, size_t size) __attribute__((returns_nonnull, warn_unused_result));
// Doubles at a multiple of 64 bytes that the caller writes before reading: what they hold is not defined.
double *tf_alloc_columns(tf_arena *arena, size_t count);
// `size` bytes of machine code, copied to pages of their own that can be executed and no longer written. They go with
// the arena, or with a rewind. NULL where the system does not allow that.
const unsigned char *tf_alloc_code(tf_arena *arena, const unsigned char *code, size_t size);
#define TF_NEW(arena, type) ((type *)tf_alloc((arena), 1, sizeof(type)))
#define TF_ARRAY(arena, type, count) ((type *)tf_alloc((arena), (count), sizeof(type)))

#endif
