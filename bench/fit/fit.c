#include "fit.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/tutti.h>

#include "fit/points.h"
#include "measure/statistics.h"
#include "memory.h"
#include "parse.h"
#include "report/words.h"

enum { DRAWS = 999, AMDAHL = 0, USL = 1, LAWS = 2 };
static const char *const law_names[LAWS] = {"Amdahl's law", "Universal Scalability Law"};

/* A law as fitted to some points: throughput at any number of workers. */
struct law {
  bool fitted;
  tutti_amdahl_fit amdahl;
  tutti_usl_fit usl;
};

static struct law fit_law(int which, const struct points *p) {
  struct law law = {0};
  law.fitted = which == AMDAHL ? tutti_fit_amdahl(p->workers, p->seconds, p->n, &law.amdahl) == TUTTI_OK
                               : tutti_fit_usl(p->workers, p->throughput, p->n, &law.usl) == TUTTI_OK;
  return law;
}

static double predict(int which, const struct law *law, double workers) {
  return which == AMDAHL ? tutti_amdahl(law->amdahl.serial_fraction, workers) / law->amdahl.t1
                         : tutti_usl(law->usl.gamma, law->usl.alpha, law->usl.beta, workers);
}

/* -- how well -- */

static size_t worker_counts(const struct points *p) {
  size_t different = 0;
  for (size_t i = 0; i < p->n; i++) {
    size_t k = 0;
    while (p->workers[k] != p->workers[i]) k++;
    different += k == i;
  }
  return different;
}

/* The points at other worker counts than point i's; arrays of p->n. */
static struct points without(const struct points *p, size_t i) {
  struct points rest = {.workers = xcalloc(p->n, sizeof(double)),
                        .seconds = xcalloc(p->n, sizeof(double)),
                        .throughput = xcalloc(p->n, sizeof(double)),
                        .kind = p->kind};
  for (size_t k = 0; k < p->n; k++) {
    if (p->workers[k] == p->workers[i]) continue;
    rest.workers[rest.n] = p->workers[k];
    rest.seconds[rest.n] = p->seconds[k];
    rest.throughput[rest.n++] = p->throughput[k];
  }
  return rest;
}

/* The root mean square of relative errors, each at a worker count the law was fitted without. NaN: too few.
 */
static double error_left_out(int which, const struct points *p) {
  double sum = 0;
  for (size_t i = 0; i < p->n; i++) {
    struct points rest = without(p, i);
    const struct law law = fit_law(which, &rest);
    const double error = law.fitted ? predict(which, &law, p->workers[i]) / p->throughput[i] - 1 : NAN;
    sum += error * error;
    points_free(&rest);
  }
  return sqrt(sum / (double)p->n);
}

/* -- intervals: residuals drawn again (Efron, 1979) -- */

/* Throughputs as the law has them, with relative residuals drawn from those there are, which few points make
 * too small by sqrt((n - parameters) / n). */
static void draw_again(int which, const struct law *law, const struct points *p, uint64_t draw,
                       struct points *to) {
  const double parameters = which == AMDAHL ? 2 : 3, n = (double)p->n;
  const double wider = n > parameters ? sqrt(n / (n - parameters)) : 1;
  for (size_t i = 0; i < p->n; i++) {
    const size_t k = (size_t)(tutti_bits_at((tutti_rng){1, draw}, i) % p->n);
    const double residual = p->throughput[k] / predict(which, law, p->workers[k]) - 1;
    to->throughput[i] = predict(which, law, p->workers[i]) * fmax(0.01, 1 + wider * residual);
    to->seconds[i] = 1 / to->throughput[i];
  }
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* 95 % of what the law would predict, were it fitted to other draws of the same noise. */
static void interval(int which, const struct law *law, const struct points *p, double workers,
                     double bounds[2]) {
  double values[DRAWS] = {0};
  size_t count = 0;
  struct points again = without(p, 0); /* the arrays are as long as p's */
  memcpy(again.workers, p->workers, p->n * sizeof *p->workers);
  again.n = p->n;
  for (uint64_t draw = 0; draw < DRAWS; draw++) {
    draw_again(which, law, p, draw, &again);
    const struct law other = fit_law(which, &again);
    if (other.fitted) values[count++] = predict(which, &other, workers);
  }
  points_free(&again);
  qsort(values, count, sizeof *values, ascending);
  bounds[0] = count ? quantile(values, count, 0.025) : NAN;
  bounds[1] = count ? quantile(values, count, 0.975) : NAN;
}

/* -- the report -- */

static void print_law(int which, const struct law *law, const struct points *p) {
  char share[96], limit[96];
  printf("%s: ", law_names[which]);
  if (!law->fitted)
    printf("%zu worker count%s cannot tell %s\n", worker_counts(p), worker_counts(p) == 1 ? "" : "s",
           which == AMDAHL ? "a serial part from a slow machine" : "contention from coherency: it takes 3");
  else if (which == AMDAHL) {
    describe_share(&law->amdahl, "+-", share, sizeof share);
    describe_limit(&law->amdahl, "x", 0, limit, sizeof limit);
    printf("serial fraction %s: %s\n", share, limit);
  } else {
    printf("contention alpha %.6g (SE %.4g), coherency beta %.6g (SE %.4g), gamma %.6g (SE %.4g), ",
           law->usl.alpha, law->usl.alpha_se, law->usl.beta, law->usl.beta_se, law->usl.gamma,
           law->usl.gamma_se);
    if (isfinite(law->usl.peak_workers)) printf("peak at %.2f workers\n", law->usl.peak_workers);
    else puts("no peak");
  }
}

static void print_choice(const struct points *p) {
  const double error[LAWS] = {error_left_out(AMDAHL, p), error_left_out(USL, p)};
  if (isnan(error[AMDAHL]) || isnan(error[USL])) {
    puts("Which law: too few worker counts to leave one out");
    return;
  }
  printf(
      "Which law: predicting each worker count from the others, %s errs by %.3g %%, the %s by %.3g %%: %s\n",
      law_names[AMDAHL], 100 * error[AMDAHL], law_names[USL], 100 * error[USL],
      error[USL] < error[AMDAHL] ? law_names[USL] : law_names[AMDAHL]);
}

/* In the unit of the file. */
static double shown(const struct points *p, double throughput) {
  return p->kind == POINTS_SECONDS ? 1 / throughput : throughput;
}

static void print_points(const struct points *p, const struct law *laws) {
  printf("\n%10s  %12s  %12s  %12s\n", "workers", p->kind == POINTS_SECONDS ? "seconds" : "throughput",
         "Amdahl", "USL");
  for (size_t i = 0; i < p->n; i++) {
    printf("%10g  %12.6g", p->workers[i], shown(p, p->throughput[i]));
    for (int l = 0; l < LAWS; l++)
      if (laws[l].fitted) printf("  %12.6g", shown(p, predict(l, &laws[l], p->workers[i])));
      else printf("  %12s", "-");
    putchar('\n');
  }
}

static void print_predictions(const struct points *p, const struct law *laws, const int *workers,
                              size_t count) {
  for (size_t i = 0; i < count; i++)
    for (int l = 0; l < LAWS; l++) {
      double b[2];
      if (!laws[l].fitted) continue;
      interval(l, &laws[l], p, workers[i], b);
      const double low = shown(p, b[0]), high = shown(p, b[1]);
      printf("%s%s on %d workers: %.6g, 95 %% interval %.6g .. %.6g\n", i + (size_t)l ? "" : "\n",
             law_names[l], workers[i], shown(p, predict(l, &laws[l], workers[i])), fmin(low, high),
             fmax(low, high));
    }
}

/* -- the command line -- */

struct settings {
  const char *file;
  enum points_kind kind;
  int *workers;
  size_t count;
};

static error_t parse(int key, char *text, struct argp_state *state) {
  struct settings *s = state->input;
  char *bad = NULL;
  switch (key) {
  case 's':
    s->kind = POINTS_SECONDS;
    return 0;
  case 't':
    s->kind = POINTS_THROUGHPUT;
    return 0;
  case 'a':
    s->count = parse_workers(text, &s->workers, &bad);
    if (!s->count) argp_failure(state, 2, 0, "--at %s: '%s' is no number of workers", text, bad);
    return 0;
  case ARGP_KEY_ARG:
    if (s->file) argp_failure(state, 2, 0, "one file, not '%s' too", text);
    s->file = text;
    return 0;
  case ARGP_KEY_END:
    if (!s->file) argp_failure(state, 2, 0, "which file? - is standard input");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static int report(const struct settings *s) {
  struct points p;
  char error[512];
  const bool standard = strcmp(s->file, "-") == 0;
  FILE *file = standard ? stdin : fopen(s->file, "r");
  if (!file) {
    fprintf(stderr, "bench_amdahl fit: %s: %s\n", s->file, strerror(errno));
    return 1;
  }
  const bool read =
      points_read(file, standard ? "standard input" : s->file, s->kind, &p, error, sizeof error);
  if (!standard) fclose(file);
  if (!read) {
    fprintf(stderr, "bench_amdahl fit: %s\n", error);
    return 1;
  }
  const struct law laws[LAWS] = {fit_law(AMDAHL, &p), fit_law(USL, &p)};
  printf("%zu points at %zu worker counts\n", p.n, worker_counts(&p));
  for (int l = 0; l < LAWS; l++) print_law(l, &laws[l], &p);
  print_choice(&p);
  print_points(&p, laws);
  print_predictions(&p, laws, s->workers, s->count);
  points_free(&p);
  return 0;
}

int fit_main(int argc, char **argv) {
  static const struct argp_option options[] = {
      {"seconds", 's', NULL, 0, "The second column is times", 0},
      {"throughput", 't', NULL, 0, "The second column is throughputs, or speedups", 0},
      {"at", 'a', "LIST", 0, "Predict for these numbers of workers, with an interval", 0},
      {0},
  };
  static const struct argp argp = {options,
                                   parse,
                                   "FILE",
                                   "Fits laws of scaling to a table of workers and times or throughputs: "
                                   "Amdahl's, and the Universal Scalability "
                                   "Law (Gunther, 1993)."
                                   "\vFILE has two columns, with commas, semicolons or blanks between them, "
                                   "and perhaps a header (workers,seconds "
                                   "or workers,throughput). Examples:\n"
                                   "  bench_amdahl fit times.csv --at 64,128\n"
                                   "  printf '1 100\\n2 60\\n4 40\\n' | bench_amdahl fit --seconds -\n\n"
                                   "Exit status: 0; 1, the file cannot be read; 2, a usage error.",
                                   NULL,
                                   NULL,
                                   NULL};
  struct settings s = {0};
  static char name[] = "bench_amdahl fit";
  argv[0] = name;
  argp_err_exit_status = 2;
  argp_parse(&argp, argc, argv, 0, NULL, &s);
  const int status = report(&s);
  free(s.workers);
  return status;
}
