// SPDX-License-Identifier: GPL-3.0-or-later
// The definitions of terms, while they are carried along the equations of a plan. Private to the layer.
#ifndef TF_MODEL_CARRY_H
#define TF_MODEL_CARRY_H

#include "model/definition.h"

typedef struct tf_mark {
  uint32_t set;
  const tf_binding *by; // the row that gave it first; NULL for none
  uint32_t quantity;    // where it was given
  size_t element;
} tf_mark;

// Of a term, by element over its indices; `each` NULL: the same for all.
typedef struct tf_marks {
  tf_mark one;
  const tf_mark *each;
} tf_marks;

typedef struct tf_cause { // two rows whose definitions met: told once, wherever else they meet
  const tf_binding *one, *two;
} tf_cause;

typedef struct tf_carrier {
  tf_planner *p;
  tf_definitions names;
  tf_marks *of;            // by quantity
  size_t *count_of;        // elements of each quantity
  TF_VEC(tf_mark) origins; // by name: where it was given first
  TF_VEC(tf_cause) told;
  bool report, good;
} tf_carrier;

typedef struct tf_extent { // the indices of a term or a quantity; the last one is the fastest
  const uint32_t *indices;
  size_t count;
} tf_extent;

tf_extent tf_extent_of(const tf_term *term);
tf_mark tf_mark_at(tf_marks m, size_t element);
bool tf_marks_plain(tf_marks m); // nothing defined in it
// The mark of `m`, which stands over `to`, that belongs to an element over `from`.
tf_mark tf_mark_in(const tf_carrier *c, tf_marks m, tf_extent to, tf_extent from, size_t element);

// The definitions of a term, of those of the quantities that it reads; an error is reported, if c->report, where two
// meet.
tf_marks tf_carry(tf_carrier *c, const tf_term *term);

// What the row `by` says of an element of the quantity.
tf_mark tf_mark_given(tf_carrier *c, uint32_t quantity, size_t element, const tf_binding *by);
// "companies.annual[Meta]"
const char *tf_mark_name(const tf_carrier *c, const tf_mark *m);
// Adds to the error just reported where both definitions come from.
void tf_mark_show_both(const tf_carrier *c, const tf_mark *a, const tf_mark *b, const char *hint);

#endif
