// SPDX-License-Identifier: GPL-3.0-or-later
// Width of text, line breaks and label placement (out/typeset.h).
#include "out/typeset.h"

#include <math.h>
#include <string.h>

// Advance widths of ASCII 32 to 126 in thousandths of the letter height: measured from Inter 4.
static const short regular[95] = {281, 278, 403, 631, 638, 812, 639, 222, 362, 362, 500, 659, 280, 460, 276, 357,
                                  625, 464, 605, 636, 642, 608, 624, 571, 616, 624, 276, 280, 659, 659, 659, 507,
                                  936, 676, 651, 727, 719, 598, 587, 743, 740, 264, 543, 652, 562, 889, 753, 761,
                                  635, 761, 639, 638, 642, 741, 676, 949, 642, 665, 625, 362, 357, 362, 469, 452,
                                  497, 564, 621, 558, 621, 582, 361, 609, 591, 237, 237, 544, 237, 869, 585, 597,
                                  609, 609, 372, 523, 364, 581, 557, 812, 540, 557, 541, 362, 327, 362, 659};
static const short bold[95] = {232,  325, 392, 650, 655, 859, 674, 209,  409, 409, 565, 680, 303, 469, 298, 390,
                               688,  489, 630, 659, 678, 645, 660, 595,  661, 660, 298, 303, 680, 680, 680, 562,
                               1031, 748, 661, 752, 727, 613, 585, 761,  746, 281, 570, 690, 567, 915, 735, 782,
                               648,  783, 656, 655, 668, 729, 748, 1036, 714, 724, 667, 409, 390, 409, 488, 477,
                               497,  580, 635, 587, 635, 598, 386, 633,  624, 272, 272, 582, 272, 912, 622, 614,
                               632,  632, 409, 562, 388, 622, 586, 850,  574, 586, 572, 409, 374, 409, 680};

enum { WIDE = 680, SUPERSCRIPT = 445 };

double tf_face_line(tf_face face) {
  return face.size * 4 / 3 * 1.25;
}

// Width of the character that begins at s[*i], which is moved behind it.
static double advance(tf_face face, tf_str s, size_t *i) {
  unsigned char c = (unsigned char)s.ptr[*i];
  size_t start = (*i)++;
  while (*i < s.len && ((unsigned char)s.ptr[*i] & 0xC0U) == 0x80U) {
    ++*i;
  }
  if (c >= 32 && c < 127) {
    return face.bold ? bold[c - 32] : regular[c - 32];
  }
  if (c == 0xC2U && *i - start == 2 && (unsigned char)s.ptr[start + 1] == 0xB7U) { // middle dot
    return 290;
  }
  if (c == 0xE2U && *i - start == 3 && (unsigned char)s.ptr[start + 1] == 0x80U &&
      ((unsigned char)s.ptr[start + 2] & 0xFEU) == 0x98U) { // apostrophes
    return face.bold ? bold['\'' - 32] : regular['\'' - 32];
  }
  bool superscript = (c == 0xC2U && *i - start == 2) || (c == 0xE2U && (unsigned char)s.ptr[start + 1] == 0x81U);
  return superscript ? SUPERSCRIPT : c >= 0xE3U ? 1000 : WIDE; // from U+3000: as wide as high
}

double tf_text_extent(tf_face face, tf_str s) {
  double width = 0;
  for (size_t i = 0; i < s.len;) {
    width += advance(face, s, &i);
  }
  return width / 1000 * face.size * 4 / 3 * (face.stretch > 0 ? face.stretch : 1);
}

tf_str tf_text_fit(tf_arena *arena, tf_face face, tf_str s, double width) {
  if (tf_text_extent(face, s) <= width) {
    return s;
  }
  double room = width - tf_text_extent(face, TF_STR("\xE2\x80\xA6")) - 0.25 * face.size;
  size_t keep = 0;
  for (size_t i = 0; i < s.len;) {
    (void)advance(face, s, &i);
    if (tf_text_extent(face, tf_str_sub(s, 0, i)) > room) {
      break;
    }
    keep = i;
  }
  tf_str kept = tf_str_trim(tf_str_sub(s, 0, keep));
  return tf_str_of(tf_format(arena, "%.*s\xE2\x80\xA6", TF_STR_ARGS(kept)));
}

// A number is not parted from the word that scales it.
static bool scale_word(tf_str s) {
  static const char *const words[] = {"k", "m", "bn", "tn", "million", "billion", "trillion"};
  tf_str word = s, rest = {"", 0};
  (void)tf_str_split(s, ' ', &word, &rest);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t length = strlen(words[i]);
    if (tf_str_starts(word, words[i]) && (word.len == length || strchr(",.;:)", word.ptr[length]) != NULL)) {
      return true;
    }
  }
  return false;
}

// "28 FLOP", "4.6×10²⁸ FLOP", "110 days": a unit is not parted from its number either.
static bool unit_word(tf_str s, size_t blank) {
  static const char *const words[] = {"FLOP", "FLOP/s", "EFLOP/s", "GPU",  "GPUs",  "kW",     "MW",    "GW",
                                      "TWh",  "GWh",    "day",     "days", "hours", "months", "years", "ms"};
  const char *before = s.ptr + blank;
  bool digit = blank > 0 && before[-1] >= '0' && before[-1] <= '9';
  bool raised = blank > 1 && (unsigned char)before[-1] >= 0x80U; // the digits of a power
  tf_str word = tf_str_sub(s, blank + 1, s.len), rest = {"", 0}, first = word;
  (void)tf_str_split(word, ' ', &first, &rest);
  for (size_t i = 0; (digit || raised) && i < sizeof words / sizeof *words; i++) {
    size_t length = strlen(words[i]);
    if (tf_str_starts(first, words[i]) &&
        (first.len == length || (first.len == length + 1 && strchr(",.;:)", first.ptr[length]) != NULL))) {
      return true;
    }
  }
  return false;
}

// Bytes of a word up to and with the last hyphen before which all fits; 0: none.
static size_t last_hyphen(tf_face face, tf_str word, double width) {
  size_t end = 0;
  for (size_t i = 1; i + 1 < word.len; i++) {
    bool hyphen = (word.ptr[i] == '-' || word.ptr[i] == '_') && word.ptr[i - 1] != '(';
    end = hyphen && tf_text_extent(face, tf_str_sub(word, 0, i + 1)) <= width ? i + 1 : end;
  }
  return end;
}

size_t tf_text_break(tf_arena *arena, tf_face face, tf_str s, double width, size_t most, tf_str *lines) {
  size_t count = 0;
  tf_str rest = tf_str_trim(s);
  while (rest.len > 0 && count < most) {
    size_t end = 0;
    for (size_t i = 0; i <= rest.len; i++) { // the last blank before which all fits
      if (i > 0 && (i == rest.len ||
                    (rest.ptr[i] == ' ' && !scale_word(tf_str_sub(rest, i + 1, rest.len)) && !unit_word(rest, i)))) {
        if (tf_text_extent(face, tf_str_sub(rest, 0, i)) > width) {
          break;
        }
        end = i;
      }
    }
    bool last = count + 1 == most;
    if (end == rest.len || last || end == 0) {
      tf_str line = end == rest.len || last ? rest : tf_str_sub(rest, 0, rest.len);
      if (end == 0 && !last) { // one word wider than the line
        size_t blank = tf_str_find(rest, ' ');
        line = tf_str_sub(rest, 0, blank == SIZE_MAX ? rest.len : blank);
        size_t hyphen = last_hyphen(face, line, width);
        line.len = hyphen > 0 ? hyphen : line.len;
        end = line.len;
      } else {
        end = rest.len;
      }
      lines[count++] = tf_text_fit(arena, face, line, width);
    } else {
      lines[count++] = tf_str_sub(rest, 0, end);
    }
    rest = tf_str_trim(tf_str_sub(rest, end, rest.len));
  }
  return count;
}

typedef struct cluster { // neighbours that touch: their offsets from the first are fixed
  double sum;            // of wanted position minus offset
  size_t count;
} cluster;

void tf_labels_place(tf_arena *arena, double *at, size_t count, double apart, double low, double high) {
  if (count == 0) {
    return;
  }
  size_t *order = TF_ARRAY(arena, size_t, count);
  for (size_t i = 0; i < count; i++) {
    size_t k = i;
    for (; k > 0 && at[order[k - 1]] > at[i]; k--) {
      order[k] = order[k - 1];
    }
    order[k] = i;
  }
  double span = apart * (double)(count - 1);
  if (span >= high - low) {
    double step = count > 1 ? (high - low) / (double)(count - 1) : 0;
    for (size_t i = 0; i < count; i++) {
      at[order[i]] = low + step * (double)i;
    }
    return;
  }
  // Pool adjacent violators on position minus i * apart, which must not decrease; then the bounds, which move with i.
  cluster *clusters = TF_ARRAY(arena, cluster, count);
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    clusters[used++] = (cluster){at[order[i]] - apart * (double)i, 1};
    while (used > 1 && clusters[used - 2].sum / (double)clusters[used - 2].count >
                           clusters[used - 1].sum / (double)clusters[used - 1].count) {
      clusters[used - 2].sum += clusters[used - 1].sum;
      clusters[used - 2].count += clusters[used - 1].count;
      used--;
    }
  }
  size_t i = 0;
  for (size_t c = 0; c < used; c++) {
    double base = clusters[c].sum / (double)clusters[c].count;
    base = fmin(fmax(base, low), high - span);
    for (size_t k = 0; k < clusters[c].count; k++, i++) {
      at[order[i]] = base + apart * (double)i;
    }
  }
}
