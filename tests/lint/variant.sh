#!/bin/sh
# Builds the project in another way and runs its unit tests there.
#   variant.sh clang|asan|tsan|fuzz SOURCE_DIR BUILD_DIR
set -eu
variant=$1
root=$2
build=$3/variant-$variant
case $variant in
clang) set -- -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Release -DTENFOLD_WERROR=ON ;;
asan) set -- -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_C_FLAGS_DEBUG=-O1 -g" -DTENFOLD_WERROR=ON -DTENFOLD_SANITIZE=address,undefined ;;
tsan) set -- -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTENFOLD_SANITIZE=thread ;;
fuzz) set -- -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTENFOLD_FUZZ=ON -DTENFOLD_SANITIZE=address,undefined ;;
*) echo "unknown variant $variant"; exit 2 ;;
esac
mkdir -p "$build"
cmake -S "$root" -B "$build" "$@" >"$build/configure.log" 2>&1 || { cat "$build/configure.log"; exit 1; }
cmake --build "$build" -j 2 >"$build/build.log" 2>&1 || { grep -E 'error|warning' -A4 "$build/build.log" | head -60; exit 1; }
cd "$build"
if [ "$variant" = fuzz ]; then
  # A smoke test: half a minute in all, from the corpora that are also replayed as ordinary tests.
  for target in tests/fuzz_*; do
    [ -x "$target" ] || continue
    name=$(basename "$target" | sed 's/^fuzz_//')
    mkdir -p "corpus-$name"
    "$target" -max_total_time=8 -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 "corpus-$name" "$root/tests/fuzz/corpus/$name" >"fuzz-$name.log" 2>&1 ||
      { tail -40 "fuzz-$name.log"; exit 1; }
    grep -E 'number_of_executed_units' "fuzz-$name.log"
  done
  exit 0
fi
# ThreadSanitizer does not know the locks of an OpenMP runtime that was built without it; the runtime's own observer
# (Archer) tells it. Where that is missing the threads test would report what is no race.
if [ "$variant" = tsan ]; then
  archer=$(ls /usr/lib/llvm-*/lib/libarcher.so 2>/dev/null | head -1 || true)
  export TSAN_OPTIONS="ignore_noninstrumented_modules=1"
  [ -z "$archer" ] || export OMP_TOOL_LIBRARIES="$archer"
fi
ctest --output-on-failure --no-tests=error -j 2 -L unit >"$build/test.log" 2>&1 || { tail -80 "$build/test.log"; exit 1; }
tail -5 "$build/test.log"
