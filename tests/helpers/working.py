"""Waits until other processes are at work, by the processor time that they have used.

Less than a guess of how long a start takes on a slow machine, and more to be relied on.
"""

from __future__ import annotations

import time

import psutil

PATIENCE_S = 60.0


def until_at_work(pid: int, cpu_s: float, workers: int = 0) -> None:
    """Return once a process, or so many of those that it has started, have worked for so long.

    Parameters
    ----------
    pid
        The process.
    cpu_s
        Seconds of processor time that it has used, or each of its workers.
    workers
        How many of these there are to be; 0 for the process itself.
    """
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            process = psutil.Process(pid)
            each = process.children(recursive=True) if workers else [process]
            used = [times.user + times.system for times in (one.cpu_times() for one in each)]
        except psutil.NoSuchProcess:  # a child that has just ended
            used = []
        if sum(seconds >= cpu_s for seconds in used) >= max(workers, 1):
            return
        time.sleep(0.02)
    raise AssertionError(f"process {pid} has not worked for {cpu_s} s")
