/* Sweeps of Ising's model: loops over a row, which a compiler turns into vectors. */
#include "problems/ising.h"

#include <string.h>

#include "problems/kernels.h"
#include "random/kernels.h"

/* The neighbours of the spins of a row: all of them have the other colour. */
typedef struct {
  const int8_t *above, *below, *here, *beside;
} neighbours;

static inline neighbours neighbours_of(const ising_lattice *l, int colour, size_t row) {
  int8_t const(*other)[ISING_STRIDE] = l->spin[1 - colour];
  const size_t above = row > 0 ? row - 1 : l->size - 1, below = row + 1 < l->size ? row + 1 : 0;
  const int8_t *here = other[row] + 1;
  return (neighbours){other[above] + 1, other[below] + 1, here,
                      (row + (size_t)colour) % 2 ? here + 1 : here - 1};
}

static void turn(int8_t *restrict spin, neighbours n, const uint32_t *restrict random,
                 const ising_params *params, size_t half) {
  const uint32_t limit_2 = params->limit[0], limit_4 = params->limit[1];
  for (size_t k = 0; k < half; k++) {
    const int agreement = spin[k] * (n.above[k] + n.below[k] + n.here[k] + n.beside[k]);
    const uint32_t limit = agreement == 4 ? limit_4 : limit_2;
    const int turned = (agreement <= 0) | (random[k] < limit);
    spin[k] = (int8_t)(turned ? -spin[k] : spin[k]);
  }
}

void TUTTI_KERNEL(ising_sweep)(ising_lattice *lattice, const ising_params *params, tutti_rng rng,
                               uint64_t sweep) {
  const size_t half = lattice->size / 2;
  uint64_t bits[ISING_MOST / 4];
  uint32_t random[ISING_MOST / 2];
  uint64_t element = sweep * half * lattice->size;
  for (int colour = 0; colour < 2; colour++)
    for (size_t row = 0; row < lattice->size; row++, element += half / 2) {
      int8_t *spin = lattice->spin[colour][row] + 1;
      TUTTI_KERNEL(bits)(rng, element, bits, half / 2);
      for (size_t k = 0; k < half / 2; k++) {
        random[2 * k] = (uint32_t)bits[k];
        random[2 * k + 1] = (uint32_t)(bits[k] >> 32);
      }
      turn(spin, neighbours_of(lattice, colour, row), random, params, half);
      spin[-1] = spin[half - 1];
      spin[half] = spin[0];
    }
}

/* Each bond joins spins of different colours: the bonds of one colour's spins are all bonds. */
void TUTTI_KERNEL(ising_measure)(const ising_lattice *lattice, int64_t *magnetisation, int64_t *energy) {
  const size_t half = lattice->size / 2;
  *magnetisation = *energy = 0;
  for (size_t row = 0; row < lattice->size; row++) {
    const int8_t *spin = lattice->spin[0][row] + 1;
    const neighbours n = neighbours_of(lattice, 0, row);
    int sum = 0, bonds = 0;
    for (size_t k = 0; k < half; k++) {
      sum += spin[k] + n.here[k];
      bonds += spin[k] * (n.above[k] + n.below[k] + n.here[k] + n.beside[k]);
    }
    *magnetisation += sum;
    *energy -= bonds;
  }
}
