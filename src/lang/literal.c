// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as people write them: digits, suffix, percent sign and unit; dates; and, in cells, amounts of money. Most of
// the file is about spellings that could be read in two ways: they are errors that offer the unambiguous ones.
#include "lang/lexer.h"

#include "base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct number {
  tf_lexer *lx;
  tf_str text;                     // from the number to the end of the range
  size_t start;                    // of text in the lexer's text
  size_t at;                       // bytes of text read so far
  size_t digits_start, digits_end; // the mantissa with its exponent, without suffix
  bool grouped;                    // 40,000
  bool dollar;
  int scale; // power of ten of suffix or scale word
  bool suffix;
  tf_unit unit; // if token.has_unit
  tf_token token;
} number;

static char at(const number *n, size_t i) {
  return i < n->text.len ? n->text.ptr[i] : '\0';
}

static size_t digits_from(const number *n, size_t i) {
  while (tf_is_digit(at(n, i))) {
    i++;
  }
  return i;
}

static size_t word_from(const number *n, size_t i) {
  if (!tf_is_letter(at(n, i))) {
    return i;
  }
  while (tf_is_word(at(n, i))) {
    i++;
  }
  return i;
}

static tf_str slice(const number *n, size_t from, size_t to) {
  return tf_str_sub(n->text, from, to);
}

static tf_span span(const number *n, size_t from, size_t to) {
  return tf_lexer_span(n->lx, n->start + from, n->start + to);
}

// Ends the token as BAD; the error is recorded by the caller.
static bool refuse(number *n, size_t end) {
  n->token.kind = TF_TOKEN_BAD;
  n->at = end;
  return false;
}

#define FAIL(n, from, to, ...) ((void)tf_fail((n)->lx->cx, TF_INVALID, span((n), (from), (to)), __VA_ARGS__))
#define HINT(n, ...) tf_hint((n)->lx->cx, __VA_ARGS__)

// ---- digits ----

enum { GROUPS_MAX = 8 };

// `,` and `_` between digits. A comma inside parentheses separates arguments, but 40,000 there is hardly two numbers.
static bool check_separator(number *n, size_t end) {
  char c = at(n, end);
  if ((c != ',' && c != '_') || !tf_is_digit(at(n, end + 1))) {
    return true;
  }
  size_t from = n->digits_start;
  size_t to = end;
  const bool arguments =
      c == ',' && n->lx->depth > 0; // so many groups are no number: each would be read up to the last
  bool thousands = true;
  for (size_t groups = 0; at(n, to) == c && tf_is_digit(at(n, to + 1)) && (thousands || !arguments); groups++) {
    size_t next = digits_from(n, to + 1);
    thousands = thousands && next - to == 4 && (!arguments || groups < GROUPS_MAX);
    to = next;
  }
  bool whole = end - from <= 3 && memchr(slice(n, from, end).ptr, '.', end - from) == NULL;
  bool zero = at(n, from) == '0';
  if (arguments && !(thousands && whole && !zero)) {
    return true;
  }
  tf_str written = slice(n, from, to);
  tf_text plain = tf_text_new(n->lx->cx->arena);
  for (size_t i = from; i < to; i++) {
    if (at(n, i) != c) {
      tf_text_addc(&plain, at(n, i));
    }
  }
  if (c == '_') {
    FAIL(n, from, to, "`%.*s` holds `_`", TF_STR_ARGS(written));
    HINT(n, "write %.*s", TF_STR_ARGS(tf_text_str(&plain)));
  } else if (thousands && whole && n->lx->depth > 0) {
    FAIL(n, from, to, "`%.*s` could be one number or several", TF_STR_ARGS(written));
    HINT(n, "write %.*s for one number, or a blank after each comma between arguments",
         TF_STR_ARGS(tf_text_str(&plain)));
  } else if (thousands && whole && !zero) {
    FAIL(n, from, to, "`%.*s` holds commas between thousands", TF_STR_ARGS(written));
    HINT(n, "write %.*s", TF_STR_ARGS(tf_text_str(&plain)));
  } else {
    FAIL(n, from, to, "`%.*s` holds a comma", TF_STR_ARGS(written));
    if (digits_from(n, end + 1) == to) {
      HINT(n, "the decimal sign is a point: %.*s.%.*s", TF_STR_ARGS(slice(n, from, end)),
           TF_STR_ARGS(slice(n, end + 1, to)));
    } else {
      HINT(n, "write the number without commas, its decimal sign as a point");
    }
  }
  return refuse(n, to);
}

// Thousands as spreadsheets group them: one to three digits, then groups of exactly three.
static size_t grouped_digits(const number *n, size_t i) {
  size_t end = digits_from(n, i);
  if (end - i > 3 || at(n, i) == '0') {
    return i;
  }
  size_t groups = 0;
  while (at(n, end) == ',' && digits_from(n, end + 1) == end + 4) {
    end += 4;
    groups++;
  }
  return groups > 0 && !(at(n, end) == ',' && tf_is_digit(at(n, end + 1))) ? end : i;
}

static bool read_digits(number *n) {
  size_t i = n->digits_start = n->at;
  size_t whole = n->lx->cell && n->lx->depth == 0 ? grouped_digits(n, i) : i;
  n->grouped = whole > i;
  i = n->grouped ? whole : digits_from(n, i);
  if (!n->grouped && !check_separator(n, i)) {
    return false;
  }
  if (at(n, i) == '.' && at(n, i + 1) != '.') {
    if (!tf_is_digit(at(n, i + 1))) {
      FAIL(n, n->digits_start, i + 1, "a digit must follow the point");
      return refuse(n, i + 1);
    }
    i = digits_from(n, i + 1);
    if (at(n, i) == '.' && tf_is_digit(at(n, i + 1))) {
      size_t end = i;
      while (tf_is_digit(at(n, end)) || (at(n, end) == '.' && tf_is_digit(at(n, end + 1)))) {
        end++;
      }
      FAIL(n, n->digits_start, end, "`%.*s` holds two points", TF_STR_ARGS(slice(n, n->digits_start, end)));
      HINT(n, "a number has one point; dates are written 2024-06-30");
      return refuse(n, end);
    }
    if (!check_separator(n, i)) {
      return false;
    }
  }
  if (at(n, i) == 'e' || at(n, i) == 'E') {
    size_t exponent = i + 1 + (at(n, i + 1) == '+' || at(n, i + 1) == '-' ? 1 : 0);
    if (tf_is_digit(at(n, exponent))) {
      i = digits_from(n, exponent);
      if (at(n, i) == '.' && tf_is_digit(at(n, i + 1))) {
        i = digits_from(n, i + 1);
        FAIL(n, n->digits_start, i, "the exponent of `%.*s` is not a whole number",
             TF_STR_ARGS(slice(n, n->digits_start, i)));
        return refuse(n, i);
      }
    }
  }
  n->digits_end = n->at = i;
  return true;
}

// The value times 10^scale, rounded once: 38% is the double nearest to 0.38.
static bool read_value(number *n) {
  size_t len = 0;
  tf_str digits = slice(n, n->digits_start, n->digits_end);
  int scale = n->scale - (n->token.percent ? 2 : 0);
  char few[64];
  char *plain = digits.len + 32 <= sizeof few ? few : tf_alloc(n->lx->cx->arena, digits.len + 32, 1);
  size_t exponent_at = digits.len;
  bool digit = false; // one that is not 0
  for (size_t i = 0; i < digits.len; i++) {
    char c = digits.ptr[i];
    if (c == 'e' || c == 'E') {
      exponent_at = i;
      break;
    }
    if (c != ',') {
      plain[len++] = c;
    }
    digit = digit || (c >= '1' && c <= '9');
  }
  long exponent = 0;
  for (size_t i = exponent_at; i < digits.len; i++) {
    if (tf_is_digit(digits.ptr[i]) && exponent < 1000000) {
      exponent = exponent * 10 + (digits.ptr[i] - '0');
    }
  }
  exponent = exponent_at + 1 < digits.len && digits.ptr[exponent_at + 1] == '-' ? -exponent : exponent;
  exponent += scale;
  if (exponent != 0) {
    char power[32];
    size_t size = 0;
    unsigned long rest = exponent < 0 ? (unsigned long)-exponent : (unsigned long)exponent;
    for (; rest > 0; rest /= 10) {
      power[size++] = (char)('0' + rest % 10);
    }
    plain[len++] = 'e';
    if (exponent < 0) {
      plain[len++] = '-';
    }
    while (size > 0) {
      plain[len++] = power[--size];
    }
  }
  (void)tf_number_scan((tf_str){plain, len}, &n->token.number);
  if (!isfinite(n->token.number)) {
    FAIL(n, n->digits_start, n->at, "the number is too large: numbers reach to 1.8e308");
    HINT(n, "is an exponent or a suffix too much?");
    return refuse(n, n->at);
  }
  if (n->token.number == 0.0 && digit) {
    FAIL(n, n->digits_start, n->at, "the number is too small: it would become 0");
    HINT(n, "write 0, or a number above 1e-307");
    return refuse(n, n->at);
  }
  return true;
}

// ---- suffixes and scale words ----

static bool scale_of(tf_str word, int *scale) {
  static const struct {
    const char *text;
    int scale;
  } words[] = {{"k", 3}, {"M", 6}, {"mn", 6}, {"G", 9}, {"bn", 9}, {"T", 12}, {"tn", 12}};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (tf_str_is(word, words[i].text)) {
      *scale = words[i].scale;
      return true;
    }
  }
  return false;
}

// In money also `m`: "USD m", "$40m".
static bool money_scale(tf_str word, int *scale) {
  *scale = 6;
  return tf_str_is(word, "m") || scale_of(word, scale);
}

// Words that mean something clear to people but could be read in two ways, or belong elsewhere. %N: the number.
static const struct {
  const char *word, *hint;
} ambiguous[] = {
    {"B", "write `%Nbn` or `%NG` for %N times 10^9, `%N B` for bytes"},
    {"b", "write `%Nbn` or `%NG` for %N times 10^9, `%N bit` for bits"},
    {"m", "write `%NM` or `%Nmn` for %N times 10^6, `%N m` for metres, `%N min` or `%N month` for times"},
    {"t", "write `%NT` or `%Ntn` for %N times 10^12, `%N t` for tonnes"},
    {"g", "write `%NG` or `%Nbn` for %N times 10^9, `%N g` for grams"},
    {"K", "write `%Nk` for %N times 10^3"},
    {"MM", "write `%NM` or `%Nmn` for %N times 10^6"},
    {"mm", "write `%NM` or `%Nmn` for %N times 10^6, `%N mm` for millimetres"},
};

static const struct {
  const char *word, *unit;
} slips[] = {
    {"d", "day"},         {"days", "day"},
    {"hr", "hour"},       {"hrs", "hour"},
    {"hours", "hour"},    {"y", "year"},
    {"yr", "year"},       {"yrs", "year"},
    {"years", "year"},    {"mo", "month"},
    {"months", "month"},  {"weeks", "week"},
    {"wk", "week"},       {"quarters", "quarter"},
    {"mins", "min"},      {"minute", "min"},
    {"minutes", "min"},   {"sec", "s"},
    {"secs", "s"},        {"seconds", "s"},
    {"gpu", "GPU"},       {"gpus", "GPU"},
    {"GPUs", "GPU"},      {"tokens", "token"},
    {"people", "person"}, {"persons", "person"},
    {"usd", "USD"},       {"dollar", "USD"},
    {"dollars", "USD"},   {"percent", "%"},
    {"flop", "FLOP"},     {"flops", "FLOP"},
    {"FLOPS", "FLOP/s"},  {"FLOPs", "FLOP"},
    {"mw", "MW"},         {"Mw", "MW"},
    {"gw", "GW"},         {"Gw", "GW"},
    {"kw", "kW"},         {"KW", "kW"},
    {"kwh", "kWh"},       {"KWh", "kWh"},
    {"KWH", "kWh"},       {"mwh", "MWh"},
    {"MWH", "MWh"},       {"gwh", "GWh"},
    {"twh", "TWh"},       {"bits", "bit"},
    {"bytes", "B"},       {"tonnes", "t"},
    {"thousand", "k"},    {"million", "mn"},
    {"billion", "bn"},    {"trillion", "tn"},
};

static void number_hint(number *n, const char *pattern, tf_str digits) {
  tf_text text = tf_text_new(n->lx->cx->arena);
  for (const char *c = pattern; *c != '\0'; c++) {
    if (c[0] == '%' && c[1] == 'N') {
      tf_text_add(&text, digits);
      c++;
    } else {
      tf_text_addc(&text, *c);
    }
  }
  HINT(n, "%.*s", TF_STR_ARGS(tf_text_str(&text)));
}

// A word directly behind the digits: a suffix, a unit (left to read_unit), or an ambiguity.
static bool read_suffix(number *n) {
  size_t end = word_from(n, n->at);
  tf_str word = slice(n, n->at, end);
  if (word.len == 0) {
    return true;
  }
  if (n->dollar ? money_scale(word, &n->scale) : scale_of(word, &n->scale)) {
    n->suffix = true;
    n->at = end;
    return true;
  }
  tf_str digits = slice(n, n->digits_start, n->digits_end);
  for (size_t i = 0; i < sizeof ambiguous / sizeof ambiguous[0]; i++) {
    if (tf_str_is(word, ambiguous[i].word)) {
      FAIL(n, n->digits_start, end, "`%.*s` is ambiguous", TF_STR_ARGS(slice(n, n->digits_start, end)));
      number_hint(n, ambiguous[i].hint, digits);
      return refuse(n, end);
    }
  }
  return true;
}

// ---- units ----

static bool month_name(tf_str word) {
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (size_t i = 0; i < sizeof months / sizeof months[0]; i++) {
    if (tf_str_starts(word, months[i])) {
      return true;
    }
  }
  return false;
}

// A word that is no unit stands behind a number: say so, with the right spelling where one can be guessed.
static bool unknown_unit(number *n, size_t from, size_t to) {
  tf_str word = slice(n, from, to);
  tf_str digits = slice(n, n->digits_start, n->at);
  int scale = 0;
  if (word.len == 2 && word.ptr[0] == 'Q' && tf_is_digit(word.ptr[1])) {
    FAIL(n, from, to, "unknown unit `%.*s`", TF_STR_ARGS(word));
    HINT(n, "a quarter is written %.*s-%.*s", TF_STR_ARGS(digits), TF_STR_ARGS(word));
    return refuse(n, to);
  }
  if (month_name(word)) {
    FAIL(n, from, to, "unknown unit `%.*s`", TF_STR_ARGS(word));
    HINT(n, "dates are written 2024-06-30, months 2024-06");
    return refuse(n, to);
  }
  if (scale_of(word, &scale)) {
    FAIL(n, from, to, "unknown unit `%.*s`", TF_STR_ARGS(word));
    HINT(n, "a suffix follows its number without a blank: %.*s%.*s", TF_STR_ARGS(digits), TF_STR_ARGS(word));
    return refuse(n, to);
  }
  for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
    if (tf_str_is(word, slips[i].word)) {
      bool suffix =
          scale_of(tf_str_of(slips[i].unit), &scale) && !tf_unit_known(n->lx->units, tf_str_of(slips[i].unit));
      FAIL(n, from, to, "unknown unit `%.*s`", TF_STR_ARGS(word));
      HINT(n, "write %.*s%s%s", TF_STR_ARGS(digits), suffix ? "" : " ", slips[i].unit);
      return refuse(n, to);
    }
  }
  if (from == n->digits_end) { // 5kUSD
    for (size_t len = 1; len <= 2 && len < word.len; len++) {
      if (scale_of(tf_str_sub(word, 0, len), &scale) && tf_unit_known(n->lx->units, tf_str_sub(word, len, word.len))) {
        FAIL(n, from, to, "unknown unit `%.*s`", TF_STR_ARGS(word));
        HINT(n, "write a blank before the unit: %.*s%.*s %.*s", TF_STR_ARGS(digits),
             TF_STR_ARGS(tf_str_sub(word, 0, len)), TF_STR_ARGS(tf_str_sub(word, len, word.len)));
        return refuse(n, to);
      }
    }
  }
  if (n->token.percent) {
    FAIL(n, from, to, "unknown unit `%.*s`", TF_STR_ARGS(word));
    HINT(n, "`%%` behind a number means percent; the remainder of a division is `mod(a, b)`");
    return refuse(n, to);
  }
  tf_unit ignored;
  if (tf_unit_parse(n->lx->units, (tf_located){word, span(n, from, to)}, &ignored) == TF_OK) {
    FAIL(n, from, to, "`%.*s` cannot stand here", TF_STR_ARGS(word));
  }
  return refuse(n, to);
}

// Behind a unit: `*name` or `/name` where name is a unit too. Then the spelling is ambiguous (a/b*c), for no quantity
// has the name of a unit; the strict reader of units explains it.
static bool check_unit_end(number *n, size_t from, size_t to) {
  char c = at(n, to);
  size_t end = word_from(n, to + 1);
  if ((c != '*' && c != '/') || end == to + 1 || at(n, end) == '(' || at(n, end) == '.' || at(n, end) == '[' ||
      !tf_unit_known(n->lx->units, slice(n, to + 1, end))) {
    return true;
  }
  tf_unit ignored;
  if (tf_unit_parse(n->lx->units, (tf_located){slice(n, from, end), span(n, from, end)}, &ignored) == TF_OK) {
    return true;
  }
  return refuse(n, end);
}

// `USD bn` and `bn USD` in cells: a scale word after at most one blank.
static void read_cell_scale(number *n) {
  size_t from = n->at + (tf_is_blank(at(n, n->at)) ? 1 : 0);
  size_t end = word_from(n, from);
  tf_str word = slice(n, from, end);
  int scale = 0;
  if (n->suffix || !money_scale(word, &scale) || tf_str_is(word, "M") || tf_str_is(word, "G") || tf_str_is(word, "T")) {
    return;
  }
  if (tf_str_is(word, "m") && !n->dollar && !n->token.has_unit) { // metres, unless money follows
    tf_unit unit;
    if (!tf_is_blank(at(n, end)) || tf_unit_scan(n->lx->units, slice(n, end + 1, n->text.len), &unit) == 0 ||
        !tf_dim_is_money(n->lx->units, unit.dim)) {
      return;
    }
  }
  n->scale = scale;
  n->suffix = true;
  n->at = end;
}

// What follows the amount of `$`: nothing, or `/GPU` and the like.
static bool read_dollar_unit(number *n) {
  size_t end = n->at;
  if (at(n, end) == '/') {
    while (end < n->text.len && !tf_is_space(at(n, end)) && at(n, end) != ',') {
      end++;
    }
  }
  tf_text text = tf_text_new(n->lx->cx->arena);
  tf_text_adds(&text, "USD");
  tf_text_add(&text, slice(n, n->at, end));
  tf_located unit = {tf_text_str(&text), span(n, n->at, end)};
  if (tf_unit_parse(n->lx->units, unit, &n->unit) != TF_OK) {
    return refuse(n, end);
  }
  n->token.has_unit = true;
  n->at = end;
  return true;
}

static bool read_percent(number *n) {
  size_t from = n->at + (at(n, n->at) == ' ' ? 1 : 0);
  if (at(n, from) != '%') {
    return true;
  }
  tf_unit unit;
  size_t used = tf_unit_scan(n->lx->units, slice(n, from, n->text.len), &unit);
  if (used > 1) { // 9 %/year is a unit; a lone % is the suffix
    n->token.has_unit = true;
    n->unit = unit;
    n->at = from + used;
    return check_unit_end(n, from, n->at);
  }
  n->token.percent = true;
  n->at = from + 1;
  return true;
}

static bool read_unit(number *n) {
  bool apart = tf_is_blank(at(n, n->at));
  size_t from = n->at + (apart ? 1 : 0);
  char c = at(n, from);
  bool one = c == '1' && at(n, from + 1) == '/' && (tf_is_letter(at(n, from + 2)) || at(n, from + 2) == '(');
  bool per = !apart && c == '/' && tf_is_letter(at(n, from + 1));
  if (per) { // 5/year: no quantity is named year, so a unit is meant
    size_t end = word_from(n, from + 1);
    if (at(n, end) != '(' && at(n, end) != '.' && at(n, end) != '[' &&
        tf_unit_known(n->lx->units, slice(n, from + 1, end)) &&
        tf_keyword_of(slice(n, from + 1, end)) == TF_KEYWORD_NONE) {
      FAIL(n, from, end, "a unit cannot begin with `/`");
      HINT(n, "write %.*s 1%.*s", TF_STR_ARGS(slice(n, n->digits_start, n->at)), TF_STR_ARGS(slice(n, from, end)));
      return refuse(n, end);
    }
    return true;
  }
  if (!tf_is_letter(c) && !(one && apart)) {
    if (n->token.percent && (tf_is_digit(c) || (tf_is_blank(c) && tf_is_digit(at(n, from + 1))))) {
      FAIL(n, n->digits_start, n->at, "a number follows `%%`");
      HINT(n, "`%%` behind a number means percent; the remainder of a division is `mod(a, b)`");
      return refuse(n, n->at);
    }
    return true;
  }
  size_t end = word_from(n, from);
  tf_str word = slice(n, from, end);
  tf_keyword keyword = tf_keyword_of(word);
  if (apart && ((keyword != TF_KEYWORD_NONE && keyword != TF_KEYWORD_T) || tf_str_is(word, "per"))) {
    return true;
  }
  size_t used = tf_unit_scan(n->lx->units, slice(n, from, n->text.len), &n->unit);
  if (used == 0) {
    return unknown_unit(n, from, end);
  }
  n->token.has_unit = true;
  n->at = from + used;
  return check_unit_end(n, from, n->at);
}

// ---- dates ----

// Four digits, `-`, then two digits or Q: a date, never a difference. `2024-7` could be either.
static bool read_date(number *n, bool *found) {
  *found = false;
  if (digits_from(n, 0) != 4 || at(n, 4) != '-') {
    return true;
  }
  size_t end = digits_from(n, 5);
  bool quarter = (at(n, 5) == 'Q' || at(n, 5) == 'q') && tf_is_digit(at(n, 6));
  if (!quarter && end == 6 && (at(n, 0) == '1' || at(n, 0) == '2')) {
    FAIL(n, 0, end, "`%.*s` is neither a month nor a difference", TF_STR_ARGS(slice(n, 0, end)));
    HINT(n, "write %.*s-0%c for the month, or blanks around `-` to subtract", TF_STR_ARGS(slice(n, 0, 4)), at(n, 5));
    return refuse(n, end);
  }
  if (!quarter && end != 7) {
    return true;
  }
  const char *why = NULL;
  size_t used = tf_period_scan(n->text, &n->token.period, &why);
  size_t stop = used > 7 ? used : 7;
  while (tf_is_word(at(n, stop)) || (at(n, stop) == '-' && tf_is_digit(at(n, stop + 1)))) {
    stop++;
  }
  if (used != stop || n->token.period.kind == TF_PERIOD_YEAR) {
    FAIL(n, 0, stop, "`%.*s` is not a date%s%s", TF_STR_ARGS(slice(n, 0, stop)), used == 0 && why != NULL ? ": " : "",
         used == 0 && why != NULL ? why : "");
    HINT(n, "dates are written 2024-06-30, 2024-06 or 2024-Q2; blanks around `-` make it a difference");
    return refuse(n, stop);
  }
  n->token.kind = TF_TOKEN_DATE;
  n->at = used;
  *found = true;
  return true;
}

static bool read_number(number *n) {
  if (at(n, 0) == '$') {
    n->dollar = true;
    n->at = tf_is_blank(at(n, 1)) ? 2 : 1;
    if (!tf_is_digit(at(n, n->at)) && at(n, n->at) != '.') {
      FAIL(n, 0, 1, "a number is missing after `$`");
      HINT(n, "write $40,000 or 40000 USD");
      return refuse(n, 1);
    }
  } else {
    bool found = false;
    if (!read_date(n, &found) || found) {
      return !found ? false : true;
    }
  }
  if (!read_digits(n) || !read_suffix(n) || !read_percent(n)) {
    return false;
  }
  if (n->lx->cell && !n->token.percent && !n->token.has_unit) {
    read_cell_scale(n);
  }
  if (n->dollar ? !read_dollar_unit(n) : !n->token.has_unit && !read_unit(n)) {
    return false;
  }
  if (n->lx->cell && n->token.has_unit && tf_dim_is_money(n->lx->units, n->unit.dim)) {
    read_cell_scale(n); // 40 USD bn
  }
  if (!read_value(n)) {
    return false;
  }
  if (n->grouped) {
    char plain[32];
    tf_note(n->lx->cx, span(n, n->digits_start, n->digits_end), "`%.*s` is read as %s",
            TF_STR_ARGS(slice(n, n->digits_start, n->digits_end)),
            tf_number_print(n->token.number / pow(10, n->scale), plain));
  }
  return true;
}

void tf_lexer_number(tf_lexer *lx, tf_token *token) {
  number n = {.lx = lx, .text = tf_str_sub(lx->origin.text, lx->pos, lx->end), .start = lx->pos};
  n.token.kind = TF_TOKEN_NUMBER;
  n.token.start = lx->pos;
  (void)read_number(&n);
  n.token.end = lx->pos + n.at;
  n.token.text = tf_str_sub(lx->origin.text, n.token.start, n.token.end);
  if (n.token.kind == TF_TOKEN_NUMBER && n.token.has_unit) {
    tf_unit *unit = TF_NEW(lx->cx->arena, tf_unit);
    *unit = n.unit;
    n.token.unit = unit;
  }
  *token = n.token;
}
