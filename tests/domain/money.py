#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Cost, fleet, finance, parties and timing against sums done by hand: dates, lives and their changes, write-offs, what a limit
# is worth, what a vintage returns, what waiting is worth.
#   money.py PROGRAM SOURCE_DIR [TEST ...]
import datetime
import json
import sys

import support
from support import YEAR_HOURS, call, holds, main, near, payment, run, series, values

METHODS = ["value_loss", "annuity", "straight_line", "declining", "colocation", "rent"]
CLASSES = ["accelerators", "servers", "network", "plant", "shell", "land"]


def table(name, settings=()):
    """A quantity with two indices, by its labels."""
    command = ["run", support.SOURCE + f"/models/{name.split('.')[0]}.model", "--show", name, "--format", "json", "--samples", "8",
               "--replicates", "1", "--quiet"]
    for setting in settings:
        command += ["--set", setting]
    return {frozenset(row["index"].values()): row["central"] for row in json.loads(call(command))["scenarios"][0]["results"]}


# ---------------------------------------------------------------- cost


def test_age_follows_from_dates():
    """Release, purchase, start and publication give the age; Cottier et al.'s cost of Llama 3.1 405B comes out."""
    names = ["cost.age", "cost.amortised", "cost.value_at_start", "cost.hardware_cost_per_gpu", "cost.amortised_rate"]
    llama = ["cluster.gpus=16384", "cluster.server_cost_per_gpu=44490 USD/GPU", "cluster.network_share=19%", "cost.value_decline=0.14",
             "cluster.other_it=0%", "cluster.load=0.75", "cluster.pue=1.1", "cost.electricity_price=0.0771",
             "training.gpu_hours=35094528 GPU*hour", "training.duration=89.25 day"]
    bought = datetime.date(2022, 9, 20) + datetime.timedelta(days=90)
    by_rule = values("cost", names, llama + ["cost.age_from=publication", f"cost.acquired={bought}"])
    near("age by the day of publication", by_rule["cost.age"] * 365.25,
         (datetime.date(2024, 7, 23) - bought).days - 60 - 89.25)
    near("published cost", by_rule["cost.amortised"], 51260340, 0.003)
    by_start = values("cost", names, llama + ["cost.age_from=start", f"cost.acquired={bought}", "cost.run_start=2024-02-25"])
    near("age by the day of the start", by_start["cost.age"] * 365.25, (datetime.date(2024, 2, 25) - bought).days)
    near("both", by_start["cost.age"] * 365.25, by_rule["cost.age"] * 365.25, 1 / 400)
    for setting, age in (("cost.age_at_start=1.5", 1.5), ("cost.age_at_start=0", 0)):
        given = values("cost", names, [setting])
        near(f"age with {setting}", given["cost.age"], age)
        near("value at the start", given["cost.value_at_start"],
             given["cost.hardware_cost_per_gpu"] * 10 ** (-values("cost", ["cost.value_decline"])["cost.value_decline"] * age))
    released = values("cost", ["cost.acquired", "cost.acquisition_lag"], ["cluster.gpu=A100", "cost.acquisition_lag=0"])
    holds("without a lag the chip is bought on its release: " + str(released["cost.acquired"]), str(released["cost.acquired"])[:7] == "2020-11")


def test_declining_balance():
    """Each year a fixed share of the rest; the years add up to what is gone; a life below two years is gone in the first."""
    price = values("cost", ["cost.hardware_cost_per_gpu"])["cost.hardware_cost_per_gpu"]
    for factor, life in ((2, 4), (2, 5), (1.5, 6), (2, 1.5)):
        gone = 0.0
        for year in range(4):
            rate = values("cost", ["cost.declining_rate"], [f"cost.declining_factor={factor}", f"cost.life={life}",
                                                            f"cost.age_at_start={year}"])["cost.declining_rate"]
            share = min(factor / life, 1)
            near(f"year {year + 1}, factor {factor}, {life} years", rate * YEAR_HOURS, (price - gone) * share, against=price)
            gone += rate * YEAR_HOURS
        near("what is left", price - gone, price * (1 - min(factor / life, 1)) ** 4, against=price)


def test_scope_of_the_rates():
    """Every all-in rate is the sum of its parts; each part stands where the table of the page says, once."""
    none = {"margin": METHODS[:5]}
    for use in (100, 60):
        setting = [f"cost.utilisation={use}%"]
        parts = table("cost.breakdown", setting)
        rates = {next(iter(k)): v for k, v in table("cost.all_in_rates", setting).items()}
        base = values("cost", ["cost.annuity_rate", "cost.straight_line_rate", "cost.amortised_rate", "cost.declining_rate",
                               "cost.facility_rate", "cost.facility_straight", "cost.operation_rate", "cost.energy_rate",
                               "cost.colocation_rate", "cost.rental_rate", "cost.annuity_rate_full"], setting)
        for method in METHODS:
            def part(item):
                return parts[frozenset((item, method))]
            items = ["hardware", "interest", "building", "operation", "electricity", "margin"]
            near(f"{method}: sum of the parts", sum(part(i) for i in items), rates[method])
            near(f"{method}: electricity", part("electricity"), base["cost.energy_rate"])
            near(f"{method}: operation", part("operation"), base["cost.operation_rate"] / use * 100)
            building = base["cost.colocation_rate"] if method == "colocation" else base["cost.facility_straight"]
            near(f"{method}: building", part("building"), building / use * 100)
            interest = 0 if method == "colocation" else base["cost.facility_rate"] - base["cost.facility_straight"]
            if method in ("annuity", "colocation", "rent"):
                interest += base["cost.annuity_rate"] - base["cost.straight_line_rate"]
            near(f"{method}: return on capital", part("interest"), interest / use * 100)
            if method in none["margin"]:
                near(f"{method}: no margin", part("margin"), 0)
        near("margin of a rent", parts[frozenset(("margin", "rent"))], base["cost.rental_rate"] - base["cost.annuity_rate_full"])


def test_choice_of_method():
    """All methods are in the spread; a chosen method gives exactly its rate; no rate knows which one is chosen."""
    rates = {next(iter(k)): v for k, v in table("cost.all_in_rates").items()}
    hardware = {next(iter(k)): v for k, v in table("cost.hardware_rates").items()}
    holds("six all-in methods, four of hardware", sorted(rates) == sorted(METHODS) and sorted(hardware) == sorted(METHODS[:4]))
    spread = values("cost", ["cost.method_spread", "cost.hardware_spread"])
    near("spread of the all-in rates", spread["cost.method_spread"], max(rates.values()) / min(rates.values()))
    near("spread of the hardware", spread["cost.hardware_spread"], max(hardware.values()) / min(hardware.values()))
    for method in METHODS:
        near(f"rate by {method}", values("cost", ["cost.rate"], [f"cost.method={method}"])["cost.rate"], rates[method])
        again = {next(iter(k)): v for k, v in table("cost.all_in_rates", [f"cost.method={method}"]).items()}
        holds(f"rates with {method} chosen", again == rates)


def test_buy_or_rent():
    """At the break-even time as life, use and rent, owning costs what renting does."""
    for rent in (3.5, 5, 9):
        setting = [f"cost.market_rent={rent}"]
        got = values("cost", ["cost.break_even_time", "cost.break_even_use", "cost.break_even_rent"], setting)
        at = values("cost", ["cost.annuity_rate_full"], setting + [f"cost.life={got['cost.break_even_time']!r}"])
        near(f"owning for {got['cost.break_even_time']:.2f} years", at["cost.annuity_rate_full"], rent, 1e-6)
        at = values("cost", ["cost.annuity_rate_full"], setting + [f"cost.utilisation={got['cost.break_even_use']!r}%"])
        near("use", at["cost.annuity_rate_full"], rent, 1e-6)
    never = values("cost", ["cost.break_even_time"], ["cost.market_rent=0.5"])
    near("a rent that never pays", never["cost.break_even_time"], 100)
    free = values("cost", ["cost.break_even_time", "cost.hardware_cost_per_gpu", "cost.saved_by_owning"], ["cost.cost_of_capital=0%"])
    near("without interest", free["cost.break_even_time"], free["cost.hardware_cost_per_gpu"] / free["cost.saved_by_owning"])


def test_rent_is_that_of_the_chip():
    """The rent goes with the chip's peak from the one it is quoted for, and parties pay it."""
    peaks = {"H100 SXM": 989, "B200": 2250, "GB200": 2500, "A100": 312}
    for chip, peak in peaks.items():
        got = values("cost", ["cost.rental_rate", "cost.market_rent"], [f"cluster.gpu={chip}"])
        near(f"rent of {chip}", got["cost.rental_rate"], got["cost.market_rent"] * peak / 989)
        quoted = values("cost", ["cost.rental_rate"], [f"cluster.gpu={chip}", f"cost.rent_chip={chip}", "cost.market_rent=5.3"])
        near(f"rent of {chip} as quoted", quoted["cost.rental_rate"], 5.3)
        paid = run("models/parties.model", ["parties.rent_price", "parties.discount", "cost.rental_rate"], [f"cluster.gpu={chip}"], "2025..2044")
        near(f"rent of {chip} between the parties", paid["parties.rent_price", None, None],
             paid["cost.rental_rate", None, None] * (1 - paid["parties.discount", None, None] / 100))
    # what it rests on: indices of May 2026, USD an hour
    near("a B200 by its peak, against its index", 2.35 * peaks["B200"] / 989, 5.3, 0.02)


def test_prices_of_2025():
    """Real money is nominal money moved by inflation to the middle of 2025, whether that is on the axis or not."""
    got = values("cost", ["cost.amortised", "cost.amortised_real", "cost.age", "training.duration"],
                 ["cost.inflation=3%", "cost.acquired=2023-01-01", "cost.age_at_start=1"])
    middle = 2023 + 1 + got["training.duration"] / 365.25 / 2
    near("a run in prices of 2025", got["cost.amortised_real"], got["cost.amortised"] * 1.03 ** (2025.5 - middle), 1e-4)
    for span in ("2025..2044", "2027..2046"):
        names = ["finance.cash_flow", "finance.cash_flow_real", "finance.irr", "finance.irr_real", "finance.wacc", "finance.wacc_real"]
        rows = run("models/finance.model", names, ["cost.inflation=3%", "finance.counting=attributed"], span)
        first = int(span[:4])
        flows = series(rows, "finance.cash_flow"), series(rows, "finance.cash_flow_real")
        for k, (nominal, real) in enumerate(zip(*flows)):
            near(f"flow of {first + k}", real, nominal * 1.03 ** (2025 - first - k), 1e-4)
        for name in ("irr", "wacc"):
            near(f"real {name}", 1 + rows[f"finance.{name}_real", None, None] / 100, (1 + rows[f"finance.{name}", None, None] / 100) / 1.03)


# ---------------------------------------------------------------- books of the fleet


def books(purchases, names, settings=(), span="2024..2033", asset="accelerators"):
    """The books of `purchases` (year: USD) of one class, with nothing else in them."""
    first, last = (int(y) for y in span.split(".."))
    given = [f"fleet.in_service[{asset},{y}]={purchases.get(y, 0)} USD/year" for y in range(first, last + 1)]
    rows = run("models/fleet.model", ["fleet." + n for n in names], given + list(settings), span)
    return [series(rows, "fleet." + n, asset) for n in names]


def test_change_of_life_by_hand():
    """110 bought over 2024: 11, 22 by five years, then at 5.5 years the 77 that are left over 4 more; shorter lives catch up."""
    # what is bought over a year ends over a year: at 5.5 years a quarter of the last 19.25 falls into 2030
    change = ["fleet.server_life=5", "fleet.life_change=2026-01-01"]
    for longer, expected in ((0.5, [11, 22, 19.25, 19.25, 19.25, 14.4375, 4.8125, 0, 0, 0]),
                             (1, [11, 22, 77 / 4.5, 77 / 4.5, 77 / 4.5, 77 / 4.5, 77 / 9, 0, 0, 0]),
                             (0, [11, 22, 22, 22, 22, 11, 0, 0, 0, 0]),
                             (-3, [11, 22, 77, 0, 0, 0, 0, 0, 0, 0]),       # 1.5 of 2 years are over: the rest in half a year
                             (-4, [11, 22, 77, 0, 0, 0, 0, 0, 0, 0])):      # older than the new life: at once
        off, value = books({2024: 110}, ["depreciation", "book_value"], change + [f"fleet.life_added[accelerators]={longer}"])
        for year, (a, b) in enumerate(zip(off, expected)):
            near(f"{2024 + year}, {longer} years longer", a, b, 1e-9, against=110)
            near(f"book value of {2024 + year}", value[year], 110 - sum(expected[:year + 1]), 1e-9, against=110)
    # bought after the change: the new life from the first day
    off, = books({2027: 110}, ["depreciation"], change + ["fleet.life_added[accelerators]=0.5"])
    near("bought later", off[3], 110 / 5.5 / 2)
    near("bought later, second year", off[4], 110 / 5.5)


def test_books_conserve_by_class():
    """Cost = depreciation + write-off + book value, by class and step, through a change of life and an impairment."""
    names = ["in_service", "depreciation", "impairment", "book_value", "tax_written", "tax_value"]
    change = ["fleet.life_change=2029-01-01", "fleet.impairment_date=2031-01-01"]
    for asset in CLASSES:
        change += [f"fleet.life_added[{asset}]=-1.5", f"fleet.impaired[{asset}]=40%"]
    for step, parts in (("year", 1), ("quarter", 4)):
        rows = run("models/fleet.model", ["fleet." + n for n in names], change, f"2026..2040,{step}")
        for asset in CLASSES:
            bought, off, lost, value, taxed, for_tax = (series(rows, "fleet." + n, asset) for n in names)
            for k in range(len(bought)):
                cost = sum(bought[:k + 1]) / parts
                near(f"{asset} by {step}: cost", value[k] + sum(off[:k + 1]) / parts + sum(lost[:k + 1]) / parts, cost)
                near(f"{asset} by {step}: cost for tax", for_tax[k] + sum(taxed[:k + 1]) / parts, cost)
            holds(f"{asset} is written down once by {step}", sum(x > 0 for x in lost) == 1)
            if asset == "land":
                holds("land has no depreciation", max(off) == 0 and max(taxed) == 0)
            else:
                holds(f"{asset} depreciates", max(off) > 0 and min(off) >= 0)


def test_impairment_by_hand():
    """Half of the 66 that 110 are worth after two years is written off; what is left goes on over the rest of the life."""
    for share, lost in ((50, 38.5), (100, 77), (0, 0)):
        off, gone, value = books({2024: 110}, ["depreciation", "impairment", "book_value"],
                                 ["fleet.server_life=5", "fleet.impairment_date=2026-01-01", f"fleet.impaired[accelerators]={share}%"])
        near("write-off", gone[2], lost, against=110)
        for k, x in enumerate([11, 22, 22 - 0.22 * share, 22 - 0.22 * share, 22 - 0.22 * share, 11 - 0.11 * share, 0]):
            near(f"depreciation of {2024 + k}", off[k], x, against=110)
        near("nothing is left", value[-1], 0, 1e-9, against=110)


def test_tax_and_market_value_by_hand():
    """MACRS tables by class; a bonus takes it at once; machines are worth what their fall in value leaves; land its cost."""
    fifteen = [5, 9.5, 8.55, 7.7, 6.93, 6.23, 5.9, 5.9, 5.91, 5.9]
    for asset, expected in (("accelerators", [20, 32, 19.2, 11.52, 11.52, 5.76, 0, 0, 0, 0]), ("plant", fifteen),
                            ("shell", [100 / 39 / 2] + [100 / 39] * 9), ("land", [0] * 10)):
        off, worth, value = books({2024: 100}, ["tax_written", "economic_value", "book_value"], ["fleet.life=6", "cost.value_decline=0.14"],
                                  asset=asset)
        for k, x in enumerate(expected):
            near(f"{asset}, year {k + 1}", off[k], x, 1e-9, against=100)
            market = 100 * 10 ** (-0.14 * (k + 0.5)) * min(max(6 - k, 0), 1) if asset == "accelerators" else 100 if asset == "land" else value[k]
            near(f"{asset}, market value after year {k + 1}", worth[k], market, 1e-9, against=100)
    off, = books({2024: 100}, ["tax_written"], ["fleet.bonus=100%"])
    near("bonus", off[0], 100)
    # IRS publication 946, table A-1, is what the rates of the finer axes come from: 40 % of the rest, the half-year of a purchase
    left, by_rate = 100.0, []
    for rate in (0.4, 0.4, 0.4):
        by_rate.append(left * rate)
        left -= left * rate
    by_rate += [left / 2, left / 2]
    for k, x in enumerate([20, 32, 19.2]):
        near("the table's first years", (by_rate[k] + (by_rate[k - 1] if k else 0)) / 2, x)


META = {2019: 15.65, 2020: 15.72, 2021: 19.244, 2022: 32.036, 2023: 28.103, 2024: 39.225, 2025: 72.215}


def test_meta_and_alphabet_change_their_lives():
    """What Meta saved in 2025 (2.92 bn USD, 5 to 5.5 years) and Alphabet in 2023 (3.9 bn, 4 to 6) follows from their capex."""
    alphabet = {2017: 13.184, 2018: 25.139, 2019: 23.548, 2020: 22.281, 2021: 24.64, 2022: 31.485, 2023: 32.251}
    cases = (("Meta", META, 2025, 5, 0.5, 2.92), ("Alphabet", alphabet, 2023, 4, 2, 3.9))
    shares = []
    for name, capex, year, life, longer, published in cases:
        saved = []
        for step in ("year", "month"):
            given = [f"fleet.in_service[accelerators,{y}]={x} USD/year" for y, x in capex.items()]
            off = []
            for added in (0, longer):
                rows = run("models/fleet.model", ["fleet.depreciation"], given + [f"fleet.server_life={life}", f"fleet.life_change={year}-01-01",
                           f"fleet.life_added[accelerators]={added}"], f"{min(capex)}..{max(capex)},{step}")
                last = series(rows, "fleet.depreciation", "accelerators")[-12 if step == "month" else -1:]
                off.append(sum(last) / len(last))
            saved.append(off[0] - off[1])
        # by hand: every purchase of a hundredth of a year, what is left of it over the years that are left
        hand = 0.0
        for bought, x in capex.items():
            for k in range(100):
                age, part = year - bought - (k + 0.5) / 100, x / 100
                if age < 0:
                    hand += part * (1 + age) * (1 / life - 1 / (life + longer))
                elif age < life:
                    left = part * (1 - age / life)
                    hand += min(left, part / life) - min(left, left / (life + longer - age))
        near(f"{name} by month, all of the capex, by hand", saved[1], hand, 0.01)
        near(f"{name} by year", saved[0], hand, 0.06)
        shares.append(published / hand)
    # servers and network are a part of the capex, some of it still under construction: the published effect is that part of ours
    holds(f"share of Meta's capex that the change concerns: {shares[0]:.2f}", 0.5 <= shares[0] <= 0.8)
    holds(f"share of Alphabet's: {shares[1]:.2f}", 0.25 <= shares[1] <= 0.6)


def test_orders_from_capex():
    """The capex is spent, each class gets its share of it, and nothing is dropped or kept."""
    settings = ["fleet.orders_from=capex", "capex.price_growth=0%", "fleet.life=30"]
    rows = run("models/fleet.model", ["fleet.budget", "fleet.spent", "fleet.unspent", "fleet.in_service", "fleet.money_share", "fleet.dropped",
                                      "fleet.lead_time", "fleet.install_time"], settings, "2026..2040")
    budget, spent = series(rows, "fleet.budget"), series(rows, "fleet.spent")
    for a, b in zip(budget, spent):
        near("spent", b, a)
    near("shares", sum(rows["fleet.money_share", a, None] for a in CLASSES), 100)
    served = [sum(series(rows, "fleet.in_service", a)[k] for a in CLASSES) for k in range(len(budget))]
    late = (rows["fleet.lead_time", None, None] + rows["fleet.install_time", None, None]) / 12
    for k in range(len(budget)):
        waiting = sum(x * min(max(late - (k - i), 0), 1) for i, x in enumerate(budget[:k + 1]))
        near("in service and on its way", sum(served[:k + 1]) + waiting, sum(budget[:k + 1]))
        for a in CLASSES:
            near(f"{a}", series(rows, "fleet.in_service", a)[k], served[k] * rows["fleet.money_share", a, None] / 100, against=max(served))


# ---------------------------------------------------------------- what a limit is worth


def test_shadow_value_is_the_gain_of_one_more():
    """One MW, hall, chip or dollar more: the gain in machines, times what they earn, less what they cost, is the shadow value."""
    names = ["usable", "worth_per_h100e", "binding", "shadow_power", "shadow_construction", "shadow_chips", "shadow_capex", "site_power", "halls",
             "price_per_h100e", "possible"]
    plenty = {"power": "fleet.power_requests_before=90GW/year", "construction": "fleet.building_starts_before=90GW/year",
              "capex": "capex.annual_start=9000bn"}
    for limit, stock in (("power", "site_power"), ("construction", "halls")):
        settings = [v for k, v in plenty.items() if k != limit] + ["fleet.opening_power=300MW"]
        rows = run("models/fleet.model", ["fleet." + n for n in names], settings, "2026..2030")
        year = next(p for (n, _, p), v in sorted(rows.items(), key=lambda r: r[0][2] or "") if n == "fleet.binding" and v == limit)
        here = rows[f"fleet.{stock}", None, year]
        more = run("models/fleet.model", ["fleet.usable"], settings + [f"fleet.{stock}[{year}]={here + 1!r} MW"], "2026..2030")
        gain = more["fleet.usable", None, year] - rows["fleet.usable", None, year]
        near(f"a MW of {limit} in {year}", rows[f"fleet.shadow_{limit}", None, year], gain * rows["fleet.worth_per_h100e", None, year], 1e-6)
        holds("other limits are worth nothing", rows["fleet.shadow_capex", None, year] == 0 and rows["fleet.shadow_chips", None, year] == 0)
    settings = list(plenty.values())
    rows = run("models/fleet.model", ["fleet." + n for n in names], settings, "2026..2030")
    year = "2030"
    holds("chips bind", rows["fleet.binding", None, year] == "chips")
    near("a chip", rows["fleet.shadow_chips", None, year], rows["fleet.worth_per_h100e", None, year] - rows["fleet.price_per_h100e", None, year])
    rows = run("models/fleet.model", ["fleet." + n for n in names], [plenty["power"], plenty["construction"], "capex.annual_start=2bn"], "2026..2030")
    holds("money binds", rows["fleet.binding", None, year] == "capex")
    near("a dollar", rows["fleet.shadow_capex", None, year],
         rows["fleet.worth_per_h100e", None, year] / rows["fleet.price_per_h100e", None, year] - 1)


def test_worth_is_the_rent_of_a_life():
    """What a machine earns: rent, less electricity and operation, falling and discounted month by month over its life."""
    names = ["fleet.earned_per_h100e", "fleet.worth_per_h100e", "fleet.rent_per_h100e", "fleet.running_per_h100e", "fleet.rent_level",
             "fleet.occupancy", "cost.market_rent", "fleet.life", "fleet.rent_fall", "cost.cost_of_capital", "fleet.price_per_h100e"]
    rows = run("models/fleet.model", names, ["fleet.life=5", "fleet.rent_fall=18%", "cost.cost_of_capital=10%"], "2026..2030")
    for year in ("2026", "2030"):
        rent = rows["fleet.rent_per_h100e", None, year]
        near("rent", rent, rows["cost.market_rent", None, None] * YEAR_HOURS * rows["fleet.occupancy", None, None] / 100
             * rows["fleet.rent_level", None, year])
        earned = rent - rows["fleet.running_per_h100e", None, year]
        near("earned", rows["fleet.earned_per_h100e", None, year], earned)
        steps = 6000
        present = sum((0.82 / 1.1) ** ((k + 0.5) * 5 / steps) for k in range(steps)) * 5 / steps
        near("present value", rows["fleet.worth_per_h100e", None, year], earned * present, 1e-6, against=rent * present)
    near("rent keeps pace with the price of new compute", rows["fleet.rent_level", None, "2030"],
         rows["fleet.price_per_h100e", None, "2030"] / rows["fleet.price_per_h100e", None, "2026"])


# ---------------------------------------------------------------- finance


def test_counting_is_said_and_changes_revenue_alone():
    """Attributed revenue is all that is booked; incremental a share of it; the result names which."""
    names = ["finance.revenue", "finance.booked", "finance.counting", "finance.invest", "finance.depreciation", "finance.incremental"]
    got = {c: run("models/finance.model", names, [f"finance.counting={c}"], "2025..2044") for c in ("incremental", "attributed")}
    for counting, rows in got.items():
        holds("the result says so", rows["finance.counting", None, None] == counting)
        share = rows["finance.incremental", None, None] / 100 if counting == "incremental" else 1
        for revenue, booked in zip(series(rows, "finance.revenue"), series(rows, "finance.booked")):
            near("revenue", revenue, booked * share)
    for name in ("finance.invest", "finance.depreciation", "finance.booked"):
        for a, b in zip(*(series(rows, name) for rows in got.values())):
            near(name, a, b)


def test_lives_are_those_of_the_fleet():
    """Life, build time and book lives stand in one place: the fleet's."""
    names = ["finance.life", "finance.build_time", "finance.depreciation", "fleet.lead_time", "fleet.install_time"]
    base = run("models/finance.model", names, [], "2025..2044")
    near("build time", base["finance.build_time", None, None], base["fleet.lead_time", None, None] + base["fleet.install_time", None, None])
    moved = run("models/finance.model", names, ["fleet.life=3.5", "fleet.lead_time=3", "fleet.install_time=1", "fleet.server_life=4"], "2025..2044")
    near("life", moved["finance.life", None, None], 3.5)
    near("build time", moved["finance.build_time", None, None], 4)
    holds("depreciation moves", series(moved, "finance.depreciation")[3] > 1.2 * series(base, "finance.depreciation")[3])


def test_invested_money_is_written_off_once():
    """Over the run-off depreciation, loss on disposal and what comes back add up to what was invested, on three axes."""
    names = ["finance.invest", "finance.depreciation", "finance.disposal_loss", "finance.recovered", "finance.book_value", "finance.tax_write_off"]
    change = ["fleet.life_change=2029-01-01"] + [f"fleet.life_added[{a}]=-1" for a in CLASSES]
    # with a change of life what is bought over a year crosses the end of its life in part: half a percent, else nothing
    for settings in ([], ["fleet.life=5.5"], change, ["fleet.life=7.7"] + change):
        for step, parts in (("year", 1), ("quarter", 4), ("month", 12)):
            rows = run("models/finance.model", names, settings, f"2025..2046,{step}")
            total = {n: sum(series(rows, n)) / parts for n in names}
            near(f"all is written off by {step}", total["finance.depreciation"] + total["finance.disposal_loss"] + total["finance.recovered"],
                 total["finance.invest"], 5e-3 if change[0] in settings else 1e-9)
            near(f"book value at the end by {step}", series(rows, "finance.book_value")[-1], 0, 5e-3 if change[0] in settings else 1e-9,
                 against=total["finance.invest"])
    for rule in ("books", "macrs", "by_class", "at_once"):
        rows = run("models/finance.model", names, [f"finance.tax_rule={rule}"], "2025..2058")
        near(f"all is written off for tax by {rule}", sum(series(rows, "finance.tax_write_off")), sum(series(rows, "finance.invest")), 1e-9)


def test_vintage_and_programme():
    """With the same yield every year a vintage returns what the programme does; it pays back as its own flows say."""
    names = ["finance.irr", "finance.vintage_irr", "finance.vintage_payback", "finance.vintage_flow", "finance.vintage_invest", "finance.vintage_npv",
             "finance.wacc", "finance.payback"]
    for settings in (["finance.counting=attributed"], ["finance.incremental=100%", "finance.tax_rule=by_class", "fleet.life=6"]):
        rows = run("models/finance.model", names, settings, "2025..2058")
        near("irr of one and of all", rows["finance.vintage_irr", None, None], rows["finance.irr", None, None], 1e-6)
        flow, cash, rate = series(rows, "finance.vintage_flow"), 0.0, rows["finance.wacc", None, None] / 100
        back = None
        for k, x in enumerate(flow):
            if cash < 0 <= cash + x:
                back = k - 1 + -cash / x  # from the middle of the first year, between the middles of two years
            cash += x
        near("payback", rows["finance.vintage_payback", None, None], back, 1e-9)
        near("invested", sum(series(rows, "finance.vintage_invest")), 1e9)
        near("npv", rows["finance.vintage_npv", None, None] / 100, sum(x / (1 + rate) ** k for k, x in enumerate(flow)) / 1e9)


def test_covers_and_needed_per_mw():
    """Contract cover, debt service cover, levered flows and revenue for a megawatt, from the flows."""
    names = ["finance.revenue", "finance.opex", "finance.tax", "finance.repaid", "finance.interest", "finance.drawn", "finance.contract_cover",
             "finance.debt_cover", "finance.contracted", "finance.cash_flow", "finance.equity_flow", "finance.tax_rate", "finance.equity_npv",
             "finance.equity_cost", "finance.revenue_needed", "finance.in_service", "finance.needed_per_mw", "finance.wacc", "cluster.capex",
             "cluster.peak_power", "finance.debt"]
    rows = run("models/finance.model", names, ["finance.debt_share=60%", "finance.contracted=80%"], "2025..2044")
    f = {n.split(".")[1]: series(rows, n) for n in names}
    for k in range(20):
        due = f["repaid"][k] + f["interest"][k]
        near("contract cover", f["contract_cover"][k], 0.8 * f["revenue"][k] / due if due > 0 else 0)
        near("debt cover", f["debt_cover"][k], (f["revenue"][k] - f["opex"][k] - f["tax"][k]) / due if due > 0 else 0)
        near("levered flow", f["equity_flow"][k], f["cash_flow"][k] + f["drawn"][k] - f["repaid"][k]
             - f["interest"][k] * (1 - rows["finance.tax_rate", None, None] / 100), against=f["drawn"][0])
    near("debt is paid back", f["debt"][-1], 0, 1e-6, against=sum(f["drawn"]))
    cost = 1 + rows["finance.equity_cost", None, None] / 100
    near("value for the owners", rows["finance.equity_npv", None, None], sum(x / cost ** (k + 0.5) for k, x in enumerate(f["equity_flow"])))
    rate = 1 + rows["finance.wacc", None, None] / 100
    mw = rows["cluster.capex", None, None] / rows["cluster.peak_power", None, None]
    needed, power = (sum(x / rate ** (k + 0.5) for k, x in enumerate(f[n])) for n in ("revenue_needed", "in_service"))
    near("revenue needed for a MW", rows["finance.needed_per_mw", None, None], needed / (power / mw))


def test_parties_after_debt():
    """Lenders stand outside: owner, tenant and lab after debt are the levered programme, from every perspective of rent."""
    names = ["parties.after_debt", "parties.all_after_debt", "finance.equity_flow", "finance.invest"]
    for settings in ([], ["finance.debt_share=70%", "parties.discount=0%"], ["finance.debt_share=0%", "finance.tax_rule=by_class"]):
        rows = run("models/parties.model", names, settings, "2025..2044")
        for k, levered in enumerate(series(rows, "finance.equity_flow")):
            scale = max(series(rows, "finance.invest"))
            near("all as one", series(rows, "parties.all_after_debt")[k], levered, 1e-9, scale)
            near("sum", sum(series(rows, "parties.after_debt", p)[k] for p in ("owner", "tenant", "lab")), levered, 1e-9, scale)


# ---------------------------------------------------------------- timing


def test_mean_cost_of_the_best_capacity():
    """The closed form of the mean cost is that of many growths, and the best capacity has the least."""
    names = ["timing.cost_early", "timing.cost_late", "timing.demand_now", "timing.growth_low", "timing.growth_high", "timing.lead_time",
             "timing.best_capacity", "timing.plan_capacity", "timing.best_cost_expected", "timing.plan_cost_expected", "timing.best_quantile"]
    for settings in ([], ["timing.growth_low=-30%", "timing.growth_high=-30%"], ["timing.lead_time=42", "timing.spare_sold=0%"]):
        g = values("timing", names, settings)
        low, high, years = g["timing.growth_low"] / 100, g["timing.growth_high"] / 100, g["timing.lead_time"] / 12
        growths = [low + (high - low) * (k + 0.5) / 20000 for k in range(20000)]
        demands = [g["timing.demand_now"] * (1 + x) ** years for x in growths]

        def mean_cost(capacity):
            return sum(g["timing.cost_early"] * max(capacity - d, 0) + g["timing.cost_late"] * max(d - capacity, 0) for d in demands) / 20000
        scale = g["timing.cost_late"] * demands[-1]
        near("best", g["timing.best_cost_expected"], mean_cost(g["timing.best_capacity"]), 1e-6, scale)
        near("plan", g["timing.plan_cost_expected"], mean_cost(g["timing.plan_capacity"]), 1e-6, scale)
        for other in (0.9, 0.97, 1.03, 1.1):
            holds("no other capacity is cheaper", mean_cost(g["timing.best_capacity"] * other) >= mean_cost(g["timing.best_capacity"]) * (1 - 1e-9))


def test_waiting_by_the_book():
    """Dixit and Pindyck's plant: 600 now, 773 if one waits; and at the break-even chance both are worth the same."""
    plant = ["timing.price=1600 USD/GPU", "timing.worth_high=3300 USD/GPU", "timing.worth_low=1100 USD/GPU", "timing.high_demand=50%",
             "timing.price_fall=0%", "timing.lost_by_waiting=0%", "timing.wait_time=12", "cost.cost_of_capital=10%", "timing.block=1000"]
    names = ["timing.build_now", "timing.build_later", "timing.value_of_waiting", "timing.best_decision", "timing.break_even_chance"]
    g = values("timing", names, plant)
    near("now", g["timing.build_now"], 600)
    near("later", g["timing.build_later"], 0.5 * (3300 - 1600) / 1.1)
    near("published to the dollar", g["timing.build_later"], 773, 0.5 / 773)
    near("value of waiting", g["timing.value_of_waiting"], 1000 * (0.5 * 1700 / 1.1 - 600))
    holds("wait", g["timing.best_decision"] == "wait")
    even = values("timing", names, [s for s in plant if "high_demand" not in s] + [f"timing.high_demand={g['timing.break_even_chance']!r}%"])
    near("break-even chance", even["timing.build_now"], even["timing.build_later"], 1e-9)
    sure = values("timing", names, plant + ["timing.wait_time=0"])
    near("waiting for nothing keeps the choice open", sure["timing.build_later"], 850)
    for settings in ([], ["timing.late_rule=rent"], ["cluster.gpu=GB200"]):
        n = names + ["timing.price", "timing.high_demand", "timing.worth_high", "timing.worth_low", "timing.price_fall", "timing.lost_by_waiting",
                     "timing.wait_time", "cost.cost_of_capital", "cost.life", "timing.earns_high", "timing.earns_low", "cluster.capex_per_gpu"]
        g = values("timing", n, settings)
        p, rate, wait = g["timing.high_demand"] / 100, g["cost.cost_of_capital"] / 100, g["timing.wait_time"] / 12
        life = 1 / payment(1, rate, g["cost.life"])
        near("price", g["timing.price"], g["cluster.capex_per_gpu"])
        near("worth, demand high", g["timing.worth_high"], g["timing.earns_high"] * life)
        near("worth, demand low", g["timing.worth_low"], g["timing.earns_low"] * life)
        then = g["timing.price"] * (1 - g["timing.price_fall"] / 100) ** wait
        near("now", g["timing.build_now"], p * g["timing.worth_high"] + (1 - p) * g["timing.worth_low"] - g["timing.price"], 1e-9, g["timing.price"])
        near("later", g["timing.build_later"], (p * max(g["timing.worth_high"] * (1 - g["timing.lost_by_waiting"] / 100) - then, 0)
                                                 + (1 - p) * max(g["timing.worth_low"] - then, 0)) / (1 + rate) ** wait, 1e-9, g["timing.price"])


if __name__ == "__main__":
    sys.exit(main(globals()))
