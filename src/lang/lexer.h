// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lang: statements of a source, and tokens of a statement or a value.
//
// A lexer reads a range of a text one token at a time and on demand, because what stands at a place decides how it is
// read: types, raw labels and sources are taken as text by the parser, which then moves `pos` past them. It records an
// error itself and then gives TF_TOKEN_BAD; the parser stops at it without a second message.
#ifndef TF_LANG_LEXER_H
#define TF_LANG_LEXER_H

#include "lang/ast.h"

// Reserved words; KEYWORD(id, text).
#define TF_KEYWORDS(KEYWORD)                                                                                           \
  KEYWORD(IN, in)                                                                                                      \
  KEYWORD(TO, to)                                                                                                      \
  KEYWORD(AT, at)                                                                                                      \
  KEYWORD(T, t)                                                                                                        \
  KEYWORD(FIRST, first)                                                                                                \
  KEYWORD(LAST, last)                                                                                                  \
  KEYWORD(EACH, each)                                                                                                  \
  KEYWORD(OVER, over)                                                                                                  \
  KEYWORD(WITH, with)                                                                                                  \
  KEYWORD(THEN, then)                                                                                                  \
  KEYWORD(IF, if)                                                                                                      \
  KEYWORD(ELSE, else)                                                                                                  \
  KEYWORD(AND, and)                                                                                                    \
  KEYWORD(OR, or)                                                                                                      \
  KEYWORD(NOT, not )                                                                                                   \
  KEYWORD(USE, use)                                                                                                    \
  KEYWORD(AS, as)                                                                                                      \
  KEYWORD(MODEL, model)                                                                                                \
  KEYWORD(LANGUAGE, language)                                                                                          \
  KEYWORD(TABLE, table)                                                                                                \
  KEYWORD(INDEX, index)                                                                                                \
  KEYWORD(UNIT, unit)                                                                                                  \
  KEYWORD(CURRENCY, currency)                                                                                          \
  KEYWORD(OUTPUT, output)                                                                                              \
  KEYWORD(CHECK, check)                                                                                                \
  KEYWORD(PLOT, plot)                                                                                                  \
  KEYWORD(CORRELATE, correlate)                                                                                        \
  KEYWORD(CHOICE, choice)                                                                                              \
  KEYWORD(DATE, date)                                                                                                  \
  KEYWORD(TRUE, true)                                                                                                  \
  KEYWORD(FALSE, false)                                                                                                \
  KEYWORD(WHERE, where)                                                                                                \
  KEYWORD(FOR, for)                                                                                                    \
  KEYWORD(LET, let)                                                                                                    \
  KEYWORD(IMPORT, import)

typedef enum tf_keyword {
  TF_KEYWORD_NONE,
#define KEYWORD(id, text) TF_KEYWORD_##id,
  TF_KEYWORDS(KEYWORD)
#undef KEYWORD
} tf_keyword;

typedef enum tf_token_kind {
  TF_TOKEN_END,
  TF_TOKEN_BAD,    // an error was recorded
  TF_TOKEN_WORD,   // name, dotted name or reserved word
  TF_TOKEN_NUMBER, // with suffix, percent sign and unit
  TF_TOKEN_DATE,
  TF_TOKEN_LABEL, // 'text'
  TF_TOKEN_TEXT,  // "text"
  TF_TOKEN_OPEN,
  TF_TOKEN_CLOSE,
  TF_TOKEN_OPEN_BRACKET,
  TF_TOKEN_CLOSE_BRACKET,
  TF_TOKEN_COMMA,
  TF_TOKEN_COLON,
  TF_TOKEN_ASSIGN,
  TF_TOKEN_PLUS,
  TF_TOKEN_MINUS,
  TF_TOKEN_STAR,
  TF_TOKEN_SLASH,
  TF_TOKEN_CARET,
  TF_TOKEN_EQUAL,
  TF_TOKEN_NOT_EQUAL,
  TF_TOKEN_LESS,
  TF_TOKEN_LESS_EQUAL,
  TF_TOKEN_GREATER,
  TF_TOKEN_GREATER_EQUAL,
  TF_TOKEN_DOTS,      // ..
  TF_TOKEN_PLUS_MINUS // +-
} tf_token_kind;

typedef struct tf_token {
  tf_token_kind kind : 8;
  tf_keyword keyword : 8;
  bool percent;
  bool has_unit;
  bool capital;      // WORD: has a capital letter, so it is no name
  size_t start, end; // bytes of the lexer's text
  tf_str text;       // as written; LABEL and TEXT without the quotes
  union {
    struct { // NUMBER
      double number;
      const tf_unit *unit; // if has_unit; in the context's arena
    };
    tf_period period; // DATE
  };
} tf_token;

typedef struct tf_lexer {
  tf_context *cx;
  tf_units *units;   // NULL: numbers are not read (preambles hold none)
  tf_located origin; // the text and its place; pos and end count bytes of it
  size_t pos, end;
  bool cell;      // spreadsheet spellings ($40,000) are read, # begins no comment
  unsigned depth; // open parentheses and brackets, kept by the parser: inside them `,` separates arguments
} tf_lexer;

void tf_lexer_next(tf_lexer *lx, tf_token *token);
// A number, date or amount of money at pos (a digit, `.digit` or `$`). In literal.c.
void tf_lexer_number(tf_lexer *lx, tf_token *token);
static inline tf_span tf_lexer_span(const tf_lexer *lx, size_t from, size_t to) {
  return tf_located_span(lx->origin, from, to);
}

tf_keyword tf_keyword_of(tf_str word);
// What a byte can be part of; most bytes of a model are looked at more than once.
enum {
  TF_CHAR_BLANK = 1, // blank, tab
  TF_CHAR_LINE = 2,  // line feed, carriage return
  TF_CHAR_DIGIT = 4,
  TF_CHAR_SMALL = 8,    // a to z
  TF_CHAR_CAPITAL = 16, // A to Z
  TF_CHAR_LOW = 32      // _
};
extern const unsigned char tf_char_class[256];
static inline bool tf_is_char(char c, unsigned classes) {
  return (tf_char_class[(unsigned char)c] & classes) != 0;
}
static inline bool tf_is_digit(char c) {
  return c >= '0' && c <= '9';
}
static inline bool tf_is_letter(char c) {
  return tf_is_char(c, TF_CHAR_SMALL | TF_CHAR_CAPITAL | TF_CHAR_LOW);
}
static inline bool tf_is_word(char c) {
  return tf_is_char(c, TF_CHAR_SMALL | TF_CHAR_CAPITAL | TF_CHAR_LOW | TF_CHAR_DIGIT);
}
static inline bool tf_is_blank(char c) {
  return c == ' ' || c == '\t';
}
static inline bool tf_is_space(char c) {
  return tf_is_char(c, TF_CHAR_BLANK | TF_CHAR_LINE);
}
// [a-z_][a-z0-9_]*, with dots between such parts if `dotted`.
bool tf_is_name(tf_str s, bool dotted);

// The next statement of a model text at or after *pos: its first line, which begins in column 1, and the lines after it
// that begin with a blank. Empty lines and lines with nothing but a comment belong to no statement and end none.
// false at the end. `indented`: the text's first statement begins with a blank, so there is nothing to continue.
typedef struct tf_statement {
  size_t start, end; // without the last line's end
  bool indented;
} tf_statement;
bool tf_statement_next(tf_str text, size_t *pos, tf_statement *statement);
// Start of the first statement: 3 after a byte-order mark, else 0.
size_t tf_model_text_start(tf_str text);
// Errors for NUL and control bytes, lone carriage returns and invalid UTF-8.
TF_NODISCARD tf_status tf_model_text_check(tf_context *cx, tf_located text);
// text[from, to) as one trimmed line: line ends with the blanks around them become one blank, comments go if
// `comments`; a slice of the text itself, with exact positions, where it stands on one line.
tf_located tf_lexer_flatten(const tf_lexer *lx, size_t from, size_t to, bool comments);

#endif
