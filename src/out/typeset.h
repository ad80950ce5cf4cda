// SPDX-License-Identifier: GPL-3.0-or-later
// Private to out: how wide text comes out, breaking it into lines, and placing labels so that none covers another.
//
// Lengths are in points of the chart's page (800 x 500 unless asked otherwise): a font size of s makes letters 4/3 s
// of them high, in every output format.
#ifndef TF_OUT_TYPESET_H
#define TF_OUT_TYPESET_H

#include "base/str.h"

typedef struct tf_face {
  double size; // as given to gnuplot: 11
  bool bold;
  double stretch; // 1: Inter; other families are wider
} tf_face;

double tf_face_line(tf_face face); // height of a line
double tf_text_extent(tf_face face, tf_str s);
// Breaks at blanks into lines of at most `width`, at most `most` lines; a rest that finds no room is cut with an
// ellipsis. Words wider than a line are broken behind a hyphen or an underscore, else cut.
size_t tf_text_break(tf_arena *arena, tf_face face, tf_str s, double width, size_t most, tf_str *lines);
// The longest beginning of s that fits, with an ellipsis if anything is missing.
tf_str tf_text_fit(tf_arena *arena, tf_face face, tf_str s, double width);

// Moves label centres (in any order) as little as possible (least squares) so that neighbours are `apart` and all lie
// in low .. high; the order is kept. If there is not room for all, they are spread evenly.
void tf_labels_place(tf_arena *arena, double *at, size_t count, double apart, double low, double high);

#endif
