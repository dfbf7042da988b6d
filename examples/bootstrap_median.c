/* A confidence interval for the median of a column of numbers, without a formula: the bootstrap (Efron,
 * 1979).
 *
 * Shows: tutti_map with shared data, a stream of random numbers for each call (tutti_rng_split), and
 * tutti_quantile.
 *
 * The method: from n values draw n again, with replacement, and take the median of these. The middle 95 % of
 * many such medians is the interval.
 *
 * Compile and run, in this folder:
 *   cc -O2 bootstrap_median.c $(pkg-config --cflags --libs tutti) -o bootstrap_median
 *   ./bootstrap_median data/seattle-weather.csv tmax [RESAMPLES]
 *
 * The file: comma-separated, the first line has the columns' names. Fields that are empty, NA or NaN are
 * missing values and left out.
 */
#define _GNU_SOURCE
#define PROGRAM "bootstrap_median"
#include "example.h"

enum { WRONG_SIZE = 100 };

typedef struct {
  double *value;
  size_t n, room; /* room: how many there is memory for */
  tutti_rng rng;
} sample;

/* -- reading a column -- */

/* Field number `place` (from 0) of a line, which is cut into pieces; NULL: the line has fewer. */
static char *field_of(char *line, int place) {
  char *field = strsep(&line, ",");
  while (field && place-- > 0) field = strsep(&line, ",");
  return field;
}

/* The place of a name in a header, which is cut into pieces; -1: it is not there. */
static int find_column(char *header, const char *name) {
  const char *field;
  for (int place = 0; (field = strsep(&header, ",")); place++)
    if (strcmp(field, name) == 0) return place;
  return -1;
}

static bool append(sample *s, double value) {
  if (s->n == s->room) {
    const size_t room = 2 * s->room + 1024;
    double *more = realloc(s->value, room * sizeof *more);
    if (!more) return false;
    s->value = more;
    s->room = room;
  }
  s->value[s->n++] = value;
  return true;
}

/* Takes one field. What is wrong with it is written to `wrong`, if anything is. */
static void take(sample *s, const char *field, char wrong[WRONG_SIZE]) {
  char *end;
  const double value = field ? strtod(field, &end) : 0;
  if (!field) snprintf(wrong, WRONG_SIZE, "the line has fewer columns");
  else if (*field == 0 || strcmp(field, "NA") == 0 || (*end == 0 && isnan(value))) return;
  else if (*end || !isfinite(value)) snprintf(wrong, WRONG_SIZE, "'%.60s' is not a number", field);
  else if (!append(s, value)) snprintf(wrong, WRONG_SIZE, "no memory for %zu values", s->n + 1);
}

/* Reads a column of a file, or says what is wrong with it. */
static bool read_lines(FILE *file, const char *name, const char *column, sample *s) {
  char *line = NULL, wrong[WRONG_SIZE] = "";
  size_t size = 0;
  int place = -1, number = 0;
  while (!*wrong && getline(&line, &size, file) >= 0) {
    line[strcspn(line, "\r\n")] = 0;
    if (++number > 1 && *line) take(s, field_of(line, place), wrong);
    if (number == 1 && (place = find_column(line, column)) < 0) break;
  }
  free(line);
  if (number == 0) fprintf(stderr, PROGRAM ": %s: %s\n", name, ferror(file) ? strerror(errno) : "empty");
  else if (place < 0) fprintf(stderr, PROGRAM ": %s: no column '%s'\n", name, column);
  else if (*wrong) fprintf(stderr, PROGRAM ": %s, line %d, column '%s': %s\n", name, number, column, wrong);
  else if (s->n == 0) fprintf(stderr, PROGRAM ": %s, column '%s': no value\n", name, column);
  return s->n > 0 && !*wrong;
}

static bool read_column(const char *name, const char *column, sample *s) {
  FILE *file = fopen(name, "r");
  if (!file) {
    fprintf(stderr, PROGRAM ": %s: %s\n", name, strerror(errno));
    return false;
  }
  const bool good = read_lines(file, name, column, s);
  fclose(file);
  return good;
}

/* -- the bootstrap -- */

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median_of_sorted(const sample *s) {
  return 0.5 * (s->value[(s->n - 1) / 2] + s->value[s->n / 2]);
}

/* The median of values that are drawn so many times each, in order: walks along them to the middle draws,
 * which are one if n is odd. */
static double median_of_drawn(const sample *s, const uint32_t *times) {
  const size_t lower = (s->n - 1) / 2, upper = s->n / 2; /* which draws are in the middle, from 0 */
  size_t i = 0, passed = times[0];
  while (passed <= lower) passed += times[++i];
  const double low = s->value[i];
  while (passed <= upper) passed += times[++i];
  return 0.5 * (low + s->value[i]);
}

/* What tutti_map runs for every resample. It has random numbers of its own, so that it does not matter who
 * runs it, and when. */
static int resample(size_t index, const void *args, void *median) {
  const sample *s = args;
  int64_t *drawn = malloc(s->n * sizeof *drawn);
  uint32_t *times = calloc(s->n, sizeof *times);
  tutti_status status = TUTTI_ENOMEM;
  if (drawn && times)
    status = tutti_integers(NULL, tutti_rng_split(s->rng, index), 0, 0, (int64_t)s->n - 1, drawn, s->n);
  if (status == TUTTI_OK) {
    for (size_t i = 0; i < s->n; i++) times[drawn[i]]++;
    *(double *)median = median_of_drawn(s, times);
  }
  free(drawn);
  free(times);
  return (int)status;
}

static bool bootstrap(sample *s, size_t resamples) {
  static const double probability[] = {0.025, 0.975};
  double bound[2], *medians = malloc(resamples * sizeof *medians);
  if (!medians) {
    fprintf(stderr, PROGRAM ": no memory for %zu medians\n", resamples);
    return false;
  }
  qsort(s->value, s->n, sizeof *s->value, ascending);
  const bool good = !failed(NULL, tutti_map(NULL, resamples, resample, s, medians, sizeof *medians)) &&
                    !failed(NULL, tutti_quantile(NULL, medians, resamples, probability, 2, bound));
  if (good)
    printf("%zu values, median %g, 95 %% interval [%g, %g]\n", s->n, median_of_sorted(s), bound[0], bound[1]);
  free(medians);
  return good;
}

int main(int argc, char **argv) {
  sample s = {.rng = {2026, 0}};
  uint64_t resamples = 100000;
  check_usage(argc, argv, 2, 3, "FILE.csv COLUMN [RESAMPLES]");
  if (argc > 3 && !read_count("RESAMPLES", argv[3], 1, 100000000, &resamples)) return EXIT_USAGE;
  const bool good = read_column(argv[1], argv[2], &s) && bootstrap(&s, resamples);
  free(s.value);
  return exit_status(good);
}
