/* Weather: a run an item. */
#include "entry.h"

/* -- AR(1) -- */

#define SERIES ((tutti_rng){g->first, 5})
enum { STEPS = 3, MANY_STEPS = 9001, RUNS_AT_ONCE = 16 };
static const tutti_ar1 model = {72, 0.5, 5};

ENTRY(ar1_final, tutti_ar1_ensemble(ctx, &model, SERIES, 40, g->n, STEPS, items, result),
      .result = sizeof(tutti_moments_t), .item = sizeof(double), .chunk = 16384, .digest = 0xef23767a322c4d93)
/* So many steps that a chunk holds but 16 runs, every tenth of a degree of which is counted. */
typedef struct {
  tutti_moments_t stats;
  double exceedance[MANY_STEPS];
  uint64_t first_above[MANY_STEPS + 1];
} report;
static tutti_status simulate(tutti_ctx *ctx, const given *g, report *r, double *items) {
  const tutti_ar1_report wanted = {
      .threshold = 80, .exceedance = r ? r->exceedance : NULL, .first_above = r ? r->first_above : NULL};
  return tutti_ar1_simulate(ctx, r ? &model : NULL, SERIES, 40, g->n, MANY_STEPS, &wanted, items,
                            r ? &r->stats : NULL);
}
ENTRY(ar1_path, simulate(ctx, g, result, items), .result = sizeof(report), .item = sizeof(double),
      .chunk = RUNS_AT_ONCE, .most = 65, .slow = true, .digest = 0x2919062a62cc6df9)

/* -- the weather generator -- */

enum { DAYS = 40, SPIN_UP = 32 };
static tutti_status generate(tutti_ctx *ctx, const given *g, double *items) {
  static const double one[1] = {1}, lag0[4] = {1, 0.6, 0.6, 1}, lag1[4] = {0.6, 0.4, 0.5, 0.65};
  tutti_station_law law = {.wet_above = 0.25};
  const double level[TUTTI_STATION_PARAMETERS] = {-0.8, 0.8, 1.6, -0.7, 20, 15, 5, 4, 1.1, 0.7, 0.7, 0};
  for (int p = 0; p < TUTTI_STATION_PARAMETERS; p++) law.c[p][0] = level[p], law.c[p][1] = 0.1;
  const tutti_generator generator = {1, &law, (double *)one, (double *)one, (double *)lag0, (double *)lag1,
                                     0};
  const tutti_simulation s = {.first_day = tutti_day_number((tutti_date){1990, 1, 1}), .days = DAYS};
  return tutti_generator_simulate(ctx, &generator, RNG, &s, g->first % 1000, g->n, items);
}
/* A chunk holds as many blocks of 16 runs as make 2^18 numbers, 8 a run and day. */
ENTRY(generator_days, generate(ctx, g, items), .item = DAYS * TUTTI_DAILY_VARIABLES * sizeof(double),
      .chunk = 16 * ((1 << 18) / (8 * 16 * (DAYS + SPIN_UP))), .most = 65, .slow = true,
      .digest = 0x059b49435a40370e)
