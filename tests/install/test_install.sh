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

# example NAME [ARGUMENT...]: builds one as its first comment says and runs it; what it says is left in $here/said
example() {
  local name=$1
  shift
  "${c_compiler[@]}" -O2 -Wall -Wextra -Werror "${flags[@]}" "$examples/$name.c" -o "$here/$name" "${shared[@]}" -lm -lpthread &&
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

# weather_station ARGUMENT...: in $here
weather_station() { (cd "$here" && ./weather_station --chances 0 "$@"); }
seattle=$examples/data/seattle-weather.csv

weather_station_builds() {
  local netcdf
  read -ra netcdf <<<"$(pkg-config --cflags --libs netcdf)"
  "${c_compiler[@]}" -O2 -Wall -Wextra -Werror "${flags[@]}" "$examples"/weather_station/*.c -o "$here/weather_station" \
    "${shared[@]}" "${netcdf[@]}" -lm
}

# 4 years were observed: of 48 monthly means few lie outside of what 95 % of the simulated 4 years say.
weather_station_tells_the_months() {
  weather_station --runs 300 --years 5 --keep 2 --out five "$seattle" | tee "$here/months" &&
    grep -qE '^\* [0-6] of 48 observed means lie outside of the last band$' "$here/months" && [ "$(wc -l <"$here/five-months.csv")" -eq 49 ] &&
    [ "$(wc -l <"$here/five-fan.dat")" -eq 366 ] && [ -s "$here/five.png" ]
}

netcdf_follows_the_conventions() {
  local line
  ncdump -h "$here/five.nc" | tee "$here/header"
  for line in 'realization = 2 ;' 'time = 1827 ;' ':Conventions = "CF-1.8" ;' 'float tmax(realization, station, time) ;' \
    'tmax:standard_name = "air_temperature" ;' 'tmax:units = "degC" ;' 'tmax:cell_methods = "time: maximum" ;' \
    'precipitation:standard_name = "lwe_thickness_of_precipitation_amount" ;' 'precipitation:units = "mm" ;' \
    'time:units = "days since 2016-01-01 00:00:00" ;' 'time:calendar = "proleptic_gregorian" ;' \
    'realization:standard_name = "realization" ;'; do
    grep -qF -- "$line" "$here/header" || { echo "no $line"; return 1; }
  done
}

# The mean of a variable over the Januaries of three years, 2016 to 2018, from the file and from the summary.
netcdf_holds_the_runs() {
  weather_station --runs 2 --years 3 --keep 2 --out three "$seattle" >/dev/null || return 1
  local variable from_file from_summary
  for variable in tmax tmin; do
    from_file=$(ncdump -v "$variable" "$here/three.nc" | awk -v name="$variable" '
      $1 == name && $2 == "=" { data = 1; next }
      data { gsub(/[,;]/, " "); for (i = 1; i <= NF; i++) { if ($i + 0 != $i) exit; day = n++ % 1096
        if (day < 31 || (day >= 366 && day < 397) || (day >= 731 && day < 762)) { sum += $i; count++ } } }
      END { printf "%.3f", sum / count }')
    from_summary=$(awk -F, -v name="$variable" '$2 == 1 && $3 == name { printf "%.3f", $5 }' "$here/three-months.csv")
    echo "$variable: $from_file in the file, $from_summary in the summary"
    awk -v a="$from_file" -v b="$from_summary" 'BEGIN { exit !(a != "" && (a - b) ^ 2 < 1e-5) }' || return 1
  done
}

# netcdf_record FILE K: the first four years of realization K (from 0) of a file of four years from 2016 on, as a record.
netcdf_record() {
  local variable
  for variable in precipitation tmax tmin; do
    ncdump -p 9,17 -v "$variable" "$1" | awk -v name="$variable" -v skip="$(($2 * 1461))" '
      $1 == name && $2 == "=" { data = 1; $1 = $2 = "" }
      data { gsub(/[,;}]/, " "); for (i = 1; i <= NF; i++) if (n++ >= skip && n <= skip + 1461) print $i }' >"$here/$variable"
  done
  echo date,precipitation,tmax,tmin
  paste -d, <(seq 0 1460 | sed 's/.*/2016-01-01 + & days/' | date -u -f - +%F) "$here/precipitation" "$here/tmax" "$here/tmin"
}

# Six records made from Seattle's: as many of their months lie outside of what they say themselves as the example told for
# chance, within three errors of the mean (a record's number has a standard deviation of 0.9).
as_many_lie_outside_as_chance_has_it() {
  local k about
  about=$(weather_station --runs 300 --years 4 --keep 6 --chances 20 --out own-years "$seattle" | sed -n 's/^\* .* about \([0-9.]*\) would by chance$/\1/p')
  for k in 0 1 2 3 4 5; do
    netcdf_record "$here/own-years.nc" "$k" >"$here/made.csv"
    weather_station --runs 300 --years 4 --keep 0 --out made "$here/made.csv" || return 1
  done | grep '^\*' | tee "$here/outside"
  awk -v about="$about" '{ sum += $2 } END { print sum / NR " on average, not " about; d = sum / NR - about; exit !(NR == 6 && about > 0 && d * d < 1.1 ^ 2) }' "$here/outside"
}

# Neither are there Junes in the record, nor are any compared.
only_days_that_were_observed_are_compared() {
  grep -v -- '-06-' "$seattle" >"$here/no-june.csv"
  weather_station --runs 100 --years 1 --keep 0 --out no-june no-june.csv | tee "$here/no-june" && grep -qF ' of 44 observed means' "$here/no-june" &&
    grep -qF 'no-june.csv: 1341 days observed' "$here/no-june" && [ "$(grep -c ',6,.*,nan,nan$' "$here/no-june-months.csv")" -eq 4 ]
}

weather_is_the_same_at_every_level() {
  weather_station --runs 40 --years 2 --out best "$seattle" "$seattle_late" >/dev/null &&
    TUTTI_ISA=scalar OMP_NUM_THREADS=1 weather_station --runs 40 --years 2 --out scalar "$seattle" "$seattle_late" >/dev/null &&
    cmp "$here/best-months.csv" "$here/scalar-months.csv" && cmp "$here/best-fan.dat" "$here/scalar-fan.dat" &&
    cmp <(ncdump "$here/best.nc" | sed 1d) <(ncdump "$here/scalar.nc" | sed 1d)
}

# A file that does not fit is not left behind by halves.
a_full_disk_is_reported() {
  (trap '' XFSZ; ulimit -f 500; weather_station --runs 20 --years 30 --out full "$seattle") >"$here/full" 2>&1 && return 1
  cat "$here/full"
  grep -q '^weather_station: full.nc: ' "$here/full" && [ ! -e "$here/full.nc" ] && [ ! -e "$here/full.nc.part" ]
}

weather_station_refuses() {
  sed '300s/,[0-9.-]*$/,cold/' "$seattle" >"$here/bad.csv"
  weather_station bad.csv 2>&1 | tee "$here/refused"
  grep -qF "bad.csv: line 300, column 4: no number: 'cold'" "$here/refused" || return 1
  cp "$seattle" "$here/own-months.csv"
  weather_station --runs 2 --years 1 --out own own-months.csv 2>&1 | grep -qF 'own-months.csv: File exists' || return 1
  cmp "$seattle" "$here/own-months.csv" || return 1
  weather_station --runs 0 "$seattle" 2>&1 | grep -qF -- '--runs 0: a number from 1 to' && ! weather_station 2>/dev/null
}

# The sum of the square roots up to n is 2/3 n^(3/2) + 1/2 n^(1/2) + zeta(-1/2) + ... (Euler and Maclaurin).
workers_are_killed_in_vain() {
  example parallel_map | tee "$here/whole" && "$here/parallel_map" kill | tee "$here/killed" || return 1
  [ "$(head -n 1 "$here/whole")" = "2 4 6 8 10 12 14 16 18 20" ] || return 1
  [ "$(awk '{ print $NF }' "$here/whole")" = "$(awk '{ print $NF }' "$here/killed")" ] || return 1
  ! grep -q ', 0 of which' "$here/killed" &&
    awk 'END { n = 1e7; exit !(($NF - (2 / 3 * n ^ 1.5 + 0.5 * n ^ 0.5 - 0.2078862249773546)) ^ 2 < 1e-9) }' "$here/whole"
}

check "the version of pkg-config is the project's" [ "$(pkg-config --modversion tutti)" = "$version" ]
check "which asks for no package of OpenBLAS's" nobody_asks_for_openblas
check "the soname carries the major version" has_soname
check "the library shows nothing but tutti_ symbols" only_our_symbols
check "a C program links the shared library" c_program "${shared[@]}"
check "and needs it to run" grep -q libtutti.so <(readelf -d "$here/program")
check "example price_option: four intervals hold the price" prices_hold_the_price
check "example own_integral: four estimates within 4 standard errors" integrals_are_near
check "example bootstrap_median: the exact interval" median_and_its_interval
check "example bootstrap_median names the line it cannot read" damaged_data_are_refused
check "example forecast: the closed form" forecast_is_the_closed_form
check "example parallel_map: the same with workers that are killed" workers_are_killed_in_vain
check "example parareal: each iteration is better" parareal_converges
if pkg-config --exists netcdf && command -v ncdump gnuplot >/dev/null; then
  # a second station: the first one's record without its first 500 days
  seattle_late=$here/late.csv
  sed 2,501d "$seattle" >"$seattle_late"
  check "example weather_station builds" weather_station_builds
  check "example weather_station: the months are those observed" weather_station_tells_the_months
  check "example weather_station: ncdump finds the CF conventions" netcdf_follows_the_conventions
  check "example weather_station: ncdump finds the runs" netcdf_holds_the_runs
  check "example weather_station: months outside are as many as it says" as_many_lie_outside_as_chance_has_it
  check "example weather_station: days that were not observed are not compared" only_days_that_were_observed_are_compared
  check "example weather_station: the same for any level and workers" weather_is_the_same_at_every_level
  check "example weather_station: a full disk" a_full_disk_is_reported
  check "example weather_station refuses what it cannot read" weather_station_refuses
else
  skip "example weather_station" "no libnetcdf-dev, netcdf-bin or gnuplot"
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
