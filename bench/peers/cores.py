"""How time falls with the number of cores, by threads and by processes; what memory bounds beside what memory gives."""
import statistics

from kernels import Bench
from targets import CORES

COUNTS = sorted({2**k for k in range(20) if 2**k <= CORES} | {CORES})
# Title, operation, n, what bounds it in memory (an operation of plain OpenMP, and how often its time), efficiency to reach
WORK = [
    ("sum, 2^26", "sum", 2**26, "read", 1, None),
    ("dot, 2 x 2^26", "dot", 2**26, "read", 2, None),
    ("pi, 2^26 points", "pi", 2**26, "", 0, 0.9),
    ("AR(1), 2^25 steps in runs of 100", "ar1_100", 2**25, "", 0, 0.9),
    ("normals, 2^26", "normal", 2**26, "store", 1, None),
]


def scaling(bench: Bench, title: str, op: str, n: int, bound: str, times_bound: int, target: float) -> None:
    """A row a count for threads and one for processes: the efficiency is t(1) / (w t(w)), round by round."""
    n = bench.size(n)
    workers = [1, *(f"{w}{kind}" for kind in ("", "p") for w in COUNTS if w > 1)]
    bounds = [("openmp", bound, n, w) for w in COUNTS] if bound else []
    ours = bench.in_turns(*(("tutti", op, n, w) for w in workers), *bounds)
    measured = bench.measured
    memory = dict(zip(COUNTS, ours[len(workers):]))
    for k, w in enumerate(workers):
        count, kind = int(str(w).rstrip("p")), "processes" if str(w).endswith("p") else "threads"
        values = [one / many / count for one, many in zip(ours[0], ours[k])]
        ratio = f"{f'{statistics.median(values):8.3f} efficiency':20s} [{min(values):.3f} .. {max(values):.3f}]"
        wanted = target if count == 16 else None
        bench.measured = [measured[0], measured[k]]
        time = f"{statistics.median(ours[k]) / n * 1e9:8.3f} ns"
        met = None if wanted is None else statistics.median(values) >= wanted
        name = f"{title}: {count} {kind if count > 1 else 'core'}"
        bench.row(name, time, ratio, f">= {wanted}" if wanted else "", met)
        if memory:
            values = [times_bound * theirs / mine for theirs, mine in zip(memory[count], ours[k])]
            bench.measured = [measured[len(workers) + COUNTS.index(count)], measured[k]]
            bench.row(f"    against {bound}s", "", f"{f'{statistics.median(values):8.3f} x':20s} [{min(values):.3f} .. {max(values):.3f}]")


def compare(bench: Bench) -> None:
    for title, *what in WORK:
        bench.attempt(lambda title, *what: scaling(bench, title, *what), title, *what)
