#!/bin/sh
# No mutable globals: the libraries have no object in .data or .bss, but for the flag that signal handlers set.
set -eu
build=${1:?usage: globals.sh BUILD_DIR}
bad=$(find "$build/src" -name 'libtf_*.a' -exec objdump -t {} + 2>/dev/null |
  awk '$3 == "O" || $4 == "O"' | grep -E '[[:space:]]\.(data|bss)[[:space:].]' | grep -vE '\.data\.rel\.ro|received_signal|__odr_asan|gcov|llvm|ubsan|\.LASAN' || true)
if [ -n "$bad" ]; then
  echo "mutable globals:"
  echo "$bad"
  exit 1
fi
