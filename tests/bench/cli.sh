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
check "peers: an unknown group: 2" run 2 peers fourier
check "and it is named" says err "group 'fourier'"
check "peers: no round: 2" run 2 peers --rounds 0
check "peers: a small run" peers
check "peers: every row has numbers" awk '/skipped: (tutti|openmp|pi)/ || !/ ns |serial fraction/ { bad = 1 } END { exit bad || NR != 10 }' \
  <(sed '/skipped: NumPy/s/skipped:.*/ ns /' "$here/out")

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
printf 'p,seconds\n1,10\n4,11.5\n16,12\n' >"$here/weak"
check "fit --weak" run 0 fit --weak "$here/weak"
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
check "fit: an unknown law: 2" run 2 fit --law moore "$here/weak"
check "and it is named" says err "no law is called 'moore'"
check "fit: a law of weak scaling: 1" run 1 fit --law gustafson "$here/weak"
check "and says so" says err "none of these laws speaks of a problem that is the same"
check "fit --at 0: 2" run 2 fit "$here/weak" --at 0
check "and it is named" says err "'0' is no number of workers"
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
