#!/usr/bin/env bash
# The pages of docs/ say what is so: links and paths lead to what exists, programs compile and print what the page says,
# commands run, and the reference of results.json has every key of a real one. TAP output.
# usage: test_docs.sh BUILD_FOLDER SOURCE_FOLDER; CC is the C compiler
set -u
build=$1
root=$2
pages=$root/tests/docs/pages.py
# shellcheck source=tests/install/installed.sh
. "$root/tests/install/installed.sh"

if ! command -v python3 >/dev/null; then
  skip "the pages" "python3 is not there"
  echo "1..$count"
  exit
fi
python() { PYTHONDONTWRITEBYTECODE=1 python3 "$@"; }

check "every relative link leads to a file and a heading" python "$pages" links "$root"
check "every path in backticks exists" python "$pages" paths "$root"

layers_are_drawn() { # as the table of the check has them
  python "$root/scripts/layers.py" --picture >"$here/layers" && python - "$here/layers" "$root/docs/explanation/design.md" <<'END'
import sys
picture, page = (open(path, encoding="utf-8").read() for path in sys.argv[1:])
sys.exit("the page has another picture" if picture not in page else 0)
END
}
check "design.md draws the layers that scripts/layers.py checks" layers_are_drawn

# What a reader has after the installation: cc, pkg-config and bench_amdahl find it.
prefix=$(dirname -- "$(dirname -- "$(find "$here/root" -path '*/include/tutti')")")
library_dir=$(dirname -- "$(find "$here/root" -name libtutti.so)")
mkdir "$here/bin"
printf '#!/bin/sh\nPATH=%q exec %s "$@"\n' "$PATH" "${CC:-cc}" >"$here/bin/cc"
chmod +x "$here/bin/cc"
export PATH=$here/bin:$prefix/bin:$PATH
export PKG_CONFIG_PATH=$library_dir/pkgconfig CMAKE_PREFIX_PATH=$prefix
sed -i "s|^prefix=.*|prefix=$prefix|" "$library_dir"/pkgconfig/*.pc
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_WAIT_POLICY=passive OMPI_MCA_rmaps_base_oversubscribe=1 \
  OMPI_MCA_hwloc_base_binding_policy=none
unset TUTTI_ISA PKG_CONFIG_SYSROOT_DIR
read -ra flags <<<"$(pkg-config --cflags tutti tutti_mpi 2>/dev/null || echo "-I$prefix/include")"

compiles() { # PROGRAM: without warnings; one that needs MPI where that is
  local folders=() relative=${1#"$work"/}
  if grep -q 'include <tutti/mpi.h>' "$1" && ! pkg-config --exists tutti_mpi; then return 0; fi
  case $relative in
    src/*) with_new_rows && folders=(-I"$work/with_rows" -DTUTTI_LEVEL=portable -DTUTTI_LEVEL_PORTABLE) ;;
    bench/*) folders=(-I"$root/bench") ;;
    tests/*) folders=(-I"$root/${relative%/*}") ;;
  esac
  cc -std=gnu17 -Wall -Wextra -Werror -fsyntax-only "${flags[@]}" "${folders[@]}" "$1"
}

# The sources, where the rows that the page adds to the list of a family are in it: lines "  X(...) \" and those before them
with_new_rows() {
  local family
  [ ! -e "$work/with_rows" ] || return 0
  cp -r "$root/src" "$work/with_rows" || return 1
  grep '^  X(.*\\$' "$page" >"$work/rows"
  for family in "$work"/src/*; do
    sed -i "/^#define TUTTI_[A-Z]*_KERNELS(X)/r $work/rows" "$work/with_rows/${family##*/}/kernels.h"
  done
}

# run_block SCRIPT: in its folder; what it prints is what the page says, where the page says it
run_block() {
  local script=$1 expected=${1%.sh}.out status
  (cd -- "$(dirname -- "$script")" && bash -eu -o pipefail "$script") >"$here/printed" 2>"$here/complaint"
  status=$?
  cat "$here/printed" "$here/complaint"
  [ $status -eq 0 ] || return 1
  [ ! -e "$expected" ] || diff "$expected" "$here/printed"
}

missing() { # NAME...: the first that is neither a program nor a package of pkg-config's
  local name
  for name; do command -v "$name" >/dev/null || pkg-config --exists "$name" || { echo "$name"; return; }; done
}

for page in "$root"/docs/*/*.md "$root"/CONTRIBUTING.md; do
  name=${page#"$root"/}
  name=${name#docs/}
  work=$here/pages/${name%.md}
  mkdir -p "$work"
  check "$name: its programs and commands" python "$pages" blocks "$page" "$work"
  while read -r program; do
    check "$name: ${program#"$work"/} compiles without warnings" compiles "$program"
  done < <(find "$work" -name '*.c' | sort)
  for script in "$work"/[0-9]*.sh; do
    [ -e "$script" ] || continue
    read -ra needs <"${script%.sh}.needs"
    line=$(basename -- "${script%.sh}")
    what="$name:${line##0}: $(head -1 "$script")"
    lacking=$(missing pkg-config "${needs[@]}")
    if [ -n "$lacking" ]; then skip "${what//#/}" "$lacking is not there"; else check "${what//#/}" run_block "$script"; fi
  done
done

readme() ( # its program prints what it says
  mkdir "$here/pages/README" && cd "$here/pages/README" && python "$pages" blocks "$root/README.md" . || return 1
  read -ra links <<<"$(pkg-config --libs tutti)"
  compiles weather.c && cc weather.c "${flags[@]}" "${links[@]}" -o weather && printed=$(./weather) && echo "$printed" &&
    tr '\n' ' ' <"$root/README.md" | grep -qF -- "\`$printed\`"
)
if command -v pkg-config >/dev/null; then
  check "README.md: its program prints what it says" readme
else
  skip "README.md: its program prints what it says" "pkg-config is not there"
fi

if command -v bench_amdahl >/dev/null; then
  real() { bench_amdahl pi ar1 --samples 10000 --runs 1000 -r 6 -w 1,2,3 --quiet --output "$here/results"; }
  check "a run for the reference" real
  check "results.json has the keys that its reference tells" python "$pages" keys "$root/docs/reference/results.md" "$here/results/results.json"
else
  skip "results.json has the keys that its reference tells" "bench_amdahl is not built"
fi
echo "1..$count"
