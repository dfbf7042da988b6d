/* Ensemble Kalman filters: an ensemble of forecasts is drawn towards observations.
 *
 * All of them work with the singular values of the observed deviations from the ensemble's mean, so that
 * no digits are lost where observations are precise (tested against arithmetic of 113 bits for variances
 * of 1e-16 to 1e16).
 *
 * Linear algebra is OpenBLAS's: TUTTI_EUNSUPPORTED without it, TUTTI_ENOMEM where memory has no room for
 * it (see tutti_covariance). The bits are the same for any backend, workers and schedule on one machine;
 * another machine may give others. */
#ifndef TUTTI_ASSIMILATE_H
#define TUTTI_ASSIMILATE_H

#include <stdbool.h>
#include <stddef.h>
#include <tutti/context.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

/* Which filter. */
enum tutti_filter_ {
  TUTTI_ENKF, /* stochastic: each member sees observations with random errors of its own, whose mean over the
                 members is subtracted (Burgers, van Leeuwen and Evensen, 1998) */
  TUTTI_ETKF, /* ensemble transform, symmetric square root (Bishop, Etherton and Majumdar, 2001; Hunt et al.,
                 2007) */
  TUTTI_LETKF /* ETKF for every variable by itself, from observations near it (Hunt, Kostelich and Szunyogh,
                 2007). Variables lie on a ring, at distance 1 from their neighbours; the weight of an
                 observation falls with its distance as the function (4.10) of Gaspari and Cohn (1999) */
};
TUTTI_ENUM(tutti_filter);

/* How to filter. Start with {0}. */
typedef struct {
  tutti_filter filter;
  double inflation; /* after the analysis, deviations from the mean are multiplied by it; 0 means 1 */
  bool rotation;    /* then rotate the members at random, which keeps mean and covariance (Sakov and Oke,
                       2008) */
  double radius;    /* LETKF: the length c > 0 in that function; the weight is 0 from a distance of 2 c on */
} tutti_analysis;
typedef tutti_analysis tutti_analysis_t;

/* Observations of single variables, with independent errors. */
typedef struct {
  size_t count;        /* 1 .. 4096 */
  const size_t *where; /* [count]: the variable that each observes; NULL: variables 0 .. count - 1 */
  const double *value; /* [count] */
  double variance;     /* of the error of each; > 0 */
} tutti_observations;
typedef tutti_observations tutti_observations_t;

/* Turns a forecast, state[members x variables], into the analysis, in place. 2 to 1024 members, at most 2
 * 097 151 variables, finite numbers.
 *
 * Random numbers: the normals 0, 1, ... of rng perturb the observations, those of tutti_rng_split(rng, 1)
 * make the rotation. Give every analysis a stream of its own.
 *
 * Workers: LETKF runs on all of them, variables in chunks; the other filters, whose matrices are small,
 * run in the calling thread.
 *
 * TUTTI_EINVAL: a NULL pointer, a value out of range or a state that is not finite, which the detail
 * names; TUTTI_ENOMEM, TUTTI_EBUSY. state is untouched on failure. Thread-safe for different contexts, but
 * that the number of OpenBLAS's threads is set for the time of the call. */
TUTTI_API tutti_status tutti_assimilate(tutti_ctx *ctx, tutti_rng rng, const tutti_analysis *how,
                                        const tutti_observations *seen, size_t variables, size_t members,
                                        double *state);

TUTTI_END_DECLS

#endif
