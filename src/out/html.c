// SPDX-License-Identifier: GPL-3.0-or-later
// A report as an HTML page (out/html.h).
#include "out/html.h"

#include <math.h>
#include <string.h>

void tf_html_escape(tf_text *out, tf_str s) {
  tf_text_adds(out, "");
  for (size_t i = 0; i < s.len;) {
    char c = s.ptr[i];
    size_t used = tf_utf8_decode(tf_str_sub(s, i, s.len), NULL);
    if (used == 0) {
      tf_text_adds(out, "\xEF\xBF\xBD");
      i++;
      continue;
    }
    if (used > 1) {
      tf_text_add(out, tf_str_sub(s, i, i + used));
    } else if (c == '&') {
      tf_text_adds(out, "&amp;");
    } else if (c == '<') {
      tf_text_adds(out, "&lt;");
    } else if (c == '>') {
      tf_text_adds(out, "&gt;");
    } else if (c == '"') {
      tf_text_adds(out, "&quot;");
    } else if (c == '\'') {
      tf_text_adds(out, "&#39;");
    } else if (c == '\n' || c == '\r' || c == '\t') {
      tf_text_addc(out, ' ');
    } else if ((unsigned char)c >= 0x20 && c != 0x7F) {
      tf_text_addc(out, c);
    }
    i += used;
  }
}

// Bytes of an address at the start of s (0: none); what is a sentence's punctuation does not belong to it.
static size_t address_length(tf_str s, const char **before) {
  static const char arxiv[] = "arXiv:";
  size_t len = 0;
  *before = "";
  if (tf_str_starts(s, "https://") || tf_str_starts(s, "http://")) {
    while (len < s.len && s.ptr[len] > ' ' && s.ptr[len] != 0x7F && strchr("<>\"'`{}|\\^", s.ptr[len]) == NULL) {
      len++;
    }
    while (len > 0 && strchr(".,;:)]", s.ptr[len - 1]) != NULL) {
      len--;
    }
    return len > sizeof "https://" ? len : 0;
  }
  if (tf_str_starts(s, arxiv)) {
    len = sizeof arxiv - 1;
    while (len < s.len && ((s.ptr[len] >= '0' && s.ptr[len] <= '9') || s.ptr[len] == '.')) {
      len++;
    }
    while (s.ptr[len - 1] == '.') {
      len--;
    }
    *before = "https://arxiv.org/abs/";
    return len > sizeof arxiv + 4 ? len : 0;
  }
  return 0;
}

// Bytes of a name between backticks at the start of s, both of them counted; 0: none.
static size_t code_length(tf_str s) {
  enum { LONGEST = 80 };
  for (size_t i = 1; i < s.len && i < LONGEST; i++) {
    if (s.ptr[i] == '`') {
      return i > 1 && s.ptr[1] != ' ' && s.ptr[i - 1] != ' ' ? i + 1 : 0;
    }
  }
  return 0;
}

void tf_html_prose(tf_text *out, tf_str s) {
  size_t from = 0;
  for (size_t i = 0; i < s.len; i++) {
    const char *before = "";
    tf_str rest = tf_str_sub(s, i, s.len);
    size_t code = s.ptr[i] == '`' ? code_length(rest) : 0;
    if (code > 0) {
      tf_html_escape(out, tf_str_sub(s, from, i));
      tf_text_adds(out, "<code>");
      tf_html_escape(out, tf_str_sub(rest, 1, code - 1));
      tf_text_adds(out, "</code>");
      from = i + code;
      i = from - 1;
      continue;
    }
    size_t len = s.ptr[i] == 'h' || s.ptr[i] == 'a' ? address_length(rest, &before) : 0;
    if (len == 0) {
      continue;
    }
    tf_str address = tf_str_sub(rest, 0, len);
    tf_html_escape(out, tf_str_sub(s, from, i));
    tf_text_addf(out, "<a href=\"%s", before);
    tf_html_escape(out, before[0] != '\0' ? tf_str_sub(address, 6, len) : address);
    tf_text_adds(out, "\">");
    tf_html_escape(out, address);
    tf_text_adds(out, "</a>");
    from = i + len;
    i = from - 1;
  }
  tf_html_escape(out, tf_str_sub(s, from, s.len));
}

static void element(tf_text *out, const char *open, tf_str text, const char *close) {
  tf_text_adds(out, open);
  tf_html_prose(out, text);
  tf_text_adds(out, close);
}

// A technical name may break where its parts meet.
static void put_name(tf_text *out, tf_str name) {
  size_t from = 0;
  for (size_t i = 0; i + 1 < name.len; i++) {
    if (strchr("._[", name.ptr[i]) != NULL) {
      tf_html_escape(out, tf_str_sub(name, from, i + 1));
      tf_text_adds(out, "<wbr>");
      from = i + 1;
    }
  }
  tf_html_escape(out, tf_str_sub(name, from, name.len));
}

static void put_bar(tf_text *out, double value) {
  double share = fabs(value) > 1 ? 50 : fabs(value) * 50;
  tf_text_addf(
      out, "<span class=\"bar\" aria-hidden=\"true\"><i class=\"%s\" style=\"left:%.1f%%;width:%.1f%%\"></i></span>",
      value < 0 ? "down" : "up", value < 0 ? 50 - share : 50, share);
}

// How wide a column must be to be read on a phone follows from its longest text: numbers and short words stay on one
// line, prose gets room (the table scrolls).
static const char *column_class(const tf_report_table *table, size_t c) {
  enum { SHORT = 12, MEDIUM = 24, LONG = 60 };
  size_t longest = 0;
  for (size_t r = 0; r < table->rows.count; r++) {
    const tf_report_cell *cell = &table->rows.at[r].cells[c];
    size_t len = table->rows.at[r].title ? 0 : cell->text.len > cell->minor.len ? cell->text.len : cell->minor.len;
    longest = len > longest ? len : longest;
  }
  return table->numeric[c] ? "n" : longest > LONG ? "long" : longest > MEDIUM ? "mid" : longest > SHORT ? "word" : "s";
}

static void put_cell(tf_text *out, const tf_report_row *row, size_t c, const char *class) {
  const tf_report_cell *cell = &row->cells[c];
  enum { SENTENCE = 30 };
  if (class[0] == 'n' && cell->text.len > SENTENCE) {
    class = "w"; // shares of labels and remarks among the numbers: they may break
  }
  tf_text_addf(out, c == 0 ? "<th scope=\"row\">" : class[1] == '\0' ? "<td class=\"%s\">" : "<td>", class);
  tf_html_prose(out, cell->text);
  if (cell->minor.len > 0) {
    tf_text_adds(out, cell->text.len > 0 ? "<small>" : "<small class=\"alone\">");
    if (c == 0 && tf_str_find(cell->minor, ' ') == SIZE_MAX) {
      put_name(out, cell->minor);
    } else {
      tf_html_prose(out, cell->minor);
    }
    tf_text_adds(out, "</small>");
  }
  if (cell->has_bar) {
    put_bar(out, cell->bar);
  }
  tf_text_adds(out, c == 0 ? "</th>" : "</td>");
}

static void put_table(tf_text *out, const tf_report_table *table) {
  enum { WIDE = 5, WIDER = 8 }; // columns from which the type closes up
  tf_text_addf(out, "<div class=\"scroll\" tabindex=\"0\"><table%s>\n<thead><tr>",
               table->columns >= WIDER  ? " class=\"many most\""
               : table->columns >= WIDE ? " class=\"many\""
                                        : "");
  for (size_t c = 0; c < table->columns; c++) {
    tf_text_addf(out, "<th scope=\"col\" class=\"%s\">", column_class(table, c));
    element(out, "", table->headers[c], "</th>");
  }
  tf_text_adds(out, "</tr></thead>\n<tbody>\n");
  for (size_t r = 0; r < table->rows.count; r++) {
    const tf_report_row *row = &table->rows.at[r];
    if (row->title) {
      tf_text_addf(out, "<tr class=\"title\"><th colspan=\"%zu\" scope=\"rowgroup\">", table->columns);
      element(out, "<span>", row->cells[0].text, "</span></th></tr>\n");
      continue;
    }
    tf_text_adds(out, "<tr>");
    for (size_t c = 0; c < table->columns; c++) {
      put_cell(out, row, c, column_class(table, c));
    }
    tf_text_adds(out, "</tr>\n");
  }
  tf_text_adds(out, "</tbody></table></div>\n");
}

static void put_picture(tf_text *out, const char *classes, tf_str svg) {
  if (svg.len == 0) {
    return;
  }
  size_t start = 0; // a page has no use for the XML declaration
  while (start < svg.len && !tf_str_starts(tf_str_sub(svg, start, svg.len), "<svg")) {
    start++;
  }
  tf_text_addf(out, "<div class=\"%s\">", classes);
  tf_text_add(out, tf_str_sub(svg, start, svg.len));
  tf_text_adds(out, "</div>\n");
}

static void put_figure(tf_text *out, const tf_report_figure *figure) {
  bool narrow = figure->narrow[0].len > 0;
  tf_text_addf(out, "<figure id=\"figure-%zu\" class=\"%s\">\n", figure->number, narrow ? "both" : "one");
  put_picture(out, "pic light wide", figure->wide[0]);
  put_picture(out, "pic dark wide", figure->wide[1]);
  put_picture(out, "pic light narrow", figure->narrow[0]);
  put_picture(out, "pic dark narrow", figure->narrow[1]);
  if (figure->wide[0].len == 0) {
    tf_text_adds(out, "<p class=\"note\">The picture is missing: gnuplot could not draw it. Its data are below.</p>\n");
  }
  tf_text_addf(out, "<figcaption><b>Figure %zu.</b> ", figure->number);
  element(out, "", figure->caption, "</figcaption>\n");
  if (figure->data.rows.count > 0) {
    tf_text_addf(out, "<details class=\"data\"><summary>Data of figure %zu</summary>\n", figure->number);
    put_table(out, &figure->data);
    tf_text_adds(out, "</details>\n");
  }
  tf_text_adds(out, "</figure>\n");
}

static bool is_item(tf_part_kind kind) {
  return kind == TF_PART_LIST || kind == TF_PART_BAD;
}

static void put_part(const tf_report *report, size_t i, bool *in_section, tf_text *out) {
  const tf_report_part *part = &report->parts.at[i];
  switch (part->kind) {
  case TF_PART_SECTION:
    tf_text_adds(out, *in_section ? "</section>\n" : "");
    tf_text_addf(out, "<section id=\"%s\">\n", part->id);
    element(out, "<h2>", part->text, "</h2>\n");
    *in_section = true;
    break;
  case TF_PART_TITLE:
    element(out, "<h3>", part->text, "</h3>\n");
    break;
  case TF_PART_ANSWER:
    element(out, "<p class=\"answer\">", part->text, "</p>\n");
    break;
  case TF_PART_TEXT:
    element(out, "<p>", part->text, "</p>\n");
    break;
  case TF_PART_NOTE:
    element(out, "<p class=\"note\">", part->text, "</p>\n");
    break;
  case TF_PART_LIST:
  case TF_PART_BAD:
    tf_text_adds(out, i == 0 || !is_item(report->parts.at[i - 1].kind) ? "<ul>\n" : "");
    element(out, part->kind == TF_PART_BAD ? "<li class=\"bad\">" : "<li>", part->text, "</li>\n");
    tf_text_adds(out, i + 1 == report->parts.count || !is_item(report->parts.at[i + 1].kind) ? "</ul>\n" : "");
    break;
  case TF_PART_TABLE:
    put_table(out, part->table);
    break;
  case TF_PART_FIGURE:
    put_figure(out, part->figure);
    break;
  case TF_PART_FOLD:
    element(out, "<details class=\"fold\"><summary>", part->text, "</summary>\n");
    break;
  case TF_PART_END:
    tf_text_adds(out, "</details>\n");
    break;
  }
}

void tf_html_page(const tf_report *report, tf_text *out) {
  tf_text_adds(out,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
               "'unsafe-inline'; img-src data:\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"tenfold\">\n");
  tf_text_adds(out, "<title>");
  tf_html_escape(out, report->title);
  tf_text_adds(out, "</title>\n<style>\n");
  for (size_t i = 0; tf_html_style[i] != NULL; i++) {
    tf_text_adds(out, tf_html_style[i]);
  }
  tf_text_adds(out, "</style>\n</head>\n<body>\n<header>\n<h1>");
  tf_html_escape(out, report->title);
  tf_text_adds(out, "</h1>\n");
  element(out, "<p class=\"note\">", report->provenance, "</p>\n");
  tf_text_adds(out, "<nav aria-label=\"Sections\"><ul>\n");
  for (size_t i = 0; i < report->parts.count; i++) {
    const tf_report_part *part = &report->parts.at[i];
    if (part->kind == TF_PART_SECTION) {
      tf_text_addf(out, "<li><a href=\"#%s\">", part->id);
      element(out, "", part->text, "</a></li>\n");
    }
  }
  tf_text_adds(out, "</ul></nav>\n</header>\n<main>\n");
  bool in_section = false;
  for (size_t i = 0; i < report->parts.count; i++) {
    put_part(report, i, &in_section, out);
  }
  tf_text_adds(out, in_section ? "</section>\n" : "");
  tf_text_adds(out, "</main>\n<footer>\n<p>Compute it again, in the folder of this page:</p>\n<pre><code>");
  tf_html_escape(out, report->rerun);
  tf_text_adds(out, "</code></pre>\n");
  element(out, "<p>", report->provenance, "</p>\n</footer>\n</body>\n</html>\n");
}
