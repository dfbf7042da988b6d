#!/usr/bin/env bash
# Installs a build into a temporary folder and uses it as a program of somebody else would. TAP output.
# usage: test_install.sh BUILD_FOLDER VERSION EXAMPLES_FOLDER; CC is the C compiler
set -u
build=$1
version=$2
examples=$3
# shellcheck source=tests/install/installed.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/installed.sh"
library=$(find "$here/root" -name 'libtutti.so')
library_dir=$(dirname -- "$library")
PKG_CONFIG_PATH=$(dirname -- "$(find "$here/root" -name tutti.pc)")
PKG_CONFIG_SYSROOT_DIR=$here/root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
export LD_LIBRARY_PATH=$library_dir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

cat >"$here/program.c" <<'END'
#include <stdio.h>
#include <tutti/tutti.h>

int main(void) {
  const double x[] = {1e300, 1.0, -1e300};
  double sum;
  tutti_status status = tutti_sum(NULL, x, 3, &sum);
  if (status != TUTTI_OK) {
    fprintf(stderr, "%s: %s\n", tutti_strerror(status), tutti_error_detail(NULL));
    return 1;
  }
  printf("%g %s %s\n", sum, TUTTI_VERSION, tutti_version());
  return sum == 1.0 ? 0 : 1;
}
END

read -ra flags <<<"$(pkg-config --cflags tutti)"
read -ra shared <<<"$(pkg-config --libs tutti)"
read -ra static <<<"$(pkg-config --libs --static tutti)"
read -ra c_compiler <<<"${CC:-cc}"
strict=(-Wall -Wextra -pedantic -Werror)

c_program() { # FLAG...
  rm -f "$here/program"
  "${c_compiler[@]}" -std=c99 "${strict[@]}" "${flags[@]}" "$here/program.c" -o "$here/program" "$@" && run_program
}

run_program() {
  local said
  said=$("$here/program") || return 1
  echo "$said"
  [ "$said" = "1 $version $version" ]
}

cxx_program() {
  rm -f "$here/program"
  "$cxx" -std=c++11 "${strict[@]}" "${flags[@]}" -x c++ "$here/program.c" -x none -o "$here/program" "${shared[@]}" &&
    run_program
}

only_our_symbols() {
  local symbols others
  symbols=$(nm -D --defined-only "$library" | awk '{ print $NF }')
  others=$(grep -v '^tutti_' <<<"$symbols")
  echo "not ours: $others"
  [ -n "$symbols" ] && [ -z "$others" ]
}

needs_no_libtutti() { ! readelf -d "$here/program" | grep libtutti; }

nobody_asks_for_openblas() {
  ! { pkg-config --print-requires --print-requires-private tutti && pkg-config --libs --static tutti; } | grep -i blas &&
    ! readelf -d "$library" | grep NEEDED | grep -i blas
}

has_soname() {
  local soname
  soname=$(readelf -d "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
  echo "soname: $soname"
  [ "$soname" = "libtutti.so.${version%%.*}" ] && [ -e "$library_dir/$soname" ] && [ -f "$library_dir/libtutti.so.$version" ]
}

# Compiles an example in a copy of its folder, by the command that its first comment gives, and starts it.
compiled_alone() { # FILE.c
  local name command
  name=$(basename -- "$1" .c)
  command=$(sed -n 's/^ \*   cc \(.*\)/alone \1/p' "$here/examples/$1")
  echo "$command"
  [ -n "$command" ] && (cd -- "$(dirname -- "$here/examples/$1")" && eval "$command" && "./$name" --help) | tee "$here/usage" &&
    grep -q "^usage: $name " "$here/usage"
}
alone() { "${c_compiler[@]}" -Wall -Wextra -Werror "$@"; }

check "the version of pkg-config is the project's" [ "$(pkg-config --modversion tutti)" = "$version" ]
check "which asks for no package of OpenBLAS's" nobody_asks_for_openblas
check "the soname carries the major version" has_soname
check "the library shows nothing but tutti_ symbols" only_our_symbols
check "a C program links the shared library" c_program "${shared[@]}"
check "and needs it to run" grep -q libtutti.so <(readelf -d "$here/program")
cp -r -- "$examples" "$here/examples"
for example in "$examples"/*.c; do
  check "compiled alone: the example $(basename -- "$example" .c)" compiled_alone "${example##*/}"
done
if pkg-config --exists netcdf; then
  check "compiled alone: the example weather_station" compiled_alone weather_station/weather_station.c
else
  skip "compiled alone: the example weather_station" "no libnetcdf-dev"
fi
cxx=
for candidate in c++ g++ clang++; do
  if command -v "$candidate" >/dev/null; then cxx=$candidate; break; fi
done
if [ -n "$cxx" ]; then
  check "a C++ program compiles and runs" cxx_program
else
  skip "a C++ program compiles and runs" "no C++ compiler"
fi
rm -f "$library_dir"/libtutti.so*
check "a C program links the static library" c_program "${static[@]}"
check "and does not need the shared one" needs_no_libtutti
echo "1..$count"
