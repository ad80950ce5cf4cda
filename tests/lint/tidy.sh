#!/bin/sh
# clang-tidy over every source; results of unchanged files are remembered in the build folder.
#   tidy.sh SOURCE_DIR BUILD_DIR
set -eu
root=$1
build=$2
mkdir -p "$build/tidy"
cd "$root"
# What this build leaves out cannot be compiled here either.
grep -q main_mpi "$build/compile_commands.json" && mpi= || mpi='main_mpi.c'
find src -name '*.c' ! -name '*_directions.c' ! -name "$mpi" | sort | xargs -P 2 -I{} sh -c '
  file=$1; build=$2
  key=$( { cat "$file" .clang-tidy; find src -name "*.h" -o -name "*.def" | sort | xargs cat; } | sha256sum | cut -c1-32)
  mark="$build/tidy/$(echo "$file" | tr / _).$key"
  [ -f "$mark" ] && exit 0
  if clang-tidy --quiet -p "$build" "$file" >"$mark.log" 2>/dev/null; then mv "$mark.log" "$mark"; else cat "$mark.log"; rm -f "$mark.log"; exit 1; fi
' sh {} "$build"
