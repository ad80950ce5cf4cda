#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Uncertainty against scipy: every spelling of every distribution, cuts, draws by year and by row, walks, correlation.
#   draws.py PROGRAM SOURCE_DIR [TEST ...]       77 where scipy is not installed
import json
import math
import sys

try:
    import numpy
    from scipy import optimize, stats
except ImportError:
    sys.exit(77)

from support import Folder, certain, main, note, refused, results, uncertain, warned

Z95 = stats.norm.ppf(0.95)


def normal(a, b, p=0.9):
    return stats.norm((a + b) / 2, (b - a) / 2 / stats.norm.ppf(0.5 + p / 2))


def lognormal(a, b, p=0.9):
    return stats.lognorm(math.log(b / a) / 2 / stats.norm.ppf(0.5 + p / 2), scale=math.sqrt(a * b))


def moments_lognormal(m, s):
    v = math.log(1 + (s / m)**2)
    return stats.lognorm(math.sqrt(v), scale=m / math.sqrt(1 + (s / m)**2))


def solved(make, start, a, b, p=0.9):
    """The member of a family of two parameters with these two percentiles; parameters are positive."""
    low = (1 - p) / 2
    def miss(logs):
        d = make(*numpy.exp(logs))
        return [d.cdf(a) - low, d.cdf(b) - 1 + low]
    logs = optimize.fsolve(miss, numpy.log(start), xtol=1e-13)
    assert max(map(abs, miss(logs))) < 1e-9
    return make(*numpy.exp(logs))


def pert(a, m, b):
    return stats.beta(1 + 4 * (m - a) / (b - a), 1 + 4 * (b - m) / (b - a), loc=a, scale=b - a)


class Mixture:
    def __init__(self, *parts):
        self.parts = parts

    def mean(self):
        return sum(w * d.mean() for w, d in self.parts)

    def std(self):
        return math.sqrt(sum(w * (d.var() + d.mean()**2) for w, d in self.parts) - self.mean()**2)

    def ppf(self, q):
        return optimize.brentq(lambda x: sum(w * d.cdf(x) for w, d in self.parts) - q, -100, 100, xtol=1e-13)


class Cut:
    """d within a .. b."""
    def __init__(self, d, a, b):
        self.d, self.low, self.high = d, d.cdf(a), d.cdf(b)
        self.a, self.b = a, b

    def ppf(self, q):
        return float(self.d.ppf(self.low + q * (self.high - self.low)))

    def mean(self):
        return self.d.expect(lambda x: x, lb=self.a, ub=self.b) / (self.high - self.low)

    def std(self):
        mean = self.mean()
        return math.sqrt(self.d.expect(lambda x: (x - mean)**2, lb=self.a, ub=self.b) / (self.high - self.low))


def student(m, s, df):
    return stats.t(df, loc=m, scale=s * math.sqrt((df - 2) / df))


CASES = [  # spelling, distribution, error of the mean in standard deviations, of quantiles likewise
    ("2 to 8", lognormal(2, 8)), ("2 to 8 at 80%", lognormal(2, 8, 0.8)), ("2 to 8 at 99%", lognormal(2, 8, 0.99)),
    ("lognormal(2 to 8)", lognormal(2, 8)), ("lognormal(2 to 8 at 50%)", lognormal(2, 8, 0.5)), ("lognormal(5 +- 2)", moments_lognormal(5, 2)),
    ("2 .. 8", stats.uniform(2, 6)), ("-2 .. 8", stats.uniform(-2, 10)), ("uniform(2 .. 8)", stats.uniform(2, 6)),
    ("uniform(2 to 8)", stats.uniform(2 - 6 / 18, 6 * 20 / 18)), ("uniform(2 to 8 at 80%)", stats.uniform(2 - 6 / 8, 7.5)),
    ("5 +- 2", stats.norm(5, 2)), ("normal(5 +- 2)", stats.norm(5, 2)), ("-5 +- 2", stats.norm(-5, 2)),
    ("normal(2 to 8)", normal(2, 8)), ("normal(-2 to 8 at 80%)", normal(-2, 8, 0.8)),
    ("loguniform(2 .. 8)", stats.loguniform(2, 8)), ("loguniform(2 to 8)", stats.loguniform(2 / 4**(1 / 18), 8 * 4**(1 / 18))),
    ("triangular(2, 3, 8)", stats.triang(1 / 6, 2, 6)), ("triangular(2, 2, 8)", stats.triang(0, 2, 6)), ("triangular(-8, 8, 8)", stats.triang(1, -8, 16)),
    ("pert(2, 3, 8)", pert(2, 3, 8)), ("pert(2, 8, 8)", pert(2, 8, 8)), ("pert(-2, 0, 8)", pert(-2, 0, 8)),
    ("beta(2, 5)", stats.beta(2, 5)), ("beta(0.5, 0.7)", stats.beta(0.5, 0.7)), ("beta(20% to 60%)", solved(stats.beta, (2, 3), 0.2, 0.6)),
    ("beta(0.2 to 0.6 at 80%)", solved(stats.beta, (2, 3), 0.2, 0.6, 0.8)),
    ("gamma(2 to 8)", solved(lambda k, s: stats.gamma(k, scale=s), (5, 1), 2, 8)), ("gamma(5 +- 2)", stats.gamma(6.25, scale=0.8)),
    ("gamma(1 +- 2)", stats.gamma(0.25, scale=4)),
    ("weibull(2 to 8)", solved(lambda k, s: stats.weibull_min(k, scale=s), (2, 5), 2, 8)), ("weibull(2, 5)", stats.weibull_min(2, scale=5)),
    ("weibull(0.8, 5)", stats.weibull_min(0.8, scale=5)),
    ("student(5 +- 2, 5)", student(5, 2, 5)), ("student(5 +- 2, 30)", student(5, 2, 30)), ("exponential(3)", stats.expon(scale=3)),
    ("mixture(70%: 1 to 2, 30%: 5 to 9)", Mixture((0.7, lognormal(1, 2)), (0.3, lognormal(5, 9)))),
    ("mixture(50%: normal(0 to 4), 50%: 1 .. 9)", Mixture((0.5, normal(0, 4)), (0.5, stats.uniform(1, 8)))),
    ("2 to 8 in 1.7 .. 10", Cut(lognormal(2, 8), 1.7, 10)), ("normal(2 to 8) in 1.5 .. 9", Cut(normal(2, 8), 1.5, 9)),
    ("gamma(5 +- 2) in 2 .. 12", Cut(stats.gamma(6.25, scale=0.8), 2, 12)), ("student(5 +- 2, 5) in 1 .. 11", Cut(student(5, 2, 5), 1, 11)),
    ("exponential(3) in 0 .. 9", Cut(stats.expon(scale=3), 0, 9)), ("beta(2, 5) in 5% .. 70%", Cut(stats.beta(2, 5), 0.05, 0.7)),
    ("weibull(2, 5) in 1 .. 11", Cut(stats.weibull_min(2, scale=5), 1, 11)), ("triangular(2, 3, 8) in 2.4 .. 7.5", Cut(stats.triang(1 / 6, 2, 6), 2.4, 7.5)),
]


def statistics(d, n):
    """Mean, standard deviation and quantiles; the sample's quantiles lie within a rank or two of the distribution's."""
    sd = float(d.std())
    want = {"central": (float(d.ppf(0.5)), 1e-7 * sd), "mean": (float(d.mean()), 3e-3 * sd), "sd": (sd, 0.04 * sd)}
    for key, q in (("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)):
        # Points are a net: no more than a few of them are missing or too many below a quantile.
        slack = max(float(d.ppf(q + 16 / n)) - float(d.ppf(q)), float(d.ppf(q)) - float(d.ppf(q - 16 / n)))
        want[key] = (float(d.ppf(q)), slack + 1e-9 * sd)
    return want


def test_distributions():
    lines, want = [], {}
    for i, (text, d) in enumerate(CASES):
        lines.append(f"x_{i} : 1 = {text}")
        want[f"x_{i}"] = statistics(d, 65536)
    uncertain("\n".join(lines), want)


def metalog(points):
    """Keelin's quantile function through as many points as it has terms."""
    def terms(y, count):
        logit, off = math.log(y / (1 - y)), y - 0.5
        # 1, logit, off*logit, off, off^2, off^2*logit, off^3, off^3*logit ...: the order of the definition
        row = [1, logit, off * logit, off]
        k = 2
        while len(row) < count:
            row += [off**k, off**k * logit]
            k += 1
        return row[:count]
    n = len(points)
    a = numpy.linalg.solve([terms(p, n) for p, _ in points], [v for _, v in points])
    return lambda y: float(numpy.dot(a, terms(y, n)))


def test_metalog():
    cases = [[(0.05, 1), (0.5, 3), (0.95, 8)], [(0.1, 1), (0.5, 3), (0.9, 4)], [(0.05, 1), (0.25, 2), (0.5, 3.5), (0.95, 9)],
             [(0.05, 1), (0.25, 2.2), (0.5, 3.5), (0.75, 5), (0.95, 9)], [(0.01, 0), (0.1, 1), (0.3, 2.5), (0.5, 3.6), (0.8, 5), (0.99, 9)]]
    lines, want = [], {}
    for i, points in enumerate(cases):
        lines.append(f"x_{i} : 1 = metalog({', '.join(f'{round(100 * p)}%: {v}' for p, v in points)})")
        quantile = metalog(points)
        grid = (numpy.arange(65536) + 0.5) / 65536
        values = [quantile(y) for y in grid]
        want[f"x_{i}"] = {"mean": (float(numpy.mean(values)), 2e-3), "central": (quantile(0.5), 1e-9), "sd": (float(numpy.std(values)), 0.02)}
        for key, q in (("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)):
            want[f"x_{i}"][key] = (quantile(q), quantile(q + 3e-4) - quantile(q - 3e-4))
    uncertain("\n".join(lines), want)


def test_discrete():
    """Weights, medians on the border, events, rows of a column; empty cells are left out."""
    files = {"chips.csv": "chip,power [W/GPU]\na,100\nb,\nc,300\nd,800\n"}
    uncertain("""table chips
d : 1 = discrete(70%: 2, 30%: 7)
half : 1 = discrete(50%: 2, 50%: 7)
three : 1 = discrete(20%: 9, 30%: -1, 50%: 4)
rare : 1 = event(30%)
often : 1 = event(80%)
never : 1 = event(0%)
always : 1 = event(100%)
chip : W/GPU = sample(chips.power)
money : USD = discrete(25%: 1mn, 75%: 3mn USD)
both : 1 = rare * often
""", {"d": {"mean": (0.7 * 2 + 0.3 * 7, 1e-3), "central": (2, 0), "p25": (2, 0), "p75": (7, 0)},
      "half": {"mean": (4.5, 1e-3), "central": (7, 0)}, "three": {"mean": (3.5, 1e-3), "central": (4, 0), "p25": (-1, 0), "p95": (9, 0)},
      "rare": {"mean": (0.3, 1e-3), "central": (0, 0)}, "often": {"mean": (0.8, 1e-3), "central": (1, 0)}, "never": {"mean": (0, 0)},
      "always": {"mean": (1, 0)}, "chip": {"mean": (400, 0.1), "central": (300, 0)}, "money": {"mean": (2.5e6, 1e3), "central": (3e6, 0)},
      "both": {"mean": (0.24, 1e-3), "central": (0, 0)}}, files=files)


def test_what_is_drawn_anew():
    """One draw for all periods and rows; `each year` per calendar year, the same for its quarters; `each row`; walks."""
    model = """index site = a, b, c, d
one[site] : 1 = 0 +- 1
own[site] : 1 = 0 +- 1 each site
same : 1/year = 0 +- 1
yearly : 1/year = 0 +- 1 each year
drift : % = walk(5% per sqrt(year))
all_one : 1 = sum(one over site)
all_own : 1 = sum(own over site)
all_same : 1 = cumulative(same)
all_yearly : 1 = cumulative(yearly)
"""
    for axis, labels in (("year", [f"{y}" for y in range(2024, 2028)]), ("quarter", [f"{y}-Q{q}" for y in range(2024, 2028) for q in range(1, 5)])):
        last, n = labels[-1], len(labels)
        h = 4 / n
        want = {"all_one": {"sd": (4, 0.01)}, "all_own": {"sd": (2, 0.03)}, f"all_same@{last}": {"sd": (4, 0.01)},
                f"all_yearly@{last}": {"sd": (2, 0.03)}, f"yearly@{labels[1]}": {"sd": (1, 0.015)}}
        for i, label in enumerate(labels):
            want[f"drift@{label}"] = {"sd": (0.05 * math.sqrt((i + 1) * h) * 100, 0.02 * 5 * math.sqrt((i + 1) * h)), "mean": (0, 0.2)}
        uncertain(model, want, f"2024..2027,{axis}")
    # The quarters of one year share a draw: their difference is nothing.
    rows = certain("yearly : 1/year = 0 +- 1 each year\nstep_up : 1/year = yearly - yearly[t-1 else 0 1/year]", {}, "2024..2025,quarter")
    for key in ("2024-Q2", "2024-Q4", "2025-Q3"):
        if rows[f"step_up@{key}"]["sd"] != 0:
            note("quarters of a year differ", key)
    if not rows["step_up@2025-Q1"]["sd"] > 1:
        note("years do not differ")


def test_correlation():
    """Spearman's: of two normals it leads to Pearson's 2 sin(pi rho / 6); of uniforms it is Pearson's."""
    lines, want = [], {}
    for i, rho in enumerate((-0.9, -0.4, 0.2, 0.75, 0.99)):
        lines += [f"a_{i} : 1 = 0 +- 1", f"b_{i} : 1 = 0 +- 1", f"p_{i} : 1 = a_{i} * b_{i}", f"correlate a_{i}, b_{i} = {rho}",
                  f"u_{i} : 1 = 0 .. 1", f"v_{i} : 1 = 0 .. 1", f"q_{i} : 1 = (u_{i} - 0.5) * (v_{i} - 0.5) * 12", f"correlate u_{i}, v_{i} = {rho}"]
        want[f"p_{i}"] = {"mean": (2 * math.sin(math.pi * rho / 6), 0.006)}
        want[f"q_{i}"] = {"mean": (rho, 0.006)}
        want[f"a_{i}"] = {"sd": (1, 0.005)}
        want[f"b_{i}"] = {"sd": (1, 0.005), "p5": (-Z95, 0.01)}
    uncertain("\n".join(lines), want)
    refused("a : 1 = 1 to 2\nb : 1 = 1 to 2\nc : 1 = 1 to 2\nd : 1 = a*b*c\ncorrelate a, b = 0.9\ncorrelate b, c = 0.9\ncorrelate a, c = -0.9", "`m.c`")
    warned("a : 1 = 1 to 2\nb : 1 = 3\nd : 1 = a*b\ncorrelate a, b = 0.9", "certain")


def value_at(folder, file, name, sample, *options):
    done = folder.tenfold("explain", file, name, "--at", f"sample {sample}", "--format", "json", *options)
    if done.returncode:
        note("explain", options, done.stderr)
        return None
    return json.loads(done.stdout)[0]["tree"]["value"]


def test_pairing():
    """The same draws whatever else is uncertain, in a longer run and beside another scenario; random ones whatever is declared."""
    model = "a : GPU = 1 to 2\nb : GPU = 3 to 4\nc : GPU = a + b\nd : GPU = 2 * a\noutput c, d\n"
    scenario = "model:,m\nparameter,unit,base,wild,tame,source\nm.b,GPU,,10 to 20,3,t\nm.d,GPU,,5 to 6,,t\n"
    folder = Folder(model, {"s.csv": scenario})
    for sampler in ("sobol", "random"):
        for sample in (1, 2, 9, 4000):
            plain = value_at(folder, "m.model", "m.a", sample, "--sampler", sampler)
            for options in (["--samples", "8192"], ["--samples", "65536"], ["--set", "m.b=7"], ["--threads", "1"], ["--set", "m.d=1 to 9"]):
                if value_at(folder, "m.model", "m.a", sample, "--sampler", sampler, *options) != plain:
                    note(sampler, "sample", sample, "is another with", options)
            for column in ("base", "wild", "tame"):
                if value_at(folder, "s.csv", "m.a", sample, "--sampler", sampler, "--column", column) != plain:
                    note(sampler, "sample", sample, "is another in", column)
            less = Folder("a : GPU = 1 to 2\n")
            if sampler == "random" and value_at(less, "m.model", "m.a", sample, "--sampler", "random") != plain:
                note("random draws hang on other inputs")
        both = folder.tenfold("run", "s.csv", "--format", "json", "--sampler", sampler)
        for position, column in enumerate(("base", "wild", "tame")):
            one = folder.tenfold("run", "s.csv", "--format", "json", "--sampler", sampler, "--column", column)
            if results(one) != results(both, position):
                note(sampler, column, "alone gives other numbers")
    if value_at(folder, "m.model", "m.a", 5, "--seed", "2") == value_at(folder, "m.model", "m.a", 5):
        note("the seed changes nothing")
    # The difference of two scenarios is that of the same samples: certain where only a constant was changed.
    done = folder.tenfold("compare", "s.csv", "--column", "base", "--column", "tame", "--show", "m.c", "--format", "json")
    if done.returncode:
        note(done.stderr)


def test_standard_errors():
    """By the 8 means with 7 degrees of freedom over 40 seeds: the true mean lies within 1.895 of them in about 90 %."""
    folder = Folder("a : 1 = 1 to 2\nb : 1 = 3 to 9\nc : 1 = a * b\noutput c\n")
    true = lognormal(1, 2).mean() * lognormal(3, 9).mean()
    inside = 0
    for seed in range(40):
        row = results(folder.tenfold("run", "m.model", "--samples", "1024", "--seed", str(seed + 1), "--format", "json"))["c"]
        inside += abs(row["mean"] - true) <= 1.895 * row["se"]
    if inside < 30: # 36 are expected, fewer than 30 in one of 600 tries
        note("the true mean lies within 1.895 standard errors", inside, "times of 40")
    if results(folder.tenfold("run", "m.model", "--replicates", "1", "--format", "json"))["c"]["se"] is not None:
        note("a standard error from one replicate")


if __name__ == "__main__":
    main(globals().copy())
