/* The state of a running sum. */
#ifndef TUTTI_REDUCE_CUMSUM_H
#define TUTTI_REDUCE_CUMSUM_H

/* The sum so far is
 *
 *     (high + low) / scale,
 *
 * where scale is 1, or 2^-64 where the sums come near the largest double. special: 0; or the infinity or
 * NaN that the sum has become, and then the other fields do not matter. */
typedef struct {
  double high, low, scale, special;
} tutti_running;

enum { TUTTI_SCAN_TILE = 1024 };
#define TUTTI_SCAN_SCALE 0x1p-64

#endif
