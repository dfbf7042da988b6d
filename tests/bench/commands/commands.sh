#!/usr/bin/env bash
# Every command of bench_amdahl, of an installed copy with nothing of the build folder beside it: its help, and what it
# does when its output goes nowhere. TAP output.
# usage: commands.sh BUILD_FOLDER
set -u
build=$1
bench=/bin/true
# shellcheck source=tests/bench/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"
if ! DESTDIR=$here/root meson install -C "$build" --no-rebuild >"$here/out" 2>&1; then
  sed 's/^/# /' "$here/out"
  echo 'Bail out! meson install failed'
  exit 1
fi
bench=$(find "$here/root" -name bench_amdahl -path '*/bin/*')
cd "$here" || exit 1
small=(--no-ceilings --samples 10000 -r 5 -w "1,2")
mapfile -t commands < <("$bench" help | sed -n 's/^  \([a-z]*\) .*/\1/p')

# one_message STATUS ERROR COMMAND...: what is on stderr says once that the output cannot be written
one_message() {
  local expected=$1 error=$2 status
  shift 2
  rm -rf run # of which would be told that it is replaced
  "$@" 2>"$here/err"
  status=$?
  [ $status -eq "$expected" ] || echo "# status $status instead of $expected: ${*:2}"
  [ $status -eq "$expected" ] && [ "$(grep -c 'cannot write' "$here/err")" = 1 ] && says err "cannot write to standard output: $error" &&
    [ "$(grep -cF "$error" "$here/err")" = 1 ]
}
into_full() { "$bench" "$@" >/dev/full; }
into_nothing() { "$bench" "$@" >&-; }
# to a reader that has gone: STATUS may be several
unread() {
  local expected=$1 status
  shift
  rm -rf run
  python3 -c 'import os, subprocess, sys
reading, writing = os.pipe()
os.close(reading)
sys.exit(subprocess.call(sys.argv[1:], stdout=writing))' "$bench" "$@" 2>"$here/err"
  status=$?
  [[ " $expected " == *" $status "* ]] || { echo "# status $status instead of $expected: $*"; return 1; }
  silent err
}

# no line of an example or a list is broken: what it goes on with would begin at the left
unbroken() {
  "$bench" help "$1" >"$here/out"
  awk 'list && /^[^ ]/ { print "# " $0; bad = 1 } { list = /^  / || /(Examples|named):$/ } END { exit bad }' "$here/out"
}

check "the help names the commands" [ "${#commands[@]}" -ge 11 ]
for command in "${commands[@]}"; do
  for option in --help --usage --version; do
    check "$command $option" run 0 "$command" "$option"
    check "(which says something)" [ -s "$here/out" ]
    check "$command $option: nothing on stderr" silent err
    check "$command $option: onto a full disk" one_message 1 'No space left on device' into_full "$command" "$option"
    check "$command $option: to nobody" unread 0 "$command" "$option"
  done
  check "help $command: its lines are short enough" unbroken "$command"
  check "help $command: the same" cmp <("$bench" help "$command" | sed 1d) <("$bench" "$command" --help | sed 1d)
  check "$command --nonsense: 2" run 2 "$command" --nonsense
  check "(and it is named)" says err "--nonsense"
done

# what each prints: the statuses it may have, the one on a full disk
check "a run to look at" run 0 pi "${small[@]}" -o results
while read -r statuses full words; do
  read -ra words <<<"$words"
  check "${words[*]}: onto a full disk: $full" one_message "$full" 'No space left on device' into_full "${words[@]}"
  check "${words[*]}: no standard output" one_message "$full" 'Bad file descriptor' into_nothing "${words[@]}"
  check "${words[*]}: to nobody: quiet" unread "${statuses//,/ }" "${words[@]}"
done <<END
0 1 pi ${small[*]} -o run
0 1 pi ${small[*]} -o run --json -
0 1 --list
0 1 list
0,1 1 doctor
0,1 1 doctor --json
0 1 fit results --variant threads
0 1 fit results --variant threads --json
0 1 report results
0 2 compare results results
0 2 compare results results --json
0 2 compare results results --markdown
0 1 simulate pi --samples 10000 -o simulated
0 1 simulate pi --samples 10000 -o simulated --json
0,1 1 overhead -r 2 -w 2
0 1 help
END
if command -v gnuplot >/dev/null; then
  check "plot: onto a full disk" one_message 1 'No space left on device' into_full plot results
  check "plot: to nobody: quiet" unread 0 plot results
fi

check "peers of an installed copy: 1" run 1 peers --small
check "and says what it takes" says err "run \`ninja peers' in the build folder"

echo "1..$count"
