#!/usr/bin/env bash
# The command line of bench_amdahl run, as a user meets it. TAP output.
# usage: cli.sh path/to/bench_amdahl path/to/bench_liar
set -u
bench=$1
# shellcheck source=tests/bench/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"
liar=$2
small=(--no-ceilings "${small[@]}")
says_file() { grep -qF -- "$2" "$1"; }

# -- a small run of everything
all="$here/all/deep"
check "runs all cases" run 0 "${small[@]}" -w 1,2,3 -r 3 -o "$all"
check "prints a table" says out "processes+vector"
check "says why a variant is not run" says out "sleep has no vector code"
check "says how to read the table" says out "speedup: against serial"
check "notes too many workers or few rounds" says out "only 3 rounds"
check "no progress line if stderr is no terminal" silent err
check "valid JSON" python3 -m json.tool "$all/results.json" /dev/null
check "JSON: all cases, complete" json "$all/results.json" \
  '", ".join(c["case"] for c in r["cases"]) == "'"$case_names"'" and r["complete"] and not r["interrupted"]'
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
# A case has 2 + 4 x 3 configurations, without vector code 1 + 2 x 3; 3 rounds of each, and the header
rows() { [ "$(wc -l <"$all/results.csv")" -eq $((1 + 3 * (14 * ${#cases[@]} - 7 * ${#no_vector[@]}))) ]; }
check "CSV: one row a raw time" rows
columns() { awk -F, 'NF != 7 { bad = 1 } END { exit bad }' "$all/results.csv"; }
check "CSV: seven columns" columns
scalar() { awk -F, 'NR > 1 && $2 !~ /vector/ && $3 != "scalar" { bad = 1 } END { exit bad }' "$all/results.csv"; }
check "CSV: variants without vector are scalar" scalar
check "table.txt" grep -q "serial fraction" "$all/table.txt"
no_leftovers() { ! find "$all" -name '*.tmp*' | grep -q .; }
check "no temporary files are left" no_leftovers
pictures() { for c in "${cases[@]}"; do [ -s "$all/speedup-$c.svg" ] && [ -s "$all/speedup-$c.png" ] || return 1; done; }
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
check "lists the cases" says err "the cases are: $case_names"
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

# -- ranks of MPI: tests/mpi/test_mpi.sh has them
check "mpi without mpirun: 2" run 2 pi --variants mpi
check "and says what it takes" says err "variant 'mpi' needs ranks: mpirun -n 4 bench_amdahl ..."

# -- weak scaling: on w of W workers, w parts of W of the problem, each compared with serial's result for that part
check "--scaling weak" run 0 "${small[@]}" --scaling weak -w 1,2,3 -r 2 -o "$here/grown"
check "weak: all bits" json "$here/grown/results.json" \
  'r["scaling"] == "weak" and len(r["cases"]) == '"${#cases[@]}"' and all(m["same_bits"] for c in r["cases"] for m in c["measurements"])'
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
check "the table compares with them" says out "of what reading alone reaches on 1"

# -- for other programs
check "--json -" run 0 pi "${small[@]}" -r 2 -w 1,2 -o "$here/j" --json -
check "--json -: stdout is the results, and nothing else" json "$here/out" 'r["cases"][0]["case"] == "pi" and r["format"] == 2'
check "--json FILE" run 0 pi "${small[@]}" -r 1 -w 1 -q -o "$here/j" --json "$here/j.json"
check "--json FILE: whole or not at all" run 1 pi "${small[@]}" -r 1 -w 1 -q -o "$here/j" --json "$here/nowhere/j.json"
check "(is said before anything is measured)" says err "cannot write --json '$here/nowhere/j.json': No such file or directory"
gone() { "$bench" pi "${small[@]}" -r 2 -w 1 -o "$here/gone" 2>"$here/err" | true; [ -s "$here/gone/results.json" ]; }
check "a reader that has gone loses nothing" gone
check "--json FILE: is that of the folder" cmp -s "$here/j.json" "$here/j/results.json"
check "--color always" run 0 pi "${small[@]}" -r 1 -w 1 -o "$here/c" --color always
check "--color always: bold on stdout" grep -q $'\033\[1m' "$here/out"
plain() { ! grep -q $'\033' "$1"; }
check "--color: none in files" plain "$here/c/table.txt"
check "no colours if stdout is no terminal" run 0 pi "${small[@]}" -r 1 -w 1 -o "$here/c"
check "(none)" plain "$here/out"
# a terminal of its own: script(1)
on_terminal() { script -qec "$(printf '%q ' "$@")" /dev/null >"$here/out" </dev/null; }
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
# a case that failed, and one that had no round yet
python3 - "$here/before.json" "$here/int/results.json" <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
r["cases"][0] = {"case": "sleep", "failure": "no room"}
r["cases"].append({"case": "dial", "rounds": 0, "stopped": "interrupted", "arguments": {}, "work": {"items": 1}, "measurements": []})
json.dump(r, open(sys.argv[2], "w"))
END
check "--resume: failed cases stay, others begin anew: 1" run 1 run --resume "$here/int" -r 2 -q
check "(both are there)" json "$here/int/results.json" \
  '[(c["case"], c["failure"], c.get("rounds")) for c in r["cases"]] == [("sleep", "no room", 0), ("dial", None, 2)] and r["complete"]'
while read -r options what; do
  # shellcheck disable=SC2086 # words
  other() { cp "$here/before.json" "$here/int/results.json"; run 2 run --resume "$here/int" $options; }
  check "--resume $options: 2" other
  check "and says what differs" says err "$what"
  check "and nothing is lost" cmp -s "$here/before.json" "$here/int/results.json"
done <<'END'
--workers=1,2 workers was '[1]'
--units=2000 sizes was
--seed=7 seed was '1'
--variants=threads variants was
--scaling=weak scaling was 'strong'
pi cases was
END
sed 's/"cpu": "[^"]*"/"cpu": "Another"/' "$here/before.json" >"$here/int/results.json"
check "--resume: another machine's: 2" run 2 run --resume "$here/int"
check "and it says what differs" says err "the CPU was 'Another'"
head -c 2000 "$here/before.json" >"$here/int/results.json"
check "--resume: half a file: 2" run 2 run --resume "$here/int/results.json"
check "and the line is named" grep -qE "results.json:[0-9]+:[0-9]+: " "$here/err"

echo "1..$count"
