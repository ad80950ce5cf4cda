#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors and speed of the samplers, as the tables of docs/performance.md.

usage: samplers.py BUILD_DIR [SEEDS]      (64 seeds; the program is built by `make bench_samplers`)
The exact mean of the reference problem is computed here by quadrature: the cost is a sum of products of functions of
one input each.
"""
import math
import os
import subprocess
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
Z = 1.6448536269514722  # the 95 % point of the normal


def mean(f, low, high, density=lambda x: np.ones_like(x)):
    nodes, weights = np.polynomial.legendre.leggauss(64)
    x = (high + low) / 2 + (high - low) / 2 * nodes
    return float((weights * density(x) * f(x)).sum() / (weights * density(x)).sum())


def lognormal(low, high):
    return math.sqrt(low * high) * math.exp((math.log(high / low) / (2 * Z)) ** 2 / 2)


def exact_mean():
    watts = 1e5 * 1200 * (1.10 + 1.35) / 2
    seconds = (lognormal(2e26, 8e26) / (1e5 * 989e12) * mean(lambda x: 1 / x, 0.80, 0.97) *
               mean(lambda x: 1 / x, 0.20, 0.55, lambda x: np.exp(-((x - 0.38) / 0.06) ** 2 / 2)))
    it = 1e5 * lognormal(25e3, 40e3) * (1.25 + 1.40 + 1.70) / 3
    charge = mean(lambda n: 0.08 / (1 - 1.08 ** -n), 3, 6) + (0.02 + 0.04 + 0.08) / 3
    buildings = watts * 1e-6 * lognormal(8e6, 14e6) / 15
    return ((it * charge + buildings) * seconds / (8766 * 3600) * mean(lambda x: 1 / x, 0.60, 0.95) +
            watts * 1e-3 * seconds / 3600 * lognormal(0.05, 0.11))


def output(arguments):
    program = os.path.join(build, "tests", "bench", "bench_samplers")
    return subprocess.run([program] + arguments, check=True, capture_output=True, text=True).stdout.splitlines()


def percent(share):
    digits = max(0, 1 - math.floor(math.log10(100 * share)))
    return f"{100 * share:.{digits}f}"


build = sys.argv[1]
seeds = sys.argv[2] if len(sys.argv) > 2 else "64"
truth = exact_mean()
rows = {}
for line in output(["error", os.path.join(HERE, "cluster.model"), repr(truth), seeds]):
    power, kind, *errors = line.split()
    rows.setdefault(int(power), {})[kind] = [float(e) for e in errors]
print(f"Exact mean {truth / 1e6:.4f} m USD; {seeds} seeds\n")
print("| samples | mean: random | R = 8 | R = 1 | 5 %: random | R = 8 | R = 1 | 95 %: random | R = 8 | R = 1 |")
print("|---|---|---|---|---|---|---|---|---|---|")
for power, kinds in rows.items():
    cells = [percent(kinds[kind][i]) for i in range(3) for kind in ("random", "sobol8", "sobol1")]
    print(f"| {1 << power:,} | " + " | ".join(cells) + " |")
at = rows[14]
print(f"\nAt 16,384 samples the error of the mean is {at['random'][0] / at['sobol8'][0]:.0f} times (R = 8) and "
      f"{at['random'][0] / at['sobol1'][0]:.0f} times (R = 1) below that of random numbers.\n")
for line in output(["speed"]):
    kind, nanoseconds, _ = line.split()
    print(f"{kind}: {nanoseconds} ns per number")
