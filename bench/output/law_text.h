/* Laws in words. The sign of "times" differs between a terminal ("x") and a picture. */
#ifndef BENCH_LAW_TEXT_H
#define BENCH_LAW_TEXT_H

#include <stddef.h>

#include "analysis/scaling_fits.h"

/* The parameters of a fitted law and its limit, with intervals where there are any: "serial fraction 2.31 %
 * (1.10 % .. 3.52 %), limit 43x (28x .. 91x)"; "contention 2.77 %, coherency 0.0104 %, peak at 96.5
 * workers". */
void describe_law(const struct fitted_law *fitted, const char *times, char *text, size_t size);

/* A fit's law, for a legend: "threads: 2.31 % (1.10 % .. 3.52 %) serial, limit 43×"; only its name without
 * one. */
void describe_scaling_fit(const struct scaling_fit *fit, char *text, size_t size);

#endif
