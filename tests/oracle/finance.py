#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The central case of finance.model (scenarios/profit-when.csv, column base), written again from its definitions.
#   finance.py PROGRAM SOURCE_DIR
import json
import math
import os
import subprocess
import sys

program, source = sys.argv[1:3]
FLOWS = ["revenue", "opex", "depreciation", "tax", "cash_flow", "revenue_needed", "equity_flow"]
VALUES = ["npv", "npv_cut", "npv_residual", "irr"]
INPUTS = ["build_time", "life", "ramp_time", "booked_on_capital", "incremental", "fixed_cost", "variable_cost", "wacc",
          "residual_share", "debt_share", "debt_rate", "debt_term", "book_life", "tax_rate"]
START, END, STOP = 2023, 2042, 2031
YEARS = range(END - START + 1)


def central(column):
    names = ["capex.ai"] + ["finance." + n for n in FLOWS + VALUES + INPUTS]
    text = subprocess.run([program, "run", os.path.join(source, "scenarios", "profit-when.csv"), "--column", column, "--show",
                           ",".join(names), "--format", "json", "--samples", "8", "--replicates", "1", "--quiet"],
                          capture_output=True, text=True, check=True).stdout
    got = {}
    for row in json.loads(text)["scenarios"][0]["results"]:
        name = row["name"].split(".")[1]
        if row["period"] is None:
            got[name] = row["central"]
        elif START <= int(row["period"]) <= END:
            got.setdefault(name, []).append(row["central"])
    return got


def delay(flow, years):
    out = [0.0] * (2 * len(flow) + 40)
    for k, amount in enumerate(flow):
        whole = math.floor(k + years)
        part = k + years - whole
        out[whole] += amount * (1 - part)
        out[whole + 1] += amount * part
    return out[:len(flow)]


def standing(flow, life):
    return [sum(flow[k] * min(max(life - (i - k), 0), 1) for k in range(i + 1)) for i in YEARS]


def half(series):
    return [((series[i - 1] if i else 0) + series[i]) / 2 for i in YEARS]


def present(flow, rate):
    return sum(x / (1 + rate) ** (i + 0.5) for i, x in enumerate(flow))


def again(g, macrs):
    share = {n: g[n] / 100 for n in ("booked_on_capital", "incremental", "fixed_cost", "variable_cost", "wacc", "residual_share",
                                     "debt_share", "debt_rate", "tax_rate")}
    build, ramp, life, rate, tax_rate = g["build_time"] / 12, g["ramp_time"] / 12, g["life"], share["wacc"], share["tax_rate"]
    invest = [x if START + i < STOP else 0 for i, x in enumerate(g["ai"])]
    into = delay(invest, build)
    capital = half(standing(into, life))
    earning = half(standing(delay(invest, build + ramp / 2), life - ramp / 2))
    revenue = [x * share["booked_on_capital"] * share["incremental"] for x in earning]
    opex = [c * share["fixed_cost"] + r * share["variable_cost"] for c, r in zip(capital, revenue)]
    depreciation = half([x / g["book_life"] for x in standing(into, g["book_life"])])
    off = [sum(into[i - age] * macrs[age] for age in range(len(macrs)) if i >= age) for i in YEARS]
    tax = [tax_rate * (r - o - w) for r, o, w in zip(revenue, opex, off)]
    cash_flow = [r - o - t - x for r, o, t, x in zip(revenue, opex, tax, invest)]
    before = [1 if START + i < STOP else 0 for i in YEARS]
    cut = present([x * b for x, b in zip(cash_flow, before)], rate)
    book = sum((x - d) * b for x, d, b in zip(invest, depreciation, before))
    low, high = -0.95, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if present(cash_flow, middle) > 0 else (low, middle)
    left = present([r * (1 - share["variable_cost"]) * (1 - tax_rate) for r in revenue], rate)
    needed = 1 - present(cash_flow, rate) / left
    drawn = [x * share["debt_share"] for x in invest]
    repaid = half([x / g["debt_term"] for x in standing(drawn, g["debt_term"])])
    debt, total = [], 0.0
    for d, r in zip(drawn, repaid):
        total += d - r
        debt.append(total)
    mean = [debt[0]] + [(debt[i - 1] + debt[i]) / 2 for i in YEARS if i]
    equity = [c + d - r - m * share["debt_rate"] * (1 - tax_rate) for c, d, r, m in zip(cash_flow, drawn, repaid, mean)]
    return {"revenue": revenue, "opex": opex, "depreciation": depreciation, "tax": tax, "cash_flow": cash_flow,
            "npv": present(cash_flow, rate), "npv_cut": cut, "irr": 100 * low, "equity_flow": equity,
            "npv_residual": cut + share["residual_share"] * book / (1 + rate) ** (STOP - START),
            "revenue_needed": [r * needed for r in revenue]}


MACRS = [0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576]
failed = 0
for column, rule in (("base", MACRS), ("slow", MACRS), ("fast", [1.0])):
    got = central(column)
    for name, expected in again(got, rule).items():
        ours = got[name] if isinstance(got[name], list) else [got[name]]
        theirs = expected if isinstance(expected, list) else [expected]
        scale = max(abs(x) for x in theirs)
        gap = max(abs(a - b) for a, b in zip(ours, theirs)) / scale
        # the day of the sale is counted in days there, in years here
        allowed = 1e-4 if name == "npv_residual" else 1e-9
        if len(ours) != len(theirs) or not gap <= allowed:
            print(f"FAIL {column} finance.{name}: differs by {gap:.2g}")
            failed = 1
sys.exit(failed)
