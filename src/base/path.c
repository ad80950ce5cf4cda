// SPDX-License-Identifier: GPL-3.0-or-later
// Paths, folders, and where models, scenarios and plot templates are looked up.
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

bool tf_file_exists(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

bool tf_file_found(tf_context *cx, const char *path) {
  tf_lookups *lookups = &cx->lookups;
  for (size_t i = 0; i < lookups->found.count; i++) {
    if (tf_str_is(lookups->found.at[i], path)) {
      return true;
    }
  }
  if (lookups->sealed || !tf_file_exists(path)) {
    return false;
  }
  tf_vec_push(cx->arena, &lookups->found, tf_str_copy(cx->arena, tf_str_of(path)));
  return true;
}

bool tf_folder_exists(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

// Puts the names with a NUL behind each into `to` as far as they have room, and returns the bytes that all need.
static size_t read_names(const char *path, char *to, size_t room) {
  DIR *folder = opendir(path);
  size_t used = 0;
  for (const struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL; entry = readdir(folder)) {
    const size_t size = strlen(entry->d_name) + 1;
    if (used + size <= room) {
      memcpy(to + used, entry->d_name, size);
    }
    used += size;
  }
  if (folder != NULL) {
    (void)closedir(folder);
  }
  return used;
}

static int by_bytes(const void *a, const void *b) {
  return tf_str_compare(*(const tf_str *)a, *(const tf_str *)b);
}

size_t tf_folder_list(tf_context *cx, const char *path, const tf_str **names) {
  // Read twice, because nothing may be allocated while the folder is open: a failed allocation would leave it so.
  const size_t room = read_names(path, NULL, 0);
  char *text = tf_alloc(cx->arena, room + 1, 1);
  (void)read_names(path, text, room);
  TF_VEC(tf_str) list = {0};
  for (size_t i = 0; i < room && text[i] != '\0'; i += strlen(text + i) + 1) { // it may have shrunk meanwhile
    tf_vec_push(cx->arena, &list, tf_str_of(text + i));
  }
  if (list.count > 1) {
    qsort(list.at, list.count, sizeof *list.at, by_bytes);
  }
  *names = list.at;
  return list.count;
}

char *tf_path_join(tf_arena *arena, tf_str folder, tf_str name) {
  if (folder.len == 0 || tf_str_starts(name, "/")) {
    return tf_cstr(arena, name);
  }
  const char *slash = tf_str_ends(folder, "/") ? "" : "/";
  return tf_format(arena, "%.*s%s%.*s", TF_STR_ARGS(folder), slash, TF_STR_ARGS(name));
}

static size_t last_slash(tf_str path) {
  size_t i = path.len;
  while (i > 0 && path.ptr[i - 1] != '/') {
    i--;
  }
  return i; // bytes up to and with the slash
}

tf_str tf_path_folder(tf_str path) {
  size_t i = last_slash(path);
  if (i == 0) {
    return TF_STR(".");
  }
  return tf_str_sub(path, 0, i == 1 ? 1 : i - 1);
}

tf_str tf_path_name(tf_str path) {
  return tf_str_sub(path, last_slash(path), path.len);
}

tf_str tf_path_stem(tf_str path) {
  tf_str name = tf_path_name(path);
  size_t i = name.len;
  while (i > 0 && name.ptr[i - 1] != '.') {
    i--;
  }
  return i <= 1 ? name : tf_str_sub(name, 0, i - 1); // a leading dot begins a name, no extension
}

// Collects folders that exist, each once, in order.
typedef struct folder_list {
  tf_arena *arena;
  const char *kind;
  const char **at;
  size_t count;
} folder_list;

enum { FOLDERS = 16 };

static void add_folder(folder_list *list, const char *root) {
  const char *folder = tf_path_join(list->arena, tf_str_of(root), tf_str_of(list->kind));
  if (list->count == FOLDERS || !tf_folder_exists(folder)) {
    return;
  }
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->at[i], folder) == 0) {
      return;
    }
  }
  list->at[list->count++] = folder;
}

// Each part of a colon-separated list; empty parts are skipped.
static void add_folders(folder_list *list, const char *roots, const char *below) {
  tf_str rest = tf_str_of(roots);
  while (rest.len > 0) {
    tf_str root;
    (void)tf_str_split(rest, ':', &root, &rest);
    if (root.len > 0) {
      add_folder(list, tf_path_join(list->arena, root, tf_str_of(below)));
    }
  }
}

// The folder of the running program, or NULL where the system does not tell.
static const char *program_folder(tf_arena *arena) {
  char path[4096];
  ssize_t len = readlink("/proc/self/exe", path, sizeof path);
  return len <= 0 || (size_t)len == sizeof path ? NULL : tf_cstr(arena, tf_path_folder((tf_str){path, (size_t)len}));
}

// A build lies a few folders below the root of its source tree, which src/base betrays.
static void add_source_tree(folder_list *list, const char *program) {
  tf_str folder = tf_str_of(program);
  for (int up = 0; up < 5 && folder.len > 1; up++, folder = tf_path_folder(folder)) {
    const char *root = tf_cstr(list->arena, folder);
    if (tf_folder_exists(tf_path_join(list->arena, folder, TF_STR("src/base")))) {
      add_folder(list, root);
      return;
    }
  }
}

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value == NULL || value[0] == '\0' ? NULL : value;
}

size_t tf_data_folders(tf_context *cx, const char *kind, const char *folders[static 16]) {
  if (cx->lookups.sealed) {
    bool models = strcmp(kind, "models") == 0;
    const tf_str *known = models ? cx->lookups.models.at : cx->lookups.scenarios.at;
    size_t count = models ? cx->lookups.models.count : cx->lookups.scenarios.count;
    count = count < FOLDERS ? count : FOLDERS;
    for (size_t i = 0; i < count; i++) {
      folders[i] = tf_cstr(cx->arena, known[i]);
    }
    return count;
  }
  folder_list list = {cx->arena, kind, folders, 0};
  const char *home = variable("HOME");
  const char *program = program_folder(cx->arena);
  if (variable("TENFOLD_PATH") != NULL) {
    add_folders(&list, variable("TENFOLD_PATH"), "");
  }
  if (program != NULL) {
    add_source_tree(&list, program);
  }
  if (variable("XDG_DATA_HOME") != NULL) {
    add_folder(&list, tf_path_join(cx->arena, tf_str_of(variable("XDG_DATA_HOME")), TF_STR("tenfold")));
  } else if (home != NULL) {
    add_folder(&list, tf_path_join(cx->arena, tf_str_of(home), TF_STR(".local/share/tenfold")));
  }
  const char *system = variable("XDG_DATA_DIRS");
  add_folders(&list, system == NULL ? "/usr/local/share:/usr/share" : system, "tenfold");
  if (program != NULL) {
    tf_str prefix = tf_path_folder(tf_str_of(program));
    add_folder(&list, tf_path_join(cx->arena, prefix, TF_STR("share/tenfold")));
  }
  return list.count;
}

const char *tf_data_find(tf_context *cx, const char *dir, const char *kind, tf_str name) {
  if (dir != NULL) {
    const char *path = tf_path_join(cx->arena, tf_str_of(dir), name);
    if (tf_file_found(cx, path)) {
      return path;
    }
  }
  const char *folders[FOLDERS];
  size_t count = tf_data_folders(cx, kind, folders);
  for (size_t i = 0; i < count; i++) {
    const char *path = tf_path_join(cx->arena, tf_str_of(folders[i]), name);
    if (tf_file_found(cx, path)) {
      return path;
    }
  }
  return NULL;
}
