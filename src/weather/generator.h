/* A weather generator made ready: its parameters for every day of the year. */
#ifndef TUTTI_WEATHER_GENERATOR_H
#define TUTTI_WEATHER_GENERATOR_H

#include <tutti/generator.h>

/* 16 runs share vector registers. Gamma quantiles are tabled at normal ones, from -GENERATOR_REACH on, four
 * to a unit. */
enum { GENERATOR_BLOCK = 16, GENERATOR_NODES = 69, GENERATOR_PER_UNIT = 4 };
#define GENERATOR_REACH 8.5

typedef struct {
  double logarithm, rise; /* of the quantile; its slope times the distance to the next node */
} gamma_node;

/* A station on a day of the year. */
typedef struct {
  double below[2];         /* after a dry and a wet day: the day is wet if its normal variate is below */
  double wet_above, scale; /* mm */
  double mean[2][2];       /* [tmax, tmin][dry, wet] */
  double sd[2][2];
  double lowest[TUTTI_DAILY_VARIABLES]; /* of a wet day's amount the next after wet_above */
  double highest[TUTTI_DAILY_VARIABLES];
  gamma_node amount[GENERATOR_NODES];
} station_day;

typedef struct {
  size_t stations;
  station_day *day;            /* [DAILY_SEASONS x stations] */
  double *occurrence, *amount; /* [stations x stations]: lower factors of the correlations */
  double *carry, *spread;      /* [2 stations x 2 stations]: residuals' = carry residuals + spread z; lower */
} generator_tables;

/* Checks the generator and fills tables. */
tutti_status generator_prepare(tutti_ctx *ctx, const tutti_generator *generator, generator_tables *tables);
void generator_release(generator_tables *tables);

/* A gamma shape from its logarithm, within [0.05, 1000]. */
double generator_shape(double harmonics);

/* Values of the parameters, not of their logits and logarithms. */
void generator_values(const double harmonics[TUTTI_STATION_PARAMETERS], double *value);

/* The normal distribution at a node: the logarithm of its nearer tail, and the density over the tail times
 * the distance to the next node. */
typedef struct {
  double log_p, hazard;
} gamma_target;
void gamma_fill_targets(gamma_target *target);
/* The quantiles of a gamma distribution of scale 1, 0.05 <= shape <= 1000. */
void gamma_nodes(const gamma_target *target, double shape, gamma_node *node);
/* The normal variate from which this amount is made. */
double gamma_score(const gamma_node *node, double amount);
/* The logarithm of the quantile the normal variate z stands for. */
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
