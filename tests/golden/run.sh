#!/bin/sh
# Golden cases: every folder holds `cmd` (run by sh from the source folder, with `tenfold` in PATH and $CASE the folder), and what it must
# print: `out`, `err` (if anything is expected on stderr) and `code` (if not 0). UPDATE=1 rewrites them: review with git diff.
#   run.sh PROGRAM SOURCE_DIR CASE_DIR
set -u
program=$1
root=$2
CASE=$3
export CASE
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" && ln -s "$program" "$work/bin/tenfold"
PATH="$work/bin:$PATH" LC_ALL=C TZ=UTC COLUMNS=100 WORK="$work"
unset TENFOLD_PATH XDG_DATA_HOME
export PATH LC_ALL TZ COLUMNS WORK
cd "$root" || exit 2
sh "$CASE/cmd" >"$work/out" 2>"$work/err" </dev/null
echo $? >"$work/code"
sed -i "s|$work|WORK|g; s|$root/||g" "$work/out" "$work/err"
if [ "${UPDATE-}" = 1 ]; then
  cp "$work/out" "$CASE/out"
  if [ -s "$work/err" ]; then cp "$work/err" "$CASE/err"; else rm -f "$CASE/err"; fi
  if [ "$(cat "$work/code")" != 0 ]; then cp "$work/code" "$CASE/code"; else rm -f "$CASE/code"; fi
  exit 0
fi
bad=0
[ -f "$CASE/err" ] || : >"$work/no_err"
[ -f "$CASE/code" ] || echo 0 >"$work/zero"
# Numbers of many digits may differ in the last ones between machines (same.py); everything else must be equal.
compare() {
  cmp -s "$1" "$2" || python3 "$root/tests/golden/same.py" "$1" "$2" 2>/dev/null || { diff -u "$1" "$2"; bad=1; }
}
compare "$CASE/out" "$work/out"
if [ -f "$CASE/err" ]; then compare "$CASE/err" "$work/err"; else compare "$work/no_err" "$work/err"; fi
if [ -f "$CASE/code" ]; then compare "$CASE/code" "$work/code"; else compare "$work/zero" "$work/code"; fi
exit $bad
