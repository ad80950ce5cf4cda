#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Clusters, reliability, training and serving over wide ranges: goodput from 8 to 10 million GPUs, the MFU fit made again from
# its table, mixed generations, several runs on one fleet, the shares of a fleet.
#   compute.py PROGRAM SOURCE_DIR [TEST ...]
import csv
import json
import math
import os
import sys
import tempfile

from support import SOURCE, YEAR_HOURS, call, holds, main, near, run, values

HEADER = "parameter,unit,{},source\n"


def grid(model, names, columns, rows, settings=()):
    """Central values for many columns in one run: rows = {parameter: (unit, [value of each column])}; a dict for each column."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "grid.csv")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"title:,Grid\nmodel:,{model}\n" + HEADER.format(",".join(columns)))
            for parameter, (unit, cells) in rows.items():
                file.write(f"{parameter},{unit},{','.join(str(c) for c in cells)},grid\n")
        command = ["run", path, "--show", ",".join(names), "--format", "json", "--samples", "8", "--replicates", "1", "--quiet"]
        for setting in settings:
            command += ["--set", setting]
        found = json.loads(call(command))["scenarios"]
    return [{(r["name"], next(iter(r["index"].values())) if r["index"] else None): r["central"] for r in s["results"]} for s in found]


# ---------------------------------------------------------------- reliability

COUNTS = [round(8 * 10 ** (k * math.log10(10e6 / 8) / 48)) for k in range(49)]


def share(work, write, restart, mtbf):
    """Daly's exact share by its logarithm, so that it never overflows."""
    x = (work + write) / mtbf
    fall = -math.expm1(-x)
    return math.exp(max(math.log(work / mtbf) - (work + write + restart) / mtbf - math.log(fall), -460))


def best_work(write, mtbf):
    """The work between checkpoints with the greatest share, by bisection: x + exp(-(x + d)) = 1."""
    d, low, high = write / mtbf, 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if middle - 1 + math.exp(-(middle + d)) < 0 else (low, middle)
    return low * mtbf


def goodput_over_range(spreads, writes, restarts, rules=("young", "daly", "best")):
    names = ["reliability.goodput", "reliability.failure_rate", "reliability.checkpoint_interval", "reliability.mtbf"]
    columns = [f"n{k}" for k in range(len(COUNTS))]
    for rule in rules:
        for spread in spreads:
            for write in writes:
                for restart in restarts:
                    what = f"{rule}, spread {spread}, write {write} s, restart {restart} s"
                    got = grid("reliability", names, columns, {"cluster.gpus": ("GPU", COUNTS)},
                               [f"reliability.failure_spread={spread}", f"reliability.interval_rule={rule}",
                                f"reliability.checkpoint_time={write}", f"reliability.restart_time={restart}"])
                    before = 1.0
                    for gpus, g in zip(COUNTS, got):
                        g = {n: v for (n, _), v in g.items()}
                        mtbf = YEAR_HOURS * 3600 / (g["reliability.failure_rate"] * gpus)
                        near(f"rate, {what}", g["reliability.failure_rate"], 419 / (16384 * 54 / 365.25) * spread)
                        near(f"mtbf, {what}", g["reliability.mtbf"] * 3600, mtbf)
                        work, found = g["reliability.checkpoint_interval"], g["reliability.goodput"]
                        holds(f"goodput of {gpus} GPUs, {what}: {found} after {before}", 0 < found <= before <= 1)
                        near(f"goodput of {gpus} GPUs, {what}", found, share(work, write, restart, mtbf), 1e-9)
                        if rule == "young":
                            near(f"Young's interval, {what}", work, math.sqrt(2 * write * mtbf))
                        if rule == "best":
                            best = share(best_work(write, mtbf), write, restart, mtbf)
                            near(f"greatest goodput of {gpus} GPUs, {what}", found, best, 1e-9)
                        before = found


def test_goodput_of_reliable_fleets():
    """8 to 10 million GPUs at a hundredth of Llama 3's failure rate: checkpoints of 1 s to 1 h, restarts of 0 to 2 h."""
    goodput_over_range((0.01,), (1, 30, 600, 3600), (0, 300, 7200))


def test_goodput_at_the_rate_of_llama_3():
    """The same at its rate."""
    goodput_over_range((1,), (1, 30, 600, 3600), (0, 300, 7200))


def test_goodput_of_unreliable_fleets():
    """The same at ten times its rate: where nothing is ever finished it stays above 0."""
    goodput_over_range((10,), (1, 30, 600, 3600), (0, 300, 7200))


def test_failure_rate_by_four_ways():
    """Count, log, components and a given rate: the last three agree with the first, and the log's interval reaches goodput."""
    names = ["reliability.failure_rate", "reliability.goodput"]
    # the cluster of the log has three tiers in its publication; 40,000 GPUs have three here
    settings = ["reliability.failure_spread=1", "cluster.gpus=40000"]
    rate = {way: values("reliability", names, settings + [f"reliability.rate_from={way}"]) for way in ("count", "log", "components", "given")}
    exact = 419 / (16384 * 54 / 365.25)
    near("count", rate["count"]["reliability.failure_rate"], exact)
    for way, tolerance in (("log", 0.002), ("components", 1e-4), ("given", 0.001)):
        near(way, rate[way]["reliability.failure_rate"], exact, tolerance)
    path = os.path.join(SOURCE, "models/reliability.model")
    wide = {}
    for way in ("count", "log"):
        command = ["run", path, "--show", "reliability.goodput,reliability.failure_rate", "--format", "json", "--quiet"]
        for setting in settings + [f"reliability.rate_from={way}"]:
            command += ["--set", setting]
        wide[way] = {r["name"]: r for r in json.loads(call(command))["scenarios"][0]["results"]}
    holds("a count has no interval", wide["count"]["reliability.goodput"].get("p5") is None
          or wide["count"]["reliability.goodput"]["p5"] == wide["count"]["reliability.goodput"]["p95"])
    drawn = wide["log"]["reliability.failure_rate"]
    # a gamma distribution of 419.5 has a relative standard deviation of 1 / sqrt(419.5)
    near("spread of the log's rate", (drawn["p95"] - drawn["p5"]) / drawn["central"], 2 * 1.645 / math.sqrt(419.5), 0.02)
    holds("it reaches goodput", wide["log"]["reliability.goodput"]["p95"] > wide["log"]["reliability.goodput"]["p5"])
    more = values("reliability", names, settings + ["reliability.rate_from=components", "failure_parts.rate[NIC]*=2"])
    near("a component counts once", more["reliability.failure_rate"] - rate["components"]["reliability.failure_rate"], 7 / (16384 * 54 / 365.25), 1e-3)


def test_four_factors():
    """Availability, goodput and MFU enter the speed once each, occupancy the cost alone; none moves another."""
    names = ["training.sustained", "training.mfu", "reliability.goodput", "reliability.availability", "training.job_gpus",
             "training.peak_per_gpu", "cluster.gpus", "training.gpu_hours", "training.duration", "cost.rate", "cost.utilisation",
             "training.mfu_all_hours", "failures.down_share"]
    cases = {"none": [], "repair": ["failures.spares_from=none"], "maintenance": ["failures.maintenance=3%"],
             "spares": ["failures.spares_from=fleet"], "occupancy": ["cost.utilisation=50%"], "mfu": ["training.mfu=20%"]}
    got = {}
    for case, settings in cases.items():
        g = got[case] = values("training", names, settings)
        near(f"{case}: speed", g["training.sustained"] * 1e6, g["cluster.gpus"] * g["reliability.availability"] / 100
             * g["training.peak_per_gpu"] * g["training.mfu"] / 100 * g["reliability.goodput"])
        near(f"{case}: over all hours", g["training.mfu_all_hours"], g["training.mfu"] * g["reliability.goodput"]
             * g["reliability.availability"] / 100)
        near(f"{case}: hours are paid for all GPUs", g["training.gpu_hours"], g["cluster.gpus"] * g["training.duration"] * 24)
    near("spares stand by", got["none"]["reliability.availability"], 100)
    near("repair", got["repair"]["reliability.availability"], 100 - got["repair"]["failures.down_share"])
    near("maintenance", got["maintenance"]["reliability.availability"], 97)
    holds("spares from the fleet are missing", 95 < got["spares"]["reliability.availability"] < 100)
    for name in ("training.mfu", "reliability.goodput", "reliability.availability", "training.duration"):
        near(f"occupancy leaves {name}", got["occupancy"][name], got["none"][name])
    holds("occupancy raises the cost of an hour", got["occupancy"]["cost.rate"] > 1.5 * got["none"]["cost.rate"])
    for name in ("reliability.goodput", "reliability.availability", "cost.rate"):
        near(f"MFU leaves {name}", got["mfu"][name], got["none"][name])


# ---------------------------------------------------------------- training


def solve(matrix, vector):
    """Gauss's elimination with pivots."""
    rows = [list(r) + [v] for r, v in zip(matrix, vector)]
    for i in range(len(rows)):
        pivot = max(range(i, len(rows)), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(len(rows)):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    return [r[-1] / r[i] for i, r in enumerate(rows)]


def published_runs():
    with open(os.path.join(SOURCE, "models/mfu_runs.csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["run"], row["source"].split(",")[0], *(float(row[n]) for n in (
                "active [1]", "total [1]", "gpus [GPU]", "batch [token]", "peak [TFLOP/(s*GPU)]", "all_hours [1]", "mfu [%]"))


def test_mfu_fit():
    """The constants of the MFU model are the least squares of its table, each publication with the same weight."""
    rate = 419 / (16384 * 54 * 86400)
    points, groups = [], []
    for _, source, active, total, gpus, batch, peak, hours, mfu in published_runs():
        goodput = share(math.sqrt(2 * 30 / (rate * gpus)), 30, 300, 1 / (rate * gpus)) if hours else 1
        points.append(([1, math.log(active / 100e9), math.log(gpus / 4096), math.log(batch / gpus / 1000), math.log(peak / 989),
                        min(math.log(total / active) / math.log(5), 1), hours], math.log(mfu / 100 / goodput)))
        groups.append((source, hours))
    weights = [1 / groups.count(g) for g in groups]
    size = range(7)
    normal = [[sum(w * x[i] * x[j] for w, (x, _) in zip(weights, points)) for j in size] for i in size]
    fit = solve(normal, [sum(w * x[i] * y for w, (x, y) in zip(weights, points)) for i in size])
    errors = [y - sum(a * b for a, b in zip(fit, x)) for x, y in points]
    count = len(set(groups))
    spread = math.sqrt(sum(w * e * e for w, e in zip(weights, errors)) / sum(weights) * count / (count - 7))
    # standard errors that allow for publications whose runs err together
    cluster = [[0.0] * 7 for _ in size]
    for group in set(groups):
        score = [sum(w * e * x[i] for w, e, (x, _), g in zip(weights, errors, points, groups) if g == group) for i in size]
        for i in size:
            for j in size:
                cluster[i][j] += score[i] * score[j] * count / (count - 1)
    unit = [solve(normal, [float(i == j) for j in size]) for i in size]
    variance = [sum(unit[i][a] * cluster[a][b] * unit[i][b] for a in size for b in size) for i in size]
    # how far off the fit is for a publication that it has not seen, against its own error
    inside = 0
    for group in set(groups):
        kept = [k for k, g in enumerate(groups) if g != group]
        matrix = [[sum(weights[k] * points[k][0][i] * points[k][0][j] for k in kept) for j in size] for i in size]
        unseen = solve(matrix, [sum(weights[k] * points[k][0][i] * points[k][1] for k in kept) for i in size])
        for (x, y), g in zip(points, groups):
            lever = [sum(unit[i][a] * x[i] for i in size) for a in size]
            error = math.sqrt(spread ** 2 + sum(lever[a] * cluster[a][b] * lever[b] for a in size for b in size))
            inside += g == group and abs(y - sum(a * b for a, b in zip(unseen, x))) < 1.645 * error
    holds(f"{inside} of {len(points)} unseen rows in the 90 % range", 0.85 * len(points) <= inside < len(points))
    names = ["level", "size", "scale", "batch", "pace", "experts", "hours"]
    path = os.path.join(SOURCE, "models/training.model")
    show = ",".join(f"training.fit_{n}" for n in names) + ",training.mfu_error"
    command = ["run", path, "--show", show, "--format", "json", "--quiet", "--stats"]
    found = json.loads(call(command))["scenarios"][0]["results"]
    got = {r["name"][13:]: r for r in found if not r["index"]}
    for name, value, square in zip(names, fit, variance):
        holds(f"fit_{name}: {got[name]['central']}, least squares {value}", abs(got[name]["central"] - value) < 0.0001)
        if name not in ("level", "hours"):
            near(f"standard error of fit_{name}", got[name]["sd"], math.sqrt(square), 0.02)
    # the spread of the level: what is unexplained, with the errors of level and of level + hours
    both = variance[0] + variance[6] + 2 * sum(unit[0][a] * cluster[a][b] * unit[6][b] for a in size for b in size)
    near("spread of the fit", got["level"]["sd"], math.hypot(spread, math.sqrt(max(variance[0], both))), 0.03)
    by_run = {r["index"]["mfu_runs"]: r["central"] for r in found if r["index"]}
    for (name, *_), error in zip(published_runs(), errors):
        holds(f"error of {name}: {by_run[name]}, least squares {error}", abs(by_run[name] - error) < 0.002)


def test_mfu_falls_with_pace_and_experts():
    """Over model sizes, scales and formats the fitted MFU stays a share, and moves as the table says."""
    columns = [f"c{k}" for k in range(4)]
    for gpus in (64, 4096, 100000, 1000000):
        rows = {"cluster.gpus": ("GPU", [gpus] * 4), "training.precision": ("", ["bf16", "fp8", "bf16", "fp8"]),
                "training.mixture": ("", ["dense", "dense", "total", "total"]), "training.total_params": ("1", [1e13] * 4)}
        for params in (1e9, 70e9, 2e12):
            got = [g["training.mfu", None] for g in grid("training", ["training.mfu"], columns, rows, [f"training.params={params:.0f}"])]
            holds(f"MFU of {params:g} parameters on {gpus}: {got}", all(1 <= m <= 80 for m in got))
            near("FP8 against BF16", got[1] / got[0], 2 ** -0.2166, 0.01)
            near("experts against dense", got[2] / got[0], math.exp(-0.5453), 1e-3)


def test_attention_and_experts():
    """Attention beside 6ND, active parameters from experts, HFU and bubble, by hand."""
    names = ["training.compute", "training.attention_share", "training.all_params", "training.hfu", "training.mfu", "training.bubble",
             "training.microbatches", "training.batch"]
    got = {a: values("training", names, [f"training.attention={a}"]) for a in ("none", "causal", "full")}
    extra = 12 * 126 * 16384 * 8192 * 15.6e12
    near("6ND", got["none"]["training.compute"], 6 * 405e9 * 15.6e12)
    near("full attention", got["full"]["training.compute"] - got["none"]["training.compute"], extra)
    near("causal attention", got["causal"]["training.compute"] - got["none"]["training.compute"], extra / 2)
    near("its share", got["causal"]["training.attention_share"], 100 * extra / 2 / got["causal"]["training.compute"])
    moe = values("training", names, ["training.mixture=experts", "training.params=37e9", "training.recompute=full",
                                     "cluster.gpus=16384"])
    near("all parameters of DeepSeek-V3", moe["training.all_params"], 671e9, 0.01)
    near("full recomputation", moe["training.hfu"], moe["training.mfu"] * 4 / 3)
    near("microbatches", moe["training.microbatches"], moe["training.batch"] / 8192 * 128 / 16384)
    near("bubble", moe["training.bubble"], 15 / (moe["training.microbatches"] * 8))


def test_programme_adds_up():
    """Run + experiments + post-training + staff = programme."""
    names = ["training.cost", "training.experiments_cost", "training.post_training_cost", "training.staff_cost", "training.programme_cost"]
    for setting in ("training.post_training=0%", "training.post_training=40%", "training.staff_share=10%", "training.experiments=3"):
        g = values("training", names, [setting])
        near(f"programme, {setting}", sum(g[n] for n in names[:4]), g["training.programme_cost"])


def test_best_length():
    """The best length is the greatest of L * exp(-g * L), in training and frontier alike."""
    g = values("training", ["training.best_length", "training.reached", "training.duration"], ["training.duration=250 day"])
    growth = math.log(1.3254) + math.log(1.713) + math.log(2.8)
    near("best length", g["training.best_length"], 12 / growth)
    effective = {length: length * math.exp(-growth * length) for length in (1 / growth, 250 / 365.25)}
    near("effective compute of 250 days", g["training.reached"], 100 * effective[250 / 365.25] / effective[1 / growth])
    rows = run("models/frontier.model", ["frontier.best_length"], [], "2024..2026")
    near("frontier", rows["frontier.best_length", None, None], g["training.best_length"])


def test_runs_share_the_fleet():
    """Runs on one fleet: shares and GPU-hours add up, together or in turn; alone each is the run of `training`."""
    names = ["share", "gpus", "time_shared", "time_alone", "end_alone", "all_done", "busy", "idle"]
    for settings in ([], ["training.mfu_rule=given"], ["runs.weight=1", "reliability.failure_spread=0.1"], ["reliability.interval_rule=best"]):
        rows = run("models/runs.model", ["runs." + n for n in names] + ["training.job_gpus", "training.duration"], settings)
        g = {n: {i: rows["runs." + n, i, None] for (m, i, _) in rows if m == "runs." + n} for n in names}
        job = rows["training.job_gpus", None, None]
        near("shares", sum(g["share"].values()), 100)
        near("GPUs", sum(g["gpus"].values()), job)
        near("the first alone is the run", g["time_alone"]["first"], rows["training.duration", None, None])
        near("in turn", g["end_alone"]["third"], sum(g["time_alone"].values()))
        for order in ("together", "in_turn"):
            near(f"{order}: busy + idle", g["busy"][order] + g["idle"][order], job * g["all_done"][order] * 24, 1e-9)
            holds(f"{order}: idle hours", g["idle"][order] >= -1e-6 * g["busy"][order])
        holds("together less is lost to failures", g["busy"]["together"] < g["busy"]["in_turn"])


# ---------------------------------------------------------------- clusters


def test_mixed_generations():
    """Two and three kinds in one cluster: price, power, peak, carbon are the sums over the kinds, whatever their order."""
    names = ["cluster.it_cost", "cluster.it_power", "cluster.peak", "cluster.capex", "cluster.average_power", "cluster.peak_fp8",
             "cluster.first_share"]
    price = ["cluster.price_spread=1", "cluster.load=0.7", "cluster.pue=1.2"]
    alone = {k: values("cluster", names, price + [f"cluster.gpu={k}"]) for k in ("H100 SXM", "B200", "GB300")}
    for kinds, shares in ((("H100 SXM", "GB300"), (0.6, 0.4)), (("GB300", "H100 SXM"), (0.4, 0.6)), (("H100 SXM", "GB300", "B200"), (0.5, 0.2, 0.3))):
        settings = price + [f"cluster.gpu={kinds[0]}", f"cluster.second_gpu={kinds[1]}", f"cluster.second_share={100 * shares[1]}%"]
        if len(kinds) > 2:
            settings += [f"cluster.third_gpu={kinds[2]}", f"cluster.third_share={100 * shares[2]}%"]
        g = values("cluster", names, settings)
        for name in names[:5]:
            near(f"{name} of {kinds}", g[name], sum(s * alone[k][name] for k, s in zip(kinds, shares)))
        slow = values("cluster", names, settings + ["cluster.mix_pace=slowest"])
        near("the slowest sets the pace", slow["cluster.peak"], min(alone[k]["cluster.peak"] for k in kinds))
        near("at the same price", slow["cluster.capex"], g["cluster.capex"])


def test_powers_are_told_apart():
    """Nameplate IT < peak facility <= contracted, average < peak; energy, water and carbon by the average."""
    names = ["it_power", "peak_power", "contracted_power", "average_power", "annual_energy", "annual_water", "annual_carbon",
             "embodied_carbon", "embodied_rate"]
    g = values("cluster", ["cluster." + n for n in names], ["cluster.gpus=50000", "cluster.pue=1.25", "cluster.load=0.6", "cluster.contract_reserve=15%",
                                                            "cluster.wue_site=0.3", "cluster.embodied_per_gpu=400", "cluster.embodied_per_mw=1000", "cluster.hardware_life=5"])
    it = 50000 * 1.275e-3 * 1.1
    near("IT", g["cluster.it_power"], it)
    near("peak", g["cluster.peak_power"], it * 1.25)
    near("contracted", g["cluster.contracted_power"], it * 1.25 * 1.15)
    near("average", g["cluster.average_power"], it * 1.25 * 0.6)
    energy = it * 1.25 * 0.6 * YEAR_HOURS / 1e6
    near("energy", g["cluster.annual_energy"], energy)
    near("water", g["cluster.annual_water"], energy * 1e9 * (0.3 / 1.25 + 4.52) / 1000)
    near("carbon", g["cluster.annual_carbon"], energy * 1e9 * 0.366 / 1000)
    near("embodied", g["cluster.embodied_carbon"], 50000 * 0.4 + it * 1.25 * 1000)
    near("embodied a year", g["cluster.embodied_rate"], 50000 * 0.4 / 5 + it * 1.25 * 1000 / 20)


def test_network_by_count():
    """Tiers, switches and links of a fat tree with rails, for radix 32 to 128, against a count of its own."""
    names = ["cluster.tiers", "cluster.switches", "cluster.links", "cluster.network_cost"]
    for radix in (32, 64, 128):
        for over in (1, 7):
            for gpus in (8, 256, 4096, 30000, 500000):
                nodes = math.ceil(gpus / 8)
                tiers = 0 if nodes <= 1 else 1 if nodes <= radix else 2 if nodes <= radix ** 2 / 2 else 3 if nodes <= radix ** 3 / 4 else 4
                leaf = 8 * math.ceil(nodes / radix) if tiers == 1 else 8 * nodes / radix * (2 + (2 * tiers - 3) / over) if tiers else 0
                links = 8 * nodes * (1 + (tiers - 1) / over) if tiers else 0
                g = values("cluster", names, ["cluster.network=tiered", f"cluster.switch_ports={radix}", f"cluster.oversubscription={over}",
                                              f"cluster.gpus={gpus}"])
                what = f"{gpus} GPUs, radix {radix}, oversubscription {over}"
                near(f"tiers, {what}", g["cluster.tiers"], tiers)
                near(f"switches, {what}", g["cluster.switches"], math.ceil(leaf - 1e-9))
                near(f"links, {what}", g["cluster.links"], links)
                cables = 810 if tiers == 0 else 1320 + 1240 * (tiers - 1) / over
                near(f"cost, {what}", g["cluster.network_cost"], math.ceil(leaf - 1e-9) * 36000 + gpus * cables)


# ---------------------------------------------------------------- serving


def test_a_step_of_decoding():
    """Reading, computing and exchange of a step by hand, for a dense model and a mixture of experts."""
    names = ["memory_time", "compute_time", "exchange_time", "step_time", "speed", "tokens_per_second", "batch", "bound"]
    fixed = ["serving.bandwidth_share=70%", "serving.compute_share=50%", "serving.overhead=0.004", "serving.exchange_share=80%",
             "serving.exchange_hidden=50%", "serving.cache_hit=50%", "serving.input_tokens=2000", "serving.output_tokens=400",
             "cluster.gpu=H200", "serving.gpus_per_replica=16", "serving.wanted_batch=640"]
    mixture = ["serving.params=37e9", "serving.params_in_memory=671e9", "serving.layers=61", "serving.kv_heads=1", "serving.head_size=288",
               "serving.experts_per_token=9", "serving.width=7168"]
    for what, settings, active, every, cache, sent in (("dense", [], 70.6e9, 70.6e9, 2 * 80 * 8 * 128, 0),
                                                       ("experts", mixture, 37e9, 671e9, 2 * 61 * 288, 61 * 9 * 7168 * 3)):
        g = {n: v for (n, i, _), v in run("models/serving.model", ["serving." + n for n in names], fixed + settings).items()}
        batch = g["serving.batch"]
        near(f"{what}: batch", batch, min(640, (16 * 141e9 * 0.9 - every) // (cache * 2400)))
        read = (every + batch * cache * 2200) / (16 * 4.8e12 * 0.7) * 1000
        think = batch * 2 * active / (16 * 1979e12 * 0.5) * 1000
        send = batch / 16 * sent / (50e9 * 0.8) * 1000
        near(f"{what}: reading", g["serving.memory_time"], read)
        near(f"{what}: computing", g["serving.compute_time"], think)
        near(f"{what}: exchange", g["serving.exchange_time"], send)
        step = max(read, think) + 4 + send - min(send / 2, max(read, think))
        near(f"{what}: step", g["serving.step_time"], step)
        prefill = 2000 * 0.5 * max(2 * active / (1979e12 * 0.5), sent / (50e9 * 0.8)) / 16
        near(f"{what}: tokens a second", g["serving.tokens_per_second"], 400 / (400 / (batch / step * 1000) + prefill) / 16)
        slowest = max((read, "bandwidth"), (think, "compute"), (send, "exchange"))[1]
        holds(f"{what}: waits for {g['serving.bound']}, by hand {slowest}", g["serving.bound"] == slowest)


def test_the_fleet_is_shared_out():
    """Serving first, then experiments and training: the shares add up, whatever the demand; what cannot be served is told."""
    names = ["serving.fleet_share", "serving.capacity", "serving.unserved", "serving.demand", "serving.training_flop", "serving.gpus_needed",
             "cluster.gpus", "serving.revenue_per_mw", "serving.cost_per_mw", "serving.margin_per_mw"]
    before = math.inf
    for demand in ("0 token/day", "100G token/day", "1T token/day", "100T token/day"):
        rows = run("models/serving.model", names, [f"serving.demand={demand}", "cluster.gpus=20000", "serving.idle_share=10%"])
        shares = {i: v for (n, i, _), v in rows.items() if n == "serving.fleet_share"}
        g = {n: v for (n, i, _), v in rows.items() if not i}
        near(f"shares at {demand}", sum(shares.values()), 100)
        near(f"serving at {demand}", shares["serving"], 100 * min(g["serving.gpus_needed"] / 20000, 1))
        near(f"unserved at {demand}", g["serving.unserved"], max(g["serving.demand"] - g["serving.capacity"], 0), against=1e9)
        holds(f"training falls with demand: {g['serving.training_flop']} after {before}", g["serving.training_flop"] <= before)
        before = g["serving.training_flop"]
        if g["serving.demand"]:
            near("revenue less cost", g["serving.revenue_per_mw"] - g["serving.cost_per_mw"], g["serving.margin_per_mw"],
                 against=g["serving.cost_per_mw"])
    holds("nothing is left for training where demand takes all", before == 0)


if __name__ == "__main__":
    sys.exit(main(globals()))
