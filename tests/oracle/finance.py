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
FLOWS = ["revenue", "opex", "depreciation", "disposal_loss", "tax", "cash_flow", "revenue_needed", "equity_flow", "profit"]
VALUES = ["npv", "npv_cut", "npv_residual", "irr", "vintage_irr", "vintage_npv", "needed_per_mw", "levelised_cost"]
INPUTS = ["build_time", "life", "ramp_time", "booked_on_capital", "incremental", "fixed_cost", "variable_cost", "wacc",
          "residual_share", "debt_share", "debt_rate", "debt_term", "tax_rate", "counting", "utilisation", "capital_per_mw"]
OTHERS = ["capex.ai", "parts.share", "fleet.plant_share", "fleet.server_life", "fleet.network_life", "fleet.plant_life",
          "fleet.shell_life", "fleet.hall_recovery", "cost.value_decline", "cluster.capex_per_gpu"]
MACHINES = ["accelerators", "servers", "network"]
START, END, STOP = 2023, 2042, 2031
YEARS = range(END - START + 1)


def central(column):
    names = OTHERS + ["finance." + n for n in FLOWS + VALUES + INPUTS]
    text = subprocess.run([program, "run", os.path.join(source, "scenarios", "profit-when.csv"), "--column", column, "--show",
                           ",".join(names), "--format", "json", "--samples", "8", "--replicates", "1", "--quiet"],
                          capture_output=True, text=True, check=True).stdout
    got = {}
    for row in json.loads(text)["scenarios"][0]["results"]:
        name = row["name"].split(".")[1]
        if row["index"]:
            name += " " + next(iter(row["index"].values()))
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


# One purchase of 1 USD of a class in year `bought`: written off year by year, what is left when the machines go, and when.
def purchase(bought, old, new, life, change):
    def shares(term, total):
        return [(min(max(term - n, 0), 1) + (min(max(term - n + 1, 0), 1) if n else 0)) / 2 / total for n in range(60)]
    before, after = shares(min(old, life), old), shares(min(new, life), new)
    if change <= bought:
        off, left = after, 1 - min(new, life) / new
    else:
        age = change - bought
        scale = (1 - sum(shares(old, old)[:age])) / max(1 - sum(shares(new, new)[:age]), 1e-12)
        off = before[:age] + [x * scale for x in after[age:]]
        left = scale * (1 - min(new, life) / new) if age - 0.5 < life else 1 - min(old, life) / old
    gone = [min(max(life - n + 1, 0), 1) - min(max(life - n, 0), 1) if n else 1 - min(life, 1) for n in range(60)]
    return off, [left * x for x in gone], gone


def spread(into, pattern):
    return [sum(into[k] * pattern(k)[i - k] for k in range(i + 1)) for i in YEARS]


MACRS_5 = [0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576] + [0.0] * 60
MACRS_15 = [0.05, 0.095, 0.0855, 0.077, 0.0693, 0.0623, 0.059, 0.059, 0.0591, 0.059, 0.0591, 0.059, 0.0591, 0.059, 0.0591, 0.0295] + [0.0] * 60
ONCE = [1.0] + [0.0] * 60


def programme(g, invest, rule, change, added):
    share = {n: g[n] / 100 for n in ("booked_on_capital", "incremental", "fixed_cost", "variable_cost", "tax_rate", "plant_share",
                                     "hall_recovery")}
    build, ramp, life, tax_rate = g["build_time"] / 12, g["ramp_time"] / 12, g["life"], share["tax_rate"]
    into = delay(invest, build)
    capital = half(standing(into, life))
    earning = half(standing(delay(invest, build + ramp / 2), life - ramp / 2))
    revenue = [x * share["booked_on_capital"] * (share["incremental"] if g["counting"] == "incremental" else 1) for x in earning]
    opex = [c * share["fixed_cost"] + r * share["variable_cost"] for c, r in zip(capital, revenue)]
    part = {n: g["share " + n] / 100 for n in MACHINES + ["building", "land"]}
    kinds = {n: (part[n], g["network_life" if n == "network" else "server_life"], 0.0) for n in MACHINES}
    kinds["plant"] = part["building"] * share["plant_share"], g["plant_life"], share["hall_recovery"]
    kinds["shell"] = part["building"] * (1 - share["plant_share"]), g["shell_life"], share["hall_recovery"]
    depreciation, left, recovered = ([0.0 for _ in YEARS] for _ in range(3))
    for name, (weight, term, brings) in kinds.items():
        new = term + (added if name in MACHINES else 0)
        off = spread(into, lambda k: purchase(k, term, new, life, change)[0])
        rest = spread(into, lambda k: purchase(k, term, new, life, change)[1])
        for i in YEARS:
            depreciation[i] += weight * off[i]
            left[i] += weight * rest[i]
            recovered[i] += weight * rest[i] * brings
    gone = spread(into, lambda k: purchase(k, 1, 1, life, change)[2])
    for i in YEARS:
        left[i] += part["land"] * gone[i]
        recovered[i] += part["land"] * gone[i]
    halls = spread(into, lambda k: purchase(k, 39, 39, life, change)[0])
    rest = spread(into, lambda k: purchase(k, 39, 39, life, change)[1])
    machines = spread(into, lambda k: ONCE if rule == "at_once" else MACRS_5)
    plant = spread(into, lambda k: ONCE if rule == "at_once" else MACRS_15)
    for_tax = [sum(part[n] for n in MACHINES) * machines[i] + kinds["plant"][0] * plant[i]
               + kinds["shell"][0] * (halls[i] + rest[i]) + part["land"] * gone[i] for i in YEARS]
    tax = [tax_rate * (r - o - w + b) for r, o, w, b in zip(revenue, opex, for_tax, recovered)]
    cash_flow = [r - o - t - x + b for r, o, t, x, b in zip(revenue, opex, tax, invest, recovered)]
    loss = [a - b for a, b in zip(left, recovered)]
    profit = [r - o - d - x - t for r, o, d, x, t in zip(revenue, opex, depreciation, loss, tax)]
    return {"into": into, "capital": capital, "revenue": revenue, "opex": opex, "depreciation": depreciation, "tax": tax,
            "cash_flow": cash_flow, "recovered": recovered, "disposal_loss": loss, "profit": profit, "kinds": kinds, "land": part["land"]}


def internal_rate(flow):
    low, high = -0.95, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if present(flow, middle) > 0 else (low, middle)
    return 100 * low


def again(g, rule, change, added):
    rate, tax_rate = g["wacc"] / 100, g["tax_rate"] / 100
    invest = [x if START + i < STOP else 0 for i, x in enumerate(g["ai"])]
    p = programme(g, invest, rule, change, added)
    cash_flow, revenue = p["cash_flow"], p["revenue"]
    before = [1 if START + i < STOP else 0 for i in YEARS]
    cut = present([x * b for x, b in zip(cash_flow, before)], rate)
    market = sum((x - y) * b for x, y, b in zip(invest, p["into"], before))
    for k in YEARS:
        age = STOP - START - k - 0.5
        if 0 <= age < g["life"]:
            worth = p["land"]
            for name, (weight, term, brings) in p["kinds"].items():
                worth += weight * (10 ** (-g["value_decline"] * age) if name in MACHINES else max(1 - age / term, 0) * brings)
            market += p["into"][k] * worth
    left = present([r * (1 - g["variable_cost"] / 100) * (1 - tax_rate) for r in revenue], rate)
    needed = 1 - present(cash_flow, rate) / left
    drawn = [x * g["debt_share"] / 100 for x in invest]
    repaid = half([x / g["debt_term"] for x in standing(drawn, g["debt_term"])])
    debt, total = [], 0.0
    for d, r in zip(drawn, repaid):
        total += d - r
        debt.append(total)
    mean = [debt[0]] + [(debt[i - 1] + debt[i]) / 2 for i in YEARS if i]
    equity = [c + d - r - m * g["debt_rate"] / 100 * (1 - tax_rate) for c, d, r, m in zip(cash_flow, drawn, repaid, mean)]
    one = programme(g, [1.0] + [0.0 for i in YEARS if i], rule, change, added)["cash_flow"]
    hours = present([c / g["capex_per_gpu"] * g["utilisation"] / 100 * 8766 for c in p["capital"]], rate)
    cost = present([x + c * g["fixed_cost"] / 100 - b for x, c, b in zip(invest, p["capital"], p["recovered"])], rate)
    return {**{n: p[n] for n in ("revenue", "opex", "depreciation", "disposal_loss", "tax", "cash_flow", "profit")},
            "npv": present(cash_flow, rate), "npv_cut": cut, "irr": internal_rate(cash_flow), "equity_flow": equity,
            "npv_residual": cut + g["residual_share"] / 100 * market / (1 + rate) ** (STOP - START),
            "revenue_needed": [r * needed for r in revenue], "vintage_irr": internal_rate(one),
            "vintage_npv": 100 * present(one, rate) * (1 + rate) ** 0.5, "levelised_cost": cost / hours,
            "needed_per_mw": present([r * needed for r in revenue], rate)
            / present([c / g["capital_per_mw"] for c in p["capital"]], rate)}


failed = 0
for column, rule, change, added in (("base", "by_class", 2, 0.5), ("attributed", "by_class", 2, 0.5), ("slow", "by_class", 2, 0.5),
                                    ("fast", "at_once", 2, 0.5)):
    got = central(column)
    for name, expected in again(got, rule, change, added).items():
        ours = got[name] if isinstance(got[name], list) else [got[name]]
        theirs = expected if isinstance(expected, list) else [expected]
        scale = max(abs(x) for x in theirs)
        gap = max(abs(a - b) for a, b in zip(ours, theirs)) / scale
        # the day of the sale is counted in days there, in years here
        allowed = 1e-3 if name == "npv_residual" else 1e-9
        if len(ours) != len(theirs) or not gap <= allowed:
            print(f"FAIL {column} finance.{name}: differs by {gap:.2g}")
            failed = 1
sys.exit(failed)
