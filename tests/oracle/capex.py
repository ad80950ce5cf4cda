#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# capex.model and companies.model against closed forms and against the same sums written again.
#   capex.py PROGRAM SOURCE_DIR
# 77: numpy or scipy are not installed.
import csv
import datetime
import json
import math
import os
import re
import subprocess
import sys

try:
    import numpy as np
    from scipy import stats
except ImportError:
    sys.exit(77)

program, source = sys.argv[1:3]
failed = 0


def near(what, got, expected, tolerance=1e-9):
    global failed
    if not abs(got - expected) <= tolerance * max(abs(expected), 1e-300):
        print(f"FAIL {what}: {got!r}, not {expected!r}")
        failed = 1


def results(path, settings=(), time=None, show=None, samples=8, column=None):
    """{(name, label, period): row}"""
    command = [program, "run", os.path.join(source, path), "--format", "json", "--samples", str(samples), "--quiet"]
    command += ["--time", time] if time else []
    command += ["--show", ",".join(show)] if show else []
    command += ["--column", column] if column else []
    for setting in settings:
        command += ["--set", setting]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode not in (0, 1):
        sys.exit(found.stderr)
    return {(r["name"], next(iter(r["index"].values())) if r["index"] else None, r["period"]): r
            for r in json.loads(found.stdout)["scenarios"][0]["results"]}


def annual(settings, years="2024..2032"):
    rows = results("models/capex.model", ["capex.swing=0"] + settings, years, ["capex.annual"])
    return [rows[k]["central"] for k in sorted(rows, key=lambda k: k[2])]


def shapes():
    start, growth, ceiling, approach = 80e9, 0.3, 400e9, 0.25
    given = [f"capex.annual[2024]={start}USD/year", f"capex.growth={growth * 100}%", f"capex.ceiling={ceiling}USD/year",
             f"capex.approach={approach * 100}%"]
    closed = {
        "exponential": lambda k: start * (1 + growth) ** k,
        "logistic": lambda k: ceiling / (1 + (ceiling / start - 1) / (1 + growth) ** k),
        "gompertz": lambda k: ceiling * (start / ceiling) ** ((1 - approach) ** k),
        "capped": lambda k: min(start * (1 + growth) ** k, ceiling),
    }
    for shape, form in closed.items():
        for k, got in enumerate(annual(given + [f"capex.growth_shape={shape}"])):
            near(f"{shape} in year {k}", got, form(k))
    points = {0: 80e9, 3: 150e9, 8: 600e9}
    given = [f"capex.milestone[{2024 + k}]={v}USD/year" for k, v in points.items()] + ["capex.growth_shape=milestones"]
    line = np.exp(np.interp(range(9), list(points), np.log(list(points.values()))))
    for k, got in enumerate(annual(given)):
        near(f"milestones in year {k}", got, line[k])


def single_years():
    """A swing of each year stays in the level: variances of the logarithms add."""
    rows = results("models/capex.model", ["capex.annual[2024]=100bn USD/year", "capex.growth=20%"], "2024..2026", ["capex.annual"], 65536)
    for k, year in ((1, "2025"), (2, "2026")):
        row = rows["capex.annual", None, year]
        near(f"median of {year}", row["p50"], 100e9 * 1.2 ** k, 0.01)
        near(f"90 % range of {year}, in logarithms", math.log(row["p95"] / row["p5"]), 2 * 1.644854 * 0.31 * math.sqrt(k), 0.02)


def baseline():
    given = ["capex.annual[2026]=140bn USD/year", "capex.swing=0", "capex.growth=20%", "capex.ai_counts=beyond", "capex.baseline=30bn USD/year",
             "capex.baseline_growth=5%"]
    rows = results("models/capex.model", given, "2026..2029", ["capex.ai", "capex.annual", "capex.ai_part", "capex.price_age"])
    for year in ("2026", "2027", "2029"):
        got = {n: rows["capex." + n, None, year]["central"] for n in ("ai", "annual", "ai_part", "price_age")}
        base = 30e9 * 1.05 ** got["price_age"]
        near(f"AI capex of {year} beyond the baseline", got["ai"], got["annual"] - base)
        near(f"its share in {year}", got["ai_part"], 100 * (1 - base / got["annual"]))
    small = results("models/capex.model", given[1:] + ["capex.annual[2026]=20bn USD/year"], "2026..2026", ["capex.ai"])
    near("capex below the baseline is none for AI", small["capex.ai", None, "2026"]["central"], 0, 0)


def number(text):
    return float(re.sub(r"bn$", "e9", text))


def record():
    """(year, months from the day of the plan to the end of its year, ln(actual / middle))"""
    with open(os.path.join(source, "models", "guidance.csv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            year = datetime.date.fromisoformat(row["year [date]"])
            ahead = ((year - datetime.date.fromisoformat(row["given [date]"])).days / 365.25 + 1) * 12
            middle = (number(row["low [USD/year]"]) + number(row["high [USD/year]"])) / 2
            yield year.year, ahead, math.log(number(row["actual [USD/year]"]) / middle)


def predict(misses):
    misses = np.array(misses)
    n = len(misses)
    wide = misses.std(ddof=1) * math.sqrt(1 + 1 / n)
    return misses.mean(), wide, n - 1


def guidance():
    """Each column's plan: as many earlier plans as its Student's t says, and the prediction of one more case."""
    for column in ("latest", "guided-2024", "plan-2025", "hundreds"):
        rows = results("scenarios/meta-capex.csv", (), None, ["capex.guided", "capex.guided_on", "capex.guided_year", "capex.guided_low",
                                                              "capex.guided_high", "capex.guidance_record", "capex.guidance_draw"], 131072, column)
        get = lambda name: rows["capex." + name, None, None]
        year = datetime.date.fromisoformat(get("guided_year")["central"])
        ahead = ((year - datetime.date.fromisoformat(get("guided_on")["central"])).days / 365.25 + 1) * 12
        misses = [x for y, a, x in record() if y < year.year and abs(a - ahead) <= 1]
        mean, wide, df = predict(misses)
        middle = (get("guided_low")["central"] + get("guided_high")["central"]) / 2
        near(f"{column}: earlier plans", get("guidance_record")["central"], df + 1)
        near(f"{column}: Student's t", get("guidance_draw")["p95"], stats.t.ppf(0.95, df), 0.02)
        near(f"{column}: middle", get("guided")["central"], middle * math.exp(mean))
        for name, p in (("p5", 0.05), ("p95", 0.95)):
            near(f"{column}: {name}", get("guided")[name], middle * math.exp(mean + wide * stats.t.ppf(p, df)), 0.005)
    # Leave one out: of the years of one season each is predicted from the others. A range of 90 % holds about nine in ten;
    # below 26 or all 33 of 33 would be chances of less than 1 in 40.
    inside = cases = 0
    for season in (2, 5, 8, 11, 14):
        years = {y: x for y, a, x in record() if abs(a - season) <= 1}
        for left, miss in years.items():
            mean, wide, df = predict([x for y, x in years.items() if y != left])
            inside += abs(miss - mean) <= wide * stats.t.ppf(0.95, df)
            cases += 1
    near("years of guidance", cases, 33)
    low, high = stats.binom.ppf([0.025, 0.975], cases, 0.9)
    if not low <= inside <= high:
        near("left out and inside the 90 % range", inside, 0.9 * cases, 0)
    print(f"guidance, leave one out: {inside} of {cases} inside the 90 % range")


def companies():
    """Calendar years from fiscal ones, Meta without principal on leases, the total."""
    data = {}
    with open(os.path.join(source, "scenarios", "data", "capex.csv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["definition"] != "incl-finance-leases":
                data[row["entity"], row["quantity"], int(row["period"])] = float(row["value"]) * 1e9
    rows = results("scenarios/hyperscalers.csv", (), None, ["companies.annual", "companies.total"], column="base")
    for year in range(2019, 2026):
        again = {"Meta": data["Meta", "capex.annual", year] - data["Meta", "lease_principal", year],
                 "Alphabet": data["Alphabet", "capex.annual", year], "Amazon": data["Amazon", "capex.annual", year]}
        for name, months in (("Microsoft", 6), ("Oracle", 5)):
            again[name] = (months * data[name, "fiscal_annual", year] + (12 - months) * data[name, "fiscal_annual", year + 1]) / 12
        for name, value in again.items():
            near(f"{name} {year}", rows["companies.annual", name, str(year)]["central"], value)
        near(f"total {year}", rows["companies.total", None, str(year)]["central"], sum(again.values()))


for test in (shapes, single_years, baseline, guidance, companies):
    test()
sys.exit(failed)
