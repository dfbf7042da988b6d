/* What the tests of the USL's fits share: published measurements, and the fit. */
#ifndef TUTTI_TESTS_USL_FIT_H
#define TUTTI_TESTS_USL_FIT_H

#include "fits.h"

/* SPEC SDM91, the published example of the R package usl. */
static const double spec_workers[] = {1, 18, 36, 72, 108, 144, 216};
static const double spec_throughput[] = {64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2};

/* Twelve points that flatten out. */
static const double flat_workers[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};
static const double flat_throughput[] = {37.04,  74.64,  108.1,  132.72, 188.43, 234.83,
                                         323.39, 377.45, 466.82, 470.38, 546.18, 508.16};

static inline tutti_usl_fit usl(const double *workers, const double *throughput, size_t n) {
  tutti_usl_fit fit;
  cr_assert(tutti_fit_usl(workers, throughput, n, &fit) == TUTTI_OK, "the fit failed");
  return fit;
}

#endif
