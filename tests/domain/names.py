#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The names that scripts rely on: each is there with its unit, and each, input or computed, can be given in a CSV and by
# --set: the value that is given is the value that is reported. A name or unit may change only with a new version of the
# format of results.
#   names.py PROGRAM SOURCE_DIR [TEST ...]
import csv
import json
import os
import sys
import tempfile

from support import SOURCE, call, holds, main, near

DATE, LABEL = "date", "label"
# module -> axis of time or None, {name: unit}. Shares are plain numbers or %: the unit is the declared one.
NAMES = {
    "cluster": (None, {
        "gpu": LABEL, "gpus": "GPU", "gpu_price": "USD/GPU", "server_cost_per_gpu": "USD/GPU", "capex_per_gpu": "USD/GPU",
        "network_share": "%", "it_cost": "USD", "network_cost": "USD", "facility_cost": "USD", "capex": "USD",
        "facility_cost_per_mw": "USD/MW", "tdp": "W/GPU", "server_power_ratio": "1", "other_it": "%", "pue": "1", "load": "1",
        "it_power": "MW", "peak_power": "MW", "average_power": "MW", "power_per_gpu": "kW/GPU", "nodes": "1", "tiers": "1",
        "switches": "1", "peak": "FLOP/s", "annual_energy": "TWh/year"}),
    "reliability": (None, {
        "failure_rate": "1/(GPU*year)", "mtbf": "hour", "checkpoint_time": "s", "restart_time": "s", "checkpoint_interval": "s",
        "goodput": "1", "lost_work": "GPU*day", "time_to_first_failure": "hour"}),
    "training": (None, {
        "params": "1", "tokens": "token", "compute": "FLOP", "precision": LABEL, "mfu": "%", "duration": "day",
        "gpu_hours": "GPU*hour", "energy": "GWh", "carbon": "t", "cost": "USD", "cost_per_mtoken": "USD/Mtoken",
        "energy_per_token": "J/token", "programme_cost": "USD", "window": "day", "compute_in_window": "FLOP",
        "optimal_params": "1", "optimal_tokens": "token"}),
    "cost": (None, {
        "value_decline": "1/year", "age_at_start": "year", "interconnect_share": "%", "electricity_price": "USD/kWh",
        "amortised": "USD", "rental": "USD", "acquisition": "USD", "amortised_rate": "USD/(GPU*hour)",
        "annuity_rate": "USD/(GPU*hour)", "straight_line_rate": "USD/(GPU*hour)", "amortised_rate_full": "USD/(GPU*hour)",
        "annuity_rate_full": "USD/(GPU*hour)", "straight_line_rate_full": "USD/(GPU*hour)", "rental_rate": "USD/(GPU*hour)",
        "energy_rate": "USD/(GPU*hour)"}),
    "capex": ("2026..2028", {
        "annual": "USD/year", "cumulative": "USD", "growth": "%/year", "ai_share": "%", "price_index": "1"}),
    "fleet": ("2026..2028", {
        "orders": "GPU/year", "delivered": "GPU/year", "installed": "GPU", "h100e": "GPU", "power": "MW", "life": "year",
        "lead_time": "month", "binding": LABEL}),
    "finance": ("2025..2044", {
        "revenue": "USD/year", "opex": "USD/year", "depreciation": "USD/year", "cash_flow": "USD/year", "npv": "USD",
        "irr": "%/year", "payback": "year", "break_even_year": DATE, "wacc": "%/year", "tax_rate": "%",
        "revenue_needed": "USD/year"}),
    "timing": (None, {
        "lead_time": "month", "cost_early": "USD/(GPU*year)", "cost_late": "USD/(GPU*year)", "best_quantile": "%"}),
    "efficiency": ("2024..2028", {
        "shock": DATE, "factor": "1", "affected": "%", "elasticity": "1", "capex_ratio": "1", "break_even_elasticity": "1"}),
    "serving": (None, {
        "tokens_per_second": "token/(s*GPU)", "cost_per_mtoken": "USD/Mtoken", "gpus_needed": "GPU", "revenue": "USD/year"}),
}
# Values that differ from every default; labels and dates by name.
LABELS = {"cluster.gpu": "GB200", "training.precision": "fp8", "fleet.binding": "construction"}


def rows_of(what, names, axis, settings=()):
    command = ["run", what, "--show", ",".join(names), "--format", "json", "--samples", "8", "--replicates", "1", "--quiet"]
    for setting in settings:
        command += ["--set", setting]
    if axis:
        command += ["--time", axis]
    found = {}
    for row in json.loads(call(command))["scenarios"][0]["results"]:
        found.setdefault(row["name"], []).append(row)
    return found


def model_of(module):
    return os.path.join(SOURCE, "models", module + ".model")


def wanted(module):
    """name -> (unit, the value to give as text, the value to find)"""
    axis, names = NAMES[module]
    found = rows_of(model_of(module), [f"{module}.{n}" for n in names], axis)
    given = {}
    for name, unit in names.items():
        full = f"{module}.{name}"
        if unit == LABEL:
            given[full] = (unit, LABELS[full], LABELS[full])
        elif unit == DATE:
            given[full] = (unit, "2027-03-09", "2027-03-09")
        else:
            centre = [r["central"] for r in found[full] if isinstance(r["central"], (int, float))]
            value = float(f"{(max(centre) if centre else 3) * 0.91 or 3:.6g}")
            given[full] = (unit, repr(value), value)
    return axis, given


def agrees(how, given, found):
    for name, (unit, _, value) in given.items():
        holds(f"{name} {how}: no result", name in found)
        for row in found[name]:
            if unit in (LABEL, DATE):
                holds(f"{name} {how}: {row['central']!r}, given {value!r}", str(row["central"]).startswith(value))
            else:
                near(f"{name} {how}", row["central"], value, 1e-12)


def test_names_and_units():
    """Every name that scripts rely on is there, in its unit."""
    for module, (axis, names) in NAMES.items():
        found = rows_of(model_of(module), [f"{module}.{n}" for n in names], axis)
        for name, unit in names.items():
            full = f"{module}.{name}"
            holds(f"{full} is missing", full in found)
            for row in found[full]:
                if unit in (LABEL, DATE):
                    holds(f"{full} is no {unit}: {row['central']!r}", isinstance(row["central"], str) or row["central"] is None)
                else:
                    holds(f"{full} is in {row['unit']}, not in {unit}", row["unit"] == unit)


def test_names_by_set():
    """Each of them, input or computed, can be given by --set."""
    for module in NAMES:
        axis, given = wanted(module)
        settings = [f"{name}={text}" + ("" if unit in (LABEL, DATE, "1") else f" {unit}") for name, (unit, text, _) in given.items()]
        agrees("by --set", given, rows_of(model_of(module), list(given), axis, settings))


def test_names_in_csv():
    """Each of them can be given in a CSV, as a row of its own."""
    for module in NAMES:
        axis, given = wanted(module)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "given.csv")
            with open(path, "w", encoding="utf-8", newline="") as file:
                write = csv.writer(file, lineterminator="\n")
                write.writerow(["model:", module])
                if axis:
                    write.writerow(["time:", axis])
                write.writerow(["parameter", "unit", "given", "source"])
                for name, (unit, text, _) in given.items():
                    write.writerow([name, "" if unit in (LABEL, DATE) else unit, text, "assumption"])
            agrees("in a CSV", given, rows_of(path, list(given), None))


if __name__ == "__main__":
    sys.exit(main(globals()))
