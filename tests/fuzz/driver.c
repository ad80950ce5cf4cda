// SPDX-License-Identifier: GPL-3.0-or-later
// Replays files and folders through a fuzz target, for builds without libFuzzer: driver PATH...
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20, PATH_SIZE = 4096 };

static int replay_file(const char *path, uint8_t *buffer) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    (void)fprintf(stderr, "%s: cannot be read\n", path);
    return 1;
  }
  size_t size = fread(buffer, 1, INPUT_MAX, file);
  int failed = ferror(file);
  (void)fclose(file);
  if (failed != 0) {
    (void)fprintf(stderr, "%s: cannot be read\n", path);
    return 1;
  }
  // A copy of the exact size, so that the sanitizers see a read past its end.
  uint8_t *exact = malloc(size > 0 ? size : 1);
  if (exact == NULL) {
    return 1;
  }
  memcpy(exact, buffer, size);
  (void)LLVMFuzzerTestOneInput(exact, size);
  free(exact);
  return 0;
}

static int replay(const char *path, uint8_t *buffer, size_t *count) {
  DIR *folder = opendir(path);
  if (folder == NULL) {
    (*count)++;
    return replay_file(path, buffer);
  }
  int status = 0;
  char inner[PATH_SIZE];
  for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    if (entry->d_name[0] == '.') {
      continue;
    }
    if (snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) >= (int)sizeof inner) {
      status = 1;
      continue;
    }
    status |= replay_file(inner, buffer);
    (*count)++;
  }
  (void)closedir(folder);
  return status;
}

int main(int argc, char **argv) {
  uint8_t *buffer = malloc(INPUT_MAX);
  if (buffer == NULL) {
    return 1;
  }
  int status = argc > 1 ? 0 : 2;
  size_t count = 0;
  for (int i = 1; i < argc; i++) {
    status |= replay(argv[i], buffer, &count);
  }
  free(buffer);
  (void)printf("%zu inputs\n", count);
  return status != 0 ? status : count > 0 ? 0 : 1;
}
