/* AR(1): 16 runs at a time, whose states stay in registers from the first step to the last. */
#include "random/kernels.h"
#include "random/stream.h"
#include "weather/kernels.h"

/* Deviations from the mean, of the runs of a block; a: runs 0 .. 7, b: runs 8 .. 15. */
typedef struct {
  vd a[TUTTI_GROUP / W], b[TUTTI_GROUP / W];
} states;

VEC_INLINE void step(states *d, const double *z, vd phi, vd sd) {
  for (int j = 0; j < TUTTI_GROUP / W; j++) {
    d->a[j] = vd_fma(phi, d->a[j], sd * vd_load(z + j * W));
    d->b[j] = vd_fma(phi, d->b[j], sd * vd_load(z + TUTTI_GROUP + j * W));
  }
}

enum { PIECE = 64 }; /* steps whose normal variates (8 KiB) are made at a time, at most */

VEC_INLINE void set(states *d, vd value) {
  for (int j = 0; j < TUTTI_GROUP / W; j++) d->a[j] = d->b[j] = value;
}
VEC_INLINE void store(const states *d, vd shift, double *to) {
  for (int j = 0; j < TUTTI_GROUP / W; j++) {
    vd_store(to + j * W, shift + d->a[j]);
    vd_store(to + TUTTI_GROUP + j * W, shift + d->b[j]);
  }
}

/* The normal variates of a block follow those of the block before it: pieces go on across blocks, so that
 * short runs are made from as long pieces as long ones. A piece of short runs is one of whole runs: then the
 * loop over steps has the same length each time, which processors predict. */
void TUTTI_KERNEL(ar1_final)(const tutti_ar1 *model, tutti_rng rng, double start, size_t steps, size_t begin,
                             size_t end, double *final) {
  const vd phi = vd_set1(model->phi), sd = vd_set1(model->sd), mean = vd_set1(model->mean);
  uint64_t row = (uint64_t)(begin / STREAM_BLOCK) * steps; /* a row: the variates of a step of a block */
  uint64_t left = (uint64_t)((end - begin + STREAM_BLOCK - 1) / STREAM_BLOCK) * steps;
  double z[PIECE * STREAM_BLOCK], values[STREAM_BLOCK];
  const size_t piece = steps > 0 && steps < PIECE ? PIECE / steps * steps : PIECE;
  size_t made = 0, used = 0; /* rows of z */
  for (size_t run = begin; run < end; run += STREAM_BLOCK) {
    states d;
    set(&d, vd_set1(start) - mean);
    for (size_t t = 0, some; t < steps; t += some, used += some) {
      if (used == made) {
        made = left < piece ? (size_t)left : piece;
        TUTTI_KERNEL(normal)(rng, STREAM_BLOCK * row, z, STREAM_BLOCK * made);
        row += made;
        left -= made;
        used = 0;
      }
      some = steps - t < made - used ? steps - t : made - used;
      for (size_t i = 0; i < some; i++) step(&d, z + STREAM_BLOCK * (used + i), phi, sd);
    }
    if (end - run >= STREAM_BLOCK) store(&d, mean, final + (run - begin));
    else {
      store(&d, mean, values);
      memcpy(final + (run - begin), values, (end - run) * sizeof *values);
    }
  }
  for (size_t j = 0; steps == 0 && j < end - begin; j++) final[j] = start; /* itself, without rounding */
}

void TUTTI_KERNEL(ar1_path)(const tutti_ar1 *model, tutti_rng rng, uint64_t first, size_t steps,
                            double *deviation, double *path) {
  const vd phi = vd_set1(model->phi), sd = vd_set1(model->sd), mean = vd_set1(model->mean);
  states d;
  for (int j = 0; j < TUTTI_GROUP / W; j++) {
    d.a[j] = vd_load(deviation + j * W);
    d.b[j] = vd_load(deviation + TUTTI_GROUP + j * W);
  }
  TUTTI_KERNEL(normal)(rng, first, path, STREAM_BLOCK * steps);
  for (size_t t = 0; t < steps; t++) {
    step(&d, path + STREAM_BLOCK * t, phi, sd);
    store(&d, mean, path + STREAM_BLOCK * t);
  }
  store(&d, vd_set1(-0.0), deviation);
}
