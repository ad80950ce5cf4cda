#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Indices, tables and labels: sums over an index, products of indices, subsets of a table, allocation, look-ups.
#   rows.py PROGRAM SOURCE_DIR [TEST ...]
import random

from support import Folder, certain, main, note, refused, results

CHIPS = {"old": ("2020-11-01", 15000, 400), "mid": ("2022-09-01", 26000, 700), "new": ("2025-02-01", 37000, 1200), "next": ("2027-01-01", 50000, 1900)}
TABLE = {"chips.csv": "chip,released [date],price [USD/GPU],power [W/GPU],remark\n" + "".join(
    f"{name},{released},{price},{power},\"text, here\"\n" for name, (released, price, power) in CHIPS.items())}


def test_sums():
    rng = random.Random(3)
    a = {s: rng.uniform(1, 9) for s in "nsew"}
    b = {k: rng.uniform(1, 9) for k in CHIPS}
    model = """table chips
index site = n, s_2, e, w
a[site] : GPU = [n: A_n GPU, s_2: A_s GPU, e: A_e GPU, w: A_w GPU]
b[chips] : 1 = [old: B_old, mid: B_mid, new: B_new, next: B_next]
both[site, chips] : GPU = a * b
turned[chips, site] : GPU = a * b
every : GPU = sum(both over site, chips)
outer : GPU = sum(turned over chips, site)
by_site[site] : GPU = sum(a * b over chips)
by_chip[chips] : GPU = sum(both over site)
bill[site] : USD = sum(both * chips.price over chips)
share[chips] : 1 = b / sum(b over chips)
all : 1 = sum(share over chips)
mean_a : GPU = mean(a over site)
low : GPU = min(a over site)
high : GPU = max(both over site, chips)
least : site = argmin(a over site)
most : chips = argmax(b over chips)
at_most : USD/GPU = chips.price['mid'] + 0 * b['new'] * 1 USD/GPU
one : GPU = both['e', 'new']
label : 1 = sum((if chips == 'new' then b else 0) over chips)
one_each[site] : 1 = 1
count : 1 = sum(one_each over site)
weighted : W/GPU = sum(b * chips.power over chips) / sum(b over chips)
"""
    for s in a:
        model = model.replace(f"A_{s} ", f"{a[s]!r} ")
    for k in b:
        model = model.replace(f"B_{k}", f"{b[k]!r}")
    name = {"n": "n", "s": "s_2", "e": "e", "w": "w"}
    want = {"every": sum(a.values()) * sum(b.values()), "outer": sum(a.values()) * sum(b.values()), "all": 1, "mean_a": sum(a.values()) / 4,
            "low": min(a.values()), "high": max(a.values()) * max(b.values()), "least": name[min(a, key=a.get)], "most": max(b, key=b.get),
            "at_most": 26000, "one": a["e"] * b["new"], "label": b["new"], "count": 4,
            "weighted": sum(b[k] * CHIPS[k][2] for k in b) / sum(b.values())}
    for s in a:
        want[f"by_site[{name[s]}]"] = a[s] * sum(b.values())
        want[f"bill[{name[s]}]"] = a[s] * sum(b[k] * CHIPS[k][1] for k in b)
        for k in b:
            want[f"both[{name[s]},{k}]"] = want[f"turned[{k},{name[s]}]"] = a[s] * b[k]
    for k in b:
        want[f"by_chip[{k}]"] = b[k] * sum(a.values())
        want[f"share[{k}]"] = b[k] / sum(b.values())
    certain(model, want, files=TABLE)


def allocated(want, each, limit):
    """From the last row backwards: each takes what it wants until the limit is used up."""
    got = [0.0] * len(want)
    for i in reversed(range(len(want))):
        got[i] = min(want[i], limit / each[i])
        limit -= got[i] * each[i]
    return got


def test_allocation():
    rng = random.Random(4)
    lines, want, names = ["index r = p1, p2, p3, p4"], {}, ["p1", "p2", "p3", "p4"]
    for i in range(12):
        wanted, each = [rng.uniform(0, 9) for _ in names], [rng.uniform(1, 5) for _ in names]
        limit = rng.uniform(0, 1.2) * sum(w * e for w, e in zip(wanted, each))
        lines += [f"w_{i}[r] : GPU = [" + ", ".join(f"{n}: {w!r} GPU" for n, w in zip(names, wanted)) + "]",
                  f"e_{i}[r] : W/GPU = [" + ", ".join(f"{n}: {w!r} W/GPU" for n, w in zip(names, each)) + "]",
                  f"l_{i} : W = {limit!r}", f"g_{i}[r] : GPU = allocate(w_{i}, e_{i}, l_{i} over r)", f"used_{i} : W = sum(g_{i} * e_{i} over r)"]
        want.update({f"g_{i}[{n}]": g for n, g in zip(names, allocated(wanted, each, limit))})
        want[f"used_{i}"] = min(limit, sum(w * e for w, e in zip(wanted, each)))
    certain("\n".join(lines), want, tolerance=1e-11)


def test_parts_of_a_table():
    """Some rows of a table in another order; a part meets the whole; rows by name; a chosen row; the last row at or before a key."""
    certain("""table chips
index kind = chips['next', 'mid']
index limit = money, power
bought[kind] : GPU = [mid: 10 GPU, next: 3 GPU]
bill : USD = sum(bought * chips.price over kind)
dearer[kind] : USD/GPU = chips.price + 1000 USD/GPU
gpu : chips = mid
price : USD/GPU = gpu.price
is_mid : 1 = if gpu == 'mid' then 1 else 0
other : 1 = if gpu != 'mid' then 1 else 0
best : chips = argmax(chips.power / chips.price over chips)
best_price : USD/GPU = best.price
at_2024 : USD/GPU = lookup(chips.price, 2024-01-01)
on_day : USD/GPU = lookup(chips.price, 2025-02-01)
day_before : USD/GPU = lookup(chips.price, 2025-01-31)
latest : date = max(chips.released over chips)
possible[limit] : GPU = [power: 7 GPU, money: 9 GPU]
binding : limit = argmin(possible over limit)
rule : choice(fast, slow) = slow
speed : 1 = if rule == 'fast' then 2 else if rule == 'slow' then 1 else 0
first_of_two : limit = argmin(same over limit)
same[limit] : GPU = [money: 5 GPU, power: 5 GPU]
""", {"bill": 10 * 26000 + 3 * 50000, "dearer[mid]": 27000, "dearer[next]": 51000, "price": 26000, "is_mid": 1, "other": 0,
      "best": "next", "best_price": 50000, "at_2024": 26000, "on_day": 37000, "day_before": 26000, "latest": "2027-01-01", "binding": "power",
      "speed": 1, "first_of_two": "money"}, files=TABLE)
    for text, words in (("x : USD = lookup(chips.price, 2019-01-01)", "2019"), ("x : USD/GPU = chips.price['newer']", "it has old, mid, new, next"),
                        ("gpu : chips = newest", "newest"), ("x : USD/GPU = chips.price", "chips"), ("x : 1 = chips.remark['old']", "text")):
        refused("table chips\n" + text + "\noutput x" * text.startswith("x"), words, TABLE)
    refused("table chips\nx : W/GPU = 2 * chips.power['blank']", "has no value for `blank`", {"chips.csv": TABLE["chips.csv"] + "blank,2026-01-01,5,,\n"})
    certain("table chips\nx : USD/GPU = 2 * chips.price['blank']", {"x": 10}, files={"chips.csv": TABLE["chips.csv"] + "blank,2026-01-01,5,,\n"})


def test_rows_from_outside():
    """Elements addressed by a scenario and by --set; rows added to a table and replaced."""
    files = dict(TABLE)
    files["more.csv"] = "chip,released [date],price [USD/GPU],power [W/GPU],remark\nnew,2025-02-01,41000,1300,\nlast,2029-01-01,1000,100,\n"
    files["m.csv"] = """model:,m
table:,chips,more.csv
parameter,unit,label,base,source
m.bought[mid],GPU,,4,t
m.bought,GPU,new,6,t
chips.price[old],USD/GPU,,14k,t
m.gpu,,,last,t
"""
    certain("""table chips
index kind = chips['mid', 'new']
gpu : chips = mid
bought[kind] : GPU = 1
bill : USD = sum(bought * chips.price over kind)
count : USD/GPU = sum(chips.price over chips)
one : USD/GPU = gpu.price
""", {"bill": 4 * 26000 + 6 * 41000, "count": 14000 + 26000 + 41000 + 50000 + 1000, "one": 1000, "bought[mid]": 4}, files=files, run="m.csv")
    certain("index site = a, b\nx[site] : GPU = 2\ny : GPU = sum(x over site)", {"y": 7, "x[a]": 5}, options=["--set", "m.x[a]=5"])


SAME_LABELS = """index origin = a, b
index goal = a, b
x[origin] : GPU = [a: 1 GPU, b: 2 GPU]
y[goal] : GPU = [a: 10 GPU, b: 20 GPU]
flow[goal, origin] : GPU = x + y
picked : GPU = flow['a', 'b']
turned : GPU = flow['b', 'a']
to_a : GPU = sum(flow over origin)['a']
from_a : GPU = sum(flow over goal)['a']
moved[origin, goal] : GPU = flow
output flow, picked, turned, to_a, from_a, moved
"""


def test_two_indices_of_the_same_labels():
    """Labels stand in the order in which a quantity states its indices: in equations, results, --set, --show and flat files."""
    want = {"flow[a,a]": 11, "flow[a,b]": 12, "flow[b,a]": 21, "flow[b,b]": 22, "moved[a,b]": 21, "moved[b,a]": 12, "picked": 12, "turned": 21,
            "to_a": 23, "from_a": 32}
    certain(SAME_LABELS, want)
    changed = dict(want, **{"flow[a,b]": 5, "moved[b,a]": 5, "picked": 5, "to_a": 16})
    certain(SAME_LABELS, changed, options=["--set", "m.flow[a,b]=5"])
    folder = Folder(SAME_LABELS)
    flat = folder.tenfold("list", "--resolved", "m.model", "--set", "m.flow[a,b]=5").stdout
    certain(SAME_LABELS, changed, files={"flat.csv": flat}, run="flat.csv")
    rows = results(folder.tenfold("run", "m.model", "--show", "m.flow[b,a]", "--format", "json"))
    if list(rows) != ["flow[b,a]"] or rows["flow[b,a]"]["central"] != 21:
        note("--show", rows)
    told = folder.tenfold("explain", "m.model", "m.flow[b,a]").stdout
    if "m.flow[b, a] = 21 GPU" not in told or "m.x[a] = 1 GPU" not in told or "m.y[b] = 20 GPU" not in told:
        note("explain", told)
    refused(SAME_LABELS, "more than one index", options=["--set", "m.flow[a]=5"])
    refused(SAME_LABELS.replace("'a', 'b'", "'a'"), "is a label of")
    refused(SAME_LABELS, "no label of", options=["--set", "m.flow[c]=5"])


def test_definitions_by_row():
    """What a row says of one element stays with that element where a quantity states its indices in another order."""
    model = """index site = n, w
index kind = one, two
cost[kind, site] : USD = 1
bridge[site] : USD = 0
all[kind, site] : USD = restate(cost, bridge)
sums[kind] : USD = sum(all over site)
output all, sums
"""
    scenario = """model:,m
parameter,unit,base,definition,source
m.cost[one],USD,5,cash,t
m.cost[two],USD,7,cash,t
"m.cost[one, w]",USD,3,leases,t
"m.cost[two, w]",USD,2,leases,t
m.bridge[w],USD,-1,leases to cash,t
"""
    certain(model, {"sums[one]": 5 + 3 - 1, "sums[two]": 7 + 2 - 1}, files={"m.csv": scenario}, run="m.csv")
    refused(model, "leases", {"m.csv": scenario.replace('"m.cost[two, w]"', '"m.cost[two, n]"')}, "m.csv")


def test_rows_in_time():
    """A fleet of several generations by year, in circles through the period before; [first], [last] and given elements."""
    certain("""index kind = a, b
orders[kind] : GPU/year = [a: 10 GPU/year, b: 30 GPU/year], then orders[t-1] * (if kind == 'a' then 2 else 0.5)
stands[kind] : GPU = survive(orders, 1.5 year)
all : GPU = sum(stands over kind)
rising[kind] : 1 = orders[last] / orders[first]
room : GPU = 100 GPU, then room[t-1] - sum(stands[t-1] over kind)
""", {"orders[a]@2026": 40, "orders[b]@2026": 7.5, "stands[a]@2025": 25, "stands[b]@2025": 30, "all@2026": 40 + 10 + 7.5 + 7.5,
      "rising[a]": 4, "rising[b]": 0.25, "room@2025": 60, "room@2026": 5}, "2024..2026")


if __name__ == "__main__":
    main(globals().copy())
