/* Ensemble Kalman filters: an ensemble of forecasts is drawn towards observations. All of them work with
 * singular values of the observed deviations, so that no digits are lost where observations are precise
 * (tested against arithmetic of 113 bits for variances of 1e-16 to 1e16). Linear algebra is OpenBLAS's
 * (TUTTI_EUNSUPPORTED without it, TUTTI_ENOMEM where it has no room: see tutti_covariance): the same bits for
 * any backend, workers and schedule on one machine, not on every machine. */
#ifndef TUTTI_ASSIMILATE_H
#define TUTTI_ASSIMILATE_H

#include <stdbool.h>
#include <stddef.h>
#include <tutti/context.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

enum tutti_filter_ {
  TUTTI_ENKF, /* stochastic, with perturbed observations (Burgers, van Leeuwen and Evensen, 1998), the
                 perturbations' mean taken away */
  TUTTI_ETKF, /* ensemble transform, symmetric square root (Bishop, Etherton and Majumdar, 2001; Hunt et al.,
                 2007) */
  TUTTI_LETKF /* the same for every variable by itself, from observations near it (Hunt, Kostelich and
                 Szunyogh, 2007); variables lie on a ring, one apart; an observation's weight falls with its
                 distance as the function (4.10) of Gaspari and Cohn (1999) */
};
TUTTI_ENUM(tutti_filter);

/* Start with {0}. */
typedef struct {
  tutti_filter filter;
  double inflation; /* deviations from the mean are multiplied by it after the analysis; 0 means 1 */
  bool rotation; /* then a random rotation of the members that keeps mean and covariance (Sakov and Oke, 2008)
                  */
  double radius; /* LETKF: the function's length c, > 0: weight 0 at a distance of 2 c */
} tutti_analysis;

/* Observations of single variables, with independent errors. */
typedef struct {
  size_t count;        /* 1 .. 4096 */
  const size_t *where; /* [count], the variable each is of; NULL: variables 0 .. count - 1 */
  const double *value; /* [count] */
  double variance;     /* of an error; > 0 */
} tutti_observations;

/* state[members x variables]: a forecast, which becomes the analysis. 2 to 1024 members, finite numbers, at
 * most 2 097 151 variables. Normals 0, 1, ... of rng perturb the observations, those of tutti_rng_split(rng,
 * 1) make the rotation: give every analysis a stream of its own. LETKF runs on all workers, variables in
 * chunks; the others, whose matrices are small, in the calling thread. TUTTI_EINVAL: a NULL pointer, a value
 * out of range or a state that is not finite, which the detail names; TUTTI_ENOMEM, TUTTI_EBUSY. state is
 * untouched on failure. Thread-safe for different contexts, but that the number of OpenBLAS's threads is set
 * meanwhile. */
TUTTI_API tutti_status tutti_assimilate(tutti_ctx *ctx, tutti_rng rng, const tutti_analysis *how,
                                        const tutti_observations *seen, size_t variables, size_t members,
                                        double *state);

TUTTI_END_DECLS

#endif
