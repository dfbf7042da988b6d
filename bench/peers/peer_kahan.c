/* Kahan's compensated sum (1965), one core: twice the precision, but neither exact nor independent of the
 * order. */
#include "peer.h"

static double sum(const peer_data *d) {
  double s = 0, correction = 0;
  for (size_t i = 0; i < d->n; i++) {
    const double term = d->x[i] - correction, next = s + term;
    correction = (next - s) - term;
    s = next;
  }
  return s;
}

int main(int argc, char **argv) {
  static const peer_entry kernels[] = {{"sum", sum, "x"}, {0}}, none[] = {{0}};
  return peer_main(argc, argv, &(peer_program){"kahan", "", kernels, none});
}
