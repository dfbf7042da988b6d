#!/usr/bin/env bash
# How others build with the library: its headers in C and C++, pkg-config, CMake, a subproject of meson; and what is
# installed finds what it needs. TAP output.
# usage: test_packages.sh BUILD_FOLDER VERSION SOURCE_FOLDER; CC is the C compiler
set -u
build=$1
version=$2
source=$3
# shellcheck source=tests/install/installed.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/installed.sh"
unset LD_LIBRARY_PATH PKG_CONFIG_PATH PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR DESTDIR CFLAGS CXXFLAGS LDFLAGS
libdir=$(dirname -- "$(find "$here/root" -name libtutti.so)")
prefix=$(dirname -- "$(find "$here/root" -path '*/include/tutti')")
prefix=${prefix%/include}
read -ra c_compiler <<<"${CC:-cc}"
strict=(-Wall -Wextra -pedantic -Werror "-I$prefix/include")

cat >"$here/program.c" <<'END'
#include <stdio.h>
#include <tutti/tutti.h>

int main(void) {
  const double x[] = {1e300, 1.0, -1e300};
  double sum;
  tutti_status status = tutti_sum(NULL, x, 3, &sum);
  printf("%s, %g\n", tutti_strerror(status), sum);
  return status != TUTTI_OK || sum != 1.0;
}
END
cat >"$here/ranks.c" <<'END'
#include <tutti/mpi.h>

int main(void) {
  return tutti_open_mpi(MPI_COMM_NULL, NULL, NULL) == TUTTI_OK;
}
END

# Where mpicc has MPI's headers; none: no MPI.
mpi_flags=()
if [ -e "$prefix/include/tutti/mpi.h" ]; then
  read -ra words <<<"$(mpicc -show 2>/dev/null)"
  for word in "${words[@]}"; do case $word in -I*) mpi_flags+=(-isystem "${word#-I}") ;; esac done
fi

# -- headers

# The public structs, one a line
structs() {
  awk '/^typedef struct \{/ { inside = 1 } inside && /^\} / { sub(/;.*/, "", $2); print $2; inside = 0 }
    /^struct tutti_[a-z0-9_]* \{/ { print $2 }' "$prefix"/include/tutti/*.h | sort
}

# A program that starts every public struct with VALUE and prints how large it is; 1, if one is not all 0
starting_with() { # VALUE
  printf '#include <stdio.h>\n#include <tutti/tutti.h>\nint main(void) { int set = 0;\n'
  structs | while read -r name; do
    echo "{ $name x = $1; for (size_t i = 0; i < sizeof x; i++) set |= ((char *)&x)[i];"
    echo "  puts(\"$name\"); printf(\"%d \", (int)sizeof x); }"
  done
  echo 'return set != 0; }'
}

each_header() { # COMPILER...
  local header flags status=0
  for header in "$prefix"/include/tutti/*.h; do
    flags=()
    if [ "${header##*/}" = mpi.h ]; then
      [ ${#mpi_flags[@]} -gt 0 ] || continue
      flags=("${mpi_flags[@]}")
    fi
    echo "#include <tutti/${header##*/}>" >"$here/header.c"
    "$@" "${strict[@]}" "${flags[@]}" -fsyntax-only "$here/header.c" || status=1
  done
  return $status
}

# Every struct starts with VALUE, and is as large as it is in C.
starts() { # VALUE COMPILER...
  starting_with "$1" >"$here/structs.c"
  shift
  "$@" "${strict[@]}" "${allowed[@]}" "$here/structs.c" -o "$here/structs" && "$here/structs" >"$here/sizes" || return 1
  [ "$(wc -l <"$here/sizes")" -ge 25 ] || return 1
  [ -e "$here/sizes_in_c" ] || cp "$here/sizes" "$here/sizes_in_c"
  diff "$here/sizes_in_c" "$here/sizes"
}

cat >"$here/enums.c" <<'END'
#include <tutti/tutti.h>

int main(void) {
  tutti_config config = {TUTTI_THREADS, 1};
  tutti_option option = {TUTTI_BARRIER};
  tutti_analysis analysis = {TUTTI_LETKF};
  const tutti_backend backend = config.backend;
  config.backend = TUTTI_SERIAL;
  switch (option.kind) {
  case TUTTI_BARRIER: break;
  default: return 1;
  }
  return config.backend == backend || analysis.filter != TUTTI_LETKF || tutti_backend_name(backend)[0] != 't' ||
         tutti_backend_name(TUTTI_SERIAL)[0] != 's';
}
END
enumerators() { # COMPILER...
  "$@" "${strict[@]}" -Wno-missing-field-initializers "$here/enums.c" -x none -o "$here/enums" -L"$libdir" -Wl,-rpath,"$libdir" -ltutti &&
    "$here/enums"
}

allowed=()
for standard in c99 c11 gnu17; do
  check "$standard: each header by itself" each_header "${c_compiler[@]}" -std=$standard
  check "$standard: every struct starts with {0}" starts '{0}' "${c_compiler[@]}" -std=$standard
done
for cxx in g++ clang++; do
  if ! command -v $cxx >/dev/null; then skip "$cxx: headers and structs" "no $cxx"; continue; fi
  for standard in c++11 c++17 c++20; do
    check "$cxx, $standard: each header by itself" each_header $cxx -std=$standard -x c++
    # in C++ -Wextra finds fault with any {0}, of whatever it is
    allowed=(-Wno-missing-field-initializers -Wno-missing-braces)
    check "$cxx, $standard: every struct starts with {0}" starts '{0}' $cxx -std=$standard -x c++
    allowed=()
    check "$cxx, $standard: and with {}" starts '{}' $cxx -std=$standard -x c++
    check "$cxx, $standard: fields take enumerators, and functions take fields" enumerators $cxx -std=$standard -x c++
  done
done

# -- what is installed finds its library, with no variable to tell where that is

runs() { # PROGRAM
  local found
  found=$(env -i ldd "$1" | sed -n 's/.*libtutti\.so.* => \([^ ]*\) .*/\1/p')
  echo "libtutti: $found"
  [ "$(realpath -- "$found")" = "$(realpath -- "$libdir/libtutti.so")" ]
}
if [ -x "$prefix/bin/bench_amdahl" ]; then
  for program in "$prefix"/bin/*; do check "${program##*/} finds its library" runs "$program"; done
  check "and runs" env -i "$prefix/bin/bench_amdahl" --version
else
  skip "installed programs find their library" "bench_amdahl is not built"
fi
if [ -e "$libdir/libtutti_mpi.so" ]; then check "libtutti_mpi finds its library" runs "$libdir/libtutti_mpi.so"; fi

# -- pkg-config, with no other package in sight

of_tutti() { PKG_CONFIG_LIBDIR=$libdir/pkgconfig pkg-config --define-variable=prefix="$prefix" "$@" tutti; }
linked() { # FLAG...: as pkg-config says with it
  local flags
  flags=$(of_tutti --cflags --libs "$@") || return 1
  echo "$flags"
  read -ra flags <<<"$flags"
  rm -f "$here/program"
  "${c_compiler[@]}" "$here/program.c" "${flags[@]}" -o "$here/program" && env -i "$here/program"
}
linked_to_static() {
  local status
  mkdir "$here/aside" && mv "$libdir"/libtutti.so* "$here/aside"
  linked --static
  status=$?
  mv "$here/aside"/* "$libdir"
  [ $status -eq 0 ] && ! readelf -d "$here/program" | grep libtutti
}
alone() { of_tutti --libs-only-l | grep -x -- '-ltutti *'; }
check "pkg-config: the version" [ "$(of_tutti --modversion)" = "$version" ]
check "pkg-config: the shared library, which the program finds" linked
check "pkg-config: it takes nothing but tutti" alone
check "pkg-config: the static library" linked_to_static

# A program that is linked to it sees all global names; those that begin with __ are the compiler's.
only_names_of_its_own() {
  nm -g --defined-only -- "$libdir/libtutti.a" | awk 'NF == 3 && $2 ~ /[A-Z]/ { print $3 }' | grep -vE '^__|^DW\.ref\.' >"$here/names"
  [ -s "$here/names" ] && ! grep -v '^tutti_' "$here/names"
}
check "the static library's names begin with tutti_" only_names_of_its_own

# -- CMake

# Configures and builds a project, and runs its program. oldest: the CMake it is written for.
cmake_project() { # NAME PROGRAM C|CXX TARGET [WHAT TO FIND...]
  local folder=$here/$1 program=$2 language=$3 target=$4 suffix=c
  shift 4
  if [ "$language" = CXX ]; then suffix=cpp; fi
  mkdir "$folder" && cp "$here/$program.c" "$folder/program.$suffix" || return 1
  cat >"$folder/CMakeLists.txt" <<END
cmake_minimum_required(VERSION ${oldest:-3.13})
project(user $language)
find_package(tutti $* CONFIG REQUIRED)
find_package(tutti $* CONFIG REQUIRED) # as another part of the project would
add_executable(program program.$suffix)
target_link_libraries(program $target)
END
  cmake -S "$folder" -B "$folder/build" -DCMAKE_PREFIX_PATH="$prefix" ${oldest:+-DCMAKE_POLICY_VERSION_MINIMUM=3.5} &&
    cmake --build "$folder/build" && "$folder/build/program"
}
cmake_old() { oldest=3.1 cmake_project "$@"; } # CMake 4 takes it for 3.5
cmake_static() { cmake_project "$@" && ! readelf -d "$here/$1/build/program" | grep libtutti; }
cmake_refuses() { # SAYING ARGUMENT...
  ! cmake_project "${@:2}" >"$here/refusal" 2>&1 && cat "$here/refusal" && grep -qF -- "$1" "$here/refusal"
}
if command -v cmake >/dev/null && command -v make >/dev/null; then
  check "CMake: the shared library" cmake_project cmake program C tutti::tutti
  check "CMake: in a project for an old CMake" cmake_old old program C tutti::tutti
  check "CMake: the static one" cmake_static static program C tutti::static
  check "CMake: of this version" cmake_project exact program C tutti::tutti "$version" EXACT
  check "CMake: not of a later one" cmake_refuses "version: $version" later program C tutti::tutti 99
  check "CMake: no component that there is not" cmake_refuses "no component strings" strings program C tutti::tutti COMPONENTS strings
  # The static library needs the OpenMP of its compiler.
  case ${CC-} in *clang*) export CXX=${CC//clang/clang++} ;; esac
  cxx=${CXX:-c++}
  if command -v "${cxx##* }" >/dev/null; then
    check "CMake: the shared library in C++" cmake_project cmake_cxx program CXX tutti::tutti
    check "CMake: the static one in C++" cmake_static static_cxx program CXX tutti::static
  else
    skip "CMake: in C++" "no C++ compiler"
  fi
  if [ ${#mpi_flags[@]} -gt 0 ]; then
    check "CMake: libtutti_mpi" cmake_project ranks ranks C tutti::mpi COMPONENTS mpi
  else
    skip "CMake: libtutti_mpi" "no MPI"
  fi
else
  skip "CMake" "no cmake or no make (scripts/setup full)"
fi

# -- meson

# Nothing of the tests or of the peers is built where nobody asked for it.
plain_build() {
  meson setup "$here/plain" "$source" --prefix="$here/elsewhere" >"$here/setup" 2>&1 || { cat "$here/setup"; return 1; }
  ninja -C "$here/plain" -n >"$here/steps"
  grep -q 'Linking target src/libtutti.so' "$here/steps" && ! grep -E '[ /](tests|peers)/' "$here/steps"
}
check "meson: a plain build has no tests" plain_build

refused() { # OPTION...
  rm -rf "$here/refused"
  ! meson setup "$here/refused" "$source" "$@" >"$here/setup" 2>&1 || return 1
  cat "$here/setup"
  grep -qF 'is the source folder: installing would overwrite its files' "$here/setup"
}
ln -s "$source" "$here/link"
check "meson: the source folder is no prefix" refused --prefix="$source"
check "meson: under no other name" refused --prefix="$here/link"
check "meson: nor is that of its headers where headers go" refused --prefix="$here/elsewhere" --includedir="$source/include"

mkdir -p "$here/super/subprojects" && ln -s "$source" "$here/super/subprojects/tutti" && cp "$here/program.c" "$here/super"
cat >"$here/super/meson.build" <<'END'
project('super', 'c')
executable('shared', 'program.c', dependencies: dependency('tutti'))
executable('static', 'program.c', dependencies: dependency('tutti', static: true))
END
# An installed package of the same name is not to be taken instead.
subproject() {
  meson setup "$here/super/build" "$here/super" --wrap-mode=forcefallback -Doptimization=0 && meson compile -C "$here/super/build"
}
library_alone() {
  meson introspect --targets "$here/super/build" | python3 -c '
import json, sys
names = {target["name"] for target in json.load(sys.stdin) if not target["name"].startswith("kernels_")}
print(*names)
sys.exit(names != {"shared", "static", "tutti"})'
}
static_alone() { "$here/super/build/static" && ! readelf -d "$here/super/build/static" | grep libtutti; }
check "meson: as a subproject" subproject
check "meson: which is the library alone" library_alone
check "meson: dependency('tutti')" "$here/super/build/shared"
check "meson: dependency('tutti', static: true)" static_alone

echo "1..$count"
