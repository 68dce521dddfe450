"""Many runs: the same bits wherever they are made, and what happens when one is not."""

from __future__ import annotations

import itertools
import os
import pickle
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import distributed
import numpy as np
import pytest
from working import until_at_work

import bioanchors as ba
from bioanchors.analysis.running import Points, run_alike
from bioanchors.results.executors import Asked, read_executor
from bioanchors.results.workers import Processes

FILES = ["cotra2020", "shah2020", "cotra2020-aggressive"]


def cdf(forecast: ba.Forecast) -> Any:
    """What is kept; a module's function, so that it can be sent."""
    return forecast.cdf


def made_by(forecast: ba.Forecast) -> Any:
    """How it was made."""
    return forecast.parameters.name, forecast.origin.seed, forecast.origin.precision


def deadly(forecast: ba.Forecast) -> Any:
    """What ends its process the first time that it meets a certain file."""
    mark = Path(os.environ["DEADLY"])
    if forecast.parameters.name == "shah2020" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return forecast.cdf


class Client:
    """As a client of a cluster has it: ``map`` gives futures, and ``gather`` their results."""

    def __init__(self) -> None:
        self.cancelled: list[bytes] = []

    def map(self, function: Any, items: Any) -> list[bytes]:
        return [pickle.dumps((function, item)) for item in items]

    def gather(self, futures: list[bytes]) -> list[Any]:
        made = []
        for future in futures:
            function, item = pickle.loads(future)
            made.append(pickle.loads(pickle.dumps(function(item))))
        return made

    def cancel(self, futures: list[bytes]) -> None:
        self.cancelled += futures


@pytest.fixture(scope="module")
def one_by_one() -> list[Any]:
    return ba.run_many(FILES, keep=cdf)


EXECUTORS = {"threads": "threads:2", "processes": "processes:2", "client": Client()}


@pytest.mark.parametrize("kind", EXECUTORS)
def test_the_bits_are_the_same_wherever_runs_are_made(kind: str, one_by_one: list[Any]) -> None:
    told: list[tuple[int, int]] = []
    made = ba.run_many(FILES, EXECUTORS[kind], keep=cdf, progress=lambda *done: told.append(done))
    for one, other in zip(one_by_one, made, strict=True):
        np.testing.assert_array_equal(one, other)
    assert told == [(i, len(FILES)) for i in range(len(FILES) + 1)]


def test_any_executor_will_do(one_by_one: list[Any]) -> None:
    with ThreadPoolExecutor(2) as pool:
        made = ba.run_many(FILES, pool, keep=cdf)
    for one, other in zip(one_by_one, made, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_nobody_waits_for_is_cancelled() -> None:
    def interrupted(done: int, of: int) -> None:
        if done:
            raise KeyboardInterrupt

    client = Client()
    with pytest.raises(KeyboardInterrupt):
        ba.run_many(FILES, client, keep=cdf, progress=interrupted)
    assert len(client.cancelled) == len(FILES) - 1


@pytest.mark.parametrize("executor", [None, "threads:2", "processes:2"])
def test_a_run_may_have_options_of_its_own(executor: str | None) -> None:
    jobs = ["cotra2020", ("cotra2020", {"seed": 2}), ("shah2020", {"precision": 0.002})]
    made = ba.run_many(jobs, executor, keep=made_by, precision=0.01)
    assert made == [("cotra2020", 1, 0.01), ("cotra2020", 2, 0.01), ("shah2020", 1, 0.002)]


def test_a_worker_that_dies_is_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_by_one: list[Any]
) -> None:
    monkeypatch.setenv("DEADLY", str(tmp_path / "died"))
    made = ba.run_many(FILES, "processes:2", keep=deadly)
    assert (tmp_path / "died").exists()
    for one, other in zip(one_by_one, made, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_script_that_starts_processes_wherever_it_is_read_is_told_so(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    read = tmp_path / "read"
    script.write_text(
        "import bioanchors as ba\n"
        f"open({str(read)!r}, 'a').write('once ')\n"
        "ba.sweep('cotra2020', vary={'hardware.doubling_years': [2, 3]}, executor='processes:1')\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == 1
    assert done.stderr.endswith('stands in a file, under if __name__ == "__main__":\n')
    assert read.read_text(encoding="utf-8") == "once once "  # by the script, and by one process


def test_what_cannot_be_sent_is_told_before_anything_starts() -> None:
    with pytest.raises(ValueError, match=r"cannot be sent to a process: .* allowed: a function of"):
        ba.run_many(FILES, "processes:2", keep=lambda forecast: forecast.cdf)


def test_what_a_prompt_defines_is_told_before_anything_starts(tmp_path: Path) -> None:
    lines = "import bioanchors as ba\ndef own(f): return 1\n"
    ask = "ba.run_many(['cotra2020'] * 2, 'processes:2', keep=own)"
    done = subprocess.run(
        [sys.executable, "-c", lines + ask], capture_output=True, text=True, check=False
    )
    assert "ValueError: processes cannot read what a notebook or a prompt defines" in done.stderr
    assert done.stderr.count("Traceback") == 1


def test_a_file_that_is_refused_is_told_as_by_run() -> None:
    bad = ba.read_parameters(
        "cotra2020",
        [
            "hypotheses.mine={kind='direct', weight=1, training_flop=1e20, "
            "algorithms={halving_years=3, max_oom=2}}"
        ],
    )
    for executor in (None, "threads", "processes:1"):
        with pytest.raises(ba.BadParameters, match="low-end update leaves nothing") as caught:
            ba.run_many(["cotra2020", bad], executor, keep=cdf)
        assert caught.value.problems[0].key == "hypotheses.mine"


# --- On a cluster --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes with a scheduler, as on a cluster; ``.[dev]`` has what it takes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of distributed's own making
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
            ) as made,
            distributed.Client(made, set_as_default=False) as client,
        ):
            yield client


def test_a_cluster_makes_the_same_bits(cluster: Any, one_by_one: list[Any]) -> None:
    told: list[tuple[int, int]] = []
    made = ba.run_many(FILES, cluster, keep=cdf, progress=lambda *done: told.append(done))
    for one, other in zip(one_by_one, made, strict=True):
        np.testing.assert_array_equal(one, other)
    assert told == [(i, len(FILES)) for i in range(len(FILES) + 1)]
    # More jobs than are sent ahead at a time, which come back in any order.
    jobs = [("cotra2020", {"seed": seed}) for seed in range(20)]
    for one, other in zip(
        ba.run_many(jobs, keep=cdf), ba.run_many(jobs, cluster, keep=cdf), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_blocks_are_counted_anywhere_with_the_same_bits(cluster: Any) -> None:
    options: dict[str, Any] = {"estimator": "count", "points": 2**18, "fewest": 2**18}
    options |= {"replicates": 2, "precision": 1e-9}
    here = ba.run("latest", threads=1, **options).sums
    for executor in (cluster, "processes:2", "threads:2", "auto"):
        told: list[tuple[int, int]] = []
        there = ba.run(
            "latest",
            executor=executor,
            progress=lambda *done, told=told: told.append(done),
            **options,
        ).sums
        assert told == [(i, 4) for i in range(1, 5)]
        for name in ("arrived", "enough", "likelihood", "moments"):
            np.testing.assert_array_equal(getattr(here, name), getattr(there, name))


def test_a_run_that_counts_nothing_has_no_use_for_an_executor(cli: Any) -> None:
    cli("run", "cotra2020", "--executor", "threads", code=2)
    assert "it is for --estimator count" in cli.errors
    command = ["run", "cotra2020", "--estimator", "count", "--precision", "1pp"]
    assert cli(*command) == cli(*command, "--executor", "threads:2")


def test_a_worker_of_a_cluster_needs_no_file_of_ours(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text('format = 1\nextends = "cotra2020"\nhardware.doubling_years = 2\n')
    parameters = ba.read_parameters("./own.toml")
    here = ba.run(parameters).cdf
    Path("own.toml").unlink()
    cluster.run(os.chdir, "/")
    (there,) = ba.run_many([parameters], cluster, keep=cdf)
    np.testing.assert_array_equal(here, there)


def test_a_worker_of_a_cluster_that_dies_is_survived(cluster: Any) -> None:
    jobs = [("cotra2020-uncertain", {"seed": seed, "precision": 1e-4}) for seed in range(12)]
    expected = ba.run_many(jobs, keep=cdf)
    processes = set(cluster.run(os.getpid).values())
    assert len(processes) == 2

    def kill_one(done: int, of: int) -> None:
        if done == 2:
            os.kill(processes.pop(), signal.SIGKILL)

    made = ba.run_many(jobs, cluster, keep=cdf, progress=kill_one)
    assert len(processes) == 1
    for one, other in zip(expected, made, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_a_cluster_has_not_begun_is_cancelled(cluster: Any) -> None:
    def interrupted(done: int, of: int) -> None:
        if done:
            raise KeyboardInterrupt

    jobs = [("cotra2020", {"seed": seed}) for seed in range(50)]
    with pytest.raises(KeyboardInterrupt):
        ba.run_many(jobs, cluster, keep=cdf, progress=interrupted)
    end = time.monotonic() + 10
    while any(cluster.processing().values()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(cluster.processing().values())


def test_a_scheduler_that_does_not_answer_is_told(cli: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("bioanchors.results.clusters.WAIT_S", 0.2)
    cli("sweep", "cotra2020", "--vary", "hardware.doubling_years=[2]",
        "--executor", "dask:localhost:1", code=2)  # fmt: skip
    assert "no dask scheduler answers at localhost:1" in cli.errors


# --- What is asked for ---------------------------------------------------------------------------


def test_processes_are_started_once_they_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bioanchors.results.workers.PAYS_S", 0.3)
    jobs = list(range(8))
    with closing(Processes(2, if_it_pays=True)) as processes:
        quick = dict(processes.made(nap, [(0.0, job) for job in jobs]))
        assert quick == {job: os.getpid() for job in jobs}
        slow = dict(processes.made(nap, [(0.1, job) for job in jobs]))
        assert sorted(slow) == jobs
        assert slow[0] == os.getpid() != slow[7]
        # They stay for the next set.
        again = dict(processes.made(nap, [(0.0, job) for job in jobs]))
        assert set(again.values()) <= set(slow.values()) - {os.getpid()}


def nap(job: tuple[float, int]) -> int:
    """Sleep, and say in which process."""
    time.sleep(job[0])
    return os.getpid()


def test_texts_that_name_an_executor() -> None:
    assert read_executor("processes:3") == Asked("processes", 3)
    assert read_executor("dask:3") == Asked("dask", 3)
    assert read_executor("dask:tcp://host.example:8786").address == "tcp://host.example:8786"
    assert read_executor("auto").number == read_executor("threads").number


@pytest.mark.parametrize(
    "text",
    ["", "process", "threads:", "threads:0", "processes:x", "auto:2", "dask:", "dask:0",
     "dask:host", "processes:1025"],
)  # fmt: skip
def test_what_is_no_executor_is_told(text: str, cli: Any) -> None:
    with pytest.raises(ValueError, match="allowed: auto, threads or processes"):
        read_executor(text)
    command = ["sweep", "cotra2020", "--vary", "hardware.doubling_years=[2]", "--executor", text]
    cli(*command, code=2)
    assert "allowed: auto, threads or processes" in cli.errors


@pytest.mark.parametrize(
    "command",
    [
        ["sweep", "cotra2020", "--vary", "hardware.doubling_years=2:3:3"],
        ["solve", "cotra2020", "--vary", "hardware.doubling_years=1:6", "--target", "median=2045"],
        ["compare", "cotra2020", "shah2020", "--attribute"],
        ["sensitivity", "cotra2020", "--view", "tornado", "--output", "2050", "--input",
         "brain.flop_per_s", "--input", "scaling.exponent"],
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_commands_print_the_same(command: list[str], cli: Any) -> None:
    printed = []
    for executor in ([], ["--executor", "threads:2"], ["--executor", "processes:2"]):
        printed.append(cli(*command, *executor))
    assert printed[0] == printed[1] == printed[2]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("executor", "number", "code"),
    [
        ("processes:2", signal.SIGINT, 130),
        ("processes:2", signal.SIGTERM, 143),
        ("processes:2", signal.SIGKILL, -9),
        ("threads:2", signal.SIGINT, 130),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_an_interrupted_sweep_leaves_no_process_behind(
    executor: str, number: signal.Signals, code: int, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bioanchors", "sweep", "cotra2020-uncertain", "--vary",
         "hardware.doubling_years=1:4:400", "--precision", "0.01pp", "--executor", executor,
         "--out", "o"],
        cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
        # Where tests run in the background, Ctrl-C is ignored, and what they start inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    workers = 2 if executor.startswith("processes") else 0
    until_at_work(process.pid, 0.8, workers)
    # A terminal sends Ctrl-C to all of them, what else ends a process to it alone.
    (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    _, said = process.communicate(timeout=60)
    start = time.monotonic()
    assert process.returncode == code
    while alive(process.pid) and time.monotonic() - start < 30:
        time.sleep(0.1)
    assert not alive(process.pid)
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())


def alive(group: int) -> bool:
    """Whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


THREE = ("cotra2020", "cotra2020-uncertain", "latest")


@pytest.mark.parametrize("names", list(itertools.permutations(THREE)))
def test_runs_alike_take_the_points_of_the_most_demanding(names: tuple[str, ...]) -> None:
    """Whichever comes first: one whose trends are known says nothing of the others'."""
    files = [ba.read_parameters(name) for name in names]
    alone = Points.most([Points.of(ba.run(file)) for file in files])
    alike = run_alike(files, Points.of)
    assert {each for each, _ in alike} == {alone.each}
    assert {trends for _, trends in alike} == {0, alone.trends}
