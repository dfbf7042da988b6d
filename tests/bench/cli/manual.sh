#!/usr/bin/env bash
# The manual page names every option of every command, and no other. TAP output.
# usage: manual.sh path/to/bench_amdahl
set -u
bench=$1
page=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../../docs/man" && pwd)/bench_amdahl.1
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
count=0

check() {
  count=$((count + 1))
  if [ -s "$here/out" ]; then echo "not ok $count - $1"; sed 's/^/# /' "$here/out"; else echo "ok $count - $1"; fi
}

# --name of a help, but for those that every command has
of_help() { grep -oE -- '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,' | grep -vxE -- '--(help|usage|version)' | sort -u; }
# --name of a section "Ss NAME" of the page, where they are described
of_page() { sed -n "/^\.Ss $1\$/,/^\.S[hs] /p" "$page" | grep '^\.It' | grep -oE -- 'Fl -[a-z][a-z-]*' | sed 's/Fl -/--/' | sort -u; }

for command in $("$bench" help | sed -n 's/^  \([a-z]*\) .*/\1/p' | grep -v help); do
  grep -qxF -- ".Cm $command" "$page" || [ "$command" = run ] || echo "not in the synopsis" >"$here/out"
  "$bench" help "$command" | sed '/Examples:/,$d' | of_help >"$here/help"
  of_page "$command" >"$here/page"
  # the sizes of the cases are described with run
  if [ "$command" = simulate ]; then of_page run | comm -12 - "$here/help" | sort -u - "$here/page" -o "$here/page"; fi
  diff "$here/help" "$here/page" >"$here/out"
  check "$command: options of the help (<) and of the page (>)"
done

: >"$here/out"
if command -v mandoc >/dev/null; then
  mandoc -T lint -W warning "$page" >"$here/out" 2>&1
  check "the page is well-formed (mandoc)"
elif command -v groff >/dev/null; then
  groff -mdoc -Tutf8 -ww "$page" 2>"$here/out" >/dev/null
  check "the page is well-formed (groff)"
else
  echo "ok $((++count)) - the page is well-formed # SKIP neither mandoc nor groff is there"
fi
echo "1..$count"
