#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the examples of a Markdown page.

    ```console            commands after `$ `, and exactly what they print; a line of three dots stands for any lines
    ```model name.model   written to a scratch folder, checked by `tenfold check name.model`; add `error` if it must fail:
                          the lines of the next ```text block must appear in the message
    ```csv name.csv       likewise for scenarios

usage: run.py PROGRAM SOURCE_DIR PAGE [--update]
"""
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

program, root, page = (os.path.abspath(path) for path in sys.argv[1:4])
update = "--update" in sys.argv
scratch = tempfile.mkdtemp()
bin_dir = os.path.join(scratch, ".bin")
os.mkdir(bin_dir)
os.symlink(program, os.path.join(bin_dir, "tenfold"))
with open(os.path.join(bin_dir, "run"), "w", encoding="utf-8") as f:
    f.write('#!/bin/sh\nexec tenfold "$@"\n')
os.chmod(os.path.join(bin_dir, "run"), 0o755)
for name in ("models", "scenarios", "plots"):
    os.symlink(os.path.join(root, name), os.path.join(scratch, name))
os.symlink(os.path.join(bin_dir, "run"), os.path.join(scratch, "run"))
env = dict(os.environ, PATH=bin_dir + ":" + os.environ["PATH"], LC_ALL="C", TZ="UTC", COLUMNS="100")
env.pop("TENFOLD_PATH", None)

text = open(page, encoding="utf-8").read()
parts = re.split(r"(?ms)^(```[^\n]*\n.*?^```\n)", text)
failures = 0
examples = 0


def run(command):
    done = subprocess.run(command, shell=True, cwd=scratch, env=env, stdin=subprocess.DEVNULL, timeout=300,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace").replace(scratch + "/", "")


def matches(want, got):
    pattern = "".join(".*" if line.strip() == "..." else re.escape(line) for line in want.splitlines(keepends=True))
    return re.fullmatch(pattern, got, re.S) is not None


for i, part in enumerate(parts):
    head = re.match(r"```(\w+)[ \t]*([^\n]*)\n(.*)```\n$", part, re.S)
    if not head:
        continue
    kind, info, body = head.groups()
    words = info.split()
    if kind == "console":
        out = []
        for chunk in re.split(r"(?m)^(?=\$ )", body):
            if not chunk.startswith("$ "):
                continue
            command, _, want = chunk[2:].partition("\n")
            while command.endswith("\\"):
                more, _, want = want.partition("\n")
                command = command[:-1] + " " + more.lstrip("> ")
            examples += 1
            _, got = run(command)
            first = chunk[: len(chunk) - len(want)]
            out.append(first + (got if update and "\n...\n" not in "\n" + want else want))
            if not update and not matches(want, got):
                failures += 1
                print(f"{page}: $ {command}")
                sys.stdout.writelines(difflib.unified_diff(want.splitlines(True), got.splitlines(True), "written", "printed"))
        if update:
            parts[i] = "```console" + ((" " + info) if info else "") + "\n" + "".join(out) + "```\n"
    elif kind in ("model", "csv") and words:
        examples += 1
        with open(os.path.join(scratch, words[0]), "w", encoding="utf-8") as f:
            f.write(body)
        if "data" in words:
            continue
        code, got = run(f"tenfold check {words[0]}")
        wants_error = "error" in words
        if wants_error:
            block = re.match(r"```text\n(.*)```\n$", parts[i + 2] if i + 2 < len(parts) else "", re.S)
            if block and update:
                parts[i + 2] = "```text\n" + got + "```\n"
            elif code not in (3,) or (block and block.group(1) not in got):
                failures += 1
                print(f"{page}: {words[0]} must fail with\n{block.group(1) if block else ''}but (exit {code}) printed\n{got}")
        elif code not in (0, 1):
            failures += 1
            print(f"{page}: {words[0]} is refused:\n{got}")

shutil.rmtree(scratch)
if update:
    open(page, "w", encoding="utf-8").write("".join(parts))
print(f"{page}: {examples} examples, {failures} failed")
sys.exit(1 if failures or not examples else 0)
