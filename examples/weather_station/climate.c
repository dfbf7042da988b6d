/* The heart of weather_station: the records, the fitted generator, and monthly means of its runs. */
#include "station.h"

/* -- the fit -- */

size_t offset_of(const climate *c, const tutti_daily *record) {
  tutti_date date = tutti_day_date(record->first_day);
  date.year = c->first_year;
  if (date.month == 2 && date.day == 29) date = (tutti_date){c->first_year, 3, 1};
  return (size_t)(tutti_day_number(date) - tutti_day_number((tutti_date){c->first_year, 1, 1}));
}

static bool read_records(climate *c, int *last_year) {
  *last_year = 0;
  for (size_t i = 0; i < c->s->stations; i++) {
    if (failed(NULL, tutti_daily_read(NULL, c->s->path[i], &c->record[i]))) return false;
    const int32_t last = c->record[i].first_day + (int32_t)c->record[i].days - 1;
    const int year = tutti_day_date(last).year;
    if (year > *last_year) *last_year = year;
  }
  return true;
}

bool fit(climate *c) {
  int last_year;
  if (!read_records(c, &last_year)) return false;
  c->first_year = last_year + 1;
  const int32_t first = tutti_day_number((tutti_date){c->first_year, 1, 1});
  const int32_t end = tutti_day_number((tutti_date){c->first_year + (int)c->s->years, 1, 1});
  if (first == INT32_MIN || end == INT32_MIN) {
    fprintf(stderr, PROGRAM ": --years %" PRIu64 ": the calendar ends before that many years after %d\n",
            c->s->years, last_year);
    return false;
  }
  c->longest = c->days = (size_t)(end - first);
  for (size_t i = 0; i < c->s->stations; i++) {
    const size_t needed = offset_of(c, &c->record[i]) + c->record[i].days;
    if (needed > c->longest) c->longest = needed;
  }
  return !failed(NULL, tutti_generator_fit(NULL, c->record, c->s->stations, NULL, &c->generator));
}

void free_climate(climate *c) {
  tutti_generator_free(&c->generator);
  for (size_t i = 0; i < c->s->stations; i++) tutti_daily_free(&c->record[i]);
}

/* -- what is kept of a run -- */

static void months_of(const tutti_daily *daily, double *means) {
  tutti_month month[12];
  tutti_daily_months(daily, 0, month);
  for (int m = 0; m < 12; m++) {
    const double of_month[QUANTITIES] = {month[m].precipitation, month[m].wet_share, month[m].tmax,
                                         month[m].tmin};
    memcpy(means + QUANTITIES * m, of_month, sizeof of_month);
  }
}

bool days_like(const climate *c, const tutti_daily *record, const tutti_daily *run, tutti_daily *part) {
  const size_t offset = offset_of(c, record);
  bool good = true;
  *part = (tutti_daily){run->first_day + (int32_t)offset, record->days, {NULL, NULL, NULL}};
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) {
    double *values = part->value[v] = malloc(record->days * sizeof *values);
    if (!values) good = false;
    for (size_t t = 0; t < record->days && values; t++)
      values[t] = isnan(record->value[v][t]) ? (double)NAN : run->value[v][offset + t];
  }
  if (!good) tutti_daily_free(part);
  return good;
}

/* Called for every run, on any thread: for each station the means over all its years, then those over days
 * like the record's. */
static int observe(size_t run, const tutti_daily *station, const void *args, double *out) {
  const climate *c = args;
  (void)run;
  for (size_t i = 0; i < c->s->stations; i++, out += 2 * MONTHLY_MEANS) {
    tutti_daily part = station[i];
    part.days = c->days;
    months_of(&part, out);
    if (!days_like(c, &c->record[i], &station[i], &part)) return 1;
    months_of(&part, out + MONTHLY_MEANS);
    tutti_daily_free(&part);
  }
  return 0;
}

/* -- the simulation -- */

tutti_simulation whole_days(const climate *c, size_t days) {
  const int32_t first_day = tutti_day_number((tutti_date){c->first_year, 1, 1});
  return (tutti_simulation){.first_day = first_day, .days = days};
}

/* What observe() wrote of the runs: rows[runs x width]; column: room for a number of every run. */
typedef struct {
  double *rows, *column;
  size_t runs, width;
} table;

/* The mean of one number over the runs, and its middle 95 %. */
static bool summarise(const table *t, size_t number, double *mean, double *band) {
  static const double levels[2] = {0.025, 0.975};
  double sum;
  for (size_t r = 0; r < t->runs; r++) t->column[r] = t->rows[r * t->width + number];
  if (failed(NULL, tutti_sum(NULL, t->column, t->runs, &sum)) ||
      failed(NULL, tutti_quantile(NULL, t->column, t->runs, levels, 2, band)))
    return false;
  *mean = sum / (double)t->runs;
  return true;
}

static bool fill_table(const climate *c, const table *t) {
  tutti_simulation simulation = whole_days(c, c->longest);
  simulation.observe = observe;
  simulation.args = c;
  simulation.width = t->width;
  if (!t->rows || !t->column) {
    fprintf(stderr, PROGRAM ": --runs %zu: no memory for so many\n", t->runs);
    return false;
  }
  return !failed(NULL, tutti_generator_simulate(NULL, &c->generator, (tutti_rng){c->s->seed, 0}, &simulation,
                                                0, t->runs, t->rows));
}

bool simulate(const climate *c, summary *of) {
  const size_t runs = c->s->runs, width = 2 * MONTHLY_MEANS * c->s->stations;
  const table t = {tutti_alloc(NULL, runs * width * sizeof(double)), malloc(runs * sizeof(double)), runs,
                   width};
  bool good = fill_table(c, &t);
  double unused;
  for (size_t i = 0; i < c->s->stations && good; i++) {
    months_of(&c->record[i], of[i].observed);
    for (size_t k = 0; k < MONTHLY_MEANS && good; k++) {
      const size_t whole = 2 * MONTHLY_MEANS * i + k;
      good = summarise(&t, whole, &of[i].mean[k], of[i].whole[k]) &&
             summarise(&t, whole + MONTHLY_MEANS, &unused, of[i].alike[k]);
    }
  }
  tutti_free(NULL, t.rows);
  free(t.column);
  return good;
}
