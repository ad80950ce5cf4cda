// SPDX-License-Identifier: GPL-3.0-or-later
// What gnuplot's SVG lacks: a title and a description for screen readers, role="img", bold text that is bold, fonts to
// fall back on, and ids that stay apart when several charts stand in one page.
#ifndef TF_OUT_SVG_H
#define TF_OUT_SVG_H

#include "base/str.h"

// `slug` (letters, digits, '-') begins every id. Text in the arena.
tf_str tf_svg_finish(tf_arena *arena, tf_str svg, tf_str title, tf_str description, const char *slug);

#endif
