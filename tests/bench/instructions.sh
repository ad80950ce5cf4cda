#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Instructions that one run of the reference problem takes, start-up and output included, against the bounds in
# tests/bench/instructions.csv (problem, samples, instructions; for AVX2). `generated.model`, 10,000 equations that
# generate_model.py writes, is read, checked and planned. Exit code 1 above a bound by 3 %; 77, skipped, where valgrind's
# machine is another one. A lower count wants a lower bound: UPDATE=1 writes what was counted.
#   instructions.sh PROGRAM BENCH_DIR
set -u
program=$1
here=$2
grep -qw avx2 /proc/cpuinfo 2>/dev/null || { echo "no AVX2: skipped"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
echo "problem,samples,instructions" >"$work/new.csv"
while IFS=, read -r file samples bound; do
  [ "$file" = problem ] && continue
  command=run
  model=$here/$file
  if [ "$file" = generated.model ]; then
    command -v python3 >/dev/null || { echo "no python3: $file is left out"; continue; }
    command=check
    model=$work/$file
    python3 "$here/generate_model.py" 10000 >"$model" || exit 1
  fi
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" $command "$model" --samples "$samples" --threads 1 \
    >/dev/null 2>"$work/log" || { cat "$work/log"; exit 1; }
  count=$(sed -n 's/.*Collected : *//p' "$work/log")
  [ -n "$count" ] || { cat "$work/log"; exit 1; }
  echo "$file,$samples,$count" >>"$work/new.csv"
  echo "$file, $samples samples: $count instructions, bound $bound"
  [ "$count" -le $((bound + bound / 33)) ] || { echo "too many"; bad=1; }
done <"$here/instructions.csv"
[ "${UPDATE-}" = 1 ] && cp "$work/new.csv" "$here/instructions.csv" && exit 0
exit $bad
