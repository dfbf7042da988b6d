/* Models on a grid, as one writes them who has the equations before him: one sweep over the whole grid for
 * each group of them. Each run goes on where the one before has stopped. */
#ifndef BENCH_PEERS_GRID_H
#define BENCH_PEERS_GRID_H

#include "peer.h"

enum { SHALLOW_STEPS = 12, ATMOSPHERE_STEPS = 4 }; /* of a run */

/* n points, in a square: how many on a side. */
static inline size_t shallow_side(size_t n) {
  size_t side = 1;
  while ((side + 1) * (side + 1) <= n) side++;
  return side;
}

/* n cells, twice as many along as upwards: how many upwards. */
static inline size_t atmosphere_height(size_t n) { return shallow_side(n / 2); }

double peer_shallow_water(const peer_data *d);
double peer_atmosphere(const peer_data *d);

/* As many triads a = b + c s (McCalpin, 1995) as move what a run of three sweeps over n points moves at
 * least: 232 bytes a point and step, in arrays that take as much room. */
double peer_triads(const peer_data *d);

#endif
