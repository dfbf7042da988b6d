/* The lattice of Ising's model as its kernel sees it. */
#ifndef TUTTI_PROBLEMS_ISING_H
#define TUTTI_PROBLEMS_ISING_H

#include <stddef.h>
#include <stdint.h>

enum { ISING_MOST = 512, ISING_STRIDE = ISING_MOST / 2 + 2 };

/* The two colours of a checkerboard of size x size spins. spin[colour][row][1 + k], k < size / 2, stands in
 * column 2 k + (row + colour) % 2; spin[..][0] and spin[..][1 + size / 2] repeat the row's other end. */
typedef struct {
  size_t size;
  int8_t spin[2][ISING_MOST][ISING_STRIDE];
} ising_lattice;

/* limit: a spin that agrees with all but one of its neighbours, or with all, is turned where its 32 bits are
 * below limit[0], limit[1]. */
typedef struct {
  uint32_t limit[2];
} ising_params;

#endif
