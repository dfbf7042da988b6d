#!/usr/bin/env bash
# The command line of bench_amdahl compare: exit statuses and messages. TAP output.
# usage: compare.sh path/to/bench_amdahl
set -u
bench=$1
# shellcheck source=tests/bench/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"
compare() { local status=$1; shift; run "$status" compare "$@"; }
output() { json "$here/out" "$1"; }

# A real result file, in which all times become 1 ms, give or take 0.6 %: then each FILE an edit of it.
"$bench" pi dial --samples 10000 --units 10000 -r 12 -w 1,2 -q -o "$here/real" >/dev/null 2>&1
# make FILE STATEMENTS: Python, with the run r, its cases c by name, and slow(measurement, factor)
make() {
  python3 - "$here/real/results.json" "$here/$1" "$2" <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
c = {x["case"]: x for x in r["cases"]}
for x in r["cases"]:
    for m in x["measurements"]:
        m["seconds"] = [1e-3 * (1 + 1e-3 * (5 * k % 12)) for k in range(12)]
def slow(m, factor):
    m["seconds"] = [t * factor for t in m["seconds"]]
exec(sys.argv[3])
json.dump(r, open(sys.argv[2], "w"))
END
}
make old.json 'pass'
make slower.json 'slow(c["pi"]["measurements"][3], 1.1)'
make answer.json 'c["dial"]["measurements"][0]["result"] = "00"'
make sizes.json 'c["pi"]["arguments"]["samples"] = 7; c["dial"]["arguments"]["units"] = 8'
make cpu.json 'r["machine"]["cpu"] = "Another <CPU>"'
make few.json '[m.update(seconds=m["seconds"][:3], cpu_seconds=[]) for x in r["cases"] for m in x["measurements"]]; [x.update(rounds=3) for x in r["cases"]]'
make wrong.json 'c["pi"]["measurements"][1]["workers"] = 0'

# -- verdicts and exit statuses
check "the same times: 0" compare 0 "$here/old.json" "$here/old.json"
check "counts them" says out "15 comparisons: 0 slower, 0 faster, 15 with no change within 5 %, 0 cannot tell"
check "shows none of them" hides out "workers"
check "--all" compare 0 "$here/old.json" "$here/old.json" --all
check "shows them" says out "no change within 5 %"
check "a regression: 1" compare 1 "$here/old.json" "$here/slower.json"
check "is named" grep -qE '^pi +threads +2 .* 1\.100 .* slower$' "$here/out"
check "the same the other way round: 0" compare 0 "$here/slower.json" "$here/old.json"
check "is faster" says out "1 faster"
check "--threshold above it: 0" compare 0 "$here/old.json" "$here/slower.json" --threshold 20
check "and says so" says out "15 with no change within 20 %"
check "--cases leaves it out: 0" compare 0 "$here/old.json" "$here/slower.json" --cases dial
check "five comparisons" says out "5 comparisons:"
check "--variants leaves it out: 0" compare 0 "$here/old.json" "$here/slower.json" --variants serial,processes
check "another answer: 1" compare 1 "$here/old.json" "$here/answer.json"
check "is named" says out "dial: the answer changed in 1 of 5 measurements"
check "three rounds: 0" compare 0 "$here/old.json" "$here/few.json"
check "and cannot tell" says out "15 cannot tell"
check "how many it takes" says out "15 of 15 comparisons have too few rounds to tell: it takes 6 in both runs"
check "another machine: 0" compare 0 "$here/old.json" "$here/cpu.json"
check "and a warning" says out "warning: the machine is another"
check "a folder" compare 0 "$here/real" "$here/real"
standard() { "$bench" compare "$here/old.json" - <"$here/slower.json" >"$here/out" 2>"$here/err"; [ $? -eq 1 ]; }
check "- is standard input" standard

# -- formats
check "--markdown" compare 1 "$here/old.json" "$here/slower.json" --markdown
check "a summary first" grep -qE '^\*\*bench\\_amdahl compare: regression\.\*\* 15 comparisons: 1 slower' <(head -1 "$here/out")
check "details are closed" [ "$(grep -c '<details>' "$here/out")" = "$(grep -c '</details>' "$here/out")" ]
tables() { awk -F'|' '/^\|/ { rows++; if (NF != 11) bad = 1 } END { exit bad || rows != 2 + 1 + 2 + 15 }' "$here/out"; }
check "tables of nine columns" tables
check "--markdown of another CPU" compare 0 "$here/old.json" "$here/cpu.json" --markdown
check "is escaped" says out "-&gt; Another &lt;CPU&gt;"
check "--json" compare 1 "$here/old.json" "$here/slower.json" --json
check "every comparison" output 'len(r["comparisons"]) == 15 and r["worse"] and r["threshold"] == 0.05'
check "the verdict and its reasons" output \
  '[(c["case"], c["variant"], c["workers"]) for c in r["comparisons"] if c["verdict"] == "slower"] == [("pi", "threads", 2)] and all(abs(c["ratio"] - (1.1 if c["verdict"] == "slower" else 1)) < 1e-9 and c["ratio_low"] <= c["ratio"] <= c["ratio_high"] for c in r["comparisons"])'
check "--json of few rounds" compare 0 "$here/old.json" "$here/few.json" --json
check "unknown is null" output 'all(c["ratio_low"] is None and c["too_few_rounds"] for c in r["comparisons"])'

# -- errors
check "other sizes, nothing is left: 2" compare 2 "$here/old.json" "$here/sizes.json"
check "names them" says out "not compared: pi: samples is 10000 in the old run, 7 in the new one"
check "and says so" says err "nothing in common that can be compared"
check "no run: 2" compare 2
check "one run: 2" compare 2 "$here/old.json"
check "three runs: 2" compare 2 "$here/old.json" "$here/old.json" third
check "names the third" says err "not 'third' too"
check "standard input twice: 2" compare 2 - -
check "says so" says err "only one of the two can be standard input"
check "a file that is not there: 2" compare 2 "$here/old.json" "$here/nothing"
check "names it" says err "$here/nothing: No such file or directory"
check "prints nothing else" silent out
check "a file that is none: 2" compare 2 "$0" "$here/old.json"
check "names the line" says err "$0:1:"
check "a measurement without workers: 2" compare 2 "$here/old.json" "$here/wrong.json"
check "says where" says err "cases[0].measurements[1].workers: not a worker count"
check "empty standard input: 2" compare 2 "$here/old.json" -
check "names it" says err "standard input:1:0:"
check "an unknown case: 2" compare 2 "$here/old.json" "$here/old.json" --cases pi,pie
check "names it" says err "neither run has a case 'pie'"
check "an unknown variant: 2" compare 2 "$here/old.json" "$here/old.json" --variants vectors
check "names it" says err "unknown variant 'vectors'"
check "--markdown and --json: 2" compare 2 "$here/old.json" "$here/old.json" --markdown --json
while read -r option value; do
  check "$option $value: 2" compare 2 "$here/old.json" "$here/old.json" "$option" "$value"
  check "names the value" says err "$option $value"
done <<'END'
--threshold -1
--threshold 5%
--alpha 0
--alpha 1
--alpha nan
--color blue
END
full() { "$bench" compare "$here/old.json" "$here/old.json" >/dev/full 2>"$here/err"; [ $? -eq 2 ]; }
check "a full disk: 2" full
check "says so" says err "No space left on device"
check "--help" compare 0 --help
check "has examples" says out "Examples:"

echo "1..$count"
