#!/usr/bin/env bash
# The command line of bench_amdahl, as a user meets it. TAP output.
# usage: cli.sh path/to/bench_amdahl path/to/bench_liar
set -u
bench=$1
liar=$2
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
unset TUTTI_ISA OMP_WAIT_POLICY GOMP_SPINCOUNT
small=(--no-ceilings --rows 50 --cols 200 --samples 10000 --runs 1000 --steps 3 --tasks 4 --task-ms 1 --units 10000)
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
says_file() { grep -qF -- "$2" "$1"; }
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
huge() { run 1 sum --no-ceilings --rows 1 --cols 1000000000000 -r 1 -w 1 -o "$here/huge" && says err "more than half of the memory"; }
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
--precision 0
--max-time -3
--scaling up
--color blue
END
bad_isa() { TUTTI_ISA=nonsense run 2 pi "${small[@]}" -o "$here/none" && says err nonsense; }
check "TUTTI_ISA that is no level: 2" bad_isa
touch "$here/file"
check "output under a file: 1" run 1 pi "${small[@]}" -o "$here/file/deep"
check "names the path" says err "$here/file"
check "and the reason" says err "Not a directory"
check "nothing was measured before" silent out

# -- other bits
lies() { "$liar" --no-ceilings -w 1,2 -r 1 -o "$here/liar" >"$here/out" 2>"$here/err"; [ $? -eq 1 ]; }
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
check "a prediction with its interval" grep -qE '^Universal Scalability Law on 432 workers: 1200.57, 95 % interval [0-9.]+ \.\. [0-9.]+' "$here/out"
check "the law of the least error" says out "errs by 14.5 %, Universal Scalability Law errs by 19.2 %: Amdahl's law with overhead"
check "fit: two laws only" run 0 fit "$here/sdm91.csv" --law amdahl,usl
check "the better of them" says out "19.2 %: Universal Scalability Law"
check "fit --json" run 0 fit "$here/sdm91.csv" --at 432 --json
check "JSON: the parameters, the choice and a prediction" json "$here/out" \
  '(lambda u: abs(u["parameters"][0]["value"] - 0.0277285) < 1e-7 and u["predictions"][0]["low"] < 1200.57 < u["predictions"][0]["high"] and not u["chosen"] and len(u["residuals"]) == 7)(r["laws"][2]) and r["laws"][1]["chosen"] and r["noise"] is None'
printf '1 100\n2 60\n' >"$here/two"
check "fit: two worker counts" run 0 fit --seconds "$here/two"
check "tell no contention from coherency" says out "2 worker counts cannot tell contention from coherency"
printf 'p,seconds\n1,10\n4,11.5\n16,12\n' >"$here/weakly"
check "fit --weak" run 0 fit --weak "$here/weakly"
check "is Gustafson's law" says out "Gustafson's law: serial fraction s"
check "a run to fit" run 0 sum dial "${small[@]}" -w 1,2,3 -r 5 -q -o "$here/fit"
check "fit: the variant of a run" run 0 fit "$here/fit/results.json" --case dial --variant threads
check "with the noise of its rounds" grep -qE '^3 points at 3 worker counts, seconds; noise [0-9.e-]+ %$' "$here/out"
check "fit: the same from its CSV" run 0 fit "$here/fit/results.csv" --case dial --variant threads
check "with its rounds as points" grep -qE '^15 points at 3 worker counts, seconds; noise [0-9.e-]+ %$' "$here/out"
check "fit: which case: 1" run 1 fit "$here/fit/results.json"
check "the cases are named" says err "choose with --case: sum, dial"
check "fit: one worker count: 1" run 1 fit --seconds <(echo 2 7) --law amdahl
check "and why" says out "1 worker count cannot tell a serial part from a slow machine"
check "fit: an unknown law: 2" run 2 fit --law moore "$here/weakly"
check "and it is named" says err "no law is called 'moore'"
check "fit: a law of weak scaling: 1" run 1 fit --law gustafson "$here/weakly"
check "and says so" says err "none of these laws speaks of a problem that is the same"
check "fit --at 0: 2" run 2 fit "$here/weakly" --at 0
check "and it is named" says err "'0' is no number of workers"
check "fit: no file: 2" run 2 fit
check "fit: a file that is not there: 1" run 1 fit "$here/nothing"
check "and it is named" says err "$here/nothing: No such file or directory"
check "fit: no header, no option: 1" run 1 fit "$here/two"
check "and the line is named" says err "$here/two:1: no header says"

# -- doctor: what it finds depends on the machine
examined() { "$bench" doctor "$@" >"$here/out" 2>"$here/err" || [ $? -eq 1 ]; }
diagnosed() { python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); assert eval(sys.argv[2]), r' "$here/out" "$1"; }
check "doctor: its own help" run 0 doctor --help
check "doctor" examined
check "every topic has its line" says out "thread settings"
check "doctor: more workers than any machine has cores: 1" run 1 doctor --workers 4096 --quiet
check "and says so" says out "4096 workers take turns"
check "doctor --json" examined --json
check "is JSON with machine, build and findings" diagnosed \
  'len(r["findings"]) == 28 and all(f["state"] in ("fine", "disturbs", "unknown") and f["text"] for f in r["findings"]) and r["machine"]["usable_cores"] and r["build"]["revision"]'
check "doctor: no worker: 2" run 2 doctor -w 0
check "and it is named" says err "--workers 0: not a whole number from 1 to 4096"
check "doctor: an argument: 2" run 2 doctor sum
full() { "$bench" doctor >/dev/full 2>"$here/err"; [ $? -eq 1 ] && says err "cannot write to standard output: No space left"; }
check "doctor: a full disk" full

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

# -- weak scaling: on w of W workers, w parts of W of the problem, each compared with serial's result for that part
check "--scaling weak" run 0 "${small[@]}" --scaling weak -w 1,2,3 -r 2 -o "$here/grown"
check "weak: all bits" json "$here/grown/results.json" \
  'r["scaling"] == "weak" and len(r["cases"]) == 5 and all(m["same_bits"] for c in r["cases"] for m in c["measurements"])'
check "weak: a part's result is that of the whole of a smaller problem" run 0 pi --no-ceilings --samples 10000 -r 1 -w 1 -o "$here/part"
part() { python3 -c 'import json, sys
whole, weak = (json.load(open(f))["cases"] for f in sys.argv[1:])
weak = next(c for c in weak if c["case"] == "pi")["measurements"]
sys.exit({m["result"] for m in weak if m["workers"] == 3} != {m["result"] for m in whole[0]["measurements"]})' "$@"; }
check "weak: (the bits)" part "$here/part/results.json" "$here/grown/results.json"
check "weak: says so" says_file "$here/grown/table.txt" "weak scaling"

# -- ceilings
check "ceilings are measured" run 0 sum pi --rows 50 --cols 200 --samples 1000 -r 1 -w 1 -o "$here/ceil"
check "ceilings: read bandwidth and multiply-adds" json "$here/ceil/results.json" \
  '{c["what"] for c in r["ceilings"]} == {"read bandwidth", "multiply-add"} and all(c["rate"] > 1e7 for c in r["ceilings"])'
check "ceilings: vector units beat scalar code" json "$here/ceil/results.json" \
  'r["vector_isa"] in ("scalar", "portable") or max(c["rate"] for c in r["ceilings"] if c["isa"] == r["vector_isa"] and c["unit"] == "flop/s") > max(c["rate"] for c in r["ceilings"] if c["isa"] == "scalar")'
check "the table compares with them" says out "of the bandwidth that reading alone reaches"

# -- for other programs
check "--json -" run 0 pi "${small[@]}" -r 2 -w 1,2 -o "$here/j" --json -
check "--json -: stdout is the results, and nothing else" json "$here/out" 'r["cases"][0]["case"] == "pi" and r["format"] == 2'
check "--json FILE" run 0 pi "${small[@]}" -r 1 -w 1 -q -o "$here/j" --json "$here/j.json"
check "--json FILE: is that of the folder" cmp -s "$here/j.json" "$here/j/results.json"
check "--color always" run 0 pi "${small[@]}" -r 1 -w 1 -o "$here/c" --color always
check "--color always: bold on stdout" grep -q $'\033\[1m' "$here/out"
plain() { ! grep -q $'\033' "$1"; }
check "--color: none in files" plain "$here/c/table.txt"
check "no colours if stdout is no terminal" run 0 pi "${small[@]}" -r 1 -w 1 -o "$here/c"
check "(none)" plain "$here/out"
# a terminal of its own: script(1)
on_terminal() { script -qec "$*" /dev/null >"$here/out" </dev/null; }
if command -v script >/dev/null; then
  check "colours on a terminal" on_terminal TERM=xterm "$bench" pi "${small[@]}" -r 1 -w 1 -o "$here/c"
  check "(bold)" grep -q $'\033\[1m' "$here/out"
  check "NO_COLOR" on_terminal TERM=xterm NO_COLOR=1 "$bench" pi "${small[@]}" -r 1 -w 1 -o "$here/c"
  no_color() { ! grep -q $'\033\[1m' "$here/out"; }
  check "(no bold)" no_color
fi
check "help" run 0 help
check "help names every command" says out "fit laws of scaling"
check "help of a command" run 0 help fit
check "help of no command: 2" run 2 help nonsense
check "list" run 0 list
check "run is the command by default" run 0 run pi "${small[@]}" -r 1 -w 1 -q -o "$here/c"

# -- simulate: chunks of 5 1 1 1 1 1 on two workers take 7 seconds statically and 5 dynamically
printf '%s\n' '# seconds' 5 1 1 1 1 1 >"$here/chunks"
simulated() { python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))["simulations"][0]
p = {(x["workers"], x["schedule"]): x for x in r["predictions"]}
sys.exit(not eval(sys.argv[2]))' "$here/out" "$1"; }
check "simulate: its own help" run 0 simulate --help
check "with examples" says out "bench_amdahl simulate --trace chunks.txt"
check "and the sizes of the cases" says out "--serial-fraction"
check "simulate: a trace" run 0 simulate --trace "$here/chunks" --ideal -w 1,2,64 --json -o "$here/sim" --gantt 2
check "times by hand" simulated 'p[1, "static"]["seconds"] == 10 and p[2, "static"]["seconds"] == 7 and p[2, "dynamic"]["seconds"] == 5 and p[64, "guided"]["seconds"] == 5'
check "where the time goes, by hand" simulated 'abs(p[2, "static"]["where"]["wait"] - 4 / 14) < 1e-9 and p[2, "dynamic"]["where"]["wait"] == 0'
check "bounds by hand" simulated 'p[2, "static"]["speedup_at_most"] == 2 and p[64, "static"]["speedup_at_most"] == 2'
check "nothing was measured" simulated 'all(x["measured_seconds"] is None and x["difference"] is None for x in r["predictions"])'
check "the Gantt chart: who did the long chunk, and who the last" grep -qxE '0 5 1 3' "$here/sim/gantt-trace.dat"
simulate_serial() { run 0 simulate --trace - --serial 10 --ideal -w 2 --schedule dynamic --json -o "$here/sim" <"$here/chunks"; }
check "simulate: from standard input, with a serial part" simulate_serial
check "Amdahl's law" simulated 'p[2, "dynamic"]["seconds"] == 15 and len(p) == 1'
check "simulate: a table" run 0 simulate --trace "$here/chunks" --ideal -w 2 -o "$here/sim"
check "says what limits" grep -qE '^ +2 +static +7.000 s +1.43x +71 % +2.00x +last chunks +29 %$' "$here/out"
check "and what it leaves out" says out "It leaves out caches"
sim_pictures() { for p in simulate gantt; do for e in svg png pdf gp dat; do [ -s "$here/sim/$p-trace.$e" ] || return 1; done; done; }
if command -v gnuplot >/dev/null; then check "simulate: pictures" sim_pictures; fi
sim_missing() { PATH="$here/empty" run 0 simulate --trace "$here/chunks" --ideal -w 2 -o "$here/sim"; }
check "simulate: without gnuplot" sim_missing
check "names the package it lacks" says out "gnuplot-nox"
sim_stale() { [ ! -e "$here/sim/gantt-trace.png" ] && [ ! -e "$here/sim/simulate-trace.svg" ]; }
check "leaves no picture of an earlier run" sim_stale
check "simulate: a case, measured too" run 0 simulate dial "${small[@]:1}" -w 1,4096 -r 2 --variant threads --json -o "$here/sim"
check "measured where there are cores, and only there" simulated \
  'p[1, "static"]["measured_seconds"]["median"] > 0 and p[4096, "static"]["measured_seconds"] is None'
check "the difference is that of the times" simulated \
  'all(abs(x["seconds"] / x["measured_seconds"]["median"] - 1 - x["difference"]) < 1e-6 for x in p.values() if x["measured_seconds"])'
check "no worker count changes the work" simulated \
  'all(abs(x["where"]["work"] * x["workers"] * x["seconds"] / p[1, "static"]["seconds"] - 1) < 1e-6 for x in p.values())'
check "simulate: processes" run 0 simulate ar1 "${small[@]:1}" -w 1,2 -r 2 --variant processes+vector -o "$here/sim"
printf '1\nabc\n' >"$here/bad"
check "simulate: a trace that is none: 1" run 1 simulate --trace "$here/bad" -o "$here/sim"
check "names file, line and value" says err "$here/bad:2: 'abc' is no number of seconds"
check "simulate: a file that is not there: 1" run 1 simulate --trace "$here/nothing" -o "$here/sim"
check "and it is named" says err "$here/nothing: No such file or directory"
check "simulate: an unknown case: 2" run 2 simulate nonsense
check "lists the cases" says err "unknown case 'nonsense'; the cases are: sum, pi, ar1, sleep, dial"
check "simulate: a case and a trace: 2" run 2 simulate pi --trace "$here/chunks"
while read -r option value; do
  check "simulate $option $value: 2" run 2 simulate "$option" "$value" -o "$here/sim"
  check "names the value" says err "$value"
done <<'END'
--workers 4097
--schedule fair
--variant serial
--gantt 0
--bandwidth 0
--repetitions 0
--serial -1
--samples 0
END

# -- Ctrl-C, and on from there
interrupt() {
  # a job of a script ignores SIGINT unless it has a group of its own
  set -m
  "$bench" sleep dial --no-ceilings --tasks 2 --task-ms 10 --units 1000 -r 100000 -w 1 -o "$here/int" >"$here/out" 2>"$here/err" &
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
check "Ctrl-C: says how to go on" says err "to go on: bench_amdahl run --resume $here/int"
cp "$here/int/results.json" "$here/before.json"
rounds=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["cases"][0]["rounds"])' "$here/before.json")
check "--resume" run 0 run --resume "$here/int" -r $((rounds + 3)) -q
kept() { python3 -c 'import json, sys
before, after = (json.load(open(f)) for f in sys.argv[1:])
old, new = before["cases"][0], after["cases"][0]
ok = after["complete"] and not after["interrupted"] and [c["case"] for c in after["cases"]] == ["sleep", "dial"]
ok &= all(n["seconds"][:old["rounds"]] == o["seconds"] for o, n in zip(old["measurements"], new["measurements"]))
sys.exit(not (ok and all(c["rounds"] == old["rounds"] + 3 for c in after["cases"])))' "$@"; }
check "--resume: goes on where it was, keeps all times" kept "$here/before.json" "$here/int/results.json"
check "--resume: a run that is complete: 2" run 2 run --resume "$here/int"
check "and it says so" says err "that run is complete"
sed 's/"cpu": "[^"]*"/"cpu": "Another"/' "$here/before.json" >"$here/int/results.json"
check "--resume: another machine's: 2" run 2 run --resume "$here/int"
check "and it says what differs" says err "the CPU was 'Another'"
head -c 2000 "$here/before.json" >"$here/int/results.json"
check "--resume: half a file: 2" run 2 run --resume "$here/int/results.json"
check "and the line is named" grep -qE "results.json:[0-9]+:[0-9]+: " "$here/err"

echo "1..$count"
