// SPDX-License-Identifier: GPL-3.0-or-later
// --set NAME=VALUE, NAME*=VALUE, NAME+=VALUE; the name may have a label or a period in brackets. A row
// `set:` of a scenario file says the same.
#include "scenario/reader.h"

static tf_status usage(tf_context *cx, tf_located text, const char *what) {
  tf_status status = tf_fail(cx, TF_USAGE, text.at, "%s", what);
  tf_hint(cx, "write --set NAME=VALUE, NAME*=0.8 or NAME+=VALUE, for example --set cluster.gpus=200k");
  return status;
}

// The first `=` outside brackets, or SIZE_MAX.
static size_t find_equals(tf_str s) {
  int depth = 0;
  for (size_t i = 0; i < s.len; i++) {
    depth += s.ptr[i] == '[' ? 1 : s.ptr[i] == ']' ? -1 : 0;
    if (s.ptr[i] == '=' && depth <= 0) {
      return i;
    }
  }
  return SIZE_MAX;
}

// `20%,capex.ai_share=50%`: the `,` or `;` between two settings, or SIZE_MAX. No value holds a single `=`.
static size_t another_setting(tf_str value) {
  size_t between = SIZE_MAX;
  bool quoted = false;
  for (size_t i = 0; i < value.len; i++) {
    char c = value.ptr[i];
    char before = i > 0 ? value.ptr[i - 1] : ' ';
    char after = i + 1 < value.len ? value.ptr[i + 1] : ' ';
    quoted = quoted != (c == '\'');
    between = !quoted && (c == ',' || c == ';') ? i : between;
    if (!quoted && c == '=' && after != '=' && before != '=' && before != '<' && before != '>' && before != '!') {
      return between;
    }
  }
  return SIZE_MAX;
}

tf_status tf_set_read(tf_context *cx, tf_located set, tf_binding *binding) {
  size_t equals = find_equals(set.text);
  if (equals == SIZE_MAX) {
    bool open = tf_str_find(set.text, '[') != SIZE_MAX && tf_str_find(set.text, ']') == SIZE_MAX;
    return usage(cx, set, open ? "`]` is missing before `=`" : "expected NAME=VALUE");
  }
  size_t name_end = equals;
  char sign = equals == 0 ? '\0' : set.text.ptr[equals - 1];
  if (sign == '*' || sign == '+') {
    binding->mode = sign == '*' ? TF_BIND_MULTIPLY : TF_BIND_ADD;
    name_end--;
  } else if (sign == '-' || sign == '/') {
    tf_status status = tf_fail(cx, TF_USAGE, tf_located_span(set, equals - 1, equals + 1), "there is no `%c=`", sign);
    tf_hint(cx, sign == '-' ? "write NAME+=-VALUE" : "write NAME*= with the inverse: NAME*=0.5");
    return status;
  }
  tf_located name = tf_located_part(set, 0, name_end);
  tf_located value = tf_located_part(set, equals + 1, set.text.len);
  if (name.text.len == 0) {
    return usage(cx, set, "no name before `=`");
  }
  if (value.text.len == 0) {
    return usage(cx, set, "no value after `=`");
  }
  if (value.text.ptr[0] == '=') {
    return usage(cx, set, "one `=` sets a value, not two");
  }
  size_t second = another_setting(value.text);
  if (second != SIZE_MAX) {
    tf_status status = tf_fail(cx, TF_USAGE, tf_located_span(value, second, second + 1), "a second setting");
    tf_hint(cx, "write --set before each of them, or a row `set:` for each");
    return status;
  }
  tf_status status = tf_cell_plain(cx, name);
  status = status == TF_OK ? tf_csv_number_text(cx, NULL, value, &value) : status;
  tf_address address = {0};
  status = status == TF_OK ? tf_parse_address(cx, name, &address) : status;
  tf_period period;
  if (status == TF_OK && address.period.text.len > 0) {
    status = tf_period_read(cx, address.period, &period);
  }
  if (status != TF_OK) {
    return TF_USAGE;
  }
  if (binding->mode == TF_BIND_SET && tf_str_is(value.text, "default")) {
    binding->mode = TF_BIND_DEFAULT;
  }
  binding->name = address.name;
  binding->label = address.label;
  binding->period = address.period;
  binding->value = value;
  return TF_OK;
}

tf_status tf_sets_read(tf_context *cx, const tf_scenario_options *options, size_t *count, const tf_binding **bindings) {
  tf_binding *found = TF_ARRAY(cx->arena, tf_binding, options->set_count);
  tf_status status = TF_OK;
  for (size_t i = 0; i < options->set_count; i++) {
    tf_str text = tf_str_copy(cx->arena, tf_str_of(options->sets[i]));
    uint32_t source = tf_source_add(cx->arena, &cx->sources, TF_STR("--set"), text);
    tf_located set = {text, {source, 0, (uint32_t)text.len}};
    found[i] = (tf_binding){.bare_note = true, .setter = TF_STR("--set")};
    status = tf_first(status, tf_set_read(cx, set, &found[i]));
  }
  *count = options->set_count;
  *bindings = found;
  return status;
}
