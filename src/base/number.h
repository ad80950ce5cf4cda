// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers to and from text without the locale.
#ifndef TF_BASE_NUMBER_H
#define TF_BASE_NUMBER_H

#include "base/str.h"

// Reads the longest prefix of s that is a decimal number: digits [. digits] [e|E [+-] digits], no sign, no suffix, at
// least one digit before or after the point; correctly rounded. Returns the bytes used, 0 if there is none.
// A number too large for a double gives infinity.
size_t tf_number_scan(tf_str s, double *value);

// Shortest of %.15g, %.16g, %.17g that reads back the same; "inf", "-inf", "nan". Buffer of at least 32 bytes.
// Results use tf_number_print15: 15 digits, because the 16th and 17th are noise of unit conversion.
const char *tf_number_print(double value, char buffer[static 32]);
const char *tf_number_print15(double value, char buffer[static 32]);

// For people: `digits` significant digits, thousands separated by commas, no exponent between 1e-4 and 1e15.
const char *tf_number_pretty(double value, int digits, char buffer[static 48]);

#endif
