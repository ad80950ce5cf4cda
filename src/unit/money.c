// SPDX-License-Identifier: GPL-3.0-or-later
// Money as it is written in tables, with a scale before or behind it, and the scale in which people read it.
#include <math.h>
#include <string.h>

#include "unit/registry.h"

static bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t skip_blanks(tf_str s, size_t i) {
  while (i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\t')) {
    i++;
  }
  return i;
}

static size_t skip_word(tf_str s, size_t i) {
  while (i < s.len && (letter(s.ptr[i]) || (s.ptr[i] >= '0' && s.ptr[i] <= '9'))) {
    i++;
  }
  return i;
}

// Bytes of `$` or a currency code (with a year) at i, 0 if there is none.
static size_t money_at(const tf_units *units, tf_str s, size_t i) {
  if (i < s.len && s.ptr[i] == '$') {
    return 1;
  }
  tf_atom atom;
  tf_str word = tf_str_sub(s, i, skip_word(s, i));
  return word.len > 0 && tf_atom_find(units, word, &atom) == TF_FOUND && tf_symbol_is_money(units, atom.symbol)
             ? word.len
             : 0;
}

// [scale] money [scale] rest, in bytes of the cell.
typedef struct money_cell {
  tf_str before, behind; // scale words, empty if none
  size_t money, money_end, rest;
} money_cell;

static bool ends_money(tf_str s, size_t i) {
  return i == s.len || s.ptr[i] == '/' || s.ptr[i] == '*';
}

// False if the cell is no money with a sign or a scale; then it is an ordinary unit.
static bool split_cell(const tf_units *units, tf_str s, money_cell *cell) {
  *cell = (money_cell){.before = {s.ptr, 0}, .behind = {s.ptr, 0}};
  size_t len = money_at(units, s, 0);
  if (len == 0) {
    size_t end = skip_word(s, 0);
    size_t next = skip_blanks(s, end);
    len = end == 0 || next == s.len ? 0 : money_at(units, s, next);
    // `bn$` may touch; `bnUSD` is one word and never comes here.
    if (len == 0) {
      return false;
    }
    cell->before = tf_str_sub(s, 0, end);
    cell->money = next;
  }
  cell->money_end = cell->money + len;
  cell->rest = cell->money_end;
  size_t next = skip_blanks(s, cell->money_end);
  size_t end = skip_word(s, next);
  if (end > next && (next > cell->money_end || s.ptr[cell->money] == '$')) {
    cell->behind = tf_str_sub(s, next, end);
    cell->rest = end;
  }
  // What follows may still be wrong; the rest then says so in the words for units.
  return cell->before.len > 0 || cell->behind.len > 0 || s.ptr[cell->money] == '$';
}

static tf_status bad_scale(tf_units *units, tf_located text, tf_str cell, tf_str word, tf_str code, tf_str rest) {
  size_t at = (size_t)(word.ptr - text.text.ptr);
  const char *meant = tf_scale_meant(word);
  tf_status status = tf_fail(units->cx, TF_INVALID, tf_located_span(text, at, at + word.len),
                             "unknown scale `%.*s` of money in `%.*s`", TF_STR_ARGS(word), TF_STR_ARGS(cell));
  if (meant != NULL) {
    tf_hint(units->cx, "did you mean `%s %.*s%.*s`?", meant, TF_STR_ARGS(code), TF_STR_ARGS(rest));
  } else if (tf_str_is(word, "per")) {
    tf_hint(units->cx, "write `/` for per");
  } else {
    tf_hint(units->cx, "scales are k, m, bn and tn");
  }
  return status;
}

tf_status tf_unit_parse_cell(tf_units *units, tf_located text, tf_unit *unit) {
  tf_str s = tf_str_trim(text.text);
  money_cell cell;
  if (s.len == 0 || !split_cell(units, s, &cell)) {
    return tf_unit_parse(units, text, unit);
  }
  size_t start = (size_t)(s.ptr - text.text.ptr);
  tf_str code = s.ptr[cell.money] == '$' ? TF_STR("USD") : tf_str_sub(s, cell.money, cell.money_end);
  tf_str rest = tf_str_sub(s, cell.rest, s.len);
  tf_str word = cell.before.len > 0 ? cell.before : cell.behind;
  const char *spelling = "";
  double factor = 1;
  if (cell.before.len > 0 && cell.behind.len > 0) {
    tf_status status = tf_fail(units->cx, TF_INVALID, tf_located_span(text, start, start + s.len),
                               "two scales of money in `%.*s`", TF_STR_ARGS(s));
    tf_hint(units->cx, "write one, such as `bn %.*s`", TF_STR_ARGS(code));
    return status;
  }
  if (word.len > 0) {
    factor = tf_scale_of(word, &spelling);
    if (factor == 0) {
      return bad_scale(units, text, s, word, code, rest);
    }
  }
  const char *plain = tf_format(units->cx->arena, "%.*s%.*s", TF_STR_ARGS(code), TF_STR_ARGS(rest));
  tf_span head = tf_located_span(text, start, start + cell.rest);
  tf_unit found;
  tf_status status = tf_unit_strict(units, tf_str_of(plain), head, code.len, &found);
  if (status != TF_OK) {
    return status;
  }
  if (factor != 1) {
    found.factor *= factor;
    found.text = tf_str_of(tf_format(units->cx->arena, "%s %.*s", spelling, TF_STR_ARGS(found.text)));
  }
  *unit = found;
  return TF_OK;
}

typedef struct step {
  double factor, from; // used from this magnitude on
  const char *prefix;
} step;

// Up to 9,999 money is read best as it is; a bare `k` is for what lies between that and a million.
static const step steps[] = {
    {1e12, 1e12, "tn "}, {1e9, 1e9, "bn "}, {1e6, 1e6, "m "}, {1e3, 1e4, "k "}, {1, 0, ""},
};
enum { STEPS = sizeof steps / sizeof steps[0] };

double tf_unit_display(tf_units *units, tf_unit unit, double magnitude, const char **text) {
  tf_str plain = unit.text;
  double scale = 1;
  for (size_t i = 0; i < STEPS; i++) {
    if (steps[i].prefix[0] != '\0' && tf_str_starts(unit.text, steps[i].prefix)) {
      plain = tf_str_sub(unit.text, strlen(steps[i].prefix), unit.text.len);
      scale = steps[i].factor;
    }
  }
  size_t end = skip_word(plain, 0);
  double size = fabs(magnitude) * scale;
  if (!tf_dim_is_money(units, unit.dim) || money_at(units, plain, 0) != end || end == 0 || !ends_money(plain, end) ||
      !isfinite(size) || size == 0) {
    *text = tf_cstr(units->cx->arena, unit.text);
    return 1;
  }
  size_t i = 0;
  while (size < steps[i].from) {
    i++;
  }
  *text = tf_format(units->cx->arena, "%s%.*s", steps[i].prefix, TF_STR_ARGS(plain));
  return steps[i].factor / scale;
}
