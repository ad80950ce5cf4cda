#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A model of N equations with units, references and labels, for the cost of reading, checking and planning.

usage: generate_model.py N > generated.model
"""
import sys

count = int(sys.argv[1])
print("language 1\nmodel \"Generated: %d equations\"\n" % count)
print("rate_0 : USD/hour = 1.5 to 2.5 \"Price of an hour\"\nhours_0 : hour = 10 .. 20\ncost_0 : USD = rate_0 * hours_0\n")
for i in range(1, (count - 3) // 3 + 1):
    j = i * 7919 % i if i > 1 else 0
    print(f"rate_{i} : USD/hour = 0.5 * rate_{i - 1} + 0.5 * rate_{j} + {i % 17 + 1} USD/day  \"Price {i}\"")
    print(f"hours_{i} : hour = max(hours_{i - 1} * {1 - 1 / (i + 1):.6f}, hours_{j} / 3)")
    print(f"cost_{i} : USD = rate_{i} * hours_{i} + cost_{j} * 10%")
print(f"\noutput cost_{(count - 3) // 3}")
