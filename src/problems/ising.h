/* The lattice of Ising's model as its kernel sees it. */
#ifndef TUTTI_PROBLEMS_ISING_H
#define TUTTI_PROBLEMS_ISING_H

#include <stddef.h>
#include <stdint.h>

enum { ISING_MOST = 512, ISING_STRIDE = ISING_MOST / 2 + 2 };

/* The lattice of size x size spins, divided by the two colours of a checkerboard: all neighbours of a spin
 * have the other colour. spin[colour][row][1 + k], k < size / 2, is the spin in
 *
 *     column 2 k + (row + colour) mod 2.
 *
 * spin[..][0] and spin[..][1 + size / 2] are copies of the spins at the row's other end: the lattice is a
 * torus. */
typedef struct {
  size_t size;
  int8_t spin[2][ISING_MOST][ISING_STRIDE];
} ising_lattice;

/* A spin whose turn costs energy is turned where its 32 random bits are below limit[0] (it agrees with all
 * but one of its neighbours) or limit[1] (it agrees with all of them). */
typedef struct {
  uint32_t limit[2];
} ising_params;

#endif
