#!/usr/bin/env bash
# The command line of bench_amdahl fit and doctor. TAP output.
# usage: fit.sh path/to/bench_amdahl
set -u
bench=$1
# shellcheck source=tests/bench/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"

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
check "a run to fit" run 0 sum dial "${small[@]}" -w 1,2,3 -r 6 -q -o "$here/fit"
# Times of a quiet machine: those of a busy one may begin with rounds that count as warm-up.
steady() {
  python3 - "$here/fit/results.json" <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
for m in (m for c in r["cases"] for m in c["measurements"]):
    m["seconds"] = [0.01 / m["workers"] * (1 + 0.01 * (7 * i % 5)) for i in range(len(m["seconds"]))]
json.dump(r, open(sys.argv[1], "w"))
END
}
check "with steady times" steady
check "fit: the variant of a run" run 0 fit "$here/fit/results.json" --case dial --variant threads
check "with the noise of its rounds" grep -qE '^3 points at 3 worker counts, seconds; noise [0-9.e+-]+ %$' "$here/out"
check "fit: the same from its CSV" run 0 fit "$here/fit/results.csv" --case dial --variant threads
check "with its rounds as points" grep -qE '^18 points at 3 worker counts, seconds; noise [0-9.e+-]+ %$' "$here/out"
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
usable() { env -u OMP_PROC_BIND -u OMP_PLACES -u GOMP_CPU_AFFINITY -u KMP_AFFINITY "$@" "$bench" doctor --json |
  python3 -c 'import json, sys; m = json.load(sys.stdin)["machine"]; print(m["usable_cores"], m["allowed_cpus"])'; }
bound() { [ "$(usable OMP_PROC_BIND=close)" = "$(usable)" ] && [ "$(usable OMP_PLACES=cores)" = "$(usable)" ]; }
check "doctor: a first thread that OpenMP has bound is no smaller machine" bound
full() { "$bench" doctor >/dev/full 2>"$here/err"; [ $? -eq 1 ] && says err "cannot write to standard output: No space left"; }
check "doctor: a full disk" full

echo "1..$count"
