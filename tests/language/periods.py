#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The operators of time, written again from their definitions: yearly, quarterly and monthly axes, with and without history,
# certain and drawn.
#   periods.py PROGRAM SOURCE_DIR [TEST ...]
import datetime
import math
import random

from support import certain, main, refused, uncertain

AXES = {"year": (1.0, "2024..2031", [f"{y}" for y in range(2024, 2032)]),
        "quarter": (0.25, "2024..2026,quarter", [f"{y}-Q{q}" for y in range(2024, 2027) for q in range(1, 5)]),
        "month": (1 / 12, "2024..2025,month", [f"{y}-{m:02}" for y in (2024, 2025) for m in range(1, 13)])}
BEFORE = {"year": ["2022", "2023"], "quarter": ["2023-Q3", "2023-Q4"], "month": ["2023-11", "2023-12"]}


def rows_of(name, unit, labels, values):
    return "".join(f"{name},{unit},{label},{value!r},test\n" for label, value in zip(labels, values))


def scenario(*rows):
    return "model:,m\nparameter,unit,period,base,source\n" + "".join(rows)


def clamp(x, low, high):
    return min(max(x, low), high)


# x: values of the known periods, the first of them `back` periods before the axis; all by their definitions, h in years.
def cumulative(x, back, h):
    return [sum(x[:i + 1]) * h for i in range(back, len(x))]


def survive(x, life, back, h):
    return [sum(x[k] * h * clamp(life[k] / h - (i - k), 0, 1) for k in range(i + 1)) for i in range(back, len(x))]


def retired(x, life, back, h):
    stands = [0.0] + survive(x, life, 0, h)
    return [x[i] - (stands[i + 1] - stands[i]) / h for i in range(back, len(x))]


def lower_gamma(a, x):
    """Incomplete gamma function, by its series."""
    if x > 60:
        return math.gamma(a)
    term = total = 1 / a
    n = 0
    while abs(term) > 1e-17 * abs(total):
        n += 1
        term *= x / (a + n)
        total += term
    return total * x**a * math.exp(-x)


def weibull(x, life, shape, back, h):
    """Mean survival over the ages at the end of period i of what was bought evenly over period k: of exp(-(age/scale)^shape),
    whose integral is an incomplete gamma function."""
    def upto(age, k):
        scale = life[k] / math.gamma(1 + 1 / shape)
        return scale / shape * lower_gamma(1 / shape, (age / scale)**shape)
    return [sum(x[k] * (upto((i - k + 1) * h, k) - upto((i - k) * h, k)) for k in range(i + 1)) for i in range(back, len(x))]


def straight_line(x, life, back, h):
    return [sum(x[k] * clamp(life[k] / h - (i - k), 0, 1) * h / life[k] for k in range(i + 1)) for i in range(back, len(x))]


def schedule(x, shares, back, h):
    def share(age):
        year = math.floor(age * h + 1e-9)
        return shares[year] * h if year < len(shares) else 0
    return [sum(x[k] * share(i - k) for k in range(i + 1)) for i in range(back, len(x))]


def delay(x, d, before, back, h):
    """What leaves in k arrives at k + d/h, shared; before the first known period flows `before`, with the first d."""
    n = len(x)
    out = [0.0] * n
    far = int(max(d) / h) + 3
    for k in range(-far, n):
        amount, at = (before, k + d[0] / h) if k < 0 else (x[k], k + d[k] / h)
        whole = math.floor(at + 1e-12)
        part = at - whole
        for i, w in ((whole, 1 - part), (whole + 1, part)):
            if 0 <= i < n:
                out[i] += amount * w
    return out[back:]


def shift(x, periods, back, missing=None):
    """x[t + periods]: between two periods in proportion, held at the end."""
    out = []
    for i in range(back, len(x)):
        at = i + periods
        low = math.floor(at + 1e-12)
        part = at - low if at - low > 1e-12 else 0
        def value(j):
            return missing if j < 0 else x[min(j, len(x) - 1)]
        out.append(value(low) * (1 - part) + (value(low + 1) * part if part else 0))
    return out


MODEL = """
x : GPU/year hold = {x}
d : year hold = 1
life : year hold = 3
tank : GPU = 10 GPU
total : GPU = cumulative(x)
mean : GPU/year = average(x)
rise : GPU/year^2 = change(x)
stands : GPU = survive(x, life)
leaves : GPU/year = retired(x, life)
wears : GPU = survive(x, life, 2.5)
worn : GPU/year = retired(x, life, 2.5)
fades : GPU = survive(x, life, 0.8)
written : GPU/year = straight_line(x, life)
planned : GPU/year = schedule(x, 50%, 30%, 20%)
late : GPU/year = delay(x, d, 7 GPU/year)
stock : GPU = stands * 1
late_stock : GPU = delay(stock, 6 month, 3 GPU)
back_1 : GPU/year = x[t-1 else 4 GPU/year]
back_2 : GPU/year = x[t-2 else 4 GPU/year]
back_year : GPU/year = x[t - 1 year else 4 GPU/year]
back_odd : GPU/year = x[t - 1.3 year else 4 GPU/year]
ahead : GPU/year = x[t + 1 year]
ahead_odd : GPU/year = x[t + 7 month]
begins : GPU/year = x[first]
ends : GPU/year = x[last]
grown : GPU/year = 100 GPU/year, then grown[t-1] * compound(21%/year)
share : 1 = compound(21%/year)
length : year = step
moment : year = elapsed
bound : GPU = tank, then bound[t-1] + x * step - bound[t-1] * 0.1 * compound(0%/year)
"""


def test_series():
    """Every operator over one series: drawn numbers for x, life and the delay."""
    rng = random.Random(5)
    for axis, (h, time, labels) in AXES.items():
        for back in (0, 2):
            for drawn in (False, True):
                known = BEFORE[axis][:back] + labels
                x = [round(rng.uniform(1, 90), 2) for _ in known]
                life = [round(rng.uniform(0.3, 5), 2) for _ in known]
                d = [round(rng.uniform(0, 1.9), 2) for _ in known]
                files = {"m.csv": scenario(rows_of("m.u" if drawn else "m.x", "GPU/year", known, x), rows_of("m.life", "year", known, life),
                                           rows_of("m.d", "year", known, d))}
                model = MODEL.format(x="u * k" if drawn else "1")
                if drawn:
                    model = model.replace("x : GPU/year hold", "k : 1 = 0.5 .. 1.5\nu : GPU/year hold = 1\nx : GPU/year")
                n = len(labels)
                stands = survive(x, life, 0, h)
                total = cumulative(x, 0, h)
                grown = [100 * 1.21**(i * h) for i in range(n)]
                bound = [10.0] + [0.0] * (n - 1)
                for i in range(1, n):
                    bound[i] = bound[i - 1] + x[back + i] * h - bound[i - 1] * 0.1
                want = {
                    "total": total[back:], "stands": stands[back:], "leaves": retired(x, life, back, h), "wears": weibull(x, life, 2.5, back, h),
                    "fades": weibull(x, life, 0.8, back, h), "written": straight_line(x, life, back, h),
                    "planned": schedule(x, [0.5, 0.3, 0.2], back, h), "late": delay(x, d, 7, back, h),
                    "mean": [(x[i - 1] + x[i]) / 2 if i else x[0] for i in range(back, len(x))],
                    "rise": [(x[i] - (x[i - 1] if i else 0)) / h for i in range(back, len(x))],
                    "late_stock": shift(stands, -0.5 / h, back, 3),
                    "back_1": shift(x, -1, back, 4), "back_2": shift(x, -2, back, 4), "back_year": shift(x, -1 / h, back, 4),
                    "back_odd": shift(x, -1.3 / h, back, 4), "ahead": shift(x, 1 / h, back), "ahead_odd": shift(x, 7 / 12 / h, back),
                    "begins": [x[back]] * n, "ends": [x[-1]] * n, "grown": grown, "share": [1.21**h] * n, "length": [h] * n,
                    "moment": [(i + 0.5) * h for i in range(n)], "bound": bound}
                w = weibull(x, life, 2.5, 0, h)
                want["worn"] = [x[i] - (w[i] - (w[i - 1] if i else 0)) / h for i in range(back, len(x))]
                expected = {}
                for name, values in want.items():
                    varies = name not in ("begins", "ends", "share", "length")
                    for label, value in zip(labels, values):
                        expected[f"{name}@{label}" if varies else name] = value
                certain(model, expected, time, files, "m.csv", ["--samples", "64"], tolerance=2e-10)


def test_samples():
    """Life, delay and level drawn from two values each: the mean over 4 equal shares of samples is known without chance."""
    model = MODEL.format(x="u * k").replace("x : GPU/year hold", "k : 1 = discrete(50%: 1, 50%: 3)\nu : GPU/year hold = 1\nx : GPU/year")
    model = model.replace("life : year hold = 3", "life : year = discrete(50%: 2, 50%: 3.3)").replace("d : year hold = 1", "d : year = 1.3")
    rng = random.Random(6)
    for axis, (h, time, labels) in AXES.items():
        u = [round(rng.uniform(1, 90), 2) for _ in labels]
        files = {"m.csv": scenario(rows_of("m.u", "GPU/year", labels, u))}
        want = {}
        for k in (1, 3):
            for life in (2, 3.3):
                x, lives = [k * v for v in u], [life] * len(u)
                for name, values in {
                        "total": cumulative(x, 0, h), "stands": survive(x, lives, 0, h), "leaves": retired(x, lives, 0, h),
                        "wears": weibull(x, lives, 2.5, 0, h), "fades": weibull(x, lives, 0.8, 0, h),
                        "written": straight_line(x, lives, 0, h), "planned": schedule(x, [0.5, 0.3, 0.2], 0, h),
                        "late": delay(x, [1.3] * len(x), 7, 0, h), "late_stock": shift(survive(x, lives, 0, h), -0.5 / h, 0, 3),
                        "ahead": shift(x, 1 / h, 0)}.items():
                    for label, value in zip(labels, values):
                        want[f"{name}@{label}"] = want.get(f"{name}@{label}", 0) + value / 4
        uncertain(model, {key: {"mean": (value, 1e-9 * abs(value) + 1e-9)} for key, value in want.items()}, time, files, "m.csv", 4096)


def irr(flows, h):
    """The root nearest to 0 of the sum of x / (1 + r)^t, found on a fine grid and by halving."""
    def value(r):
        return sum(x * h / (1 + r)**(i * h) for i, x in enumerate(flows))
    roots, grid = [], [math.exp(-3 + 0.001 * i) - 1 for i in range(8000)]
    for a, b in zip(grid, grid[1:]):
        if value(a) * value(b) <= 0:
            for _ in range(200):
                mid = (a + b) / 2
                a, b = (a, mid) if value(a) * value(mid) <= 0 else (mid, b)
            roots.append(a)
    return min(roots, key=abs) if roots else None


def payback(flows, h, timing, rate=0.0):
    """The running sum is linear between the moments at which it is known; flows of `end` and `mid`."""
    late = {"start": 0, "mid": 0.5, "end": 1}[timing]
    sums, total = [], 0.0
    for i, x in enumerate(flows):
        total += x * h / (1 + rate)**((i + late) * h)
        sums.append(total)
    if sums[-1] < 0:
        return None
    k = len(sums)
    while k > 0 and sums[k - 1] >= 0:
        k -= 1
    if k == 0:
        return 0.0
    return (k - 1 + late + (0 - sums[k - 1]) / (sums[k] - sums[k - 1])) * h


def test_finance():
    rng = random.Random(9)
    for axis, (h, time, labels) in AXES.items():
        for trial in range(6):
            n = len(labels)
            x = [round(rng.uniform(-100, -20), 2) if i < n * rng.uniform(0.1, 0.3) else round(rng.uniform(5, 90), 2) for i in range(n)]
            r = round(rng.uniform(0, 0.3), 3)
            lines, want = ["x : USD/year hold = 1", f"r : %/year = {100 * r}%", "zero : %/year = 0%"], {}
            for timing, late in (("start", 0), ("mid", 0.5), ("end", 1)):
                lines += [f"npv_{timing} : USD = npv(x, r, {timing})", f"irr_{timing} : %/year = irr(x, {timing})",
                          f"pay_{timing} : year = payback(x, {timing})", f"dpay_{timing} : year = discounted_payback(x, r, {timing})"]
                want[f"npv_{timing}"] = sum(v * h * (1 + r)**(-(i + late) * h) for i, v in enumerate(x))
                rate = irr(x, h)
                want[f"irr_{timing}"] = None if rate is None else 100 * rate
                want[f"pay_{timing}"] = payback(x, h, timing)
                want[f"dpay_{timing}"] = payback(x, h, timing, r)
            lines += ["rent : USD/year = annuity(1000 USD, r, 7 year)", "rent_0 : USD/year = annuity(1000 USD, zero, 7 year)"]
            want["rent"] = 1000 * r / (1 - (1 + r)**-7) if r else 1000 / 7
            want["rent_0"] = 1000 / 7
            certain("\n".join(lines), want, time, {"m.csv": scenario(rows_of("m.x", "USD/year", labels, x))}, "m.csv", tolerance=1e-9)


def test_annuity_is_what_npv_gives_back():
    """Paid at the end of each year the annuity is worth the sum."""
    certain("a : USD/year = annuity(1000 USD, 8%/year, 5 year)\nworth : USD = npv(a, 8%/year, end)", {"worth": 1000}, "2026..2030")


def test_prices():
    """real and nominal by yearly inflation that varies: level in the middle of each period, base the mean over its year."""
    infl = {2023: 0.02, 2024: 0.05, 2025: 0.08, 2026: 0.03}
    for axis, count in (("year", 1), ("quarter", 4), ("month", 12)):
        h = 1 / count
        labels = [label for y in infl for label in ([f"{y}"] if count == 1 else [f"{y}-Q{q}" for q in range(1, 5)] if count == 4 else
                                                    [f"{y}-{m:02}" for m in range(1, 13)])]
        level, at = [], 1.0
        for label in labels:
            g = 1 + infl[int(label[:4])]
            level.append(at * g**(h / 2))
            at *= g**h
        base = sum(level[count:2 * count]) / count
        rows = "".join(f"m.inflation,%/year,{label},{100 * infl[int(label[:4])]},t\n" for label in labels)
        want = {}
        for label, p in zip(labels, level):
            want[f"a@{label}"] = 100 / p * base
            want[f"b@{label}"] = 50 * p / base
            want[f"c@{label}"] = 100
        certain("""inflation : %/year hold = 2%
now : USD/year = 100
a : USD2024/year = real(now, 2024)
old : USD2024 = 50
b : USD = nominal(old)
c : USD/year = nominal(a)
""", want, f"2023..2026,{axis}", {"m.csv": scenario(rows)}, "m.csv")


def days(text):
    return datetime.date.fromisoformat(text)


def test_dates():
    """date - date in days / 365.25; on the axis months are equal: 2027-07 begins halfway through 2027."""
    pairs = [("2024-06-30", "2024-01-01"), ("2026-02-28", "2024-02-29"), ("2030-12-31", "1999-12-31")]
    lines, want = [], {}
    for i, (b, a) in enumerate(pairs):
        lines += [f"a_{i} : date = {a}", f"b_{i} : date = {b}", f"gap_{i} : year = b_{i} - a_{i}", f"days_{i} : day = b_{i} - a_{i}", f"sum_{i} : date = a_{i} + 400 day",
                  f"back_{i} : date = b_{i} - 31 day", f"first_{i} : date = min(a_{i}, b_{i})", f"order_{i} : 1 = if a_{i} < b_{i} then 1 else 0"]
        gap = (days(b) - days(a)).days
        want.update({f"gap_{i}": gap / 365.25, f"days_{i}": gap, f"sum_{i}": str(days(a) + datetime.timedelta(400)),
                     f"back_{i}": str(days(b) - datetime.timedelta(31)), f"first_{i}": a, f"order_{i}": 1})
    lines += ["q : date = 2026-Q3", "mo : date = 2026-07", "y18 : date = mo + 18 month"]
    want.update({"q": "2026-07-01", "mo": "2026-07-01", "y18": "2027-12-30"})
    certain("\n".join(lines), want)

    def position(date): # in years, months of equal length, days within the month in proportion
        d = days(date)
        length = ((d.replace(day=28) + datetime.timedelta(4)).replace(day=1) - d.replace(day=1)).days
        return d.year + (d.month - 1 + (d.day - 1) / length) / 12
    for axis, (h, time, labels) in AXES.items():
        lines, want = [], {}
        for j, (a, b) in enumerate([("2024-07-01", "2025-10-01"), ("2024-02-01", "2024-03-01"), ("2025-04-01", "2025-04-01"), ("2023-01-01", "2026-03-15")]):
            lines += [f"a_{j} : date = {a}", f"b_{j} : date = {b}", f"after_{j} : 1 = after(b_{j})", f"ramp_{j} : 1 = ramp(a_{j}, b_{j})"]
            pa, pb = position(a) - 2024, position(b) - 2024
            for i, label in enumerate(labels):
                t0, t1 = i * h, (i + 1) * h
                want[f"after_{j}@{label}"] = clamp((t1 - pb) / h, 0, 1)
                def area(t): # of the rise, up to t
                    if t <= pa:
                        return 0
                    return (t - pa)**2 / 2 / (pb - pa) if t < pb else (pb - pa) / 2 + t - pb
                want[f"ramp_{j}@{label}"] = (area(t1) - area(t0)) / h
        certain("\n".join(lines), want, time, tolerance=1e-9)


def test_picked_periods():
    for axis, (h, time, labels) in AXES.items():
        n = len(labels)
        per = round(1 / h)
        x = [3.0 + 7 * ((i * 5) % 11) for i in range(n)]
        stock = cumulative(x, 0, h)
        lines = ["x : GPU/year hold = 1", "total : GPU = cumulative(x)", "rate_2025 : GPU/year = x[2025]", "total_2025 : GPU = total[2025]",
                 "share : 1 = x[2025] / x[first]", "price : USD = total / 1 GPU * 2 USD", "p_2025 : USD = price[2025]"]
        want = {"rate_2025": sum(x[per:2 * per]) / per, "total_2025": stock[2 * per - 1], "share": sum(x[per:2 * per]) / per / x[0],
                "p_2025": 2 * stock[2 * per - 1]}
        if axis == "quarter":
            lines.append("third : GPU/year = x[2025-Q3]")
            want["third"] = x[6]
        if axis == "month":
            lines += ["july : GPU/year = x[2025-07]", "summer : GPU/year = x[2025-Q3]"]
            want.update({"july": x[18], "summer": sum(x[18:21]) / 3})
        certain("\n".join(lines), want, time, {"m.csv": scenario(rows_of("m.x", "GPU/year", labels, x))}, "m.csv")


def test_edges():
    """What the formulas leave at their edges: no life, less than none, shares beyond 100 %, a ramp that ends before it begins."""
    certain("""x : USD/year = 10
none : year = -1
gone : USD = survive(x, none)
left : USD/year = retired(x, none)
more : USD/year = schedule(x, 50%, 60%)
turned : 1 = ramp(2026-07-01, 2025-01-01)
peak : USD/year = more, then max(peak[t-1] * compound(0%), more)
""", {"gone@2026": 0, "left@2026": 10, "more@2024": 5, "more@2025": 11, "turned@2025": 0, "turned@2026": 0.5, "peak@2026": 11}, "2024..2026")
    refused("x : USD/year = 10\ny : USD/year = straight_line(x, 0 year)", "gives infinity", options=["--time", "2024..2026"], code=5)
    refused("x : USD/year = 10\nd : year = -1\ny : USD/year = delay(x, d, 0)", "negative", options=["--time", "2024..2026"])
    refused("x : 1 = 1, then x[t-1] * 1.2", "yearly axis", options=["--time", "2024..2026,quarter"])


def test_other_years():
    """Years that begin in July: compound, elapsed and cumulative do not mind; after(date) does."""
    certain("x : USD/year = 100 USD/year, then x[t-1] * compound(10%)\ntotal : USD = cumulative(x)\nlate : 1 = after(2025-01-01)\nmoment : year = elapsed",
            {"x@2024-07": 100, "x@2025-07": 110, "total@2025-07": 210, "late@2024-07": 0.5, "late@2025-07": 1, "moment@2025-07": 1.5}, "2024-07..2026-06")


if __name__ == "__main__":
    main(globals().copy())
