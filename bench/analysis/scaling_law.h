/* Laws of scaling fitted to throughputs at different numbers of workers.
 *
 * Each law is the throughput of one worker times a speedup:
 *   Amdahl                    1 / (s + (1 - s) / p)
 *   Amdahl with overhead      1 / (s + (1 - s) / p + o (p - 1))
 *   Universal Scalability     p / (1 + alpha (p - 1) + beta p (p - 1))
 *   the same, normalised      the throughput of one worker is the one measured, not a parameter
 *   Gustafson                 s + (1 - s) p, of a problem that grows with the workers
 * The second and the third are one curve, alpha = s and beta = o, fitted to relative times and to
 * throughputs: see <tutti/scaling.h>, where the fits are. */
#ifndef BENCH_SCALING_LAW_H
#define BENCH_SCALING_LAW_H

#include <stdbool.h>
#include <stddef.h>

enum law_kind { LAW_AMDAHL, LAW_AMDAHL_OVERHEAD, LAW_USL, LAW_USL_NORMALISED, LAW_GUSTAFSON, LAW_KINDS };

struct law_points {
  size_t n;
  const double *workers;    /* [n], at least 1; a worker count may occur more than once */
  const double *throughput; /* [n], positive: 1 / seconds, or workers / seconds of a problem that grows */
  double noise;             /* the relative standard deviation of one of them; 0: unknown */
};

enum { LAW_PARAMETERS = 3 };

/* NaN: unknown. */
struct law_parameter {
  const char *name, *symbol; /* "serial fraction", "s" */
  double value, se, low, high;
};

struct law {
  enum law_kind kind;
  bool fitted; /* otherwise only kind means anything */
  size_t count;
  struct law_parameter parameters[LAW_PARAMETERS];
  double one;         /* throughput of one worker */
  double limit;       /* the largest speedup over one worker, on any number of workers; INFINITY: none */
  double peak;        /* the number of workers of the largest throughput; INFINITY: none, NaN: alpha > 1 */
  double residual_sd; /* of throughput / law - 1, with n - count degrees of freedom; NaN: none is left */
};

const char *law_name(enum law_kind kind);  /* "amdahl+overhead" */
const char *law_title(enum law_kind kind); /* "Amdahl's law with overhead" */

/* The kind of that name, or LAW_KINDS. */
enum law_kind law_named(const char *name);

/* Whether the law speaks of a problem that grows with the workers, or of a fixed one. */
bool law_grows(enum law_kind kind);

/* The fit, with low and high NaN. law_statement says why a law is not fitted. */
struct law law_fit(enum law_kind kind, const struct law_points *points);

/* Throughput on `workers` >= 1 by a fitted law. */
double law_predict(const struct law *law, double workers);

/* How many different worker counts there are; ascending in distinct, [n], unless it is NULL. */
size_t law_worker_counts(const struct law_points *points, double *distinct);

/* The relative standard deviation of repeated measurements around the mean of their worker count; 0 where
 * nothing was repeated. */
double law_repeat_noise(const struct law_points *points);

/* One sentence: how far the law is from the points, and whether their noise explains it; or why it is not
 * fitted. */
void law_statement(const struct law *law, const struct law_points *points, char *text, size_t size);

/* The root mean square of relative errors of prediction, each at a worker count that the law was fitted
 * without (M. Stone, 1974); beyond 64 counts every 64th is left out together. NaN: too few worker counts, or
 * the normalised law, which is undefined without its measurement at one worker. */
double law_left_out_error(enum law_kind kind, const struct law_points *points);

/* The kind of the least error; an earlier one where no later one is better by more than rounding. LAW_KINDS:
 * all are NaN. */
enum law_kind law_choose(const double errors[LAW_KINDS]);

#endif
