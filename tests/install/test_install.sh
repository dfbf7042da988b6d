#!/usr/bin/env bash
# Installs a build into a temporary folder and uses it as a program of somebody else would. TAP output.
# usage: test_install.sh BUILD_FOLDER VERSION EXAMPLES_FOLDER; CC is the C compiler
set -u
build=$1
version=$2
examples=$3
here=$(mktemp -d) || exit 1
trap 'rm -rf "$here"' EXIT
export LC_ALL=C.UTF-8
count=0

# check "what is promised" command...: the command's status is the verdict
check() {
  local what=$1
  shift
  count=$((count + 1))
  if "$@" >"$here/said" 2>&1; then
    echo "ok $count - $what"
  else
    echo "not ok $count - $what"
    sed 's/^/# /' "$here/said"
  fi
}

skip() { # WHAT WHY
  count=$((count + 1))
  echo "ok $count - $1 # SKIP $2"
}

if ! DESTDIR=$here/root meson install -C "$build" --no-rebuild >"$here/said" 2>&1; then
  sed 's/^/# /' "$here/said"
  echo 'Bail out! meson install failed'
  exit 1
fi
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

has_soname() {
  local soname
  soname=$(readelf -d "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
  echo "soname: $soname"
  [ "$soname" = "libtutti.so.${version%%.*}" ] && [ -e "$library_dir/$soname" ] && [ -f "$library_dir/libtutti.so.$version" ]
}

each_header_alone() {
  local header status=0
  for header in "$here"/root/*/*/include/tutti/*.h "$here"/root/*/include/tutti/*.h; do
    [ -e "$header" ] || continue
    printf '#include <tutti/%s>\nint main(void) { return 0; }\n' "${header##*/}" >"$here/header.c"
    "${c_compiler[@]}" -std=c99 "${strict[@]}" "${flags[@]}" -fsyntax-only "$here/header.c" || status=1
  done
  return $status
}

# example NAME [ARGUMENT...]: builds one as its first comment says and runs it; what it says is left in $here/said
example() {
  local name=$1
  shift
  "${c_compiler[@]}" -O2 -Wall -Wextra -Werror "${flags[@]}" "$examples/$name.c" -o "$here/$name" "${shared[@]}" -lm &&
    "$here/$name" "$@"
}

# By quadrature (Carverhill and Clewlow, 1990) the price is 4.6667 to a few units of the last digit.
prices_hold_the_price() {
  example price_option | tee "$here/prices" &&
    awk '{ sub(/.*95 %: /, ""); if ($1 < 4.6677 && 4.6657 < $3) good++ } END { exit good != 4 }' "$here/prices"
}

integrals_are_near() {
  example own_integral | tee "$here/integrals" &&
    awk '{ off = $(NF - 2); if (off < 4 && off > -4) good++ } END { exit good != 4 }' "$here/integrals"
}

# The bootstrap's distribution is known: the median of a resample of n = 1461 is at most the k-th value where at least
# 731 of n draws, each with probability k / n, are.
median_and_its_interval() {
  example bootstrap_median "$examples/data/seattle-weather.csv" tmax | tee "$here/median" &&
    grep -qxF '1461 values, median 15.6, 95 % interval [15, 16.1]' "$here/median"
}

damaged_data_are_refused() {
  sed '100s/,[^,]*,/,1x,/' "$examples/data/seattle-weather.csv" >"$here/damaged.csv"
  ! example bootstrap_median "$here/damaged.csv" precipitation && example bootstrap_median "$here/damaged.csv" precipitation 2>&1 |
    grep -F "line 100: no number in column 'precipitation'"
}

# After 10 days the lecture's model is normal with mean 72 + 3 / 2^10 and deviation 5.7735: 8.3 % of it above 80.
forecast_is_the_closed_form() {
  (cd "$here" && example forecast) | tee "$here/fan" &&
    awk '$1 == 10 && $4 > 71.98 && $4 < 72.03 && $7 > 0.0819 && $7 < 0.0839 { good = 1 } END { exit !good }' "$here/fan" &&
    [ "$(wc -l <"$here/forecast.dat")" -eq 11 ] && grep -q filledcurves "$here/forecast.gp"
}

parareal_converges() {
  example parareal | tee "$here/parareal" &&
    awk 'NR > 1 { if (NR > 2 && $2 > 0.5 * error) exit 1; error = $2 } END { exit !(error < 1e-12 && NR < 20) }' "$here/parareal"
}

check "the version of pkg-config is the project's" [ "$(pkg-config --modversion tutti)" = "$version" ]
check "the soname carries the major version" has_soname
check "the library shows nothing but tutti_ symbols" only_our_symbols
check "each header compiles by itself" each_header_alone
check "a C program links the shared library" c_program "${shared[@]}"
check "and needs it to run" grep -q libtutti.so <(readelf -d "$here/program")
check "example price_option: four intervals hold the price" prices_hold_the_price
check "example own_integral: four estimates within 4 standard errors" integrals_are_near
check "example bootstrap_median: the exact interval" median_and_its_interval
check "example bootstrap_median names the line it cannot read" damaged_data_are_refused
check "example forecast: the closed form" forecast_is_the_closed_form
check "example parareal: each iteration is better" parareal_converges
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
