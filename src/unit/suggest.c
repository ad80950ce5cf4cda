// SPDX-License-Identifier: GPL-3.0-or-later
// What to write instead: for words that people use for units but the language does not read.
#include "unit/registry.h"

// Spellings of other tools and of everyday writing. Those with several meanings say so.
typedef struct alias {
  const char *word, *unit;
} alias;

static const alias aliases[] = {
    {"$", "USD"},         {"US$", "USD"},         {"dollar", "USD"},
    {"euro", "EUR"},      {"RMB", "CNY"},         {"sec", "s"},
    {"second", "s"},      {"minute", "min"},      {"hr", "hour"},
    {"H", "hour"},        {"d", "day"},           {"wk", "week"},
    {"mo", "month"},      {"mth", "month"},       {"mon", "month"},
    {"qtr", "quarter"},   {"q", "quarter"},       {"yr", "year"},
    {"y", "year"},        {"a", "year"},          {"annum", "year"},
    {"pa", "year"},       {"watt", "W"},          {"joule", "J"},
    {"byte", "B"},        {"FLOPS", "FLOP/s"},    {"FLOPs", "FLOP"},
    {"flops", "FLOP/s"},  {"tonne", "t"},         {"ton", "t"},
    {"gram", "g"},        {"meter", "m"},         {"metre", "m"},
    {"liter", "L"},       {"litre", "L"},         {"l", "L"},
    {"people", "person"}, {"capita", "person"},   {"FTE", "person"},
    {"tok", "token"},     {"chip", "GPU"},        {"accelerator", "GPU"},
    {"percent", "%"},     {"pct", "%"},           {"pp", "%"},
    {"tCO2", "t"},        {"tCO2e", "t"},         {"bps", "bit/s"},
    {"Bps", "B/s"},       {"none", "1"},          {"x", "1"},
    {"-", "1"},           {"dimensionless", "1"}, {"count", "1"},
    {"op", "FLOP"},       {"ops", "FLOP"},        {"cm", "mm"},
    {"ha", "m^2"},        {"kilo", "kg"},         {"wh", "Wh"},
    {"b", "bit` or `B"},
};

// Letters that differ in case only; SIZE_MAX if the words differ otherwise.
static size_t case_changes(tf_str a, tf_str b) {
  size_t changes = 0;
  if (a.len != b.len) {
    return SIZE_MAX;
  }
  for (size_t i = 0; i < a.len; i++) {
    if (tf_lower(a.ptr[i]) != tf_lower(b.ptr[i])) {
      return SIZE_MAX;
    }
    changes += a.ptr[i] != b.ptr[i] ? 1 : 0;
  }
  return changes;
}

static const char *mean(tf_units *units, const char *text) {
  return tf_format(units->cx->arena, "did you mean `%s`?", text);
}

// The same letters in another case, with or without prefix.
static const char *other_case(tf_units *units, tf_str word) {
  size_t least = SIZE_MAX;
  const tf_symbol *best = NULL;
  int best_prefix = -1;
  for (size_t i = 0; i < units->symbols.count; i++) {
    const tf_symbol *symbol = &units->symbols.at[i];
    size_t changes = case_changes(word, symbol->name);
    if (changes < least) {
      least = changes;
      best = symbol;
      best_prefix = -1;
    }
    for (int k = 0; k < TF_PREFIXES && word.len > 1; k++) {
      char letter = tf_prefixes[k].letter;
      if ((symbol->prefixes >> k & 1u) == 0 || tf_lower(word.ptr[0]) != tf_lower(letter)) {
        continue;
      }
      changes = case_changes(tf_str_sub(word, 1, word.len), symbol->name);
      changes += changes != SIZE_MAX && word.ptr[0] != letter ? 1 : 0;
      if (changes < least) {
        least = changes;
        best = symbol;
        best_prefix = k;
      }
    }
  }
  if (best == NULL) {
    return NULL;
  }
  if (best_prefix < 0) {
    return mean(units, tf_format(units->cx->arena, "%.*s", TF_STR_ARGS(best->name)));
  }
  char letter = tf_prefixes[best_prefix].letter;
  bool both = (best->prefixes >> 2 & 1u) != 0 && (best->prefixes >> 4 & 1u) != 0 && tf_lower(letter) == 'm';
  return both ? tf_format(units->cx->arena, "did you mean `M%.*s` (mega) or `m%.*s` (milli)?", TF_STR_ARGS(best->name),
                          TF_STR_ARGS(best->name))
              : tf_format(units->cx->arena, "did you mean `%c%.*s`?", letter, TF_STR_ARGS(best->name));
}

typedef struct scale {
  const char *word, *spelling;
  double factor; // 0: a look-alike, not read
} scale;

static const scale scales[] = {
    {"k", "k", 1e3},        {"m", "m", 1e6},      {"mn", "m", 1e6}, {"bn", "bn", 1e9},    {"tn", "tn", 1e12},
    {"K", "k", 0},          {"thousand", "k", 0}, {"M", "m", 0},    {"mm", "m", 0},       {"MM", "m", 0},
    {"mio", "m", 0},        {"Mio", "m", 0},      {"mil", "m", 0},  {"million", "m", 0},  {"millions", "m", 0},
    {"b", "bn", 0},         {"B", "bn", 0},       {"G", "bn", 0},   {"Bn", "bn", 0},      {"BN", "bn", 0},
    {"bln", "bn", 0},       {"Mrd", "bn", 0},     {"mrd", "bn", 0}, {"billion", "bn", 0}, {"billions", "bn", 0},
    {"t", "tn", 0},         {"T", "tn", 0},       {"Tn", "tn", 0},  {"trn", "tn", 0},     {"trillion", "tn", 0},
    {"trillions", "tn", 0}, {"Mn", "m", 0},       {"MN", "m", 0},   {"mln", "m", 0},
};

double tf_scale_of(tf_str word, const char **spelling) {
  for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
    if (tf_str_is(word, scales[i].word) && scales[i].factor > 0) {
      *spelling = scales[i].spelling;
      return scales[i].factor;
    }
  }
  return 0;
}

const char *tf_scale_meant(tf_str word) {
  for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
    if (tf_str_is(word, scales[i].word)) {
      return scales[i].spelling;
    }
  }
  return NULL;
}

// MUSD, USDbn, kEUR: a scale grown together with a currency.
static const char *scaled_money(tf_units *units, tf_str word) {
  for (size_t cut = 1; cut < word.len; cut++) {
    tf_str left = tf_str_sub(word, 0, cut);
    tf_str right = tf_str_sub(word, cut, word.len);
    tf_atom atom;
    for (int turn = 0; turn < 2; turn++) {
      tf_str money = turn == 0 ? right : left;
      const char *meant = tf_scale_meant(turn == 0 ? left : right);
      bool sign = tf_str_is(money, "$");
      if (meant != NULL && (sign || (tf_atom_find(units, money, &atom) == TF_FOUND && atom.prefix < 0 &&
                                     tf_symbol_is_money(units, atom.symbol)))) {
        const char *code = sign ? "USD" : tf_cstr(units->cx->arena, money);
        return tf_format(units->cx->arena,
                         "currencies take no prefix: write the unit cell `%s %s`, or the scale with the number, as in "
                         "`25%s %s`",
                         meant, code, tf_str_is(tf_str_of(meant), "m") ? "mn" : meant, code);
      }
    }
  }
  return NULL;
}

static tf_str alias_of(tf_str word) {
  for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
    if (tf_str_is(word, aliases[i].word)) {
      return tf_str_of(aliases[i].unit);
    }
  }
  return TF_STR("");
}

// An everyday word, in singular or plural, with or without a prefix: hours, yr, TFLOPS, Mtokens.
static const char *everyday(tf_units *units, tf_str word) {
  tf_atom atom;
  for (size_t plural = 0; plural < 2 && plural < word.len; plural++) {
    char last = word.ptr[word.len - 1];
    if (plural == 1 && last != 's' && last != 'S') {
      break;
    }
    tf_str stem = tf_str_sub(word, 0, word.len - plural);
    if (plural == 1 && tf_atom_find(units, stem, &atom) == TF_FOUND) {
      return mean(units, tf_cstr(units->cx->arena, stem));
    }
    tf_str unit = alias_of(stem);
    if (unit.len > 0) {
      return tf_format(units->cx->arena, "did you mean `%.*s`?", TF_STR_ARGS(unit));
    }
    for (int k = 0; k < TF_PREFIXES && stem.len > 1; k++) {
      if (stem.ptr[0] != tf_prefixes[k].letter) {
        continue;
      }
      unit = alias_of(tf_str_sub(stem, 1, stem.len));
      const char *text = tf_format(units->cx->arena, "%c%.*s", tf_prefixes[k].letter, TF_STR_ARGS(unit));
      tf_unit parsed;
      if (unit.len > 0 && tf_unit_quiet(units, tf_str_of(text), &parsed)) {
        return mean(units, text);
      }
    }
  }
  return NULL;
}

// Signs that are written with other letters here.
static const char *typography(tf_str word) {
  static const char *const signs[][2] = {
      {"\xC2\xB5", "write `u` for micro, such as `us`"},
      {"\xCE\xBC", "write `u` for micro, such as `us`"},
      {"\xC2\xB2", "write `^2`"},
      {"\xC2\xB3", "write `^3`"},
      {"\xC2\xB7", "write `*` between units"},
      {"\xE2\x8B\x85", "write `*` between units"},
      {"\xC3\x97", "write `*` between units"},
      {"\xE2\x88\x95", "write `/` between units"},
      {"\xE2\x82\xAC", "write `EUR`, in a table with its scale as in `bn EUR`"},
      {"\xC2\xA3", "write `GBP`, in a table with its scale as in `bn GBP`"},
      {"\xC2\xA5", "write `JPY` or `CNY`"},
      {"\xC2\xB0", "there are no units of temperature or angle"},
  };
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
    for (size_t k = 0; k < word.len; k++) {
      if (tf_str_starts(tf_str_sub(word, k, word.len), signs[i][0])) {
        return signs[i][1];
      }
    }
  }
  return NULL;
}

// A misspelt name; currencies are too short and too many to guess among.
static const char *misspelt(tf_units *units, tf_str word) {
  const tf_symbol *best = NULL;
  size_t least = SIZE_MAX;
  for (size_t i = 0; i < units->symbols.count; i++) {
    const tf_symbol *symbol = &units->symbols.at[i];
    size_t cost = symbol->name.len < 3 ? SIZE_MAX : tf_str_misspelling(word, symbol->name);
    if (cost < least && (symbol->declared || !tf_symbol_is_money(units, (uint32_t)i))) {
      least = cost;
      best = symbol;
    }
  }
  return best == NULL ? NULL : mean(units, tf_cstr(units->cx->arena, best->name));
}

// `GPU2`: only lengths take their power without `^`.
static const char *bare_power(tf_units *units, tf_str word) {
  tf_atom atom;
  char last = word.ptr[word.len - 1];
  bool unit = word.len > 1 && last >= '2' && last <= '9' &&
              tf_atom_find(units, tf_str_sub(word, 0, word.len - 1), &atom) == TF_FOUND;
  return unit ? tf_format(units->cx->arena, "did you mean `%.*s^%c`?", (int)word.len - 1, word.ptr, last) : NULL;
}

const char *tf_unit_suggestion(tf_units *units, tf_str word) {
  const char *(*const ways[])(tf_units *, tf_str) = {everyday, other_case, scaled_money, bare_power, misspelt};
  const char *hint = typography(word);
  for (size_t i = 0; i < sizeof ways / sizeof ways[0] && hint == NULL; i++) {
    hint = ways[i](units, word);
  }
  return hint;
}

// The text without blanks, and with `*` for blanks that stand between two names.
static tf_str joined(tf_units *units, tf_str text, bool multiply) {
  tf_text out = tf_text_new(units->cx->arena);
  bool gap = false;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      gap = true;
      continue;
    }
    char before = out.len > 0 ? out.ptr[out.len - 1] : '*';
    bool operators = before == '*' || before == '/' || before == '(' || before == '^' || c == '*' || c == '/' ||
                     c == ')' || c == '^';
    if (gap && multiply && !operators) {
      tf_text_addc(&out, '*');
    }
    gap = false;
    tf_text_addc(&out, c);
  }
  return tf_text_str(&out);
}

const char *tf_blank_suggestion(tf_units *units, tf_str text) {
  tf_unit unit;
  tf_str first;
  tf_str rest;
  (void)tf_str_split(text, ' ', &first, &rest);
  const char *meant = tf_scale_meant(first);
  tf_atom atom;
  if (meant != NULL && tf_atom_find(units, tf_str_sub(rest, 0, 3), &atom) == TF_FOUND &&
      tf_symbol_is_money(units, atom.symbol)) {
    return tf_format(units->cx->arena, "in a model the scale stands with the number, as in `25%s %.*s`",
                     meant[0] == 'm' ? "mn" : meant, TF_STR_ARGS(rest));
  }
  for (int multiply = 0; multiply < 2; multiply++) {
    tf_str better = joined(units, text, multiply == 1);
    if (tf_unit_quiet(units, better, &unit)) {
      return tf_format(units->cx->arena, "write `%.*s`", TF_STR_ARGS(better));
    }
  }
  return "join units with `*` and `/`, such as `USD/(GPU*hour)`";
}
