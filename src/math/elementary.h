/* exp, log and the normal distribution of one number, with the same bits everywhere. */
#ifndef TUTTI_MATH_ELEMENTARY_H
#define TUTTI_MATH_ELEMENTARY_H

double math_exp(double x);
double math_log(double x); /* x > 0, subnormal too */

/* The normal distribution function, to 1e-14, relative. */
double math_normal(double z);

/* Density over distribution function of the normal distribution, z <= -1.5. */
double math_inverse_mills(double z);

#endif
