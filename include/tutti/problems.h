/* Monte Carlo problems whose answers are known: to learn with, and to test machines and generators with.
 * tutti_mc_pi is in montecarlo.h, options are in options.h.
 *
 * Common to those that run: *result has the same bits for any backend, workers, schedule and ISA, and is
 * untouched on failure. TUTTI_EINVAL: a NULL pointer or an argument out of range, which the detail names.
 * TUTTI_ECANCELED and so on as in parallel.h. Thread-safe for different contexts. */
#ifndef TUTTI_PROBLEMS_H
#define TUTTI_PROBLEMS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>
#include <tutti/montecarlo.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

/* Estimates the share of heads among `tosses` of a coin that shows heads with probability p in [0, 1].
 * Toss i is variate i of tutti_bernoulli. tosses: 1 .. 2^62. std_error = sqrt(share (1 - share) / tosses). */
TUTTI_API tutti_status tutti_mc_coin(tutti_ctx *ctx, tutti_rng rng, double p, uint64_t tosses,
                                     tutti_estimate *result);

/* An integral over a ball about the origin: g(x, dims, points, f, args) writes f[p], the value of the
 * integrand at the point with the coordinates x[p dims + d], d < dims. */
typedef struct {
  tutti_integrand g;
  const void *args;
  size_t dims;   /* 1 .. 256 */
  double radius; /* > 0 */
} tutti_ball;
typedef tutti_ball tutti_ball_t;

/* Makes the integral over the ball the mean of *problem. Thread-safe.
 *
 * Sets f, args (the ball, which must stay where it is), dims = ball dims + 1, no control, and tag, a hash
 * of dims and radius. The library cannot know what g and its args are: add to the tag what stands for
 * them.
 *
 * The first ball dims coordinates, as normals, give the direction of a point (Muller, 1959), the last one
 * its distance from the centre. So all points lie in the ball, in any dimension. */
TUTTI_API tutti_status tutti_ball_problem(const tutti_ball *ball, tutti_mc_problem *problem);

/* The volume of a ball,
 *
 *     pi^(dims / 2) / Gamma(dims / 2 + 1) radius^dims,
 *
 * within 4 ulp up to 10^15 dims. Method: Stirling's series in pairs of doubles (Dekker, 1971), in as many
 * steps as dims has bits. Same bits everywhere. */
TUTTI_API double tutti_ball_volume(size_t dims, double radius);

/* A random walk on 0, 1, ..., top, the gambler's ruin: it begins at `start`, goes one up with probability
 * `up`, else one down, and ends at 0 or top. */
typedef struct {
  uint64_t start, top; /* 0 <= start <= top, 1 <= top <= 2^16 */
  double up;           /* in (0, 1) */
} tutti_walk;
typedef tutti_walk tutti_walk_t;

/* What is estimated of a random walk. */
typedef struct {
  tutti_estimate ruin;  /* the probability to end at 0 */
  tutti_estimate steps; /* the mean number of steps until the end */
} tutti_walk_result;
typedef tutti_walk_result tutti_walk_result_t;

/* Estimates the probability of ruin and the mean length from `walks` independent walks, 2 .. 2^40. Step t
 * of walk w goes up where element t of tutti_rng_split(rng, w) is below up 2^64. */
TUTTI_API tutti_status tutti_mc_walk(tutti_ctx *ctx, tutti_rng rng, const tutti_walk *walk, uint64_t walks,
                                     tutti_walk_result *result);

/* Ising's model of a ferromagnet: size x size spins s = +1 or -1 on a torus, without a field. The energy
 * is
 *
 *     -(sum of s s' over all pairs of neighbours).
 *
 * The unit of temperature is the coupling of two neighbours divided by Boltzmann's constant. */
typedef struct {
  size_t size;        /* a multiple of 4, 4 .. 512 */
  double temperature; /* > 0 */
  uint64_t burn_in;   /* sweeps before the first measurement */
  uint64_t sweeps;    /* sweeps measured, one measurement after each; 1 .. 2^40 */
  uint64_t runs;      /* independent lattices, 2 .. 2^20, from which errors are estimated */
} tutti_ising;
typedef tutti_ising tutti_ising_t;

/* What is estimated of Ising's model. Means are sums of whole numbers, divided once.
 *
 * Intervals are made from the differences between the runs. They do not show an error that all runs share,
 * and there is one: every run begins with all spins up, and this start is forgotten only after some
 * sweeps, about
 *
 *     dozens                                           far from the temperature 2.27,
 *     size^2.17 (Nightingale and Bloete, 1996)         near it,
 *     as many as the number that is the temperature    at high temperatures.
 *
 * Set burn_in to more than that. Where twice the burn_in gives another interval, the first was too short.
 *
 * Where no spin has turned (temperature 0.1), means are those of the ground state, with no error. */
typedef struct {
  tutti_estimate magnetisation; /* |sum of spins| / size^2 */
  tutti_estimate energy;        /* energy / size^2 */
} tutti_ising_result;
typedef tutti_ising_result tutti_ising_result_t;

/* Simulates Ising's model by Metropolis' method (Metropolis et al., 1953), from all spins up. A sweep
 * tries first all even sites, then all odd ones of the checkerboard.
 *
 * Run r uses tutti_rng_split(rng, r), and its sweep t the size^2 / 2 elements from number t size^2 / 2 on:
 * 32 bits for each spin. A spin is turned where its 32 bits, as an integer, are below
 *
 *     2^32 exp(-(change of energy) / temperature), rounded down.
 *
 * At high temperatures nearly every spin turns in every sweep, and a run forgets its start in about as
 * many sweeps as the number that is the temperature: burn in longer. */
TUTTI_API tutti_status tutti_mc_ising(tutti_ctx *ctx, tutti_rng rng, const tutti_ising *model,
                                      tutti_ising_result *result);

TUTTI_END_DECLS

#endif
