/* Student's distribution (1908), for intervals of 95 %: the library's, and bench_amdahl's. */
#ifndef TUTTI_STUDENT_H
#define TUTTI_STUDENT_H

#define NORMAL_975 1.959963984540054

/* The quantile of probability 0.975 within 3e-8 of its value; freedom: a whole number, at least 1. */
double tutti_student_975(double freedom);

#endif
