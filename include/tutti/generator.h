/* A stochastic weather generator: daily precipitation, highest and lowest temperature of one or more
 * stations, fitted to their records and simulated for as many years and runs as wanted.
 *
 * Wet and dry days follow each other as a Markov chain; the amount of a wet day has a gamma distribution; the
 * two temperatures, less their means and divided by their standard deviations, of which wet and dry days have
 * their own, are a bivariate first-order autoregression (Richardson, "Stochastic simulation of daily
 * precipitation, temperature, and solar radiation", 1981). Every parameter of a station goes with the season
 * as the first harmonics of the year, estimated by maximum likelihood (Stern and Coe, "A model fitting
 * analysis of daily rainfall data", 1984); correlations hold for the whole year, as Richardson's do. What wet
 * days have other than dry ones is drawn towards nothing by a normal prior worth four days (Hoerl and
 * Kennard, "Ridge regression: biased estimation for nonorthogonal problems", 1970), so that in a season of
 * few wet days these are like its dry ones, and the other way round. Stations are joined by the correlations
 * of the normal variates that decide on occurrence and amount (Wilks, "Multisite generalization of a daily
 * stochastic precipitation generation model", 1998) and of the temperatures' residuals (Matalas,
 * "Mathematical assessment of synthetic hydrology", 1967).
 *
 * Same bits everywhere, of the fit and of the simulation. All functions are thread-safe for different
 * contexts. */
#ifndef TUTTI_GENERATOR_H
#define TUTTI_GENERATOR_H

#include <tutti/daily.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

/* The parameters of a station. In brackets: what the harmonics are of. */
typedef enum {
  TUTTI_WET_AFTER_DRY, /* probability of a wet day [logit] */
  TUTTI_WET_AFTER_WET,
  TUTTI_AMOUNT,   /* mean amount of a wet day beyond wet_above, mm [log] */
  TUTTI_SHAPE,    /* of its gamma distribution [log] */
  TUTTI_TMAX_DRY, /* means, degrees Celsius [as they are] */
  TUTTI_TMAX_WET,
  TUTTI_TMIN_DRY,
  TUTTI_TMIN_WET,
  TUTTI_TMAX_DRY_SD, /* standard deviations, degrees Celsius [log] */
  TUTTI_TMAX_WET_SD,
  TUTTI_TMIN_DRY_SD,
  TUTTI_TMIN_WET_SD,
  TUTTI_STATION_PARAMETERS
} tutti_station_parameter;

#define TUTTI_MOST_HARMONICS 4
#define TUTTI_MOST_STATIONS  64

/* c[p]: a0, a1, b1, a2, b2, ... of a0 + a1 cos(2 pi d / 366) + b1 sin(2 pi d / 366) + a2 cos(4 pi d / 366) +
 * ..., d = 0 .. 365 from January 1 to December 31 of a leap year; other years have no d = 59. */
typedef struct {
  double wet_above; /* mm: a day with more is wet */
  double c[TUTTI_STATION_PARAMETERS][1 + 2 * TUTTI_MOST_HARMONICS];
  /* What a simulated day lies within, [TUTTI_DAILY_VARIABLES]; also the means of the temperatures. What would
   * come out beyond is the bound. Both 0: none. A fit sets them: temperatures at most three standard
   * deviations of a day beyond the record (of the day about its mean; of tmax or tmin, the larger one), and
   * within -90 and 60 degrees; precipitation up to three times the record's largest.
   * least[TUTTI_PRECIPITATION] is not used. */
  double least[TUTTI_DAILY_VARIABLES], most[TUTTI_DAILY_VARIABLES];
} tutti_station_law;

/* Correlations, each matrix symmetric with ones on its diagonal except lag1. In lag0 and lag1, 2 s is tmax
 * and 2 s + 1 tmin of station s. */
typedef struct {
  size_t stations;
  tutti_station_law *law; /* [stations] */
  double *occurrence;     /* [stations x stations]: of the normal variates that decide on wet or dry */
  double *amount;         /* [stations x stations]: of those the amounts are made from */
  double *lag0;           /* [2 stations x 2 stations]: of the temperatures' residuals of a day */
  double *lag1;           /* row: of today, column: with that of yesterday */
  double shrunk; /* by a fit: the share by which it lowered correlations between stations, estimated from
                    different days, so that they can be those of anything; 0 in most cases */
} tutti_generator;

/* The values of the parameters themselves (probabilities, mm, degrees) on a day of the year, any year; value:
 * [TUTTI_STATION_PARAMETERS]. TUTTI_EINVAL: NULL, or no such day. */
TUTTI_API tutti_status tutti_station_day(const tutti_station_law *law, int month, int day, double *value);

typedef struct {
  int harmonics;    /* 0 .. TUTTI_MOST_HARMONICS */
  double wet_above; /* mm */
} tutti_generator_options;

/* Fits a generator to records of `stations` stations; options = NULL: 2 harmonics, wet above 0 mm. Missing
 * values are left out; stations may have been observed at different times, but any two for 100 days in
 * common; amounts of two that have fewer than 20 wet days in common are taken to be independent. Eight known
 * days for each coefficient of the season are needed, and one wet and one dry day among them.
 * A season of which there is no day at all is not known: there days are anything within the bounds. Time goes
 * with the square of the stations: 0.05 s for one of 10 years, some minutes for 64, in the calling thread.
 * TUTTI_EINVAL: NULL, a number out of its range, a value no station has seen (tutti_daily_read says which
 * they are), or too few days to estimate a parameter from (the detail says which, of which station).
 * TUTTI_ENOMEM. Release with tutti_generator_free. */
TUTTI_API tutti_status tutti_generator_fit(tutti_ctx *ctx, const tutti_daily *record, size_t stations,
                                           const tutti_generator_options *options,
                                           tutti_generator *generator);
TUTTI_API void tutti_generator_free(tutti_generator *generator); /* of a fit; leaves {0}; NULL is ignored */

/* Sees a simulated run, [stations] series like records, and writes what shall be kept of it to out, `width`
 * doubles. Called from several workers at once. Non-zero stops the simulation: TUTTI_EUSER. */
typedef int (*tutti_generator_observer)(size_t run, const tutti_daily *station, const void *args,
                                        double *out);

typedef struct {
  int32_t first_day; /* tutti_day_number */
  size_t days;
  tutti_generator_observer
      observe; /* NULL: everything is kept, [stations x TUTTI_DAILY_VARIABLES x days] a run */
  const void *args;
  size_t width; /* doubles a run, of an observer */
} tutti_simulation;

/* Runs first .. first + runs - 1, a row of `out` each. A run depends on the generator, rng, first_day and its
 * own number alone: not on how many runs or days there are. It starts from a dry day, 32 days before
 * first_day. Where tmin comes out above tmax they change places.
 *
 * Run r uses normal variates of tutti_rng_split(rng, floor(r / 16)): component c of the t-th day (from 0, 32
 * days before first_day) is number 16 (4 stations t + c) + r mod 16; the components are the stations'
 * occurrences, their amounts, and then tmax and tmin of each. Gamma quantiles are interpolated: relative
 * error below 2e-5 for shapes of 0.2 and more. Shapes are kept within [0.05, 1000]: harmonics may leave it in
 * a season in which it never rains.
 *
 * Memory: 450 KiB a station; with an observer also 384 bytes a station and day for each worker.
 * TUTTI_EINVAL: NULL, days before the year 1 or after 9999, a coefficient that is not finite, a parameter out
 * of what can be (amounts beyond a kilometre, mean temperatures beyond -90 and 60 degrees, standard
 * deviations beyond 50), bounds that cannot be (tmax below those of tmin), or correlations that cannot be
 * (the detail says which). TUTTI_ENOMEM. */
TUTTI_API tutti_status tutti_generator_simulate(tutti_ctx *ctx, const tutti_generator *generator,
                                                tutti_rng rng, const tutti_simulation *simulation,
                                                size_t first, size_t runs, double *out);

TUTTI_END_DECLS

#endif
