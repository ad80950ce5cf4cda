#!/bin/sh
# Includes follow the layers: a file of src/<layer> includes only its own layer and those below it.
#   base <- unit <- table <- lang <- model <- { scenario | engine <- stats } <- out <- cli
set -eu
root=${1:?usage: layers.sh SOURCE_DIR}
allowed() {
  case $1 in
  base) echo "base" ;;
  unit) echo "base unit" ;;
  table) echo "base unit table" ;;
  lang) echo "base unit table lang" ;;
  model) echo "base unit table lang model" ;;
  scenario) echo "base unit table lang model scenario" ;;
  engine) echo "base unit table lang model engine" ;;
  stats) echo "base unit table lang model engine stats" ;;
  out) echo "base unit table lang model scenario engine stats out" ;;
  cli) echo "base unit table lang model scenario engine stats out cli" ;;
  *) echo "" ;;
  esac
}
bad=0
for file in $(find "$root/src" -name '*.[ch]' -o -name '*.def' | sort); do
  layer=${file#"$root/src/"}
  layer=${layer%%/*}
  for target in $(sed -n 's|^#include "\([^"/]*\)/.*|\1|p' "$file" | sort -u); do
    case " $(allowed "$layer") " in
    *" $target "*) ;;
    *)
      echo "$file: layer $layer must not include $target/"
      bad=1
      ;;
    esac
  done
  if grep -nq '^#include "[^/]*"$' "$file"; then
    echo "$file: includes are written \"layer/file.h\""
    bad=1
  fi
  case $layer in table) ;; *) if grep -n '<csv.h>' "$file"; then echo "$file: csv.h belongs to table"; bad=1; fi ;; esac
  case $layer in stats) ;; *) if grep -n '<gsl/' "$file"; then echo "$file: GSL belongs to stats"; bad=1; fi ;; esac
done
exit $bad
