/* A stochastic weather generator: daily precipitation, highest and lowest temperature of one or more
 * stations, fitted to their records and simulated for as many years and runs as wanted.
 *
 * The model of a station (Richardson, "Stochastic simulation of daily precipitation, temperature, and
 * solar radiation", 1981):
 *
 * - Whether a day is wet depends on whether the day before was wet: a Markov chain of two states.
 * - The amount of a wet day has a gamma distribution.
 * - The two temperatures have means and standard deviations, of which wet and dry days have their own. The
 *   residuals, (temperature - mean) / standard deviation, are a bivariate autoregression of first order.
 * - Every parameter depends on the day of the year through the first harmonics of the year, whose
 *   coefficients are estimated by maximum likelihood (Stern and Coe, "A model fitting analysis of daily
 *   rainfall data", 1984). Correlations are the same all year.
 * - The difference between the parameters of wet and dry days is drawn towards 0 by a normal prior that
 *   weighs as much as four days (Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal
 *   problems", 1970). In a season of few wet days these are then like the dry days of the season, and the
 *   other way round.
 *
 * Stations are joined by correlations: of the normal variates that decide on occurrence and amount (Wilks,
 * "Multisite generalization of a daily stochastic precipitation generation model", 1998), and of the
 * residuals of the temperatures (Matalas, "Mathematical assessment of synthetic hydrology", 1967).
 *
 * Same bits everywhere, of the fit and of the simulation. All functions are thread-safe for different
 * contexts. */
#ifndef TUTTI_GENERATOR_H
#define TUTTI_GENERATOR_H

#include <tutti/daily.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

/* The parameters of a station. In brackets: the function of the parameter that is a sum of harmonics. */
typedef enum {
  TUTTI_WET_AFTER_DRY, /* probability p of a wet day after a dry one, after a wet one [log(p / (1 - p))] */
  TUTTI_WET_AFTER_WET,
  TUTTI_AMOUNT,   /* mean of (amount - wet_above) on wet days, mm [log] */
  TUTTI_SHAPE,    /* shape of the gamma distribution of the amount [log] */
  TUTTI_TMAX_DRY, /* means, degrees Celsius [the mean itself] */
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

/* The parameters of one station: for each of them the coefficients of its harmonics. */
typedef struct {
  double wet_above; /* mm: a day with more is wet */
  /* c[p] = {a0, a1, b1, a2, b2, ...} for parameter p. On day d its function (see tutti_station_parameter)
   * is
   *
   *     a0 + a1 cos(2 pi d / 366) + b1 sin(2 pi d / 366) + a2 cos(4 pi d / 366) + b2 sin(4 pi d / 366) + ...
   *
   * d = 0 .. 365 from January 1 to December 31 of a leap year; other years leave out d = 59, February 29. */
  double c[TUTTI_STATION_PARAMETERS][1 + 2 * TUTTI_MOST_HARMONICS];
  /* Bounds of every simulated value, [TUTTI_DAILY_VARIABLES], and of the means of the temperatures: what
   * would lie beyond a bound becomes the bound. Both 0: none. least[TUTTI_PRECIPITATION] is not used. A
   * fit sets
   *
   * - for temperatures: three standard deviations below the record's lowest and above its highest value
   *   (of a day about its mean; that of tmax or of tmin, whichever is larger), within -90 and 60 degrees;
   * - for precipitation: three times the record's largest value. */
  double least[TUTTI_DAILY_VARIABLES], most[TUTTI_DAILY_VARIABLES];
} tutti_station_law;
typedef tutti_station_law tutti_station_law_t;

/* A weather generator: stations and the correlations between them. Each matrix is symmetric with ones on
 * its diagonal, except lag1. In lag0 and lag1, row or column 2 s is tmax of station s, 2 s + 1 is its
 * tmin. */
typedef struct {
  size_t stations;
  tutti_station_law *law; /* [stations] */
  double *occurrence;     /* [stations x stations]: of the normal variates that decide on wet or dry */
  double *amount;         /* [stations x stations]: of the normal variates that become amounts */
  double *lag0;           /* [2 stations x 2 stations]: of the residuals of the temperatures on one day */
  double *lag1;           /* [2 stations x 2 stations]: row: a residual of today, column: one of yesterday */
  double shrunk; /* Set by a fit; 0 in most cases. Each correlation between stations is estimated from
                    the days that both have, and so the matrices need not be positive definite. They
                    are made so by lowering these correlations by this share. */
} tutti_generator;
typedef tutti_generator tutti_generator_t;

/* The parameters themselves (probabilities, mm, degrees) on a day of the year, any year, into
 * value[TUTTI_STATION_PARAMETERS]. TUTTI_EINVAL: NULL, or no such day. */
TUTTI_API tutti_status tutti_station_day(const tutti_station_law *law, int month, int day, double *value);

/* How a generator is fitted. */
typedef struct {
  int harmonics;    /* 0 .. TUTTI_MOST_HARMONICS */
  double wet_above; /* mm */
} tutti_generator_options;
typedef tutti_generator_options tutti_generator_options_t;

/* Fits a generator to the records of `stations` stations. Release it with tutti_generator_free. options =
 * NULL: 2 harmonics, wet above 0 mm.
 *
 * What the records must have:
 *
 * - Values may be missing; they are left out. Stations may have been observed at different times, but any
 *   two of them on at least 100 common days.
 * - Two stations with fewer than 20 common wet days are taken to have independent amounts.
 * - Eight known days for each coefficient of the harmonics (of which a parameter has 1 + 2 harmonics), and
 *   at least one wet and one dry day among them.
 * - A season without any day is not known: simulated days are then anything within the bounds.
 *
 * The calling thread does the work. Its time grows with the square of the number of stations: 0.05 s for
 * one station of 10 years, some minutes for 64.
 *
 * TUTTI_EINVAL: NULL, a number out of its range, a value such as no station has seen (see
 * tutti_daily_read), or too few days to estimate a parameter (the detail says which one, and of which
 * station). TUTTI_ENOMEM. */
TUTTI_API tutti_status tutti_generator_fit(tutti_ctx *ctx, const tutti_daily *record, size_t stations,
                                           const tutti_generator_options *options,
                                           tutti_generator *generator);

/* Releases what a fit has made, and sets it to {0}. NULL is ignored. */
TUTTI_API void tutti_generator_free(tutti_generator *generator);

/* A function of yours that sees a simulated run, station[stations] series in the form of records, and
 * writes what is to be kept of it to out[width]. Called from several workers at once. Non-zero stops the
 * simulation: TUTTI_EUSER. */
typedef int (*tutti_generator_observer)(size_t run, const tutti_daily *station, const void *args,
                                        double *out);

/* What is simulated, and what is kept of it. */
typedef struct {
  int32_t first_day; /* tutti_day_number */
  size_t days;
  /* NULL: everything is kept, [stations x TUTTI_DAILY_VARIABLES x days] numbers for each run. */
  tutti_generator_observer observe;
  const void *args; /* handed to observe */
  size_t width;     /* numbers that observe writes for each run */
} tutti_simulation;
typedef tutti_simulation tutti_simulation_t;

/* Simulates runs first .. first + runs - 1, one row of `out` for each. A run depends on the generator,
 * rng, first_day and its own number alone, not on how many runs or days there are. It starts from a dry
 * day, 32 days before first_day. Where tmin comes out above tmax the two are exchanged.
 *
 * Random numbers: run r uses normal variates of tutti_rng_split(rng, floor(r / 16)). Component c of day t,
 * where t = 0 is 32 days before first_day, is the normal variate with the number
 *
 *     16 (4 stations t + c) + r mod 16.
 *
 * The components are: c = 0 .. stations - 1, the occurrences of the stations; then as many for their
 * amounts; then tmax and tmin of each station in turn.
 *
 * Gamma quantiles are interpolated, with a relative error below 2e-5 for shapes of 0.2 and more. Shapes
 * are kept within [0.05, 1000], which harmonics may leave in a season in which it never rains.
 *
 * Memory: 450 KiB a station; with an observer also 384 bytes a station and day for each worker.
 *
 * TUTTI_ENOMEM. TUTTI_EINVAL, and the detail says which:
 *
 * - NULL, days before the year 1 or after 9999, a coefficient that is not finite;
 * - a parameter that cannot be: amounts beyond a kilometre, mean temperatures below -90 or above 60
 *   degrees, standard deviations above 50;
 * - bounds that cannot be: those of tmax below those of tmin;
 * - correlations that cannot be: a matrix that no random variables have. */
TUTTI_API tutti_status tutti_generator_simulate(tutti_ctx *ctx, const tutti_generator *generator,
                                                tutti_rng rng, const tutti_simulation *simulation,
                                                size_t first, size_t runs, double *out);

TUTTI_END_DECLS

#endif
