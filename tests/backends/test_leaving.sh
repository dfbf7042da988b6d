#!/usr/bin/env bash
# What happens when a function of the host's is left by an exception of C++, longjmp or pthread_exit. TAP output.
# usage: test_leaving.sh SOURCE LIBRARY INCLUDE_FOLDER [FLAG...]; CC is the C compiler, which knows C++ where g++ is installed
set -u
source=$1
library=$2
include=$3
shift 3
here=$(mktemp -d) || exit 1
trap 'rm -rf "$here"' EXIT
ulimit -c 0
count=0

# run BACKEND WAY: what the host says in $here/said, its exit status in $status
run() {
  rm -f "$here/log"
  { timeout -k 5 100 "$here/leaving" "$1" "$2" "$here/log" >"$here/said" 2>&1; } 2>/dev/null
  status=$?
}

verdict() { # WHAT EXPECTED FOUND
  count=$((count + 1))
  if [ "$2" = "$3" ]; then
    echo "ok $count - $1"
  else
    echo "not ok $count - $1"
    diff <(echo "$2") <(echo "$3") | sed 's/^/# /'
  fi
}

hosts() { if [ -e "$here/log" ]; then wc -l <"$here/log"; else echo 0; fi; }

goes_on() { # BACKEND WAY WHAT IS SAID BEFORE THE NEXT CALL
  run "$1" "$2"
  verdict "$1: $2: one host goes on" "$3
then: success
children: none
status 0, 1 hosts" "$(cat "$here/said")
status $status, $(hosts) hosts"
}

ends() { # BACKEND WAY WORDS
  run "$1" "$2"
  local words=missing
  if grep -qF -- "$3" "$here/said"; then words=found; else words=$(cat "$here/said"); fi
  verdict "$1: $2: the process ends with a message" "found
status 134, 0 hosts" "$words
status $status, $(hosts) hosts"
}

read -ra compiler <<<"${CC:-cc}"
if ! "${compiler[@]}" -x c++ -std=c++11 -O1 -Wall -Wextra "$@" -I"$include" "$source" -x none -o "$here/leaving" \
  "$library" -Wl,-rpath,"$(dirname -- "$library")" -lstdc++ -pthread >"$here/said" 2>&1; then
  if echo 'int main() {}' | "${compiler[@]}" -x c++ - -o "$here/none" -lstdc++ 2>/dev/null; then
    sed 's/^/# /' "$here/said"
    echo 'Bail out! the host does not compile'
    exit 1
  fi
  echo '1..1'
  echo 'ok 1 - functions of C++ are left # SKIP no C++ compiler'
  exit 0
fi

threw='returned: a function of the caller reported an error: an exception left the function for items [50, 60)'
jumped='returned: a function of the caller reported an error: longjmp or pthread_exit left the function for items [50, 60)'
for backend in processes standing; do
  goes_on $backend throw "$threw"
  goes_on $backend uncaught "$threw"
  goes_on $backend jump "$jumped"
  goes_on $backend exit "destroyed
$jumped"
  goes_on $backend progress 'caught: progress'
done
goes_on serial throw 'destroyed
caught: boo'
goes_on serial jump landed
goes_on serial exit destroyed
goes_on serial progress 'caught: progress'
for backend in serial threads processes standing; do
  goes_on $backend inner 'returned: success: '
  goes_on $backend merge 'caught: merge'
done
goes_on serial nested 'destroyed
returned: success: '
goes_on processes nested 'destroyed
returned: success: '
ends threads throw "tutti: an exception left a function of the caller's at items [50, 60) in a team of threads"
ends threads uncaught "tutti: an exception left a function of the caller's at items [50, 60) in a team of threads"
ends threads throw 'boo'
ends threads exit "tutti: longjmp or pthread_exit left a function of the caller's at items [50, 60) in a team of threads"
ends threads progress "tutti: an exception left a function of the caller's"
ends threads jump0 "tutti: longjmp or pthread_exit left a function of the caller's at items [0, 10) in a team of threads"
echo "1..$count"
