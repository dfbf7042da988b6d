/* Single elements of a stream: the kernels' code with one lane. */
#include <tutti/random.h>

#include "random/stream.h"

VEC_INLINE uint64_t element(tutti_rng rng, uint64_t index, stream_transform transform) {
  const philox p = philox_of(rng);
  vu a, b;
  philox_chains(&p, TUTTI_GROUP * (index / STREAM_BLOCK) + index % TUTTI_GROUP, 1, &a, &b);
  transform(&a, &b);
  return index % STREAM_BLOCK < TUTTI_GROUP ? a : b;
}

uint64_t tutti_bits_at(tutti_rng rng, uint64_t index) { return element(rng, index, transform_bits); }
double tutti_uniform_at(tutti_rng rng, uint64_t index) {
  return vd_of_bits(element(rng, index, transform_uniform));
}
double tutti_normal_at(tutti_rng rng, uint64_t index) {
  return vd_of_bits(element(rng, index, transform_normal));
}
