#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Are two texts the same but for the last digits of their numbers?

Between instruction sets the last bits of results may differ (relative 1e-12), and a standard error, a small difference
of large means, loses some digits more. Words, layout and counts of digits before the exponent's reach must agree.
usage: same.py WANTED PRINTED      exit 0: the same
"""
import re
import sys

NUMBER = re.compile(r"-?\d[\d,]*\.?\d*(?:e[+-]?\d+)?")
wanted, printed = (open(path, encoding="utf-8", errors="replace").read() for path in sys.argv[1:3])
if NUMBER.sub("0", wanted) != NUMBER.sub("0", printed):
    sys.exit(1)
for a, b in zip(NUMBER.findall(wanted), NUMBER.findall(printed)):
    if a != b:
        x, y = float(a.replace(",", "")), float(b.replace(",", ""))
        if len(a) < 12 or abs(x - y) > 1e-7 * max(abs(x), abs(y)):
            sys.exit(1)
