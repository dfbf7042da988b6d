"""Who takes part in `bench_amdahl peers`: long-lived programs, in C or in Python, that do a workload whenever they are
asked to, and say how long it took and what they computed."""
import importlib
import os
import pathlib
import signal
import subprocess
import sys
import time
from typing import Callable, NamedTuple, Optional

import programs

HERE = pathlib.Path(__file__).resolve().parent


class Kind(NamedTuple):
    name: str
    install: str  # the command
    program: str = ""  # in C: bench/peers/peer_...
    module: str = ""  # in Python: what it needs
    run: Optional[Callable[[str, int], programs.Answer]] = None
    end: Optional[Callable[[], None]] = None


KINDS = [
    Kind("tutti", "ninja peers, in the build folder", program="tutti"),
    Kind("Python loop", "", run=programs.python_loop),
    Kind("multiprocessing.Pool", "", run=programs.pool),
    Kind("joblib", "python3 -m pip install joblib", module="joblib", run=programs.joblib, end=programs.joblib_end),
    Kind("NumPy", "python3 -m pip install numpy", module="numpy", run=programs.numpy),
    Kind("Metaflow parallel_map", "python3 -m pip install metaflow", module="metaflow", run=programs.metaflow),
    Kind("OpenMP", "ninja peers, in the build folder", program="openmp"),
    Kind("OpenBLAS", "apt install libopenblas-dev, then configure and build again (ninja peers)", program="openblas"),
]

# What has no sensible form, and why
LACKS = {
    ("NumPy", "sleep"): "NumPy has no operation that waits",
    **{("OpenBLAS", w): "OpenBLAS has no random numbers" for w in ("pi", "ar1", "dial")},
    ("OpenBLAS", "sleep"): "OpenBLAS has no operation that waits",
}
if programs.np is None:
    sums = ("multiprocessing.Pool", "joblib", "Metaflow parallel_map")
    LACKS.update({(name, "sum"): f"{name}'s parts are sums of slices of a NumPy array" for name in sums})


class Failed(Exception):
    """An implementation died, or said something else than it should."""


def look_around() -> tuple[list[str], dict[str, str]]:
    """The versions of what is there, and why the others are not: by name, in one line."""
    versions, missing = [f"Python {sys.version.split()[0]}"], {}
    for kind in KINDS:
        if kind.module:
            try:
                version = getattr(importlib.import_module(kind.module), "__version__", "of unknown version")
                if kind.module == "metaflow":
                    importlib.import_module("metaflow.multicore_utils")
                versions.append(f"{kind.name.split()[0]} {version}")
            except ImportError as error:
                absent = isinstance(error, ModuleNotFoundError) and error.name == kind.module
                state = "not installed" if absent else f"not usable ({error})"
                missing[kind.name] = f"{kind.name.split()[0]} is {state}: {kind.install}"
        elif kind.program:
            try:
                program = Program(kind, "sum")
                versions.append(program.made_with)
                program.close()
            except FileNotFoundError:
                missing[kind.name] = f"{kind.name} is not built: {kind.install}"
            except Failed as error:
                missing[kind.name] = f"{kind.name} is not usable ({error}): {kind.install}"
    return versions, missing


class Implementation:
    """Has a session of its own, so that all its processes can be ended together. input, output: its pipes."""

    others: list["Implementation"] = []  # whose pipes a fork inherits, but must not keep open

    def ask(self, n: int) -> tuple[float, programs.Answer]:
        """A run on n items: seconds and the answer."""
        try:
            self.input.write(f"{n}\n")
            self.input.flush()
        except BrokenPipeError:
            pass  # what it said last tells why
        line = self.output.readline().strip()
        try:
            seconds, *numbers = line.split()
            result = float(seconds), tuple(int(x) if x.isdigit() else float(x) for x in numbers)
        except ValueError:
            result = -1.0, ()
        if result[0] < 0 or not result[1]:
            raise Failed(line or "it died")
        return result

    def close(self) -> None:
        self.others.remove(self)
        for pipe in (self.input, self.output):
            try:
                pipe.close()
            except BrokenPipeError:
                pass
        until = time.monotonic() + 5
        while not self.has_ended() and time.monotonic() < until:
            time.sleep(0.002)
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        while not self.has_ended():
            time.sleep(0.002)


class Program(Implementation):
    def __init__(self, kind: Kind, workload: str, threads: int = programs.CORES):
        command = [str(HERE / f"peer_{kind.program}"), workload, str(threads)]
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
        )
        self.pid, self.input, self.output = self.process.pid, self.process.stdin, self.process.stdout
        self.others.append(self)
        self.made_with = self.output.readline().strip()
        if not self.made_with:
            self.close()
            raise Failed("it did not start")

    def has_ended(self) -> bool:
        return self.process.poll() is not None


class Forked(Implementation):
    """In Python: a fork of this process, which has imported the packages and holds the data."""

    def __init__(self, kind: Kind, workload: str):
        requests, replies = os.pipe(), os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid, self.ended = os.fork(), False
        if self.pid == 0:
            os.setsid()
            for pipe in (requests[1], replies[0], *(p.fileno() for c in self.others for p in (c.input, c.output))):
                os.close(pipe)
            answer_requests(kind, workload, requests[0], replies[1])
        os.close(requests[0])
        os.close(replies[1])
        self.input, self.output = os.fdopen(requests[1], "w"), os.fdopen(replies[0])
        self.others.append(self)

    def has_ended(self) -> bool:
        self.ended = self.ended or os.waitpid(self.pid, os.WNOHANG)[0] != 0
        return self.ended


def answer_requests(kind: Kind, workload: str, requests: int, replies: int) -> None:
    """The child: answers requests as the programs in C do, and does not return."""
    status = 1
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a Pool ends its workers by it
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        with os.fdopen(requests) as lines, os.fdopen(replies, "w", buffering=1) as out:
            for line in lines:
                out.write(reply(kind, workload, int(line)) + "\n")
        if kind.end:
            kind.end()
        status = 0
    finally:
        os._exit(status)


def reply(kind: Kind, workload: str, n: int) -> str:
    try:
        if kind.run is programs.python_loop:
            programs.prepare_loop(workload, n)
        begin = time.perf_counter()
        numbers = kind.run(workload, n)
        return " ".join([f"{time.perf_counter() - begin:.9f}", *map(repr, numbers)])
    except Exception as error:  # whatever it is, it is this implementation's
        return f"{type(error).__name__}: {error}".replace("\n", " ")


def start(kind: Kind, workload: str) -> Implementation:
    return Program(kind, workload) if kind.program else Forked(kind, workload)
