#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# What a critical reader tries first: every input at the ends of its permitted range and beyond, every scenario's title,
# charts and checks, every source.
#   audit.py PROGRAM SOURCE_DIR [TEST ...]
import csv
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import support
from support import holds, main, near, run, values

SOURCE, PROGRAM = support.SOURCE, support.PROGRAM
MODELS = sorted(os.path.basename(p)[:-6] for p in glob.glob(os.path.join(SOURCE, "models", "*.model")))
AXIS = "2025..2040"
AXES = {"fit": "2017..2030"}  # of models that know nothing of other years


def tenfold(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)


def inputs(model):
    """The model's own inputs, as `list` shows them."""
    done = tenfold("list", f"{SOURCE}/models/{model}.model", "--format", "json", "--quiet")
    rows = json.loads(done.stdout)
    return [r for r in rows if r["name"].startswith(model + ".") and r["kind"] == "input"]


def in_unit(number, unit):
    """A number as a cell holds it: percent is always written out."""
    if not unit.startswith("%"):
        return number
    return number + "%" if unit == "%" else f"{number} {unit}"


def ranged(model):
    for row in inputs(model):
        if row["range"] and row["unit"] != "date" and "[" not in row["name"]:
            low, high = row["range"].split(" .. ")
            yield row["name"], row["unit"], low, high


def set_and_run(model, name, value):
    return tenfold("run", f"{SOURCE}/models/{model}.model", "--set", f"{name}={value}", "--time", AXES.get(model, AXIS),
                   "--samples", "8", "--replicates", "1", "--quiet", "--format", "csv")


def problems_at_the_ends(model):
    """Both ends give numbers; a step beyond each end is refused, in words that name the range."""
    found, tried = [], 0
    for name, unit, low, high in ranged(model):
        for end in (low, high):
            tried += 1
            done = set_and_run(model, name, in_unit(end, unit))
            if done.returncode != 0:
                found.append(f"{name} = {end} {unit}, permitted: {done.stderr.splitlines()[:1]}")
        for end, beyond in ((low, "%.17g" % (float(low) - max(1e-6 * abs(float(low)), 1e-6))),
                            (high, "%.17g" % (float(high) + max(1e-6 * abs(float(high)), 1e-6)))):
            done = set_and_run(model, name, in_unit(beyond, unit))
            if done.returncode != 3 or "outside its permitted range" not in done.stderr:
                found.append(f"{name} = {beyond} {unit} is beyond {end}, and the program says {done.returncode}")
    return found, tried


def test_every_input_at_its_ends():
    """Every input with a permitted range: both ends compute, and a step beyond each is refused."""
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(problems_at_the_ends, MODELS))
    found = [line for lines, _ in results for line in lines]
    holds("\n".join(found), not found)
    holds("inputs were tried", sum(tried for _, tried in results) > 300)


def test_computed_values_hold_their_range():
    """A computed quantity with a permitted range: a value beyond either end is refused, in words that name the range."""
    found, tried = [], 0
    for model in MODELS:
        done = tenfold("list", f"{SOURCE}/models/{model}.model", "--format", "json", "--quiet")
        for row in json.loads(done.stdout):
            if not row["name"].startswith(model + ".") or row["kind"] != "equation" or not row["range"]:
                continue
            low, high = (float(end) for end in row["range"].split(" .. "))
            for value in (low - max(abs(low), 1), high * 2):
                tried += 1
                done = set_and_run(model, row["name"].split("[")[0], in_unit("%.17g" % value, row["unit"]))
                if done.returncode != 3 or "outside its permitted range" not in done.stderr:
                    found.append(f"{row['name']} = {value}: {done.returncode} {done.stderr[:150]}")
    holds("\n".join(found), not found)
    holds("quantities were tried", tried > 60)


def test_fit_to_too_few_years():
    """A line through two years has no scatter: refused with the years that are there; three years are fitted."""
    for first, code in ((2022, 3), (2023, 3), (2021, 0)):
        done = tenfold("run", f"{SOURCE}/models/fit.model", "--time", f"{first}..2026", "--samples", "8", "--quiet")
        holds(f"from {first}: {done.returncode} {done.stderr}", done.returncode == code)
        holds(done.stderr, code == 0 or f"`fit.years` = {2024 - first} is outside its permitted range" in done.stderr)


def scenario(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


# One setting for each scenario that its own checks must refuse: what makes the answer doubtful or impossible.
REFUSED = {
    "cluster-100k.csv": "cluster.site_power=100",            # 180 MW on a site of 100
    "deepseek.csv": "capex.guided_year=2020-01-01",          # a plan with no record before it
    "early-or-late.csv": "timing.value=0.1",                 # nothing is lost by coming late
    "fleet.csv": "cluster.site_power=100",
    "frontier-race.csv": "cluster.site_power=10",
    "gigawatt.csv": "cluster.site_power=500",
    "gpt4-to-2030.csv": "frontier.run_length=30 month",      # overtaken by a later start
    "hyperscalers.csv": "companies.common_growth=110 %/year",  # every year doubles
    "llama.csv": "cluster.site_power=10",
    "meta-capex.csv": "capex.guided_year=2020-01-01",
    "profit-when.csv": "fleet.life=25",                      # the axis ends before the machines
    "rent-or-own.csv": "cost.life=1",                        # nobody writes machines off in a year
    "serving.csv": "serving.params_in_memory=1e13",          # ten trillion parameters on eight accelerators
}


def test_scenarios_answer_a_question():
    """Each scenario: a question as title, two columns or more, charts that say what was found, checks that hold and can fail."""
    paths = sorted(glob.glob(os.path.join(SOURCE, "scenarios", "*.csv")))
    holds(f"every scenario has a setting that it must refuse: {[os.path.basename(p) for p in paths]}",
          [os.path.basename(p) for p in paths] == sorted(REFUSED))
    found = []
    for path in paths:
        name, rows = os.path.basename(path), scenario(path)
        title = next(r[1] for r in rows if r and r[0] == "title:")
        if "?" not in title:
            found.append(f"{name}: the title asks nothing: {title}")
        plots = [",".join(r[1:]) for r in rows if r and r[0] == "plot:"]
        findings = [p for p in plots if re.search(r'"[^"]*\{[^}]+\}[^"]*"', p)]
        if not findings:
            found.append(f"{name}: no chart says what was found, with its number")
        good = tenfold("check", path, "--strict")
        if good.returncode != 0 or "holds" not in good.stdout:
            found.append(f"{name}: its checks do not hold: {good.returncode}")
        columns = json.loads(tenfold("run", path, "--format", "json", "--samples", "8", "--replicates", "1", "--quiet").stdout)
        if len(columns["scenarios"]) < 2:
            found.append(f"{name}: one column")
        bad = tenfold("check", path, "--set", REFUSED[name])
        if bad.returncode != 1:
            found.append(f"{name}: {REFUSED[name]} passes its checks, or is an error: {bad.returncode} {bad.stderr[:200]}")
    holds("\n".join(found), not found)


def test_sources_of_inputs():
    """No source of an input is a recollection."""
    found, sourced = [], 0
    for model in MODELS:
        for row in inputs(model):
            text = row["source"]
            sourced += 1 if text else 0
            if re.search(r"\bmemory\b", text):
                found.append(f"{row['name']}: [{text}]")
    holds("\n".join(found), not found)
    holds("sources were read", sourced > 200)


def test_serving_for_nothing():
    """What is given away earns nothing and costs what it costs; the margin of a megawatt is revenue less cost at any price."""
    names = ["serving.margin", "serving.revenue_per_mw", "serving.cost_per_mw", "serving.margin_per_mw", "serving.revenue"]
    for price in (0, 0.4, 50):
        got = values("serving", names, [f"serving.price_output={price}"])
        revenue, cost = got["serving.revenue_per_mw"], got["serving.cost_per_mw"]
        near(f"margin of a MW at {price}", got["serving.margin_per_mw"], revenue - cost, against=cost)
        near(f"margin at {price}", got["serving.margin"] / 100, 1 - cost / revenue if price else 0)
        holds(f"revenue at {price}", (got["serving.revenue"] > 0) == (price > 0))


def test_what_does_not_fit_is_told():
    """A model too large for its accelerators is no failure of arithmetic: the check says that its weights do not fit."""
    done = tenfold("check", f"{SOURCE}/models/serving.model", "--set", "serving.params_in_memory=1e13")
    holds(f"exit {done.returncode}", done.returncode == 1)
    line = next((x for x in done.stdout.splitlines() if "free_memory > 0" in x), "")
    holds(f"the weights do not fit: `{line}`", line.split()[:1] not in ([], ["holds"]))


# Models that read the others: what is permitted there must compute here.
READERS = {"parties": ["finance", "fleet", "capex", "parts", "cost"], "serving": ["cost", "cluster", "training", "reliability"],
           "efficiency": ["capex"], "timing": ["cost"], "runs": ["training", "reliability"]}


def test_ends_reach_the_readers():
    """An input at the end of its range computes in the models that read it as well, not in its own alone."""
    cases = [(reader, name, in_unit(end, unit)) for reader, read in READERS.items() for model in read
             for name, unit, low, high in ranged(model) for end in (low, high)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda case: set_and_run(*case), cases))
    found = [f"{case}: {d.returncode} {d.stderr.splitlines()[:1]}" for case, d in zip(cases, done) if d.returncode != 0]
    holds("\n".join(found), not found)
    holds("inputs were tried", len(cases) > 200)


def test_nothing_is_spent_on_ai():
    """Without capex for AI, by share or because the baseline takes all, the programme is worth nothing and no model breaks."""
    for settings in (["capex.ai_share=0%"], ["capex.ai_counts=beyond", "capex.baseline=1e15 USD/year"]):
        rows = run("models/parties.model", ["finance.npv", "finance.invested", "parts.share", "parts.mix"], settings, AXIS)
        near("npv", rows["finance.npv", None, None], 0)
        holds("nothing is invested", all(v == 0 for (n, _, _), v in rows.items() if n == "finance.invested"))
        mix = [v for (n, _, p), v in rows.items() if n == "parts.mix" and p == "2030"]
        near(f"parts {settings}", sum(mix) / (100 if max(mix) > 1 else 1), 1)


def test_needed_revenue_does_not_hang_on_revenue():
    """What would have to be earned is the same whether much, little or nothing of it is earned."""
    names = ["finance.needed_on_capital", "finance.revenue_needed", "finance.needed_per_mw"]
    base = run("models/finance.model", names, [], AXIS)
    for share in ("0%", "1%", "100%"):
        other = run("models/finance.model", names, [f"finance.incremental={share}"], AXIS)
        for key, value in base.items():
            holds(f"{key} at {share}: {other[key]}", value == 0 or other[key] > 0)
            near(f"{key} at {share}", other[key], value, 1e-9)


def test_resolved_computes_the_same():
    """What `list --resolved` prints of every scenario and model is a scenario that gives the same results."""
    rows = 0
    with tempfile.TemporaryDirectory() as folder:
        flat = os.path.join(folder, "flat.csv")
        for path in sorted(glob.glob(os.path.join(SOURCE, "scenarios", "*.csv")) + glob.glob(os.path.join(SOURCE, "models", "*.model"))):
            axis = ["--time", "2017..2030"] if path.endswith(".model") else []
            done = tenfold("list", "--resolved", path, "-o", flat, "--quiet", *axis)
            holds(f"{path}: {done.stderr}", done.returncode == 0)
            results = []
            for name, time in ((path, axis), (flat, [])):
                done = tenfold("run", name, "--samples", "64", "--quiet", "--format", "csv", *time)
                holds(f"{name} of {path}: {done.stderr}", done.returncode == 0)
                results.append([{k: v for k, v in row.items() if k != "actual"} for row in csv.DictReader(done.stdout.splitlines())])
            holds(f"{path}: the same results", results[0] == results[1])
            rows += len(results[0])
    holds(f"{rows} rows were compared", rows > 3000)


def test_definitions_do_not_mix():
    """Five companies: without Meta's bridge from one definition to the other their sum is an error that names both."""
    source = os.path.join(SOURCE, "scenarios")
    with open(os.path.join(source, "hyperscalers.csv"), encoding="utf-8") as file:
        lines = [line.replace("data/capex.csv", os.path.join(source, "data", "capex.csv")) for line in file]
    for bridge in (True, False):
        kept = [line for line in lines if bridge or not line.startswith("data:,companies.leases")]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "five.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(kept)
            done = tenfold("check", path)
        if bridge:
            holds(f"with the bridge: {done.stderr}", done.returncode == 0)
        else:
            holds(f"without it: {done.returncode}", done.returncode == 3)
            holds(done.stderr, "incl-lease-principal" in done.stderr and "cash-ppe" in done.stderr)


if __name__ == "__main__":
    sys.exit(main(globals()))
