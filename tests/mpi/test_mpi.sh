#!/usr/bin/env bash
# Ranks of a real MPI on this machine. TAP output. usage: test_mpi.sh PROGRAM BENCH_AMDAHL|- EXAMPLES (a folder)
set -u
program=$(readlink -f -- "$1")
[ "$2" = - ] && bench= || bench=$(readlink -f -- "$2")
examples=$(readlink -f -- "$3")
count=0
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_WAIT_POLICY=passive OMPI_MCA_rmaps_base_oversubscribe=1 \
  OMPI_MCA_hwloc_base_binding_policy=none

check() { # WHAT COMMAND...
  local what=$1 said
  shift
  count=$((count + 1))
  if said=$(timeout 120 "$@" 2>&1); then
    echo "ok $count - $what"
  else
    echo "not ok $count - $what"
    printf '# %s\n' "${said//$'\n'/$'\n# '}"
  fi
}

for ranks in 1 2 3 4; do check "the same bits on $ranks ranks" mpirun -n "$ranks" "$program"; done
# 124 would be the time limit's
ends_with_its_message() {
  local said
  said=$(mpirun -n 3 "$program" die 2>&1)
  local status=$?
  echo "$status: $said"
  [ "$status" -ne 0 ] && [ "$status" -ne 124 ] && grep -qi 'killed\|signal' <<<"$said"
}
export -f ends_with_its_message
export program
check "a rank that is killed ends the job" bash -c ends_with_its_message

# -- a run that is killed, and goes on from its checkpoint on another number of ranks
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
goes_on() {
  cd "$folder" || return 1
  mpirun -n 1 "$program" mc whole whole.result || return 1
  if mpirun -n 3 "$program" mc cut cut.result die; then echo "nobody died"; return 1; fi
  if [ ! -s cut ] || [ -e cut.result ]; then echo "no checkpoint, or a result"; ls; return 1; fi
  if compgen -G '*nobody*'; then echo "another rank wrote"; return 1; fi
  mpirun -n 2 "$program" mc cut cut.result && cmp whole.result cut.result
}
export folder
export -f goes_on
check "a Monte Carlo run goes on from its checkpoint" bash -c goes_on

# -- examples/heat says the same on any number of ranks
heat_says_the_same() {
  local ranks one
  one=$("$examples/heat" 100 300) || return 1
  for ranks in 1 2 3 4; do diff <(echo "$one") <(mpirun -n "$ranks" "$examples/heat_mpi" 100 300 2>&1) || return 1; done
}
export examples
export -f heat_says_the_same
if [ -e "$examples/heat_mpi" ]; then check "heat on 1 to 4 ranks" bash -c heat_says_the_same; fi

# -- bench_amdahl over ranks: one report, of every number of ranks, with the bits of one
small=(--rows 50 --cols 200 --samples 100000 --runs 1000 --steps 3 --tasks 4 --task-ms 1 --units 10000 -r 2 -o "$folder/out")
reports() { # RANKS WORKERS ARG...: those worker counts are in the report
  local ranks=$1 workers=$2
  shift 2
  mpirun -n "$ranks" "$bench" "${small[@]}" "$@" >"$folder/text" 2>&1 || { cat "$folder/text"; return 1; }
  [ "$(grep -c 'pictures and report.html:' "$folder/text")" -eq 1 ] || { cat "$folder/text"; return 1; }
  python3 - "$folder/out/results.json" "$workers" <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
assert r["complete"] and len(r["cases"]) >= 1
for case in r["cases"]:
    mpi = [m for m in case["measurements"] if m["variant"].startswith("mpi")]
    assert all(m["same_bits"] and len(m["seconds"]) == 2 for m in case["measurements"]), case["name"]
    counts = sorted({m["workers"] for m in mpi})
    assert counts == json.loads(sys.argv[2]), (case["name"], counts)
END
}
ends_with_2() { # WORDS ARG...: a usage error, said once
  local words=$1
  shift
  mpirun -n 3 "$bench" "$@" >"$folder/text" 2>&1
  if [ $? -ne 2 ] || [ "$(grep -c -- "$words" "$folder/text")" -ne 1 ]; then cat "$folder/text"; return 1; fi
}
# check runs programs: these are functions of this shell
check_here() {
  local what=$1
  shift
  count=$((count + 1))
  if said=$("$@" 2>&1); then echo "ok $count - $what"; else printf 'not ok %s - %s\n# %s\n' "$count" "$what" "${said//$'\n'/$'\n# '}"; fi
}
if [ -n "$bench" ]; then
  check_here "bench_amdahl on 3 ranks" reports 3 "[1, 2, 3]"
  check_here "on 4 ranks, 2 and 4 asked for" reports 4 "[2, 4]" sum pi --variants mpi,mpi+vector -w 2,4,9
  # shares of 10 rows round down: no rank may sum what it has not filled
  check_here "weak scaling on 5 ranks" reports 5 "[1, 2, 3, 4, 5]" sum --rows 10 --cols 1 --scaling weak --variants serial,mpi
  check_here "on 1 rank" reports 1 "[1]" ar1 --variants mpi
  check_here "a usage error on 3 ranks" ends_with_2 "unknown case 'son'" son
fi
echo "1..$count"
