/* The readers of `bench_amdahl fit`: any bytes give points that are numbers, or an error that names the file.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/fit/points.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition, ...)                                                                                \
  do {                                                                                                       \
    if (!(condition)) {                                                                                      \
      fprintf(stderr, __VA_ARGS__);                                                                          \
      abort();                                                                                               \
    }                                                                                                        \
  } while (0)

static void check_points(const struct points *p) {
  CHECK(p->n > 0 && p->n <= MOST_POINTS && p->kind != POINTS_UNKNOWN, "%zu points\n", p->n);
  for (size_t i = 0; i < p->n; i++) {
    CHECK(p->workers[i] >= 1 && p->workers[i] <= 0x1p40, "workers %g\n", p->workers[i]);
    CHECK(p->values[i] >= 1e-150 && p->values[i] <= 1e150, "value %g\n", p->values[i]);
    for (size_t r = 0; r < p->rounds; r++)
      CHECK(p->seconds[i][r] > 0 && isfinite(p->seconds[i][r]), "round %g\n", p->seconds[i][r]);
  }
}

/* The first byte says what is asked for: which kind, and whether columns, a case and a variant are named. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!size) return 0;
  const unsigned how = data[0];
  const struct points_choice choice = {.kind = (enum points_kind)(how % 3),
                                       .x = how & 4   ? "2"
                                            : how & 8 ? "workers"
                                                      : NULL,
                                       .y = how & 16 ? "1" : NULL,
                                       .bench = how & 32 ? "a" : NULL,
                                       .variant = how & 64 ? "b" : NULL};
  char *text = malloc(size - 1); /* exactly as long as the input: a byte read behind its end is found */
  CHECK(text || size == 1, "no memory\n");
  memcpy(text, data + 1, size - 1);
  char error[128] = "";
  struct points points;
  if (points_parse(text, size - 1, "file", &choice, &points, error, sizeof error)) {
    check_points(&points);
    points_free(&points);
  } else {
    CHECK(strncmp(error, "file:", 5) == 0 && !points.n && !points.workers, "error '%s'\n", error);
  }
  free(text);
  return 0;
}
