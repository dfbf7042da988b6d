#!/usr/bin/env bash
# Ranks on two hosts over TCP: each is a network namespace with a host name of its own; a pair of virtual network cards
# joins them. Needs root. usage: two_hosts.sh PROGRAM BENCH_AMDAHL. Prints TAP.
set -u
program=$(readlink -f -- "$1")
bench=$(readlink -f -- "$2")
here=$(mktemp -d)
name=tutti$$
count=0
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_WAIT_POLICY=passive

skip() { echo "1..0 # SKIP $1"; exit 0; }
command -v ip >/dev/null || skip "ip is not there (Debian: iproute2)"
command -v mpirun >/dev/null || skip "mpirun is not there (Debian: openmpi-bin)"
clean() {
  ip netns pids "${name}a" 2>/dev/null | xargs -r kill -9
  ip netns pids "${name}b" 2>/dev/null | xargs -r kill -9
  ip netns del "${name}a" 2>/dev/null
  ip netns del "${name}b" 2>/dev/null
  rm -rf "$here"
}
trap clean EXIT
make_hosts() {
  ip netns add "${name}a" && ip netns add "${name}b" &&
    ip link add "${name}x" netns "${name}a" type veth peer name "${name}y" netns "${name}b" &&
    ip -n "${name}a" addr add 10.77.0.1/24 dev "${name}x" && ip -n "${name}b" addr add 10.77.0.2/24 dev "${name}y" &&
    ip -n "${name}a" link set "${name}x" up && ip -n "${name}b" link set "${name}y" up &&
    ip -n "${name}a" link set lo up && ip -n "${name}b" link set lo up
}
make_hosts 2>"$here/log" || skip "no network namespaces here: $(tail -n 1 "$here/log")"

# What ssh is elsewhere: runs a command on a host.
cat >"$here/on" <<END
#!/bin/bash
host=\$1
shift
case \$host in *.1) space=${name}a ;; *) space=${name}b ;; esac
exec ip netns exec \$space unshare --uts bash -c 'hostname "\$1"; shift; exec bash -c "\$*"' - "tutti-\${host##*.}" "\$@"
END
chmod +x "$here/on"
"$here/on" 10.77.0.2 "true" 2>"$here/log" || skip "no host names of their own here: $(tail -n 1 "$here/log")"
cat >"$here/run" <<END
#!/bin/bash
cd "$here"
exec mpirun --mca plm_rsh_agent "$here/on" --mca btl self,vader,tcp --mca btl_tcp_if_include 10.77.0.0/24 \
  --mca oob_tcp_if_include 10.77.0.0/24 --bind-to none --host 10.77.0.1:2,10.77.0.2:2 "\$@"
END
chmod +x "$here/run"
on_both() { timeout 200 "$here/on" 10.77.0.1 "$here/run" "$@"; }

check() { # WHAT COMMAND...
  local what=$1 said
  shift
  count=$((count + 1))
  if said=$("$@" 2>&1); then echo "ok $count - $what"; else printf 'not ok %s - %s\n# %s\n' "$count" "$what" "${said//$'\n'/$'\n# '}"; fi
}
two_names() { [ "$(on_both -n 4 hostname | sort | uniq -c | tr -s ' ' | tr '\n' ';')" = ' 2 tutti-1; 2 tutti-2;' ]; }
bytes() { "$here/on" 10.77.0.1 "cat /sys/class/net/${name}x/statistics/tx_bytes"; }
over_the_network() {
  local before after
  before=$(bytes)
  on_both -n 4 "$program" || return 1
  after=$(bytes)
  echo "$before bytes, then $after"
  [ $((after - before)) -gt 1000000 ]
}
reports() {
  on_both -n 4 "$bench" pi sum --rows 50 --cols 2000 --samples 100000 -r 2 --variants mpi,mpi+vector -o "$here/out" || return 1
  python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
assert r["complete"] and all(m["same_bits"] for c in r["cases"] for m in c["measurements"])
assert sorted({m["workers"] for c in r["cases"] for m in c["measurements"] if m["variant"] == "mpi"}) == [1, 2, 3, 4]' "$here/out/results.json"
}
dies() {
  local said status
  said=$(on_both -n 4 "$program" die 2>&1)
  status=$?
  echo "$status: $said"
  [ $status -ne 0 ] && [ $status -ne 124 ] && grep -qi 'killed\|signal' <<<"$said"
}
check "two ranks on each of two hosts" two_names
check "the same bits over the network" over_the_network
check "bench_amdahl over the network" reports
check "a rank that is killed ends the job on both" dies
echo "1..$count"
