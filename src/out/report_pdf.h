// SPDX-License-Identifier: GPL-3.0-or-later
// A page printed to PDF by Chromium, where it is installed.
#ifndef TF_OUT_REPORT_PDF_H
#define TF_OUT_REPORT_PDF_H

#include "base/context.h"

// The browser that would print: chromium, chromium-browser, google-chrome, google-chrome-stable or chrome, the first
// in PATH. NULL if there is none.
const char *tf_pdf_browser(tf_context *cx);

// Prints the page at `html` to `pdf`, without header and footer, in a profile of its own that is removed afterwards.
// The network is not touched. TF_FILE if the browser fails or takes longer than a minute.
TF_NODISCARD tf_status tf_pdf_print(tf_context *cx, const char *browser, const char *html, const char *pdf);

#endif
