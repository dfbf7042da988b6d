#!/usr/bin/env bash
# Runs the example weather_station and compares what it writes with the record and with itself. TAP output.
# usage: test_weather_station.sh PROGRAM DATA_FOLDER
set -u
program=$(realpath -- "$1")
seattle=$(realpath -- "$2")/seattle-weather.csv
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"
exec </dev/null

# weather_station ARGUMENT...: in $here
weather_station() { (cd "$here" && "$program" --chances 0 "$@"); }

# 4 years were observed: of 48 monthly means few lie outside of what 95 % of the simulated 4 years say.
weather_station_tells_the_months() {
  weather_station --runs 300 --years 5 --keep 2 --out five "$seattle" | tee "$here/months" &&
    grep -qE '^\* [0-6] of 48 observed means lie outside of the last band$' "$here/months" && [ "$(wc -l <"$here/five-months.csv")" -eq 49 ] &&
    [ "$(wc -l <"$here/five-fan.dat")" -eq 366 ]
}

# Observed means, by awk from the record. A month of precipitation is that of a mean length, which for February is 28.2425
# days by the calendar and 28.25 in the record.
months_of_the_record() {
  weather_station --runs 2 --years 1 --keep 0 --out own-means "$seattle" >/dev/null || return 1
  awk -F, 'FNR == 1 { next }
    NR == FNR { split($1, date, "-"); m = date[2] + 0; n[m]++; rain[m] += $2; wet[m] += $2 > 0; tmax[m] += $3; tmin[m] += $4; next }
    {
      truth = $3 == "precipitation" ? rain[$2] / 4 : $3 == "wet_share" ? wet[$2] / n[$2] : $3 == "tmax" ? tmax[$2] / n[$2] : tmin[$2] / n[$2]
      off = ($4 - truth) / truth
      if (off < 0) off = -off
      if (off > ($3 == "precipitation" ? 3e-4 : 1e-5)) { print $2, $3, $4, "instead of", truth; exit failed = 1 }
      seen++
    }
    END { exit failed || seen != 48 }' "$seattle" "$here/own-means-months.csv"
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

names_the_full_file() { # ENDING
  ln -s /dev/full "$here/nowhere$1"
  weather_station --runs 2 --years 1 --out nowhere "$seattle" >/dev/null 2>"$here/full" && return 1
  cat "$here/full"
  rm "$here/nowhere$1"
  grep -qxF "weather_station: nowhere$1: No space left on device" "$here/full"
}

weather_station_refuses() {
  sed '300s/,[0-9.-]*$/,cold/' "$seattle" >"$here/bad.csv"
  weather_station bad.csv 2>&1 | tee "$here/refused"
  grep -qF "bad.csv: line 300, column 4: no number: 'cold'" "$here/refused" || return 1
  cp "$seattle" "$here/own-months.csv"
  weather_station --runs 2 --years 1 --out own own-months.csv 2>&1 | grep -qF 'own-months.csv: File exists' || return 1
  cmp "$seattle" "$here/own-months.csv" || return 1
  weather_station --runs 0 "$seattle" 2>&1 | grep -qF -- "--runs '0': a whole number from 1 to" && ! weather_station 2>/dev/null
}

# a second station: the first one's record without its first 500 days
seattle_late=$here/late.csv
sed 2,501d "$seattle" >"$seattle_late"

check "the months of the record are its own" months_of_the_record
check "few observed months lie outside" weather_station_tells_the_months
check "days that were not observed are not compared" only_days_that_were_observed_are_compared
if command -v gnuplot >/dev/null; then
  check "gnuplot draws the picture" [ -s "$here/five.png" ]
else
  skip "gnuplot draws the picture" "no gnuplot"
fi
if command -v ncdump >/dev/null; then
  check "ncdump finds the CF conventions" netcdf_follows_the_conventions
  check "ncdump finds the runs" netcdf_holds_the_runs
  check "as many months lie outside as it says" as_many_lie_outside_as_chance_has_it
  check "the same for any level and workers" weather_is_the_same_at_every_level
else
  skip "ncdump finds the runs" "no netcdf-bin"
fi
check "a full disk: no half of a netCDF file is left" a_full_disk_is_reported
if [ -c /dev/full ]; then
  for ending in -months.csv -fan.dat -rain.dat .gp; do
    check "a full disk: $ending" names_the_full_file "$ending"
  done
else
  skip "a full disk for each file" "no /dev/full"
fi
check "what it cannot read is refused" weather_station_refuses
echo "1..$count"
