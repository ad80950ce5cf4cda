// SPDX-License-Identifier: GPL-3.0-or-later
// What spreadsheets write into cells: numbers with separated thousands and decimal commas are read where there is one
// reading of them; anything that could be taken for another number is an error that says what to write.
#include <string.h>

#include "table/table.h"

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

static char char_at(tf_str s, size_t i) {
  return i < s.len ? s.ptr[i] : '\0';
}

static bool too_narrow(tf_str text) {
  size_t i = 0;
  while (char_at(text, i) == '#') {
    i++;
  }
  return i >= 2 && i == text.len;
}

bool tf_spreadsheet_error(tf_str text) {
  if (too_narrow(text) || tf_str_is(text, "#N/A") || tf_str_is(text, "#NV")) {
    return true;
  }
  if (tf_str_starts(text, "Err:") && text.len == 7) {
    return is_digit(text.ptr[4]) && is_digit(text.ptr[5]) && is_digit(text.ptr[6]);
  }
  // #REF! #NAME? #VALUE! #DIV/0! #NUM! #NULL! #SPILL!, and the same in other languages (#BEZUG!)
  if (text.len < 4 || text.ptr[0] != '#' || (text.ptr[text.len - 1] != '!' && text.ptr[text.len - 1] != '?')) {
    return false;
  }
  for (size_t i = 1; i + 1 < text.len; i++) {
    if (!is_upper(text.ptr[i]) && text.ptr[i] != '/' && text.ptr[i] != '0') {
      return false;
    }
  }
  return true;
}

typedef struct lookalike {
  uint32_t code;
  const char *what;
  const char *hint;
} lookalike;

static const lookalike lookalikes[] = {
    {0x2018, "a curly quote", "write ' instead"},
    {0x2019, "a curly quote", "write ' instead"},
    {0x201A, "a curly quote", "write ' instead"},
    {0x201C, "a curly quote", "write \" instead"},
    {0x201D, "a curly quote", "write \" instead"},
    {0x201E, "a curly quote", "write \" instead"},
    {0x00A0, "a non-breaking space", "write a plain space instead"},
    {0x2007, "a non-breaking space", "write a plain space instead"},
    {0x202F, "a non-breaking space", "write a plain space instead"},
    {0x2009, "a thin space", "write a plain space instead"},
    {0x200B, "an invisible character", "delete it"},
    {0x200C, "an invisible character", "delete it"},
    {0x200D, "an invisible character", "delete it"},
    {0x2060, "an invisible character", "delete it"},
    {0xFEFF, "an invisible character", "delete it"},
    {0x2212, "a typographic minus sign", "write - instead"},
    {0x00B1, "the sign `\u00B1`", "write +- instead"},
    {0x00D7, "the sign `\u00D7`", "write * instead"},
    {0x20AC, "the sign `\u20AC`", "write the currency by its code: 40 EUR"},
    {0x00A3, "the sign `\u00A3`", "write the currency by its code: 40 GBP"},
    {0x00A5, "the sign `\u00A5`", "write the currency by its code: 40 JPY or 40 CNY"},
};

// A dash between two numbers; elsewhere it belongs to a label.
static bool range_dash(tf_str text, size_t at, size_t size) {
  size_t after = at + size;
  while (char_at(text, after) == ' ') {
    after++;
  }
  return is_digit(char_at(text, after)) || char_at(text, after) == '$';
}

static bool is_ascii(tf_str s) {
  unsigned char all = 0;
  for (size_t i = 0; i < s.len; i++) {
    all |= (unsigned char)s.ptr[i];
  }
  return all < 0x80;
}

static tf_status check_characters(tf_context *cx, tf_located cell) {
  if (is_ascii(cell.text)) {
    return TF_OK;
  }
  for (size_t i = 0; i < cell.text.len;) {
    uint32_t code = 0;
    size_t size = tf_utf8_decode(tf_str_sub(cell.text, i, cell.text.len), &code);
    size = size == 0 ? 1 : size;
    tf_span at = tf_located_span(cell, i, i + size);
    for (size_t k = 0; code >= 0x80 && k < sizeof lookalikes / sizeof *lookalikes; k++) {
      if (lookalikes[k].code == code) {
        tf_status status = tf_fail(cx, TF_INVALID, at, "%s", lookalikes[k].what);
        tf_hint(cx, "%s", lookalikes[k].hint);
        return status;
      }
    }
    if ((code == 0x2013 || code == 0x2014) && range_dash(cell.text, i, size)) {
      tf_status status = tf_fail(cx, TF_INVALID, at, "a dash is not read as a range nor as a minus sign");
      tf_hint(cx, "write `20 to 40` for a range, -40 for a negative number");
      return status;
    }
    i += size;
  }
  return TF_OK;
}

tf_status tf_cell_plain(tf_context *cx, tf_located cell) {
  if (tf_spreadsheet_error(cell.text)) {
    if (too_narrow(cell.text)) {
      tf_status status = tf_fail(cx, TF_INVALID, cell.at, "`%.*s` is what a spreadsheet shows for a number too wide",
                                 TF_STR_ARGS(cell.text));
      tf_hint(cx, "widen the column there and save the file again");
      return status;
    }
    tf_status status =
        tf_fail(cx, TF_INVALID, cell.at, "`%.*s` is an error of the spreadsheet, not a value", TF_STR_ARGS(cell.text));
    tf_hint(cx, "mend the formula there and save the file again");
    return status;
  }
  return check_characters(cx, cell);
}

// The text without the characters of `drop`, and with `from` turned into `to`.
static const char *rewritten(tf_context *cx, tf_str text, char drop, char from, char to) {
  tf_text out = tf_text_new(cx->arena);
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] != drop) {
      tf_text_addc(&out, text.ptr[i] == from ? to : text.ptr[i]);
    }
  }
  return tf_str_of(tf_cstr(cx->arena, tf_text_str(&out))).ptr;
}

// A whole cell `(1.5)`, `($40,000)`, `(12%)`, which accountants read as negative.
static bool accounting(tf_str text) {
  if (text.len < 3 || text.ptr[0] != '(' || text.ptr[text.len - 1] != ')') {
    return false;
  }
  size_t i = char_at(text, 1) == '$' ? 2 : 1;
  if (!is_digit(char_at(text, i)) && char_at(text, i) != '.') {
    return false;
  }
  for (; i + 1 < text.len; i++) {
    char c = text.ptr[i];
    if (!is_digit(c) && c != '.' && c != ',' && !(c == '%' && i + 2 == text.len)) {
      return false;
    }
  }
  return true;
}

// `'20`, by which spreadsheets mark text, and `1'000`, as thousands are written in Switzerland.
static bool number_with_apostrophe(tf_str text) {
  size_t apostrophes = 0;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    apostrophes += c == '\'' ? 1 : 0;
    if (!is_digit(c) && c != '\'' && c != '.' && c != ',' && c != '%' && c != '-') {
      return false;
    }
  }
  return apostrophes > 0 && text.len > 1 && text.ptr[text.len - 1] != '\'';
}

static tf_status check_signs(tf_context *cx, tf_located cell) {
  tf_str text = cell.text;
  if (accounting(text)) {
    tf_status status = tf_fail(cx, TF_INVALID, cell.at, "`%.*s` is not read as a negative number", TF_STR_ARGS(text));
    tf_hint(cx, "write -%.*s", TF_STR_ARGS(tf_str_sub(text, 1, text.len - 1)));
    return status;
  }
  bool formula =
      char_at(text, 0) == '=' || char_at(text, 0) == '@' || (char_at(text, 0) == '+' && is_letter(char_at(text, 1)));
  if (formula) {
    tf_status status = tf_fail(cx, TF_INVALID, cell.at, "a spreadsheet formula, not its value");
    tf_hint(cx, "save the file with values in place of formulas");
    return status;
  }
  if (number_with_apostrophe(text)) {
    size_t at = tf_str_find(text, '\'');
    tf_status status = tf_fail(cx, TF_INVALID, tf_located_span(cell, at, at + 1),
                               at == 0 ? "an apostrophe before a number" : "an apostrophe in a number");
    tf_hint(cx, "write %s", rewritten(cx, text, '\'', '\0', '\0'));
    return status;
  }
  if (text.len > 1 && text.ptr[text.len - 1] == '-' &&
      (is_digit(text.ptr[text.len - 2]) || text.ptr[text.len - 2] == '%')) {
    tf_status status =
        tf_fail(cx, TF_INVALID, tf_located_span(cell, text.len - 1, text.len), "a minus sign behind its number");
    tf_hint(cx, "write -%.*s", TF_STR_ARGS(tf_str_sub(text, 0, text.len - 1)));
    return status;
  }
  if (char_at(text, 0) == '+') {
    tf_status status = tf_fail(cx, TF_INVALID, tf_located_span(cell, 0, 1), "a leading plus sign");
    tf_hint(cx, "write %.*s", TF_STR_ARGS(tf_str_trim(tf_str_sub(text, 1, text.len))));
    return status;
  }
  return TF_OK;
}

// A run of digits, points and commas that begins and ends with a digit; `..` ends it.
typedef struct number {
  size_t from, to;
  size_t commas, points;
  bool comma_groups; // 1,234,567 before any point, none of them later
  bool point_groups; // the same with points, before any comma
} number;

// Digits in groups of three after a first one of 1 to 3 that is not zero, from the start of `s` as far as it goes.
static size_t grouped(tf_str s, char separator) {
  size_t i = 0;
  while (i < 3 && is_digit(char_at(s, i))) {
    i++;
  }
  if (i == 0 || s.ptr[0] == '0') {
    return 0;
  }
  size_t groups = 0;
  while (char_at(s, i) == separator && is_digit(char_at(s, i + 1)) && is_digit(char_at(s, i + 2)) &&
         is_digit(char_at(s, i + 3)) && !is_digit(char_at(s, i + 4))) {
    i += 4;
    groups++;
  }
  return groups == 0 ? 0 : i;
}

// Everything after the groups is one decimal part at most.
static bool has_groups(tf_str s, char separator, char decimal) {
  size_t i = grouped(s, separator);
  if (i == 0 || (i < s.len && s.ptr[i] != decimal)) {
    return false;
  }
  for (i++; i < s.len; i++) {
    if (!is_digit(s.ptr[i])) {
      return false;
    }
  }
  return true;
}

static number scan_number(tf_str text, size_t from) {
  number n = {.from = from, .to = from};
  for (size_t i = from; i < text.len; i++) {
    char c = text.ptr[i];
    if (is_digit(c)) {
      n.to = i + 1;
    } else if ((c == ',' || c == '.') && is_digit(char_at(text, i + 1))) {
      n.commas += c == ',' ? 1 : 0;
      n.points += c == '.' ? 1 : 0;
    } else {
      break;
    }
  }
  tf_str s = tf_str_sub(text, n.from, n.to);
  n.comma_groups = has_groups(s, ',', '.');
  n.point_groups = has_groups(s, '.', ',');
  return n;
}

// With its exponent, for messages.
static tf_str with_exponent(tf_str text, number n) {
  size_t to = n.to;
  if (char_at(text, to) == 'e' || char_at(text, to) == 'E') {
    size_t i = to + 1 + (char_at(text, to + 1) == '+' || char_at(text, to + 1) == '-' ? 1 : 0);
    while (is_digit(char_at(text, i))) {
      to = ++i;
    }
  }
  return tf_str_sub(text, n.from, to);
}

static void note_thousands(tf_context *cx, const tf_csv *csv, tf_span at, tf_str written, const char *read) {
  if (csv == NULL || !*csv->noted) {
    tf_note(cx, at, "`%.*s` is read as %s", TF_STR_ARGS(written), read);
    if (csv != NULL) {
      *csv->noted = true;
      tf_hint(cx, "so are other numbers with separated thousands in this file");
    }
  }
}

static tf_status check_comma_number(tf_context *cx, const tf_csv *csv, tf_located cell, number n, int depth) {
  if (n.commas == 0) {
    return TF_OK;
  }
  tf_str written = with_exponent(cell.text, n);
  tf_span at = tf_located_span(cell, n.from, n.from + written.len);
  if (depth > 0) {
    if (!n.comma_groups) {
      return TF_OK; // arguments
    }
    tf_status status =
        tf_fail(cx, TF_INVALID, at, "`%.*s` could be one number or several arguments", TF_STR_ARGS(written));
    tf_hint(cx, "write %s, or a blank after a comma that separates", rewritten(cx, written, ',', '\0', '\0'));
    return status;
  }
  if (n.comma_groups) {
    note_thousands(cx, csv, at, written, rewritten(cx, written, ',', '\0', '\0'));
    return TF_OK;
  }
  tf_status status =
      tf_fail(cx, TF_INVALID, at, "`%.*s` is not a number: the decimal sign is a point", TF_STR_ARGS(written));
  if (n.point_groups) {
    tf_hint(cx, "write %s", rewritten(cx, written, '.', ',', '.'));
  } else if (n.commas == 1 && n.points == 0) {
    tf_hint(cx, "write %s", rewritten(cx, written, '\0', ',', '.'));
  } else {
    tf_hint(cx, "thousands are in groups of three: 1,234,567");
  }
  return status;
}

// In `Llama 3.1` the number belongs to a label; after `to` it does not.
static bool after_word(tf_str text, size_t from) {
  size_t end = from;
  while (end > 0 && text.ptr[end - 1] == ' ') {
    end--;
  }
  size_t start = end;
  while (start > 0 && is_letter(text.ptr[start - 1])) {
    start--;
  }
  tf_str word = tf_str_sub(text, start, end);
  return end < from && word.len > 0 && !tf_str_is(word, "to") && !tf_str_is(word, "at");
}

// Adds the number as it is written with a decimal point.
static tf_status add_point_number(tf_context *cx, const tf_csv *csv, tf_located cell, number n, tf_text *out) {
  tf_str written = tf_str_sub(cell.text, n.from, n.to);
  tf_span at = tf_located_span(cell, n.from, n.to);
  if (n.points == 0 && n.commas <= 1) {
    tf_text_adds(out, rewritten(cx, written, '\0', ',', '.'));
    return TF_OK;
  }
  if (n.point_groups) {
    const char *read = rewritten(cx, written, '.', ',', '.');
    note_thousands(cx, csv, at, written, read);
    tf_text_adds(out, read);
    return TF_OK;
  }
  if (after_word(cell.text, n.from)) {
    tf_text_add(out, written);
    return TF_OK;
  }
  tf_status status =
      tf_fail(cx, TF_INVALID, at, "`%.*s` is not a number: in a file with `;` the decimal sign is a comma",
              TF_STR_ARGS(written));
  if (n.points == 1 && n.commas == 0) {
    tf_hint(cx, "write %s", rewritten(cx, written, '\0', '.', ','));
  } else if (n.comma_groups) {
    tf_hint(cx, "write %s", rewritten(cx, written, ',', '.', ','));
  } else {
    tf_hint(cx, "a comma that separates arguments needs a blank after it");
  }
  return status;
}

// Walks over the numbers of a cell that are not part of a word or quoted; `out` collects the text with decimal points,
// or is NULL in a file with commas.
static tf_status walk_numbers(tf_context *cx, const tf_csv *csv, tf_located cell, tf_text *out) {
  tf_str text = cell.text;
  int depth = 0;
  char quote = '\0';
  for (size_t i = 0; i < text.len;) {
    char c = text.ptr[i];
    char before = i == 0 ? ' ' : text.ptr[i - 1];
    if (quote == '\0' && is_digit(c) && !is_letter(before) && before != '_') {
      number n = scan_number(text, i);
      tf_status status =
          out == NULL ? check_comma_number(cx, csv, cell, n, depth) : add_point_number(cx, csv, cell, n, out);
      if (status != TF_OK) {
        return status;
      }
      i = n.to;
      continue;
    }
    if (quote != '\0') {
      quote = c == quote ? '\0' : quote;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(' || c == '[') {
      depth++;
    } else if (c == ')' || c == ']') {
      depth--;
    }
    if (out != NULL) {
      tf_text_addc(out, c);
    }
    i++;
    // The digits of a name (USD2024, h100_price) are no number.
    while (quote == '\0' && (is_letter(c) || c == '_') && is_digit(char_at(text, i))) {
      if (out != NULL) {
        tf_text_addc(out, text.ptr[i]);
      }
      i++;
    }
  }
  return TF_OK;
}

tf_status tf_cell_check(tf_context *cx, const tf_csv *csv, tf_located cell) {
  tf_located value;
  return tf_csv_number_text(cx, csv, cell, &value);
}

tf_status tf_csv_number_text(tf_context *cx, const tf_csv *csv, tf_located cell, tf_located *value) {
  tf_status status = tf_cell_plain(cx, cell);
  status = status == TF_OK ? check_signs(cx, cell) : status;
  if (status != TF_OK) {
    return status;
  }
  tf_located result = cell;
  if (csv == NULL || !csv->decimal_comma) {
    if (tf_str_find(cell.text, ',') != SIZE_MAX) {
      status = walk_numbers(cx, csv, cell, NULL);
    }
  } else if (tf_str_find(cell.text, ',') != SIZE_MAX || tf_str_find(cell.text, '.') != SIZE_MAX) {
    tf_text out = tf_text_new(cx->arena);
    status = walk_numbers(cx, csv, cell, &out);
    result.text = tf_text_str(&out);
  }
  if (status == TF_OK) {
    *value = result;
  }
  return status;
}
