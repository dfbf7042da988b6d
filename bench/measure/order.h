/* The order in which a round measures its configurations. */
#ifndef BENCH_ORDER_H
#define BENCH_ORDER_H

#include <stddef.h>

/* Fills order[0..n) with a permutation of 0..n-1: a row of a Williams square. Over n rounds (2 n if n is odd)
 * everyone comes once (twice) at every place, and once (twice) right after everyone else, so that neither a
 * drift of the machine nor what the predecessor left behind (heat, caches, idle threads) favours anyone.
 * Rows are taken in an order that spreads even a few rounds well.
 * E. J. Williams, "Experimental designs balanced for the estimation of residual effects of treatments", 1949.
 */
void order_round(size_t n, size_t round, size_t *order);

#endif
