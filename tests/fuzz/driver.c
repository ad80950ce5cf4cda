// SPDX-License-Identifier: GPL-3.0-or-later
// Replays a corpus folder through a fuzz target, for builds without libFuzzer: every input that ever mattered stays
// tested.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *folder, const char *name) {
  char path[4096];
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) {
    return 1;
  }
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    return 1;
  }
  enum { LIMIT = 1 << 20 };
  uint8_t *data = malloc(LIMIT);
  size_t size = data != NULL ? fread(data, 1, LIMIT, file) : 0;
  (void)fclose(file);
  if (data == NULL) {
    return 1;
  }
  (void)LLVMFuzzerTestOneInput(data, size);
  free(data);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    return 2;
  }
  struct dirent **entries = NULL;
  int count = scandir(argv[1], &entries, NULL, alphasort);
  int bad = count < 0;
  int done = 0;
  for (int i = 0; i < count; i++) {
    if (entries[i]->d_name[0] != '.') {
      bad |= replay(argv[1], entries[i]->d_name);
      done++;
    }
    free(entries[i]);
  }
  free(entries);
  (void)printf("%d inputs replayed\n", done);
  return bad || done == 0;
}
