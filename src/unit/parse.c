// SPDX-License-Identifier: GPL-3.0-or-later
// The grammar of units by recursive descent, in two manners: quiet (the longest prefix that is a unit) and strict (the
// whole text, every flaw an error that says what to write).
#include "unit/registry.h"

enum { DEPTH = 8, POWER_MAX = 12 };

typedef struct parser {
  tf_units *units;
  tf_str text;
  bool quiet;
  size_t pos;
  tf_product product;
  // Bytes before `head` stand for the whole place `from`; byte head + i is byte from.end + i of the source.
  tf_span from;
  size_t head;
} parser;

static bool level(parser *p, int sign, int depth);

static char peek(const parser *p) {
  return p->pos < p->text.len ? p->text.ptr[p->pos] : '\0';
}

static bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c) {
  return c >= '0' && c <= '9';
}

static tf_span span_of(const parser *p, size_t start, size_t end) {
  if (p->from.source == 0) {
    return p->from;
  }
  if (p->head == 0) {
    // Inside positions are exact only where the source holds the very text.
    return tf_located_span((tf_located){p->text, p->from}, start, end);
  }
  uint32_t a = start < p->head ? p->from.start : p->from.end + (uint32_t)(start - p->head);
  uint32_t b = end <= p->head ? p->from.end : p->from.end + (uint32_t)(end - p->head);
  return (tf_span){p->from.source, a, b};
}

#define REFUSE(p, start, end, ...)                                                                                     \
  ((p)->quiet ? (void)0 : (void)tf_fail((p)->units->cx, TF_INVALID, span_of((p), (start), (end)), __VA_ARGS__))
#define HINT(p, ...) ((p)->quiet ? (void)0 : tf_hint((p)->units->cx, __VA_ARGS__))

// The word at the place: `%`, `1`, or a name. Strict parsing takes everything up to the next operator, so that the
// message shows the whole of what is no unit.
static tf_str word_at(const parser *p) {
  size_t i = p->pos;
  if (p->quiet && peek(p) == '%') {
    return tf_str_sub(p->text, i, i + 1);
  }
  while (i < p->text.len) {
    char c = p->text.ptr[i];
    bool joins = c == '*' || c == '/' || c == '^' || c == '(' || c == ')';
    if (p->quiet ? !letter(c) && !digit(c) : joins) {
      break;
    }
    i++;
  }
  return tf_str_sub(p->text, p->pos, i);
}

static void list_prefixes(uint32_t mask, char out[static 2 * TF_PREFIXES]) {
  size_t len = 0;
  for (unsigned i = 0; i < TF_PREFIXES; i++) {
    if ((mask >> i & 1u) != 0) {
      if (len > 0) {
        out[len++] = ' ';
      }
      out[len++] = tf_prefixes[i].letter;
    }
  }
  out[len] = '\0';
}

static void explain_prefix(parser *p, tf_str word, tf_atom atom) {
  tf_symbol symbol = p->units->symbols.at[atom.symbol];
  REFUSE(p, p->pos, p->pos + word.len, "unknown unit `%.*s`: `%.*s` takes no prefix `%c`", TF_STR_ARGS(word),
         TF_STR_ARGS(symbol.name), tf_prefixes[atom.prefix].letter);
  const char *better = tf_unit_suggestion(p->units, word);
  if (better != NULL) {
    HINT(p, "%s", better);
  } else if (symbol.prefixes == 0) {
    HINT(p, "`%.*s` stands without prefix", TF_STR_ARGS(symbol.name));
  } else {
    char letters[2 * TF_PREFIXES];
    list_prefixes(symbol.prefixes, letters);
    HINT(p, "its prefixes are %s", letters);
  }
}

static void explain_word(parser *p, tf_str word) {
  if (p->quiet) {
    return; // looking for what was meant takes far longer than parsing
  }
  tf_atom atom;
  size_t end = p->pos + word.len;
  if (word.len == 0) {
    char c = peek(p);
    if (c == '\0') {
      REFUSE(p, p->pos, p->pos, "a unit is missing at the end of `%.*s`", TF_STR_ARGS(p->text));
    } else {
      REFUSE(p, p->pos, p->pos + 1, "a unit is missing before `%c`", c);
    }
  } else if (digit(word.ptr[0])) {
    REFUSE(p, p->pos, end, "a unit holds no number but 1, here `%.*s`", TF_STR_ARGS(word));
  } else if (tf_atom_find(p->units, word, &atom) == TF_BAD_PREFIX) {
    explain_prefix(p, word, atom);
  } else {
    REFUSE(p, p->pos, end, "unknown unit `%.*s`", TF_STR_ARGS(word));
    const char *better = tf_unit_suggestion(p->units, word);
    if (better != NULL) {
      HINT(p, "%s", better);
    } else {
      HINT(p, "a model declares its own units, such as `unit rack`");
    }
  }
}

static bool power(parser *p, int *value) {
  size_t start = p->pos++;
  bool negative = peek(p) == '-';
  p->pos += negative ? 1 : 0;
  int size = 0;
  size_t digits = p->pos;
  while (digit(peek(p))) {
    size = size > POWER_MAX ? size : size * 10 + (peek(p) - '0');
    p->pos++;
  }
  // `m^2.5` and `m^2x` are no whole powers.
  bool whole = p->pos > digits && !letter(peek(p)) &&
               !(peek(p) == '.' && (!p->quiet || digit(p->text.len > p->pos + 1 ? p->text.ptr[p->pos + 1] : '\0')));
  if (!whole || size == 0 || size > POWER_MAX) {
    while (!p->quiet && p->pos < p->text.len && peek(p) != '*' && peek(p) != '/' && peek(p) != ')') {
      p->pos++;
    }
    REFUSE(p, start, p->pos, "a power in a unit is a whole number from 1 to %d or its negative", POWER_MAX);
    HINT(p, "such as `m^2` or `s^-1`");
    return false;
  }
  *value = negative ? -size : size;
  return true;
}

static bool atom_here(parser *p, int sign) {
  tf_str word = word_at(p);
  tf_atom atom;
  if (word.len == 0 || tf_atom_find(p->units, word, &atom) != TF_FOUND) {
    explain_word(p, word);
    return false;
  }
  size_t start = p->pos;
  p->pos += word.len;
  // In an expression `min(`, `t[` and `t.x` are a function, a series and a quantity of another module.
  char next = peek(p);
  if (p->quiet && (next == '(' || next == '[' ||
                   (next == '.' && p->pos + 1 < p->text.len &&
                    (letter(p->text.ptr[p->pos + 1]) || digit(p->text.ptr[p->pos + 1]))))) {
    return false;
  }
  if (next == '(') {
    REFUSE(p, p->pos, p->pos + 1, "`*` or `/` is missing before `(`");
    return false;
  }
  if (next == '^') {
    size_t caret = p->pos;
    int value = 0;
    if (power(p, &value)) {
      atom.power *= value;
    } else if (p->quiet) {
      p->pos = caret; // of `5 m^x` the unit is m
    } else {
      return false;
    }
  }
  atom.power *= sign;
  if (p->product.count == TF_ATOMS) {
    REFUSE(p, start, p->pos, "a unit has at most %d factors", (int)TF_ATOMS);
    return false;
  }
  p->product.at[p->product.count++] = atom;
  return true;
}

static bool group(parser *p, int sign, int depth) {
  if (peek(p) != '(') {
    return atom_here(p, sign);
  }
  size_t start = p->pos;
  if (depth == DEPTH) {
    REFUSE(p, start, start + 1, "parentheses in a unit are nested too deeply");
    return false;
  }
  p->pos++;
  if (!level(p, sign, depth + 1)) {
    return false;
  }
  if (peek(p) != ')') {
    REFUSE(p, start, start + 1, "`(` is not closed in `%.*s`", TF_STR_ARGS(p->text));
    return false;
  }
  p->pos++;
  if (peek(p) == '^' && !p->quiet) {
    REFUSE(p, p->pos, p->pos + 1, "a power belongs to one unit, not to parentheses");
    HINT(p, "such as `m^2/s^2`");
    return false;
  }
  return true;
}

// Parts of one level as they are written, by role.
typedef enum role { ABOVE, BELOW, AFTER } role;
typedef struct part {
  tf_str text;
  role role;
} part;

static tf_str join_parts(parser *p, const part *parts, size_t count, unsigned roles) {
  tf_text out = tf_text_new(p->units->cx->arena);
  for (size_t i = 0; i < count; i++) {
    if ((roles >> parts[i].role & 1u) != 0) {
      tf_text_adds(&out, out.len > 0 ? "*" : "");
      tf_text_add(&out, parts[i].text);
    }
  }
  return tf_text_str(&out);
}

// `a/b*c` could mean a/(b*c) or a*c/b; the message spells both out.
static void explain_ambiguity(parser *p, size_t start, part *parts, size_t count, int depth) {
  size_t places[2] = {start, p->pos};
  p->quiet = true;
  while (count < TF_ATOMS && (peek(p) == '*' || peek(p) == '/')) {
    role place = peek(p) == '*' ? AFTER : BELOW;
    size_t operator_at = p->pos++;
    size_t from = p->pos;
    if (!group(p, 1, depth)) {
      p->pos = operator_at;
      break;
    }
    parts[count++] = (part){tf_str_sub(p->text, from, p->pos), place};
  }
  places[1] = p->pos;
  p->quiet = false;
  bool all = p->pos == p->text.len || peek(p) == ')';
  tf_str written = tf_str_sub(p->text, places[0], all ? places[1] : p->text.len);
  REFUSE(p, places[0], places[0] + written.len, "`%.*s` is ambiguous", TF_STR_ARGS(written));
  if (!all) {
    HINT(p, "put parentheses around what stands below the line, such as `USD/(GPU*hour)`");
    return;
  }
  tf_str above = join_parts(p, parts, count, 1u << ABOVE);
  tf_str below = join_parts(p, parts, count, 1u << BELOW);
  bool several = tf_str_find(below, '*') != SIZE_MAX && below.ptr[0] != '(';
  HINT(p, "write `%.*s/(%.*s)` or `%.*s/%s%.*s%s`", TF_STR_ARGS(above),
       TF_STR_ARGS(join_parts(p, parts, count, 1u << BELOW | 1u << AFTER)),
       TF_STR_ARGS(join_parts(p, parts, count, 1u << ABOVE | 1u << AFTER)), several ? "(" : "", TF_STR_ARGS(below),
       several ? ")" : "");
}

static bool level(parser *p, int sign, int depth) {
  size_t start = p->pos;
  part parts[TF_ATOMS];
  size_t count = 0;
  bool divided = false;
  if (!group(p, sign, depth)) {
    return false;
  }
  parts[count++] = (part){tf_str_sub(p->text, start, p->pos), ABOVE};
  while (peek(p) == '*' || peek(p) == '/') {
    if (peek(p) == '*' && divided) {
      if (p->quiet) {
        return true; // what follows is the caller's
      }
      explain_ambiguity(p, start, parts, count, depth);
      return false;
    }
    divided = divided || peek(p) == '/';
    size_t operator_at = p->pos++;
    size_t kept = p->product.count;
    if (!group(p, divided ? -sign : sign, depth)) {
      if (!p->quiet) {
        return false;
      }
      p->pos = operator_at;
      p->product.count = kept;
      return true;
    }
    if (count < TF_ATOMS) {
      parts[count++] = (part){tf_str_sub(p->text, operator_at + 1, p->pos), divided ? BELOW : ABOVE};
    }
  }
  return true;
}

// A lone `1` in an expression is a number; `1/year` is a unit.
static bool only_number(const parser *p) {
  return p->pos == 1 && p->text.ptr[0] == '1';
}

static bool keep(tf_units *units, tf_str text, const tf_product *product, tf_unit *unit) {
  tf_unit found;
  if (!tf_product_unit(units, product, &found)) {
    return false;
  }
  tf_vec_push(units->cx->arena, &units->parsed, found);
  (void)tf_map_put(&units->parsed_ids, tf_str_copy(units->cx->arena, text), (uint32_t)(units->parsed.count - 1));
  *unit = found;
  return true;
}

static bool remembered(const tf_units *units, tf_str text, tf_unit *unit) {
  uint32_t known = tf_map_get(&units->parsed_ids, text);
  if (known != TF_MAP_NONE) {
    *unit = units->parsed.at[known];
  }
  return known != TF_MAP_NONE;
}

size_t tf_unit_scan(tf_units *units, tf_str s, tf_unit *unit) {
  parser p = {.units = units, .text = s, .quiet = true};
  if (s.len == 0 || !level(&p, 1, 0) || only_number(&p)) {
    return 0;
  }
  tf_str text = tf_str_sub(s, 0, p.pos);
  return remembered(units, text, unit) || keep(units, text, &p.product, unit) ? p.pos : 0;
}

bool tf_unit_quiet(tf_units *units, tf_str text, tf_unit *unit) {
  parser p = {.units = units, .text = text, .quiet = true};
  return remembered(units, text, unit) ||
         (text.len > 0 && level(&p, 1, 0) && p.pos == text.len && keep(units, text, &p.product, unit));
}

static bool has_blank(tf_str text) {
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] == ' ' || text.ptr[i] == '\t' || text.ptr[i] == '\n' || text.ptr[i] == '\r') {
      return true;
    }
  }
  return false;
}

tf_status tf_unit_strict(tf_units *units, tf_str text, tf_span from, size_t head, tf_unit *unit) {
  if (remembered(units, text, unit)) {
    return TF_OK;
  }
  parser p = {.units = units, .text = text, .from = from, .head = head};
  if (text.len == 0) {
    REFUSE(&p, 0, 0, "the unit is empty");
    HINT(&p, "write `1` for a number without unit");
    return TF_INVALID;
  }
  if (has_blank(text)) {
    REFUSE(&p, 0, text.len, "a unit holds no blanks, here `%.*s`", TF_STR_ARGS(text));
    const char *better = tf_blank_suggestion(units, text);
    HINT(&p, "%s", better);
    return TF_INVALID;
  }
  if (!level(&p, 1, 0)) {
    return TF_INVALID;
  }
  if (p.pos < text.len) {
    char c = peek(&p);
    if (c == ')') {
      REFUSE(&p, p.pos, p.pos + 1, "`)` closes nothing in `%.*s`", TF_STR_ARGS(text));
    } else {
      REFUSE(&p, p.pos, p.pos + 1, "`*` or `/` is missing before `%c`", c);
    }
    return TF_INVALID;
  }
  if (!keep(units, text, &p.product, unit)) {
    REFUSE(&p, 0, text.len, "the unit `%.*s` is too large or too small to reckon with", TF_STR_ARGS(text));
    return TF_INVALID;
  }
  return TF_OK;
}

tf_status tf_unit_parse(tf_units *units, tf_located text, tf_unit *unit) {
  tf_str inner = tf_str_trim(text.text);
  size_t start = inner.len == 0 ? 0 : (size_t)(inner.ptr - text.text.ptr);
  return tf_unit_strict(units, inner, tf_located_span(text, start, start + inner.len), 0, unit);
}
