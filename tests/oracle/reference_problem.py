#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference problem, written again with numpy: means and quantiles of tests/bench/*.model must agree.

usage: reference_problem.py PROGRAM SOURCE_DIR      exit code 77 (skipped) where numpy is missing
"""
import json
import subprocess
import sys

try:
    import numpy as np
except ImportError:
    print("numpy is not installed: skipped")
    sys.exit(77)

program, root = sys.argv[1:3]
N = 2_000_000
rng = np.random.default_rng(7)
Z = 1.6448536269514722  # the 95 % point of the normal


def lognormal(low, high):
    return rng.lognormal(np.log(low * high) / 2, np.log(high / low) / (2 * Z), N)


def cut_normal(mean, sd, low, high):
    x = rng.normal(mean, sd, N)
    while ((bad := (x < low) | (x > high))).any():
        x[bad] = rng.normal(mean, sd, int(bad.sum()))
    return x


price, server = lognormal(25e3, 40e3), rng.triangular(1.25, 1.40, 1.70, N)
building, watts, pue = lognormal(8e6, 14e6), rng.normal(1200, 100, N), rng.uniform(1.10, 1.35, N)
electricity, mfu = lognormal(0.05, 0.11), cut_normal(0.38, 0.06, 0.20, 0.55)
goodput, flop, life = rng.uniform(0.80, 0.97, N), lognormal(2e26, 8e26), rng.uniform(3, 6, N)
busy, opex = rng.uniform(0.60, 0.95, N), rng.triangular(0.02, 0.04, 0.08, N)
growth, decline = rng.normal(0.35, 0.10, N), rng.uniform(0.05, 0.20, N)
gpus, peak, hours, rate, building_life = 1e5, 989e12, 8766.0, 0.08, 15.0

equipment = gpus * price * server
megawatts = gpus * watts * pue / 1e6
buildings = megawatts * building
seconds = flop / (gpus * peak * mfu * goodput)
annual = equipment * rate / (1 - (1 + rate) ** -life) + buildings / building_life + opex * equipment
total = annual * (seconds / 3600) / (hours * busy) + megawatts * seconds / 3.6 * electricity
cluster = {"total_cost": total, "capex": equipment + buildings, "training_time": seconds / 86400,
           "cost_per_gpu_hour": total / (gpus * seconds / 3600)}

npv, power_so_far, buildings_so_far, factor, spent, bought = 0.0, 0.0, 0.0, 1.0, [], []
for year in range(10):
    bought.append(gpus * (1 + growth) ** year)
    price_now = price * server * (1 - decline) ** year
    spent.append(bought[-1] * price_now)
    alive = [np.clip(life - (year - k), 0, 1) for k in range(year + 1)]
    depreciation = sum(s * a for s, a in zip(spent, alive)) / life
    installed = sum(b * a for b, a in zip(bought, alive))
    power = installed * watts * pue / 1e6
    buildings_so_far = buildings_so_far + np.maximum(power - power_so_far, 0) * building
    power_so_far = np.maximum(power, power_so_far)
    cost = (depreciation + buildings_so_far / building_life + opex * installed * price_now
            + power * 1000 * hours * busy * electricity)
    npv = npv + cost * factor
    factor /= 1 + rate
projection = {"net_cost": npv}

failures = 0


def compare(name, row, x):
    global failures
    sd = x.std()
    checks = [("mean", x.mean(), sd / N ** 0.5)]
    for p, key in ((5, "p5"), (25, "p25"), (50, "p50"), (75, "p75"), (95, "p95")):
        # Standard error of a quantile from the density around it.
        q, low, high = np.percentile(x, [p, p - 0.5, p + 0.5])
        density = 0.01 / (high - low)
        error = (p / 100 * (1 - p / 100)) ** 0.5 / density
        checks.append((key, q, (error ** 2 / N + error ** 2 / 131072) ** 0.5))
    for key, want, error in checks:
        got = row[key]
        error = (error ** 2 + (row["se"] or 0) ** 2) ** 0.5
        verdict = "ok" if abs(got - want) <= 4 * error else "DIFFERS"
        failures += verdict != "ok"
        print(f"{name:32} {key:4} tenfold {got:.6g}  numpy {want:.6g}  standard error {error:.2g}  {verdict}")


for file, wanted in (("cluster.model", cluster), ("projection.csv", projection)):
    names = ",".join(wanted)
    out = subprocess.run([program, "run", f"{root}/tests/bench/{file}", "--format", "json", "--samples", "131072",
                          "--quiet", "--show", names], check=True, stdout=subprocess.PIPE).stdout
    for row in json.loads(out)["scenarios"][0]["results"]:
        compare(row["name"], row, wanted[row["name"].split(".")[-1]])

# The published answers: mean total cost 959.86 m USD, mean NPV 80.65 bn USD.
for name, x, want, digits in (("total cost", total, 959.86e6, 0.0012e9), ("npv", npv, 80.65e9, 0.1e9)):
    ok = abs(x.mean() - want) <= 4 * (x.std() / N ** 0.5) + digits
    failures += not ok
    print(f"{name}: numpy {x.mean():.6g}, published {want:.6g}: {'ok' if ok else 'DIFFERS'}")
sys.exit(1 if failures else 0)
