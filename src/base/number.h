// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers to and from text without the locale.
#ifndef TF_BASE_NUMBER_H
#define TF_BASE_NUMBER_H

#include "base/str.h"

// Reads the longest prefix of s that is a decimal number: digits [. digits] [e|E [+-] digits], no sign, no suffix, at
// least one digit before or after the point; correctly rounded. Returns the bytes used, 0 if there is none.
// A number too large for a double gives infinity. Of `1..5` only the 1 is read, of `5e` only the 5.
size_t tf_number_scan(tf_str s, double *value);

// Shortest of %.15g, %.16g, %.17g that reads back the same; "inf", "-inf", "nan"; -0 is "0". Buffer of at least 32
// bytes. Results use tf_number_print15: 15 digits, because the 16th and 17th are noise of unit conversion.
const char *tf_number_print(double value, char buffer[static 32]);
const char *tf_number_print15(double value, char buffer[static 32]);

// For people: at most `digits` (1..17) significant digits, thousands separated by commas, no exponent between 1e-4 and
// 1e15, no zeros at the end of a fraction: 1234567 to 3 digits is "1,230,000", 0.5 is "0.5", 2e20 is "2e20".
const char *tf_number_pretty(double value, int digits, char buffer[static 48]);

#endif
