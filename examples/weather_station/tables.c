/* The monthly means of weather_station: printed, and written as CSV. */
#include "station.h"

static const struct {
  const char *name, *heading;
  int digits;
} quantities[QUANTITIES] = {{"precipitation", "precipitation, mm a month", 1},
                            {"wet_share", "share of wet days", 3},
                            {"tmax", "mean of the days' highest temperature, degrees Celsius", 2},
                            {"tmin", "mean of the days' lowest temperature, degrees Celsius", 2}};

static size_t days_observed(const tutti_daily *record) {
  size_t n = 0;
  for (size_t t = 0; t < record->days; t++) {
    bool known = false;
    for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) known |= !isnan(record->value[v][t]);
    n += known;
  }
  return n;
}

static void print_quantity(const summary *of, int q) {
  const int d = quantities[q].digits;
  printf("\n%s\nmonth  observed  simulated   95 %% of the runs     95 %% of runs over the record's days\n",
         quantities[q].heading);
  for (int m = 0; m < 12; m++) {
    const int i = QUANTITIES * m + q;
    printf("%5d  %8.*f  %9.*f   %7.*f %8.*f   %7.*f %8.*f%s\n", m + 1, d, of->observed[i], d, of->mean[i], d,
           of->whole[i][0], d, of->whole[i][1], d, of->alike[i][0], d, of->alike[i][1],
           is_outside(of, i) ? " *" : "");
  }
}

void print_table(const climate *c, size_t station, const summary *of) {
  int outside = 0, observed = 0, records;
  printf("\n%s: %zu days observed; %" PRIu64 " runs of %" PRIu64 " years\n", c->s->path[station],
         days_observed(&c->record[station]), c->s->runs, c->s->years);
  for (int q = 0; q < QUANTITIES; q++) print_quantity(of, q);
  for (int i = 0; i < MONTHLY_MEANS; i++) {
    outside += is_outside(of, i);
    observed += !isnan(of->observed[i]);
  }
  const double chance = outside_by_chance(c, station, &records);
  printf("\n* %d of %d observed means lie outside of the last band", outside, observed);
  if (records)
    printf(
        "; about %.1f would by chance\n  (so many of %d simulated records like this one, each fitted anew)",
        chance, records);
  puts("");
}

static void put_quoted(FILE *file, const char *text) {
  putc('"', file);
  for (; *text; text++) fputs(*text == '"' ? "\"\"" : (const char[]){*text, 0}, file);
  putc('"', file);
}

bool write_csv(const climate *c, const summary *of) {
  char name[NAME_SIZE];
  FILE *file = open_file(c->s, "-months.csv", name);
  if (!file) return false;
  fputs("record,month,number,observed,simulated,low,high,low_of_days,high_of_days\n", file);
  for (size_t s = 0; s < c->s->stations; s++)
    for (int i = 0; i < MONTHLY_MEANS; i++) {
      put_quoted(file, c->s->path[s]);
      fprintf(file, ",%d,%s,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g\n", i / QUANTITIES + 1,
              quantities[i % QUANTITIES].name, of[s].observed[i], of[s].mean[i], of[s].whole[i][0],
              of[s].whole[i][1], of[s].alike[i][0], of[s].alike[i][1]);
    }
  return close_output(file, name);
}
