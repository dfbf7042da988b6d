/* Power sums for moments. */
#include "isa/vec.h"
#include "reduce/kernels.h"

/* One power after the other, of long parts: so each exact sum is begun seldom, and what it reads is in the
 * first-level cache. */
void TUTTI_KERNEL(power_sums)(tutti_power_sums *sums, double centre, const double *x, size_t n) {
  enum { PART = 1024 };
  double power[PART];
  for (size_t i = 0; i < n; i += PART) {
    const size_t part = n - i < PART ? n - i : PART;
#pragma GCC unroll 4
    for (int k = 1; k <= 4; k++) {
      for (size_t j = 0; j < part; j++) {
        const double d = x[i + j] - centre, square = d * d;
        power[j] = k == 1 ? d : k == 2 ? square : k == 3 ? square * d : square * square;
      }
      TUTTI_KERNEL(sum)(&sums->sum[k - 1], power, NULL, part);
    }
  }
  sums->n += n;
}

/* A piece is 64 groups of eight lanes: each lane adds 64 terms in plain doubles. The sums of pieces are
 * added exactly. */
enum { LANES = TUTTI_GROUP / W, TERMS = 64, PIECE = TERMS * TUTTI_GROUP };

/* The sum over the eight lanes: 0 + 4, 1 + 5, ... first. The order is the same at every width. */
VEC_INLINE double lanes_total(const vd *v) {
  double lane[TUTTI_GROUP];
  for (int c = 0; c < LANES; c++) vd_store(lane + c * W, v[c]);
  for (int half = TUTTI_GROUP / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] += lane[i + half];
  return lane[0];
}

/* Adds a piece; prefetches `ahead` items behind it meanwhile. */
VEC_INLINE void piece(tutti_central_sums *s, double centre, double scale, const double *x, size_t n,
                      size_t ahead) {
  vd power[3][LANES], top[LANES];
  for (int c = 0; c < LANES; c++) power[0][c] = power[1][c] = power[2][c] = top[c] = vd_set1(0);
  const vd shift = vd_set1(-centre * scale), factor = vd_set1(scale);
  for (size_t i = 0; i < n; i += TUTTI_GROUP) {
    if (i < ahead) __builtin_prefetch(x + n + i);
    for (int c = 0; c < LANES; c++) {
      const vd d = vd_fma(vd_load(x + i + c * W), factor, shift), square = d * d;
      power[0][c] = power[0][c] + square;
      power[1][c] = vd_fma(square, d, power[1][c]);
      power[2][c] = vd_fma(square, square, power[2][c]);
      top[c] = vd_grow(top[c], d);
    }
  }
  for (int k = 0; k < 3; k++) tutti_exact_add(&s->sum[k], lanes_total(power[k]));
  double lane[TUTTI_GROUP];
  for (int c = 0; c < LANES; c++) vd_store(lane + c * W, top[c]);
  for (int i = 0; i < TUTTI_GROUP; i++) s->largest = lane[i] > s->largest ? lane[i] : s->largest;
}

void TUTTI_KERNEL(central_sums)(tutti_central_sums *sums, double centre, double scale, const double *x,
                                size_t n) {
  for (; n >= PIECE; x += PIECE, n -= PIECE)
    piece(sums, centre, scale, x, PIECE, n - PIECE < PIECE ? n - PIECE : PIECE);
  if (n == 0) return;
  double padded[PIECE + TUTTI_GROUP];
  memcpy(padded, x, n * sizeof *x);
  for (size_t i = n; i < n + TUTTI_GROUP; i++) padded[i] = centre; /* deviations 0 add nothing */
  piece(sums, centre, scale, padded, (n + TUTTI_GROUP - 1) / TUTTI_GROUP * TUTTI_GROUP, 0);
}
