/* exp, log and the normal distribution of one number, with the same bits everywhere. */
#ifndef TUTTI_MATH_ELEMENTARY_H
#define TUTTI_MATH_ELEMENTARY_H

double tutti_math_exp(double x);
double tutti_math_log(double x);           /* x > 0, subnormal too */
double tutti_math_pow(double x, double y); /* x^y; x > 0, normal */
double tutti_math_cos_turn(double u);      /* cos(2 pi u) */

/* The normal distribution function, with a relative error of 1e-14. */
double tutti_math_normal(double z);

/* density(z) / distribution(z) of the normal distribution, for z <= -1.5 (the inverse of Mills' ratio). */
double tutti_math_inverse_mills(double z);

#endif
