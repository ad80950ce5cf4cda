#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The same model on years, quarters and months: every series must tell the same story.
#   axes.py PROGRAM SOURCE_DIR
# A rate of a year is compared with the mean of its quarters or months, anything else with the last of them. The
# difference is taken against the largest year of the series, so that a small first year does not decide. The
# tolerances are those that the models state in their first lines; discrete results (counts of periods, labels) are
# left out.
import json
import os
import subprocess
import sys

program, source = sys.argv[1:3]

# model, years, settings, tolerance of all series, tolerances of single ones
CASES = [
    ("capex", "2024..2032", [], 0.005, {}),
    ("companies", "2026..2032", [], 0.005, {}),
    ("fleet", "2026..2032", ["fleet.power_requests_before=1GW/year"], 0.02, {"gain": 0.06}),
    ("finance", "2025..2040", [], 0.05, {"npv": 0.01, "needed_on_capital": 0.01, "levelised_cost": 0.01, "irr": 0.02,
                                         "loss_time": 1, "profit": 0.1, "npv_cut": 0.01, "npv_residual": 0.01}),
    ("efficiency", "2024..2030", [], 0.01, {}),
    ("frontier", "2023..2030", [], 0.001, {}),
]
MEANS = {"rent_ratio"}  # without a unit, and yet means over the period
PARTS = {"year": 1, "quarter": 4, "month": 12}


def run(model, years, settings, step):
    command = [program, "run", os.path.join(source, "models", model + ".model"), "--time", f"{years},{step}", "--quiet",
               "--format", "json", "--samples", "8", "--replicates", "1"]
    for setting in settings:
        command += ["--set", setting]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    series = {}
    for row in json.loads(found.stdout)["scenarios"][0]["results"]:
        value = row["central"]
        if isinstance(value, str) or value is None:
            continue
        name = row["name"].split(".")[1]
        period = row["period"]
        key = (name, json.dumps(row["index"]), period[:4] if period else None)
        series.setdefault(key, []).append((period or "", value, row["unit"] or ""))
    values = {}
    for key, rows in series.items():
        rows.sort()
        mean = "/year" in rows[0][2] or key[0] in MEANS
        if key[2] is None or len(rows) == PARTS[step]:
            values[key] = sum(r[1] for r in rows) / len(rows) if mean else rows[-1][1]
    return values


failed = 0
for model, years, settings, tolerance, single in CASES:
    by_step = {step: run(model, years, settings, step) for step in PARTS}
    worst = {}
    largest = {}
    for (name, index, _), value in by_step["month"].items():
        largest[name, index] = max(largest.get((name, index), 0), abs(value))
    compared = 0
    for key, value in by_step["month"].items():
        for step in ("year", "quarter"):
            if key in by_step[step]:
                scale = largest[key[0], key[1]]
                gap = abs(by_step[step][key] - value) / scale if scale > 0 else abs(by_step[step][key])
                worst[key[0]] = max(worst.get(key[0], (0, "")), (gap, f"{key} by {step}"))
                compared += 1
    if compared == 0:
        print(f"{model}: nothing was compared")
        failed = 1
    for name, (gap, where) in sorted(worst.items()):
        allowed = single.get(name, tolerance)
        if os.environ.get("VERBOSE") or gap > allowed:
            print(f"{'FAIL' if gap > allowed else 'ok  '} {model}.{name}: {gap:.3%} of the largest year, allowed {allowed:.1%}, {where}")
        failed |= gap > allowed
sys.exit(1 if failed else 0)
