# SPDX-License-Identifier: GPL-3.0-or-later
# What the programs of this folder share: a model is run in every way that must not change its results, and its numbers are
# compared with values that were computed here.
#
# A key of the expected values is NAME, NAME[ROW], NAME@PERIOD or NAME[ROW]@PERIOD, without the model's own name.
import json
import math
import os
import subprocess
import sys
import tempfile

PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
WAYS = [[], ["--interpret"], ["--threads", "1"], ["--threads", "2"]]
compared = 0
problems = []


def note(*words):
    problems.append(" ".join(str(w) for w in words))


class Folder:
    """A scratch folder with the model m.model and other files."""

    def __init__(self, model, files=None):
        self.held = tempfile.TemporaryDirectory()
        self.path = self.held.name
        self.write("m.model", 'language 1\nmodel "m"\n' + model)
        for name, text in (files or {}).items():
            self.write(name, text)

    def write(self, name, text):
        with open(os.path.join(self.path, name), "w", encoding="utf-8") as file:
            file.write(text)

    def tenfold(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, cwd=self.path)


def results(done, column=0):
    """Rows of a JSON result by key."""
    if done.returncode != 0:
        note("exit", done.returncode, done.stderr.strip())
        return {}
    rows = {}
    for row in json.loads(done.stdout)["scenarios"][column]["results"]:
        key = row["name"].split(".", 1)[1] if row["name"].startswith("m.") else row["name"]
        if row["index"]:
            key += "[" + ",".join(str(v) for v in row["index"].values()) + "]"
        if row["period"] is not None:
            key += "@" + str(row["period"])
        rows[key] = row
    return rows


def near(got, wanted, tolerance):
    if isinstance(wanted, str) or isinstance(got, str) or got is None or wanted is None:
        return got == wanted
    if math.isnan(wanted) or math.isinf(wanted):
        return got == wanted
    return abs(got - wanted) <= tolerance * max(abs(wanted), abs(got)) or abs(got - wanted) <= tolerance * 1e-3


def shown(model):
    """Every quantity that the lines of a model define, to ask for all of them."""
    names = []
    for line in model.splitlines():
        head = line.split("=", 1)[0]
        if line[:1] not in ("", " ", "#") and ":" in head and "(" not in head.split(":")[0]:
            names.append("m." + head.split(":")[0].split("[")[0].strip())
    return names


def certain(model, wanted, time=None, files=None, run="m.model", options=(), tolerance=1e-12, column=0, ways=len(WAYS)):
    """Central values of a model, in every way of running it; returns the rows."""
    global compared
    folder = Folder(model, files)
    arguments = ["run", run, "--format", "json", "--show", ",".join(shown(model)), *options]
    if time:
        arguments += ["--time", time]
    first = None
    for way in WAYS[:ways]:
        done = folder.tenfold(*arguments, *way)
        if first is None:
            first = done
        elif done.stdout != first.stdout:
            note("other bytes with", " ".join(way))
    rows = results(first, column)
    for key, value in wanted.items():
        compared += 1
        if key not in rows:
            note("no result", key, "among", ", ".join(list(rows)[:12]))
        elif not near(rows[key]["central"], value, tolerance):
            note(f"{key}: {rows[key]['central']!r}, expected {value!r}")
    return rows


def uncertain(model, wanted, time=None, files=None, run="m.model", samples=65536, options=(), column=0):
    """wanted: key -> {statistic: (value, permitted error)} with Sobol points; random numbers may err by what chance explains:
    twelve standard errors of a mean, which covers the quantiles of the shapes that are tested too."""
    global compared
    folder = Folder(model, files)
    arguments = ["run", run, "--format", "json", "--show", ",".join(shown(model)), "--samples", str(samples), *options]
    if time:
        arguments += ["--time", time]
    first = None
    for way in WAYS:
        done = folder.tenfold(*arguments, *way)
        if first is None:
            first = done
        elif done.stdout != first.stdout:
            note("other bytes with", " ".join(way))
    chance = folder.tenfold(*arguments, "--sampler", "random")
    for label, done in (("sobol", first), ("random", chance)):
        rows = results(done, column)
        for key, statistics in wanted.items():
            if key not in rows:
                note("no result", key, "among", ", ".join(list(rows)[:12]))
                continue
            row = rows[key]
            for statistic, (value, error) in statistics.items():
                compared += 1
                got = row.get(statistic)
                allowed = error
                if label == "random" and statistic != "central":
                    allowed = max(error, 12 * (row["sd"] or 0) / math.sqrt(samples))
                if got is None or isinstance(got, str) or abs(got - value) > allowed:
                    note(f"{label} {key} {statistic}: {got!r}, expected {value!r} within {allowed:.3g}")
    return results(first, column)


def refused(model, words, files=None, run="m.model", options=(), command="run", code=3):
    """The model must end with an error that holds these words."""
    global compared
    compared += 1
    done = Folder(model, files).tenfold(command, run, *options)
    if done.returncode != code or words not in done.stderr + done.stdout:
        note(f"exit {done.returncode}, expected {code} with `{words}`:", (done.stderr or done.stdout).strip())


def warned(model, words, files=None, run="m.model", options=(), command="run", code=0):
    refused(model, words, files, run, options, command, code)


def main(tests):
    """Runs the functions test_* that are named after the source folder, or all."""
    wanted = sys.argv[3:]
    failed = 0
    for name, test in tests.items():
        if not name.startswith("test_") or (wanted and name[5:] not in wanted):
            continue
        problems.clear()
        before = compared
        test()
        for problem in problems[:40]:
            print(f"{name[5:]}: {problem}")
        failed += bool(problems)
        print(f"{name[5:]}: {compared - before} compared, {len(problems)} wrong")
    sys.exit(1 if failed else 0)
