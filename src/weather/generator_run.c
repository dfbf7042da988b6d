/* tutti_generator_simulate */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "random/kernels.h"
#include "weather/daily.h"
#include "weather/generator.h"
#include "weather/kernels.h"

/* A piece is some days, whose normal variates fit the first-level cache. */
enum { BLOCK = GENERATOR_BLOCK, SPIN_UP = 32, PIECE_VALUES = 2048, WORK_PER_CHUNK = 1 << 18 };

typedef struct {
  const tutti_kernels *kernels;
  generator_tables tables;
  const tutti_simulation *simulation;
  const uint16_t *season; /* [SPIN_UP + days] */
  tutti_rng rng;
  size_t first, width;
  double *out;
} ensemble;

/* Work space of a chunk. */
typedef struct {
  size_t piece; /* days */
  double *normals, *state, *work, *values;
  double *series; /* the series of 16 runs, for an observer; or NULL */
  void *memory;
} workspace;

static size_t run_size(const ensemble *e) {
  return e->tables.stations * TUTTI_DAILY_VARIABLES * e->simulation->days;
}

static size_t series_size(const ensemble *e) { return e->simulation->observe ? BLOCK * run_size(e) : 0; }

static bool open_workspace(const ensemble *e, workspace *w) {
  const size_t row = BLOCK * e->tables.stations;
  w->piece = PIECE_VALUES / (4 * row) ? PIECE_VALUES / (4 * row) : 1;
  const size_t series = series_size(e);
  const size_t values = w->piece * (4 + TUTTI_DAILY_VARIABLES) * row + 6 * row + series;
  w->memory = aligned_alloc(64, (values * sizeof(double) + 63) / 64 * 64);
  if (!w->memory) return false;
  w->normals = w->memory;
  w->state = w->normals + 4 * row * w->piece;
  w->work = w->state + 3 * row;
  w->values = w->work + 3 * row;
  w->series = series ? w->values + TUTTI_DAILY_VARIABLES * row * w->piece : NULL;
  return true;
}

/* Simulates days [t, t + some) of a block, the days before first_day included, into w->values. */
static void advance(const ensemble *e, workspace *w, tutti_rng rng, size_t t, size_t some) {
  const size_t day = 4 * BLOCK * e->tables.stations;
  e->kernels->random->normal(rng, day * t, w->normals, day * some);
  e->kernels->weather->generator_days(&e->tables, w->normals, e->season + t, some, w->state, w->work,
                                      w->values);
}

/* Copies days of runs [lane, lane + n) of a block to their series, one run after another. */
static void keep(const ensemble *e, const workspace *w, size_t day, size_t some, size_t lane, size_t n,
                 double *to) {
  const size_t days = e->simulation->days, series = TUTTI_DAILY_VARIABLES * e->tables.stations;
  for (size_t j = 0; j < n; j++)
    for (size_t k = 0; k < series; k++) {
      double *values = to + (j * series + k) * days + day;
      for (size_t i = 0; i < some; i++) values[i] = w->values[(i * series + k) * BLOCK + lane + j];
    }
}

/* Simulates runs run .. run + n - 1, all of one block, into `to`. */
static void simulate_block(const ensemble *e, workspace *w, size_t run, size_t n, double *to) {
  const tutti_rng rng = tutti_rng_split(e->rng, run / BLOCK);
  const size_t end = SPIN_UP + e->simulation->days;
  memset(w->state, 0, 3 * BLOCK * e->tables.stations * sizeof *w->state);
  for (size_t t = 0, some; t < end; t += some) {
    const size_t stop = t < SPIN_UP ? SPIN_UP : end; /* a piece is either before first_day or after it */
    some = stop - t < w->piece ? stop - t : w->piece;
    advance(e, w, rng, t, some);
    if (t >= SPIN_UP) keep(e, w, t - SPIN_UP, some, run % BLOCK, n, to);
  }
}

static int observe_runs(const ensemble *e, const workspace *w, size_t run, size_t n, double *out) {
  const tutti_simulation *s = e->simulation;
  tutti_daily station[TUTTI_MOST_STATIONS];
  double *at = w->series;
  for (size_t j = 0; j < n; j++) {
    for (size_t i = 0; i < e->tables.stations; i++) {
      station[i] = (tutti_daily){s->first_day, s->days, {at, at + s->days, at + 2 * s->days}};
      at += TUTTI_DAILY_VARIABLES * s->days;
    }
    const int failure = s->observe(run + j, station, s->args, out + j * e->width);
    if (failure) return failure;
  }
  return 0;
}

static int chunk(size_t begin, size_t end, void *args) {
  const ensemble *e = args;
  workspace w;
  int failure = 0;
  if (!open_workspace(e, &w)) return TUTTI_NO_MEMORY;
  for (size_t i = begin, n; i < end && !failure; i += n) {
    const size_t run = e->first + i, rest = BLOCK - run % BLOCK;
    double *out = e->out + i * e->width;
    n = end - i < rest ? end - i : rest;
    simulate_block(e, &w, run, n, w.series ? w.series : out);
    if (w.series) failure = observe_runs(e, &w, run, n, out);
  }
  free(w.memory);
  return failure;
}

static tutti_status check(tutti_ctx *ctx, const tutti_generator *g, const tutti_simulation *s, size_t first,
                          size_t runs) {
  if (!g || !s) return tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", g ? "simulation" : "generator");
  const int32_t last = tutti_day_number((tutti_date){9999, 12, 31});
  const int32_t earliest = tutti_day_number((tutti_date){1, 1, 1}) + SPIN_UP;
  if (s->first_day < earliest || s->first_day > last || s->days < 1 ||
      s->days - 1 > (size_t)(last - s->first_day))
    return tutti_fail(ctx, TUTTI_EINVAL, "first_day = %d, days = %zu: not of the years 1 to 9999",
                      s->first_day, s->days);
  if (s->observe && s->width == 0) return tutti_fail(ctx, TUTTI_EINVAL, "width = 0 with an observer");
  if (first > SIZE_MAX - runs)
    return tutti_fail(ctx, TUTTI_EINVAL, "first = %zu, runs = %zu: beyond the last run there is", first,
                      runs);
  return TUTTI_OK;
}

static tutti_status run(tutti_ctx *ctx, ensemble *e, size_t runs) {
  const tutti_simulation *s = e->simulation;
  uint16_t *season = malloc((SPIN_UP + s->days) * sizeof *season);
  if (!season) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for days = %zu", s->days);
  for (size_t t = 0; t < SPIN_UP + s->days; t++)
    season[t] = (uint16_t)tutti_daily_season(s->first_day + (int32_t)t - SPIN_UP);
  e->season = season;
  const size_t work = 8 * BLOCK * e->tables.stations * (SPIN_UP + s->days);
  const size_t grain = BLOCK * (work < WORK_PER_CHUNK ? WORK_PER_CHUNK / work : 1);
  const tutti_output outputs[] = {{e->out, e->width * sizeof(double)}, {0}};
  tutti_status status = tutti_check_work_space(ctx, runs, grain, 0, series_size(e) * sizeof(double),
                                               "for the series that workers hand to `observe`");
  if (!status) status = tutti_for_internal(ctx, runs, grain, chunk, (tutti_args){.at = e}, outputs);
  free(season);
  return status;
}

static void ask(tutti_ctx *ctx, const tutti_generator *g, const ensemble *e, size_t runs) {
  const tutti_simulation *s = e->simulation;
  const uint64_t counts[] = {g->stations, (uint64_t)s->first_day, s->days, e->width, s->observe != NULL};
  const size_t matrix = g->stations * g->stations * sizeof(double);
  tutti_note_call(ctx, &(tutti_noted_call){"tutti_generator_simulate",
                                           runs,
                                           e->rng,
                                           e->first,
                                           {{counts, sizeof counts},
                                            {g->law, g->stations * sizeof *g->law},
                                            {g->occurrence, matrix},
                                            {g->amount, matrix},
                                            {g->lag0, 4 * matrix},
                                            {g->lag1, 4 * matrix}}});
}

tutti_status tutti_generator_simulate(tutti_ctx *ctx, const tutti_generator *generator, tutti_rng rng,
                                      const tutti_simulation *simulation, size_t first, size_t runs,
                                      double *out) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, generator, simulation, first, runs);
  if (status) return tutti_refuse(ctx, status);
  ensemble e = {.simulation = simulation, .rng = rng, .first = first, .out = out};
  status = tutti_generator_prepare(ctx, generator, &e.tables);
  if (status) return tutti_refuse(ctx, status);
  e.kernels = ctx->kernels;
  e.width = simulation->observe ? simulation->width : run_size(&e);
  if (e.width > SIZE_MAX / sizeof *out) status = tutti_fail(ctx, TUTTI_EINVAL, "width = %zu", e.width);
  if (!status) status = tutti_check_array(ctx, "out", out, runs, e.width * sizeof *out);
  if (status) {
    (void)tutti_refuse(ctx, status);
  } else {
    ask(ctx, generator, &e, runs);
    status = run(ctx, &e, runs);
  }
  tutti_generator_release(&e.tables);
  return status;
}
