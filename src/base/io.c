// SPDX-License-Identifier: GPL-3.0-or-later
// Reading whole files, and writing that leaves either the old file or the whole new one.
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"

static const tf_span nowhere = {0, 0, 0};

tf_str tf_file_near(tf_context *cx, const char *path) {
  tf_str folder = tf_path_folder(tf_str_of(path));
  tf_str name = tf_path_name(tf_str_of(path));
  DIR *entries = opendir(tf_cstr(cx->arena, folder));
  if (entries == NULL) {
    return TF_STR("");
  }
  // Nothing is allocated while the folder is open: a failed allocation would leave it so.
  char nearest[256] = "";
  size_t least = SIZE_MAX;
  for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
    tf_str other = tf_str_of(entry->d_name);
    size_t cost = other.ptr[0] == '.' || other.len >= sizeof nearest ? SIZE_MAX : tf_str_misspelling(name, other);
    // The order of entries is the file system's; of equally near names the first by bytes is taken.
    if (cost < least || (cost == least && cost != SIZE_MAX && tf_str_compare(other, tf_str_of(nearest)) < 0)) {
      least = cost;
      memcpy(nearest, other.ptr, other.len + 1);
    }
  }
  (void)closedir(entries);
  if (nearest[0] == '\0') {
    return TF_STR("");
  }
  bool here = tf_str_find(tf_str_of(path), '/') == SIZE_MAX;
  return tf_str_of(tf_path_join(cx->arena, here ? TF_STR("") : folder, tf_str_of(nearest)));
}

static tf_status missing_file(tf_context *cx, const char *path, tf_span from) {
  tf_status status = tf_fail(cx, TF_FILE, from, "there is no file `%s`", path);
  tf_str folder = tf_path_folder(tf_str_of(path));
  if (!tf_folder_exists(tf_cstr(cx->arena, folder))) {
    tf_hint(cx, "there is no folder `%.*s`", TF_STR_ARGS(folder));
    return status;
  }
  tf_str near = tf_file_near(cx, path);
  if (near.len > 0) {
    tf_hint(cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
  }
  return status;
}

static tf_status read_error(tf_context *cx, const char *path, tf_span from, int error) {
  if (error == EINTR) { // only if the command was cancelled: nothing is wrong with the file
    return TF_CANCELLED;
  }
  if (error == ENOENT) {
    return missing_file(cx, path, from);
  }
  if (error == EISDIR) {
    return tf_fail(cx, TF_FILE, from, "`%s` is a folder, not a file", path);
  }
  if (error == EFBIG) {
    tf_status status = tf_fail(cx, TF_FILE, from, "`%s` is larger than %d MiB", path, TF_FILE_MAX / (1024 * 1024));
    tf_hint(cx, "split it or leave out rows that are not used");
    return status;
  }
  return tf_fail(cx, TF_FILE, from, "cannot read `%s`: %s", path, strerror(error));
}

// Pipes and devices can keep one waiting, when they are opened too. A signal that asks the command to stop ends that
// with EINTR, others do not.
static bool resumes(const tf_context *cx) {
  return errno == EINTR && tf_cancelled(cx) == 0;
}

static int open_to(const tf_context *cx, const char *path, int access) {
  int file = -1;
  do {
    file = open(path, access | O_CLOEXEC | O_NOCTTY);
  } while (file < 0 && resumes(cx));
  return file;
}

static ssize_t read_some(const tf_context *cx, int file, char *to, size_t room) {
  ssize_t got = 0;
  do {
    got = read(file, to, room);
  } while (got < 0 && resumes(cx));
  return got;
}

// Reads to the end of the file into the arena; 0 or an errno. The first buffer is allocated before the file is opened,
// because a failed allocation jumps away and would leave it open; only pipes and files that grow meanwhile need more.
static int read_all(tf_context *cx, const char *path, size_t size, tf_str *data) {
  size_t capacity = size < 65536 ? 65536 : size + 1; // one more, so that the end is seen without growing
  char *buffer = tf_alloc(cx->arena, capacity, 1);
  int file = open_to(cx, path, O_RDONLY);
  if (file < 0) {
    return errno;
  }
  int error = 0;
  size_t len = 0;
  for (;;) {
    if (len == capacity) {
      char *larger = tf_alloc(cx->arena, capacity, 2);
      memcpy(larger, buffer, len);
      buffer = larger;
      capacity *= 2;
    }
    ssize_t got = read_some(cx, file, buffer + len, capacity - len);
    if (got <= 0) {
      error = got < 0 ? errno : 0;
      break;
    }
    len += (size_t)got;
    if (len > (size_t)TF_FILE_MAX) {
      error = EFBIG;
      break;
    }
  }
  (void)close(file);
  *data = (tf_str){buffer, len};
  return error;
}

tf_status tf_file_read(tf_context *cx, const char *path, tf_span from, uint32_t *source) {
  for (size_t i = 1; i < cx->sources.list.count; i++) {
    if (tf_str_is(cx->sources.list.at[i].name, path)) {
      *source = (uint32_t)i;
      return TF_OK;
    }
  }
  struct stat info;
  if (cx->lookups.sealed || stat(path, &info) != 0) {
    return read_error(cx, path, from, cx->lookups.sealed ? ENOENT : errno);
  }
  if (S_ISDIR(info.st_mode)) {
    return read_error(cx, path, from, EISDIR);
  }
  if (S_ISREG(info.st_mode) && info.st_size > TF_FILE_MAX) {
    return read_error(cx, path, from, EFBIG);
  }
  tf_str data = {NULL, 0};
  int error = read_all(cx, path, S_ISREG(info.st_mode) ? (size_t)info.st_size : 0, &data);
  if (error != 0) {
    return read_error(cx, path, from, error);
  }
  *source = tf_source_add(cx->arena, &cx->sources, tf_str_copy(cx->arena, tf_str_of(path)), data);
  (void)tf_file_found(cx, path);
  return TF_OK;
}

// Fills the places from an open file; 0, an errno, or -1 if the file ends before.
static int fill_places(const tf_context *cx, int file, const tf_room *places, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char *to = places[i].at;
    size_t left = places[i].size;
    while (left > 0) {
      ssize_t got = read_some(cx, file, to, left < (size_t)1 << 30U ? left : (size_t)1 << 30U);
      if (got <= 0) {
        return got < 0 ? errno : -1;
      }
      to += got;
      left -= (size_t)got;
    }
  }
  return 0;
}

tf_status tf_file_read_rooms(tf_context *cx, const char *path, uint64_t offset, const tf_room *places, size_t count,
                             uint64_t *size) {
  int file = open_to(cx, path, O_RDONLY);
  if (file < 0) {
    return read_error(cx, path, nowhere, errno);
  }
  struct stat info;
  int error = fstat(file, &info) != 0 ? errno : S_ISDIR(info.st_mode) ? EISDIR : 0;
  if (error == 0 && !S_ISREG(info.st_mode) && !S_ISBLK(info.st_mode) && lseek(file, 0, SEEK_CUR) < 0) {
    (void)close(file);
    tf_status status =
        tf_fail(cx, TF_FILE, nowhere, "`%s` is a pipe: what is read here in places must be a file", path);
    tf_hint(cx, "save it as a file first");
    return status;
  }
  if (error == 0 && lseek(file, (off_t)offset, SEEK_SET) < 0) {
    error = errno;
  }
  error = error == 0 ? fill_places(cx, file, places, count) : error;
  (void)close(file);
  if (error > 0) {
    return read_error(cx, path, nowhere, error);
  }
  *size = (uint64_t)info.st_size;
  return error == 0 ? TF_OK : tf_fail(cx, TF_FILE, nowhere, "`%s` ends too early", path);
}

static tf_status write_error(tf_context *cx, const char *path, int error) {
  if (error == EINTR) { // as in read_error
    return TF_CANCELLED;
  }
  if (error == EISDIR) {
    return tf_fail(cx, TF_FILE, nowhere, "`%s` is a folder, not a file", path);
  }
  tf_status status = tf_fail(cx, TF_FILE, nowhere, "cannot write `%s`: %s", path, strerror(error));
  tf_str folder = tf_path_folder(tf_str_of(path));
  if (error == ENOENT && !tf_folder_exists(tf_cstr(cx->arena, folder))) {
    tf_hint(cx, "there is no folder `%.*s`", TF_STR_ARGS(folder));
  }
  return status;
}

// Writes everything; 0 or an errno. What is written after the command was cancelled is its partial result: only a
// signal that comes while one waits here ends the waiting.
static int write_pieces(const tf_context *cx, int file, const tf_str *pieces, size_t count) {
  const bool cancelled = tf_cancelled(cx) != 0;
  for (size_t i = 0; i < count; i++) {
    tf_str data = pieces[i];
    while (data.len > 0) {
      const ssize_t put = write(file, data.ptr, data.len);
      if (put < 0 && errno != EINTR) {
        return errno;
      }
      data = tf_str_sub(data, put < 0 ? 0 : (size_t)put, data.len);
      if (data.len > 0 && !cancelled && tf_cancelled(cx) != 0) {
        return EINTR;
      }
    }
  }
  return 0;
}

// The same, and closes.
static int write_all(const tf_context *cx, int file, const tf_str *pieces, size_t count) {
  int error = write_pieces(cx, file, pieces, count);
  // Some file systems report a full disk only here.
  if (close(file) != 0 && error == 0) {
    error = errno;
  }
  return error;
}

// A new file in the folder under a name nobody has. open() with O_EXCL rather than mkstemp(): the umask applies.
static int open_temporary(const char *folder, char *path, size_t size) {
  for (int i = 0; i < 1000; i++) {
    int len = snprintf(path, size, "%s/.tenfold-%ld-%d.tmp", folder, (long)getpid(), i);
    if (len < 0 || (size_t)len >= size) {
      errno = ENAMETOOLONG;
      return -1;
    }
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0 || errno != EEXIST) {
      return file;
    }
  }
  return -1;
}

// By way of a temporary file; `old` describes the file to replace, NULL if there is none.
static int replace_file(const tf_context *cx, const char *folder, const char *path, const struct stat *old,
                        const tf_str *pieces, size_t count) {
  char temporary[4096];
  int file = open_temporary(folder, temporary, sizeof temporary);
  if (file < 0) {
    return errno;
  }
  int error = old != NULL && fchmod(file, old->st_mode & 07777) != 0 ? errno : 0;
  int written = write_all(cx, file, pieces, count);
  error = error == 0 ? written : error;
  if (error == 0 && rename(temporary, path) != 0) {
    error = errno;
  }
  if (error != 0) {
    (void)unlink(temporary);
  }
  return error;
}

tf_status tf_file_write(tf_context *cx, const char *path, tf_str data) {
  return tf_file_write_pieces(cx, path, &data, 1);
}

tf_status tf_file_write_pieces(tf_context *cx, const char *path, const tf_str *pieces, size_t count) {
  if (strcmp(path, "-") == 0) {
    const int failed = fflush(stdout) != 0 ? errno : write_pieces(cx, STDOUT_FILENO, pieces, count);
    return failed == 0 ? TF_OK : write_error(cx, "standard output", failed);
  }
  struct stat old;
  bool exists = stat(path, &old) == 0;
  int error = 0;
  if (exists && S_ISDIR(old.st_mode)) {
    error = EISDIR;
  } else if (exists && !S_ISREG(old.st_mode)) {
    // Devices and pipes cannot be replaced, only written to.
    int file = open_to(cx, path, O_WRONLY);
    error = file < 0 ? errno : write_all(cx, file, pieces, count);
  } else {
    // Through a symbolic link its target is replaced, not the link.
    char target[PATH_MAX];
    const char *real = exists && realpath(path, target) != NULL ? target : path;
    const char *folder = tf_cstr(cx->arena, tf_path_folder(tf_str_of(real)));
    error = replace_file(cx, folder, real, exists ? &old : NULL, pieces, count);
  }
  return error == 0 ? TF_OK : write_error(cx, path, error);
}

tf_status tf_folder_make(tf_context *cx, const char *path) {
  char *part = tf_cstr(cx->arena, tf_str_of(path));
  size_t len = strlen(part);
  for (size_t i = 1; i <= len; i++) {
    if (part[i] != '/' && part[i] != '\0') {
      continue;
    }
    char kept = part[i];
    part[i] = '\0';
    if (mkdir(part, 0777) != 0 && !tf_folder_exists(part)) {
      int error = errno;
      if (error == EEXIST || error == ENOTDIR) {
        return tf_fail(cx, TF_FILE, nowhere, "cannot make the folder `%s`: a file is in its way", part);
      }
      return tf_fail(cx, TF_FILE, nowhere, "cannot make the folder `%s`: %s", part, strerror(error));
    }
    part[i] = kept;
  }
  return TF_OK;
}
