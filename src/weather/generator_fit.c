/* tutti_generator_fit: checks the records, fits each station, then joins the stations. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "context/open.h"
#include "weather/generator_fit.h"

static tutti_status check_record(tutti_ctx *ctx, size_t s, const tutti_daily *r) {
  if (r->days && tutti_day_date(r->first_day).year == 0)
    return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: first_day = %d", s, r->first_day);
  const int32_t last = tutti_day_number((tutti_date){9999, 12, 31});
  if (r->days && r->days - 1 > (size_t)(last - r->first_day))
    return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: days = %zu: not of the years 1 to 9999", s, r->days);
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) {
    if (!r->value[v]) return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: value[%d] is NULL", s, v);
    for (size_t t = 0; t < r->days; t++) {
      const daily_doubt doubt = tutti_daily_doubt_of(v, r->value[v][t]);
      if (doubt.wrong)
        return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: value[%d][%zu] = %.17g: %s%s%s", s, v, t,
                          r->value[v][t], doubt.wrong, *doubt.like ? ": " : "", doubt.like);
    }
  }
  return TUTTI_OK;
}

/* The days of a station: wet (1), dry (0) or not known (-1). */
static tutti_status open_days(tutti_ctx *ctx, const tutti_daily *record, double wet_above, station_days *d) {
  const size_t days = record->days;
  d->record = record;
  d->days = days;
  d->season = malloc((days + !days) * sizeof *d->season);
  d->wet = malloc(days + !days);
  if (!d->season || !d->wet) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu days", days);
  for (size_t t = 0; t < days; t++) {
    const double amount = record->value[TUTTI_PRECIPITATION][t];
    d->season[t] = (uint16_t)tutti_daily_season(record->first_day + (int32_t)t);
    d->wet[t] = isnan(amount) ? -1 : amount > wet_above;
  }
  return TUTTI_OK;
}

void tutti_generator_free(tutti_generator *g) {
  if (!g) return;
  free(g->law);
  free(g->occurrence);
  *g = (tutti_generator){0};
}

static tutti_status allocate(tutti_ctx *ctx, size_t stations, tutti_generator *g, station_days **days) {
  const size_t square = stations * stations;
  g->stations = stations;
  g->law = calloc(stations, sizeof *g->law);
  g->occurrence = calloc((1 + 1 + 4 + 4) * square, sizeof *g->occurrence);
  *days = calloc(stations, sizeof **days);
  if (!g->law || !g->occurrence || !*days)
    return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu stations", stations);
  g->amount = g->occurrence + square;
  g->lag0 = g->amount + square;
  g->lag1 = g->lag0 + 4 * square;
  return TUTTI_OK;
}

static tutti_status fit(tutti_ctx *ctx, const tutti_daily *record, const tutti_generator_options *o,
                        tutti_generator *g, station_days *days) {
  seasonal_basis basis;
  tutti_status status = TUTTI_OK;
  tutti_seasonal_fill(basis);
  for (size_t s = 0; s < g->stations && !status; s++) {
    g->law[s].wet_above = o->wet_above;
    status = check_record(ctx, s, &record[s]);
    if (!status) status = open_days(ctx, &record[s], o->wet_above, &days[s]);
    if (!status)
      status = tutti_generator_fit_station(ctx, (const seasonal_basis *)&basis, s, &days[s],
                                           1 + 2 * o->harmonics, &g->law[s]);
  }
  return status ? status : tutti_generator_join(ctx, basis, days, g);
}

tutti_status tutti_generator_fit(tutti_ctx *ctx, const tutti_daily *record, size_t stations,
                                 const tutti_generator_options *options, tutti_generator *generator) {
  const tutti_generator_options o = options ? *options : (tutti_generator_options){2, 0};
  tutti_generator g = {0};
  station_days *days = NULL;
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return status;
  if (!record || !generator)
    return tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", record ? "generator" : "record");
  if (stations < 1 || stations > TUTTI_MOST_STATIONS)
    return tutti_fail(ctx, TUTTI_EINVAL, "stations = %zu is not in [1, %d]", stations, TUTTI_MOST_STATIONS);
  if (o.harmonics < 0 || o.harmonics > TUTTI_MOST_HARMONICS)
    return tutti_fail(ctx, TUTTI_EINVAL, "harmonics = %d is not in [0, %d]", o.harmonics,
                      TUTTI_MOST_HARMONICS);
  if (!(o.wet_above >= 0 && isfinite(o.wet_above)))
    return tutti_fail(ctx, TUTTI_EINVAL, "wet_above = %.17g", o.wet_above);
  status = allocate(ctx, stations, &g, &days);
  if (!status) status = fit(ctx, record, &o, &g, days);
  for (size_t s = 0; s < stations && days; s++) {
    free(days[s].season);
    free(days[s].wet);
    free(days[s].residual[0]);
  }
  free(days);
  if (status) tutti_generator_free(&g);
  else *generator = g;
  return status;
}
