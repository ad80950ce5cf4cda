// SPDX-License-Identifier: GPL-3.0-or-later
// SVG made fit for pages (out/svg.h).
#include "out/svg.h"

#include <string.h>

static void escape(tf_text *out, tf_str s) {
  for (size_t i = 0; i < s.len; i++) {
    unsigned char c = (unsigned char)s.ptr[i];
    if (c == '<') {
      tf_text_adds(out, "&lt;");
    } else if (c == '>') {
      tf_text_adds(out, "&gt;");
    } else if (c == '&') {
      tf_text_adds(out, "&amp;");
    } else if (c == '"') {
      tf_text_adds(out, "&quot;");
    } else if (c >= 0x20 && c != 0x7F) {
      tf_text_addc(out, (char)c);
    } else if (c == '\n' || c == '\t') {
      tf_text_addc(out, ' ');
    }
  }
}

static void element(tf_text *out, const char *tag, const char *slug, tf_str content) {
  tf_text_addf(out, "<%s id=\"%s-%s\">", tag, slug, tag);
  escape(out, content);
  tf_text_addf(out, "</%s>", tag);
}

// font-family="Inter:Bold" -> font-family="Inter, ..." font-weight="700". Returns the bytes used of s.
static size_t family(tf_text *out, tf_str s) {
  static const char key[] = "font-family=\"";
  size_t start = sizeof key - 1;
  size_t end = tf_str_find(tf_str_sub(s, start, s.len), '"');
  if (end == SIZE_MAX) {
    return 0;
  }
  tf_str value = tf_str_sub(s, start, start + end), name = value, weight = {"", 0};
  bool bold = tf_str_split(value, ':', &name, &weight) && tf_str_is(weight, "Bold");
  tf_text_addf(out, "font-family=\"%.*s, 'Helvetica Neue', Arial, %ssans-serif\"", TF_STR_ARGS(name),
               tf_str_is(name, "DejaVu Sans") ? "" : "'DejaVu Sans', ");
  tf_text_adds(out, bold ? " font-weight=\"700\"" : "");
  return start + end + 1;
}

// Inside a tag: ids and references to them. Returns the bytes used of s, 0 if there is nothing to change here.
static size_t attribute(tf_text *out, tf_str s, const char *slug) {
  static const char *const keys[] = {" id=\"", " id='", "href=\"#", "href='#", "url(#"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (tf_str_starts(s, keys[i])) {
      tf_text_addf(out, "%s%s-", keys[i], slug);
      return strlen(keys[i]);
    }
  }
  return tf_str_starts(s, "font-family=\"") ? family(out, s) : 0;
}

static size_t skip_to(tf_str s, const char *end) {
  for (size_t i = 0; i < s.len; i++) {
    if (tf_str_starts(tf_str_sub(s, i, s.len), end)) {
      return i + strlen(end);
    }
  }
  return s.len;
}

tf_str tf_svg_finish(tf_arena *arena, tf_str svg, tf_str title, tf_str description, const char *slug) {
  tf_text out = tf_text_new(arena);
  bool tag = false, titled = false, described = false, rooted = false;
  for (size_t i = 0; i < svg.len;) {
    tf_str rest = tf_str_sub(svg, i, svg.len);
    char c = svg.ptr[i];
    if (c == '<' && !titled && tf_str_starts(rest, "<title>")) {
      element(&out, "title", slug, title);
      titled = true;
      i += skip_to(rest, "</title>");
      continue;
    }
    if (c == '<' && !described && tf_str_starts(rest, "<desc>")) {
      element(&out, "desc", slug, description);
      described = true;
      i += skip_to(rest, "</desc>");
      continue;
    }
    if (c == '<' && !rooted && tf_str_starts(rest, "<svg")) {
      tf_text_addf(&out, "<svg role=\"img\" aria-labelledby=\"%s-title %s-desc\"", slug, slug);
      rooted = true;
      tag = true;
      i += 4;
      continue;
    }
    if (c == '<' && tf_str_starts(rest, "<![CDATA[")) {
      size_t length = skip_to(rest, "]]>");
      tf_text_add(&out, tf_str_sub(rest, 0, length));
      i += length;
      continue;
    }
    if (c == '<') {
      tag = true;
    } else if (c == '>' && !tag) { // gnuplot leaves it, but "]]>" is no XML
      tf_text_adds(&out, "&gt;");
      i++;
      continue;
    } else if (c == '>') {
      tag = false;
    } else if (tag) {
      size_t used = attribute(&out, rest, slug);
      if (used > 0) {
        i += used;
        continue;
      }
    }
    tf_text_addc(&out, c);
    i++;
  }
  return tf_text_str(&out);
}
