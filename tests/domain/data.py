#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Every number that is shipped says what it is, where it comes from and since when: scenarios, observed data, the tables of
# the models and the validation cases.
#   data.py PROGRAM SOURCE_DIR [TEST ...]
import csv
import glob
import os
import re
import sys
import tempfile

from support import SOURCE, call, holds, main


class Findings:
    """All that is wrong, so that a file is mended in one go."""

    def __init__(self):
        self.wrong = []

    def holds(self, what, condition):
        if not condition:
            self.wrong.append(what)

    def report(self):
        holds("\n      ".join(self.wrong[:40]), not self.wrong)

TIDY = ["entity", "period", "quantity", "value", "unit", "definition", "source", "date", "note"]
RESERVED = {"parameter", "unit", "period", "label", "source", "date", "note", "confidence", "group", "definition"}
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?$")
PERIOD = re.compile(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$")
# Collections that repeat what others published. Where a primary document exists it is named; they may stand beside it.
COLLECTIONS = r"github\.com/(jman4162|natepaulo43|Zanmadit)|companyfacts in github|capex-atlas|neighborhoodsf|stock-analysis-on|titanstock|ddstock" \
              r"|tokenmaxxing|seekapa|businessworld|wikipedia"
RANGE = re.compile(r"\.\.| to |\+-|normal|triangular|pert|metalog|discrete|mixture|event|uniform|student|default|base|[<>]")


def rows_of(path):
    """(line, cells) of a CSV, without blank rows and comments."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        for cells in reader:
            if any(c.strip() for c in cells) and not cells[0].startswith("#"):
                yield reader.line_num, cells


def scenarios():
    """(file, line, row as dict of columns, names of the scenario columns)"""
    for path in sorted(glob.glob(os.path.join(SOURCE, "scenarios", "*.csv"))):
        header, columns = None, []
        for line, cells in rows_of(path):
            if cells[0].rstrip().endswith(":"):
                continue
            if header is None:
                header = cells
                columns = [c for c in cells if c not in RESERVED and not c.startswith(("source:", "note:", "#"))]
                continue
            yield os.path.basename(path), line, dict(zip(header, cells + [""] * (len(header) - len(cells)))), columns


def tidy():
    for path in sorted(glob.glob(os.path.join(SOURCE, "scenarios", "data", "*.csv"))):
        rows = rows_of(path)
        _, header = next(rows)
        holds(f"{os.path.basename(path)}: columns {header}", header == TIDY)
        for line, cells in rows:
            yield os.path.basename(path), line, dict(zip(TIDY, cells))


def sourced(all_, where, text):
    all_.holds(f"{where}: no source", text.strip())
    all_.holds(f"{where}: `{text}` is from memory", "memory" not in text)
    all_.holds(f"{where}: `{text}` is a collection: name what it repeats", not re.search(COLLECTIONS, text))


def test_data_rows_are_sourced():
    """Observed data: every value has unit, source and date, capex and runs a definition; an assumption has its reason."""
    all_ = Findings()
    seen = set()
    for file, line, row in tidy():
        where = f"data/{file}:{line}"
        all_.holds(f"{where}: entity", row["entity"].strip())
        all_.holds(f"{where}: period `{row['period']}`", PERIOD.match(row["period"]))
        all_.holds(f"{where}: date `{row['date']}`", DATE.match(row["date"]))
        all_.holds(f"{where}: unit", row["unit"].strip())
        all_.holds(f"{where}: definition", row["definition"].strip() or not file.startswith(("capex", "runs")))
        if row["value"].strip():
            float(row["value"])
        sourced(all_, where, row["source"])
        all_.holds(f"{where}: the note says from memory", "from memory" not in row["note"])
        if row["source"].startswith("assumption"):
            all_.holds(f"{where}: an assumption has its reason in the note", len(row["note"]) > 10)
        key = tuple(row[c] for c in ("entity", "period", "quantity", "definition"))
        all_.holds(f"{where}: {key} twice", (file, key) not in seen)
        seen.add((file, key))
    all_.report()
    holds("rows were read", len(seen) > 100)


def test_data_files_bind():
    """What the files are for: each series of years binds to the quantity that it names."""
    bound = 0
    groups = {}
    for file, _, row in tidy():
        if "." in row["quantity"] and len(row["period"]) == 4 and row["definition"] != "derived":
            groups.setdefault((file, row["quantity"], row["entity"], row["definition"]), []).append(int(row["period"]))
    for (file, quantity, entity, definition), years in sorted(groups.items()):
        if file == "runs.csv" or len(years) < 2 or sorted(years) != list(range(min(years), max(years) + 1)):
            continue
        model, name = quantity.split(".")
        with open(os.path.join(SOURCE, "models", model + ".model"), encoding="utf-8") as text:
            if not re.search(rf"^{name}\s*:", text.read(), re.M):
                continue                                 # of a company: bound under a name with an index
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bind.csv")
            with open(path, "w", encoding="utf-8", newline="") as out:
                write = csv.writer(out, lineterminator="\n")
                write.writerow(["model:", quantity.split(".")[0]])
                write.writerow(["time:", f"{min(years)}..{max(years)}"])
                data = os.path.join(SOURCE, "scenarios", "data", file)
                only = [f"definition={definition}"] if definition else []
                write.writerow(["data:", quantity, data, f"entity={entity}", "period=year"] + only)
                write.writerow(["parameter", "unit", "base", "source"])
            found = call(["run", path, "--show", quantity, "--format", "csv", "--samples", "8", "--replicates", "1", "--quiet"])
        rows = list(csv.DictReader(found.splitlines()))
        holds(f"{file}: {entity} {quantity}: {len(rows)} periods of {len(years)}", len(rows) == len(years))
        holds(f"{file}: {entity} {quantity} is given", all(r["actual"] in ("1", "true") for r in rows))
        bound += 1
    holds(f"{bound} series bound", bound >= 5)


def test_scenario_rows_are_sourced():
    """Scenarios: every row with a value has a source and a date; an assumption has a range or alternatives, and its reason."""
    all_ = Findings()
    rows = 0
    for file, line, row, columns in scenarios():
        where = f"{file}:{line} {row['parameter']}"
        given = [row[c].strip() for c in columns if row[c].strip()]
        if not given:
            continue
        rows += 1
        own = {c: row.get("source:" + c.split("<")[0].strip(), "").strip() for c in columns}
        sources = [row.get("source", "")] + [s for s in own.values() if s]
        all_.holds(f"{where}: no source", any(s.strip() for s in sources))
        for text in sources:
            if text.strip():
                sourced(all_, where, text)
        all_.holds(f"{where}: date `{row.get('date')}`", DATE.match(row.get("date", "")))
        all_.holds(f"{where}: the note says from memory", "from memory" not in row.get("note", ""))
        numbers = [v for v in given if re.match(r"[-\d$]", v) and not DATE.match(v)]
        if row.get("source", "").strip().startswith("assumption") and numbers:
            choice = any(RANGE.search(v) for v in given) or len(set(given)) > 1
            reason = len(row.get("note", "").strip()) > 10
            all_.holds(f"{where}: an assumption has a range, or its reason in the note", choice or reason)
        if row.get("source", "").strip() == "assumption":
            all_.holds(f"{where}: an assumption without a note", row.get("note", "").strip() or row.get("source:" + columns[-1]))
    all_.report()
    holds("rows were read", rows > 100)


def test_tables_are_sourced():
    """Tables of the models: every row has a source, and no price is from memory."""
    all_ = Findings()
    for path in sorted(glob.glob(os.path.join(SOURCE, "models", "*.csv"))):
        rows = rows_of(path)
        _, header = next(rows)
        name = os.path.basename(path)
        if name == "synonyms.csv":                       # words, no numbers
            continue
        all_.holds(f"{name} has a column source", "source" in header)
        for line, cells in rows:
            row = dict(zip(header, cells))
            sourced(all_, f"{name}:{line}", row["source"])
            all_.holds(f"{name}:{line}: the note says from memory", "from memory" not in row.get("note", ""))
    all_.report()


def module_of(name):
    """The first model of a scenario, or the model itself."""
    if not name.endswith(".csv"):
        return name
    with open(os.path.join(SOURCE, "scenarios", name), encoding="utf-8") as file:
        return next(line.split(",")[1].split()[0] for line in file if line.startswith("model:"))


def test_validation_rows_are_sourced():
    """Validation: every case has a source; what is published has its date; a known miss says why; a prediction has a naive rule."""
    all_ = Findings()
    kinds = {}
    for path in sorted(glob.glob(os.path.join(SOURCE, "tests", "validation", "*.csv"))):
        rows = rows_of(path)
        _, header = next(rows)
        for line, cells in rows:
            row = dict(zip(header, cells))
            where = f"{os.path.basename(path)}:{line} {row['case']}"
            sourced(all_, where, row["source"])
            kinds.setdefault(row["kind"], set()).add(row["model"].split()[0].split("#")[0])
            if row["kind"] != "arithmetic":
                all_.holds(f"{where}: date `{row['date']}`", DATE.match(row["date"]))
            if row["expected"] == "miss":
                all_.holds(f"{where}: a known miss says why", len(row["note"]) > 20)
            if row["kind"] == "prediction":
                all_.holds(f"{where}: a prediction has a naive rule", re.match(r"[-\d.e+]+ = .+", row["naive"]))
    all_.report()
    for kind in ("reproduction", "prediction"):
        modules = {module_of(m) for m in kinds[kind]}
        holds(f"{kind}s over {len(modules)} modules: {sorted(modules)}", len(modules) >= 5)


if __name__ == "__main__":
    sys.exit(main(globals()))
