// SPDX-License-Identifier: GPL-3.0-or-later
// Partial results: whatever byte of a file is wrong, it is refused with a message; a head that lies under a right
// checksum may be refused or joined, but never crashes.
#include "support.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/crc64.h"
#include "cli/commands.h"
#include "out/part.h"

typedef struct room {
  char folder[64], model[96], part[96];
  char *argv[8];
  unsigned char *bytes;
  size_t size;
} room;

static char text_run[] = "run";
static char text_tenfold[] = "tenfold";
static char text_merge[] = "merge";
static char text_quiet[] = "--quiet";
static char text_shard[] = "--shard=1/1";
static char text_samples[] = "--samples=64";
static char text_output[] = "-o";

static int setup(void **state) {
  room *r = test_calloc(1, sizeof *r);
  strcpy(r->folder, "/tmp/tenfold-part-XXXXXX");
  *state = r;
  if (mkdtemp(r->folder) == NULL) {
    return -1;
  }
  (void)snprintf(r->model, sizeof r->model, "%s/m.model", r->folder);
  (void)snprintf(r->part, sizeof r->part, "%s/p.tfp", r->folder);
  FILE *model = fopen(r->model, "w");
  if (model == NULL) {
    return -1;
  }
  (void)fputs("language 1\nmodel \"M\"\n\na : USD = 1 to 2 \"A\" [assumption]\nb : USD = 2 * a \"B\"\n\noutput b\n",
              model);
  (void)fclose(model);
  char *argv[] = {text_tenfold, text_run, r->model, text_samples, text_shard, text_quiet, text_output, r->part};
  if (tf_program(8, argv) != 0) {
    return -1;
  }
  FILE *part = fopen(r->part, "rb");
  if (part == NULL || fseek(part, 0, SEEK_END) != 0) {
    return -1;
  }
  r->size = (size_t)ftell(part);
  rewind(part);
  r->bytes = test_malloc(r->size + 1);
  size_t got = fread(r->bytes, 1, r->size, part);
  (void)fclose(part);
  return got == r->size ? 0 : -1;
}

static int teardown(void **state) {
  room *r = *state;
  (void)remove(r->part);
  (void)remove(r->model);
  (void)rmdir(r->folder);
  test_free(r->bytes);
  test_free(r);
  return 0;
}

static void put(const room *r, const unsigned char *bytes, size_t size) {
  (void)remove(r->part); // some file systems wait for the disk when a file is emptied and written again
  int file = open(r->part, O_WRONLY | O_EXCL | O_CREAT, 0600);
  assert_true(file >= 0);
  assert_int_equal(write(file, bytes, size), size);
  (void)close(file);
}

// Everything that merge does with a file before it looks at models.
static tf_status take(tf_context *cx, const char *path) {
  tf_part *part = NULL;
  tf_status status = tf_part_read(cx, path, &part);
  if (status == TF_OK) {
    status = tf_parts_cover(cx, &part->extent, 1, part->sampler.samples);
  }
  return status == TF_OK ? tf_part_read_data(cx, tf_part_whole(cx->arena, part), &part->extent) : status;
}

static void refused(const room *r, const char *what, size_t at) {
  tf_context *cx = tf_context_new();
  assert_non_null(cx);
  tf_status status = take(cx, r->part);
  if (status == TF_OK || cx->diags.errors != 1) {
    fail_msg("%s at byte %zu: status %d, %zu errors", what, at, (int)status, cx->diags.errors);
  }
  tf_context_free(cx);
}

static void a_whole_file_is_taken(void **state) {
  const room *r = *state;
  tf_context *cx = tf_context_new();
  assert_int_equal(take(cx, r->part), TF_OK);
  tf_context_free(cx);
}

static void every_byte_counts(void **state) {
  room *r = *state;
  for (size_t i = 0; i < r->size; i++) {
    for (unsigned k = 0; k < 2; k++) {
      unsigned char old = r->bytes[i];
      r->bytes[i] = (unsigned char)(old ^ (k == 0 ? 1U : 0xffU));
      put(r, r->bytes, r->size);
      refused(r, "changed", i);
      r->bytes[i] = old;
    }
  }
}

static void every_cut_is_seen(void **state) {
  const room *r = *state;
  for (size_t i = 0; i < r->size; i++) {
    put(r, r->bytes, i);
    refused(r, "cut", i);
  }
  unsigned char *longer = test_malloc(r->size + 1);
  memcpy(longer, r->bytes, r->size);
  longer[r->size] = 0;
  put(r, longer, r->size + 1);
  test_free(longer);
  refused(r, "longer", r->size);
}

// Prints nothing meanwhile.
static int merged(const room *r) {
  char path[96];
  (void)snprintf(path, sizeof path, "%s", r->part);
  char *argv[] = {text_tenfold, text_merge, path, text_quiet};
  int out = dup(STDOUT_FILENO);
  int err = dup(STDERR_FILENO);
  int null = open("/dev/null", O_WRONLY);
  (void)fflush(NULL);
  (void)dup2(null, STDOUT_FILENO);
  (void)dup2(null, STDERR_FILENO);
  int code = tf_program(4, argv);
  (void)fflush(NULL);
  (void)dup2(out, STDOUT_FILENO);
  (void)dup2(err, STDERR_FILENO);
  (void)close(null);
  (void)close(out);
  (void)close(err);
  return code;
}

static void lies_do_not_crash(void **state) {
  room *r = *state;
  tf_context *cx = tf_context_new();
  const tf_crc64 *tables = tf_crc64_new(cx->arena);
  tf_bytes prefix = {{(const char *)r->bytes + 12, 8}, false};
  const size_t head = 20 + (size_t)tf_get_u64(&prefix);
  assert_int_equal(merged(r), 0);
  for (size_t i = 20; i < head; i++) {
    unsigned char old = r->bytes[i];
    r->bytes[i] = (unsigned char)(old ^ (i % 3 == 0 ? 0x80U : i % 3 == 1 ? 0xffU : 1U));
    tf_text sum = tf_text_new(cx->arena);
    tf_put_u64(&sum, tf_crc64_add(tables, 0, (tf_str){(const char *)r->bytes, head}));
    memcpy(r->bytes + head, sum.ptr, 8);
    put(r, r->bytes, r->size);
    int code = merged(r);
    if (code < 0 || code > 5) {
      fail_msg("byte %zu: exit code %d", i, code);
    }
    r->bytes[i] = old;
  }
  tf_context_free(cx);
}

// What no command line can bring about here: another program, another machine.
static void other_programs_and_machines_are_refused(void **state) {
  const room *r = *state;
  tf_context *cx = tf_context_new();
  tf_part *one = NULL;
  assert_int_equal(tf_part_read(cx, r->part, &one), TF_OK);
  assert_int_equal(tf_part_agree(cx, one, one), TF_OK);
  tf_part other = *one;
  other.version = TF_STR("0.0.1");
  assert_int_equal(tf_part_agree(cx, one, &other), TF_INVALID);
  assert_non_null(strstr(messages(cx), "was computed by tenfold 0.0.1"));
  other = *one;
  other.machine = TF_STR("x86-64, glibc 2.0");
  assert_int_equal(tf_part_agree(cx, one, &other), TF_INVALID);
  assert_non_null(strstr(messages(cx), "another kind of machine (x86-64, glibc 2.0)"));
  double central[2] = {one->groups.at[0].central[0], nextafter(one->groups.at[0].central[0], 0)};
  tf_part_group group = one->groups.at[0];
  assert_int_equal(group.central_count, 1);
  group.central = &central[0];
  other = *one;
  other.groups.at = &group;
  assert_int_equal(tf_part_agree(cx, one, &other), TF_OK);
  group.central = &central[1]; // the last bit of one number
  assert_int_equal(tf_part_agree(cx, one, &other), TF_INVALID);
  assert_non_null(strstr(messages(cx), "another build of tenfold"));
  tf_context_free(cx);
}

static void checksums_are_those_of_xz(void **state) {
  tf_context *cx = *state;
  const tf_crc64 *tables = tf_crc64_new(cx->arena);
  // The check value of CRC-64/XZ in the catalogue of parametrised CRC algorithms.
  assert_true(tf_crc64_add(tables, 0, TF_STR("123456789")) == UINT64_C(0x995dc9bbdf1939fa));
  char text[100];
  for (size_t i = 0; i < sizeof text; i++) {
    text[i] = (char)(i * 37 + 11);
  }
  uint64_t whole = tf_crc64_add(tables, 0, (tf_str){text, sizeof text});
  for (size_t cut = 0; cut <= sizeof text; cut++) {
    uint64_t left = tf_crc64_add(tables, 0, (tf_str){text, cut});
    assert_true(tf_crc64_add(tables, left, (tf_str){text + cut, sizeof text - cut}) == whole);
  }
}

static void numbers_come_back(void **state) {
  tf_context *cx = *state;
  tf_text out = tf_text_new(cx->arena);
  tf_put_u32(&out, 0x01020304U);
  tf_put_u64(&out, UINT64_C(0xfedcba9876543210));
  tf_put_f64(&out, -0x1.8p-1060);
  tf_put_str(&out, TF_STR("text"));
  assert_memory_equal(out.ptr, "\x04\x03\x02\x01\x10\x32\x54", 7);
  tf_bytes in = {tf_text_str(&out), false};
  assert_int_equal(tf_get_u32(&in), 0x01020304U);
  assert_true(tf_get_u64(&in) == UINT64_C(0xfedcba9876543210));
  assert_true(tf_get_f64(&in) == -0x1.8p-1060);
  assert_true(tf_str_is(tf_get_str(&in), "text"));
  assert_false(in.bad);
  assert_int_equal(tf_get_u32(&in), 0); // nothing is left
  assert_true(in.bad);
  tf_bytes none = {TF_STR("\xff\xff\xff\xff\xff\xff\xff\xff"), false};
  assert_int_equal(tf_get_str(&none).len, 0);
  assert_true(none.bad);
}

// The ranges of all parts are the samples, each once, and begin where sketches may.
static void ranges_are_a_split(void **state) {
  (void)state;
  static const uint64_t samples[] = {8, 1024, 1025, 16384, 5000, 1000000, UINT64_C(1) << 40};
  for (size_t s = 0; s < sizeof samples / sizeof *samples; s++) {
    for (uint64_t shards = 1; shards <= 40; shards++) {
      uint64_t next = 0;
      uint64_t first = 0;
      uint64_t count = 0;
      bool fits = shards <= (samples[s] + 1023) / 1024;
      for (uint64_t i = 1; i <= shards; i++) {
        assert_int_equal(tf_part_range(samples[s], i, shards, &first, &count), fits);
        assert_true(!fits || (first == next && count > 0 && first % 1024 == 0));
        next += count;
      }
      assert_true(!fits || next == samples[s]);
    }
  }
  uint64_t first = 0;
  uint64_t count = 0;
  assert_false(tf_part_range(16384, 0, 4, &first, &count));
  assert_false(tf_part_range(16384, 5, 4, &first, &count));
  assert_false(tf_part_range(16384, 1, 0, &first, &count));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_whole_file_is_taken, setup, teardown),
      cmocka_unit_test_setup_teardown(every_byte_counts, setup, teardown),
      cmocka_unit_test_setup_teardown(every_cut_is_seen, setup, teardown),
      cmocka_unit_test_setup_teardown(lies_do_not_crash, setup, teardown),
      cmocka_unit_test_setup_teardown(other_programs_and_machines_are_refused, setup, teardown),
      TEST(checksums_are_those_of_xz),
      TEST(numbers_come_back),
      cmocka_unit_test(ranges_are_a_split),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
