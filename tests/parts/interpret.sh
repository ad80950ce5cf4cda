#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: interpret.sh PROGRAM SOURCE: runs every shipped scenario as machine code made for it and with --interpret, and
# compares the bytes of all results.
program=$1
cd "$2" || exit 2
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
status=0
for file in scenarios/*.csv tests/bench/projection.csv; do
  for way in "" --interpret; do
    # shellcheck disable=SC2086 # no option is no word
    "$program" run "$file" --samples 4096 --stats --format csv --quiet $way >"$folder/out$way" || status=1
  done
  cmp "$folder/out" "$folder/out--interpret" || status=1
  [ "$(wc -l <"$folder/out")" -gt 2 ] || { echo "$file: no results"; status=1; }
done
exit $status
