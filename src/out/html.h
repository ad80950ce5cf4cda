// SPDX-License-Identifier: GPL-3.0-or-later
// A report as one self-contained HTML page: no script, no network (a content security policy says so to the browser),
// charts inline, light and dark as the reader's system asks, tables that scroll on a phone, A4 and Letter in print.
//
// Text never becomes markup: everything that comes from models, scenarios and the command line passes through
// tf_html_escape. Addresses in texts (http, https, arXiv numbers) become links, made from escaped text alone.
#ifndef TF_OUT_HTML_H
#define TF_OUT_HTML_H

#include "out/report.h"

// For element content and double-quoted attributes: & < > " ' are replaced, control characters dropped (line breaks
// and tabs become blanks), bytes that are no UTF-8 become U+FFFD.
void tf_html_escape(tf_text *out, tf_str s);
// The same, with addresses as links.
void tf_html_prose(tf_text *out, tf_str s);

void tf_html_page(const tf_report *report, tf_text *out);

// html_style.c: the lines of the style sheet, NULL at the end.
extern const char *const tf_html_style[];

#endif
