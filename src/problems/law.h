/* What options are made of: the price's logarithm, and the normal distribution. */
#ifndef TUTTI_PROBLEMS_LAW_H
#define TUTTI_PROBLEMS_LAW_H

#include <stdint.h>
#include <tutti/options.h>

/* exp, log and the normal distribution function with the same bits everywhere; the last one to
 * 1e-14, relative. */
double law_exp(double x);
double law_log(double x);
double law_normal(double z);

/* `discount` times the mean of max(0, price - strike) (sign = -1: strike - price) where log price is normal.
 */
double law_lognormal_value(double sign, double discount, double mean, double sd, double strike);

/* A hash (FNV-1a; Fowler, Noll, Vo) of n doubles and what came before; begin with LAW_TAG. */
#define LAW_TAG UINT64_C(0xcbf29ce484222325)
uint64_t law_tag(uint64_t tag, const double *x, size_t n);

/* Checks all fields. */
tutti_status tutti_option_check(const tutti_option *option);
static inline size_t option_dates(const tutti_option *option) { return option->dates ? option->dates : 1; }
static inline double option_sign(const tutti_option *option) { return option->put ? -1 : 1; }

#endif
