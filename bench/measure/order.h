/* The order in which a round measures its configurations. */
#ifndef BENCH_ORDER_H
#define BENCH_ORDER_H

#include <stddef.h>

/* Fills order[0..n) with a permutation of 0..n-1, for round 0, 1, 2, ... Over n rounds, or 2 n if n is odd,
 * each configuration
 *   - comes once (n odd: twice) at each place of a round, and
 *   - comes once (twice) right after each of the others.
 * So neither a machine that gets slower with time favours anyone, nor what the one before has left behind:
 * heat, caches, idle threads. The permutations are the rows of a Williams square (E. J. Williams,
 * "Experimental designs balanced for the estimation of residual effects of treatments", 1949). Consecutive
 * rounds take rows that lie far apart in it, so that a few rounds are nearly balanced already. */
void order_round(size_t n, size_t round, size_t *order);

#endif
