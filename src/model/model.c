// SPDX-License-Identifier: GPL-3.0-or-later
// Looking up quantities and labels of a loaded model.
#include "model/model.h"

#include "model/checker.h"

uint32_t tf_index_row(const tf_index *index, tf_str label) {
  for (size_t i = 0; i < index->count; i++) {
    if (tf_str_eq(index->labels[i], label)) {
      return (uint32_t)i;
    }
  }
  return TF_NO_ID;
}

static bool short_name(tf_str qualified, tf_str name) {
  tf_str module;
  tf_str own;
  return tf_str_split(qualified, '.', &module, &own) && tf_str_eq(own, name);
}

static tf_status several(tf_context *cx, const tf_model *model, tf_located name) {
  tf_text list = tf_text_new(cx->arena);
  for (size_t i = 0; i < model->quantities.count; i++) {
    const tf_quantity *q = &model->quantities.at[i];
    if (!q->column && short_name(q->name, name.text)) {
      tf_text_addf(&list, "%s%.*s", list.len == 0 ? "" : ", ", TF_STR_ARGS(q->name));
    }
  }
  tf_status status = tf_fail(cx, TF_INVALID, name.at, "several modules have `%.*s`", TF_STR_ARGS(name.text));
  tf_hint(cx, "write one of %s", list.ptr);
  return status;
}

tf_status tf_model_find(tf_context *cx, const tf_model *model, tf_located name, uint32_t *quantity) {
  uint32_t id = tf_map_get(&model->names, name.text);
  if (id != TF_MAP_NONE) {
    *quantity = id;
    return TF_OK;
  }
  uint32_t found = TF_NO_ID;
  bool dotted = tf_str_find(name.text, '.') != SIZE_MAX;
  for (uint32_t i = 0; !dotted && i < model->quantities.count; i++) {
    const tf_quantity *q = &model->quantities.at[i];
    if (q->column || !short_name(q->name, name.text)) {
      continue;
    }
    if (found != TF_NO_ID) {
      return several(cx, model, name);
    }
    found = i;
  }
  if (found != TF_NO_ID) {
    *quantity = found;
    return TF_OK;
  }
  tf_status status = tf_fail(cx, TF_INVALID, name.at, "unknown quantity `%.*s`", TF_STR_ARGS(name.text));
  if (cx->diags.muted > 0 || cx->diags.errors > TF_DIAG_MAX) {
    return status;
  }
  tf_str near = tf_map_nearest(&model->names, name.text);
  if (near.len == 0 && !dotted) { // a short name that is misspelt
    tf_map shorts = tf_map_new(cx->arena);
    for (uint32_t i = 0; i < model->quantities.count; i++) {
      tf_str module;
      tf_str own;
      if (tf_str_split(model->quantities.at[i].name, '.', &module, &own)) {
        (void)tf_map_put(&shorts, own, i);
      }
    }
    tf_str key = tf_map_nearest(&shorts, name.text);
    near = key.len == 0 ? key : model->quantities.at[tf_map_get(&shorts, key)].name;
  }
  bool blank = tf_str_find(name.text, ' ') != SIZE_MAX;
  tf_str first;
  tf_str rest;
  if (blank && tf_str_split(name.text, ' ', &first, &rest) && tf_map_get(&model->names, first) != TF_MAP_NONE) {
    tf_hint(cx, "names hold no blanks and are separated by commas");
  } else if (near.len > 0) {
    tf_hint(cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
  } else {
    const char *quote = blank ? "'" : "";
    tf_hint(cx, "`tenfold list %s%.*s%s` searches all quantities", quote, TF_STR_ARGS(name.text), quote);
  }
  return status;
}

// The next label of a list, without quotes; false after the last.
static bool next_label(const tf_quantity *quantity, tf_str *rest, tf_str *label) {
  if (rest->len == 0) {
    return false;
  }
  tf_str tail = {"", 0};
  if (quantity->index_count == 1 || !tf_str_split(*rest, ',', label, &tail)) { // a label may hold a comma itself
    *label = *rest;
  }
  *rest = tail;
  *label = tf_str_trim(*label);
  if (label->len > 2 && label->ptr[0] == '\'' && label->ptr[label->len - 1] == '\'') {
    *label = tf_str_sub(*label, 1, label->len - 1);
  }
  return true;
}

// As many labels as indices, each of its own one: the order that results are shown in.
static bool rows_in_order(const tf_model *model, const tf_quantity *quantity, tf_str labels, uint32_t *rows) {
  tf_str label;
  uint32_t count = 0;
  while (next_label(quantity, &labels, &label)) {
    if (count == quantity->index_count) {
      return false;
    }
    rows[count] = tf_index_row(&model->indices.at[quantity->indices[count]], label);
    if (rows[count] == TF_NO_ID) {
      return false;
    }
    count++;
  }
  return count == quantity->index_count;
}

tf_label_fit tf_element_rows(const tf_model *model, const tf_quantity *quantity, tf_str labels, uint32_t *rows,
                             tf_str *label) {
  if (rows_in_order(model, quantity, labels, rows)) {
    return TF_LABELS_FIT;
  }
  for (uint32_t i = 0; i < quantity->index_count; i++) {
    rows[i] = TF_NO_ID;
  }
  while (next_label(quantity, &labels, label)) {
    uint32_t position = TF_NO_ID;
    uint32_t row = TF_NO_ID;
    for (uint32_t i = 0; i < quantity->index_count; i++) {
      uint32_t found = tf_index_row(&model->indices.at[quantity->indices[i]], *label);
      if (found != TF_NO_ID && position != TF_NO_ID) {
        return TF_LABELS_SHARED;
      }
      position = found == TF_NO_ID ? position : i;
      row = found == TF_NO_ID ? row : found;
    }
    if (position == TF_NO_ID) {
      return TF_LABELS_UNKNOWN;
    }
    if (rows[position] != TF_NO_ID) {
      return TF_LABELS_TWICE;
    }
    rows[position] = row;
  }
  return TF_LABELS_FIT;
}

void tf_element_labels(const tf_model *model, const tf_quantity *quantity, size_t element, tf_text *out) {
  size_t stride = quantity->elements; // row-major: the last index runs fastest
  for (size_t i = 0; i < quantity->index_count; i++) {
    const tf_index *index = &model->indices.at[quantity->indices[i]];
    stride /= index->count == 0 ? 1 : index->count;
    tf_text_addf(out, "%s%.*s", i == 0 ? "" : ", ", TF_STR_ARGS(index->labels[element / stride % index->count]));
  }
}
