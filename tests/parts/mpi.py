#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# tenfold-mpi: any number of ranks prints what one process prints, and a failure on one rank ends all of them.
#   mpi.py TENFOLD TENFOLD_MPI MPIRUN SOURCE_DIR      exit 77 if ranks cannot be started here at all
import os
import signal
import subprocess
import sys
import tempfile
import time

TENFOLD, PROGRAM, MPIRUN, SOURCE = [os.path.abspath(a) for a in sys.argv[1:5]]
# More ranks than processors, as root in containers, and without a system call that containers often forbid.
ENV = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
           OMPI_MCA_btl_vader_single_copy_mechanism="none", OMPI_MCA_rmaps_base_oversubscribe="1")
LIMIT = 200  # seconds


class Failure(Exception):
    pass


def job(ranks, arguments, **more):
    """`arguments`: one list for all ranks, or a list of them per rank."""
    apart = isinstance(arguments[0], list)
    command = [MPIRUN, "--oversubscribe"]
    for i, one in enumerate(arguments if apart else [arguments]):
        command += [":"] if i > 0 else []
        command += ["-n", "1" if apart else str(ranks), PROGRAM] + one
    return subprocess.run(command, capture_output=True, env=dict(ENV, **more), timeout=LIMIT)


def expect(what, got, expected):
    if got != expected:
        raise Failure(f"{what}: {got!r}, expected {expected!r}")


def check_same(command, ranks):
    one = subprocess.run([TENFOLD, "run"] + command, capture_output=True, timeout=LIMIT)
    expect(f"tenfold run {command}: {one.stderr.decode()}", one.returncode, 0)
    for n in ranks:
        done = job(n, ["run"] + command)
        expect(f"{n} ranks, {command}: exit code ({done.stderr.decode()})", done.returncode, 0)
        expect(f"{n} ranks, {command}: results", done.stdout, one.stdout)
        expect(f"{n} ranks, {command}: messages", done.stderr, one.stderr)


def check_failed(what, done, code, text):
    message = done.stderr.decode()
    expect(f"{what}: exit code ({message})", done.returncode, code)
    expect(f"{what}: results", done.stdout, b"")
    expect(f"{what}: errors in {message}", message.count("error: "), 1)
    if text not in message:
        raise Failure(f"{what}: no `{text}` in {message}")


def path(name):
    return os.path.join(SOURCE, name)


def test_same_bytes():
    check_same([path("scenarios/llama.csv"), "--format", "json"], (1, 2, 4))
    check_same([path("tests/bench/cluster.model"), "--stats", "--samples", "5000", "--seed", "3"], (4,))
    check_same([path("tests/bench/projection.csv"), path("tests/bench/cluster.model"), "--format", "csv", "--samples", "30000",
                "--memory", "100k"], (2, 4))


def test_one_rank_fails():
    model = path("tests/bench/cluster.model")
    with tempfile.TemporaryDirectory() as folder:
        bad = os.path.join(folder, "bad.model")
        with open(bad, "w") as file:  # the root of a negative number, in few samples and none of rank 0
            file.write('language 1\nmodel "m"\na : 1 = normal(0.5 to 2)\nb : 1 = sqrt(a + 0.35)\noutput b\n')
        one = subprocess.run([TENFOLD, "run", bad], capture_output=True, timeout=LIMIT)
        expect(f"the model is bad ({one.stdout.decode()})", one.returncode, 5)
        done = job(4, ["run", bad])
        check_failed("not finite", done, 5, one.stderr.decode())
    check_failed("out of memory", job(3, ["run", model], TENFOLD_FAIL_RANK="1", TENFOLD_FAIL_ALLOCATION="300"), 5, "error: out of memory")
    check_failed("no such file", job(3, ["run", "none.csv"]), 4, "there is no file `none.csv`")
    check_failed("one has no file", job(2, [["run", model], ["run", "none.csv"]]), 4, "there is no file `none.csv`")
    check_failed("another seed", job(2, [["run", model], ["run", model, "--seed", "2"]]), 3, "`rank 1` has another seed (2) than `rank 0` (1)")
    check_failed("too many ranks", job(4, ["run", model, "--samples", "2048"]), 2, "cannot be split into 4 parts: 2 at most")
    check_failed("another command", job(2, ["list"]), 2, "tenfold-mpi has one command: run")
    check_failed("--shard", job(2, ["run", model, "--shard", "1/2"]), 2, "tenfold-mpi has no --shard")
    check_failed("--until", job(2, ["run", model, "--until", "1%"]), 2, "a part of a run cannot tell when the whole is enough")
    check_failed("a full disk", job(2, ["run", model, "-o", "/dev/full"]), 4, "cannot write `/dev/full`")


def test_interrupted():
    command = [MPIRUN, "--oversubscribe", "-n", "2", PROGRAM, "run", path("tests/bench/projection.csv"), "--samples", "1G"]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV)
    time.sleep(3)
    started.send_signal(signal.SIGINT)
    out, _ = started.communicate(timeout=LIMIT)
    expect("results", out, b"")
    if started.returncode == 0:
        raise Failure("an interrupted job ends with exit code 0")
    # One rank that is told to stop takes the others with it.
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV)
    ranks = []
    for _ in range(100):
        time.sleep(0.1)
        found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(started.pid)], capture_output=True, text=True)
        ranks = [int(line.split()[0]) for line in found.stdout.splitlines() if "tenfold-mpi" in line]
        if len(ranks) == 2:
            break
    time.sleep(2)
    for rank in ranks: # both: the other would compute its whole part first
        os.kill(rank, signal.SIGTERM)
    out, err = started.communicate(timeout=LIMIT)
    expect("results", out, b"")
    expect(f"exit code ({err.decode()})", started.returncode, 143)
    expect(f"messages in {err.decode()}", err.count(b"interrupted: there is no result"), 1)


def main():
    probe = subprocess.run([MPIRUN, "--oversubscribe", "-n", "1", "true"], capture_output=True, env=ENV, timeout=LIMIT)
    if probe.returncode != 0:
        print(probe.stderr.decode())
        sys.exit(77)
    failed = False
    for name, function in list(globals().items()):
        if name.startswith("test_"):
            try:
                function()
                print(f"ok   {name[5:]}")
            except Failure as failure:
                failed = True
                print(f"FAIL {name[5:]}: {failure}")
    sys.exit(1 if failed else 0)


main()
