#!/usr/bin/env python3
"""Which file knows which, and whether a lower layer reaches up or files call each other in a circle.

usage: layers.py BUILD [ROOT]  checks src/ and bench/ by what was built in the folder BUILD; status 1: something reaches up
       layers.py --picture     prints the layers as docs/explanation/design.md shows them

Includes are what the compiler's -MM says; a header is compiled alone, unless no source includes it here. Calls are what nm
says: a symbol that one object file leaves undefined and another one defines. What goes through a pointer is no call, and
public headers have no layer.
"""

import json
import re
import shlex
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# From high to low. A file may know its own entry and the lines below it; entries on one line do not know each other. An
# entry is a folder or, where they stand elsewhere than their folder, a file, or x for x.c and x.h; x/* are the folders in
# x, each an entry of its own.
LAYERS = [
    ("bench", "main mpi peers", "programs"),
    ("bench", "commands commands/*", "one file or folder a command"),
    ("bench", "commands/commands", ""),
    ("bench", "output", "tables, CSV, pictures, the page"),
    ("bench", "measure", "clock, batches, order, sampling"),
    ("bench", "analysis", "statistics, laws and their fits"),
    ("bench", "results", "a run as plain data"),
    ("bench", "machine", "what the system and the build tell"),
    ("bench", "cli", "options, sizes"),
    ("bench", "cases", "one workload a file"),
    ("bench", "util", "memory, text, parsing"),
    ("src", "blas/blas mpi", "the drop-in for BLAS; ranks over MPI"),
    ("src", "blas/short", "sums of a few terms, in registers"),
    ("src", "grid weather", "families: public functions and their kernels"),
    ("src", "problems", ""),
    ("src", "montecarlo", ""),
    ("src", "assimilate ode scaling", ""),
    ("src", "random", ""),
    ("src", "reduce", ""),
    ("src", "parallel", "tutti_for, tutti_map, tutti_reduce, tutti_invoke"),
    ("src", "context", "opens contexts: picks a backend and a level"),
    ("src", "backends/registry.c", "the list of backends"),
    ("src", "backends/processes", "worker processes"),
    ("src", "backends", "who runs the chunks: serial, threads, ranks"),
    ("src", "engine", "plans and jobs, what ranks do together"),
    ("src", "memory", "blocks of memory that processes share"),
    ("src", "blas/openblas", "OpenBLAS, loaded when it is needed"),
    ("src", "math", "exp, log, normal quantile, gamma, Student's t"),
    ("src", "isa", "vectors of W lanes, instruction sets"),
    ("src", "core", "the context's data, errors, the calling thread"),
    ("src", "platform", "what the system tells: processors, memory, limits"),
    ("src", "core/scope core/bytes core/status core/tls", "scopes, bytes, texts of statuses"),
]
# A list names what is above it for those below to find: nothing that it knows counts.
LISTS = ["src/isa/table.c"]


def layer_of(path, layers=None):
    """(height, entry) of a file; (None, None): it has no place."""
    lines = enumerate(reversed(LAYERS if layers is None else layers))
    entries = [(f"{top}/{name}", height) for height, (top, names, _) in lines for name in names.split()]
    ends = r"(?=/|\.[ch]$|$)"
    tried = [(re.match(e.replace("*", "[^/]+(?=/)") + ends, path), height) for e, height in entries]
    return max(((len(e[0]), height, e[0]) for e, height in tried if e), default=[None] * 3)[1:]


def goes_up(a, b, layers=None):
    """Whether the first of two files is not to know the second. One without a place is reported as such, once."""
    (height_a, entry_a), (height_b, entry_b) = layer_of(a, layers), layer_of(b, layers)
    return bool(entry_a and entry_b) and a not in LISTS and entry_a != entry_b and height_a <= height_b


def prerequisites(rule):
    """The files in a make rule of -MM, without the first one, which is the source itself."""
    words = re.findall(r"(?:\\.|[^\s\\])+", rule.replace("\\\n", " ").partition(": ")[2])
    return [re.sub(r"\\(.)", r"\1", word).replace("$$", "$") for word in words][1:]


def symbols(listing):
    """(object file, symbol, whether it is defined there) of the global symbols in what nm -A -P prints."""
    for at, symbol, kind in re.findall(r"^(.+): (\S+) (\S)(?: |$)", listing, re.M):
        if kind.isupper() or kind in "uvw":
            yield at, symbol, kind not in "Uvw"


class Tree:
    """includes[file]: the files it includes; calls[file]: (file, symbol) of what it calls or reads; errors: in words."""

    def __init__(self, build, root):
        self.build, self.root = Path(build).resolve(), Path(root).resolve()
        self.reach, self.user, self.calls, self.errors = defaultdict(set), {}, defaultdict(set), []
        commands = json.loads((self.build / "compile_commands.json").read_text())
        self.commands = [(file, c) for c in commands if (file := self.own(c["file"]))]
        self.read_includes([(file, c["command"]) for file, c in self.commands], ["-MM"])
        # With the flags of a source that includes it: the level of an instruction set is among them.
        alone = ["-w", "-fdiagnostics-color=never", "-fsyntax-only", "-MMD", "-MF", "-", "-x", "c"]
        self.read_includes(sorted(self.user.items()), alone)
        self.read_calls()
        # What a file reaches through another one is that one's.
        self.includes = {f: {h for h in r if not any(h in self.reach[g] for g in r - {h})} for f, r in self.reach.items()}

    def own(self, name):
        """Its name below the root; None where it is not in src/ or bench/."""
        path = (self.build / name).resolve()
        inside = path.is_relative_to(self.root) and path.relative_to(self.root).parts[0] in ("src", "bench")
        return str(path.relative_to(self.root)) if inside else None

    def read_includes(self, commands, options):
        def ask(known):
            call = [*shlex.split(known[1].partition(" -MD ")[0]), *options, str(self.root / known[0])]
            return subprocess.run(call, cwd=self.build, capture_output=True, text=True)

        with ThreadPoolExecutor() as pool:
            for (file, command), said in zip(commands, pool.map(ask, commands)):
                if said.returncode:
                    why = next((line for line in said.stderr.splitlines() if "error:" in line), said.stderr)
                    self.errors.append(f"{file} does not compile alone: {why.strip()}")
                found = {own for name in prerequisites(said.stdout) if (own := self.own(name))} - {file}
                self.reach[file] |= found
                for header in found:
                    self.user.setdefault(header, command)

    def read_calls(self):
        source = {c["output"]: file for file, c in self.commands if (self.build / c["output"]).exists()}
        self.errors += [f"{file} has not been built" for file in {file for file, _ in self.commands} - {*source.values()}]
        if not source:
            return
        said = subprocess.run(["nm", "-A", "-P", *source], cwd=self.build, capture_output=True, text=True, check=True)
        found, where = list(symbols(said.stdout)), defaultdict(set)
        for at, symbol, defined in found:
            if defined:
                where[symbol].add(source[at])
        for at, symbol, defined in found:
            if not defined and source[at] not in where[symbol]:
                self.calls[source[at]] |= {(file, symbol) for file in where[symbol]}


def circles(calls):
    """Of {file: files}: the groups of files each of which reaches every other one."""

    def reach(file, seen):
        for other in calls.get(file, set()) - seen:
            if other not in seen:
                seen.add(other)
                reach(other, seen)
        return seen

    reached = {file: reach(file, set()) for file in calls}
    return sorted({tuple(sorted(g for g in r if file in reached.get(g, ()))) for file, r in reached.items() if file in r})


def faults(tree):
    for file in sorted(str(p.relative_to(tree.root)) for top in ("src", "bench") for p in (tree.root / top).rglob("*.[ch]")):
        if not layer_of(file)[1]:
            yield f"{file} has no place in a layer"
            continue
        edges = [("includes", header, "") for header in tree.includes.get(file, ())]
        called = defaultdict(list)
        for other, symbol in sorted(tree.calls.get(file, ())):
            called[other].append(symbol)
        edges += [("calls", other, f": {', '.join(names[:4])}{', ...' * (len(names) > 4)}") for other, names in called.items()]
        for verb, other, what in sorted(edges):
            if goes_up(file, other):
                yield f"{file} ({layer_of(file)[1]}) {verb} {other} ({layer_of(other)[1]}){what}"
    called = {file: {other for other, _ in calls} for file, calls in tree.calls.items() if file not in LISTS}
    yield from (f"{', '.join(circle)} call each other in a circle" for circle in circles(called))
    yield from tree.errors


def picture():
    """The lines from high to low, a box for each of src/ and bench/."""
    width = max(len(names) for _, names, _ in LAYERS)
    edge, lines = f"  +-{'-' * width}-+", []
    for top in dict.fromkeys(top for top, _, _ in LAYERS):
        rows = [f"  | {names.center(width)} |  {what}".rstrip() for at, names, what in LAYERS if at == top]
        lines += [f"{top}/", edge, *rows, edge]
    return "\n".join(lines) + "\n"


def main(arguments):
    if arguments == ["--picture"]:
        print(picture(), end="")
        return 0
    if len(arguments) not in (1, 2) or arguments[0].startswith("-"):
        sys.exit(__doc__.strip())
    found = list(faults(Tree(arguments[0], arguments[1] if arguments[1:] else Path(__file__).parents[1])))
    print("".join(f"{fault}\n" for fault in found), end="")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
