#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Cases that the models were not written for: chips nobody makes, sizes nobody trained, 8 to 10 million accelerators, other
# decades. Nothing in a model may depend on what a case is called.
#   cases.py PROGRAM SOURCE_DIR [TEST ...]
import csv
import glob
import itertools
import json
import math
import os
import re
import sys
import tempfile

from support import SOURCE, YEAR_HOURS, call, holds, main, near

COLUMNS = ["hardware", "peak_bf16 [TFLOP/(s*GPU)]", "peak_fp8 [TFLOP/(s*GPU)]", "tdp [W/GPU]", "server_power [W/GPU]", "memory [GB/GPU]",
           "bandwidth [TB/(s*GPU)]", "price [USD/GPU]", "released [date]", "source"]
# A chip of the past and one that is far off: name, BF16, FP8, W, W of the server, GB, TB/s, USD, release.
CHIPS = [["Tin Whistle", 40, 80, 250, 520, 32, 0.6, 6000, "2016-05-01"],
         ["Basalt 9", 61000, 122000, 5200, 7400, 2200, 96, 310000, "2033-02-01"]]
MODELS = sorted(os.path.basename(p)[:-6] for p in glob.glob(os.path.join(SOURCE, "models", "*.model")))
SPANS = {"past": "2012..2026", "future": "2031..2055"}


def text_of(model):
    with open(os.path.join(SOURCE, "models", model + ".model"), encoding="utf-8") as file:
        return file.read()


def scenario(folder, model, chips, axis=None):
    """A scenario on one model with rows of our own in the table of hardware."""
    with open(os.path.join(folder, "chips.csv"), "w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n")
        write.writerow(COLUMNS)
        write.writerows(row + ["imagined"] for row in chips)
    path = os.path.join(folder, "case.csv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n")
        write.writerow(["model:", os.path.join(SOURCE, "models", model + ".model")])
        if axis:
            write.writerow(["time:", axis])
        if any("table hardware" in text_of(m) for m in [model] + uses(model)):
            write.writerow(["table:", "hardware", "chips.csv"])
        write.writerow(["parameter", "unit", "case", "source"])
    return path


def uses(model, seen=None):
    """All models that a model reads, in turn."""
    seen = set() if seen is None else seen
    for line in re.findall(r"^use ([^#\n]+)", text_of(model), re.M):
        for name in line.split(","):
            name = name.split(" as ")[0].strip()
            if name not in seen:
                seen.add(name)
                uses(name, seen)
    return sorted(seen)


def results(path, settings=(), samples=8):
    command = ["run", path, "--format", "json", "--samples", str(samples), "--replicates", "1", "--quiet"]
    for setting in settings:
        command += ["--set", setting]
    return {(r["name"], json.dumps(r["index"]), r["period"]): r for r in json.loads(call(command))["scenarios"][0]["results"]}


def needs_axis(model):
    code = "\n".join(line.split("#")[0] for line in text_of(model).splitlines())
    return any(needs_axis(m) for m in uses(model) if m != model and model not in uses(m)) or bool(
        re.search(r"\[t ?-|\bstep\b|\bafter\(|\bramp\(|\belapsed\b|cumulative\(|npv\(", code))


def test_any_case_goes_through_every_model():
    """Imaginary chips, 8 to 10 million of them, models of a billion to 10^15 parameters, other decades: every result is a number."""
    seen = 0
    for model in MODELS:
        reached = [model] + uses(model)
        for chip, gpus, size, span in zip(itertools.cycle(CHIPS), [8, 72, 1024, 99_991, 1_234_567, 10_000_000],
                                          [1e9, 3e10, 7e11, 2e12, 5e13, 1e15], itertools.cycle(SPANS)):
            with tempfile.TemporaryDirectory() as folder:
                path = scenario(folder, model, CHIPS, SPANS[span] if needs_axis(model) else None)
                settings = []
                if "cluster" in reached:
                    settings += [f"cluster.gpu={chip[0]}", f"cluster.gpus={gpus}"]
                if "training" in reached:
                    settings += [f"training.params={size:g}", f"training.tokens={20 * size:g}"]
                if "serving" in reached:                # a replica that holds the weights
                    settings += [f"serving.params={size:g}", f"serving.params_in_memory={size:g}",
                                 f"serving.gpus_per_replica={max(8, math.ceil(size * 1.5 / chip[5] / 1e9)) if size < 2e13 else 10000}"]
                if "fit" in reached:                    # the years that are fitted belong to the case
                    first = int(SPANS[span][:4])
                    settings += [f"fit.fit_from={first}-01-01", f"fit.fit_until={first + 6}-01-01"]
                    settings += [f"fit.value[{first + k}]={30 * 1.3 ** k}bn USD/year" for k in range(6)]
                if "serving" in reached and size > 0.7 * 10000 * chip[5] * 1e9:
                    continue                            # no such replica: the model says that the weights do not fit
                found = results(path, settings)
            holds(f"{model} gives results", found)
            for (name, index, period), row in found.items():
                value = row["central"]
                if value is None:                       # not paid back within the axis, and said so
                    holds(f"{name} {index} {period} of {gpus} {chip[0]}: no value", re.search(r"irr|payback|break_even_year", name))
                elif not isinstance(value, str):
                    holds(f"{name} {index} {period} of {gpus} {chip[0]}: {value}", math.isfinite(value))
                seen += 1
    holds("something was computed", seen > 1000)


def row_of(name):
    with open(os.path.join(SOURCE, "models", "hardware.csv"), encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        row = next(r for r in table if r["hardware"] == name)
    return [row[c] for c in COLUMNS[:-1]]


def test_a_name_changes_nothing():
    """The same chip under another name gives the same results, to the last digit, in every model."""
    compared = 0
    for model in MODELS:
        if "cluster" not in [model] + uses(model):
            continue
        with tempfile.TemporaryDirectory() as folder:
            for real in ("H200", "GB200"):
                twin = [["Nobody's Chip"] + row_of(real)[1:]]
                path = scenario(folder, model, twin, "2026..2040" if needs_axis(model) else None)
                a, b = (results(path, [f"cluster.gpu={name}"], samples=64) for name in (real, "Nobody's Chip"))
                holds(f"{model}: the same results", a.keys() == b.keys())
                for key, row in a.items():
                    for stat in ("central", "p5", "p95"):
                        x, y = row[stat], b[key][stat]
                        holds(f"{key} {stat}: {x} as {real}, {y} under another name", x == y or x == real and y == "Nobody's Chip")
                        compared += 1
    holds("something was compared", compared > 500)


def test_imaginary_chips_by_hand():
    """Power, money and time of chips nobody makes, from their rows alone, for 8 to 10 million of them."""
    show = ["cluster.gpus", "cluster.it_power", "cluster.peak_power", "cluster.it_cost", "cluster.peak", "cluster.other_it", "cluster.pue",
            "cluster.price_spread", "cluster.server_ratio", "training.duration_without_failures", "training.compute", "training.mfu",
            "training.gpu_hours", "training.duration", "reliability.goodput", "reliability.mtbf", "reliability.failure_rate"]
    for chip, gpus in itertools.product(CHIPS, [8, 1000, 100_000, 10_000_000]):
        _, bf16, _, _, server, _, _, price, _ = chip
        with tempfile.TemporaryDirectory() as folder:
            path = scenario(folder, "training", CHIPS)
            found = json.loads(call(["run", path, "--show", ",".join(show), "--format", "json", "--samples", "8", "--replicates", "1", "--quiet",
                                     "--set", f"cluster.gpu={chip[0]}", "--set", f"cluster.gpus={gpus}"]))
        g = {r["name"]: r["central"] for r in found["scenarios"][0]["results"]}
        what = f"{gpus} {chip[0]}"
        power = gpus * server * (1 + g["cluster.other_it"] / 100) / 1e6
        near(f"{what}: IT power", g["cluster.it_power"], power)
        near(f"{what}: facility power", g["cluster.peak_power"], power * g["cluster.pue"])
        near(f"{what}: servers", g["cluster.it_cost"], gpus * price * g["cluster.price_spread"] * g["cluster.server_ratio"])
        near(f"{what}: peak", g["cluster.peak"], gpus * bf16 * 1e12)
        days = g["training.compute"] / (gpus * bf16 * 1e12 * g["training.mfu"] / 100) / 86400
        near(f"{what}: days without failures", g["training.duration_without_failures"], days)
        near(f"{what}: hours", g["training.gpu_hours"], gpus * 24 * g["training.duration"])
        near(f"{what}: time between failures", g["reliability.mtbf"], YEAR_HOURS / (g["reliability.failure_rate"] * gpus))
        holds(f"{what}: goodput {g['reliability.goodput']}", 0 < g["reliability.goodput"] <= 1)


# ---------------------------------------------------------------- what the equations may say

# Models, runs, sites and companies: they belong into texts, tables and scenarios.
NAMED = r"llama|meta\b|facebook|deepseek|\bgpt-?\d|grok|colossus|gemini|openai|anthropic|claude|google|alphabet|microsoft|azure|amazon|\baws\b|oracle|xai\b" \
        r"|coreweave|nebius|mistral|qwen|palm\b|bloom\b|megatron|nvidia|stargate"
CASES = {"hardware", "run_costs", "mfu_runs"}    # tables whose rows are cases; rows of others, such as components, are labels
TABLE_REFERENCE = {"H100 SXM"}            # the unit in which fleets of mixed chips are counted: H100-equivalents


def equations(model):
    """(number, equation) of each statement, without comment, description, source and the lists of an index."""
    statement, start = "", 0
    for number, line in enumerate(text_of(model).splitlines() + ["end"], 1):
        if line[:1].isspace():
            statement += " " + line.strip()
            continue
        if statement and not statement.startswith(("model ", "index ", "output ", "plot ", "use ", "language ", "table ", "check ", "#")):
            code = re.sub(r'"[^"]*"(\s*\[.*\])?\s*$', "", statement)
            yield start, re.sub(r'"[^"]*"', "", code.split("#")[0])
        statement, start = line, number


def labels_of(model):
    """Labels that the model declares itself: of choices and indices."""
    found = set()
    for m in [model] + uses(model):
        text = text_of(m)
        for listed in re.findall(r"choice\(([^)]*)\)", text) + [x for x in re.findall(r"^index \w+ = (.+)$", text, re.M)]:
            found |= {x.strip().strip("'") for x in re.sub(r"^\w+\[|\]$", "", listed).split(",")}
        for table in re.findall(r"^table (\w+)$", text, re.M):
            if table not in CASES:
                with open(os.path.join(SOURCE, "models", table + ".csv"), encoding="utf-8", newline="") as file:
                    found |= {row[0] for row in csv.reader(file)}
    return found


def test_equations_name_no_case():
    """No equation mentions a model, run, site or company; labels in equations are choices or indices, chips only as defaults."""
    with open(os.path.join(SOURCE, "models", "hardware.csv"), encoding="utf-8", newline="") as file:
        chips = {row["hardware"] for row in csv.DictReader(file)}
    seen = 0
    for model in MODELS:
        own = labels_of(model)
        for number, code in equations(model):
            seen += 1
            where = f"{model}.model:{number}"
            bare = re.sub(r"[\[,]\s*'?[\w .-]+'?\s*:(?!:)", "[", code) if re.search(r"=\s*\[", code) else code   # [label: value]
            bare = re.sub(r"\b\w+\.[a-z_0-9]+", "", bare)                                                         # names of quantities
            word = re.search(NAMED, bare, re.I)
            holds(f"{where} names a case, `{word.group() if word else ''}`: {code.strip()}", not word)
            for label in re.findall(r"'([^']*)'", code):
                holds(f"{where}: '{label}' is no choice or index of the model", label in own | TABLE_REFERENCE)
                if label in chips and not re.search(r"\['" + re.escape(label) + r"'|'" + re.escape(label) + r"':", code):
                    holds(f"{where} decides by the name of a chip, '{label}'", False)
            for label in re.findall(r"[!=]=\s*'([^']*)'", code):
                holds(f"{where} compares with the row '{label}' of a table", label not in chips)
    holds("equations were read", seen > 300)


if __name__ == "__main__":
    sys.exit(main(globals()))
