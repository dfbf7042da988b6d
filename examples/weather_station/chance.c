/* How many observed means are to be expected outside of the middle 95 % of the runs, by chance alone.
 *
 * It is not 5 % of them, since the generator was fitted to the very record. So records are simulated, and
 * each is treated like the observed one: fitted, simulated, compared (the parametric bootstrap: Efron,
 * "Bootstrap methods: another look at the jackknife", 1979). */
#include "station.h"

bool is_outside(const summary *of, int i) {
  return of->observed[i] < of->alike[i][0] || of->observed[i] > of->alike[i][1];
}

/* How many means of a simulated record are outside of what its own fit gives; -1: its fit failed, or there
 * was no memory. number: the record's, which makes the seed. */
static int outside_of_own(const climate *c, size_t station, const tutti_daily *run, uint64_t number) {
  enum { RUNS = 400 };
  settings s = *c->s;
  summary of;
  climate one = {.s = &s, .first_year = c->first_year};
  int outside = -1;
  if (!days_like(c, &c->record[station], run, &one.record[0])) return -1;
  s.stations = 1;
  s.runs = RUNS;
  s.seed = c->s->seed / 2 + number + 1;
  one.days = one.longest = offset_of(&one, &one.record[0]) + one.record[0].days;
  if (tutti_generator_fit(NULL, one.record, 1, NULL, &one.generator) == TUTTI_OK && simulate(&one, &of)) {
    outside = 0;
    for (int i = 0; i < MONTHLY_MEANS; i++) outside += is_outside(&of, i);
  }
  free_climate(&one);
  return outside;
}

double outside_by_chance(const climate *c, size_t station, int *records) {
  const tutti_simulation simulation = whole_days(c, c->longest);
  const size_t series = TUTTI_DAILY_VARIABLES * c->longest;
  double *value = malloc(c->s->stations * series * sizeof *value), sum = 0;
  *records = 0;
  for (uint64_t k = 0; k < c->s->chances && value; k++) {
    /* stream 1: other runs than those the table is made of, which are of stream 0 */
    if (failed(NULL, tutti_generator_simulate(NULL, &c->generator, (tutti_rng){c->s->seed, 1}, &simulation, k,
                                              1, value)))
      break;
    double *x = value + station * series;
    const tutti_daily run = {simulation.first_day, c->longest, {x, x + c->longest, x + 2 * c->longest}};
    const int outside = outside_of_own(c, station, &run, k);
    if (outside < 0) continue;
    sum += outside;
    ++*records;
  }
  free(value);
  return sum / *records;
}
