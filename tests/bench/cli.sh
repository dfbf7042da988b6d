#!/usr/bin/env bash
# The command line of bench_amdahl, as a user meets it. TAP output.
# usage: cli.sh path/to/bench_amdahl path/to/bench_liar
set -u
bench=$1
liar=$2
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
unset TUTTI_ISA OMP_WAIT_POLICY GOMP_SPINCOUNT
small=(--rows 50 --cols 200 --samples 10000 --runs 1000 --steps 3 --tasks 4 --task-ms 1 --units 10000)
count=0

# check "what is promised" command...: the command's status is the verdict
check() {
  local what=$1
  shift
  count=$((count + 1))
  if "$@"; then echo "ok $count - $what"; else echo "not ok $count - $what"; fi
}

# run STATUS ARG...: bench_amdahl ends with STATUS; its output is kept in $here/out and $here/err
run() {
  local expected=$1
  shift
  "$bench" "$@" >"$here/out" 2>"$here/err"
  local status=$?
  [ $status -eq "$expected" ] && return 0
  echo "# status $status instead of $expected: $bench $*"
  sed 's/^/# /' "$here/err"
  return 1
}
says() { grep -qF -- "$2" "$here/$1" || { echo "# '$2' is not in:"; sed 's/^/# /' "$here/$1"; return 1; }; }
silent() { [ ! -s "$here/$1" ] || { sed 's/^/# /' "$here/$1"; return 1; }; }
# json FILE EXPRESSION: a Python expression on the object r is true
json() { python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); sys.exit(not eval(sys.argv[2]))' "$@"; }

# -- a small run of everything
all="$here/all/deep"
check "runs all cases" run 0 "${small[@]}" -w 1,2,3 -r 3 -o "$all"
check "prints a table" says out "processes+vector"
check "says why a variant is not run" says out "sleep has no vector code"
check "says how to read the table" says out "speedup: against serial"
check "notes too many workers or few rounds" says out "only 3 rounds"
check "no progress line if stderr is no terminal" silent err
check "valid JSON" python3 -m json.tool "$all/results.json" /dev/null
check "JSON: five cases, complete" json "$all/results.json" \
  '[c["case"] for c in r["cases"]] == ["sum", "pi", "ar1", "sleep", "dial"] and r["complete"] and not r["interrupted"]'
check "JSON: every raw time" json "$all/results.json" \
  'all(len(m["seconds"]) == 3 for c in r["cases"] for m in c["measurements"])'
check "JSON: same bits everywhere" json "$all/results.json" \
  'all(m["same_bits"] and m["result"] == c["measurements"][0]["result"] for c in r["cases"] for m in c["measurements"])'
check "JSON: the machine and the arguments" json "$all/results.json" \
  'r["machine"]["cpu"] and r["machine"]["usable_cores"] >= 1 and r["arguments"]["workers"] == [1, 2, 3] and r["cases"][0]["arguments"]["rows"] == 50'
check "JSON: OpenMP waits passively" json "$all/results.json" \
  'r["omp_wait_policy_set_by_program"] and r["environment"]["OMP_WAIT_POLICY"] == "passive"'
check "JSON: the median is that of the raw times" json "$all/results.json" \
  'all(abs(sorted(m["seconds"])[1] - m["time"]["median"]) < 1e-12 for c in r["cases"] for m in c["measurements"])'
check "JSON: the speedups follow from the medians" json "$all/results.json" \
  'all(abs(c["measurements"][0]["time"]["median"] / m["time"]["median"] / m["speedup"] - 1) < 1e-9 for c in r["cases"] for m in c["measurements"])'
# 3 cases of 2 + 4 x 3 configurations, 2 of 1 + 2 x 3, 3 rounds each, and the header
rows() { [ "$(wc -l <"$all/results.csv")" -eq $((1 + 3 * (3 * 14 + 2 * 7))) ]; }
check "CSV: one row a raw time" rows
columns() { awk -F, 'NF != 7 { bad = 1 } END { exit bad }' "$all/results.csv"; }
check "CSV: seven columns" columns
scalar() { awk -F, 'NR > 1 && $2 !~ /vector/ && $3 != "scalar" { bad = 1 } END { exit bad }' "$all/results.csv"; }
check "CSV: variants without vector are scalar" scalar
check "table.txt" grep -q "serial fraction" "$all/table.txt"
no_leftovers() { ! find "$all" -name '*.tmp*' | grep -q .; }
check "no temporary files are left" no_leftovers
pictures() { for c in sum pi ar1 sleep dial; do [ -s "$all/speedup-$c.svg" ] && [ -s "$all/speedup-$c.png" ] || return 1; done; }
if command -v gnuplot >/dev/null; then check "pictures" pictures; fi

# -- without gnuplot
mkdir "$here/empty"
missing() { PATH="$here/empty" run 0 dial "${small[@]}" -r 1 -w 1 -o "$all"; }
check "runs without gnuplot" missing
check "names the package it lacks" says out "gnuplot-nox"
stale() { [ ! -e "$all/speedup-dial.png" ] && [ ! -e "$all/speedup-dial.svg" ]; }
check "leaves no picture of an earlier run of the case" stale
check "one worker count: says that there is no fit" says out "no fit: it takes two worker counts"

# -- choices
check "--variants adds the references" run 0 pi "${small[@]}" --variants threads+vector -r 1 -o "$here/v"
check "and says so" says out "serial was not asked for"
check "only those" json "$here/v/results.json" 'r["arguments"]["variants"] == ["serial", "vector", "threads+vector"]'
check "--quiet" run 0 pi "${small[@]}" -r 1 -w 1 -q -o "$here/q"
check "--quiet prints nothing" silent out
check "--list" run 0 --list
check "--list describes" says out "dial"
check "--help" run 0 --help
check "--help has examples" says out "Examples:"
check "--help has the sizes of the cases" says out "--serial-fraction"
check "--version" run 0 --version
check "--version names the library" says out "libtutti"
isa() { TUTTI_ISA=portable run 0 pi "${small[@]}" -r 1 -w 1 -o "$here/isa"; }
check "TUTTI_ISA is the level of the vector variants only" isa
check "and is reported" says out "vector variants: portable (from TUTTI_ISA)"
levels() { [ "$(grep -c ',scalar,' "$here/isa/results.csv")" = 3 ] && [ "$(grep -c ',portable,' "$here/isa/results.csv")" = 3 ]; }
check "scalar stays scalar" levels
policy() { OMP_WAIT_POLICY=active run 0 pi "${small[@]}" -r 1 -w 1 -o "$here/omp"; }
check "a wait policy of the user's" policy
check "stays" json "$here/omp/results.json" \
  'not r["omp_wait_policy_set_by_program"] and r["environment"]["OMP_WAIT_POLICY"] == "active"'
huge() { run 1 sum --rows 1 --cols 1000000000000 -r 1 -w 1 -o "$here/huge" && says err "more than half of the memory"; }
check "a row that does not fit into memory: 1" huge

# -- errors
check "unknown case: 2" run 2 nonsense
check "lists the cases" says err "the cases are: sum, pi, ar1, sleep, dial"
check "unknown variant: 2" run 2 --variants serial,nonsense
check "lists the variants" says err "the variants are: serial, vector, threads, threads+vector, processes, processes+vector"
check "unknown option: 2" run 2 --nonsense
while read -r option value; do
  check "$option $value: 2" run 2 "$option" "$value"
  check "names the value" says err "$option $value"
done <<'END'
--workers 0
--workers abc
--workers 1,,2
--repetitions -1
--repetitions 0
--repetitions 1.5
--serial-fraction 2
--serial-fraction nan
--rows 0
--samples 1e6
--seed -1
END
bad_isa() { TUTTI_ISA=nonsense run 2 pi "${small[@]}" -o "$here/none" && says err nonsense; }
check "TUTTI_ISA that is no level: 2" bad_isa
touch "$here/file"
check "output under a file: 1" run 1 pi "${small[@]}" -o "$here/file/deep"
check "names the path" says err "$here/file"
check "and the reason" says err "Not a directory"
check "nothing was measured before" silent out

# -- other bits
lies() { "$liar" -w 1,2 -r 1 -o "$here/liar" >"$here/out" 2>"$here/err"; [ $? -eq 1 ]; }
check "a variant with other bits: 1" lies
check "names case, variant and workers" says err "liar: threads on 2 workers gave other bits than serial"
check "both results in hex" says err "threads on 2: 02"
check "the table marks it" says out DIFFERENT
check "results are written" json "$here/liar/results.json" \
  'sum(not m["same_bits"] for m in r["cases"][0]["measurements"]) == 4'

# -- beside peers: a table of times and ratios, whatever they are
peers() { "$bench" peers random --small --rounds 1 >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
check "peers: its own help" run 0 peers --help
check "peers: help has examples" says out "bench_amdahl peers workloads --rounds 3"
check "peers: an unknown group: 2" run 2 peers fourier
check "and it is named" says err "group 'fourier'"
check "peers: no round: 2" run 2 peers --rounds 0
check "and it is named" says err "0: not a whole number from 1 to 1000"
check "peers: no folder for the file: 1" run 1 peers random --json "$here/nowhere/peers.json"
check "and it is named" says err "cannot write $here/nowhere/peers.json: No such file or directory"
check "peers: a small run" peers
check "peers: every row has numbers" awk '/skipped: (tutti|openmp|pi)/ || !/ ns |serial fraction/ { bad = 1 } END { exit bad || NR != 10 }' \
  <(sed '1,/^$/d; /skipped: NumPy/s/skipped:.*/ ns /' "$here/out")

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
    return tuple(map(wrong, x)) if isinstance(x, tuple) else x + 1 + x // 4
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

# -- laws fitted to a table: Gunther's data of SPEC SDM91, with the parameters published for them
printf 'workers,throughput\n1,64.9\n18,995.9\n36,1652.4\n72,1853.2\n108,1828.9\n144,1775.0\n216,1702.2\n' >"$here/sdm91.csv"
check "fit" run 0 fit "$here/sdm91.csv" --at 432
check "the published parameters" says out "alpha 0.0277285 (SE 0.009122), coherency beta 0.000104365 (SE 1.988e-05), gamma 89.9952 (SE 14.21), peak at 96.52"
check "the better law" says out "19.2 %: Universal Scalability Law"
check "a prediction with its interval" grep -qE 'Law on 432 workers: 1200.57, 95 % interval [0-9.]+ \.\. [0-9.]+' "$here/out"
printf '1 100\n2 60\n' >"$here/two"
check "fit: two worker counts" run 0 fit --seconds "$here/two"
check "tell no contention from coherency" says out "2 worker counts cannot tell contention from coherency"
check "fit: no file: 2" run 2 fit
check "fit: a file that is not there: 1" run 1 fit "$here/nothing"
check "and it is named" says err "$here/nothing: No such file or directory"
check "fit: no header, no option: 1" run 1 fit "$here/two"
check "and the line is named" says err "$here/two:1: no header says"

# -- ranks of MPI: tests/mpi/test_mpi.sh has them
check "mpi without mpirun: 2" run 2 pi --variants mpi
check "and says what it takes" says err "variant 'mpi' needs ranks: mpirun -n 4 bench_amdahl ..."

# -- what a call costs: a table of times and ratios, whatever they are
overhead() { "$bench" overhead -r 2 -w 3 >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
check "overhead: its own help" run 0 overhead --help
check "overhead: no worker: 2" run 2 overhead -w 0
check "and it is named" says err "--workers 0: not a whole number from 1 to 64"
check "overhead: an argument: 2" run 2 overhead sum
check "overhead: a small run" overhead
check "overhead: ten times and four targets" \
  awk '/ \[[0-9.]+ \.\. [0-9.]+\]/ { n++; targets += /at most/ } END { exit !(n == 14 && targets == 4) }' "$here/out"

# -- Ctrl-C
interrupt() {
  # a job of a script ignores SIGINT unless it has a group of its own
  set -m
  "$bench" sleep --tasks 2 --task-ms 10 -r 100000 -w 1 -o "$here/int" >"$here/out" 2>"$here/err" &
  local pid=$!
  set +m
  sleep 3 # past the warm-up
  kill -INT $pid
  wait $pid
  [ $? -eq 130 ]
}
check "Ctrl-C: 130" interrupt
check "Ctrl-C: JSON says so and has whole rounds" json "$here/int/results.json" \
  'r["interrupted"] and not r["complete"] and r["cases"][0]["rounds"] > 0 and all(len(m["seconds"]) == r["cases"][0]["rounds"] for m in r["cases"][0]["measurements"])'
check "Ctrl-C: the table says so" grep -q "interrupted" "$here/int/table.txt"

echo "1..$count"
