# SPDX-License-Identifier: GPL-3.0-or-later
# What the domain tests share: runs of the program, and comparisons that say what is wrong. Every function test_* of a file
# is a test; main() runs those named on the command line, or all.
#   FILE.py PROGRAM SOURCE_DIR [TEST ...]
import inspect
import json
import os
import subprocess
import sys

YEAR_HOURS = 8766


class Failure(Exception):
    pass


def call(arguments):
    done = subprocess.run([PROGRAM] + arguments, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"tenfold {' '.join(arguments)}\n{done.stderr}")
    return done.stdout


def run(what, show, settings=(), time=None, column=None):
    """Central values of `show`, by (name, label of the index or None, period or None)."""
    path = what if os.path.isabs(what) else os.path.join(SOURCE, what)
    command = ["run", path, "--show", ",".join(show), "--format", "json", "--samples", "8", "--replicates", "1", "--quiet"]
    for setting in settings:
        command += ["--set", setting]
    if time:
        command += ["--time", time]
    if column:
        command += ["--column", column]
    rows = {}
    for row in json.loads(call(command))["scenarios"][0]["results"]:
        label = next(iter(row["index"].values())) if row["index"] else None
        rows[row["name"], label, row["period"]] = row["central"]
    return rows


def values(model, show, settings=()):
    """The same for quantities without index and period, by name."""
    return {name: value for (name, _, _), value in run(f"models/{model}.model", show, settings).items()}


def series(rows, name, label=None):
    return [v for (n, i, p), v in sorted(rows.items(), key=lambda r: r[0][2] or "") if n == name and i == label and p]


def near(what, got, expected, tolerance=1e-9, against=0):
    """`against`: what the difference is small beside, where the values are themselves differences."""
    if not isinstance(got, (int, float)):
        raise Failure(f"{what}: {got!r}, expected {expected!r}")
    scale = max(abs(expected), abs(got), abs(against), 1e-300)
    if not abs(got - expected) <= tolerance * scale:
        raise Failure(f"{what}: {got!r}, expected {expected!r} ({(got - expected) / scale:+.2g})")


def holds(what, condition):
    if not condition:
        raise Failure(what)


def payment(worth, rate, years):
    """What pays back `worth` evenly, with interest."""
    return worth * rate / (1 - (1 + rate) ** -years)


def main(scope):
    tests = {n: f for n, f in scope.items() if n.startswith("test_") and inspect.isfunction(f)}
    chosen = sys.argv[3:] or list(tests)
    failed = 0
    for name in chosen:
        name = name if name.startswith("test_") else "test_" + name
        try:
            tests[name]()
            print(f"ok    {name[5:]}: {tests[name].__doc__}")
        except (Failure, KeyError, IndexError, TypeError) as problem:
            failed += 1
            print(f"FAIL  {name[5:]}: {problem.__class__.__name__ + ': ' if not isinstance(problem, Failure) else ''}{problem}")
    return 1 if failed else 0


if len(sys.argv) < 3:
    sys.exit(f"usage: {os.path.basename(sys.argv[0])} PROGRAM SOURCE_DIR [TEST ...]")
PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
