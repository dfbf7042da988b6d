/* Single elements of a stream, by the kernels' code with one lane. */
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

/* The key is made from the seed, but is not the seed itself: so children are not made of the bits that the
 * stream gives out as its elements. */
tutti_rng tutti_rng_split(tutti_rng rng, uint64_t k) {
  const philox p = philox_of((tutti_rng){~rng.seed, rng.stream});
  vu seed, stream;
  philox_chains(&p, k, 1, &seed, &stream);
  return (tutti_rng){seed, stream};
}
