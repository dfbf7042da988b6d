/* A bootstrap confidence interval of the median of a column of a CSV file (Efron, 1979): the data are drawn
 * again, with replacement, 100 000 times; the interval holds the middle 95 % of the medians.
 *
 *   cc -O2 bootstrap_median.c $(pkg-config --cflags --libs tutti) -o bootstrap_median
 *   ./bootstrap_median data/seattle-weather.csv tmax */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/tutti.h>

enum { RESAMPLES = 100000 };
static double *data;
static size_t n;

/* A line of any length, without its end; NULL: there is none. */
static char *next_line(FILE *file) {
  static char *line;
  static size_t size;
  if (getline(&line, &size, file) < 0) return NULL;
  line[strcspn(line, "\r\n")] = 0;
  return line;
}

/* Field number `place` of a line, ended; NULL: it has fewer. */
static char *field_of(char *line, int place) {
  for (; line && place > 0; place--) line = strchr(line, ',') ? strchr(line, ',') + 1 : NULL;
  if (line) line[strcspn(line, ",")] = 0;
  return line;
}

/* The place of a name in a header; -1: it is not there. */
static int find_column(const char *header, const char *name) {
  const size_t length = strlen(name);
  for (int place = 0; header; place++) {
    if (strncmp(header, name, length) == 0 && (header[length] == ',' || header[length] == 0)) return place;
    header = strchr(header, ',') ? strchr(header, ',') + 1 : NULL;
  }
  return -1;
}

static int keep(double value) {
  static size_t room;
  if (n == room) {
    double *more = realloc(data, (room = 2 * room + 1024) * sizeof *more);
    if (!more) return 0;
    data = more;
  }
  data[n++] = value;
  return 1;
}

/* Reads a column; empty fields, NA and NaN are missing and left out. The number of the line that cannot be
 * read, or 0. */
static int read_column(FILE *file, int column) {
  char *line, *end;
  for (int number = 2; (line = next_line(file)); number++) {
    if (!*line) continue;
    const char *field = field_of(line, column);
    if (!field) return number;
    const double value = strtod(field, &end);
    if (!*field || strcmp(field, "NA") == 0 || (!*end && isnan(value))) continue;
    if (*end || !isfinite(value) || !keep(value)) return number;
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
  if (argc != 3) {
    fprintf(stderr, "usage: %s FILE.csv COLUMN\n", argv[0]);
    return 2;
  }
  FILE *file = fopen(argv[1], "r");
  const char *header = file ? next_line(file) : NULL;
  if (!header) {
    fprintf(stderr, "bootstrap_median: %s: %s\n", argv[1], errno ? strerror(errno) : "empty");
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
