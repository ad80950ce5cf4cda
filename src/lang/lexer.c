// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens, and the statements of a model text. Numbers are in literal.c.
#include "lang/lexer.h"

#include "lang/parse.h"

#include <string.h>

// clang-format off
const unsigned char tf_char_class[256] = {
    [' '] = TF_CHAR_BLANK, ['\t'] = TF_CHAR_BLANK, ['\n'] = TF_CHAR_LINE, ['\r'] = TF_CHAR_LINE, ['_'] = TF_CHAR_LOW,
#define D(c) [c] = TF_CHAR_DIGIT
    D('0'), D('1'), D('2'), D('3'), D('4'), D('5'), D('6'), D('7'), D('8'), D('9'),
#undef D
#define L(small, capital) [small] = TF_CHAR_SMALL, [capital] = TF_CHAR_CAPITAL
    L('a', 'A'), L('b', 'B'), L('c', 'C'), L('d', 'D'), L('e', 'E'), L('f', 'F'), L('g', 'G'), L('h', 'H'), L('i', 'I'),
    L('j', 'J'), L('k', 'K'), L('l', 'L'), L('m', 'M'), L('n', 'N'), L('o', 'O'), L('p', 'P'), L('q', 'Q'), L('r', 'R'),
    L('s', 'S'), L('t', 'T'), L('u', 'U'), L('v', 'V'), L('w', 'W'), L('x', 'X'), L('y', 'Y'), L('z', 'Z'),
#undef L
};
// clang-format on

tf_keyword tf_keyword_of(tf_str word) {
  static const struct {
    const char *text;
    size_t len;
  } words[] = {{"", 0},
#define KEYWORD(id, text) {#text, sizeof #text - 1},
               TF_KEYWORDS(KEYWORD)
#undef KEYWORD
  };
  if (word.len == 0 || word.len > 9) {
    return TF_KEYWORD_NONE;
  }
  for (size_t i = 1; i < sizeof words / sizeof words[0]; i++) {
    if (words[i].len == word.len && words[i].text[0] == word.ptr[0] && memcmp(words[i].text, word.ptr, word.len) == 0) {
      return (tf_keyword)i;
    }
  }
  return TF_KEYWORD_NONE;
}

bool tf_reserved_word(tf_str word) {
  return tf_keyword_of(word) != TF_KEYWORD_NONE;
}

bool tf_is_name(tf_str s, bool dotted) {
  bool first = true; // of a part
  for (size_t i = 0; i < s.len; i++) {
    char c = s.ptr[i];
    if (c == '.' && dotted && !first) {
      first = true;
      continue;
    }
    if (!((c >= 'a' && c <= 'z') || c == '_' || (!first && tf_is_digit(c)))) {
      return false;
    }
    first = false;
  }
  return !first;
}

// ---- statements ----

size_t tf_model_text_start(tf_str text) {
  return tf_str_starts(text, "\xEF\xBB\xBF") ? 3 : 0;
}

// End of the line at pos: the offset of its '\n' or of the end of the text.
static size_t line_end(tf_str text, size_t pos) {
  const char *newline = pos < text.len ? memchr(text.ptr + pos, '\n', text.len - pos) : NULL;
  return newline != NULL ? (size_t)(newline - text.ptr) : text.len;
}

// A line without content: blanks, or blanks and a comment.
static bool line_is_empty(tf_str text, size_t start, size_t end) {
  while (start < end && tf_is_space(text.ptr[start])) {
    start++;
  }
  return start == end || text.ptr[start] == '#';
}

bool tf_statement_next(tf_str text, size_t *pos, tf_statement *statement) {
  size_t at = *pos;
  bool open = false;
  while (at < text.len) {
    if (open && tf_is_letter(text.ptr[at])) {
      break; // most statements: the next line begins another one
    }
    size_t end = line_end(text, at);
    size_t next = end < text.len ? end + 1 : end;
    if (!line_is_empty(text, at, end)) {
      bool indented = tf_is_blank(text.ptr[at]);
      if (open && !indented) {
        break;
      }
      if (!open) {
        *statement = (tf_statement){at, end, indented};
        open = true;
      }
      statement->end = end > at && text.ptr[end - 1] == '\r' ? end - 1 : end;
      *pos = next;
    }
    at = next;
  }
  if (!open) {
    *pos = text.len;
  }
  return open;
}

// Past whole groups of eight bytes none of which is below 0x20 or 0x7F (Mycroft's test for a small byte in a word).
static size_t plain_until(tf_str text, size_t i) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t eight;
  for (; text.len - i >= sizeof eight; i += sizeof eight) {
    memcpy(&eight, text.ptr + i, sizeof eight);
    uint64_t rubout = eight ^ ones * 0x7F;
    if ((((eight - ones * 0x20) & ~eight) | ((rubout - ones) & ~rubout)) & ones * 0x80) {
      break;
    }
  }
  return i;
}

tf_status tf_model_text_check(tf_context *cx, tf_located text) {
  size_t bad = 0;
  if (!tf_utf8_valid(text.text, &bad)) {
    tf_fail(cx, TF_INVALID, tf_located_span(text, bad, bad + 1), "byte 0x%02X is not valid UTF-8",
            (unsigned)(unsigned char)text.text.ptr[bad]);
    tf_hint(cx, "save the file as UTF-8");
    return TF_INVALID;
  }
  for (size_t i = 0; i < text.text.len; i++) {
    i = plain_until(text.text, i);
    if (i == text.text.len) {
      break;
    }
    unsigned char c = (unsigned char)text.text.ptr[i];
    if (c >= 0x20 && c != 0x7F) {
      continue;
    }
    if (c == '\n' || c == '\t' || (c == '\r' && i + 1 < text.text.len && text.text.ptr[i + 1] == '\n')) {
      continue;
    }
    if (c == '\r' && i + 1 == text.text.len) {
      continue;
    }
    tf_span at = tf_located_span(text, i, i + 1);
    if (c == '\r') {
      tf_fail(cx, TF_INVALID, at, "a carriage return that ends no line");
      tf_hint(cx, "save the file with LF or CRLF line ends");
    } else {
      tf_fail(cx, TF_INVALID, at, "control character 0x%02X", (unsigned)c);
      tf_hint(cx, "a model is plain text: remove the character");
    }
    return TF_INVALID;
  }
  return TF_OK;
}

// Skips a comment at `i`, giving the offset of the line's end.
static size_t skip_comment(tf_str text, size_t i, size_t end) {
  while (i < end && text.ptr[i] != '\n') {
    i++;
  }
  return i;
}

// Where the content of the line at `i` ends: at a comment or the line's end.
static size_t content_end(tf_str text, size_t i, size_t to, bool comments) {
  char quote = '\0';
  for (; i < to && text.ptr[i] != '\n'; i++) {
    char c = text.ptr[i];
    if (quote == '\0' && c == '#' && comments) {
      return i;
    }
    if (quote != '\0') {
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    }
  }
  return i;
}

static tf_str trim(tf_str s) {
  while (s.len > 0 && tf_is_space(s.ptr[0])) {
    s = tf_str_sub(s, 1, s.len);
  }
  while (s.len > 0 && tf_is_space(s.ptr[s.len - 1])) {
    s.len--;
  }
  return s;
}

tf_located tf_lexer_flatten(const tf_lexer *lx, size_t from, size_t to, bool comments) {
  tf_str text = lx->origin.text;
  tf_str all = trim(tf_str_sub(text, from, to));
  from = (size_t)(all.ptr - text.ptr);
  to = from + all.len;
  if (memchr(all.ptr, '\n', all.len) == NULL) {
    if (!comments || memchr(all.ptr, '#', all.len) == NULL) {
      return (tf_located){all, tf_lexer_span(lx, from, to)};
    }
    tf_str line = trim(tf_str_sub(text, from, content_end(text, from, to, comments)));
    return (tf_located){line, tf_lexer_span(lx, from, from + line.len)};
  }
  tf_text flat = tf_text_new(lx->cx->arena);
  for (size_t i = from; i < to;) {
    tf_str line = trim(tf_str_sub(text, i, content_end(text, i, to, comments)));
    if (line.len > 0) {
      tf_text_adds(&flat, flat.len > 0 ? " " : "");
      tf_text_add(&flat, line);
    }
    i = line_end(text, i) + 1;
  }
  return (tf_located){tf_text_str(&flat), tf_lexer_span(lx, from, to)};
}

// ---- tokens ----

static tf_token bad_token(const tf_lexer *lx, size_t start, size_t end) {
  return (tf_token){.kind = TF_TOKEN_BAD, .start = start, .end = end, .text = tf_str_sub(lx->origin.text, start, end)};
}

// Characters that word processors and web pages put in, and what was meant.
static const struct {
  const char *bytes, *name, *hint;
} foreign[] = {
    {"\xE2\x80\x9C", "a curly quote", "write \" instead"},
    {"\xE2\x80\x9D", "a curly quote", "write \" instead"},
    {"\xE2\x80\x9E", "a curly quote", "write \" instead"},
    {"\xE2\x80\x98", "a curly quote", "write ' instead"},
    {"\xE2\x80\x99", "a curly quote", "write ' instead"},
    {"\xE2\x80\x93", "a dash", "write - to subtract and `A to B` for an interval"},
    {"\xE2\x80\x94", "a dash", "write - to subtract and `A to B` for an interval"},
    {"\xE2\x88\x92", "a minus sign", "write - instead"},
    {"\xC3\x97", "a multiplication sign", "write * instead"},
    {"\xC2\xB7", "a multiplication sign", "write * instead"},
    {"\xC3\xB7", "a division sign", "write / instead"},
    {"\xE2\x89\xA4", "a comparison sign", "write <= instead"},
    {"\xE2\x89\xA5", "a comparison sign", "write >= instead"},
    {"\xE2\x89\xA0", "a comparison sign", "write != instead"},
    {"\xC2\xB1", "a plus-minus sign", "write +- instead"},
    {"\xE2\x80\xA6", "an ellipsis", "write .. instead"},
    {"\xC2\xB2", "a superscript", "write ^2 instead"},
    {"\xC2\xB3", "a superscript", "write ^3 instead"},
    {"\xC2\xB5", "a micro sign", "write u for micro"},
    {"\xCE\xBC", "a micro sign", "write u for micro"},
    {"\xE2\x82\xAC", "a currency sign", "write the currency after the number: 5 EUR"},
    {"\xC2\xA3", "a currency sign", "write the currency after the number: 5 GBP"},
    {"\xC2\xA5", "a currency sign", "write the currency after the number: 5 JPY or 5 CNY"},
    {"\xC2\xA0", "a no-break space", "write a plain blank instead"},
};

static size_t utf8_length(tf_str rest) {
  unsigned char c = (unsigned char)rest.ptr[0];
  size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
  return length <= rest.len ? length : rest.len;
}

static tf_token foreign_character(tf_lexer *lx) {
  tf_str rest = tf_str_sub(lx->origin.text, lx->pos, lx->end);
  size_t length = utf8_length(rest);
  tf_span at = tf_lexer_span(lx, lx->pos, lx->pos + length);
  tf_token token = bad_token(lx, lx->pos, lx->pos + length);
  for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
    if (tf_str_starts(rest, foreign[i].bytes)) {
      tf_fail(lx->cx, TF_INVALID, at, "%s cannot stand here", foreign[i].name);
      tf_hint(lx->cx, "%s", foreign[i].hint);
      return token;
    }
  }
  if ((unsigned char)rest.ptr[0] < 0x80) {
    tf_fail(lx->cx, TF_INVALID, at, "unexpected character `%c`", rest.ptr[0]);
    return token;
  }
  tf_fail(lx->cx, TF_INVALID, at, "unexpected character `%.*s`", (int)length, rest.ptr);
  tf_hint(lx->cx, "names and units are written in plain letters a to z, digits and _; texts and labels in quotes");
  return token;
}

static tf_token quoted(tf_lexer *lx, char quote) {
  tf_str text = lx->origin.text;
  size_t start = lx->pos;
  size_t end = start + 1;
  while (end < lx->end && text.ptr[end] != quote && text.ptr[end] != '\n') {
    end++;
  }
  if (end == lx->end || text.ptr[end] == '\n') {
    while (end > start + 1 && tf_is_space(text.ptr[end - 1])) {
      end--;
    }
    tf_fail(lx->cx, TF_INVALID, tf_lexer_span(lx, start, end), "the closing %c is missing", quote);
    tf_hint(lx->cx, "a text begins and ends with %c on the same line", quote);
    return bad_token(lx, start, end);
  }
  if (quote == '\'' && end == start + 1) {
    tf_fail(lx->cx, TF_INVALID, tf_lexer_span(lx, start, end + 1), "an empty label");
    return bad_token(lx, start, end + 1);
  }
  return (tf_token){.kind = quote == '"' ? TF_TOKEN_TEXT : TF_TOKEN_LABEL,
                    .start = start,
                    .end = end + 1,
                    .text = tf_str_sub(text, start + 1, end)};
}

static void word(tf_lexer *lx, tf_token *token) {
  const char *text = lx->origin.text.ptr;
  size_t end = lx->pos;
  unsigned all = 0xff; // classes that all of its bytes have
  unsigned any = 0;    // and those that one of them has
  for (;;) {
    unsigned class = end < lx->end ? tf_char_class[(unsigned char)text[end]] : 0;
    if ((class & (TF_CHAR_SMALL | TF_CHAR_CAPITAL | TF_CHAR_LOW | TF_CHAR_DIGIT)) == 0 &&
        !(end + 1 < lx->end && text[end] == '.' && tf_is_letter(text[end + 1]))) {
      break;
    }
    all &= class;
    any |= class;
    end++;
  }
  *token = (tf_token){.kind = TF_TOKEN_WORD,
                      .capital = (any & TF_CHAR_CAPITAL) != 0,
                      .start = lx->pos,
                      .end = end,
                      .text = {text + lx->pos, end - lx->pos}};
  if ((all & TF_CHAR_SMALL) != 0) { // as all reserved words are
    token->keyword = tf_keyword_of(token->text);
  }
}

// Operators of other languages; longest first.
static const struct {
  const char *text, *message, *hint;
} strangers[] = {
    {"...", "unexpected `...`", "a range is written with two points: `1 .. 5`"},
    {"**", "unexpected `**`", "a power is written `^`"},
    {"&&", "unexpected `&&`", "write `and`"},
    {"||", "unexpected `||`", "write `or`"},
    {"<>", "unexpected `<>`", "write `!=`"},
    {"=<", "unexpected `=<`", "write `<=`"},
    {"=>", "unexpected `=>`", "write `>=`"},
    {"===", "unexpected `===`", "write `==`"},
    {":=", "unexpected `:=`", "a definition is written `name : unit = value`"},
    {"&", "unexpected `&`", "write `and`"},
    {"|", "unexpected `|`", "write `or`"},
    {"!", "unexpected `!`", "write `not`"},
    {"%", "unexpected `%`", "`%` follows a number, as in 40%; the remainder of a division is `mod(a, b)`"},
    {"$", "unexpected `$`", "in a model write the currency after the number: 40000 USD"},
    {"`", "unexpected character ```", "labels are written in straight quotes: 'GB200'"},
    {";", "unexpected `;`", "arguments are separated by `,`, statements by line ends"},
    {"?", "unexpected `?`", "write `if condition then a else b`"},
    {"{", "unexpected `{`", "write parentheses: ( )"},
    {"}", "unexpected `}`", "write parentheses: ( )"},
    {"\\", "unexpected `\\`", "a line that begins with a blank continues the one before"},
    {"#", "unexpected `#`", "an error of the spreadsheet, or a comment: write a value"},
};

static const struct {
  const char *text;
  tf_token_kind kind;
} symbols[] = {{"==", TF_TOKEN_EQUAL},         {"!=", TF_TOKEN_NOT_EQUAL}, {"<=", TF_TOKEN_LESS_EQUAL},
               {">=", TF_TOKEN_GREATER_EQUAL}, {"..", TF_TOKEN_DOTS},      {"+-", TF_TOKEN_PLUS_MINUS},
               {"(", TF_TOKEN_OPEN},           {")", TF_TOKEN_CLOSE},      {"[", TF_TOKEN_OPEN_BRACKET},
               {"]", TF_TOKEN_CLOSE_BRACKET},  {",", TF_TOKEN_COMMA},      {":", TF_TOKEN_COLON},
               {"=", TF_TOKEN_ASSIGN},         {"+", TF_TOKEN_PLUS},       {"-", TF_TOKEN_MINUS},
               {"*", TF_TOKEN_STAR},           {"/", TF_TOKEN_SLASH},      {"^", TF_TOKEN_CARET},
               {"<", TF_TOKEN_LESS},           {">", TF_TOKEN_GREATER}};

// Signs of one character whose successor cannot make them part of a longer one: nearly all there are.
static tf_token_kind single(char sign, char next) {
  switch (next) {
  case '=':
  case '<':
  case '>':
  case '.':
  case '*':
  case '-':
    return TF_TOKEN_BAD;
  default:
    break;
  }
  switch (sign) {
  case '(':
    return TF_TOKEN_OPEN;
  case ')':
    return TF_TOKEN_CLOSE;
  case '[':
    return TF_TOKEN_OPEN_BRACKET;
  case ']':
    return TF_TOKEN_CLOSE_BRACKET;
  case ',':
    return TF_TOKEN_COMMA;
  case ':':
    return TF_TOKEN_COLON;
  case '=':
    return TF_TOKEN_ASSIGN;
  case '+':
    return TF_TOKEN_PLUS;
  case '-':
    return TF_TOKEN_MINUS;
  case '*':
    return TF_TOKEN_STAR;
  case '/':
    return TF_TOKEN_SLASH;
  default:
    return TF_TOKEN_BAD;
  }
}

static tf_token symbol(tf_lexer *lx) {
  tf_str rest = tf_str_sub(lx->origin.text, lx->pos, lx->end);
  // Longer spellings first: `**` must win over `*`, and `!=` over `!`.
  for (size_t length = 3; length >= 1; length--) {
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
      if (strlen(symbols[i].text) == length && tf_str_starts(rest, symbols[i].text)) {
        return (tf_token){
            .kind = symbols[i].kind, .start = lx->pos, .end = lx->pos + length, .text = tf_str_sub(rest, 0, length)};
      }
    }
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
      if (strlen(strangers[i].text) == length && tf_str_starts(rest, strangers[i].text)) {
        tf_fail(lx->cx, TF_INVALID, tf_lexer_span(lx, lx->pos, lx->pos + length), "%s", strangers[i].message);
        tf_hint(lx->cx, "%s", strangers[i].hint);
        return bad_token(lx, lx->pos, lx->pos + length);
      }
    }
  }
  return foreign_character(lx);
}

void tf_lexer_next(tf_lexer *lx, tf_token *token) {
  tf_str text = lx->origin.text;
  while (lx->pos < lx->end) {
    char c = text.ptr[lx->pos];
    if (tf_is_space(c)) {
      lx->pos++;
    } else if (c == '#' && !lx->cell) {
      lx->pos = skip_comment(text, lx->pos, lx->end);
    } else {
      break;
    }
  }
  if (lx->pos >= lx->end) {
    *token = (tf_token){.kind = TF_TOKEN_END, .start = lx->end, .end = lx->end};
    return;
  }
  char c = text.ptr[lx->pos];
  tf_token_kind sign = TF_TOKEN_BAD;
  if (tf_is_letter(c)) {
    word(lx, token);
  } else if ((sign = single(c, lx->pos + 1 < lx->end ? text.ptr[lx->pos + 1] : '\0')) != TF_TOKEN_BAD) {
    *token = (tf_token){.kind = sign, .start = lx->pos, .end = lx->pos + 1, .text = {text.ptr + lx->pos, 1}};
  } else if (lx->units == NULL && tf_is_digit(c)) {
    *token = bad_token(lx, lx->pos, lx->pos + 1);
  } else if (tf_is_digit(c) ||
             (c == '.' && lx->units != NULL && lx->pos + 1 < lx->end && tf_is_digit(text.ptr[lx->pos + 1])) ||
             (c == '$' && lx->cell)) {
    tf_lexer_number(lx, token);
  } else if (c == '"' || c == '\'') {
    *token = quoted(lx, c);
  } else {
    *token = symbol(lx);
  }
  lx->pos = token->end;
}
