"""bench_amdahl's workloads in Python, each as a loop, in multiprocessing.Pool, joblib and Metaflow's parallel_map, and in
NumPy. A program takes the number of items n and gives its answer as a tuple of numbers."""
import atexit
import itertools
import math
import multiprocessing
import os
import random
import time
from typing import Callable, Sequence

CORES = len(os.sched_getaffinity(0))
PARTS = 4 * CORES  # of the work, in Pool, joblib and parallel_map: 8 on two cores, as in Metaflow's text
PIECE = 2**16  # items NumPy does at a time, so that they stay in cache
MEAN, SD, START, STEPS = 72, 5, 75.0, 10  # ar1: T' = (72 + T) / 2 + 5 Z
TASK_SECONDS = 0.05
GOLDEN = 0x9E3779B97F4A7C15

try:
    import numpy as np
except ImportError:
    np = None  # implementations.py says so

matrix = None  # sum's doubles in a NumPy array, made before the programs are forked, which read it without copying
floats: list[float] = []  # the first of them in a list, for the loop

Span = tuple[int, int]  # items [begin, end)
Block = Callable[[int, int], object]
Answer = tuple[float, ...]


# -- the data of sum: multiples of the golden ratio, their fractional parts to 53 bits --------------------------------


def weyl(i: int) -> float:
    return (i * GOLDEN % 2**64 >> 11) * 2**-53


def make_matrix(n: int):
    x = np.empty(n)
    for begin in range(0, n, PIECE):
        i = np.arange(begin, min(begin + PIECE, n), dtype=np.uint64) * np.uint64(GOLDEN)
        np.multiply(i >> np.uint64(11), 2**-53, out=x[begin : begin + PIECE])
    return x


# -- items [begin, end) of a workload in plain Python -----------------------------------------------------------------


def sum_of_floats(begin: int, end: int) -> float:
    total = 0.0
    for x in itertools.islice(floats, begin, end):
        total += x
    return total


def sum_of_slice(begin: int, end: int) -> float:
    return float(matrix[begin:end].sum())


def pi_block(begin: int, end: int) -> int:
    uniform = random.Random(begin).random
    hits = 0
    for _ in range(begin, end):
        x, y = uniform(), uniform()
        if x * x + y * y <= 1:
            hits += 1
    return hits


def ar1_block(begin: int, end: int) -> tuple[float, float]:
    gauss = random.Random(begin).gauss
    total = squares = 0.0
    for _ in range(begin, end):
        temperature = START
        for _ in range(STEPS):
            temperature = gauss((MEAN + temperature) / 2, SD)
        total += temperature - MEAN
        squares += (temperature - MEAN) ** 2
    return total, squares


def sleep_block(begin: int, end: int) -> float:
    total = 0.0
    for task in range(begin, end):
        time.sleep(TASK_SECONDS)
        total += 2 * task
    return total


def philox(c):
    """Two random numbers of 64 bits: Philox4x32-10 (Salmon et al. 2011) of counter c, seed 1, stream 2. c: a number, or an
    array of them."""
    x0, x1, x2, x3, k0, k1 = c & 0xFFFFFFFF, c >> 32, 2, 0, 1, 0
    for _ in range(10):
        p0, p1 = 0xD2511F53 * x0, 0xCD9E8D57 * x2
        x0, x1 = (p1 >> 32) ^ x1 ^ k0, p1 & 0xFFFFFFFF
        x2, x3 = (p0 >> 32) ^ x3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = k0 + 0x9E3779B9 & 0xFFFFFFFF, k1 + 0xBB67AE85 & 0xFFFFFFFF
    return x0 | x1 << 32, x2 | x3 << 32


def dial_block(begin: int, end: int) -> int:
    total = 0
    for i in range(begin, end):
        total += philox(i // 16 * 8 + i % 8)[i % 16 >= 8]
    return total % 2**64


BLOCKS: dict[str, Block] = {"sum": sum_of_slice, "pi": pi_block, "ar1": ar1_block, "sleep": sleep_block, "dial": dial_block}


# -- from blocks to a program -----------------------------------------------------------------------------------------


def alone(workload: str, n: int) -> int:
    """Items that the caller does before it shares out the others: dial's serial fraction."""
    return n // 10 if workload == "dial" else 0


def spans(workload: str, begin: int, end: int) -> list[Span]:
    parts = end - begin if workload == "sleep" else PARTS
    n = end - begin
    return [(begin + n * k // parts, begin + n * (k + 1) // parts) for k in range(parts)]


def answer(workload: str, partials: Sequence, n: int) -> Answer:
    if workload == "pi":
        return (4 * sum(partials) / n if n else 0.0,)
    if workload == "ar1":
        mean, square = (sum(p[k] for p in partials) / max(n, 1) for k in (0, 1))
        return MEAN + mean, square - mean**2
    if workload == "dial":
        return (sum(partials) % 2**64,)
    return (math.fsum(partials),)


def in_parts(workload: str, n: int, run: Callable[[Block, list[Span]], Sequence]) -> Answer:
    block, first = BLOCKS[workload], alone(workload, n)
    return answer(workload, [*([block(0, first)] if first else []), *run(block, spans(workload, first, n))], n)


def prepare_loop(workload: str, n: int) -> None:
    if workload == "sum":
        floats.extend(map(weyl, range(len(floats), n)))


def python_loop(workload: str, n: int) -> Answer:
    block = sum_of_floats if workload == "sum" else BLOCKS[workload]
    return answer(workload, [block(0, n)], n)


def pool(workload: str, n: int) -> Answer:
    def run(block: Block, parts: list[Span]) -> Sequence:
        with multiprocessing.get_context("fork").Pool(CORES) as workers:
            return workers.starmap(block, parts, chunksize=1)

    return in_parts(workload, n, run)


def joblib(workload: str, n: int) -> Answer:
    """The sum in threads: NumPy lets them run side by side, and processes would be sent a copy of the array."""
    from joblib import Parallel, delayed

    prefer = "threads" if workload == "sum" else "processes"
    return in_parts(
        workload, n, lambda block, parts: Parallel(n_jobs=CORES, prefer=prefer)(delayed(block)(*part) for part in parts)
    )


def joblib_end() -> None:
    """A fork ends without Python's exit functions, to which joblib leaves its temporary folders, and its workers."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor(reuse=True).shutdown()
    atexit._run_exitfuncs()


def metaflow(workload: str, n: int) -> Answer:
    from metaflow import parallel_map

    return in_parts(workload, n, lambda block, parts: parallel_map(lambda part: block(*part), parts, max_parallel=CORES))


# -- NumPy ------------------------------------------------------------------------------------------------------------


def pieces(n: int) -> list[Span]:
    return [(begin, min(begin + PIECE, n)) for begin in range(0, n, PIECE)]


def numpy_pi(n: int) -> Answer:
    generator, hits = np.random.default_rng(1), 0
    for begin, end in pieces(n):
        x, y = generator.random(end - begin), generator.random(end - begin)
        hits += int(np.count_nonzero(x * x + y * y <= 1))
    return answer("pi", [hits], n)


def numpy_ar1(n: int) -> Answer:
    generator, partials = np.random.default_rng(1), []
    for begin, end in pieces(n):
        temperature = np.full(end - begin, START)
        for _ in range(STEPS):
            temperature = (MEAN + temperature) / 2 + SD * generator.standard_normal(end - begin)
        d = temperature - MEAN
        partials.append((float(d.sum()), float((d * d).sum())))
    return answer("ar1", partials, n)


def numpy_dial(n: int) -> Answer:
    partials = []
    for begin, end in pieces(n):
        # elements 16 b + j and 16 b + 8 + j, j < 8, come from counter 8 b + j
        words = philox(np.arange(begin // 16 * 8, (end + 15) // 16 * 8, dtype=np.uint64))
        bits = np.stack([word.reshape(-1, 8) for word in words], axis=1).ravel()
        partials.append(int(bits[: end - begin].sum()))
    return answer("dial", partials, n)


def numpy(workload: str, n: int) -> Answer:
    if workload == "sum":
        return (float(matrix[:n].sum()),)
    return {"pi": numpy_pi, "ar1": numpy_ar1, "dial": numpy_dial}[workload](n)
