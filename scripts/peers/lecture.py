#!/usr/bin/env python3
"""The Python programs that bench_amdahl's cases have as their counterparts, timed on this machine.

Needs NumPy; joblib is used if it is there. Prints one line a program: seconds of the fastest of --repetitions runs.
Sizes are bench_amdahl's defaults unless a program would take minutes: then a share of the work is run and the time is
scaled up, and the line says so.
"""
import argparse
import multiprocessing
import os
import time

import numpy as np

try:
    import joblib
except ImportError:
    joblib = None

RUNS, STEPS, START = 5_000_000, 10, 75.0
SIDE = 20_000


def best(program, repetitions):
    seconds = []
    for _ in range(repetitions):
        begin = time.perf_counter()
        program()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def report(name, seconds, share=1.0):
    note = "" if share == 1 else f"  (1/{round(1 / share)} of the work, scaled up)"
    print(f"{name:44s} {seconds / share:10.3f} s{note}", flush=True)


# -- the weather: 5 000 000 runs of 10 steps ------------------------------------------------------------------


def one_run(_=None):
    temperature = START
    for _ in range(STEPS):
        temperature = np.random.normal((72 + temperature) / 2, 5)
    return temperature


def loop(runs):
    return [one_run() for _ in range(runs)]


def vectorised():
    temperature = np.full(RUNS, START)
    for _ in range(STEPS):
        temperature = np.random.normal((temperature + 72) / 2, 5)
    return temperature.mean()


def weather(repetitions):
    share = 1 / 100
    report("weather, Python loop", best(lambda: loop(int(RUNS * share)), repetitions), share)
    if joblib:
        run = joblib.delayed(one_run)
        program = lambda: joblib.Parallel(n_jobs=os.cpu_count())(run(i) for i in range(int(RUNS * share)))
        report("weather, joblib, all cores", best(program, repetitions), share)
    report("weather, NumPy vectorised", best(vectorised, repetitions))


# -- the big sum ----------------------------------------------------------------------------------------------

matrix = None


def block_sum(begin):
    return matrix[begin : begin + SIDE // 8].sum()


def pool_sum():
    with multiprocessing.get_context("fork").Pool() as pool:
        return sum(pool.map(block_sum, range(0, SIDE, SIDE // 8)))


def big_sum(repetitions):
    global matrix
    matrix = np.random.default_rng(1).random((SIDE, SIDE))
    report(f"sum of {SIDE} x {SIDE}, NumPy", best(matrix.sum, repetitions))
    report(f"sum of {SIDE} x {SIDE}, Pool over row blocks", best(pool_sum, repetitions))


# -- points in a circle -----------------------------------------------------------------------------------------


def dart(samples=50_000_000):
    rng, hits = np.random.default_rng(1), 0
    for _ in range(10):  # in parts, for memory's sake
        x, y = rng.random(samples // 10), rng.random(samples // 10)
        hits += np.count_nonzero(x * x + y * y < 1)
    return 4 * hits / samples


# -- the double that waits ----------------------------------------------------------------------------------------


def double(a):
    time.sleep(0.05)
    return 2 * a


def pool_double():
    with multiprocessing.get_context("fork").Pool() as pool:
        return pool.map(double, range(8), chunksize=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repetitions", type=int, default=3)
    repetitions = parser.parse_args().repetitions
    print(f"NumPy {np.__version__}, joblib {joblib.__version__ if joblib else 'not installed'}, {os.cpu_count()} cores")
    weather(repetitions)
    report("pi from 50 000 000 points, NumPy", best(dart, repetitions))
    report("8 doubles of 50 ms, Pool", best(pool_double, repetitions))
    big_sum(repetitions)


if __name__ == "__main__":
    main()
