"""What the kernels are measured against, and how fast they are to be: the rows of bench_amdahl peers."""
import os
from typing import NamedTuple, Optional

from output import thousands

CORES = len(os.sched_getaffinity(0))
BIG, CACHED, CALL = 2**27, 2**15, 2**12


class Row(NamedTuple):
    group: str
    title: str
    kind: str  # ratio: the peer's time over ours. ns: ours, an element. call: ours, a call. more: ns more a call than the peer
    op: str
    n: int
    threads: int = 1
    peers: str = ""  # PROGRAM[:OPERATION[:THREADS]] each; of several, the fastest of a round counts
    avx2: Optional[float] = None  # the target where the library takes AVX2: a ratio is at least that, others at most
    avx512: Optional[float] = None  # the same of AVX-512; other levels have no targets
    peer_n: int = 0  # where the peer does fewer: times are compared an element


PLAIN = f"serial:: openmp::{CORES}"  # the faster of a plain loop and a plain loop with OpenMP
READ = "openmp:read openmp:sum"  # what memory gives: the faster of two ways to read it
GENERATORS = ("SFMT19937", "ARS5", "PHILOX", "MT19937")  # those of MKL that count: an LCG fails tests
WATER, WATER_CACHED, AIR = 2048**2, 256**2, 800 * 400  # points and cells of the models on a grid
TWO = CORES == 2  # some targets are for two cores
FASTEST_UNIFORM = " ".join(f"mkl:uniform_{g}" for g in GENERATORS)
FASTEST_NORMAL = " ".join(f"mkl:{method}_{g}" for method in ("icdf", "boxmuller2") for g in GENERATORS)

ROWS = [
    Row("reduce", "sum, n = 16, beyond a plain loop", "more", "sum", 16, CORES, PLAIN, 45, 45),
    Row("reduce", "sum, n = 777, beyond a plain loop", "more", "sum", 777, CORES, PLAIN, 45, 45),
    *(
        Row("reduce", f"sum, n = {thousands(n)}, all cores", "ratio", "sum", n, CORES, PLAIN, 0.67, 0.75)
        for n in (2486, 25_456, 81_459, 834_137)
    ),
    Row("reduce", "sum, 2^27, all cores", "ratio", "sum", BIG, CORES, "openmp", 0.98, 0.98),
    Row("reduce", "sum, 2^27, one core", "ratio", "sum", BIG, 1, "serial", 0.98, 1.0),
    Row("reduce", "sum, 2^27, all cores, against four-stream reads", "ratio", "sum", BIG, CORES, READ, 0.95, 0.95),
    Row("reduce", "sum, 2^15 in cache, one core", "ratio", "sum", CACHED, 1, "serial", 0.75, 0.85),
    Row("reduce", "dot, 2 x 2^26, all cores", "ratio", "dot", BIG // 2, CORES, "openblas", 0.97, 1.0),
    Row("reduce", "asum, 2^27, all cores, against the plain sum", "ratio", "asum", BIG, CORES, "openmp:sum", 0.90, 0.90),
    Row("reduce", "nrm2, 2^27, all cores, against the plain sum", "ratio", "nrm2", BIG, CORES, "openmp:sum", 0.97, 0.97),
    Row("reduce", "minmax, 2^27, all cores, against the plain sum", "ratio", "minmax", BIG, CORES, "openmp:sum", 0.97, 1.0),
    Row("reduce", "moments, 2^27, all cores, against the plain sum", "ratio", "moments", BIG, CORES, "openmp:sum", 0.45, 0.45),
    Row("reduce", "cumsum, 2^27, all cores", "ratio", "cumsum", BIG, CORES, "openmp", 0.60, 0.60),
    Row("reduce", "sum, exponents over +-300 binades, one core", "ns", "widesum", 2**24, avx2=1.3, avx512=1.1),
    Row("reduce", "histogram, 1 000 bins, uniform, one core", "ns", "histogram", 2**24, avx2=1.1, avx512=0.85),
    Row("reduce", "quartiles, 2^24, one core, NumPy's partition", "ratio", "quantile", 2**24, 1, "numpy:partition", 2, 2.5),
    *(
        Row("reduce", f"sums of {cols} columns, one core", "ratio", f"sum_cols_{cols}", 16_000_000, 1, "serial", 0.8, 0.8)
        for cols in (1000, 100_000)
    ),
    *(
        Row("reduce", f"sums of rows of {cols}, one core", "ratio", f"sum_rows_{cols}", 4_000_000, 1, "serial", 0.8, 0.8)
        for cols in (1, 2, 4)
    ),
    Row("reduce", "BLAS drop-in, ddot of 10, a call", "call", "blas:dot", 10, avx2=60, avx512=60),
    Row("reduce", "sum, 2^27, one core, against Kahan", "ratio", "sum", BIG, 1, "kahan"),
    Row("reduce", "sum, 2^27, all cores, against NumPy", "ratio", "sum", BIG, CORES, "numpy"),
    Row("reduce", "minmax, 2^24, all cores, against NumPy", "ratio", "minmax", 2**24, CORES, "numpy"),
    Row("reduce", "histogram, 2^24, all cores, against NumPy", "ratio", "histogram", 2**24, CORES, "numpy"),
    Row("random", "uniforms, 2^12 in cache, one core", "ns", "uniform", CALL, avx2=2.0, avx512=1.0),
    Row("random", "normals, 2^12 in cache, one core", "ns", "normal", CALL, avx2=4.0, avx512=1.8),
    Row("random", "uniforms, 2^15 in cache, one core", "ratio", "uniform", CACHED, 1, "numpy", None, 5),
    Row("random", "normals, 2^15 in cache, one core", "ratio", "normal", CACHED, 1, "numpy", None, 8),
    Row("random", "pi, 2^24 points, all cores, lectures' dart program", "ratio", "pi", 2**24, CORES, "numpy", 40, 50),
    Row("random", "the same, Generator.random, fewer passes", "ratio", "pi", 2**24, CORES, "numpy:pi_careful"),
    Row("weather", "AR(1), 5 000 000 x 10, all cores, NumPy's arrays", "ratio", "ar1_10", 5 * 10**7, CORES, "numpy", 16, 30),
    Row("weather", "AR(1), 5 000 000 x 100, all cores, a tenth in NumPy", "ratio", "ar1_100", 5 * 10**8, CORES, "numpy", 30, 40, 5 * 10**7),
    Row("weather", "AR(1), 200 000 x 100, all cores, lectures' program", "ratio", "ar1_100", 2 * 10**7, CORES, "numpy:lecture", None, 120),
    Row("weather", "AR(1), 20 000 x 100, all cores, a Python loop", "ratio", "ar1_100", 2 * 10**6, CORES, "numpy:lecture_loop", None, 1500),
    Row("weather", "Lorenz-96, 40 variables, one core, member by member", "ratio", "lorenz96", 40 * 2**10, 1, "serial", 3, 4.5),
    Row("grid", "shallow water, 2 048^2, 12 steps, sweeps as triads", "ratio", "shallow_water", WATER, CORES, "openmp:triads", 1.3, 1.3),
    Row("grid", "shallow water, 2 048^2, 12 steps, three sweeps", "ratio", "shallow_water", WATER, CORES, "openmp", 1.6, 1.6),
    Row("grid", "shallow water, 256^2, 12 steps, one core", "ratio", "shallow_water", WATER_CACHED, 1, "serial"),
    Row("grid", "atmosphere, 800 x 400, 4 steps, one core", "ratio", "atmosphere", AIR, 1, "serial", 1.8, 2.5),
    Row("grid", "atmosphere, 800 x 400, all cores, one core's sweeps", "ratio", "atmosphere", AIR, CORES, "serial",
        3.3 if TWO else None, 4.5 if TWO else None),
    Row("grid", "atmosphere, 800 x 400, 4 steps, all cores", "ratio", "atmosphere", AIR, CORES, "openmp"),
    Row("grid", "powers, 2^12 in cache, one core, the C library's", "ratio", "internal:pow", CALL, 1, "serial:pow", 3, 5),
    Row("mkl", "uniforms, 4 096 a call, MKL's fastest", "ratio", "uniform", CALL, 1, FASTEST_UNIFORM, 1.0, 1.0),
    Row("mkl", "uniforms, 4 096 a call, MKL's Philox4x32-10", "ratio", "uniform", CALL, 1, "mkl:uniform_PHILOX", 4),
    *(
        Row("mkl", f"uniforms, 4 096 a call, MKL's {name}", "ratio", "uniform", CALL, 1, f"mkl:uniform_{name}")
        for name in ("SFMT19937", "ARS5", "MT19937", "MRG32K3A", "MCG59")
    ),
    Row("mkl", "normals, 4 096 a call, MKL's fastest", "ratio", "normal", CALL, 1, FASTEST_NORMAL, 1.3, 1.0),
    *(
        Row("mkl", f"normals, 4 096 a call, MKL's {name}, {how}", "ratio", "normal", CALL, 1, f"mkl:{method}_{name}")
        for name in ("SFMT19937", "ARS5", "PHILOX")
        for how, method in (("ICDF", "icdf"), ("Box-Muller", "boxmuller2"))
    ),
    *(
        Row("mkl", f"{op}, {size}, one core, MKL", "ratio", op, n, 1, "mkl")
        for op in ("dot", "asum", "nrm2")
        for size, n in (("2^12 in cache", CALL), ("2^25", 2**25))
    ),
]
