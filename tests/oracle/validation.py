#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The summary of `tenfold check --validation`, computed again from its rows with numpy: verdicts, counts by kind, median error,
# share inside the models' ranges, skill against the naive rules. And what must be among the rows: the published results that
# the models are built on, enough cases of each kind, modules and publishers.
#   validation.py PROGRAM SOURCE_DIR        VERBOSE=1 lists each published result with its row
import json
import os
import re
import subprocess
import sys

import numpy as np

program, source = sys.argv[1:3]

# Published results that the models must meet: (what, part of the case's name, quantity, published value in the row's unit).
RESULTS = [
    ("GPT-4: value of a GPU at the start", "GPT-4 value of a GPU", "cost.value_at_start", 14165.05),
    ("GPT-4: hardware an hour", "GPT-4 servers an hour", "cost.amortised_rate", 0.52091),
    ("GPT-4: hardware and network an hour", "GPT-4 hardware and network", "cost.amortised_rate", 0.6431),
    ("GPT-4: electricity an hour", "GPT-4 electricity", "cost.energy_rate", 0.06139),
    ("GPT-4: whole run", "GPT-4 amortised", "cost.amortised", 40.155934),
    ("Llama 3.1 405B: an hour", "Llama 3.1 405B an hour", "cost.amortised", 1.46064),
    ("Llama 3.1 405B: whole run", "Llama 3.1 405B amortised", "cost.amortised", 51.26034),
    ("range of a run whose hours are disclosed, low", "Llama 3.1 405B amortised, 90% range", "cost.amortised@p5", 17.428516),
    ("range of a run whose hours are disclosed, high", "Llama 3.1 405B amortised, 90% range", "cost.amortised@p95", 151.73061),
    ("range of a run without disclosed hours, low", "range of a run without disclosed hours", "cost.amortised@p5", 10.842),
    ("range of a run without disclosed hours, high", "range of a run without disclosed hours", "cost.amortised@p95", 160.62),
    ("growth of run costs", "growth of the cost", "trend.growth", 2.4),
    ("Llama 3.1 405B: 6ND", "Llama 3.1 405B compute", "training.compute", 3.79e25),
    ("Llama 3.1 405B: GPU-hours", "Llama 3.1 405B at its mean MFU", "training.gpu_hours", 30.84),
    ("Llama 3.1 405B: days", "Llama 3.1 405B at its mean MFU", "training.duration", 78.4),
    ("DeepSeek-V3: compute", "DeepSeek-V3 compute", "training.compute", 3.286e24),
    ("DeepSeek-V3: GPU-hours", "DeepSeek-V3 pre-training", "training.gpu_hours", 2.664),
    ("DeepSeek-V3: cost", "DeepSeek-V3 at 2 USD", "cost.rental", 5.576),
    ("ten times Llama 3, no failures", "ten times Llama 3 without", "training.duration_without_failures", 111),
    ("ten times Llama 3, with failures", "ten times Llama 3 with failures", "training.duration", 158.1),
    ("Hoffmann's rounded constants: 93 tokens for a parameter", "Hoffmann constants", "training.optimal_tokens", 2.9983),
    ("Llama 3's law with the exponent that fits", "Llama 3 law with the exponent", "training.optimal_tokens", 16.55),
    ("Llama 3's law as printed", "Llama 3 law as printed", "training.optimal_tokens", 16.55),
    *[(f"goodput of {n} GPUs", f"goodput of {n} GPUs", "reliability.goodput", v) for n, v in
      (("1,024", .98), ("4,096", .957), ("16,384", .904), ("32,768", .852), ("100,000", .703), ("1,000,000", .101))],
    ("Llama 3: time between failures", "Llama 3 time between", "reliability.mtbf", 3.09),
    ("Llama 3: hours of a GPU for a stop", "Llama 3 failures of a GPU", "reliability.failure_rate", 1.97328e-5),
    *[(f"switches of {n} nodes", f"switches of {n} nodes", "cluster.switches", v) for n, v in
      (("64", 8), ("128", 48), ("2,048", 768), ("4,096", 2560), ("65,536", 40960))],
    *[(f"raw cost of an H100, {n}", f"H100 raw cost, {n}", "cluster.capex_per_gpu", v) for n, v in
      (("one tier", 46900), ("two tiers", 49200), ("three tiers", 51613))],
    ("100,000 H100: IT power", "100,000 H100 IT power", "cluster.it_power", 140.25),
    ("100,000 H100: IT power as published", "100,000 H100 IT power, as published", "cluster.it_power", 150),
    ("100,000 H100: electricity", "100,000 H100 electricity", "cluster.annual_energy", 1.59),
    ("100,000 H100: bill", "100,000 H100 electricity of a year", "training.cost", 123.9),
    ("Colossus: 181 MW", "xAI Colossus 100k power", "cluster.peak_power", 181),
    ("Colossus: 361 MW", "xAI Colossus 200k power", "cluster.peak_power", 361),
    ("Colossus: 4.7 bn USD", "xAI Colossus 100k, from its GPUs", "cluster.capex", 4.7),
    ("Colossus: 9.3 bn USD", "xAI Colossus 200k, from its GPUs", "cluster.capex", 9.3),
    ("Colossus: 122 days", "xAI Colossus in 122 days", "fleet.gpus[2024-09]", 100),
    *[(f"capital recovery {n}", f"capital recovery {n}", "cost.annuity_rate", v) for n, v in
      (("8% 4 years", .3019), ("10% 4 years", .3155), ("12% 4 years", .3292), ("10% 5 years", .2638), ("8% 15 years", .1168))],
    ("new H100: fall in value", "new H100 an hour", "cost.amortised_rate", 2.02),
    ("new H100: annuity", "new H100 an hour", "cost.annuity_rate", 1.98),
    *[(f"new H100: straight line, {n} years", f"new H100 an hour over {n} years", "cost.straight_line_rate", v) for n, v in
      ((4, 1.57), (5, 1.25), (6, 1.04))],
    ("best run length: hardware", "best length with hardware alone", "frontier.best_length", 3.55),
    ("best run length: and software", "best length with software", "frontier.best_length", 1.22),
    ("best run length: and investment", "best length with investment", "frontier.best_length", 9.12),
    ("best run length: all", "best length with all", "frontier.best_length", 6.49),
    *[(f"Meta capex {y}", f"Meta capex {y}", f"capex.annual[{y}]", v) for y, v in
      ((2019, 15.65), (2020, 15.72), (2021, 19.244), (2022, 32.036), (2023, 28.103), (2024, 39.225), (2025, 72.215))],
    ("log-linear fit of Meta's capex, 2024", "log-linear fit of Meta's capex, 2024", "fit.line[2024]", 40.8),
    ("log-linear fit of Meta's capex, 2025", "log-linear fit of Meta's capex, 2025", "fit.line[2025]", 50.9),
    ("log-linear fit of Meta's capex, its interval", "log-linear fit of Meta's capex, 2025, 95 %", "fit.expected[2025]@p95", 93.66),
    ("hardware utilisation under recomputation", "utilisation of the hardware", "training.hfu", 52),
    ("bubble of a pipeline", "bubble of a pipeline", "training.bubble", .1171875),
    ("water", "water of a kilowatt-hour", "cluster.water_per_kwh", 4.740741),
    ("debt service cover", "debt service cover", "finance.debt_cover[2026]", 2),
    ("declining balance", "double declining balance, year 2", "cost.declining_rate", 240),
    ("spares", "spares of 2,048 servers", "failures.spares", 26),
    ("Meta capex 2024 as guided first", "Meta capex 2024 as guided", "capex.guided_middle", 38.5),
    ("Meta capex 2025 as guided first", "Meta capex 2025 as guided", "capex.guided_middle", 62.5),
    ("Meta capex 2026 as guided", "Meta capex 2026 as guided", "capex.guided_middle", 137.5),
]
PUBLISHERS = {"Meta": r"llama|zuckerberg|^meta |facebook|OPT: Open|Kokolis", "Epoch AI": r"epoch", "Cottier et al.": r"cottier",
              "SemiAnalysis": r"semianalysis", "DeepSeek": r"deepseek-v3 tech|^deepseek", "Google": r"alphabet|gemini: a family|google",
              "Microsoft": r"^microsoft", "Amazon": r"^amazon", "Oracle": r"^oracle", "CoreWeave": r"coreweave", "OpenAI": r"^openai",
              "ByteDance": r"megascale", "BigScience": r"bloom", "AMD": r"^amd", "LMSYS": r"lmsys", "PyTorch": r"^pytorch",
              "Bernstein": r"bernstein", "Bain": r"^bain", "Latent Space": r"latent", "MLCommons": r"mlperf", "Besiroglu et al.": r"besiroglu",
              "Hoffmann et al.": r"^hoffmann", "Patterson et al.": r"patterson", "E. Cheah": r"cheah", "Pilz et al.": r"pilz",
              "J.P. Morgan": r"j\.p\. morgan", "Crusoe": r"crusoe", "xAI": r"musk", "IRS": r"^irs"}
failed = []


def holds(what, condition):
    if not condition:
        failed.append(what)


def near(what, a, b):
    holds(f"{what}: {a} in the program, {b} by numpy", a == b or abs(a - b) <= 1e-9 * max(abs(a), abs(b)))


def within(row):
    """Verdict from the row alone: a prediction with a range by its range, anything else by its centre."""
    published, text = row["published"], row["tolerance"]
    if text.startswith("x"):
        low, high = sorted((published / float(text[1:]), published * float(text[1:])))
    else:
        width = abs(published) * float(text[:-1]) / 100 if text.endswith("%") else float(text)
        low, high = published - width, published + width
    slack = 1e-12 * abs(published)
    if row["kind"] == "prediction" and row["p5"] is not None and "@" not in row["quantity"]:
        return row["p5"] <= high + slack and row["p95"] >= low - slack
    return low - slack <= row["computed"] <= high + slack


def module_of(name):
    name = name.split("#")[0].split()[0]
    if name.endswith(".csv"):
        with open(os.path.join(source, "scenarios", name), encoding="utf-8") as file:
            return next(line.split(",")[1].split()[0] for line in file if line.startswith("model:"))
    return name


def main():
    done = subprocess.run([program, "check", "--validation", "--format", "json"], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    rows = found["cases"]
    for row in rows:
        right = row["verdict"] in ("pass", "mended")
        holds(f"{row['case']} {row['quantity']}: verdict {row['verdict']}, by its numbers {'right' if within(row) else 'wrong'}", within(row) == right)
    for kind in found["kinds"]:
        own = [r["verdict"] for r in rows if r["kind"] == kind["kind"]]
        for key, verdict in (("pass", "pass"), ("fail", "FAIL"), ("known_miss", "known miss"), ("mended", "mended")):
            near(f"{kind['kind']}: {key}", kind[key], own.count(verdict))
    predictions = [r for r in rows if r["kind"] == "prediction"]
    computed, published, naive = (np.array([np.nan if r[n] is None else r[n] for r in predictions], float) for n in ("computed", "published", "naive"))
    usable = (computed > 0) & (published > 0)
    error = np.abs(np.log(computed[usable] / published[usable]))
    near("median error of the predictions", found["median_log_error"], float(np.median(error)))
    ruled = usable & (naive > 0)
    rule = np.abs(np.log(naive[ruled] / published[ruled]))
    model = np.abs(np.log(computed[ruled] / published[ruled]))
    near("skill", found["skill"], float(1 - model.sum() / rule.sum()))
    near("nearer than the rule", found["better_than_rule"], int((model < rule).sum()))
    ranged = [r for r in predictions if r["p5"] is not None]
    inside = sum(r["p5"] <= r["published"] <= r["p95"] for r in ranged)
    near("predictions with a range", found["ranged"], len(ranged))
    near("inside the 90 % range", found["inside90"], inside)

    text = subprocess.run([program, "check", "--validation"], capture_output=True, text=True, check=False).stdout
    for kind in ("arithmetic", "reproduction", "prediction"):
        holds(f"the table does not print the kind {kind}", re.search(rf"^{kind}: \d+ of \d+", text, re.M))
    holds("the table does not print the median error", f"{found['median_log_error']:.3f}" in text)
    holds("the table does not print the share inside", f"{inside} of {len(ranged)}" in text)
    holds("the table does not print the skill", f"{found['skill']:.2f}" in text)

    for kind, least in (("reproduction", 20), ("prediction", 20)):
        own = [r for r in rows if r["kind"] == kind]
        modules = {module_of(r["model"]) for r in own}
        publishers = {name for name, word in PUBLISHERS.items() if any(re.search(word, r["source"], re.I) for r in own)}
        holds(f"{len(own)} {kind}s, {least} wanted", len(own) >= least)
        holds(f"{kind}s over {len(modules)} modules, 8 wanted: {sorted(modules)}", len(modules) >= 8)
        holds(f"{kind}s of {len(publishers)} publishers, 5 wanted", len(publishers) >= 5)
        if os.environ.get("VERBOSE"):
            print(f"{len(own)} {kind}s; modules: {', '.join(sorted(modules))}; publishers: {', '.join(sorted(publishers))}")
    for what, case, quantity, value in RESULTS:
        own = [r for r in rows if case in r["case"] and r["quantity"] == quantity and abs(r["published"] / value - 1) < 2e-3]
        holds(f"no row for: {what} = {value}", own)
        if own and os.environ.get("VERBOSE"):
            print(f"{what} = {value:g}: {own[0]['case']} [{own[0]['kind']}, {own[0]['verdict']}, computed {own[0]['computed']:.6g}]")
    for problem in failed:
        print("FAIL", problem)
    return 1 if failed else 0


sys.exit(main())
