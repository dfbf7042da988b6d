#!/usr/bin/env python3
"""NumPy, to the same rules: usage: numpy_peer.py OP N THREADS RUNS. Exit status 3: no such operation; 4: no NumPy."""
import sys
import time

try:
    import numpy as np
except ImportError:
    sys.exit(4)


def dart(n):
    """The program of every lecture on Monte Carlo."""
    x, y = np.random.rand(n), np.random.rand(n)
    return 4 * (x**2 + y**2 <= 1).sum() / n


def careful_dart(n):
    """The same by NumPy's newer generator, and with fewer passes."""
    x, y = generator.random(n), generator.random(n)
    return 4 * np.count_nonzero(x * x + y * y <= 1) / n


def lecture(n):
    """The weather of the lecture, all runs as one array, 100 steps."""
    temperature = np.full(n // 100, 75.0)
    for _ in range(100):
        temperature = np.random.normal((temperature + 72) / 2, 5)
    return temperature.mean()


def lecture_loop(n):
    """The same, run by run."""
    ends = []
    for _ in range(n // 100):
        temperature = 75.0
        for _ in range(100):
            temperature = np.random.normal((temperature + 72) / 2, 5)
        ends.append(temperature)
    return sum(ends) / len(ends)


op, n, threads, runs = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
generator = np.random.default_rng(1)
operations = {
    "uniform": lambda x: generator.random(out=x),
    "normal": lambda x: generator.standard_normal(out=x),
    "ar1": lambda x: lecture(n),
    "ar1_loop": lambda x: lecture_loop(n),
    "pi": lambda x: dart(n),
    "pi_careful": lambda x: careful_dart(n),
    "sum": lambda x: x.sum(),
    "sum1": lambda x: x.sum(),
    "asum": lambda x: np.abs(x).sum(),
    "minmax": lambda x: (x.min(), x.max(), x.argmin(), x.argmax()),
    "moments": lambda x: (x.mean(), x.var()),
    "cumsum": lambda x: np.cumsum(x),
    "histogram": lambda x: np.histogram(x, 1000, (0, 1)),
}
if op not in operations:
    sys.exit(3)
x = generator.random(n)
times = []
for _ in range(runs + 1):
    calls, seconds = 1, 0.0
    while seconds < 2e-3:
        begin = time.perf_counter()
        for _ in range(calls):
            operations[op](x)
        seconds = time.perf_counter() - begin
        calls *= 2
    times.append(seconds / (calls / 2))
print("numpy", op, n, threads, *(f"{t:.4e}" for t in times[1:]))
