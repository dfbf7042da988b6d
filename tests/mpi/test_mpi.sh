#!/usr/bin/env bash
# Ranks of a real MPI on this machine. TAP output. usage: test_mpi.sh PROGRAM
set -u
program=$1
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
echo "1..$count"
