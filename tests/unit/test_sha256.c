// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 against the known answers of NIST (FIPS 180-4 examples and SHA256ShortMsg.rsp) and at the ends of blocks.
#include "base/sha256.h"

#include <string.h>

#include "support.h"

static void check(const char *text, size_t len, const char *expected) {
  char buffer[TF_SHA256_TEXT];
  assert_string_equal(tf_sha256_text((tf_str){text, len}, buffer), expected);
}

static void test_known_answers(void **state) {
  (void)state;
  check("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  check("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const char *two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  check(two, strlen(two), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  const char *long_one =
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsm"
      "nopqrstnopqrstu";
  check(long_one, strlen(long_one), "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  check("\xd3", 1, "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1");
  check("\x11\xaf", 2, "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98");
}

static void test_million_letters(void **state) {
  (void)state;
  tf_context *cx = tf_context_new();
  char *text = TF_ARRAY(cx->arena, char, 1000000);
  memset(text, 'a', 1000000);
  check(text, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  tf_context_free(cx);
}

// 55 bytes are the most that leave room for the length in the same block; from sha256sum.
static void test_ends_of_blocks(void **state) {
  (void)state;
  char text[128];
  memset(text, 'a', sizeof text);
  check(text, 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
  check(text, 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
  check(text, 63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34");
  check(text, 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
  check(text, 128, "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_answers),
      cmocka_unit_test(test_million_letters),
      cmocka_unit_test(test_ends_of_blocks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
