/* The 0.975 quantile of Student's distribution, for intervals of 95 %. */
#ifndef BENCH_STUDENT_H
#define BENCH_STUDENT_H

#define NORMAL_975 1.959963984540054

/* freedom: a whole number, at least 1. Relative error at most 0.0013. */
double student_975(double freedom);

#endif
