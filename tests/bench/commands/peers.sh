#!/usr/bin/env bash
# bench_amdahl peers and overhead: tables of times and ratios, whatever they are. TAP output.
# usage: peers.sh path/to/bench_amdahl
set -u
bench=$1
# shellcheck source=tests/bench/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"

# -- beside peers: a table of times and ratios, whatever they are
peers() { "$bench" peers random --small --rounds 1 --json "$here/peers.json" >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
check "peers: its own help" run 0 peers --help
check "peers: help has examples" says out "bench_amdahl peers workloads -r 3"
check "peers: an unknown group: 2" run 2 peers fourier
check "and it is named" says err "group 'fourier'"
check "peers: no round: 2" run 2 peers --rounds 0
check "and it is named" says err "0: not a whole number from 1 to 1000"
check "peers: no folder for the file: 1" run 1 peers random --json "$here/nowhere/peers.json"
check "and it is named" says err "cannot write $here/nowhere/peers.json: No such file or directory"
full() { "$bench" peers random --small --rounds 1 >/dev/full 2>"$here/err"; [ $? -eq 1 ] && says err "peers: cannot write to standard output: No space left on device" && [ "$(wc -l <"$here/err")" = 1 ]; }
check "peers: a full disk: one message" full
full_json() { "$bench" peers random --small --rounds 1 --json - >/dev/full 2>"$here/err"; [ $? -eq 1 ] && says err "peers: cannot write to standard output: No space left on device" && [ "$(wc -l <"$here/err")" = 1 ]; }
check "peers: the same of its JSON" full_json
gone() { "$bench" peers random --small --rounds 1 2>"$here/err" | true; silent err; }
check "peers: a reader that has gone" gone
check "peers: a small run" peers
# python CODE...: with the modules of peers at hand
python() { PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$(dirname "$bench")/peers" python3 -c "$@"; }
# rows FILE GROUP MORE: every kernel of the group, and so many more, have a row, with numbers or with a reason that holds on this
# machine.
rows() {
  python '
import importlib.util, json, re, sys
from kernels import find_mkl
from targets import CORES, ROWS
def holds(reason):
    return {"NumPy is not installed": not importlib.util.find_spec("numpy"), "one core has no fit": CORES == 1,
            "MKL is not installed: python3 -m pip install mkl": not find_mkl()}.get(reason, False)
rows = json.load(open(sys.argv[1]))["kernels"]
group = [row.title for row in ROWS if row.group == sys.argv[2]]
assert [row["title"] for row in rows[:len(group)]] == group and len(rows) == len(group) + int(sys.argv[3])
for row in rows:
    text = row["text"]
    assert holds(text[9:]) if text.startswith("skipped: ") else re.match(r"[0-9.]+( ns|$| \[)", text), row' "$@"
}
check "peers: every row has numbers, or a reason that holds" rows "$here/peers.json" random 2
mkl() { "$bench" peers mkl --small --rounds 1 --json "$here/mkl.json" >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
check "peers: beside MKL, or without" mkl
check "the same of its rows" rows "$here/mkl.json" mkl 0
grid() { "$bench" peers grid --small --rounds 1 --json "$here/grid.json" >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
check "peers: models on a grid" grid
check "the same of their rows" rows "$here/grid.json" grid 2

# Targets: of the level that is taken, and of no other
portable() { TUTTI_ISA=portable "$bench" peers weather --small --rounds 1 --json - >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
check "peers: a level that has no targets" portable
check "misses none, but those of the library against itself" json "$here/out" \
  'r["level"] == "portable" and all(k["met"] is None for k in r["kernels"] if not k["title"].startswith("AR(1)"))'
unheard() { TUTTI_ISA=abacus run 1 peers random --small --rounds 1 && says err "TUTTI_ISA=abacus"; }
check "peers: a level that does not exist: 1" unheard
verdicts() { # of times that are known: the fastest peer of a round counts, the median of rounds is judged
  python '
from kernels import Bench
from output import Output
class Known(Bench):
    def __init__(self, level, times):
        self.rounds, self.small, self.out, self.level, self.held_back = 3, False, Output(True, ""), level, False
        self.missed, self.measured, self.rows, self.times = 0, [], [], {name: list(t) for name, t in times.items()}
    def lines(self, peer, op, sizes, threads, runs):
        return [[self.times[peer].pop(0)]]
def judged(level, kind, times, avx2, avx512, peer_n=0):
    bench = Known(level, times)
    bench.compared("a row", kind, "sum", 1000, 2, "serial openmp", avx2, avx512, peer_n)
    row = bench.rows[0]
    assert bench.missed == (row["met"] is False) and row["level"] == level
    return row["met"], row["text"]
times = {"tutti": [2e-6, 4e-6, 2e-6], "serial": [1e-6, 3e-6, 9e-6], "openmp": [8e-6, 2e-6, 1e-6]}  # ratios .5 .5 .5
assert judged("avx2", "ratio", times, 0.5, 0.6) == (True, "2.000 ns 0.500 x serial or openmp [0.500 .. 0.500]")
assert judged("avx512", "ratio", times, 0.5, 0.6)[0] is False
assert judged("scalar", "ratio", times, 0.5, 0.6)[0] is judged("avx512", "ratio", times, 0.5, None)[0] is None
assert judged("avx2", "ratio", times, 5, 5, 100) == (True, "2.000 ns 5.000 x serial or openmp [5.000 .. 5.000]")
assert judged("avx2", "more", times, 1000, 999) == (True, "2000.000 ns 1000.000 ns more [1000.000 .. 2000.000]")
assert judged("avx512", "more", times, 1000, 999)[0] is False
assert judged("avx512", "ns", times, 1, 2) == (True, "2.000 ns [2.000 .. 4.000]") and judged("avx2", "ns", times, 1, 2)[0] is False'
}
check "peers: verdicts of known times" verdicts

# Sizes and cores
mkdir "$here/plain" # a PATH without gnuplot
ln -s "$(python3 -c 'import sys; print(sys.executable)')" "$here/plain/python3"
sizes() { "$bench" peers sizes --small --rounds 2 --json "$here/sizes.json" -o "$here/drawn" >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
check "peers: sizes" sizes
every() {
  json "$here/sizes.json" '[16, 64, 256] == r["sizes"]["n"][:3] and list(r["sizes"]["ns_an_element"]) == ["sum", "dot", "minmax", "uniform", "normal", "cumsum", "quantile"] and all(len(t) == len(r["sizes"]["n"]) and all(len(x) == 2 and min(x) > 0 for x in t) for o in r["sizes"]["ns_an_element"].values() for t in o.values()) and all({"tutti", "serial", "openmp"} <= set(t) for o, t in r["sizes"]["ns_an_element"].items() if o != "quantile")'
}
check "every operation at every size, in every round" every
drawn() {
  local format
  command -v gnuplot >"$here/gnuplot" || { says out "no pictures: gnuplot is missing (Debian: gnuplot-nox)"; return; }
  for format in svg png pdf; do [ -s "$here/drawn/sizes.$format" ] || { echo "# no sizes.$format"; return 1; }; done
  grep -qF '</svg>' "$here/drawn/sizes.svg" && grep -qF 'plain OpenMP' "$here/drawn/sizes.svg"
}
check "and a picture" drawn
check "of the script beside it" grep -qF "\$quantile_tutti << END" "$here/drawn/sizes.gp"
undrawn() {
  rm "$here"/drawn/*.svg
  PATH=$here/plain "$bench" peers sizes --small --rounds 1 -o "$here/drawn" >"$here/out" 2>"$here/err" || [ $? -eq 1 ] && says out "no pictures: gnuplot is missing (Debian: gnuplot-nox)"
}
check "peers: no gnuplot" undrawn
few() { BENCH_PEERS_MEMORY=100000 "$bench" peers sizes --small --rounds 1 -o "$here/few" --json - >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
check "peers: sizes in little memory" few
check "are left out" json "$here/out" 'r["sizes"]["n"] == [16, 64, 256, 1024]' # 3 arrays of 8 bytes in 50000
cores() { "$bench" peers cores --small --rounds 1 --json "$here/cores.json" >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
check "peers: cores" cores
check "one core is one core's time" json "$here/cores.json" \
  'sum(": 1 core" in k["title"] and "1.000 efficiency" in k["text"] for k in r["kernels"]) == 5'

# What the peers stand on: exact sums against addition one by one, and rounds in which everyone is once in every place.
parts() {
  PYTHONDONTWRITEBYTECODE=1 python3 - "$(dirname "$bench")/peers" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from fractions import Fraction
from programs import GOLDEN, weyl
from workloads import floor_sum, sum_of_data, turns
assert all(floor_sum(n, m, a) == sum(a * i // m for i in range(n)) for n in range(20) for m in range(1, 9) for a in range(30))
assert sum_of_data(1000) == float(sum(Fraction(weyl(i)) for i in range(1000)))
for n in range(1, 10):
    rows = [turns(n, round) for round in range(n)]
    assert all(sorted(line) == list(range(n)) for line in rows + [list(column) for column in zip(*rows)])
    pairs = {pair for row in rows for pair in zip(row, row[1:])}
    assert n % 2 or len(pairs) == n * (n - 1)
END
}
check "peers: what they are checked against" parts

check "peers: the workloads" run 0 peers workloads --small --rounds 1
named() { # each that needs a package has numbers, or a line says how to install it
  local c
  for c in NumPy joblib Metaflow; do
    grep -qE "^  $c .* u?m?s .*\[|^$c is not (installed|usable .*): python3 -m pip install ${c,,}$" "$here/out" || { echo "# nothing of $c"; return 1; }
  done
}
check "every package is measured or named" named

# Python without packages, then with some that lie, raise or die: whatever is installed here does not matter.
mkdir -p "$here/without" "$here/lying" "$here/broken/metaflow"
for module in numpy joblib; do
  echo "raise ModuleNotFoundError('hidden', name='$module')" >"$here/without/$module.py"
done
echo 'raise ImportError("broken")' >"$here/without/metaflow.py"
cat >"$here/lying/joblib.py" <<'END'
def wrong(x):
    return tuple((i + 2) * wrong(y) for i, y in enumerate(x)) if isinstance(x, tuple) else x + 1 + x // 4
class Parallel:
    def __init__(self, **options): pass
    def __call__(self, calls): return [wrong(f(*args)) for f, args in calls]
def delayed(f):
    return lambda *args: (f, args)
END
cat >"$here/broken/metaflow/__init__.py" <<'END'
import os
def parallel_map(f, items, max_parallel=None):
    if isinstance(f(items[-1]), tuple): os._exit(3)
    raise RuntimeError("no more")
END
touch "$here/broken/metaflow/multicore_utils.py"
with() { PYTHONPATH=$here/$1:$here/without PYTHONDONTWRITEBYTECODE=1 run "${@:2}"; }
without() { with without "$@"; }
# table WORKLOAD CONTESTANT: its row in out
table() { awk -v w="$1:" -v c="$2" '!/^ / { on = $1 == w } on && index($0, "  " c " ") == 1' "$here/out"; }

check "peers: packages that are not there" without 0 peers workloads --small --rounds 2
check "are named with what installs them: NumPy" says out "NumPy is not installed: python3 -m pip install numpy"
check "joblib" says out "joblib is not installed: python3 -m pip install joblib"
check "and Metaflow, with the reason" says out "Metaflow is not usable (broken): python3 -m pip install metaflow"
complete() { # every contestant has a row in every workload, and those that need no package have a ratio
  local w c
  for w in sum pi ar1 sleep dial; do
    for c in tutti "Python loop" multiprocessing.Pool joblib NumPy "Metaflow parallel_map" OpenMP OpenBLAS; do
      [ -n "$(table $w "$c")" ] || { echo "# $w: no row of $c"; return 1; }
    done
    for c in "Python loop" OpenMP; do
      table $w "$c" | grep -qE ' [0-9.]+ u?m?s .*\[[0-9.e+]+ \.\. [0-9.e+]+\]' || { echo "# $w: no ratio of $c"; return 1; }
    done
  done
}
check "peers: every contestant in every workload" complete
reason() { table sum multiprocessing.Pool | grep -q ' -$' && says out "sum: multiprocessing.Pool's parts are sums of slices of a NumPy array"; }
check "one that has no form of a workload says why" reason
checksum() { # of the harness's own case
  "$bench" dial --units 10000 -w 1 -r 1 -q -o "$here/dial" && json "$here/dial/results.json" \
    "int.from_bytes(bytes.fromhex(r['cases'][0]['measurements'][0]['result']), 'little') == 0x$(table dial OpenMP | sed 's/.*checksum //')"
}
check "dial is the case dial" checksum

check "peers: --json -" without 0 peers workloads --small --rounds 3 --json -
check "all raw times, three a contestant that took part" json "$here/out" \
  'r["rounds"] == 3 and all(len(c["raw_seconds"]) == (0 if c["reason"] else 3) for w in r["workloads"] for c in w["contestants"])'
check "scaled by the share" json "$here/out" \
  'all(abs(e + c["share"] * max(t - e, 0) - s) < 1e-9 for w in r["workloads"] for c in w["contestants"] for t, e, s in zip(c["raw_seconds"], c["empty_seconds"] or [0] * 3, c["seconds"]))'
check "ratios round by round" json "$here/out" \
  'all(abs(sorted(s / o for s, o in zip(c["seconds"], w["contestants"][0]["seconds"]))[1] / c["tutti_times_as_fast"]["median"] - 1) < 1e-9 for w in r["workloads"] for c in w["contestants"] if c["seconds"])'
check "what was computed, by the warm-up too" json "$here/out" \
  'all(len(c["answers"]) == (0 if c["reason"] else 4) and not c["wrong"] for w in r["workloads"] for c in w["contestants"])'
quiet() { without 0 peers workloads --small --rounds 1 --quiet --json "$here/peers.json" && silent out && json "$here/peers.json" 'len(r["workloads"]) == 5'; }
check "peers: --quiet --json FILE" quiet

check "peers: a wrong value: 1" with lying 1 peers workloads --small --rounds 1
wrong() { [ "$(grep -c WRONG "$here/out")" = 4 ] && [ "$(grep -cE '^  joblib .* WRONG$' "$here/out")" = 4 ]; }
check "is marked, and no other" wrong
check "peers: a program that fails: 1" with broken 1 peers workloads --small --rounds 1
check "one that raises says what" says out "failed: RuntimeError: no more"
dead() { table ar1 "Metaflow parallel_map" | grep -q "failed: it died"; }
check "one that dies is named" dead

little() { BENCH_PEERS_MEMORY=3200000 without 0 peers workloads --small --rounds 1; }
check "peers: little memory" little
check "fewer rows for all" says out "sum: 10 rows of 20 000 instead of 50 for all"
check "and the title says so" says out "sum: 200 000 doubles"
unknown() { BENCH_PEERS_MEMORY=much without 1 peers workloads --small && says err "BENCH_PEERS_MEMORY=much: not a number of bytes"; }
check "peers: memory that is no number" unknown

# -- what a call costs: a table of times and ratios, whatever they are
overhead() { "$bench" overhead -r 2 -w 3 >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
check "overhead: its own help" run 0 overhead --help
check "overhead: no worker: 2" run 2 overhead -w 0
check "and it is named" says err "--workers 0: not a whole number from 1 to 64"
check "overhead: an argument: 2" run 2 overhead sum
check "overhead: a small run" overhead
check "overhead: ten times and four targets" \
  awk '/ \[[0-9.]+ \.\. [0-9.]+\]/ { n++; targets += /at most/ } END { exit !(n == 14 && targets == 4) }' "$here/out"

echo "1..$count"
