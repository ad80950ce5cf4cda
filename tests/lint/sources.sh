#!/bin/sh
# House rules that a look at the text can check.
set -eu
root=${1:?usage: sources.sh SOURCE_DIR}
cd "$root"
bad=0
report() { echo "$1"; bad=1; }
for file in $(find src tests -name '*.c' -o -name '*.h' | sort); do
  head -1 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || report "$file: no SPDX line"
  lines=$(wc -l <"$file")
  case $file in *_directions.c) ;; *) [ "$lines" -le 650 ] || report "$file: $lines lines" ;; esac
done
# Memory comes from arenas; only they call the C library for it.
if grep -nE '\b(malloc|calloc|realloc|aligned_alloc|strdup)[[:space:]]*\(' $(find src -name '*.c' ! -path 'src/base/arena.c' ! -path 'src/base/context.c'); then
  report "memory is allocated outside base/arena.c"
fi
# Nothing below cli prints or ends the process.
if grep -nE '\b(printf|puts|putchar|exit|abort|perror)[[:space:]]*\(|\b(stdout|stderr)\b' $(find src -name '*.c' ! -path 'src/cli/*' ! -path 'src/base/io.c' ! -path 'src/base/arena.c') | grep -vE 'snprintf|//'; then
  report "something below cli prints or exits"
fi
if grep -rnE '\b(setlocale|rand|srand|strtok|gets)[[:space:]]*\(' src; then
  report "a function of the C library that depends on global state"
fi
exit $bad
