// SPDX-License-Identifier: GPL-3.0-or-later
// Chunked arenas. A chunk comes zeroed and remembers how far it was ever handed out, so that only reused
// bytes are cleared again: large arrays that are never touched cost no pages.
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"

// Under AddressSanitizer everything not handed out is poisoned, with a gap behind each object.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TF_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(TF_ASAN)
#define TF_ASAN 1
#endif
#ifdef TF_ASAN
#include <sanitizer/asan_interface.h>
#define TF_POISON(at, size) ASAN_POISON_MEMORY_REGION((at), (size))
#define TF_UNPOISON(at, size) ASAN_UNPOISON_MEMORY_REGION((at), (size))
enum { GAP = 16 };
#else
#define TF_POISON(at, size) ((void)(at), (void)(size))
#define TF_UNPOISON(at, size) ((void)(at), (void)(size))
enum { GAP = 0 };
#endif

enum {
  FIRST_CHUNK = 16 * 1024,
  LARGEST_STEP = 16 * 1024 * 1024,
  SPARES = 4,
  LINE = 64,
  SMALL_PAGE = 4096,
  HUGE_PAGE = 2 * 1024 * 1024,
  MAPPED = HUGE_PAGE
};

typedef struct tf_chunk {
  struct tf_chunk *older;
  size_t capacity; // bytes of data behind the header
  size_t used;
  size_t touched; // bytes ever handed out: those before it may be dirty
} tf_chunk;

// Data begins at a multiple of 16 behind a header that malloc aligned so.
enum { HEADER = (sizeof(tf_chunk) + 15) / 16 * 16 };

typedef struct tf_code_pages {
  struct tf_code_pages *older;
  void *at;
  size_t size;
} tf_code_pages;

struct tf_arena {
  tf_memory *memory;
  tf_chunk *current;
  // Chunks kept by a rewind, so that a loop of save and restore does not ask the system again: the largest of those
  // that held one large object, and a few ordinary ones.
  tf_chunk *large;
  tf_chunk *spares; // linked by `older`
  size_t spare_count;
  size_t step; // capacity of the next chunk
  tf_code_pages *code;
};

static char *data_of(tf_chunk *chunk) {
  return (char *)chunk + HEADER;
}

// Large chunks come straight from the system: zeroed page by page as they are touched, where the C library would clear
// all of what it had given out before. Not under AddressSanitizer, which looks for leaks in its own memory only.
// They begin where a page of 2 MiB does, so that no part of them is mapped in hundreds of small ones.
static void *chunk_memory(size_t size) {
#ifndef TF_ASAN
  if (size >= MAPPED) {
    size = (size + SMALL_PAGE - 1) / SMALL_PAGE * SMALL_PAGE;
    char *mapped = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) {
      return NULL;
    }
    const size_t skip = (HUGE_PAGE - (uintptr_t)mapped % HUGE_PAGE) % HUGE_PAGE;
    if (skip > 0) {
      (void)munmap(mapped, skip);
    }
    (void)munmap(mapped + skip + size, HUGE_PAGE - skip);
    return mapped + skip;
  }
#endif
  return calloc(1, size);
}

static void chunk_free(tf_chunk *chunk) {
  if (chunk == NULL) {
    return;
  }
  TF_UNPOISON(data_of(chunk), chunk->capacity);
#ifndef TF_ASAN
  if (HEADER + chunk->capacity >= MAPPED) {
    (void)munmap(chunk, HEADER + chunk->capacity);
    return;
  }
#endif
  free(chunk);
}

__attribute__((noreturn)) static void out_of_memory(tf_memory *memory) {
  if (memory->guarded) {
    longjmp(memory->guard, 1);
  }
  abort();
}

// True if this allocation is the one a fault test wants to fail.
static bool count_allocation(tf_memory *memory) {
  memory->allocations++;
  return memory->fail_at != 0 && memory->allocations == memory->fail_at;
}

void *tf_memory_take(size_t size) {
  return calloc(1, size);
}

void tf_memory_give(void *block) {
  free(block);
}

tf_arena *tf_arena_try(tf_memory *memory) {
  if (count_allocation(memory)) {
    return NULL;
  }
  tf_arena *arena = calloc(1, sizeof *arena);
  if (arena != NULL) {
    arena->memory = memory;
    arena->step = FIRST_CHUNK;
  }
  return arena;
}

tf_arena *tf_arena_new(tf_memory *memory) {
  tf_arena *arena = tf_arena_try(memory);
  if (arena == NULL) {
    out_of_memory(memory);
  }
  return arena;
}

// Gives back what came after `last`.
static void code_free(tf_arena *arena, const tf_code_pages *last) {
  while (arena->code != last) {
    tf_code_pages *pages = arena->code;
    arena->code = pages->older;
    (void)munmap(pages->at, pages->size);
    free(pages);
  }
}

static void chunks_free(tf_chunk *chunk) { // and those before it
  while (chunk != NULL) {
    tf_chunk *older = chunk->older;
    chunk_free(chunk);
    chunk = older;
  }
}

void tf_arena_free(tf_arena *arena) {
  if (arena == NULL) {
    return;
  }
  chunk_free(arena->large);
  chunks_free(arena->spares);
  chunks_free(arena->current);
  code_free(arena, NULL);
  free(arena);
}

tf_arena_mark tf_arena_save(const tf_arena *arena) {
  return (tf_arena_mark){arena->current, arena->current == NULL ? 0 : arena->current->used, arena->code};
}

static void keep_spare(tf_arena *arena, tf_chunk *chunk) {
  chunk->used = 0;
  TF_POISON(data_of(chunk), chunk->capacity);
  if (chunk->capacity <= LARGEST_STEP && arena->spare_count < SPARES) {
    chunk->older = arena->spares;
    arena->spares = chunk;
    arena->spare_count++;
  } else if (chunk->capacity > LARGEST_STEP && (arena->large == NULL || arena->large->capacity < chunk->capacity)) {
    chunk_free(arena->large);
    arena->large = chunk;
  } else {
    chunk_free(chunk);
  }
}

// NULL if none holds so much. What once held one large object is kept for the next one: small objects would break it.
static tf_chunk *take_spare(tf_arena *arena, size_t least) {
  if (least > LARGEST_STEP) {
    tf_chunk *chunk = arena->large != NULL && arena->large->capacity >= least ? arena->large : NULL;
    arena->large = chunk != NULL ? NULL : arena->large;
    return chunk;
  }
  for (tf_chunk **at = &arena->spares; *at != NULL; at = &(*at)->older) {
    if ((*at)->capacity >= least) {
      tf_chunk *chunk = *at;
      *at = chunk->older;
      arena->spare_count--;
      return chunk;
    }
  }
  return NULL;
}

void tf_arena_restore(tf_arena *arena, tf_arena_mark mark) {
  code_free(arena, mark.code);
  while (arena->current != NULL && (void *)arena->current != mark.chunk) {
    tf_chunk *chunk = arena->current;
    arena->current = chunk->older;
    keep_spare(arena, chunk);
  }
  if (arena->current != NULL) {
    arena->current->used = mark.used;
    TF_POISON(data_of(arena->current) + mark.used, arena->current->capacity - mark.used);
  }
}

// Offset in the chunk at which an object aligned to `align` can begin.
static size_t place(tf_chunk *chunk, size_t align) {
  uintptr_t begin = (uintptr_t)data_of(chunk) + chunk->used;
  return chunk->used + (size_t)((align - begin % align) % align);
}

// Large chunks are filled from end to end: with pages of 2 MiB the system maps columns of samples in a few hundred
// steps instead of a hundred thousand. Only advice, and only for what comes fresh from the system.
static void advise_huge(tf_chunk *chunk) {
#ifdef MADV_HUGEPAGE
  if (HEADER + chunk->capacity >= MAPPED) {
    (void)madvise(chunk, (HEADER + chunk->capacity) / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
  }
#else
  (void)chunk;
#endif
}

__attribute__((noinline)) static void chunk_add(tf_arena *arena, size_t least) {
  tf_chunk *chunk = take_spare(arena, least);
  if (chunk == NULL) {
    // With its header whole pages. An object that needs more than the next step takes the step that holds it, with room
    // for what follows: chunks that are mapped in pages of 2 MiB come early to a model that will need many.
    while (arena->step < LARGEST_STEP && arena->step - HEADER < least) {
      arena->step *= 2;
    }
    size_t capacity = least > arena->step - HEADER ? least : arena->step - HEADER;
    chunk = chunk_memory(HEADER + capacity);
    if (chunk == NULL) {
      out_of_memory(arena->memory);
    }
    chunk->capacity = capacity;
    advise_huge(chunk);
    TF_POISON(data_of(chunk), capacity);
    if (arena->step < LARGEST_STEP) {
      arena->step *= 2;
    }
  }
  chunk->older = arena->current;
  arena->current = chunk;
}

// Half a tebibyte in one object is a mistake in arithmetic, whatever the system would promise.
static const uint64_t largest_object = UINT64_C(1) << 39;

__attribute__((always_inline)) static inline void *take(tf_arena *arena, size_t count, size_t size, size_t align,
                                                        bool clear) {
  size_t bytes = 0;
  if (count_allocation(arena->memory) || __builtin_mul_overflow(count, size, &bytes) || bytes > largest_object) {
    out_of_memory(arena->memory);
  }
  size_t room = bytes + GAP;
  tf_chunk *chunk = arena->current;
  size_t at = chunk == NULL ? 0 : place(chunk, align);
  if (chunk == NULL || at > chunk->capacity || chunk->capacity - at < room) {
    chunk_add(arena, room + align);
    chunk = arena->current;
    at = place(chunk, align);
  }
  char *object = data_of(chunk) + at;
  TF_UNPOISON(object, bytes);
  if (clear && at < chunk->touched) {
    size_t dirty = chunk->touched - at;
    memset(object, 0, dirty < bytes ? dirty : bytes);
  }
  chunk->used = at + room;
  if (chunk->touched < chunk->used) {
    chunk->touched = chunk->used;
  }
  return object;
}

void *tf_alloc(tf_arena *arena, size_t count, size_t size) {
  return take(arena, count, size, alignof(max_align_t), true);
}

void *tf_alloc_aligned(tf_arena *arena, size_t count, size_t size) {
  return take(arena, count, size, LINE, true);
}

double *tf_alloc_columns(tf_arena *arena, size_t count) {
  return take(arena, count, sizeof(double), LINE, false);
}

// Never writable and executable at once: what is to be executed is written first, then protected.
const unsigned char *tf_alloc_code(tf_arena *arena, const unsigned char *code, size_t size) {
  if (count_allocation(arena->memory)) {
    out_of_memory(arena->memory);
  }
  tf_code_pages *pages = malloc(sizeof *pages);
  if (pages == NULL) {
    out_of_memory(arena->memory);
  }
  void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) {
    free(pages);
    return NULL;
  }
  memcpy(at, code, size);
  if (mprotect(at, size, PROT_READ | PROT_EXEC) != 0) {
    (void)munmap(at, size);
    free(pages);
    return NULL;
  }
  *pages = (tf_code_pages){arena->code, at, size};
  arena->code = pages;
  return at;
}
