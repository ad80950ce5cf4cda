// SPDX-License-Identifier: GPL-3.0-or-later
// Files: every failure has its message, and none leaves half a file or a temporary one.
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const tf_span nowhere = {0, 0, 0};

typedef struct room {
  tf_context *cx;
  char folder[64];
} room;

static int setup(void **state) {
  room *r = test_calloc(1, sizeof *r);
  strcpy(r->folder, "/tmp/tenfold-io-XXXXXX");
  r->cx = tf_context_new();
  *state = r;
  return r->cx == NULL || mkdtemp(r->folder) == NULL ? -1 : 0;
}

static const char *in(room *r, const char *name) {
  return tf_path_join(r->cx->arena, tf_str_of(r->folder), tf_str_of(name));
}

// Entries of the folder; removes them if asked.
static int entries(room *r, bool removing) {
  int count = 0;
  DIR *dir = opendir(r->folder);
  assert_non_null(dir);
  for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
    if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
      count++;
      if (removing) {
        (void)remove(in(r, e->d_name));
      }
    }
  }
  (void)closedir(dir);
  return count;
}

static int teardown(void **state) {
  room *r = *state;
  (void)entries(r, true);
  (void)rmdir(r->folder);
  tf_context_free(r->cx);
  test_free(r);
  return 0;
}

static void put(room *r, const char *name, const char *text) {
  assert_int_equal(tf_file_write(r->cx, in(r, name), tf_str_of(text)), TF_OK);
}

// The file as it is on disk, read by a context of its own.
static void holds(room *r, const char *name, const char *text) {
  tf_context *cx = tf_context_new();
  uint32_t source = 0;
  assert_int_equal(tf_file_read(cx, in(r, name), nowhere, &source), TF_OK);
  assert_string_equal(tf_cstr(cx->arena, cx->sources.list.at[source].text), text);
  tf_context_free(cx);
}

static void written_and_read(void **state) {
  room *r = *state;
  put(r, "a.csv", "one\n");
  holds(r, "a.csv", "one\n");
  put(r, "a.csv", "");
  holds(r, "a.csv", "");
  put(r, "a.csv", "three\n");
  holds(r, "a.csv", "three\n");
  assert_int_equal(entries(r, false), 1);
}

static void a_file_is_read_once(void **state) {
  room *r = *state;
  put(r, "a", "x");
  uint32_t one = 0;
  uint32_t two = 0;
  uint32_t three = 0;
  assert_int_equal(tf_file_read(r->cx, in(r, "a"), nowhere, &one), TF_OK);
  put(r, "a", "changed");
  put(r, "b", "x");
  assert_int_equal(tf_file_read(r->cx, in(r, "a"), nowhere, &two), TF_OK);
  assert_int_equal(tf_file_read(r->cx, in(r, "b"), nowhere, &three), TF_OK);
  assert_int_equal(one, two);
  assert_int_not_equal(one, three);
  assert_string_equal(r->cx->sources.list.at[one].name.ptr, in(r, "a"));
}

static void large_and_binary(void **state) {
  room *r = *state;
  size_t size = 3000001;
  char *data = tf_alloc(r->cx->arena, size, 1);
  for (size_t i = 0; i < size; i++) {
    data[i] = (char)(i * 7 % 256);
  }
  assert_int_equal(tf_file_write(r->cx, in(r, "big"), (tf_str){data, size}), TF_OK);
  uint32_t source = 0;
  assert_int_equal(tf_file_read(r->cx, in(r, "big"), nowhere, &source), TF_OK);
  tf_str text = r->cx->sources.list.at[source].text;
  assert_int_equal(text.len, size);
  assert_memory_equal(text.ptr, data, size);
}

static void a_pipe_is_read_to_its_end(void **state) {
  room *r = *state;
  const char *path = in(r, "pipe");
  assert_int_equal(mkfifo(path, 0600), 0);
  enum { SIZE = 300000 };
  pid_t child = fork();
  if (child == 0) {
    int file = open(path, O_WRONLY);
    char block[1000];
    memset(block, 'p', sizeof block);
    for (int i = 0; i < SIZE / 1000; i++) {
      (void)!write(file, block, sizeof block);
    }
    _exit(0);
  }
  uint32_t source = 0;
  assert_int_equal(tf_file_read(r->cx, path, nowhere, &source), TF_OK);
  assert_int_equal(r->cx->sources.list.at[source].text.len, SIZE);
  assert_int_equal(waitpid(child, NULL, 0), child);
}

static void missing(void **state) {
  room *r = *state;
  put(r, "meta-capex.csv", "x");
  put(r, "hardware.csv", "x");
  uint32_t source = 7;
  tf_located from = located(r->cx, "m.model", "table hardwear");
  assert_int_equal(tf_file_read(r->cx, in(r, "hardwear.csv"), tf_located_span(from, 6, 14), &source), TF_FILE);
  assert_int_equal(source, 7);
  assert_messages(r->cx, tf_format(r->cx->arena,
                                   "m.model:1:7: error: there is no file `%s/hardwear.csv`\n"
                                   "table hardwear\n"
                                   "      ^~~~~~~~\n"
                                   "  hint: did you mean `%s/hardware.csv`?\n",
                                   r->folder, r->folder));
  clear_messages(r->cx);
  assert_int_equal(tf_file_read(r->cx, in(r, "zzz"), nowhere, &source), TF_FILE);
  assert_messages(r->cx, tf_format(r->cx->arena, "error: there is no file `%s/zzz`\n", r->folder));
  clear_messages(r->cx);
  assert_int_equal(tf_file_read(r->cx, in(r, "none/x.csv"), nowhere, &source), TF_FILE);
  assert_messages(r->cx, tf_format(r->cx->arena,
                                   "error: there is no file `%s/none/x.csv`\n"
                                   "  hint: there is no folder `%s/none`\n",
                                   r->folder, r->folder));
}

static void near_name_without_folder(void **state) {
  room *r = *state;
  put(r, "bull.csv", "x");
  char old[4096];
  assert_non_null(getcwd(old, sizeof old));
  assert_int_equal(chdir(r->folder), 0);
  uint32_t source = 0;
  tf_status status = tf_file_read(r->cx, "bul.csv", nowhere, &source);
  assert_int_equal(chdir(old), 0);
  assert_int_equal(status, TF_FILE);
  assert_messages(r->cx, "error: there is no file `bul.csv`\n  hint: did you mean `bull.csv`?\n");
}

static void unreadable(void **state) {
  room *r = *state;
  uint32_t source = 0;
  assert_int_equal(tf_file_read(r->cx, r->folder, nowhere, &source), TF_FILE);
  assert_messages(r->cx, tf_format(r->cx->arena, "error: `%s` is a folder, not a file\n", r->folder));
  clear_messages(r->cx);
  put(r, "a", "x");
  assert_int_equal(tf_file_read(r->cx, in(r, "a/b"), nowhere, &source), TF_FILE);
  assert_messages(r->cx, tf_format(r->cx->arena, "error: cannot read `%s/a/b`: Not a directory\n", r->folder));
  clear_messages(r->cx);
  if (access("/proc/self/mem", R_OK) == 0) { // opens, but cannot be read at 0
    assert_int_equal(tf_file_read(r->cx, "/proc/self/mem", nowhere, &source), TF_FILE);
    assert_messages(r->cx, "error: cannot read `/proc/self/mem`: Input/output error\n");
  }
}

static void too_large(void **state) {
  room *r = *state;
  put(r, "huge", "x");
  assert_int_equal(truncate(in(r, "huge"), (off_t)TF_FILE_MAX + 1), 0); // a hole takes no room
  uint32_t source = 0;
  assert_int_equal(tf_file_read(r->cx, in(r, "huge"), nowhere, &source), TF_FILE);
  assert_messages(r->cx, tf_format(r->cx->arena,
                                   "error: `%s/huge` is larger than 512 MiB\n"
                                   "  hint: split it or leave out rows that are not used\n",
                                   r->folder));
}

static void full_disk(void **state) {
  room *r = *state;
  if (access("/dev/full", W_OK) != 0) {
    skip();
  }
  assert_int_equal(tf_file_write(r->cx, "/dev/full", TF_STR("x")), TF_FILE);
  assert_messages(r->cx, "error: cannot write `/dev/full`: No space left on device\n");
}

// A limit on the size of files stands for a disk that fills up in the middle.
static void a_failed_write_leaves_the_old_file(void **state) {
  room *r = *state;
  put(r, "a", "old");
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)setrlimit(RLIMIT_FSIZE, &(struct rlimit){1000, 1000});
    char *data = tf_alloc(r->cx->arena, 5000, 1);
    tf_status status = tf_file_write(r->cx, in(r, "a"), (tf_str){data, 5000});
    const char *expected = tf_format(r->cx->arena, "error: cannot write `%s/a`: File too large\n", r->folder);
    _exit(status == TF_FILE && strcmp(messages(r->cx), expected) == 0 ? 42 : 1);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
  holds(r, "a", "old");
  assert_int_equal(entries(r, false), 1); // no temporary file
}

static void no_permission(void **state) {
  room *r = *state;
  put(r, "a", "old");
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    (void)chmod(r->folder, 0555);
    if (geteuid() == 0 && seteuid(65534) != 0) {
      _exit(42);
    }
    tf_status status = tf_file_write(r->cx, in(r, "a"), TF_STR("new"));
    const char *expected = tf_format(r->cx->arena, "error: cannot write `%s/a`: Permission denied\n", r->folder);
    _exit(status == TF_FILE && strcmp(messages(r->cx), expected) == 0 ? 42 : 1);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(chmod(r->folder, 0755), 0);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
  holds(r, "a", "old");
  assert_int_equal(entries(r, false), 1);
}

static void wrong_targets(void **state) {
  room *r = *state;
  assert_int_equal(tf_file_write(r->cx, r->folder, TF_STR("x")), TF_FILE);
  assert_messages(r->cx, tf_format(r->cx->arena, "error: `%s` is a folder, not a file\n", r->folder));
  clear_messages(r->cx);
  assert_int_equal(tf_file_write(r->cx, in(r, "none/x"), TF_STR("x")), TF_FILE);
  assert_messages(r->cx, tf_format(r->cx->arena,
                                   "error: cannot write `%s/none/x`: No such file or directory\n"
                                   "  hint: there is no folder `%s/none`\n",
                                   r->folder, r->folder));
}

static void links_and_modes_stay(void **state) {
  room *r = *state;
  put(r, "real", "old");
  assert_int_equal(chmod(in(r, "real"), 0640), 0);
  assert_int_equal(symlink(in(r, "real"), in(r, "link")), 0);
  put(r, "link", "new");
  holds(r, "real", "new");
  struct stat info;
  assert_int_equal(lstat(in(r, "link"), &info), 0);
  assert_true(S_ISLNK(info.st_mode));
  assert_int_equal(stat(in(r, "real"), &info), 0);
  assert_int_equal(info.st_mode & 0777, 0640);
  mode_t mask = umask(027);
  put(r, "fresh", "x");
  (void)umask(mask);
  assert_int_equal(stat(in(r, "fresh"), &info), 0);
  assert_int_equal(info.st_mode & 0777, 0640);
}

static void standard_output(void **state) {
  room *r = *state;
  put(r, "out", "");
  for (int full = 0; full < 2; full++) {
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
      int file = open(full == 1 ? "/dev/full" : in(r, "out"), O_WRONLY);
      (void)dup2(file, STDOUT_FILENO);
      tf_status status = tf_file_write(r->cx, "-", TF_STR("hello\n"));
      bool right = full == 0 ? status == TF_OK
                             : status == TF_FILE &&
                                   strcmp(messages(r->cx),
                                          "error: cannot write `standard output`: No space left on device\n") == 0;
      _exit(right ? 42 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
  }
  holds(r, "out", "hello\n");
}

static void folders(void **state) {
  room *r = *state;
  assert_int_equal(tf_folder_make(r->cx, in(r, "x/y//z/")), TF_OK);
  assert_true(tf_folder_exists(in(r, "x/y/z")));
  assert_int_equal(tf_folder_make(r->cx, in(r, "x/y")), TF_OK);
  assert_false(tf_file_exists(in(r, "x")));
  put(r, "file", "");
  assert_true(tf_file_exists(in(r, "file")));
  assert_false(tf_folder_exists(in(r, "file")));
  assert_int_equal(tf_folder_make(r->cx, in(r, "file/z")), TF_FILE);
  assert_messages(
      r->cx, tf_format(r->cx->arena, "error: cannot make the folder `%s/file`: a file is in its way\n", r->folder));
  (void)rmdir(in(r, "x/y/z"));
  (void)rmdir(in(r, "x/y"));
}

static void paths(void **state) {
  tf_context *cx = ((room *)*state)->cx;
  assert_string_equal(tf_path_join(cx->arena, TF_STR("a"), TF_STR("b")), "a/b");
  assert_string_equal(tf_path_join(cx->arena, TF_STR("a/"), TF_STR("b")), "a/b");
  assert_string_equal(tf_path_join(cx->arena, TF_STR("a"), TF_STR("/b")), "/b");
  assert_string_equal(tf_path_join(cx->arena, TF_STR(""), TF_STR("b")), "b");
  assert_str(tf_path_folder(TF_STR("a/b/c.csv")), "a/b");
  assert_str(tf_path_folder(TF_STR("c.csv")), ".");
  assert_str(tf_path_folder(TF_STR("/c.csv")), "/");
  assert_str(tf_path_name(TF_STR("a/b.c/d.tar.gz")), "d.tar.gz");
  assert_str(tf_path_stem(TF_STR("a/b.c/d.tar.gz")), "d.tar");
  assert_str(tf_path_stem(TF_STR("a/b.c/d")), "d");
  assert_str(tf_path_stem(TF_STR(".hidden")), ".hidden");
}

static void data_is_looked_up_in_order(void **state) {
  room *r = *state;
  assert_int_equal(tf_folder_make(r->cx, in(r, "p/models")), TF_OK);
  assert_int_equal(tf_folder_make(r->cx, in(r, "h/tenfold/models")), TF_OK);
  put(r, "p/models/a.model", "p");
  put(r, "h/tenfold/models/a.model", "h");
  put(r, "h/tenfold/models/b.model", "h");
  put(r, "b.model", "here");
  (void)setenv("TENFOLD_PATH", tf_format(r->cx->arena, ":/nowhere:%s/p", r->folder), 1);
  (void)setenv("XDG_DATA_HOME", tf_format(r->cx->arena, "%s/h", r->folder), 1);
  (void)setenv("XDG_DATA_DIRS", tf_format(r->cx->arena, "/nowhere:%s/h:", r->folder), 1);
  assert_string_equal(tf_data_find(r->cx, NULL, "models", TF_STR("a.model")), in(r, "p/models/a.model"));
  assert_string_equal(tf_data_find(r->cx, NULL, "models", TF_STR("b.model")), in(r, "h/tenfold/models/b.model"));
  assert_string_equal(tf_data_find(r->cx, r->folder, "models", TF_STR("b.model")), in(r, "b.model"));
  assert_null(tf_data_find(r->cx, r->folder, "models", TF_STR("no-such.model")));
  assert_null(tf_data_find(r->cx, NULL, "plots", TF_STR("a.model")));
  const char *list[16];
  size_t count = tf_data_folders(r->cx, "models", list);
  assert_true(count >= 2);
  assert_string_equal(list[0], in(r, "p/models"));
  size_t seen = 0; // XDG_DATA_HOME and XDG_DATA_DIRS name the same folder
  for (size_t i = 0; i < count; i++) {
    seen += strcmp(list[i], in(r, "h/tenfold/models")) == 0 ? 1 : 0;
  }
  assert_int_equal(seen, 1);
  static const char *const files[] = {"p/models/a.model", "h/tenfold/models/a.model", "h/tenfold/models/b.model",
                                      "p/models",         "h/tenfold/models",         "h/tenfold"};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    (void)remove(in(r, files[i]));
  }
}

static void read_a_file(tf_context *cx) {
  uint32_t source = 0;
  (void)!tf_file_read(cx, TENFOLD_SOURCE_DIR "/CMakeLists.txt", nowhere, &source);
  (void)!tf_file_read(cx, TENFOLD_SOURCE_DIR "/CMakeList.txt", nowhere, &source);
}

static void faults_while_reading(void **state) {
  (void)state;
  assert_true(survive_faults(read_a_file, 1000) > 5);
}

#define IO_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      IO_TEST(written_and_read),
      IO_TEST(a_file_is_read_once),
      IO_TEST(large_and_binary),
      IO_TEST(a_pipe_is_read_to_its_end),
      IO_TEST(missing),
      IO_TEST(near_name_without_folder),
      IO_TEST(unreadable),
      IO_TEST(too_large),
      IO_TEST(full_disk),
      IO_TEST(a_failed_write_leaves_the_old_file),
      IO_TEST(no_permission),
      IO_TEST(wrong_targets),
      IO_TEST(links_and_modes_stay),
      IO_TEST(standard_output),
      IO_TEST(folders),
      IO_TEST(paths),
      IO_TEST(data_is_looked_up_in_order),
      IO_TEST(faults_while_reading),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
