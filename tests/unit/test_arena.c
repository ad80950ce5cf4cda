// SPDX-License-Identifier: GPL-3.0-or-later
// Arenas: alignment, zeroing, rewinding, and failures that reach the guard.
#include "support.h"

#include <signal.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/vec.h"

// For allocations that matter only by succeeding or not.
static void use(const void *object) {
  (void)object;
}

static void aligned_and_zeroed(void **state) {
  tf_context *cx = *state;
  for (size_t i = 1; i < 3000; i += 7) {
    unsigned char *plain = tf_alloc(cx->arena, i, 1);
    unsigned char *line = tf_alloc_aligned(cx->arena, i, 1);
    assert_int_equal((uintptr_t)plain % alignof(max_align_t), 0);
    assert_int_equal((uintptr_t)line % 64, 0);
    for (size_t k = 0; k < i; k++) {
      assert_int_equal(plain[k] | line[k], 0);
    }
    memset(plain, 0xA5, i);
    memset(line, 0xA5, i);
  }
}

static void objects_do_not_overlap(void **state) {
  tf_context *cx = *state;
  enum { COUNT = 2000 };
  unsigned char *objects[COUNT];
  for (size_t i = 0; i < COUNT; i++) {
    objects[i] = tf_alloc(cx->arena, i % 97 + 1, 3);
    memset(objects[i], (int)(i % 251), (i % 97 + 1) * 3);
  }
  for (size_t i = 0; i < COUNT; i++) {
    for (size_t k = 0; k < (i % 97 + 1) * 3; k++) {
      assert_int_equal(objects[i][k], i % 251);
    }
  }
}

static void larger_than_a_chunk(void **state) {
  tf_context *cx = *state;
  size_t count = (size_t)9 * 1024 * 1024;
  double *big = TF_ARRAY(cx->arena, double, count);
  big[0] = 1;
  big[count - 1] = 2;
  int *small = TF_NEW(cx->arena, int);
  *small = 3;
  assert_true(big[0] == 1 && big[count - 1] == 2 && big[count / 2] == 0);
}

static void zero_bytes_are_an_object(void **state) {
  tf_context *cx = *state;
  assert_non_null(tf_alloc(cx->arena, 0, 8));
  assert_non_null(tf_alloc(cx->arena, 8, 0));
}

static void rewound_memory_is_zero_again(void **state) {
  tf_context *cx = *state;
  tf_arena *scratch = tf_arena_new(&cx->memory);
  tf_arena_mark empty = tf_arena_save(scratch);
  for (int round = 0; round < 50; round++) {
    size_t size = (size_t)1 << (round % 20);
    unsigned char *first = tf_alloc(scratch, 100, 1);
    memset(first, 0xFF, 100);
    tf_arena_mark mark = tf_arena_save(scratch);
    unsigned char *inner = tf_alloc(scratch, size, 1);
    for (size_t k = 0; k < size; k++) {
      assert_int_equal(inner[k], 0);
    }
    memset(inner, 0xFF, size);
    tf_arena_restore(scratch, mark);
    assert_int_equal(first[99], 0xFF); // what was before the mark stays
    unsigned char *again = tf_alloc(scratch, size, 1);
    assert_int_equal(again[0] | again[size - 1] | again[size / 2], 0);
    memset(again, 0xFF, size);
    tf_arena_restore(scratch, empty);
  }
  tf_arena_free(scratch);
}

static void rewinding_reuses_the_same_bytes(void **state) {
  tf_context *cx = *state;
  tf_arena_mark mark = tf_arena_save(cx->arena);
  void *first = tf_alloc(cx->arena, 1 << 20, 1);
  for (int i = 0; i < 100; i++) {
    tf_arena_restore(cx->arena, mark);
    assert_ptr_equal(tf_alloc(cx->arena, 1 << 20, 1), first);
  }
}

// True if asking for count * size jumped to the guard.
static bool refused(tf_context *cx, size_t count, size_t size) {
  volatile bool jumped = true;
  cx->memory.guarded = true;
  if (setjmp(cx->memory.guard) == 0) {
    use(tf_alloc(cx->arena, count, size));
    jumped = false;
  }
  cx->memory.guarded = false;
  return jumped;
}

static void overflow_is_a_failure(void **state) {
  tf_context *cx = *state;
  assert_true(refused(cx, SIZE_MAX, 2));
  assert_true(refused(cx, SIZE_MAX / 8 + 1, 8));
  assert_true(refused(cx, SIZE_MAX, 1));
  assert_true(refused(cx, SIZE_MAX / 2, 1));
  assert_false(refused(cx, 0, SIZE_MAX));
  assert_false(refused(cx, 10, 10)); // the arena still serves
}

static void the_nth_allocation_fails_once(void **state) {
  tf_context *cx = *state;
  cx->memory.fail_at = cx->memory.allocations + 3;
  assert_false(refused(cx, 1, 1));
  assert_false(refused(cx, 1, 1));
  assert_true(refused(cx, 1, 1));
  assert_false(refused(cx, 1, 1));
}

static void unguarded_failure_ends_the_process(void **state) {
  (void)state;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    tf_context *cx = tf_context_new();
    (void)signal(SIGABRT, SIG_DFL);
    use(tf_alloc(cx->arena, SIZE_MAX, 2));
    _exit(0);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void arenas_count_as_allocations(void **state) {
  tf_context *cx = *state;
  uint64_t before = cx->memory.allocations;
  tf_arena *arena = tf_arena_new(&cx->memory);
  use(tf_alloc(arena, 1, 1));
  assert_int_equal(cx->memory.allocations, before + 2);
  tf_arena_free(arena);
  tf_arena_free(NULL);
  tf_context_free(NULL);
}

static void vectors_keep_their_elements(void **state) {
  tf_context *cx = *state;
  TF_VEC(size_t) list = {0};
  for (size_t i = 0; i < 100000; i++) {
    tf_vec_push(cx->arena, &list, i * i);
  }
  assert_int_equal(list.count, 100000);
  for (size_t i = 0; i < list.count; i++) {
    assert_int_equal(list.at[i], i * i);
  }
}

// More pages than a process may have at once: those of a rewound arena are given back.
static void code_is_executed_and_goes_with_a_rewind(void **state) {
#ifdef __x86_64__
  tf_context *cx = *state;
  static const unsigned char answer[] = {0xb8, 42, 0, 0, 0, 0xc3}; // mov eax, 42; ret
  for (int i = 0; i < 70000; i++) {
    const tf_arena_mark mark = tf_arena_save(cx->arena);
    const unsigned char *code = tf_alloc_code(cx->arena, answer, sizeof answer);
    if (code == NULL && i == 0) { // the system lets nothing be executed
      skip();
    }
    assert_non_null(code);
    if (i % 10000 == 0) {
      int (*function)(void);
      memcpy(&function, &code, sizeof function);
      assert_int_equal(function(), 42);
    }
    tf_arena_restore(cx->arena, mark);
  }
  use(tf_alloc_code(cx->arena, answer, sizeof answer)); // goes with the arena
#else
  (void)state;
  skip();
#endif
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(aligned_and_zeroed),
      TEST(objects_do_not_overlap),
      TEST(larger_than_a_chunk),
      TEST(zero_bytes_are_an_object),
      TEST(rewound_memory_is_zero_again),
      TEST(rewinding_reuses_the_same_bytes),
      TEST(overflow_is_a_failure),
      TEST(the_nth_allocation_fails_once),
      TEST(unguarded_failure_ends_the_process),
      TEST(arenas_count_as_allocations),
      TEST(vectors_keep_their_elements),
      TEST(code_is_executed_and_goes_with_a_rewind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
