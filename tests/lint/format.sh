#!/bin/sh
# Every source is as clang-format (14) leaves it.
set -eu
root=${1:?usage: format.sh SOURCE_DIR}
cd "$root"
find src tests -name '*.c' -o -name '*.h' | grep -v '_directions.c' | xargs clang-format --dry-run -Werror
