/* Sums of 64-bit integers. */
#include "isa/vec.h"
#include "reduce/kernels.h"

/* 2^63 is added to each term, which makes it unsigned, and is subtracted in the end. The lower and upper
 * 32 bits are summed apart, for at most 2^32 terms. */
void TUTTI_KERNEL(sum_i64)(__int128 *total, const int64_t *x, size_t n) {
  enum { CHAINS = 4, STRIDE = CHAINS * W };
  const size_t part = (size_t)1 << 31;
  const vu bias = vu_set1(UINT64_C(1) << 63), lower = vu_set1(0xffffffff);
  for (; n >= STRIDE; x += n < part ? n - n % STRIDE : part, n = n < part ? n % STRIDE : n - part) {
    const size_t end = n < part ? n - n % STRIDE : part;
    vu low[CHAINS], high[CHAINS];
    for (int c = 0; c < CHAINS; c++) low[c] = high[c] = vu_set1(0);
    for (size_t i = 0; i < end; i += STRIDE)
      for (int c = 0; c < CHAINS; c++) {
        const vu biased = vu_load((const uint64_t *)x + i + c * W) ^ bias;
        low[c] += biased & lower;
        high[c] += biased >> 32;
      }
    uint64_t low_lane[STRIDE], high_lane[STRIDE];
    for (int c = 0; c < CHAINS; c++) {
      vu_store(low_lane + c * W, low[c]);
      vu_store(high_lane + c * W, high[c]);
    }
    for (int l = 0; l < STRIDE; l++) *total += (__int128)low_lane[l] + ((__int128)high_lane[l] << 32);
    *total -= (__int128)end << 63;
  }
  for (size_t i = 0; i < n; i++) *total += x[i];
}
