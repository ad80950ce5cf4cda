// SPDX-License-Identifier: GPL-3.0-or-later
// Maps: many keys, order of insertion, "did you mean".
#include "support.h"

#include "base/map.h"

static void absent_in_an_empty_map(void **state) {
  tf_context *cx = *state;
  tf_map map = tf_map_new(cx->arena);
  assert_true(tf_map_get(&map, TF_STR("x")) == TF_MAP_NONE);
  assert_int_equal(tf_map_nearest(&map, TF_STR("x")).len, 0);
}

static void many_keys(void **state) {
  tf_context *cx = *state;
  tf_map map = tf_map_new(cx->arena);
  for (uint32_t i = 0; i < 20000; i++) {
    assert_true(tf_map_put(&map, tf_str_of(tf_format(cx->arena, "key%u", (unsigned)i)), i));
  }
  assert_int_equal(map.count, 20000);
  for (uint32_t i = 0; i < 20000; i++) {
    const char *key = tf_format(cx->arena, "key%u", (unsigned)i);
    assert_int_equal(tf_map_get(&map, tf_str_of(key)), i);
    assert_string_equal(map.entries[i].key.ptr, key); // order of insertion
  }
  assert_true(tf_map_get(&map, TF_STR("key20000")) == TF_MAP_NONE);
}

static void replacing_keeps_the_place(void **state) {
  tf_context *cx = *state;
  tf_map map = tf_map_new(cx->arena);
  assert_true(tf_map_put(&map, TF_STR("a"), 1));
  assert_true(tf_map_put(&map, TF_STR("b"), 2));
  assert_false(tf_map_put(&map, TF_STR("a"), 3));
  assert_int_equal(map.count, 2);
  assert_int_equal(map.entries[0].value, 3);
  assert_true(tf_map_put(&map, TF_STR(""), 4)); // the empty text is a key
  assert_int_equal(tf_map_get(&map, TF_STR("")), 4);
}

static void replacing_in_a_full_map_allocates_nothing(void **state) {
  tf_context *cx = *state;
  tf_map map = tf_map_new(cx->arena);
  for (uint32_t i = 0; i < 10; i++) {
    (void)tf_map_put(&map, tf_str_of(tf_format(cx->arena, "%u", (unsigned)i)), i);
  }
  assert_int_equal(map.count, map.capacity);
  uint64_t before = cx->memory.allocations;
  assert_false(tf_map_put(&map, TF_STR("3"), 7));
  assert_int_equal(cx->memory.allocations, before);
}

static void nearest(void **state) {
  tf_context *cx = *state;
  tf_map map = tf_map_new(cx->arena);
  static const char *const keys[] = {"duration", "gpus", "gpu_price", "mfu", "cluster.gpus", "W"};
  for (uint32_t i = 0; i < 6; i++) {
    (void)tf_map_put(&map, tf_str_of(keys[i]), i);
  }
  assert_str(tf_map_nearest(&map, TF_STR("duratoin")), "duration");
  assert_str(tf_map_nearest(&map, TF_STR("gpu_prices")), "gpu_price");
  assert_str(tf_map_nearest(&map, TF_STR("GPUS")), "gpus"); // case alone is near
  assert_str(tf_map_nearest(&map, TF_STR("MFU")), "mfu");
  assert_str(tf_map_nearest(&map, TF_STR("clusters.gpu")), "cluster.gpus");
  assert_str(tf_map_nearest(&map, TF_STR("mxx")), ""); // two of three letters
  assert_str(tf_map_nearest(&map, TF_STR("revenue")), "");
  assert_str(tf_map_nearest(&map, TF_STR("x")), "");
  assert_str(tf_map_nearest(&map, TF_STR("")), "");
}

static void failed_growth_leaves_the_map_whole(void **state) {
  tf_context *cx = *state;
  tf_map map = tf_map_new(cx->arena);
  static const char *const keys[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  for (uint32_t i = 0; i < 10; i++) {
    (void)tf_map_put(&map, tf_str_of(keys[i]), i);
  }
  for (uint64_t n = 1; n <= 2; n++) {
    cx->memory.fail_at = cx->memory.allocations + n;
    cx->memory.guarded = true;
    if (setjmp(cx->memory.guard) == 0) {
      (void)tf_map_put(&map, TF_STR("k"), 10);
      fail_msg("the map did not grow");
    }
    cx->memory.guarded = false;
    for (uint32_t i = 0; i < 10; i++) {
      assert_int_equal(tf_map_get(&map, tf_str_of(keys[i])), i);
    }
    assert_true(tf_map_get(&map, TF_STR("k")) == TF_MAP_NONE);
  }
  assert_true(tf_map_put(&map, TF_STR("k"), 10));
  assert_int_equal(tf_map_get(&map, TF_STR("k")), 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(absent_in_an_empty_map),
      TEST(many_keys),
      TEST(replacing_keeps_the_place),
      TEST(replacing_in_a_full_map_allocates_nothing),
      TEST(nearest),
      TEST(failed_growth_leaves_the_map_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
