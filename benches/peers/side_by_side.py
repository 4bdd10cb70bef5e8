"""R1 by tierfund, numba and NumPy in turn on one core: CPU per company life, and median ratios.

    cargo build --release && python benches/peers/side_by_side.py [ROUNDS]

Each round runs each of them once, so that what else the machine does meets all alike. tierfund's time is that of its
whole command, start-up and printing included; the peers are timed after imports and compilation, which flatters them.
"""

import os
import re
import resource
import statistics
import subprocess
import sys
from pathlib import Path

from workload import COMPANIES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PATHS = {"tierfund": 1000, "numba": 300, "numpy": 100}


def tierfund(paths):
    """ns of CPU per life of the whole command."""
    command = [ROOT / "target/release/tierfund", "run", ROOT / "scenarios/reference-r1.toml"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    options = ["--paths", str(paths), "--threads", "1", "--quiet", "--format", "json"]
    subprocess.run(command + options, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu / paths / COMPANIES * 1e9


def peer(name, paths):
    """ns of CPU per life as the peer measures it."""
    single = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    command = [sys.executable, HERE / f"peer_{name}.py", str(paths)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=single).stdout
    return float(re.match(r"([0-9.]+) ns of CPU per life", told).group(1))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    peer("numba", 8)  # compiles
    found = {name: [] for name in PATHS}
    for _ in range(rounds):
        for name, paths in PATHS.items():
            found[name].append(tierfund(paths) if name == "tierfund" else peer(name, paths))
    print("| engine | ns of CPU per life, median (least) | times tierfund's, median of the rounds |")
    print("|---|---|---|")
    for name, times in found.items():
        ratios = [time / own for time, own in zip(times, found["tierfund"])]
        print(f"| {name} | {statistics.median(times):.1f} ({min(times):.1f}) | {statistics.median(ratios):.2f} |")


if __name__ == "__main__":
    main()
