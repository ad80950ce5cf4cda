// SPDX-License-Identifier: GPL-3.0-or-later
// How quantities are addressed from outside: name[label, period], with a label for each index.
#include "lang/parse.h"

#include "lang/lexer.h"

static tf_located trimmed(tf_located text, size_t from, size_t to) {
  while (from < to && tf_is_space(text.text.ptr[from])) {
    from++;
  }
  while (to > from && tf_is_space(text.text.ptr[to - 1])) {
    to--;
  }
  return (tf_located){tf_str_sub(text.text, from, to), tf_located_span(text, from, to)};
}

// What people write where a name stands: capitals, blanks, hyphens. No quantity is called so, but looking it up finds
// the one that is meant, which says more than the rule for names.
static bool looks_like_name(tf_str text) {
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    if (!tf_is_word(c) && c != '.' && c != ' ' && c != '-') {
      return false;
    }
  }
  return tf_is_letter(text.ptr[0]);
}

static tf_status check_name(tf_context *cx, tf_located name) {
  if (name.text.len == 0) {
    tf_status status = tf_fail(cx, TF_INVALID, name.at, "the name of a quantity is missing");
    tf_hint(cx, "such as cluster.gpus, fleet.orders[GB200] or capex.annual[2027]");
    return status;
  }
  if (!tf_is_name(name.text, true) && !looks_like_name(name.text)) {
    tf_fail(cx, TF_INVALID, name.at, "`%.*s` is not the name of a quantity", TF_STR_ARGS(name.text));
    tf_hint(cx, "such as cluster.gpus, fleet.orders[GB200] or capex.annual[2027]");
    return TF_INVALID;
  }
  return TF_OK;
}

// Sorts one part between the brackets: a period, or else a label.
static tf_status add_part(tf_context *cx, tf_located part, tf_address *address) {
  if (part.text.len == 0) {
    return tf_fail(cx, TF_INVALID, part.at, "a label or period is missing between the brackets");
  }
  tf_period period;
  const char *why = NULL;
  size_t used = tf_period_scan(part.text, &period, &why);
  bool is_period = used == part.text.len;
  if (!is_period && used == 0 && why != NULL) {
    return tf_fail(cx, TF_INVALID, part.at, "`%.*s` is no period: %s", TF_STR_ARGS(part.text), why);
  }
  if (!is_period && part.text.ptr[0] == '\'') {
    if (part.text.len < 3 || part.text.ptr[part.text.len - 1] != '\'') {
      return tf_fail(cx, TF_INVALID, part.at, "the closing ' is missing");
    }
    part = trimmed(part, 1, part.text.len - 1);
  }
  if (!is_period && address->label.text.len > 0) { // one for each of several indices
    tf_text labels = tf_text_new(cx->arena);
    tf_text_addf(&labels, "%.*s, %.*s", TF_STR_ARGS(address->label.text), TF_STR_ARGS(part.text));
    address->label = (tf_located){tf_text_str(&labels), tf_span_join(address->label.at, part.at)};
    return TF_OK;
  }
  tf_located *slot = is_period ? &address->period : &address->label;
  if (slot->text.len > 0) {
    tf_fail(cx, TF_INVALID, part.at, "a second period `%.*s`", TF_STR_ARGS(part.text));
    tf_hint(cx, "an address is name, name[label], name[2027] or name[label, 2027]");
    return TF_INVALID;
  }
  *slot = part;
  return TF_OK;
}

tf_status tf_parse_address(tf_context *cx, tf_located text, tf_address *address) {
  tf_located all = trimmed(text, 0, text.text.len);
  size_t open = tf_str_find(all.text, '[');
  tf_address result = {.name = trimmed(all, 0, open == SIZE_MAX ? all.text.len : open)};
  tf_status status = check_name(cx, result.name);
  if (status != TF_OK) {
    return status;
  }
  if (open == SIZE_MAX) {
    *address = result;
    return TF_OK;
  }
  size_t close = all.text.len - 1;
  if (all.text.ptr[close] != ']') {
    return tf_fail(cx, TF_INVALID, all.at, "`]` is missing at the end of `%.*s`", TF_STR_ARGS(all.text));
  }
  size_t from = open + 1;
  bool quoted = false;
  for (size_t i = from; i <= close; i++) {
    quoted = all.text.ptr[i] == '\'' ? !quoted : quoted;
    if ((all.text.ptr[i] == ',' && !quoted) || i == close) {
      status = add_part(cx, trimmed(all, from, i), &result);
      if (status != TF_OK) {
        return status;
      }
      from = i + 1;
    }
  }
  *address = result;
  return TF_OK;
}
