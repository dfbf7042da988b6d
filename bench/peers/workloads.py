"""bench_amdahl's workloads as a user would otherwise write them, all in turns, and what they computed checked."""
import math
import os
import statistics
from typing import NamedTuple

import programs
from implementations import KINDS, LACKS, Implementation, Failed, Kind, Program, start
from output import Output, digits, duration, thousands

COLS = 20_000
PARALLEL = ("multiprocessing.Pool", "joblib", "Metaflow parallel_map")
# Who does a fraction 1 / share only, of what takes Python minutes. Processes have a fixed cost that is scaled up
# with its error: their share is larger than the loop's.
SHARES_OF_AR1 = {"Python loop": 50, **dict.fromkeys(PARALLEL, 10)}
SHARES_OF_DIAL = {"Python loop": 100, **dict.fromkeys(PARALLEL, 20)}


class Work(NamedTuple):
    title: str  # of n items
    n: int
    small: int
    value: str  # what an answer is
    shares: dict[str, int] = {}


WORKS = {
    "sum": Work("{} doubles", COLS * COLS, 10**6, "sum {:.12g}", {"Python loop": 100}),
    "pi": Work("{} random points", 25 * 10**6, 10**5, "pi {:.7f}", {"Python loop": 10}),
    "ar1": Work("{} runs of the AR(1) weather, 10 steps each", 5 * 10**6, 10**4, "mean {:.4f}, variance {:.4f}", SHARES_OF_AR1),
    "sleep": Work("{} tasks that wait 50 ms and double", 8, 4, "sum {:g}"),
    "dial": Work("{} random numbers added, a tenth by the caller alone", 10**7, 10**4, "checksum {:016x}", SHARES_OF_DIAL),
}

HOW = f"""\
How they do it, {programs.CORES} cores each where they can use more than one:
  The start of Python and imports are not in the times. A Pool is made in every run, as its users do; joblib keeps the
  workers it has started in the warm-up; parallel_map forks a process for each part.
  Pool, joblib and parallel_map share out {programs.PARTS} parts, of the sum slices of a NumPy array: joblib in threads, since
  its processes would be sent a copy of it. NumPy works in pieces of {programs.PIECE} numbers, which stay in cache.
  OpenMP: plain loops with reduction(+), splitmix64, Box and Muller with libm. OpenBLAS: cblas_dasum, as no double is
  negative. dial: the unit of OpenMP and of tutti is the same C function."""
SCALED = """\
  1/k: this program did that share of the items; its time is e + k (t - e), where e is what no items took."""


# -- what is right ----------------------------------------------------------------------------------------------------


def floor_sum(n: int, m: int, a: int) -> int:
    """The sum of floor(a i / m), 0 <= i < n: points below a line, counted in the steps of Euclid's algorithm."""
    total = b = 0
    while n > 0:
        total += n * (n - 1) // 2 * (a // m) + n * (b // m)
        n, b = divmod(a % m * n + b % m, m)
        a, m = m, a % m
    return total


def sum_of_data(n: int) -> float:
    """The exact sum of the data, rounded: the fractional part of i g / 2^64 to 53 bits is
    (floor(i g / 2^11) - 2^53 floor(i g / 2^64)) / 2^53."""
    return (floor_sum(n, 2**11, programs.GOLDEN) - 2**53 * floor_sum(n, 2**64, programs.GOLDEN)) / 2**53


def within(value: float, truth: float, most: float) -> bool:
    return abs(value - truth) <= most


class Truth:
    """Judges answers. Random ones may be five standard errors away from what is expected."""

    def __init__(self, tutti: Kind):
        self.tutti, self.checksums = tutti, {}

    def checksum(self, n: int) -> int:
        """Of dial, from the numbers of the library: they are tested against published ones."""
        if n not in self.checksums:
            program = Program(self.tutti, "dial-truth", 1)
            self.checksums[n] = program.ask(n)[1][0]
            program.close()
        return self.checksums[n]

    def holds(self, name: str, workload: str, n: int, answer: programs.Answer) -> bool:
        if workload == "sum":
            truth = sum_of_data(n)
            return within(answer[0], truth, 0 if name == "tutti" else 1e-6 * truth)
        if workload == "pi":
            return within(answer[0], math.pi, 5 * math.sqrt(math.pi * (4 - math.pi) / n))
        if workload == "ar1":
            decay = 0.5**programs.STEPS
            mean = programs.MEAN + decay * (programs.START - programs.MEAN)
            variance = programs.SD**2 * (1 - decay**2) / (1 - 0.5**2)
            return (
                len(answer) == 2
                and within(answer[0], mean, 5 * math.sqrt(variance / n))
                and within(answer[1], variance, 5 * variance * math.sqrt(2 / n))
            )
        return answer[0] == (n * (n - 1) if workload == "sleep" else self.checksum(n))


# -- measuring --------------------------------------------------------------------------------------------------------


class Row:
    """An implementation in a workload: who, on how many items; then what came of it."""

    def __init__(self, kind: Kind, workload: str, n: int, reason: str):
        self.kind, self.workload, self.reason = kind, workload, reason  # reason: why it does not take part, or ""
        self.share = WORKS[workload].shares.get(kind.name, 1)
        self.n = n // self.share
        self.implementation: Implementation | None = None
        self.raw: list[tuple[float, float]] = []  # seconds of n items and of none, a round
        self.seconds: dict[int, float] = {}  # of all the work, by round
        self.answers: list[programs.Answer] = []
        self.failed = self.wrong = False

    def turn(self, round: int, truth: Truth) -> None:
        """Round 0 is the warm-up: what it computes is checked, too."""
        try:
            empty = self.implementation.ask(0)[0] if self.share > 1 else 0.0
            seconds, answer = self.implementation.ask(self.n)
        except Failed as error:
            self.failed, self.reason = True, f"failed: {error}"
            return
        self.wrong = self.wrong or not truth.holds(self.kind.name, self.workload, self.n, answer)
        self.answers.append(answer)
        if round > 0:
            self.raw.append((seconds, empty))
            self.seconds[round] = empty + self.share * max(seconds - empty, 0.0)

    def value(self) -> str:
        try:
            return WORKS[self.workload].value.format(*self.answers[-1])
        except (IndexError, ValueError):
            return " ".join(map(str, self.answers[-1]))


def turns(n: int, round: int) -> list[int]:
    """A row of a Latin square; in the n of them, n even, each follows each other equally often (Williams 1949)."""
    zigzag = [(i + 1) // 2 if i % 2 else -(i // 2) for i in range(n)]
    return [(k + round) % n for k in zigzag]


def ratios(row: Row, ours: Row) -> list[float]:
    return [row.seconds[r] / ours.seconds[r] for r in sorted(row.seconds) if r in ours.seconds]


def measure(rows: list[Row], rounds: int, truth: Truth, out: Output) -> None:
    running: list[Row] = []
    try:
        for row in rows:
            if not row.reason:
                try:
                    row.implementation = start(row.kind, row.workload)
                    running.append(row)
                except (Failed, OSError) as error:
                    row.failed, row.reason = True, f"failed: {error}"
        for round in range(rounds + 1):
            for k in turns(len(running), round):
                out.progress(f"{running[k].workload}, {f'round {round} of {rounds}' if round else 'warm-up'}: {running[k].kind.name}")
                if not running[k].failed:
                    running[k].turn(round, truth)
    finally:
        for row in running:
            row.implementation.close()
        out.progress("")


# -- reporting --------------------------------------------------------------------------------------------------------


def put_row(row: Row, ours: Row, out: Output) -> None:
    if not row.seconds or row.failed:
        dash = f"{'-':>10s}"
        out.say(f"  {row.kind.name:22s} {row.reason if row.failed else dash}")
        return
    share = f"1/{row.share}" if row.share > 1 else ""
    faster = ratios(row, ours) if row is not ours else []
    text = f"{digits(statistics.median(faster)):>8s}  [{digits(min(faster))} .. {digits(max(faster))}]" if faster else ""
    verdict = "   WRONG" if row.wrong else ""
    out.say(f"  {row.kind.name:22s} {duration(statistics.median(row.seconds.values())):>10s} {share:>5s}   {text:28s}  {row.value()}{verdict}")


def record(row: Row, ours: Row) -> dict:
    faster = ratios(row, ours)
    return {
        "name": row.kind.name,
        "items": row.n,
        "share": row.share,
        "reason": row.reason or None,
        "failed": row.failed,
        "raw_seconds": [seconds for seconds, _ in row.raw],
        "empty_seconds": [empty for _, empty in row.raw] if row.share > 1 else None,
        "seconds": list(row.seconds.values()),
        "median_seconds": statistics.median(row.seconds.values()) if row.seconds else None,
        "tutti_times_as_fast": {"median": statistics.median(faster), "min": min(faster), "max": max(faster)} if faster else None,
        "answers": [[x if math.isfinite(x) else str(x) for x in answer] for answer in row.answers],
        "wrong": row.wrong,
    }


def available_memory() -> int:
    """Bytes: bench_amdahl, which knows of control groups, has said how many; otherwise what is free."""
    said = os.environ.get("BENCH_PEERS_MEMORY") or str(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGESIZE"))
    if not said.isdecimal():
        raise OSError(f"BENCH_PEERS_MEMORY={said}: not a number of bytes")
    return int(said)


def size_of(workload: str, small: bool, out: Output) -> int:
    """The number of items; of the sum as many rows as fit: Python's programs have one copy together, and the C program
    whose turn it is has another."""
    n = WORKS[workload].small if small else WORKS[workload].n
    if workload != "sum":
        return n
    copies = 1 if programs.np is None else 2
    rows = available_memory() // 2 // copies // 8 // COLS
    if rows * COLS >= n:
        return n
    out.say(
        f"sum: {thousands(rows)} rows of {thousands(COLS)} instead of {thousands(n // COLS)} for all, since {copies} x "
        "those take more than half of the memory available"
    )
    return rows * COLS


def compare(missing: dict[str, str], rounds: int, small: bool, out: Output) -> bool:
    """All workloads. Returns whether every implementation worked and was right."""
    truth, good, lacks = Truth(KINDS[0]), True, {}
    out.results["workloads"] = []
    out.say(f"{'':24s} {'time':>10s} {'of':>5s}   {'tutti is so many times as fast':28s}  what it computed")
    for workload, work in WORKS.items():
        n = size_of(workload, small, out)
        if n == 0:
            continue
        title = f"{workload}: {work.title.format(thousands(n))}"
        rows = [Row(k, workload, n, missing.get(k.name) or LACKS.get((k.name, workload), "")) for k in KINDS]
        if workload == "sum" and programs.np is not None:
            programs.matrix = programs.make_matrix(n)
        measure(rows, rounds, truth, out)
        programs.matrix = None
        out.say(title)
        for row in rows:
            put_row(row, rows[0], out)
            good = good and not row.failed and not row.wrong
            if row.reason and not row.failed:
                lacks.setdefault(row.reason, []).append(workload)
        out.results["workloads"].append({"workload": workload, "title": title, "items": n, "contestants": [record(r, rows[0]) for r in rows]})
    out.say()
    out.say(HOW)
    if any(work.shares for work in WORKS.values()):
        out.say(SCALED)
    for reason, where in lacks.items():
        if reason not in missing.values():
            out.say(f"  - {', '.join(where)}: {reason}")
    return good
