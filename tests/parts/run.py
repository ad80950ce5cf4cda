#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Many processes, one result: what parts of a run join to, and what is refused.
#   run.py PROGRAM SOURCE_DIR [TEST ...]        without names all tests run; exit 1 if one fails
import inspect
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

FORMS = ("table", "csv", "json", "md")


class Failure(Exception):
    pass


def tenfold(arguments, cwd=None, env=None):
    return subprocess.run([PROGRAM] + arguments, capture_output=True, cwd=cwd, env=env, timeout=120)


def fine(arguments, cwd=None, env=None):
    done = tenfold(arguments, cwd, env)
    if done.returncode != 0:
        raise Failure(f"tenfold {' '.join(arguments)}: exit {done.returncode}\n{done.stderr.decode()}")
    return done


def expect(what, got, expected):
    if got != expected:
        raise Failure(f"{what}: {got!r}, expected {expected!r}")


def refused(arguments, code, text, hint=None, cwd=None, env=None):
    """One error that says `text`, and how to mend it."""
    done = tenfold(arguments, cwd, env)
    message = done.stderr.decode()
    expect(f"{' '.join(arguments)}: exit code ({message})", done.returncode, code)
    expect(f"{' '.join(arguments)}: output", done.stdout, b"")
    expect(f"{' '.join(arguments)}: errors in {message}", message.count("error:"), 1)
    for part in (text, hint):
        if part is not None and part not in message:
            raise Failure(f"{' '.join(arguments)}: no `{part}` in\n{message}")


def shards(command, count, folder, cwd=None, only=None):
    for i in only or range(1, count + 1):
        fine(["run"] + command + ["--shard", f"{i}/{count}", "-o", folder + "/", "--quiet"], cwd)
    return sorted(os.path.join(folder, name) for name in os.listdir(folder))


def same_bytes(command, counts):
    """What merge prints, results and messages, is what run prints: in every form, for any number of parts."""
    one = {form: fine(["run"] + command + ["--format", form, "--stats"]) for form in FORMS}
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            parts = shards(command, count, folder)
            expect("files", len(parts), count)
            for form in FORMS:
                joined = fine(["merge"] + parts[::-1] + ["--format", form, "--stats"])
                expect(f"{command} in {count} parts, {form}", joined.stdout, one[form].stdout)
                expect(f"{command} in {count} parts, messages", joined.stderr, one[form].stderr)


def source(path):
    return os.path.join(SOURCE, path)


def test_columns():
    same_bytes([source("scenarios/llama.csv")], (1, 3, 16))


def test_series_and_observed_data():
    same_bytes([source("scenarios/meta-capex.csv"), "--samples", "5000"], (2, 5))


def test_indices_labels_and_checks():
    same_bytes([source("scenarios/fleet.csv"), "--samples", "2048"], (2,))
    same_bytes([source("scenarios/deepseek.csv"), "--samples", "2048"], (2,))


def test_several_models():
    files = [source("scenarios/llama.csv"), source("scenarios/meta-capex.csv"), source("tests/bench/cluster.model")]
    same_bytes(files + ["--samples", "3000", "--seed", "7"], (3,))


def test_samplers():
    for extra in (["--sampler", "random"], ["--replicates", "1"], ["--replicates", "2", "--seed", "9"]):
        same_bytes([source("tests/bench/cluster.model"), "--samples", "6000"] + extra, (4,))


def test_sketches():
    for samples, counts in (("100k", (2, 7)), ("20000", (20,))):
        same_bytes([source("tests/bench/projection.csv"), "--samples", samples, "--memory", "100k"], counts)
    same_bytes([source("scenarios/fleet.csv"), "--samples", "20000", "--memory", "100k"], (3,))


def test_certain():
    same_bytes([source("tests/golden/common/growth.model"), "--time", "2026..2030"], (1, 4))


def test_settings_and_selection():
    same_bytes([source("scenarios/llama.csv"), "--set", "cluster.gpus=200k", "--show", "training.duration,training.cost",
                "--column", "llama3-405b", "--samples", "4096"], (2,))
    same_bytes([source("scenarios/meta-capex.csv"), "--time", "2024..2028", "--as-of", "2025-06-30", "--samples", "1024",
                "--show", "capex.annual[2027]"], (1,))


def test_parts_stand_alone():
    """Parts are joined elsewhere, after models, tables and scenario are gone and others stand in their place."""
    with tempfile.TemporaryDirectory() as folder:
        home, away = os.path.join(folder, "home"), os.path.join(folder, "away")
        for kind in ("models", "scenarios"):
            shutil.copytree(source(kind), os.path.join(home, kind))
        os.makedirs(away)
        command = ["scenarios/llama.csv", "--samples", "4096"]
        env = dict(os.environ, TENFOLD_PATH=home)
        one = fine(["run"] + command, home, env)
        for i in (1, 2):
            fine(["run"] + command + ["--shard", f"{i}/2", "-o", away + "/", "-q"], home, env)
        shutil.rmtree(os.path.join(home, "scenarios"))
        for name in os.listdir(os.path.join(home, "models")):
            with open(os.path.join(home, "models", name), "w") as file:
                file.write("nothing of use\n")
        joined = fine(["merge", "part-1-of-2.tfp", "part-2-of-2.tfp"], away, env)
        expect("joined elsewhere", joined.stdout, one.stdout)
        # and into a file
        fine(["merge", "part-1-of-2.tfp", "part-2-of-2.tfp", "--format", "csv", "-o", "all.csv"], away, env)
        with open(os.path.join(away, "all.csv"), "rb") as file:
            expect("-o", file.read(), fine(["merge", "part-1-of-2.tfp", "part-2-of-2.tfp", "--format", "csv"], away, env).stdout)


def test_another_command_is_refused():
    model = source("tests/bench/cluster.model")
    base = [model, "--samples", "4096"]
    others = ((base + ["--seed", "2"], "another seed (2)"),
              ([model, "--samples", "8192"], "another number of samples"),
              (base + ["--replicates", "4"], "another number of replicates"),
              (base + ["--sampler", "random"], "another sampler (random)"),
              (base + ["--memory", "2G"], "another cap on memory"),
              (base + ["--set", "mfu=35%"], "other settings (--set mfu=35%)"),
              (base + ["--show", "capex"], "other settings (--show capex)"),
              ([source("tests/golden/common/small.model"), "--samples", "4096"], "from other files"))
    with tempfile.TemporaryDirectory() as folder:
        first = shards(base, 2, folder, only=[1])[0]
        for command, text in others:
            with tempfile.TemporaryDirectory() as other:
                second = shards(command, 2, other, only=[2])[0]
                refused(["merge", first, second], 3, text, "hint:")


def test_a_changed_model_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "m.model")
        for number, value in ((1, "1 to 2"), (2, "1 to 3")):
            with open(model, "w") as file:
                file.write(f'language 1\nmodel "M"\n\na : USD = {value} "A" [assumption]\n\noutput a\n')
            fine(["run", model, "--shard", f"{number}/2", "-o", folder, "-q"])
        parts = [os.path.join(folder, f"part-{i}-of-2.tfp") for i in (1, 2)]
        refused(["merge"] + parts, 3, "the file was changed", "m.model")


def test_gaps_and_overlaps_are_refused():
    command = [source("tests/bench/cluster.model")]
    with tempfile.TemporaryDirectory() as folder:
        four, two = os.path.join(folder, "4"), os.path.join(folder, "2")
        os.makedirs(four)
        os.makedirs(two)
        quarters = shards(command, 4, four)
        halves = shards(command, 2, two)
        refused(["merge", quarters[0], quarters[2]], 3, "2 of 4 shards are missing: 2, 4", "--shard 2/4")
        refused(["merge"] + quarters[1:], 3, "1 of 4 shards is missing: 1", "--shard 1/4")
        refused(["merge"] + quarters + quarters[:1], 3, "overlap: both have samples 1 to 4096", "give each shard once")
        refused(["merge"] + quarters[:3] + halves[1:], 3, "overlap: both have samples 8193 to 12288", "different splits")
        refused(["merge", halves[0], quarters[3]], 3, "samples 8193 to 12288 are missing", "all shards")
        # parts of different splits that fit together are a whole
        expect("mixed splits", fine(["merge", halves[0], quarters[2], quarters[3]]).stdout, fine(["run"] + command).stdout)


def test_what_is_no_part_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        part = shards([source("tests/bench/cluster.model"), "--samples", "1024"], 1, folder)[0]
        with open(part, "rb") as file:
            whole = file.read()

        def written(name, data):
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(data)
            return path

        refused(["merge", written("a.csv", b"time:,2024\n")], 4, "is no partial result", "--shard 1/4")
        refused(["merge", written("empty", b"")], 4, "is no partial result")
        refused(["merge", folder], 4, "is a folder")
        refused(["merge", os.path.join(folder, "none")], 4, "there is no file")
        refused(["merge", written("cut", whole[:-100])], 4, "is cut short", "--shard 1/1")
        refused(["merge", written("head", whole[:40])], 4, "is cut short")
        refused(["merge", written("bad", whole[:-2000] + bytes([whole[-2000] ^ 4]) + whole[-1999:])], 4, "is damaged")
        refused(["merge", written("long", whole + b"x")], 4, "is damaged")
        refused(["merge", written("new", whole[:8] + b"\x09" + whole[9:])], 4, "format 9; this program reads format 1")
        refused(["merge"], 2, "no partial result was given", "part-*.tfp")
        refused(["merge", part, "--show", "capex"], 2, "no option `--show`")


def test_bad_shards_are_refused():
    model = source("tests/bench/cluster.model")
    for text, message in (("x", "not a part of a run"), ("1", "not a part"), ("/4", "not a part"), ("1/", "not a part"),
                          ("-1/4", "not a part"), ("1/4x", "not a part"), ("1.5/4", "not a part"), ("0/4", "there is no such part"),
                          ("5/4", "there is no such part"), ("1/0", "there is no such part"),
                          ("1/99999999999999999999", "not a part"), ("1/17", "16 at most")):
        refused(["run", model, f"--shard={text}"], 2, message, "hint:")
    for option in (["--format", "csv"], ["--stats"], ["--wide"], ["--stop-after", "plan"]):
        refused(["run", model, "--shard", "1/2"] + option, 2, f"{option[0]} does not go with --shard")
    refused(["run", model, "--shard", "1/2", "--until", "1%"], 2, "a part of a run cannot tell when the whole is enough", "--samples")


def slurm(**variables):
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLURM_")}
    env.update({f"SLURM_ARRAY_TASK_{k.upper()}": str(v) for k, v in variables.items()})
    return env


def test_slurm_arrays():
    command = ["run", source("tests/bench/cluster.model"), "--shard", "auto", "-q"]
    one = fine(["run", source("tests/bench/cluster.model")]).stdout
    # --array=0-3, 1-16 and 10-30:10, with the step told (newer versions) and not
    for tasks, step in ((range(0, 4), None), (range(1, 17), 1), (range(10, 31, 10), 10), (range(10, 31, 10), None)):
        with tempfile.TemporaryDirectory() as folder:
            for i in tasks:
                extra = {} if step is None else {"step": step}
                fine(command, folder, slurm(id=i, min=tasks[0], max=tasks[-1], count=len(tasks), **extra))
            names = sorted(os.listdir(folder))
            expect("names", names[0], f"part-{1:0{len(str(len(tasks)))}}-of-{len(tasks)}.tfp")
            expect("joined", fine(["merge"] + names, folder).stdout, one)
    refused(command, 2, "this is no task of a Slurm job array", "--array=1-16", env=slurm())
    refused(command, 2, "do not fit together", env=slurm(id=1))
    refused(command, 2, "do not fit together", env=slurm(id=9, min=1, max=4, count=4))
    refused(command, 2, "not evenly numbered", env=slurm(id=3, min=1, max=7, count=3))
    refused(command, 2, "has one task", env=slurm(id=3, min=3, max=3, count=1))


def test_interrupted():
    """Ctrl-C leaves no file, not even a temporary one."""
    with tempfile.TemporaryDirectory() as folder:
        command = [PROGRAM, "run", source("tests/bench/projection.csv"), "--samples", "1G", "--shard", "1/2", "-o", folder]
        started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1)
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=60)
        expect("exit code", started.returncode, 130)
        expect("output", out, b"")
        expect("files", os.listdir(folder), [])
        if b"part 1 of 2 was not written" not in err:
            raise Failure(err.decode())


def test_the_page():
    """The job scripts of docs/clusters.md, with a shell loop in place of Slurm."""
    with open(source("docs/clusters.md")) as file:
        scripts = dict(re.findall(r"^`(\w+\.sbatch)`.*?:\n\n```bash\n(.*?)^```", file.read(), re.M | re.S))
    with tempfile.TemporaryDirectory() as folder:
        tools = os.path.join(folder, "bin")
        os.makedirs(tools)
        for name, text in (("tenfold", f'exec {PROGRAM} "$@"'), ("srun", 'shift\nexec "$@"')):
            path = os.path.join(tools, name)
            with open(path, "w") as file:
                file.write("#!/bin/sh\n" + text + "\n")
            os.chmod(path, 0o755)
        for name in ("shards.sbatch", "merge.sbatch"):
            with open(os.path.join(folder, name), "w") as file:
                file.write(scripts[name])
        for kind in ("models", "scenarios"):
            os.symlink(source(kind), os.path.join(folder, kind))
        first, last = map(int, re.search(r"#SBATCH --array=(\d+)-(\d+)", scripts["shards.sbatch"]).groups())
        count = last - first + 1
        for i in range(first, last + 1):
            env = slurm(id=i, min=first, max=last, count=count, step=1)
            env.update(PATH=tools + ":" + env["PATH"], SLURM_CPUS_PER_TASK="2")
            done = subprocess.run(["bash", "shards.sbatch"], cwd=folder, env=env, capture_output=True)
            expect(f"task {i}: {done.stderr.decode()}", done.returncode, 0)
        done = subprocess.run(["bash", "merge.sbatch"], cwd=folder, env=env, capture_output=True)
        expect(f"merge: {done.stderr.decode()}", done.returncode, 0)
        what = re.search(r"tenfold run (.*?) --shard", scripts["shards.sbatch"]).group(1).split()
        form, path = re.search(r"--format (\w+) -o (\S+)", scripts["merge.sbatch"]).groups()
        with open(os.path.join(folder, path), "rb") as file:
            expect("result", file.read(), fine(["run"] + what + ["--format", form], folder, env).stdout)


def main():
    tests = {name[5:]: function for name, function in globals().items()
             if name.startswith("test_") and inspect.isfunction(function)}
    failed = False
    for name in sys.argv[3:] or tests:
        try:
            tests[name]()
            print(f"ok   {name}")
        except Failure as failure:
            failed = True
            print(f"FAIL {name}: {failure}")
    sys.exit(1 if failed else 0)


PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
if __name__ == "__main__":
    main()
