#!/usr/bin/env bash
# The command line of bench_amdahl simulate. TAP output.
# usage: simulate.sh path/to/bench_amdahl
set -u
bench=$1
# shellcheck source=tests/bench/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"
mkdir "$here/empty"

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
check "simulate: a case, measured too" run 0 simulate dial "${small[@]}" -w 1,4096 -r 2 --variant threads --json -o "$here/sim"
check "measured where there are cores, and only there" simulated \
  'p[1, "static"]["measured_seconds"]["median"] > 0 and p[4096, "static"]["measured_seconds"] is None'
check "the difference is that of the times" simulated \
  'all(abs(x["seconds"] / x["measured_seconds"]["median"] - 1 - x["difference"]) < 1e-6 for x in p.values() if x["measured_seconds"])'
check "no worker count changes the work" simulated \
  'all(abs(x["where"]["work"] * x["workers"] * x["seconds"] / p[1, "static"]["seconds"] - 1) < 1e-6 for x in p.values())'
check "simulate: processes" run 0 simulate ar1 "${small[@]}" -w 1,2 -r 2 --variant processes+vector -o "$here/sim"
printf '1\nabc\n' >"$here/bad"
check "simulate: steps that follow each other: 1" run 1 simulate shallow_water "${small[@]}" -o "$here/sim"
check "and why" says err "shallow_water: cannot be simulated: a step needs the one before it"

check "simulate: a trace that is none: 1" run 1 simulate --trace "$here/bad" -o "$here/sim"
check "names file, line and value" says err "$here/bad:2: 'abc' is no number of seconds"
check "simulate: a file that is not there: 1" run 1 simulate --trace "$here/nothing" -o "$here/sim"
check "and it is named" says err "$here/nothing: No such file or directory"
check "simulate: an unknown case: 2" run 2 simulate nonsense
check "lists the cases" says err "unknown case 'nonsense'; the cases are: $case_names"
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

echo "1..$count"
