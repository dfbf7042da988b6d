/* The list of cases, in the order in which they run. */
#include "cases/case.h"

extern const struct bench_case case_sum, case_pi, case_ar1, case_sleep, case_dial, case_shallow_water,
    case_atmosphere;

const struct bench_case *const bench_cases[] = {
    &case_sum, &case_pi, &case_ar1, &case_sleep, &case_dial, &case_shallow_water, &case_atmosphere, NULL,
};
