#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Operators, functions, numbers and units against Python, and against GNU units where it is installed.
#   values.py PROGRAM SOURCE_DIR [TEST ...]
import json
import math
import os
import random
import re
import shutil
import subprocess
import tempfile

import support
from support import WAYS, Folder, certain, main, near, note, refused


def half_away(x):
    return math.copysign(math.floor(abs(x) + 0.5), x)


def test_precedence():
    """Each expression as the language reads it, and the same in Python with every parenthesis written."""
    cases = {
        "-2^2": -(2**2), "2^3^2": 2**(3**2), "-2^-2": -(2**-2), "2^-1^2": 2**(-(1**2)), "2*-3": -6, "2 - -3": 5, "--3": 3,
        "8/4/2": (8 / 4) / 2, "8/4*2": (8 / 4) * 2, "8 - 4 - 2": 2, "2 + 3*4^2": 50, "-3*2": -6, "(-2)^2": 4, "(-8)^3": -512, "2^0.5": 2**0.5,
        "2^(1/2)": 2**0.5, "1 - 2 + 3": 2, "4^-0.5": 0.5, "0^0": 1, "2 * 3 ^ 2 / 6": 3, "-1 + 2": 1, "10 - 2*3 - 1": 3,
        "if 1 + 1 == 2 then 10 else 20": 10, "if not 1 == 2 then 1 else 0": 1,
        "if 1 == 1 or 1 == 1 and 1 == 2 then 1 else 0": 1, "if (1 == 1 or 1 == 1) and 1 == 2 then 1 else 0": 0,
        "if not 1 == 1 or 1 == 1 then 1 else 0": 1, "if not (1 == 1 or 1 == 1) then 1 else 0": 0,
        "if not 1 == 2 and 1 == 1 then 1 else 0": 1, "if true then 3 else 4": 3, "if false then 3 else 4": 4,
        "if not true then 3 else 4": 4, "1 + (if 1 > 2 then 5 else 6)": 7, "if 1 > 2 then 5 else 6 + 1": 7, "if 2 > 1 then 5 else 6 + 1": 5,
        "if 1 > 2 then 1 else if 2 > 1 then 2 else 3": 2, "if 1 < 2 then if 3 < 2 then 1 else 2 else 3": 2,
        "if 1 <= 1 then 1 else 0": 1, "if 1 >= 1 then 1 else 0": 1, "if 1 != 1 then 1 else 0": 0, "if 1 < 1 then 1 else 0": 0,
        "1e3": 1000, "1E3": 1000, "1.5e-3": 0.0015, "40k": 40000, "4mn": 4e6, "4M": 4e6, "2bn": 2e9, "2G": 2e9, "3T": 3e12, "3tn": 3e12,
        "1.5k + 1": 1501, "40%": 0.4, "40% * 2": 0.8, "1 - 40%": 0.6, "2^40%": 2**0.4, "-40%": -0.4,
    }
    # Written over a quantity that is 1, so that nothing is folded away while the text is read.
    lines, wanted = ["one : 1 = 1", "two : 1 = 0.5 .. 1.5"], {}
    for i, (text, value) in enumerate(cases.items()):
        lines += [f"folded_{i} : 1 = ({text}) * one", f"drawn_{i} : 1 = ({text}) * two"]
        wanted[f"folded_{i}"] = wanted[f"drawn_{i}"] = value
    certain("\n".join(lines), wanted)


def test_functions():
    """Every function at ordinary and at awkward arguments, certain and drawn (where the drawn factor is 1 at its median)."""
    xs = [-3.5, -2.5, -1, -0.5, -1e-9, 0, 1e-9, 0.49999999999999994, 0.5, 1, 1.5, 2.5, 3.5, 1e9, 4503599627370497.5]
    lines, wanted = ["one : 1 = 1", "two : 1 = 0.5 .. 1.5"], {}

    def case(text, value):
        i = len(wanted) // 2
        lines.extend([f"folded_{i} : 1 = {text.replace('ONE', 'one')}", f"drawn_{i} : 1 = {text.replace('ONE', 'two')}"])
        wanted[f"folded_{i}"] = wanted[f"drawn_{i}"] = value

    for x in xs:
        case(f"abs(({x!r}) * ONE)", abs(x))
        case(f"floor(({x!r}) * ONE)", math.floor(x))
        case(f"ceil(({x!r}) * ONE)", math.ceil(x))
        case(f"round(({x!r}) * ONE)", half_away(x) if abs(x) != 0.49999999999999994 else 0)
        if abs(x) < 600:
            case(f"exp(({x!r}) * ONE)", math.exp(x))
        if x > 0:
            case(f"ln(({x!r}) * ONE)", math.log(x))
            case(f"log10(({x!r}) * ONE)", math.log10(x))
            case(f"log2(({x!r}) * ONE)", math.log2(x))
            case(f"({x!r} * ONE)^1.7", x**1.7)
        if x >= 0:
            case(f"sqrt(({x!r}) * ONE)", math.sqrt(x))
        if abs(x) < 1e6:
            for y in (-2, -0.75, 0.3, 2):
                case(f"mod(({x!r}) * ONE, {y})", x - y * math.floor(x / y))
                case(f"min(({x!r}) * ONE, {y})", min(x, y))
                case(f"max(({x!r}) * ONE, {y}, 1)", max(x, y, 1))
            case(f"clamp(({x!r}) * ONE, -1, 2)", min(max(x, -1), 2))
    case("min(3, 2, 1, 2 * ONE)", 1)
    case("max(ONE, 2, 5, 3)", 5)
    case("clamp(ONE, 3, 2)", min(max(1, 3), 2))
    certain("\n".join(lines), wanted, tolerance=4e-15)


# Names that GNU units does not know or knows as something else (h is Planck's constant there): renamed and defined.
COUNTS = {"token": "", "ktoken": "1000 own_token", "Mtoken": "1e6 own_token", "FLOP": "", "TFLOP": "1e12 own_FLOP", "EFLOP": "1e18 own_FLOP", "GPU": "",
          "kGPU": "1000 own_GPU", "USD": "", "year": "8766 hour", "month": "730.5 hour", "quarter": "2191.5 hour", "h": "hour", "t": "tonne",
          "L": "liter", "m2": "m^2", "m3": "m^3", "B": "8 bit", "GB": "8e9 bit", "TB": "8e12 bit", "Gbit": "1e9 bit"}


def own_name(unit):
    return "own_" + unit.replace("2", "_square").replace("3", "_cube") # a digit at the end would be an exponent


def gnu_units(unit, to):
    """How many `to` are one `unit`, by GNU units with the definitions of the language."""
    def own(text):
        return re.sub(r"[A-Za-z][A-Za-z0-9]*", lambda m: own_name(m[0]) if m[0] in COUNTS else m[0], text)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "own.units")
        with open(path, "w", encoding="ascii") as file:
            file.writelines(f"{own_name(name)} {means or '!'}\n" for name, means in COUNTS.items())
        done = subprocess.run(["units", "-f", "", "-f", path, "-t", "-o", "%.17g", own(unit), own(to)], capture_output=True, text=True)
    return float(done.stdout)


def test_units():
    if not shutil.which("units"):
        return
    pairs = [("MWh", "J"), ("TWh/year", "MW"), ("year", "s"), ("month", "day"), ("quarter", "week"), ("GB", "bit"), ("TB/s", "Gbit/s"), ("kg", "g"),
             ("t", "kg"), ("m^2", "m2"), ("km", "m"), ("mm", "m"), ("m3", "L"), ("1/hour", "1/year"), ("USD/(GPU*hour)", "USD/(GPU*year)"), ("EFLOP/s", "TFLOP/s"),
             ("kW*h", "MJ"), ("min", "s"), ("Mtoken/day", "token/s"), ("J/token", "kWh/Mtoken"), ("W*year", "GWh"), ("ns", "s"), ("h", "min"), ("USD/MWh", "USD/kWh"), ("kGPU", "GPU")]
    lines, wanted = [], {}
    for i, (unit, to) in enumerate(pairs):
        lines += [f"a_{i} : {unit} = 3.7 {unit}", f"b_{i} : {to} = a_{i}", f"c_{i} : {to} = 1.1 * (a_{i} + 0 {to})"]
        factor = gnu_units(unit, to)
        wanted.update({f"a_{i}": 3.7, f"b_{i}": 3.7 * factor, f"c_{i}": 1.1 * 3.7 * factor})
    certain("\n".join(lines), wanted, tolerance=1e-13)


def test_hints_do_not_lead_astray():
    """Where a unit would turn an error into a wrong number, another way is shown."""
    refused("growth : %/year = 20%\nx : 1 = 1 + growth", "compound(growth)")
    refused("a : GPU = 5\nb : GPU = a + 10%", "`x * 10%`")
    refused("a : GPU = 5\nb : GPU = a + 3", "`3 GPU`")
    refused("rate : 1/hour = 2 1/hour\nb : 1/hour = 3 + rate", "`3 1/hour`")


def expression(rng, names, depth):
    """A random expression as the language writes it and as Python does, with the same parentheses left out."""
    if depth == 0 or rng.random() < 0.15:
        if rng.random() < 0.7:
            name = rng.choice(names)
            return name, name
        number = str(rng.randint(1, 9))
        return number, number + ".0"

    def part():
        ours, theirs = expression(rng, names, depth - 1)
        return f"({ours})", f"({theirs})"
    kind = rng.randrange(9)
    (a, x), (b, y), (c, z) = part(), part(), part()
    if kind < 3:
        op, other = rng.choice("+-"), rng.choice("+-*")
        return f"{a} {op} {b} {other} {c}", f"{x} {op} {y} {other} {z}"
    if kind == 3:
        return f"{a} / (1 + {b}^2)", f"{x} / (1 + {y}**2)"
    if kind == 4:
        return f"-{a} * {b}", f"-{x} * {y}"
    if kind == 5:
        return f"min({a}, {b}, {c})", f"min({x}, {y}, {z})"
    if kind == 6:
        return f"clamp({a}, -50, abs({b}))", f"min(max({x}, -50), abs({y}))"
    if kind == 7:
        return f"sqrt(abs({a})) + exp(-abs({b}))", f"math.sqrt(abs({x})) + math.exp(-abs({y}))"
    test = rng.choice(["<", "<=", ">", ">="])
    return (f"if {a} {test} {b} and not ({b} > 3 or {c} < -2) then {c} else {a} - 1",
            f"({z} if {x} {test} {y} and not ({y} > 3 or {z} < -2) else {x} - 1)")


def test_explained_lines_follow_from_those_below():
    """Random models: in the central case and in samples every line of `explain` is its equation over the lines below it."""
    rng = random.Random(11)
    for trial in range(12):
        names, meaning, lines = ["in_1", "in_2", "in_3"], {}, ["in_1 : 1 = 1 to 4", "in_2 : 1 = -3 .. 5", "in_3 : 1 = discrete(40%: 2, 60%: -1)"]
        for i in range(8):
            ours, theirs = expression(rng, names, 3)
            while not any(n in ours for n in names):
                ours, theirs = expression(rng, names, 3)
            lines.append(f"q_{i} : 1 = {ours}")
            meaning[f"q_{i}"] = theirs
            names.append(f"q_{i}")
        folder = Folder("\n".join(lines))
        for at in ([], ["--at", "sample", "7"], ["--at", "sample", "4711"], ["--at", "p95"]):
            at = [at[0], " ".join(at[1:])] if at else []
            for way in WAYS:
                done = folder.tenfold("explain", "m.model", "m.q_7", "--format", "json", "--depth", "40", *at, *way)
                if done.returncode:
                    note("explain", at, done.stderr)
                    continue

                def check(node):
                    own = node["name"].split(".")[1]
                    below = {n["name"].split(".")[1]: n["value"] for n in node["inputs"]}
                    if own in meaning and below:
                        support.compared += 1
                        value = eval(meaning[own], {"math": math, "min": min, "max": max, "abs": abs, **below})
                        if not near(node["value"], value, 1e-9):
                            note(at, way, own, "=", node["equation"], "is", node["value"], "and follows as", value, "from", below)
                    for n in node["inputs"]:
                        check(n)
                told = json.loads(done.stdout)[0]
                if (told["sample"] is None) != (at == []):
                    note("not the sample that was asked for", at)
                check(told["tree"])


if __name__ == "__main__":
    main(globals().copy())
