#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The same model on years, quarters and months: every series of every shipped model and of every column of every shipped
# scenario must tell the same story.
#   axes.py PROGRAM SOURCE_DIR [NAME ...]     with names only those models or scenarios; VERBOSE=1 shows every gap
# A rate of a year is compared with the mean of its quarters or months, anything else with the last of them. The
# difference is taken against the largest year of the series, so that a small first year does not decide. The
# tolerances are those that the models state in their first lines, for the whole module and for single quantities;
# discrete results (counts of periods, labels) are left out. A model or scenario with a time axis that is not compared is
# a failure, so that a new one cannot be forgotten.
import glob
import json
import os
import subprocess
import sys

program, source = sys.argv[1:3]

# What the models state: module -> tolerance of all its quantities, tolerances of single ones.
STATED = {
    "capex": (0.005, {}),
    "companies": (0.005, {"total_growth": 0.01, "annual": 0.025, "reported": 0.025, "share": 0.035}),
    "fleet": (0.02, {"gain": 0.06, "gain_value": 0.08, "shadow_power": 0.08, "shadow_construction": 0.08,
                     "total_tax_value": 0.03}),
    "finance": (0.05, {"npv": 0.01, "needed_on_capital": 0.01, "levelised_cost": 0.01, "irr": 0.02, "profit": 0.1,
                       "npv_cut": 0.01, "npv_residual": 0.01}),
    "efficiency": (0.01, {"rent_ratio": 0.03}),
    "frontier": (0.001, {}),
    "fit": (0.01, {}),
    "parties": (0.05, {}),
    "parts": (0.005, {}),
}
# Models that need an axis of time, with one to run them on.
MODELS = {"capex": "2024..2032", "companies": "2026..2032", "fleet": "2026..2032", "finance": "2025..2040",
          "efficiency": "2024..2030", "frontier": "2023..2030", "parties": "2025..2040", "parts": "2025..2032", "fit": "2017..2026"}
SETTINGS = {"fit": [f"fit.value[{2017 + k}]={v}bn USD/year" for k, v in enumerate((6.73, 13.92, 15.65, 15.72, 19.244, 32.036, 28.103))],
            "fleet": ["fleet.power_requests_before=1GW/year"]}
# What a scenario states in its first lines where its periods are rougher than those of the model's defaults.
BY_SCENARIO = {
    "profit-when": {"finance": (0.09, {"npv": 0.02, "needed_on_capital": 0.01, "levelised_cost": 0.01, "irr": 0.06, "profit": 0.17,
                                       "npv_cut": 0.03, "npv_residual": 0.03})},
}
WITHIN = {"loss_time": 1, "vintage_payback": 0.5, "shadow_chips": 3000, "shadow_capex": 0.08}  # whole periods; a worth less its price, 8 % of the price
MEANS = {"rent_ratio", "incremental_share", "needed_on_company", "share"}      # without a time in the unit, and yet means over the period
PARTS = {"year": 1, "quarter": 4, "month": 12}


def run(path, years, step, settings=()):
    """All columns: {(column, module, name, label, year): value}"""
    command = [program, "run", path, "--time", f"{years},{step}", "--quiet", "--format", "json", "--samples", "8",
               "--replicates", "1"]
    for setting in settings:
        command += ["--set", setting]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode not in (0, 1):
        sys.exit(f"{path} by {step}: {found.stderr}")
    series = {}
    for scenario in json.loads(found.stdout)["scenarios"]:
        for row in scenario["results"]:
            if isinstance(row["central"], str) or row["central"] is None:
                continue
            module, name = row["name"].split(".")
            period = row["period"]
            key = (scenario["name"], module, name, json.dumps(row["index"]), period[:4] if period else None)
            series.setdefault(key, []).append((period or "", row["central"], row["unit"] or ""))
    values = {}
    for key, rows in series.items():
        rows.sort()
        mean = "/year" in rows[0][2] or key[2] in MEANS
        if key[4] is None or len(rows) == PARTS[step]:
            values[key] = sum(r[1] for r in rows) / len(rows) if mean else rows[-1][1]
    return values


def compare(what, path, years, settings=()):
    by_step = {step: run(path, years, step, settings) for step in PARTS}
    largest, worst, columns = {}, {}, set()
    for key, value in by_step["month"].items():
        largest[key[:4]] = max(largest.get(key[:4], 0), abs(value))
    for key, value in by_step["month"].items():
        for step in ("year", "quarter"):
            if key in by_step[step]:
                scale = largest[key[:4]]
                gap = abs(by_step[step][key] - value)
                gap = gap if key[2] in WITHIN or scale == 0 else gap / scale
                worst[key[:3]] = max(worst.get(key[:3], (-1.0, "")), (gap, f"{key[3]} {key[4]} by {step}"))
                columns.add(key[0])
    failed = 0
    if not worst:
        print(f"FAIL {what}: nothing was compared")
        failed = 1
    for (column, module, name), (gap, where) in sorted(worst.items()):
        if module not in STATED:
            continue                     # without an axis of its own: its inputs are compared
        tolerance, single = BY_SCENARIO.get(what, {}).get(module, STATED[module])
        allowed = WITHIN.get(name, single.get(name, tolerance))
        if os.environ.get("VERBOSE") or gap > allowed:
            print(f"{'FAIL' if gap > allowed else 'ok  '} {what}#{column} {module}.{name}: {gap:.3%} of the largest year, "
                  f"allowed {allowed:.1%}, {where}")
        failed += gap > allowed
    return failed, len(worst), len(columns)


def main():
    chosen = set(sys.argv[3:])
    failed = series = columns = 0
    for path in sorted(glob.glob(os.path.join(source, "models", "*.model"))):
        name = os.path.basename(path)[:-6]
        if chosen and name not in chosen:
            continue
        if name not in MODELS:
            need = subprocess.run([program, "run", path, "--quiet", "--samples", "8", "--replicates", "1"], capture_output=True, check=False)
            if need.returncode != 0:
                print(f"FAIL {name}.model needs an axis and is not compared on three")
                failed += 1
            continue
        bad, n, c = compare(f"{name}.model", path, MODELS[name], SETTINGS.get(name, ()))
        failed, series, columns = failed + bad, series + n, columns + c
    for path in sorted(glob.glob(os.path.join(source, "scenarios", "*.csv"))):
        name = os.path.basename(path)[:-4]
        if chosen and name not in chosen:
            continue
        with open(path, encoding="utf-8") as file:
            years = [line.split(",")[1].strip() for line in file if line.startswith("time:")]
        if years:
            bad, n, c = compare(name, path, years[0])
            failed, series, columns = failed + bad, series + n, columns + c
    print(f"{series} quantities of {columns} models and columns on three axes, {failed} beyond what is stated")
    return 1 if failed else 0


sys.exit(main())
