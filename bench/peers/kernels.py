"""tutti's kernels beside those of C peers and NumPy, in turns: times, ratios and the targets for them."""
import ctypes.util
import json
import os
import pathlib
import site
import statistics
import subprocess
import sys
import tempfile

from output import Output
from targets import AIR, BIG, CACHED, CORES, ROWS, WATER_CACHED

HERE = pathlib.Path(__file__).resolve().parent
SMALL = 2**20  # with --small, a test of this program: at most so many
# Holds the peers to AVX2 on a machine with AVX-512; NumPy has had several names for what is beyond
AVX2_ONLY = {
    "OPENBLAS_CORETYPE": "Haswell",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR",
}
LEVELS_NOTE = """\
  avx2*: at the level AVX2 on a machine with AVX-512, the peers too (plain loops, OpenBLAS, MKL, NumPy). It is not what a
  machine without AVX-512 would show."""


class Skipped(Exception):
    """Why there is no number."""


def level_of(**environment) -> str:
    """The instruction set that the library takes."""
    base = {name: value for name, value in os.environ.items() if name != "TUTTI_ISA"}
    done = subprocess.run([HERE / "peer_tutti", "level"], env={**base, **environment}, capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr.strip() or "peer_tutti has no level")
    return done.stdout.strip()


def find_mkl() -> str:
    """MKL's library: where pip puts that of PyPI, or where the loader looks."""
    folders = [os.path.join(prefix, "lib") for prefix in (sys.prefix, site.getuserbase())]
    folders += filter(None, os.environ.get("LD_LIBRARY_PATH", "").split(":"))
    found = [str(path) for folder in folders for path in sorted(pathlib.Path(folder).glob("libmkl_rt.so*"))]
    return found[0] if found else ctypes.util.find_library("mkl_rt") or ""


def drop_in() -> str:
    """The library for LD_PRELOAD: of this build, or beside the programs."""
    places = (HERE.parent.parent / "src", HERE)
    return next((str(place / "libtutti_blas.so") for place in places if (place / "libtutti_blas.so").exists()), "")


class Bench:
    def __init__(self, rounds: int, small: bool, out: Output):
        self.rounds, self.small, self.out = rounds, small, out
        self.missed, self.measured = 0, []  # measured: what the next row comes from
        self.rows: list[dict] = out.results.setdefault("kernels", [])
        wanted = os.environ.get("TUTTI_ISA")
        self.cpu_level = level_of()
        self.level = level_of(TUTTI_ISA=wanted) if wanted else self.cpu_level
        self.held_back = self.level == "avx2" and self.cpu_level == "avx512"
        out.results.update(level=self.level, cpu_level=self.cpu_level)

    def size(self, n):
        return min(n, SMALL) if self.small else n

    def program(self, peer, environment):
        """The command of a peer; what it needs of the environment is added."""
        if peer == "numpy":
            return [sys.executable, str(HERE / "numpy_peer.py")]
        if peer == "mkl":
            environment.update(PEER_MKL=find_mkl(), MKL_THREADING_LAYER="SEQUENTIAL")
            if not environment["PEER_MKL"]:
                raise Skipped("MKL is not installed: python3 -m pip install mkl")
        if peer == "blas":
            environment["LD_PRELOAD"] = drop_in()
            if not environment["LD_PRELOAD"]:
                raise Skipped("libtutti_blas.so is not built")
            peer = "openblas"
        if peer in ("openmp", "serial") and self.held_back:
            peer += "_avx2"
        return [str(HERE / f"peer_{peer}")]

    def lines(self, peer, op, sizes, threads, runs):
        """Times of a call for each of the sizes, as a peer measures them in one go."""
        workers = str(threads).rstrip("p")
        environment = dict(os.environ, OMP_NUM_THREADS=workers, OPENBLAS_NUM_THREADS=workers, TUTTI_ISA=self.level)
        if self.held_back:
            environment.update(AVX2_ONLY)
        command = [*self.program(peer, environment), op, ",".join(map(str, sizes)), str(threads), str(runs)]
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
        except FileNotFoundError:
            raise Skipped(f"{pathlib.Path(command[0]).name} is not built") from None
        if done.returncode:
            why = {3: f"{peer} has no {op}", 4: "NumPy is not installed"}
            raise Skipped(why.get(done.returncode, done.stderr.strip() or f"{peer} failed with status {done.returncode}"))
        return [[float(time) for time in line.split()[4:]] for line in done.stdout.splitlines()]

    def attempt(self, measure, title, *what):
        """A row of the table, or why there is none."""
        self.out.progress(title)
        try:
            measure(title, *what)
        except Skipped as why:
            self.row(title, f"skipped: {why}")

    def row(self, title, time, ratio="", target="", met=None):
        self.out.progress("")
        verdict = "" if met is None else "met" if met else "MISSED"
        self.missed += met is False
        level = "" if time.startswith("skipped") else self.level + "*" * self.held_back
        self.out.say(f"{title:51s} {time:11s}  {ratio:39s}  {level:9s} {target:9s} {verdict}".rstrip())
        text = " ".join(f"{time} {ratio}".split())
        self.rows.append(
            {"title": title, "text": text, "level": self.level, "target": target or None, "met": met, "measured": self.measured}
        )
        self.measured = []

    def in_turns(self, *measurements):
        """A list of times for each of the measurements (program, operation, n, threads)."""
        names = ("program", "operation", "n", "threads")
        self.measured = [dict(zip(names, m), raw_seconds=[]) for m in measurements]
        for _ in range(self.rounds):
            for measured, (peer, op, n, threads) in zip(self.measured, measurements):
                measured["raw_seconds"] += self.lines(peer, op, [n], threads, 3)
        return [list(map(statistics.median, measured["raw_seconds"])) for measured in self.measured]

    def compared(self, title, kind, op, n, threads, peers, avx2, avx512, peer_n):
        """A row of the table of targets. Times are those of an element, or of a call."""
        n, peer_n = self.size(n), self.size(peer_n or n)
        measurements = [(*op.split(":"), n, threads) if ":" in op else ("tutti", op, n, threads)]
        for peer in peers.split():
            name, peer_op, peer_threads = (peer.split(":") + ["", ""])[:3]
            measurements.append((name, peer_op or op, peer_n, int(peer_threads or (1 if name == "serial" else threads))))
        ours, *others = self.in_turns(*measurements)
        theirs = [min(times) * n / peer_n for times in zip(*others)]
        unit, target = 1e9 if kind in ("call", "more") else 1e9 / n, {"avx2": avx2, "avx512": avx512}.get(self.level)
        values = {
            "ratio": [their / our for our, their in zip(ours, theirs)],
            "more": [(our - their) * 1e9 for our, their in zip(ours, theirs)],
        }.get(kind, [our * unit for our in ours])
        value, spread = statistics.median(values), f"[{min(values):.3f} .. {max(values):.3f}]"
        against = " or ".join(dict.fromkeys(m[0] for m in measurements[1:]))
        what = {"ratio": f"{value:8.3f} x {against}", "more": f"{value:8.3f} ns more"}.get(kind, "")
        met = None if target is None else value >= target if kind == "ratio" else value <= target
        sign = ">=" if kind == "ratio" else "<="
        self.row(title, f"{statistics.median(ours) * unit:8.3f} ns", f"{what:20s} {spread}", f"{sign} {target}" if target else "", met)

    def fill(self, title):
        """Uniforms into memory against the slower of plain stores and of the generator in cache."""
        n = self.size(BIG)
        times = self.in_turns(("tutti", "uniform", n, CORES), ("openmp", "store", n, CORES), ("tutti", "uniform", CACHED, 1))
        ratios = [max(stores, cached / CACHED * n / CORES) / ours for ours, stores, cached in zip(*times)]
        ratio = statistics.median(ratios)
        ours, stores, cached = map(statistics.median, times)
        bound = "stores" if stores > cached / CACHED * n / CORES else "generator"
        self.row(title, f"{ours / n * 1e9:8.3f} ns", f"{f'{ratio:8.3f} x {bound}':20s} [{min(ratios):.3f} .. {max(ratios):.3f}]",
                 ">= 0.8", ratio >= 0.8)

    def ar1(self, title):
        """Against itself: a step beside a normal variate in cache, all cores beside one. title: where neither is known."""
        n = self.size(2 * 10**7)
        times = self.in_turns(("tutti", "ar1_100", n, 1), ("tutti", "normal", CACHED, 1), ("tutti", "ar1_100", n, CORES))
        steps = [one / n / (normal / CACHED) for one, normal, _ in zip(*times)]
        efficiencies = [one / every / CORES for one, _, every in zip(*times)]
        for title, time, values, target, met in (
            ("AR(1) a step, one core, in normals", times[0], steps, "<= 1.15", lambda x: x <= 1.15),
            ("AR(1), parallel efficiency", times[2], efficiencies, ">= 0.97", lambda x: x >= 0.97),
        ):
            value = statistics.median(values)
            self.row(title, f"{statistics.median(time) / n * 1e9:8.3f} ns",
                     f"{f'{value:8.3f}':20s} [{min(values):.3f} .. {max(values):.3f}]", target, met(value))

    def efficiency(self, title, op, n, target):
        """All cores beside one."""
        n = self.size(n)
        one, every = self.in_turns(("tutti", op, n, 1), ("tutti", op, n, CORES))
        values = [a / b / CORES for a, b in zip(one, every)]
        value = statistics.median(values)
        self.row(title, f"{statistics.median(every) / n * 1e9:8.3f} ns",
                 f"{f'{value:8.3f}':20s} [{min(values):.3f} .. {max(values):.3f}]", f">= {target}", value >= target)

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
        spread = f"{'':20s} [{low:.4f} .. {high:.4f}]" if low is not None and high is not None else ""
        self.row(title, f"{fit['serial_fraction']:8.4f}", spread, "<= 0.01", fit["serial_fraction"] <= 0.01)


def compare(bench: Bench, groups: list[str]) -> None:
    """The rows of the groups."""
    rows = [(group, bench.compared, row) for group, *row in ROWS]
    rows += [
        ("random", bench.fill, ["uniforms, 2^27, all cores, against the lower bound"]),
        ("random", bench.serial_fraction, ["pi, fitted serial fraction"]),
        ("weather", bench.ar1, ["AR(1), 100 steps"]),
        ("grid", bench.efficiency, ["shallow water in cache, parallel efficiency", "shallow_water", WATER_CACHED, 0.85]),
        ("grid", bench.efficiency, ["atmosphere, parallel efficiency", "atmosphere", AIR, 0.93]),
    ]
    for group, measure, row in rows:
        if group in groups:
            bench.attempt(measure, *row)
    if bench.held_back and any(group in groups for group, *_ in rows):
        bench.out.say(LEVELS_NOTE)
