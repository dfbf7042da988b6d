/* What `bench_amdahl fit` found out, in words and as JSON. */
#ifndef BENCH_FIT_REPORT_H
#define BENCH_FIT_REPORT_H

#include "analysis/bootstrap.h"
#include "commands/fit/points.h"

struct fit_report {
  const char *file;
  const struct points *points;
  bool grows;
  struct law_points throughput; /* of points */
  bool requested[LAW_KINDS];    /* the laws that apply and were asked for */
  struct law laws[LAW_KINDS];
  struct law_bootstrap draws[LAW_KINDS];
  double left_out_error[LAW_KINDS]; /* NaN where the law was not asked for, too */
  enum law_kind chosen;             /* LAW_KINDS: too few worker counts to choose */
  const double *at;                 /* numbers of workers to predict for, [at_count] */
  size_t at_count;
};

void fit_print(const struct fit_report *r);

void fit_print_json(const struct fit_report *r);

#endif
