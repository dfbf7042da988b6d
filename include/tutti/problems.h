/* Monte Carlo problems whose answers are known: to learn with, and to test machines and generators with.
 * (tutti_mc_pi is in montecarlo.h, options are in options.h.)
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

/* The share of heads among `tosses` of a coin that shows heads with probability p in [0, 1]; toss i is
 * tutti_bernoulli's variate i. tosses: 1 .. 2^62. std_error = sqrt(share (1 - share) / tosses). */
TUTTI_API tutti_status tutti_mc_coin(tutti_ctx *ctx, tutti_rng rng, double p, uint64_t tosses,
                                     tutti_estimate *result);

/* The integral of g over the ball of this radius about the origin: g(x, dims, points, f, args) writes f[p]
 * for the point x[p dims + d], d < dims. */
typedef struct {
  tutti_integrand g;
  const void *args;
  size_t dims;   /* 1 .. 256 */
  double radius; /* > 0 */
} tutti_ball;

/* Makes the integral that of *problem: sets f, args (the ball, which must stay where it is), tag (of dims and
 * radius; of g and its args nothing can be told, so add to it what stands for them) and dims = ball dims + 1,
 * and no control. Coordinates 0 .. dims - 1 give, as normals, the direction (Muller, 1959), the last one the
 * radius: every point counts, in any dimension. Thread-safe. */
TUTTI_API tutti_status tutti_ball_problem(const tutti_ball *ball, tutti_mc_problem *problem);

/* pi^(dims / 2) / Gamma(dims / 2 + 1) radius^dims within 4 ulp up to 10^15 dims, by Stirling's series in
 * pairs of doubles (Dekker, 1971); in as many steps as dims has bits. Same bits everywhere. */
TUTTI_API double tutti_ball_volume(size_t dims, double radius);

/* A walk on 0, 1, ..., top that begins at `start`, goes one up with probability `up`, else one down, and ends
 * at 0 or top: the gambler's ruin. */
typedef struct {
  uint64_t start, top; /* 0 <= start <= top, 1 <= top <= 2^16 */
  double up;           /* in (0, 1) */
} tutti_walk;

typedef struct {
  tutti_estimate ruin;  /* the probability to end at 0 */
  tutti_estimate steps; /* the mean number of steps until the end */
} tutti_walk_result;

/* `walks` independent walks, 2 .. 2^40; steps of walk w are elements 0, 1, ... of tutti_rng_split(rng, w), up
 * where below up 2^64. */
TUTTI_API tutti_status tutti_mc_walk(tutti_ctx *ctx, tutti_rng rng, const tutti_walk *walk, uint64_t walks,
                                     tutti_walk_result *result);

/* Ising's model of a ferromagnet: size x size spins +-1 on a torus, energy -(sum over neighbours of s s'), no
 * field; temperature in units of coupling / Boltzmann's constant. */
typedef struct {
  size_t size;        /* a multiple of 4, 4 .. 512 */
  double temperature; /* > 0 */
  uint64_t burn_in;   /* sweeps before the first measurement */
  uint64_t sweeps;    /* sweeps measured, one measurement after each; 1 .. 2^40 */
  uint64_t runs;      /* independent lattices, 2 .. 2^20, from which errors are estimated */
} tutti_ising;

/* Means are sums of whole numbers, divided once. Intervals are made of the means of the runs: they say how
 * far runs differ, not how far all of them are from equilibrium. Every run begins with all spins up, and what
 * burn_in leaves of that is in all of them alike, and in no interval. It is forgotten within dozens of sweeps
 * far from the temperature 2.27, near it only in about size^2.17 (Nightingale and Bloete, 1996), at high ones
 * in about as many sweeps as the temperature. Where twice the burn_in gives another interval, the first was
 * too short. Where no spin has turned (temperature 0.1) means are those of the ground state, with no
 * error. */
typedef struct {
  tutti_estimate magnetisation; /* |sum of spins| a spin */
  tutti_estimate energy;        /* a spin */
} tutti_ising_result;

/* Metropolis' method (Metropolis et al., 1953), all even sites, then all odd ones of the checkerboard, from
 * all spins up. Run r uses tutti_rng_split(rng, r): sweep t uses 32 bits a spin, elements t size^2 / 2 ... (t
 * + 1) size^2 / 2 - 1. A spin is turned where they are below 2^32 exp(-change of energy / temperature),
 * rounded down. At high temperatures nearly every spin turns in every sweep, and a run forgets its start in
 * about as many sweeps as the temperature: burn in longer. */
TUTTI_API tutti_status tutti_mc_ising(tutti_ctx *ctx, tutti_rng rng, const tutti_ising *model,
                                      tutti_ising_result *result);

TUTTI_END_DECLS

#endif
