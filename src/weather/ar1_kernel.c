/* AR(1): 16 runs at a time, their states in registers from the first step to the last. */
#include "isa/kernels.h"
#include "random/stream.h"

/* Deviations from the mean of the runs of one block; a: elements 0 .. 7 of it, b: 8 .. 15. */
typedef struct {
  vd a[TUTTI_GROUP / W], b[TUTTI_GROUP / W];
} states;

VEC_INLINE void step(states *d, const philox *p, uint64_t block, vd phi, vd sd) {
  for (int j = 0; j < TUTTI_GROUP / W; j++) {
    vu a, b;
    vd za, zb;
    philox_bits(p, vu_iota(TUTTI_GROUP * block + (uint64_t)(j * W)), &a, &b);
    normal_of(a, b, &za, &zb);
    d->a[j] = vd_fma(phi, d->a[j], sd * za);
    d->b[j] = vd_fma(phi, d->b[j], sd * zb);
  }
}

void TUTTI_KERNEL(ar1_final)(const tutti_ar1 *model, tutti_rng rng, double start, size_t steps, size_t begin,
                             size_t end, double *final) {
  const philox p = philox_of(rng);
  const vd phi = vd_set1(model->phi), sd = vd_set1(model->sd), mean = vd_set1(model->mean);
  for (size_t run = begin; run < end; run += STREAM_BLOCK) {
    states d;
    double values[STREAM_BLOCK];
    for (int j = 0; j < TUTTI_GROUP / W; j++) d.a[j] = d.b[j] = vd_set1(start) - mean;
    uint64_t block = (uint64_t)(run / STREAM_BLOCK) * steps;
    for (size_t t = 0; t < steps; t++) step(&d, &p, block + t, phi, sd);
    for (int j = 0; j < TUTTI_GROUP / W;
         j++) { /* without a step, start itself, not its rounded way there and back */
      vd_store(values + j * W, steps ? mean + d.a[j] : vd_set1(start));
      vd_store(values + TUTTI_GROUP + j * W, steps ? mean + d.b[j] : vd_set1(start));
    }
    size_t wanted = end - run < STREAM_BLOCK ? end - run : STREAM_BLOCK;
    memcpy(final + (run - begin), values, wanted * sizeof *final);
  }
}
