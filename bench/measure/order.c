/* The order of a round: rows of a Williams square. */
#include "measure/order.h"

static size_t greatest_common_divisor(size_t a, size_t b) {
  while (b) {
    const size_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* About 0.618 n and without a common divisor with n: its multiples modulo n visit every row, and the first
 * few of them lie far apart. */
static size_t golden_step(size_t n) {
  size_t step = n * 618 / 1000;
  if (!step) step = 1;
  while (greatest_common_divisor(step, n) != 1) step++;
  return step;
}

void order_round(size_t n, size_t round, size_t *order) {
  if (!n) return;
  /* an odd n needs the mirrored rows, too */
  const int mirrored = n % 2 && round % 2;
  const size_t row = (n % 2 ? round / 2 : round) % n * golden_step(n) % n;
  for (size_t i = 0; i < n; i++) {
    const size_t zigzag = i % 2 ? (i + 1) / 2 : n - i / 2; /* 0 1 n-1 2 n-2 ... */
    order[mirrored ? n - 1 - i : i] = (zigzag + row) % n;
  }
}
