// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lang: what the two printers share.
#ifndef TF_LANG_PRINTER_H
#define TF_LANG_PRINTER_H

#include "lang/print.h"

const char *tf_operator_text(tf_operator op); // "+", "and"; "-" also for negation

#endif
