#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Titles of shipped charts hold no figures: they would contradict the chart after --set.

Looks at the plot statements of models/*.model and the `plot:` rows of scenarios/*.csv. What stands in braces or
brackets is filled in or is a name; years and parts of words (H100) may stand.

usage: titles.py SOURCE_DIR
"""
import csv
import glob
import re
import sys

root = sys.argv[1]


def statements():
    for path in sorted(glob.glob(root + "/models/*.model")):
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            if re.match(r"plot\s", line):
                yield path, number, line
    for path in sorted(glob.glob(root + "/scenarios/*.csv")):
        for number, row in enumerate(csv.reader(open(path, encoding="utf-8-sig", newline="")), 1):
            if row and row[0].strip() == "plot:":
                yield path, number, ",".join(row[1:])


def figures(title):
    plain = re.sub(r"\{[^}]*\}|\[[^]]*\]|\([^)]*\)", " ", title)
    found = re.findall(r"(?<![\w.-])[$\u20ac]?\d[\d.,]*(?![\w-])", plain)
    return [f for f in found if not re.fullmatch(r"(19|20)\d\d[.,]*", f)]


assert figures("Costs $3 bn by 2030") == ["$3"] and figures("{a[2030] p95} of H100 in 2030, (2024)") == []
assert figures("40 % more") == ["40"] and figures("takes 159 days") == ["159"]
bad = count = 0
for path, number, text in statements():
    for title in re.findall(r'"([^"]*)"', text):
        count += 1
        if figures(title):
            bad += 1
            print(f"{path}:{number}: a figure stands in a chart's text: {', '.join(figures(title))}: {title}")
print(f"{count} titles looked at, {bad} with figures")
sys.exit(1 if bad or not count else 0)
