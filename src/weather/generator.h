/* Tables of a weather generator: its parameters for every day of the year, as simulations need them. */
#ifndef TUTTI_WEATHER_GENERATOR_H
#define TUTTI_WEATHER_GENERATOR_H

#include <tutti/generator.h>

/* A block is 16 runs, side by side in vector registers. Gamma quantiles are tabled at normal quantiles
 * from -GENERATOR_REACH to GENERATOR_REACH, four nodes to a unit. */
enum { GENERATOR_BLOCK = 16, GENERATOR_NODES = 69, GENERATOR_PER_UNIT = 4 };
#define GENERATOR_REACH 8.5

/* At a node: the logarithm of the gamma quantile, and its slope times the distance to the next node. */
typedef struct {
  double logarithm, rise;
} gamma_node;

/* The parameters of a station on a day of the year. */
typedef struct {
  double below[2];         /* [after a dry, a wet day]: the day is wet if its normal variate is below this */
  double wet_above, scale; /* mm */
  double mean[2][2];       /* [tmax, tmin][dry, wet] */
  double sd[2][2];
  double lowest[TUTTI_DAILY_VARIABLES]; /* of precipitation on a wet day: the next double above wet_above */
  double highest[TUTTI_DAILY_VARIABLES];
  gamma_node amount[GENERATOR_NODES];
} station_day;

typedef struct {
  size_t stations;
  station_day *day;            /* [DAILY_SEASONS x stations] */
  double *occurrence, *amount; /* [stations x stations]: Cholesky factors (lower) of the correlations */
  double *carry, *spread; /* [2 stations x 2 stations]: residuals of the next day = carry residuals + spread
                             z, z normal; spread is a lower triangle */
} generator_tables;

/* Checks a generator and fills its tables. */
tutti_status tutti_generator_prepare(tutti_ctx *ctx, const tutti_generator *generator,
                                     generator_tables *tables);
void tutti_generator_release(generator_tables *tables);

/* The gamma shape exp(harmonics), kept within [0.05, 1000]. */
double tutti_generator_shape(double harmonics);

/* Turns the sums of harmonics into the parameters (from logits and logarithms). */
void tutti_generator_values(const double harmonics[TUTTI_STATION_PARAMETERS], double *value);

/* The normal distribution at a node, for the nearer tail: log(tail), and density / tail times the distance
 * to the next node. */
typedef struct {
  double log_p, hazard;
} gamma_target;
void tutti_gamma_fill_targets(gamma_target *target);
/* Tables the quantiles of the gamma distribution of scale 1, 0.05 <= shape <= 1000. */
void tutti_gamma_nodes(const gamma_target *target, double shape, gamma_node *node);
/* The normal variate that gives this amount. */
double tutti_gamma_score(const gamma_node *node, double amount);
/* The logarithm of the gamma quantile that belongs to the normal variate z, by cubic interpolation between
 * nodes. */
static inline double gamma_at(const gamma_node *node, double z) {
  const double limit = GENERATOR_REACH, within = z < -limit ? -limit : z > limit ? limit : z;
  const double place = (within + limit) * GENERATOR_PER_UNIT;
  const int last = GENERATOR_NODES - 2, k = (int)place < last ? (int)place : last;
  const gamma_node a = node[k], b = node[k + 1];
  const double t = place - k, difference = b.logarithm - a.logarithm;
  const double bend = 3 * difference - 2 * a.rise - b.rise, twist = a.rise + b.rise - 2 * difference;
  return a.logarithm + t * (a.rise + t * (bend + t * twist));
}

#endif
