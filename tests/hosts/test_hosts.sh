#!/usr/bin/env bash
# Hosts as they are: little address space, children of their own, plug-ins that come and go. Prints TAP.
# usage: test_hosts.sh HOST HOST_WITH_OPENBLAS|- PLUGIN STATIC_TLS LIBTUTTI LIBRARY...
set -u
host=$1
blas_host=$2
plugin=$3
static_tls=$4
library=$5
libraries=("${@:5}")
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"
unset LD_PRELOAD OMP_NUM_THREADS OMP_THREAD_LIMIT OMP_STACKSIZE OMP_PROC_BIND OPENBLAS_NUM_THREADS
ulimit -c 0

# limited ULIMIT... -- PROGRAM ARGUMENT...: a minute is for ever
limited() {
  local limits=()
  while [ "$1" != -- ]; do limits+=("$1"); shift; done
  shift
  (ulimit "${limits[@]}" && exec timeout -s KILL 60 "$@")
}
says() { # TEXT COMMAND...: its last line holds the text
  local text=$1 said
  shift
  said=$("$@" 2>&1)
  echo "status $?: $said"
  grep -qF -- "$text" <<<"${said##*$'\n'}"
}
sums() { says 125000250000 limited "$@"; }

for backend in serial threads processes; do
  check "a program that sums runs at 60 MB of address space: $backend" sums -v 60000 -- "$host" sum "$backend"
  check "and at 60 MB of data: $backend" sums -d 60000 -- "$host" sum "$backend"
done
check "though 64 workers are asked for" sums -v 60000 -- "$host" sum threads 64
check "or 64 within 60 MB of data" sums -d 60000 -- "$host" sum threads 64
check "or their stacks are large" sums -v 60000 -- env OMP_STACKSIZE=40M "$host" sum threads 4
check "or 16 processes" sums -v 60000 -- "$host" sum processes 16
check "workers that could not stand by are no failure, and leave no detail" sums -v 60000 -s 24000 -- "$host" sum processes

if says "3: " "$host" need covariance serial >/dev/null; then
  skip "OpenBLAS" "there is none"
else
  for function in covariance multinormal assimilate; do
    check "where OpenBLAS does not fit, $function names the limit" \
      says "RLIMIT_AS (ulimit -v) = 180000 kB" limited -v 180000 -- "$host" need "$function" serial
    check "which is not enough memory: $function" says "2: " limited -v 180000 -- "$host" need "$function" serial
    check "the limit of data is named too: $function" \
      says "RLIMIT_DATA (ulimit -d) = 130000 kB" limited -d 130000 -- "$host" need "$function" threads
    check "where it fits once, one thread has it: $function" \
      says right limited -v 480000 -- "$host" need "$function" serial
    check "and worker processes: $function" says right limited -v 480000 -- "$host" need "$function" processes 3
  done
  check "where it fits once, three threads do not" says "2: OpenBLAS needs" \
    limited -v 560000 -- "$host" need covariance threads 3
  : >"$here/libopenblas.so.0"
  check "an OpenBLAS that cannot be loaded is named with its package" \
    says "3: OpenBLAS (package libopenblas0) cannot be loaded: " env LD_LIBRARY_PATH="$here" "$host" need covariance threads
  cp "$static_tls" "$here/libopenblas.so.0"
  check "one that lacks a function is not called" \
    says "3: this OpenBLAS lacks cblas_dgemm" env LD_LIBRARY_PATH="$here" "$host" need covariance threads
  export HOST_NEEDS_THIS=too
  check "OpenBLAS comes when it is needed, with one thread, and the environment stays" \
    says "0, after a sum: not loaded, 1 thread(s), environment - too, after a covariance: loaded, 1 thread(s), environment - too" \
    "$host" loads
  check "whatever number of threads is in the environment" \
    says "0, after a sum: not loaded, 1 thread(s), environment 4 too, after a covariance: loaded, 1 thread(s), environment 4 too" \
    env OPENBLAS_NUM_THREADS=4 "$host" loads
fi

in_child() { says 2 timeout -s KILL 120 "$@"; }
check "after daemon() a call has its threads" in_child "$host" child daemon
check "in a child of a process that had none" in_child "$host" child plain
check "in a child of one that ran an OpenMP region" in_child "$host" child region
check "in a grandchild of one that called the library" in_child "$host" child call
check "in a child that a thread of a region forks" in_child "$host" child within
if [ "$blas_host" = - ]; then
  skip "in a child of one that has OpenBLAS's threads" "there is no OpenBLAS"
else
  check "in a child of one that has OpenBLAS's threads" in_child env OPENBLAS_NUM_THREADS=2 "$blas_host" child openblas
fi

stays() {
  local one
  for one in "${libraries[@]}"; do readelf -dW "$one" | grep -q NODELETE || { echo "$one"; return 1; }; done
}
has_little_tls() {
  local size
  size=$(readelf -lW "$library" | awk '$1 == "TLS" { print $6 }')
  echo "$size"
  [ $((size)) -le 40 ]
}
check "every library of ours stays where it was loaded" stays
check "which takes at most 40 bytes of static thread-local data" has_little_tls
check "loaded and unloaded a hundred times" says 100 timeout -s KILL 120 "$plugin" "$library" 100
check "beside libraries that left little of it" says 3 timeout -s KILL 120 "$plugin" "$library" 3 "$static_tls"
echo "1..$count"
