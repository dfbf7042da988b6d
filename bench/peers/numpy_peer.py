#!/usr/bin/env python3
"""NumPy, to the same rules: usage: numpy_peer.py OP N[,N...] THREADS RUNS. Exit status 3: no such operation; 4: no NumPy."""
import sys
import time

try:
    import numpy as np
except ImportError:
    sys.exit(4)

PIECE = 2**16  # runs at a time, so that they stay in cache


def dart(n):
    """The program of every lecture on Monte Carlo."""
    x, y = np.random.rand(n), np.random.rand(n)
    return 4 * (x**2 + y**2 <= 1).sum() / n


def careful_dart(n):
    """The same by NumPy's newer generator, and with fewer passes."""
    x, y = generator.random(n), generator.random(n)
    return 4 * np.count_nonzero(x * x + y * y <= 1) / n


def weather(n, steps):
    """The weather of the lecture, n steps in all, in pieces by NumPy's newer generator: what NumPy does best."""
    total = squares = 0.0
    for begin in range(0, n // steps, PIECE):
        temperature = np.full(min(PIECE, n // steps - begin), 75.0)
        for _ in range(steps):
            temperature = (72 + temperature) / 2 + 5 * generator.standard_normal(len(temperature))
        total += temperature.sum()
        squares += (temperature * temperature).sum()
    return total, squares


def lecture(n):
    """The same as the lecture has it: all runs as one array, 100 steps."""
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


def partition(x):
    """The items beside the quartiles in their places, as numpy.quantile has them."""
    places = [q * (len(x) - 1) // 4 for q in (1, 2, 3)]
    return np.partition(x, sorted({min(place + k, len(x) - 1) for place in places for k in (0, 1)}))


def seconds(operation, x):
    """Of a call; short ones are repeated until they take some milliseconds."""
    calls = 1
    while True:
        begin = time.perf_counter()
        for _ in range(calls):
            operation(x)
        taken = time.perf_counter() - begin
        if taken > 3e-3:
            return taken / calls
        calls *= 2


operations = {
    "uniform": lambda x: generator.random(out=x),
    "normal": lambda x: generator.standard_normal(out=x),
    "ar1_10": lambda x: weather(len(x), 10),
    "ar1_100": lambda x: weather(len(x), 100),
    "lecture": lambda x: lecture(len(x)),
    "lecture_loop": lambda x: lecture_loop(len(x)),
    "pi": lambda x: dart(len(x)),
    "pi_careful": lambda x: careful_dart(len(x)),
    "sum": lambda x: x.sum(),
    "dot": lambda x: x.dot(y[: len(x)]),
    "asum": lambda x: np.abs(x).sum(),
    "minmax": lambda x: (x.min(), x.max(), x.argmin(), x.argmax()),
    "moments": lambda x: (x.mean(), x.var()),
    "cumsum": lambda x: np.cumsum(x, out=y[: len(x)]),
    "histogram": lambda x: np.histogram(x, 1000, (0, 1)),
    "quantile": lambda x: np.quantile(x, (0.25, 0.5, 0.75)),
    "partition": partition,
}
op, sizes, threads, runs = sys.argv[1], [int(n) for n in sys.argv[2].split(",")], sys.argv[3], int(sys.argv[4])
if op not in operations:
    sys.exit(3)
generator = np.random.default_rng(1)
data = generator.random(max(sizes))
y = generator.random(max(sizes)) if op in ("dot", "cumsum") else None
for n in sizes:
    times = [seconds(operations[op], data[:n])]
    warm = times[0] <= 0.2  # a longer one needs no run before it
    while len(times) < runs + warm:
        times.append(seconds(operations[op], data[:n]))
    print("numpy", op, n, threads, *(f"{t:.4e}" for t in times[warm:]))
