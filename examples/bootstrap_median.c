/* A bootstrap confidence interval of the median of a column of a CSV file (Efron, 1979): the data are drawn
 * again, with replacement, 100 000 times; the interval holds the middle 95 % of the medians.
 *
 *   cc -O2 bootstrap_median.c $(pkg-config --cflags --libs tutti) -o bootstrap_median
 *   ./bootstrap_median data/seattle-weather.csv tmax */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/tutti.h>

enum { MOST = 100000, RESAMPLES = 100000 };
static double data[MOST];
static size_t n;

/* The place of a name in a header line; -1: it is not there. */
static int find_column(char *header, const char *name) {
  int place = 0;
  for (char *field = strtok(header, ",\r\n"); field; field = strtok(NULL, ",\r\n"), place++)
    if (strcmp(field, name) == 0) return place;
  return -1;
}

/* Reads a column; missing values are left out. The number of the line that cannot be read, or 0. */
static int read_column(FILE *file, int column) {
  char line[1024];
  for (int number = 2; n < MOST && fgets(line, sizeof line, file); number++) {
    char *field = line, *end;
    for (int c = 0; field && c < column; c++) field = strchr(field, ',') ? strchr(field, ',') + 1 : NULL;
    if (!field) return number;
    data[n] = strtod(field, &end);
    if (*end && !strchr(",\r\n", *end)) return number;
    if (end != field) n++;
  }
  return 0;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The median of the index'th resample of the sorted data: how often each value was drawn, then along them to
 * the middle. */
static int resample(size_t index, const void *rng, void *median) {
  int64_t *drawn = malloc(n * sizeof *drawn);
  uint32_t *times = calloc(n, sizeof *times);
  tutti_status status = TUTTI_ENOMEM;
  if (drawn && times)
    status =
        tutti_integers(NULL, tutti_rng_split(*(const tutti_rng *)rng, index), 0, 0, (int64_t)n - 1, drawn, n);
  for (size_t i = 0; !status && i < n; i++) times[drawn[i]]++;
  size_t passed = 0, low = 0, high = 0; /* places of the middle draws, which are one if n is odd */
  for (size_t i = 0; !status && i < n; passed += times[i++]) {
    if (passed <= (n - 1) / 2) low = i;
    if (passed <= n / 2) high = i;
  }
  if (!status) *(double *)median = 0.5 * (data[low] + data[high]);
  free(drawn);
  free(times);
  return (int)status;
}

static int bootstrap(void) {
  const tutti_rng rng = {2026, 0};
  const double probability[] = {0.025, 0.5, 0.975};
  double bound[3], *medians = malloc(RESAMPLES * sizeof *medians);
  if (!medians) return 1;
  qsort(data, n, sizeof *data, ascending);
  tutti_status status = tutti_map(NULL, RESAMPLES, resample, &rng, medians, sizeof *medians);
  if (!status) status = tutti_quantile(NULL, medians, RESAMPLES, probability, 3, bound);
  if (status) fprintf(stderr, "bootstrap_median: %s: %s\n", tutti_strerror(status), tutti_error_detail(NULL));
  else
    printf("%zu values, median %g, 95 %% interval [%g, %g]\n", n, 0.5 * (data[(n - 1) / 2] + data[n / 2]),
           bound[0], bound[2]);
  free(medians);
  return status != TUTTI_OK;
}

int main(int argc, char **argv) {
  char header[1024];
  if (argc != 3) {
    fprintf(stderr, "usage: %s FILE.csv COLUMN\n", argv[0]);
    return 2;
  }
  FILE *file = fopen(argv[1], "r");
  if (!file || !fgets(header, sizeof header, file)) {
    fprintf(stderr, "bootstrap_median: %s: %s\n", argv[1], file ? "empty" : strerror(errno));
    return 1;
  }
  const int column = find_column(header, argv[2]);
  const int bad = column < 0 ? 0 : read_column(file, column);
  fclose(file);
  if (column < 0) fprintf(stderr, "bootstrap_median: %s has no column '%s'\n", argv[1], argv[2]);
  else if (bad)
    fprintf(stderr, "bootstrap_median: %s, line %d: no number in column '%s'\n", argv[1], bad, argv[2]);
  else if (n == 0) fprintf(stderr, "bootstrap_median: no value in column '%s'\n", argv[2]);
  else return bootstrap();
  return 1;
}
