#!/usr/bin/env bash
# What the shells complete after bench_amdahl. TAP output; a shell that is not there is a test skipped.
# usage: completion.sh path/to/bench_amdahl
set -u
bench=$(realpath -- "$1")
source_dir=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../../bench/cli/completion" && pwd)
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
PATH=$(dirname -- "$bench"):$PATH
count=0

in_bash() { # WORD... (the last is being typed)
  bash --norc -c '. "$1"; shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _bench_amdahl
    printf "%s\n" "${COMPREPLY[@]}"' bash "$source_dir/bench_amdahl.bash" "$@"
}
in_fish() { fish --no-config -c "source '$source_dir/bench_amdahl.fish'; complete -C '$*'" 2>&1 | cut -f 1; }
# zsh completes on a terminal only: a pseudo-terminal of its own types the words and a tab
in_zsh() {
  python3 - "$source_dir" "$*" <<'END'
import os, pty, re, select, shlex, sys, time
folder, words = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", COLUMNS="200", LINES="100")
    os.execvp("zsh", ["zsh", "-f", "-i"])
def read_until(mark, seconds=20):
    text, end = b"", time.monotonic() + seconds
    while mark not in text and time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            text += os.read(fd, 65536)
    return text
os.write(fd, f"fpath=({shlex.quote(folder)} $fpath); autoload -U compinit; compinit -u -D; LISTMAX=1000; PROMPT=; "
             "bindkey '^Xl' list-choices; setopt nolistbeep; echo rea''dy\n".encode())
read_until(b"ready\r\n")
os.write(fd, words.encode() + b"\x18l")
time.sleep(0.5)
text = b""
end = time.monotonic() + 20
while time.monotonic() < end and not (text and not select.select([fd], [], [], 2)[0]):
    if select.select([fd], [], [], 0.2)[0]:
        text += os.read(fd, 65536)
os.write(fd, b"\x03exit\n")
print(re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text.decode(errors="replace")).replace("\r", "\n").replace(" ", "\n"))
END
}

# offers SHELL EXPECTED WORD...: EXPECTED is among what the shell offers
offers() {
  local shell=$1 expected=$2
  shift 2
  count=$((count + 1))
  if ! command -v "$shell" >/dev/null; then
    echo "ok $count - $shell: $* # SKIP $shell is not there"
  elif "in_$shell" "$@" >"$here/out" 2>&1 && grep -qx -- "$expected" "$here/out"; then
    echo "ok $count - $shell: '$*' offers $expected"
  else
    echo "not ok $count - $shell: '$*' offers $expected"
    sed 's/^/# /' "$here/out" | head -n 40
  fi
}

for shell in bash zsh fish; do
  offers $shell overhead bench_amdahl o
  offers $shell sum bench_amdahl run s
  offers $shell --max-time bench_amdahl run --m
  offers $shell --at bench_amdahl fit --a
done
offers bash strong bench_amdahl --scaling s
offers bash threads+vector bench_amdahl pi --variants t
offers bash fit bench_amdahl help f
neither() { ! in_bash bench_amdahl fit --s | grep -qx -- --samples; }
count=$((count + 1))
if neither; then echo "ok $count - bash: options of a command only"; else echo "not ok $count - bash: options of a command only"; fi
echo "1..$count"
