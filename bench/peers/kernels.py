"""tutti's kernels beside those of C peers and NumPy, in turns: times, ratios and the targets for them."""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from output import Output

HERE = pathlib.Path(__file__).resolve().parent
CORES = len(os.sched_getaffinity(0))
BIG, CACHED = 2**27, 2**15
SMALL = 2**22  # with --small, a test of this program: at most so many

# Ratios: group, title, operation, n, threads, TUTTI_ISA, peer[:its operation], least ratio
RATIOS = [
    ("reduce", "sum, 2^27, all cores", "sum", BIG, CORES, "", "openmp", 0.95),
    ("reduce", "sum, 2^27, one core", "sum1", BIG, 1, "", "openmp", 0.90),
    ("reduce", "sum, 2^15 in cache, one core, AVX-512", "sum1", CACHED, 1, "avx512", "openmp", 0.75),
    ("reduce", "sum, 2^15 in cache, one core, AVX2", "sum1", CACHED, 1, "avx2", "openmp_avx2", 0.45),
    ("reduce", "dot, 2 x 2^26, all cores", "dot", BIG // 2, CORES, "", "openblas", 0.95),
    ("reduce", "asum, 2^27, all cores, against the plain sum", "asum", BIG, CORES, "", "openmp:sum", 0.90),
    ("reduce", "nrm2, 2^27, all cores, against the plain sum", "nrm2", BIG, CORES, "", "openmp:sum", 0.90),
    ("reduce", "moments, 2^27, all cores, against the plain sum", "moments", BIG, CORES, "", "openmp:sum", 0.45),
    ("reduce", "minmax, 2^27, all cores, against the plain sum", "minmax", BIG, CORES, "", "openmp:sum", 0.95),
    ("reduce", "cumsum, 2^27, all cores", "cumsum", BIG, CORES, "", "openmp", 0.60),
    ("reduce", "sum, 2^27, one core, against Kahan", "sum", BIG, 1, "", "kahan", None),
    ("reduce", "sum, 2^27, all cores, against NumPy", "sum", BIG, CORES, "", "numpy", None),
    ("reduce", "minmax, 2^24, all cores, against NumPy", "minmax", 2**24, CORES, "", "numpy", None),
    ("reduce", "histogram, 2^24, all cores, against NumPy", "histogram", 2**24, CORES, "", "numpy", None),
    ("random", "uniforms, 2^15 in cache, one core", "uniform", CACHED, 1, "", "numpy", 5),
    ("random", "normals, 2^15 in cache, one core", "normal", CACHED, 1, "", "numpy", 8),
    ("random", "pi, 2^24 points, all cores, lectures' dart program", "pi", 2**24, CORES, "", "numpy", 40),
    ("weather", "AR(1), 200 000 x 100, all cores, NumPy's arrays", "ar1", 2 * 10**7, CORES, "", "numpy", 120),
    ("weather", "AR(1), 20 000 x 100, all cores, a Python loop", "ar1", 2 * 10**6, CORES, "", "numpy:ar1_loop", 1500),
    ("weather", "Lorenz-96, 40 variables, one core, member by member", "lorenz96", 40 * 2**10, 1, "", "openmp", 4),
    ("random", "the same, Generator.random, fewer passes", "pi", 2**24, CORES, "", "numpy:pi_careful", None),
]
# Nanoseconds an element (a call, for n = 16), one core: group, title, operation, n, TUTTI_ISA, at most
TIMES = [
    ("reduce", "sum, exponents over +-300 binades, one core", "widesum", 2**24, "", 1.5),
    ("reduce", "histogram, 1 000 bins, uniform, one core", "histogram", 2**24, "", 1.2),
    ("reduce", "sum, n = 16, a call", "sum", 16, "", 100),
    ("random", "uniforms, 2^12 in cache, one core, AVX-512", "uniform", 2**12, "avx512", 1.0),
    ("random", "uniforms, 2^12 in cache, one core, AVX2", "uniform", 2**12, "avx2", 2.0),
    ("random", "normals, 2^12 in cache, one core, AVX-512", "normal", 2**12, "avx512", 1.8),
    ("random", "normals, 2^12 in cache, one core, AVX2", "normal", 2**12, "avx2", 4.0),
]


class Skipped(Exception):
    """Why there is no number."""


class Bench:
    def __init__(self, rounds: int, small: bool, out: Output):
        self.rounds, self.small, self.out = rounds, small, out
        self.missed, self.measured = 0, []  # measured: what the next row comes from
        self.rows: list[dict] = out.results.setdefault("kernels", [])

    def size(self, n):
        return min(n, SMALL) if self.small else n

    def seconds(self, peer, op, n, threads, isa=""):
        """Times of a call."""
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
        environment.pop("TUTTI_ISA", None)
        if isa:
            environment["TUTTI_ISA"] = isa
        program = [sys.executable, str(HERE / "numpy_peer.py")] if peer == "numpy" else [str(HERE / f"peer_{peer}")]
        try:
            done = subprocess.run([*program, op, str(n), str(threads), "3"], env=environment, capture_output=True, text=True)
        except FileNotFoundError:
            raise Skipped(f"{peer} is not built") from None
        if done.returncode:
            why = {3: f"{peer} has no {op}", 4: "NumPy is not installed"}
            raise Skipped(why.get(done.returncode, done.stderr.strip() or f"{peer} failed with status {done.returncode}"))
        return [float(time) for time in done.stdout.split()[4:]]

    def attempt(self, measure, title, *what):
        """A row of the table, or why there is none."""
        try:
            measure(title, *what)
        except Skipped as why:
            self.row(title, f"skipped: {why}")

    def row(self, title, time, ratio="", target="", met=None):
        verdict = "" if met is None else "met" if met else "MISSED"
        self.missed += met is False
        self.out.say(f"{title:50s} {time:11s}  {ratio:41s}  {target:10s} {verdict}".rstrip())
        text = " ".join(f"{time} {ratio}".split())
        self.rows.append({"title": title, "text": text, "target": target or None, "met": met, "measured": self.measured})
        self.measured = []

    def in_turns(self, *measurements):
        """A list of times for each of the measurements."""
        names = ("program", "operation", "n", "threads", "isa")
        self.measured = [dict(zip(names, m), raw_seconds=[]) for m in measurements]
        for _ in range(self.rounds):
            for measured, measurement in zip(self.measured, measurements):
                measured["raw_seconds"].append(self.seconds(*measurement))
        return [list(map(statistics.median, measured["raw_seconds"])) for measured in self.measured]

    def ratio(self, title, op, n, threads, isa, peer, target):
        n = self.size(n)
        peer, _, peer_op = peer.partition(":")
        times = self.in_turns(("tutti", op, n, threads, isa), (peer, peer_op or op, n, threads))
        ratios = [theirs / ours for ours, theirs in zip(*times)]
        ratio = statistics.median(ratios)
        self.row(title, f"{statistics.median(times[0]) / n * 1e9:8.3f} ns",
                 f"{ratio:8.3f} x {peer:11s} [{min(ratios):.3f} .. {max(ratios):.3f}]",
                 f">= {target}" if target else "", ratio >= target if target else None)

    def time(self, title, op, n, isa, most):
        n = self.size(n)
        times = self.in_turns(("tutti", op, n, 1, isa))
        unit = 1e9 if n == 16 else 1e9 / n
        low, time, high = (f(times[0]) * unit for f in (min, statistics.median, max))
        self.row(title, f"{time:8.3f} ns", f"{'':22s} [{low:.3f} .. {high:.3f}]", f"<= {most}", time <= most)

    def fill(self, title):
        """Uniforms into memory against the slower of plain stores and of the generator in cache."""
        n = self.size(BIG)
        times = self.in_turns(("tutti", "uniform", n, CORES), ("openmp", "store", n, CORES), ("tutti", "uniform", CACHED, 1))
        ratios = [max(stores, cached / CACHED * n / CORES) / ours for ours, stores, cached in zip(*times)]
        ratio = statistics.median(ratios)
        ours, stores, cached = map(statistics.median, times)
        bound = "stores" if stores > cached / CACHED * n / CORES else "generator"
        self.row(title, f"{ours / n * 1e9:8.3f} ns", f"{ratio:8.3f} x {bound:11s} [{min(ratios):.3f} .. {max(ratios):.3f}]",
                 ">= 0.8", ratio >= 0.8)

    def ar1(self, title):
        """Against itself: a step beside a normal variate in cache, all cores beside one. title: where neither is known."""
        n = self.size(2 * 10**7)
        times = self.in_turns(("tutti", "ar1", n, 1), ("tutti", "normal", CACHED, 1), ("tutti", "ar1", n, CORES))
        steps = [one / n / (normal / CACHED) for one, normal, _ in zip(*times)]
        efficiencies = [one / every / CORES for one, _, every in zip(*times)]
        for title, time, values, target, met in (
            ("AR(1) a step, one core, in normals", times[0], steps, "<= 1.15", lambda x: x <= 1.15),
            ("AR(1), parallel efficiency", times[2], efficiencies, ">= 0.97", lambda x: x >= 0.97),
        ):
            value = statistics.median(values)
            self.row(title, f"{statistics.median(time) / n * 1e9:8.3f} ns",
                     f"{value:8.3f} {'':13s} [{min(values):.3f} .. {max(values):.3f}]", target, met(value))

    def serial_fraction(self, title):
        built = HERE.parent / "bench_amdahl"
        program = built if built.exists() else "bench_amdahl"
        command = [program, "pi", "--variants", "vector,threads+vector", "-q", "-r", str(3 * self.rounds)]
        if self.small:
            command += ["--samples", "100000"]
        with tempfile.TemporaryDirectory() as folder:
            try:
                subprocess.run([*command, "-o", folder], check=True)
            except (OSError, subprocess.CalledProcessError) as error:
                raise Skipped(error) from None
            case = json.loads((pathlib.Path(folder) / "results.json").read_text())["cases"][0]
        fit = next((f for f in case["amdahl"] if f["variant"] == "threads+vector"), None)
        if not fit or fit["serial_fraction"] is None:
            raise Skipped("one core has no fit")
        low, high = fit.get("serial_fraction_low"), fit.get("serial_fraction_high")
        spread = f"{'':22s} [{low:.4f} .. {high:.4f}]" if low is not None and high is not None else ""
        self.row(title, f"{fit['serial_fraction']:8.4f}", spread, "<= 0.01", fit["serial_fraction"] <= 0.01)


def compare(groups: list[str], rounds: int, small: bool, out: Output) -> bool:
    """The groups' kernels. Returns whether no target was missed."""
    bench = Bench(rounds, small, out)
    rows = [(group, bench.ratio, row) for group, *row in RATIOS] + [(group, bench.time, row) for group, *row in TIMES]
    rows += [
        ("random", bench.fill, ["uniforms, 2^27, all cores, against the lower bound"]),
        ("random", bench.serial_fraction, ["pi, fitted serial fraction"]),
        ("weather", bench.ar1, ["AR(1), 100 steps"]),
    ]
    for group, measure, row in rows:
        if group in groups:
            bench.attempt(measure, *row)
    return bench.missed == 0
