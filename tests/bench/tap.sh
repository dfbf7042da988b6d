# shellcheck shell=bash
# What the scripts beside this one have in common, to be sourced, beyond ../tap.sh: the program's status, output and
# messages. Before it: bench, the program.
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"
bench=$(realpath -- "$bench")
unset TUTTI_ISA OMP_WAIT_POLICY GOMP_SPINCOUNT
# The cases of bench_amdahl in order, those of them that have no code for vector units, and small sizes for all of them. A
# new case is named here, and nowhere else in the scripts.
# shellcheck disable=SC2034 # for the scripts that source this
{
  cases=(sum pi ar1 sleep dial shallow_water atmosphere)
  no_vector=(sleep dial)
  small=(--rows 50 --cols 200 --samples 10000 --runs 1000 --steps 3 --tasks 4 --task-ms 1 --units 10000
    --points-x 20 --points-y 30 --water-steps 3 --cells-x 20 --cells-z 10 --air-steps 2)
}
case_names=$(printf ', %s' "${cases[@]}")
case_names=${case_names:2}
exec </dev/null

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
hides() { ! grep -qF -- "$2" "$here/$1" || { echo "# '$2' is in:"; sed 's/^/# /' "$here/$1"; return 1; }; }
silent() { [ ! -s "$here/$1" ] || { sed 's/^/# /' "$here/$1"; return 1; }; }
# json FILE EXPRESSION: a Python expression on the object r is true
json() { python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); sys.exit(not eval(sys.argv[2]))' "$@"; }
