#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The models against what must hold in any world: nothing counted twice or lost, prices that reach every method, shares
# that add up, the same story on every axis, closed forms.
#   run.py PROGRAM SOURCE_DIR [TEST ...]        without names all tests run; exit 1 if one fails
# Expected values are computed here from the inputs that the program reports, never from its results.
import math
import os
import sys
import tempfile

from support import YEAR_HOURS, holds, main, near, payment, run, series, values


# ---------------------------------------------------------------- traps: what is easily counted twice

INPUTS = ["cluster.gpus", "cluster.gpu_price", "cluster.server_ratio", "cluster.network_share", "cluster.facility_cost_per_mw",
          "cluster.tdp", "cluster.server_power_ratio", "cluster.other_it", "cluster.pue", "cluster.load",
          "cost.value_decline", "cost.age_at_start", "cost.cost_of_capital", "cost.life", "cost.electricity_price",
          "cost.facility_life", "cost.operation_share", "cost.utilisation", "cost.rental_rate", "training.gpu_hours"]
RESULTS = ["cluster.server_cost_per_gpu", "cluster.it_cost", "cluster.network_cost", "cluster.facility_cost", "cluster.capex",
           "cluster.capex_per_gpu", "cost.hardware_cost_per_gpu", "cost.acquisition", "cost.amortised_rate", "cost.annuity_rate",
           "cost.straight_line_rate", "cost.amortised_rate_full", "cost.annuity_rate_full", "cost.straight_line_rate_full",
           "cost.energy_rate", "cost.amortised", "cost.rental", "training.cost"]
PERCENT = ["cluster.network_share", "cluster.other_it", "cost.cost_of_capital", "cost.operation_share", "cost.utilisation"]


def prices_again(g):
    """Every price and rate, from the inputs alone."""
    g = {n: v / 100 if n in PERCENT else v for n, v in g.items()}
    gpus, hour = g["cluster.gpus"], 1 / YEAR_HOURS
    server = g["cluster.gpu_price"] * g["cluster.server_ratio"]
    hardware = server / (1 - g["cluster.network_share"])
    kw = g["cluster.tdp"] * g["cluster.server_power_ratio"] * (1 + g["cluster.other_it"]) * g["cluster.pue"] / 1000
    facility = kw / 1000 * g["cluster.facility_cost_per_mw"]
    energy = kw * g["cluster.load"] * g["cost.electricity_price"]
    above = (payment(facility, g["cost.cost_of_capital"], g["cost.facility_life"]) + hardware * g["cost.operation_share"]) * hour
    rates = {
        "amortised": hardware * 10 ** (-g["cost.value_decline"] * g["cost.age_at_start"]) * g["cost.value_decline"]
        * math.log(10) * hour,
        "annuity": payment(hardware, g["cost.cost_of_capital"], g["cost.life"]) * hour,
        "straight_line": hardware / g["cost.life"] * hour,
    }
    again = {"cluster.server_cost_per_gpu": server, "cluster.it_cost": gpus * server,
             "cluster.network_cost": gpus * (hardware - server), "cluster.facility_cost": gpus * facility,
             "cluster.capex": gpus * (hardware + facility), "cluster.capex_per_gpu": hardware + facility,
             "cost.hardware_cost_per_gpu": hardware, "cost.acquisition": gpus * hardware, "cost.energy_rate": energy,
             "cost.amortised": (rates["amortised"] + energy) * g["training.gpu_hours"],
             "cost.rental": g["cost.rental_rate"] * g["training.gpu_hours"]}
    for method, rate in rates.items():
        again[f"cost.{method}_rate"] = rate
        again[f"cost.{method}_rate_full"] = (rate + above) / g["cost.utilisation"] + energy
    again["training.cost"] = again["cost.amortised_rate_full"] * g["training.gpu_hours"]
    return again


def test_server_overhead_once():
    """Chip -> server -> cluster: the server's share of the cost, and of the power, comes in once."""
    base = values("cost", INPUTS + RESULTS)
    for name, expected in prices_again({n: base[n] for n in INPUTS}).items():
        near(name, base[name], expected)
    more = values("cost", RESULTS + ["cluster.peak_power"], [f"cluster.server_ratio={base['cluster.server_ratio'] * 1.1!r}"])
    for name in ("cluster.it_cost", "cost.hardware_cost_per_gpu", "cost.acquisition", "cost.annuity_rate"):
        near(f"{name} with a server 10 % dearer", more[name], base[name] * 1.1)
    power = values("cost", ["cluster.it_power", "cluster.peak_power", "cluster.average_power", "cost.energy_rate"])
    hot = values("cost", list(power), ["cluster.server_power_ratio*=1.1"])
    for name in power:
        near(f"{name} with servers that draw 10 % more", hot[name], power[name] * 1.1)
    rows = run("models/fleet.model", ["fleet.in_service", "cluster.server_ratio"], time="2026..2030")
    ratio = rows["cluster.server_ratio", None, None]
    for chip, server in zip(series(rows, "fleet.in_service", "accelerators"), series(rows, "fleet.in_service", "servers")):
        near("fleet: servers without their accelerators", server, chip * (ratio - 1))


def test_facility_is_inside_rent():
    """Rent pays for building and electricity: neither is added to it; what is owned bears both once."""
    names = ["cost.rental_rate", "cost.rental", "cost.rate", "training.cost", "training.gpu_hours", "cost.facility_rate",
             "cost.energy_rate", "cost.annuity_rate_full", "cost.utilisation"]
    rent = values("cost", names, ["cost.method=rent"])
    for setting in ("cluster.facility_cost_per_mw*=2", "cost.electricity_price*=2", "cost.operation_share*=2", "cluster.pue*=1.2"):
        dear = values("cost", names, ["cost.method=rent", setting])
        for name in ("cost.rental_rate", "cost.rental", "cost.rate", "training.cost"):
            near(f"{name} with {setting}", dear[name], rent[name])
    near("cost of a run on rented machines", rent["training.cost"], rent["cost.rental_rate"] * rent["training.gpu_hours"])
    dear = values("cost", names, ["cluster.facility_cost_per_mw*=2"])
    near("facility of what is owned", dear["cost.annuity_rate_full"] - rent["cost.annuity_rate_full"],
         rent["cost.facility_rate"] / (rent["cost.utilisation"] / 100), 1e-7)


def test_facility_is_inside_colocation():
    """In a rented hall the building is paid by its rent alone, and at the break-even use buying costs what renting does."""
    names = ["cost.colocation_rate_full", "cost.annuity_rate", "cost.operation_rate", "cost.energy_rate", "cost.utilisation",
             "cost.colocation_price", "cluster.it_power", "cluster.gpus", "cost.break_even_use", "cost.rental_rate",
             "cost.method_spread", "cost.declining_rate", "cost.hardware_cost_per_gpu"]
    base = values("cost", names)
    hall = base["cluster.it_power"] * 1000 / base["cluster.gpus"] * base["cost.colocation_price"] * 12 / YEAR_HOURS
    near("colocation", base["cost.colocation_rate_full"], (base["cost.annuity_rate"] + base["cost.operation_rate"] + hall)
         / (base["cost.utilisation"] / 100) + base["cost.energy_rate"])
    dear = values("cost", names, ["cluster.facility_cost_per_mw*=2"])
    near("a dearer building of one's own", dear["cost.colocation_rate_full"], base["cost.colocation_rate_full"])
    use = base["cost.break_even_use"]
    even = values("cost", ["cost.annuity_rate_full", "cost.rental_rate"], [f"cost.utilisation={min(use, 100)!r}%"])
    if use <= 100:
        near("buying and renting at break-even", even["cost.annuity_rate_full"], even["cost.rental_rate"])
    cheap = values("cost", ["cost.annuity_rate_full", "cost.rental_rate", "cost.break_even_use"], ["cost.rental_rate=5"])
    again = values("cost", ["cost.annuity_rate_full"], [f"cost.utilisation={cheap['cost.break_even_use']!r}%"])
    near("buying and renting at 5 USD", again["cost.annuity_rate_full"], 5)
    near("double declining balance", values("cost", ["cost.declining_rate"], ["cost.life=4", "cost.age_at_start=1"])["cost.declining_rate"],
         base["cost.hardware_cost_per_gpu"] * 0.25 / YEAR_HOURS)
    holds("methods differ", base["cost.method_spread"] > 1)


def test_residual_value_or_fast_decline():
    """What is left at the end is counted by one means: decline, life, or a sale."""
    names = ["cost.amortised_rate", "cost.annuity_rate", "cost.straight_line_rate"]
    base = values("cost", names)
    decline = values("cost", names, ["cost.value_decline=0.2"])
    near("annuity does not know the fall in value", decline["cost.annuity_rate"], base["cost.annuity_rate"])
    near("straight line does not know the fall in value", decline["cost.straight_line_rate"], base["cost.straight_line_rate"])
    life = values("cost", names, ["cost.life=3", "cost.cost_of_capital=12%"])
    near("the fall in value knows neither life nor interest", life["cost.amortised_rate"], base["cost.amortised_rate"])
    names = ["finance.npv", "finance.npv_cut", "finance.npv_residual"]
    none, sale = (run("models/finance.model", names, [f"finance.residual_share={s}"], "2025..2044") for s in ("0%", "50%"))
    for name in ("finance.npv", "finance.npv_cut"):
        near(f"{name} holds no sale", sale[name, None, None], none[name, None, None])
    near("without a sale the residual case is the cut", none["finance.npv_residual", None, None],
         none["finance.npv_cut", None, None])
    holds("a sale adds value", sale["finance.npv_residual", None, None] > none["finance.npv_residual", None, None])


def test_failures_in_goodput_not_in_mfu():
    """More failures lower goodput alone; occupancy, goodput and MFU multiply once."""
    names = ["training.mfu", "training.running", "training.sustained", "reliability.goodput", "training.duration",
             "training.duration_without_failures", "cluster.peak", "cluster.gpus", "training.peak_per_gpu", "cost.annuity_rate"]
    base, worse = (values("training", names, [f"reliability.failure_spread={s}"]) for s in (1, 2))
    for name in ("training.mfu", "training.running", "training.duration_without_failures", "cost.annuity_rate"):
        near(f"{name} with twice the failures", worse[name], base[name])
    holds("goodput falls with failures", worse["reliability.goodput"] < base["reliability.goodput"])
    for g in (base, worse):
        near("sustained = running * goodput", g["training.sustained"], g["training.running"] * g["reliability.goodput"])
        near("running = gpus * peak * mfu", g["training.running"] * 1e6,
             g["cluster.gpus"] * g["training.peak_per_gpu"] * g["training.mfu"] / 100)
        near("duration", g["training.duration"], g["training.duration_without_failures"] / g["reliability.goodput"])


def test_spares_in_capex_or_goodput():
    """Machines that stand by are bought on top or taken from the fleet, never both."""
    names = ["failures.spare_gpus", "failures.spares_cost", "failures.capex_with_spares", "failures.goodput_with_spares",
             "failures.down", "failures.spares", "cluster.capex", "cluster.gpus", "reliability.goodput", "cost.hardware_cost_per_gpu",
             "reliability.failure_rate", "failures.hardware_share", "failures.repair_time"]
    for group in (8, 72):
        for origin in ("bought", "fleet"):
            g = values("failures", names, [f"failures.spares_from={origin}", f"failures.blast_radius={group}"])
            down = (g["cluster.gpus"] * g["reliability.failure_rate"] * g["failures.hardware_share"] / 100
                    * g["failures.repair_time"] / 365.25)
            near("groups in repair", g["failures.down"], down)
            spares = math.ceil(down + 1.645 * math.sqrt(down))
            near("spares", g["failures.spares"], spares)
            enough, term = 0.0, math.exp(-down)
            for k in range(spares + 1):
                enough, term = enough + term, term * down / (k + 1)
            holds(f"spares suffice in {enough:.3f} of the time", 0.94 < enough < 0.97)
            bought = origin == "bought"
            near("capex", g["failures.capex_with_spares"], g["cluster.capex"]
                 + (spares * group * g["cost.hardware_cost_per_gpu"] if bought else 0))
            near("goodput", g["failures.goodput_with_spares"], g["reliability.goodput"]
                 * (1 if bought else 1 - spares * group / g["cluster.gpus"]))


# ---------------------------------------------------------------- one price chain


def test_one_price_chain():
    """Each price 1 % up: every method moves as an independent computation says."""
    base = values("cost", INPUTS + RESULTS)
    prices = ["cluster.gpu_price", "cluster.server_ratio", "cluster.network_share", "cluster.facility_cost_per_mw", "cluster.pue",
              "cost.electricity_price", "cost.operation_share", "cost.cost_of_capital", "cost.life", "cost.value_decline",
              "cost.rental_rate"]
    for price in prices:
        moved = values("cost", INPUTS + RESULTS, [f"{price}*=1.01"])
        inputs = {n: base[n] for n in INPUTS}
        inputs[price] *= 1.01
        for name, expected in prices_again(inputs).items():
            near(f"{name} with {price} 1 % up", moved[name], expected)
    chain = ["cost.amortised_rate", "cost.annuity_rate", "cost.straight_line_rate", "cost.acquisition", "cluster.it_cost",
             "cluster.network_cost"]
    for price in ("hardware.price[H100 SXM]=26530.68", "cluster.price_spread*=1.01", "cluster.gpu_price*=1.01",
                  "cluster.server_ratio*=1.01", "cluster.server_cost_per_gpu*=1.01"):
        moved = values("cost", chain, [price])
        for name in chain:
            near(f"{name} with {price}", moved[name], base.get(name, values("cost", [name])[name]) * 1.01)


def test_price_reaches_every_module():
    """The price in the table reaches fleet, finance, timing and serving, as that of the cluster does."""
    up = "hardware.price[H100 SXM]=26530.68"
    fleet = [run("models/fleet.model", ["fleet.chip_price", "fleet.hardware_cost"], s, "2026..2028") for s in ([], [up])]
    for name in ("fleet.chip_price", "fleet.hardware_cost"):
        for a, b in zip(series(fleet[0], name, "H100 SXM"), series(fleet[1], name, "H100 SXM")):
            near(f"{name} of an H100", b, a * 1.01)
        for a, b in zip(series(fleet[0], name, "GB200"), series(fleet[1], name, "GB200")):
            near(f"{name} of another generation", b, a)
    names = ["cluster.capex_per_gpu", "finance.levelised_cost", "finance.needed_on_capital"]
    finance = [run("models/finance.model", names, s, "2025..2044") for s in ([], [up])]
    ratio = [finance[1][n, None, None] / finance[0][n, None, None] for n in names]
    near("levelised cost moves as the capex of a GPU", ratio[1], ratio[0])
    near("revenue per USD of capital does not", ratio[2], 1)
    for model, whole in (("timing", ["timing.capital_cost", "cost.annuity_rate", "cost.facility_rate"]),
                         ("serving", ["serving.hourly_cost", "cost.rate"])):
        a, b = (values(model, whole, s) for s in ([], [up]))
        hours = YEAR_HOURS if model == "timing" else 1
        near(f"{whole[0]}", b[whole[0]] - a[whole[0]], hours * sum(b[n] - a[n] for n in whole[1:]), 1e-6)
        holds(f"{whole[0]} moves with the price", b[whole[0]] > a[whole[0]])


# ---------------------------------------------------------------- reliability


def test_goodput_is_a_falling_share():
    """In (0, 1] and never rising from 8 to 10 million GPUs, at Llama 3's rate, twice and a tenth of it, by both rules."""
    counts = [round(8 * 10 ** (k * math.log10(10e6 / 8) / 24)) for k in range(25)]
    for rule in ("young", "daly"):
        for spread in (0.1, 1, 2):
            before = 1.0
            for gpus in counts:
                got = values("reliability", ["reliability.goodput", "reliability.failure_rate", "reliability.checkpoint_interval"],
                             [f"cluster.gpus={gpus}", f"reliability.failure_spread={spread}", f"reliability.interval_rule={rule}",
                              "reliability.checkpoint_time=30", "reliability.restart_time=300"])
                share = got["reliability.goodput"]
                holds(f"goodput of {gpus} GPUs, {rule}, spread {spread}: {share} after {before}", 0 < share <= before)
                mtbf = YEAR_HOURS * 3600 / (got["reliability.failure_rate"] * gpus)
                work = got["reliability.checkpoint_interval"]
                near(f"goodput of {gpus} GPUs, {rule}, spread {spread}", share,
                     work / mtbf * math.exp(-300 / mtbf) / math.expm1((work + 30) / mtbf), 1e-9)
                if rule == "young":
                    near("Young's interval", work, math.sqrt(2 * 30 * mtbf))
                before = share


LOG = """cause,stops [1],hardware [1],source
GPU,{stops},1,a log
"""


def test_failure_log_gives_the_rate():
    """A log of one's own moves the failure rate and goodput; its interval is that of exact gamma quantiles."""
    names = ["failures.log_rate", "failures.log_rate_low", "failures.log_rate_high", "reliability.failure_rate",
             "reliability.goodput", "failures.stops"]

    def below(k, x):  # regularised incomplete gamma function, series
        term = total = 1 / k
        n = k
        while term > total * 1e-15:
            n += 1
            term *= x / n
            total += term
        return total * math.exp(-x + k * math.log(x) - math.lgamma(k))
    for stops in (148, 1480):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "log.csv"), "w", encoding="ascii") as file:
                file.write(LOG.replace("{stops}", str(stops)))
            path = os.path.join(folder, "own.csv")
            with open(path, "w", encoding="ascii") as file:
                file.write("title:,Own log\nmodel:,failures\ntable:,failure_log,log.csv\nparameter,unit,own,source\n"
                           "reliability.failure_spread,1,1,the log\n")
            g = {n: v for (n, _, _), v in run(path, names).items()}
        total, exposure = 419 - 148 + stops, 16384 * 54 / 365.25
        near("stops", g["failures.stops"], total)
        for name in ("failures.log_rate", "reliability.failure_rate"):
            near(name, g[name], total / exposure)
        near("lower end", below(total + 0.5, g["failures.log_rate_low"] * exposure), 0.05, 0.02)
        near("upper end", below(total + 0.5, g["failures.log_rate_high"] * exposure), 0.95, 0.002)


# ---------------------------------------------------------------- nothing is lost

KINDS = ["A100", "H100 SXM", "H200", "GB200", "GB300"]


def test_orders_conserve():
    """What is ordered is delivered, dropped for want of money, or still on its way."""
    names = ["fleet.orders", "fleet.placed", "fleet.dropped", "fleet.delivered", "fleet.energised"]
    for step, parts in (("year", 1), ("quarter", 4)):
        for capex in ("500bn", "20bn"):
            for lead in (0, 7.5, 26):
                rows = run("models/fleet.model", names, [f"fleet.lead_time={lead}", "fleet.orders[GB200]=40k", f"capex.annual_start={capex}",
                                                         "capex.growth=0%"], f"2026..2035,{step}")
                for kind in KINDS:
                    ordered, placed, dropped, delivered, energised = (series(rows, n, kind) for n in names)
                    for o, p, d in zip(ordered, placed, dropped):
                        near(f"{kind}: placed + dropped", p + d, o, against=1)
                    late = lead / 12 * parts
                    for k in range(len(placed)):
                        waiting = sum(p * min(max(late - (k - i), 0), 1) for i, p in enumerate(placed[:k + 1]))
                        near(f"{kind}: delivered + waiting = placed, {lead} months by {step}, period {k}",
                             sum(delivered[:k + 1]) + waiting, sum(placed[:k + 1]), against=sum(ordered) + 1)
                    holds(f"{kind}: no more is energised than delivered", sum(energised) <= sum(delivered) * (1 + 1e-12) + 1e-6)


def test_fleet_conserves():
    """What was put into service stands or is retired, whether at the end of a life or around it."""
    for rule in ("at_once", "gradual"):
        for step, parts in (("year", 1), ("quarter", 4), ("month", 12)):
            rows = run("models/fleet.model", ["fleet.energised", "fleet.installed", "fleet.retired"],
                       [f"fleet.retirement={rule}", "fleet.life=3.3"], f"2026..2035,{step}")
            for kind in KINDS:
                energised, installed, retired = (series(rows, n, kind) for n in ("fleet.energised", "fleet.installed", "fleet.retired"))
                for k in range(len(installed)):
                    near(f"{kind}, {rule}, by {step}, period {k}: standing + retired = energised",
                         installed[k] + sum(retired[:k + 1]) / parts, sum(energised[:k + 1]) / parts, 1e-9)
    holds("something is retired", sum(retired) > 0)


def test_money_of_the_fleet_conserves():
    """Budget = spent + what is kept; asset classes add up to what is paid; cost = depreciation + book value."""
    names = ["fleet.budget", "fleet.spent", "fleet.unspent", "fleet.in_service", "fleet.energised", "fleet.cost_per_gpu",
             "fleet.depreciation", "fleet.book_value", "fleet.total_depreciation", "fleet.total_book_value"]
    rows = run("models/fleet.model", names, [], "2026..2040")
    budget, spent, unspent = (series(rows, n) for n in names[:3])
    assets = ["accelerators", "servers", "network", "plant", "shell", "land"]
    for k in range(len(budget)):
        near("budget - spent", unspent[k], sum(budget[:k + 1]) - sum(spent[:k + 1]))
        paid = sum(series(rows, "fleet.energised", kind)[k] * series(rows, "fleet.cost_per_gpu", kind)[k] for kind in KINDS)
        near("asset classes", sum(series(rows, "fleet.in_service", a)[k] for a in assets), paid)
        for a in assets:
            cost = sum(series(rows, "fleet.in_service", a)[:k + 1])
            off = sum(series(rows, "fleet.depreciation", a)[:k + 1])
            near(f"{a}: cost less depreciation", series(rows, "fleet.book_value", a)[k] + off, cost)
        near("sum of classes", series(rows, "fleet.total_book_value")[k], sum(series(rows, "fleet.book_value", a)[k] for a in assets))


def test_shares_sum_to_one():
    """Companies' shares, and the parts of a cluster's price."""
    rows = run("models/companies.model", ["companies.share", "companies.annual", "companies.total"], [], "2026..2030")
    firms = sorted({i for _, i, _ in rows if i})
    for k, total in enumerate(series(rows, "companies.total")):
        near("shares", sum(series(rows, "companies.share", f)[k] for f in firms), 100)
        near("total", sum(series(rows, "companies.annual", f)[k] for f in firms), total)
    for network in ("share", "tiered"):
        got = values("cluster", ["cluster.it_cost", "cluster.network_cost", "cluster.facility_cost", "cluster.capex"],
                     [f"cluster.network={network}"])
        near("parts of capex", got["cluster.it_cost"] + got["cluster.network_cost"] + got["cluster.facility_cost"], got["cluster.capex"])


def test_change_splits_exactly():
    """Change = price + quantity + mix, for each part and for all, against Shapley's rule written again; shares add up to 1."""
    names = ["spent", "change", "by_price", "by_quantity", "by_mix", "price", "volume", "share", "total_change", "total_by_price",
             "total_by_quantity", "total_by_mix"]
    for step, parts in (("year", 1), ("quarter", 4)):
        rows = run("models/parts.model", ["capex.ai"] + ["parts." + n for n in names], ["parts.baseline=10bn"], f"2025..2031,{step}")
        labels = sorted({i for n, i, _ in rows if n == "parts.spent"})
        got = {n: [series(rows, "parts." + n, label) for label in labels] for n in names[:7]}
        money = series(rows, "capex.ai")
        near("shares", sum(rows["parts.share", label, None] for label in labels), 100)
        for k in range(parts, len(money)):
            before, here = k - parts, got["spent"]
            near("parts of the capex for AI", sum(x[k] for x in here), money[k])
            quantity = [sum(x[i] for x in got["volume"]) for i in (before, k)]
            for i, label in enumerate(labels):
                price = [got["price"][i][j] for j in (before, k)]
                mix = [got["volume"][i][j] / q for j, q in zip((before, k), quantity)]
                change = here[i][k] - here[i][before]
                near(f"{label}: change", got["change"][i][k], change, against=here[i][k])
                near(f"{label}: split", sum(got[n][i][k] for n in ("by_price", "by_quantity", "by_mix")), change, against=here[i][k])
                factors = {"by_price": price, "by_quantity": quantity, "by_mix": mix}
                for name, (x_0, x_1) in factors.items():
                    y, z = (f for n, f in factors.items() if n != name)
                    mean = (y[0] * z[0] + y[1] * z[1]) / 3 + (y[0] * z[1] + y[1] * z[0]) / 6
                    near(f"{label}: {name}", got[name][i][k], (x_1 - x_0) * mean, against=here[i][k])
            total = [series(rows, "parts." + n)[k] for n in names[8:]]
            near("split of all", sum(total[1:]), total[0], against=money[k])
            near("change of all", total[0], money[k] - money[before], against=money[k])


def test_consolidated_is_the_sum():
    """Owner + tenant + lab = consolidated = the programme of `finance`: rent and fee cancel, an asset counts once."""
    names = ["parties.flow", "parties.income", "parties.consolidated", "parties.npv", "parties.npv_consolidated", "parties.rent",
             "parties.fee", "parties.invest", "finance.cash_flow", "finance.npv", "finance.invest", "finance.revenue",
             "parties.cash_flow"]
    whole = None
    for setting in ("parties.rent_price=2.5", "parties.rent_price=5", "parties.surcharge=100%"):
        rows = run("models/parties.model", names, [setting], "2025..2044")
        flows = {p: series(rows, "parties.flow", p) for p in ("owner", "tenant", "lab")}
        together = series(rows, "parties.consolidated")
        rent, fee = series(rows, "parties.rent"), series(rows, "parties.fee")
        for k, programme in enumerate(series(rows, "finance.cash_flow")):
            scale = abs(fee[k]) + abs(series(rows, "finance.invest")[k]) + 1
            near("sum of the parties", sum(f[k] for f in flows.values()), together[k], against=scale)
            near("consolidated", together[k], programme, against=scale)
            near("tenant's rent is the owner's revenue", series(rows, "parties.income", "owner")[k], rent[k])
            near("lab's fee is the tenant's revenue", series(rows, "parties.income", "tenant")[k], fee[k])
            near("the asset counts once", sum(series(rows, "parties.invest", p)[k] for p in flows),
                 series(rows, "finance.invest")[k])
        near("present values", sum(rows["parties.npv", p, None] for p in flows), rows["finance.npv", None, None], 1e-9)
        near("rent does not change the whole", rows["parties.npv_consolidated", None, None],
             whole or rows["finance.npv", None, None])
        whole = rows["finance.npv", None, None]
        holds("rent is paid", max(rent) > 0)
        for party, flow in flows.items():
            seen = series(run("models/parties.model", ["parties.cash_flow"], [setting, f"parties.perspective={party}"], "2025..2044"),
                          "parties.cash_flow")
            for a, b in zip(seen, flow):
                near(f"perspective {party}", a, b)


def test_money_is_price_times_quantity():
    """Capex = price index * volume, so that a change splits exactly."""
    rows = run("models/capex.model", ["capex.annual", "capex.price_index", "capex.volume"], ["capex.price_growth=8%"], "2025..2032")
    money, price, volume = (series(rows, n) for n in ("capex.annual", "capex.price_index", "capex.volume"))
    for k in range(1, len(money)):
        by_price = (price[k] - price[k - 1]) * (volume[k] + volume[k - 1]) / 2
        by_volume = (volume[k] - volume[k - 1]) * (price[k] + price[k - 1]) / 2
        near("change = price + quantity", by_price + by_volume, money[k] - money[k - 1], 1e-9)
    holds("prices rise", price[-1] > 1.3)


# ---------------------------------------------------------------- time


def test_annual_rates():
    """A rate of a year is the same growth on every axis; a rate of a day is never taken for that of a year."""
    for step, parts in (("year", 1), ("quarter", 4), ("month", 12)):
        rows = run("models/capex.model", ["capex.annual", "capex.cumulative"], ["capex.growth=21%", "capex.annual_start=100bn"],
                   f"2025..2030,{step}")
        annual, total = series(rows, "capex.annual"), series(rows, "capex.cumulative")
        for k in range(parts, len(annual)):
            near(f"growth over a year by {step}", annual[k] / annual[k - parts], 1.21)
        near(f"cumulative by {step}", total[-1], sum(annual) / parts)


def test_growth_shapes():
    """Exponential, logistic, Gompertz, capped, by their closed forms; milestones are met, with a line in logarithms between."""
    start, ceiling, growth, approach = 100.0, 300.0, 0.4, 0.3
    forms = {"exponential": lambda t: start * (1 + growth) ** t,
             "logistic": lambda t: ceiling / (1 + (ceiling / start - 1) * (1 + growth) ** -t),
             "gompertz": lambda t: ceiling * (start / ceiling) ** ((1 - approach) ** t),
             "capped": lambda t: min(start * (1 + growth) ** t, ceiling),
             "milestones": lambda t: start * 4 ** (t / 7)}
    settings = ["capex.growth=40%", "capex.annual_start=100bn", "capex.ceiling=300bn", "capex.approach=30%",
                "capex.milestone[2025]=100bn", "capex.milestone[2032]=400bn"]
    for shape, form in forms.items():
        for step, parts in (("year", 1), ("quarter", 4), ("month", 12)):
            rows = run("models/capex.model", ["capex.annual"], settings + [f"capex.growth_shape={shape}"], f"2025..2032,{step}")
            got = series(rows, "capex.annual")
            for k in range(8):
                year = sum(got[k * parts:(k + 1) * parts]) / parts / 1e9
                # a milestone is a whole year: flat on finer axes, so that the line between starts at its end
                allowed = 1e-9 if parts == 1 or shape == "milestones" and k in (0, 7) else {"capped": 0.03, "milestones": 0.08}.get(shape, 0.01)
                near(f"{shape} by {step}, {2025 + k}", year, form(k), allowed)


CLOSED = """language 1
model "Closed forms"
rate   : %/year   = {rate}
flow   : USD/year = 0
start_ : USD = npv(flow, rate, start)
mid_   : USD = npv(flow, rate, mid)
end_   : USD = npv(flow, rate, end)
within : %/year = irr(flow, end)
level  : USD/year = annuity(1000 USD, rate, 7 year)
grown  : 1 = 1, then grown[t-1] * compound(rate)
output start_, mid_, end_, within, level, grown
"""


def test_npv_irr_annuity():
    """NPV by its three timings, IRR, annuity and compounding, on three axes."""
    flows = [-1000.0, 180.0, 260.0, 310.0, 420.0, 150.0]
    for step, parts in (("year", 1), ("quarter", 4), ("month", 12)):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "closed.model")
            with open(path, "w", encoding="ascii") as file:
                file.write(CLOSED.replace("{rate}", "9%"))
            settings = [f"closed.flow[{2025 + k}]={v}" for k, v in enumerate(flows)]
            names = ["start_", "mid_", "end_", "within", "level", "grown", "flow"]
            rows = run(path, ["closed." + n for n in names], settings, f"2025..2030,{step}")
        given = [x for x in flows for _ in range(parts)]
        for got, x in zip(series(rows, "closed.flow"), given):
            near(f"given flow by {step}", got, x)

        def worth(rate, shift):
            return sum(x / parts / (1 + rate) ** ((k + shift) / parts) for k, x in enumerate(given))
        for name, shift in (("start_", 0), ("mid_", 0.5), ("end_", 1)):
            near(f"npv {name} by {step}", rows["closed." + name, None, None], worth(0.09, shift))
        low, high = -0.9, 2.0
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if worth(middle, 1) > 0 else (low, middle)
        near(f"irr by {step}", rows["closed.within", None, None], 100 * low)
        near(f"annuity by {step}", rows["closed.level", None, None], payment(1000, 0.09, 7))
        for k, got in enumerate(series(rows, "closed.grown")):
            near(f"compound by {step}", got, 1.09 ** (k / parts))


def test_revenue_needed_gives_the_cost_of_capital():
    """With the revenue that is needed the NPV is 0 and the IRR the cost of capital."""
    names = ["finance.needed_on_capital", "finance.wacc", "finance.npv", "finance.irr", "finance.revenue_needed", "finance.revenue"]
    base = run("models/finance.model", names, [], "2025..2044")
    needed = base["finance.needed_on_capital", None, None]
    again = run("models/finance.model", names, [f"finance.booked_on_capital={needed!r}%", "finance.incremental=100%"], "2025..2044")
    near("irr", again["finance.irr", None, None], base["finance.wacc", None, None], 1e-6)
    holds("npv is 0", abs(again["finance.npv", None, None]) < 1e-6 * abs(base["finance.npv", None, None]))
    for a, b in zip(series(again, "finance.revenue"), series(base, "finance.revenue_needed")):
        near("revenue needed", a, b, 1e-9)


if __name__ == "__main__":
    sys.exit(main(globals()))
