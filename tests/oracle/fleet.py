#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The central case of fleet.model (scenarios/fleet.csv, all columns), written again from its definitions.
#   fleet.py PROGRAM SOURCE_DIR
import json
import math
import os
import subprocess
import sys

program, source = sys.argv[1:3]
YEARS = list(range(2025, 2031))
HISTORY = list(range(2023, 2025))
ALL = HISTORY + YEARS
KINDS = ["A100", "H100 SXM", "H200", "GB200", "GB300"]
ASSETS = ["accelerators", "servers", "network", "plant", "shell", "land"]
INPUTS = ["orders", "orders_before", "lead_time", "install_time", "commissioning_time", "life", "opening", "opening_life",
          "opening_power", "power_requests", "power_lead_time", "building_starts", "building_time", "plant_share",
          "server_life", "network_life", "plant_life", "shell_life", "budget", "power_per_gpu", "chip_price",
          "hardware_cost", "building_cost", "h100e_per_gpu"]
RESULTS = ["placed", "delivered", "installed", "powered", "productive", "h100e", "power", "possible", "spent", "unspent",
           "book_value", "depreciation", "site_power", "halls"]


def central(column):
    names = ["fleet." + n for n in INPUTS + RESULTS] + ["cluster.server_ratio", "parts.share"]
    text = subprocess.run([program, "run", os.path.join(source, "scenarios", "fleet.csv"), "--column", column, "--show",
                           ",".join(names), "--format", "json", "--samples", "8", "--replicates", "1", "--quiet"],
                          capture_output=True, text=True, check=True).stdout
    got = {}
    for row in json.loads(text)["scenarios"][0]["results"]:
        index = next(iter(row["index"].values())) if row["index"] else None
        year = int(row["period"]) if row["period"] else None
        got[row["name"].split(".")[1], index, year] = row["central"]
    return got


# Flows of the years ALL arrive later; what came before them is a steady flow.
def delay(flow, years, before, known):
    back = 60
    padded = [before] * back + [flow.get(y, before) if y >= known else before for y in ALL]
    out = [0.0] * (len(padded) + 60)
    for k, amount in enumerate(padded):
        whole = math.floor(k + years)
        part = k + years - whole
        if whole + 1 < len(out):
            out[whole] += amount * (1 - part)
            out[whole + 1] += amount * part
    return {y: out[back + i] for i, y in enumerate(ALL) if y >= YEARS[0]}


def standing(flow, life):
    return {y: sum(flow[k] * min(max(life - (y - k), 0), 1) for k in YEARS if k <= y) for y in YEARS}


def cumulative(flow):
    return {y: sum(flow[k] for k in YEARS if k <= y) for y in YEARS}


# The newest kind first.
def share(want, each, limit):
    got = {}
    for kind in reversed(KINDS):
        got[kind] = min(want[kind], max(limit, 0) / each[kind])
        limit -= got[kind] * each[kind]
    return got


def again(g):
    def value(name, kind=None, year=None):
        for key in ((name, kind, year), (name, kind, None), (name, None, year), (name, None, None)):
            if key in g:
                return g[key]
        raise KeyError((name, kind, year))

    out = {}
    lead, install = value("lead_time") / 12, value("install_time") / 12
    price = {(k, y): value("chip_price", k, y) for k in KINDS for y in YEARS}
    hardware = {(k, y): value("hardware_cost", k, y) for k in KINDS for y in YEARS}
    building = {(k, y): value("building_cost", k, y) for k in KINDS for y in YEARS}
    ground = value("share", "land") / value("share", "building")
    watts = {k: value("power_per_gpu", k) / 1000 for k in KINDS}  # MW
    weight = {k: value("h100e_per_gpu", k) for k in KINDS}
    known = {k: min((y for (n, i, y) in g if n == "orders" and i == k and y is not None), default=YEARS[0]) for k in KINDS}
    orders = {k: {y: value("orders", k, y) for y in ALL if y >= known[k]} for k in KINDS}
    unspent = 0.0
    dropped = {k: {y: 0.0 for y in HISTORY} for k in KINDS}
    for y in YEARS:
        cost = {k: hardware[k, y] + building[k, y] * (1 + ground) for k in KINDS}
        budget = value("budget", None, y)
        placed = share({k: orders[k][y] for k in KINDS}, cost, budget + unspent)
        spent = sum(placed[k] * cost[k] for k in KINDS)
        unspent += budget - spent
        out["spent", None, y], out["unspent", None, y] = spent, unspent
        for k in KINDS:
            out["placed", k, y] = placed[k]
            dropped[k][y] = orders[k][y] - placed[k]
    on_the_way = lead + install
    before = {k: value("orders_before", k) for k in KINDS}
    energised, installed, wanted = {}, {}, {}
    life = value("life")
    left = {y: min(max(1 - (y - YEARS[0] + 1) / value("opening_life"), 0), 1) for y in YEARS}
    for k in KINDS:
        came, lost = delay(orders[k], lead, before[k], known[k]), delay(dropped[k], lead, 0, HISTORY[0])
        full, less = delay(orders[k], on_the_way, before[k], known[k]), delay(dropped[k], on_the_way, 0, HISTORY[0])
        energised[k] = {y: full[y] - less[y] for y in YEARS}
        stock, most = standing(energised[k], life), standing(full, life)
        for y in YEARS:
            out["delivered", k, y] = came[y] - lost[y]
            installed[k, y] = out["installed", k, y] = stock[y] + value("opening", k) * left[y]
            wanted[k, y] = most[y] + value("opening", k) * left[y]

    def grown(requests, time, opening):
        first = min((y for (n, i, y) in g if n == requests and y is not None), default=YEARS[0])
        flow = {y: value(requests, None, y) for y in ALL if y >= first}
        total = cumulative(delay(flow, value(time) / 12, 0, first))
        return {y: value(opening) + total[y] for y in YEARS}

    site = grown("power_requests", "power_lead_time", "opening_power")
    halls = grown("building_starts", "building_time", "opening_power")
    extra = {}
    for y in YEARS:
        cost = {k: hardware[k, y] + building[k, y] * (1 + ground) for k in KINDS}
        bill = sum(orders[k][y] * cost[k] for k in KINDS)
        extra[y] = sum(orders[k][y] * weight[k] for k in KINDS) * (value("budget", None, y) / bill - 1 if bill else 0)
    further = standing(delay({**{y: 0.0 for y in HISTORY}, **extra}, on_the_way, 0, HISTORY[0]), life)
    for y in YEARS:
        out["site_power", None, y], out["halls", None, y] = site[y], halls[y]
        powered = share({k: installed[k, y] for k in KINDS}, watts, min(site[y], halls[y]))
        for k in KINDS:
            out["powered", k, y] = powered[k]
            out["productive", k, y] = max(0, powered[k] - energised[k][y] * value("commissioning_time") / 12)
        out["h100e", None, y] = sum(powered[k] * weight[k] for k in KINDS)
        out["power", None, y] = sum(powered[k] * watts[k] for k in KINDS)
        chips = sum(wanted[k, y] * weight[k] for k in KINDS)
        need = sum(wanted[k, y] * watts[k] for k in KINDS)
        out["possible", "chips", y] = chips
        out["possible", "power", y] = chips * site[y] / need
        out["possible", "construction", y] = chips * halls[y] / need
        out["possible", "capex", y] = max(0, chips + further[y])
    ratio, plant = value("server_ratio"), value("plant_share") / 100
    part = {
        "accelerators": lambda k, y: price[k, y],
        "servers": lambda k, y: price[k, y] * (ratio - 1),
        "network": lambda k, y: hardware[k, y] - price[k, y] * ratio,
        "plant": lambda k, y: building[k, y] * plant,
        "shell": lambda k, y: building[k, y] * (1 - plant),
        "land": lambda k, y: building[k, y] * ground,
    }
    lives = dict(zip(ASSETS, ["server_life", "server_life", "network_life", "plant_life", "shell_life"]))
    for asset in ASSETS:
        flow = {y: sum(energised[k][y] * part[asset](k, y) for k in KINDS) for y in YEARS}
        years = value(lives[asset]) if asset in lives else math.inf
        off = {y: x / years for y, x in standing(flow, years).items()}
        depreciation = {y: (off.get(y - 1, 0) + off[y]) / 2 for y in YEARS}
        book = cumulative({y: flow[y] - depreciation[y] for y in YEARS})
        for y in YEARS:
            out["depreciation", asset, y], out["book_value", asset, y] = depreciation[y], book[y]
    return out


failed = 0
for column in ("plan", "late-power", "flat-capex"):
    got = central(column)
    expected = again(got)
    scale = {}
    for (name, index, _), x in expected.items():
        scale[name] = max(scale.get(name, 0), abs(x))
    seen = set()
    for key, x in expected.items():
        ours = got.get(key)
        seen.add(key[0])
        if ours is None or not abs(ours - x) <= 1e-9 * scale[key[0]]:
            print(f"FAIL {column} fleet.{key[0]}[{key[1]}, {key[2]}]: {ours}, expected {x}")
            failed = 1
    if seen != set(RESULTS):
        print(f"{column}: not compared: {sorted(set(RESULTS) - seen)}")
        failed = 1
sys.exit(failed)
