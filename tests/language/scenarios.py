#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Scenario files: which cell wins, given periods, history, --as-of, base, default, --set, formatting and flat files.
#   scenarios.py PROGRAM SOURCE_DIR [TEST ...]
import itertools
import random

from support import Folder, certain, main, near, note, problems, refused, results, shown

FOUR = """a : GPU = 1
b : GPU = 2
c : GPU = a + b
d : USD = c * 3 USD/GPU
"""


def inherited(files, column, name):
    """language.md's order written as a search: the parent's cell, then the same column of the extended file, then the model.
    files: innermost last; each {column: (parent, {name: cell})} with the base first."""
    model = {"a": 1.0, "b": 2.0}

    def value(depth, column):
        if depth < 0:
            return model[name]
        columns = files[depth]
        base = next(iter(columns))
        chain, at = [], column if column in columns else base
        while at is not None:
            chain.append(at)
            at = columns[at][0]
        return first_of(depth, chain, column, columns)

    def first_of(depth, chain, column, columns):
        for position, here in enumerate(chain):
            cell = columns[here][1].get(name)
            if cell is None:
                continue
            if cell == "default":
                return model[name]
            if cell.startswith("base"):
                return first_of(depth, chain[position + 1:], column, columns) * float(cell.split("*")[1])
            return float(cell)
        return outside(depth, column, columns)

    def outside(depth, column, columns):
        """The column of the same name there, else that of the nearest parent that stands there, else its base."""
        if depth == 0:
            return model[name]
        at = column
        while at is not None and at not in files[depth - 1]:
            at = columns[at][0]
        own = top if top in files[depth - 1] else at # a file in between without the column is as one that leaves it empty
        return value(depth - 1, own if own is not None else next(iter(files[depth - 1])))
    top = column
    return value(len(files) - 1, column)


def text_of(columns, extends, order):
    head = f"extends:,{extends}\n" if extends else "model:,m\n"
    base = next(iter(columns))
    names = [c if c == base or columns[c][0] == base and order % 2 else f"{c} < {columns[c][0]}" for c in columns]
    rows = "".join(f"m.{name},GPU," + ",".join(columns[c][1].get(name, "") for c in columns) + ",t\n" for name in ("a", "b"))
    return head + "parameter,unit," + ",".join(names) + ",source\n" + rows


def test_inheritance():
    """30 random families of files and columns."""
    rng = random.Random(12)
    for trial in range(30):
        files = []
        for depth in range(rng.randint(1, 3)):
            pool = ["one", "two", "three", "four"]
            rng.shuffle(pool)
            columns = {}
            for i, c in enumerate(pool[:rng.randint(1, 4)]):
                cells = {}
                for name in ("a", "b"):
                    kind = rng.random()
                    if kind < 0.35:
                        cells[name] = str(rng.randint(3, 99))
                    elif kind < 0.5:
                        cells[name] = f"base * {rng.randint(2, 5)}"
                    elif kind < 0.58:
                        cells[name] = "default"
                columns[c] = (rng.choice(list(columns)) if i else None, cells)
            files.append(columns)
        texts = {f"f{i}.csv": text_of(columns, f"f{i - 1}.csv" if i else "", trial) for i, columns in enumerate(files)}
        for position, column in enumerate(files[-1]):
            a, b = inherited(files, column, "a"), inherited(files, column, "b")
            before = len(problems)
            certain(FOUR, {"a": a, "b": b, "c": a + b, "d": 3 * (a + b)}, files=texts, run=f"f{len(files) - 1}.csv", column=position, ways=1)
            if len(problems) > before:
                note(column, texts)


def test_command_line():
    scenario = "model:,m\nparameter,unit,base,bull,source\nm.a,GPU,10,20,t\n"
    for sets, a, b in ((["m.a=5"], 5, 2), (["m.a*=3"], 30, 2), (["m.a+=4"], 14, 2), (["m.a=5", "m.a*=2"], 10, 2), (["m.a*=2", "m.a+=1"], 21, 2),
                       (["m.b=1k GPU"], 10, 1000), (["m.a=2 kGPU", "m.b*=0.5"], 2000, 1)):
        options = list(itertools.chain(*(["--set", s] for s in sets)))
        certain(FOUR, {"a": a, "b": b, "c": a + b}, files={"s.csv": scenario}, run="s.csv", options=options)
    certain(FOUR, {"c": 77, "d": 231}, options=["--set", "m.c=77"])
    refused(FOUR, "no source", files={"s.csv": scenario.replace(",t\n", ",\n")}, run="s.csv", options=["--strict"])
    refused(FOUR, "did you mean", options=["--set", "m.cc=1"])
    refused("a : GPU = 10 in 0 GPU .. 100 GPU", "m.a*=0.8", options=["--set", "m.a=-20%"])


TIMED = """x : USD/year linear = 10bn
y : USD/year = 5bn USD/year, then y[t-1] * compound(10%)
sum_x : USD = cumulative(x)
sum_y : USD = cumulative(y)
"""


def test_given_periods():
    """Inputs: gaps by their type, the last value holds; equations go on after what is given; history begins the sums."""
    for kind, mid in (("linear", (15, 20, 25)), ("log", (10 * 3**0.25, 10 * 3**0.5, 10 * 3**0.75)), ("hold", (10, 10, 10))):
        rows = "m.x,bn USD/year,2024,10,t\nm.x,bn USD/year,2028,30,t\nm.y,bn USD/year,2025,8,t\nm.y,bn USD/year,2027,20,t\n"
        x = [10, *mid, 30, 30]
        y = [5, 8, 8.8, 20, 22, 24.2]
        want = {}
        for i, (u, v) in enumerate(zip(x, y)):
            want.update({f"x@{2024 + i}": u * 1e9, f"y@{2024 + i}": v * 1e9, f"sum_x@{2024 + i}": sum(x[:i + 1]) * 1e9,
                         f"sum_y@{2024 + i}": sum(y[:i + 1]) * 1e9})
        certain(TIMED.replace("linear", kind), want, "2024..2029", {"s.csv": "model:,m\nparameter,unit,period,base,source\n" + rows}, "s.csv")
    rows = "m.y,bn USD/year,2022,4,t\nm.y,bn USD/year,2023,6,t\nm.x,bn USD/year,2023,9,t\n"
    certain(TIMED, {"y@2024": 6.6e9, "sum_y@2024": 16.6e9, "x@2024": 9e9, "sum_x@2025": 27e9}, "2024..2026",
            {"s.csv": "model:,m\nparameter,unit,period,base,source\n" + rows}, "s.csv")
    refused("x : USD/year = 10bn\n", "gap", {"s.csv": "model:,m\ntime:,2024..2028\nparameter,unit,period,base,source\nm.x,bn USD/year,2024,10,t\nm.x,bn USD/year,2028,30,t\n"}, "s.csv")
    # A year given on quarters holds for its quarters; an amount in a quarter is a rate.
    rows = "m.x,bn USD/year,2024,10,t\nm.x,,2025-Q1,5bn USD,t\nm.x,bn USD/year,2025-Q2,30,t\n"
    certain(TIMED, {"x@2024-Q1": 10e9, "x@2024-Q4": 10e9, "x@2025-Q1": 20e9, "x@2025-Q4": 30e9, "sum_x@2025-Q2": 22.5e9}, "2024..2025,quarter",
            {"s.csv": "model:,m\nparameter,unit,period,base,source\n" + rows}, "s.csv")


def test_as_of():
    """Later rows are left out, of parents and extended files too; the rest inherits as if they were not there."""
    scenario = """model:,m
parameter,unit,base,bull,source,date
m.a,GPU,10,,t,2024-03-01
m.b,GPU,20,50,t,2025-06-30
"""
    for day, a, b, high in (("2024-02-29", 1, 2, 2), ("2024-03-01", 10, 2, 2), ("2025-06-29", 10, 2, 2), ("2025-06-30", 10, 20, 50)):
        for column, wanted in ((0, b), (1, high)):
            certain(FOUR, {"a": a, "b": wanted}, files={"s.csv": scenario}, run="s.csv", options=["--as-of", day], column=column)
    certain(FOUR, {"a": 1}, files={"s.csv": "model:,m\nparameter,unit,base,source,date\nm.a,GPU,10,t,2024-07\n"}, run="s.csv", options=["--as-of", "2024-07-15"])
    certain(FOUR, {"a": 10}, files={"s.csv": "model:,m\nparameter,unit,base,source,date\nm.a,GPU,10,t,2024-07\n"}, run="s.csv", options=["--as-of", "2024-07-31"])


def test_base_keeps_its_draws():
    """base * 0.5 is the same draw, halved: the ratio is certain; --set NAME*= likewise."""
    model = "a : GPU = 80 to 125\nb : GPU = 80 to 125\n"
    scenario = "model:,m\nparameter,unit,base,mild,bull < mild,source\nm.a,GPU,,base * 0.5,base + 10 GPU,t\n"
    for column, sets, shift, factor in ((0, [], 0, 1), (1, [], 0, 0.5), (2, [], 10, 0.5), (1, ["--set", "m.a*=4"], 0, 2)):
        folder = Folder(model, {"s.csv": scenario})
        plain = results(folder.tenfold("run", "m.model", "--format", "json", "--show", "m.a"))["a"]
        rows = results(folder.tenfold("run", "s.csv", "--format", "json", "--show", "m.a", *sets), column)["a"]
        for key in ("central", "mean", "p5", "p95"):
            if not near(rows[key], plain[key] * factor + shift, 1e-12):
                note(column, sets, key, rows[key], plain[key] * factor + shift)


def test_format_and_flat_files():
    """fmt twice is fmt once, and neither changes a number; a flat file gives the numbers that it was made from."""
    model = """a:GPU=10 in 0 GPU..100 GPU   "A"  [x]
index   site=n , w
# a comment
z[site]:GPU=[n:a*1,w:  2*a ]
f(p , q)=p*q^-1+(if p>q   then 1 GPU^0 else 0)
b : 1 = -2^2+(3 - -1)*2/4/5
u : 1 = 1 to 2 in 1 .. 3
v : 1 = if not (b > 1) and (true or u<2) then f(1,2) else u
rate : USD/year = 10bn USD/year,then rate[t-1]*compound( 8% )
past : USD/year = rate[t - 18 month else 1bn USD/year]
m2027 : USD/year = rate[2027]
worth : USD = npv( rate,7%/year , mid )
correlate u , w = 0.3
w : 1 = normal( 1 +- .5 )
output z,b,v,worth,past,m2027
check z>0 "positive"  # end
check u < 2 with 80%   "most"
"""
    folder = Folder(model)
    arguments = ("run", "m.model", "--time", "2025..2028", "--format", "json", "--show", ",".join(shown(model)))
    first = folder.tenfold(*arguments)
    once = folder.tenfold("fmt", "--write", "m.model")
    with open(folder.path + "/m.model", encoding="utf-8") as file:
        text = file.read()
    second = folder.tenfold(*arguments)
    folder.tenfold("fmt", "--write", "m.model")
    with open(folder.path + "/m.model", encoding="utf-8") as file:
        again = file.read()
    if once.returncode != 0 or text != again:
        note("fmt is not idempotent", once.stderr, text, again)
    if first.returncode != 0 or first.stdout != second.stdout:
        note("fmt changes results", first.stderr, second.stderr)
    if folder.tenfold("fmt", "--check", "m.model").returncode != 0:
        note("fmt --check after fmt")
    scenario = """model:,m
time:,2025..2028
parameter,unit,period,base,bull < base,source,date
m.a,GPU,,20 to 30,40,t,2024-01-01
m.rate,bn USD/year,2024,7,,t,
m.rate,bn USD/year,2026,11,12,t,
"m.z[w]",GPU,,9,,t,
m.u,,,1.2 .. 1.9,default,t,
"""
    folder.write("s.csv", scenario)
    for sets in ([], ["--set", "m.b=3"], ["--set", "m.rate[2027]=5bn USD/year"]):
        flat = folder.tenfold("list", "--resolved", "s.csv", *sets)
        folder.write("flat.csv", flat.stdout)
        flat_again = folder.tenfold("list", "--resolved", "flat.csv")
        folder.write("flat2.csv", flat_again.stdout)
        show = ["--format", "json", "--show", ",".join(shown(model))]
        whole = folder.tenfold("run", "s.csv", *sets, *show)
        for name in ("flat.csv", "flat2.csv"):
            other = folder.tenfold("run", name, *show)
            for column in (0, 1):
                a, b = results(whole, column), results(other, column)
                if not a or {k: dict(v, actual=0) for k, v in a.items()} != {k: dict(v, actual=0) for k, v in b.items()}:
                    note("flat file differs", sets, name, column, flat.stdout)


if __name__ == "__main__":
    main(globals().copy())
