#include "laws/student.h"

/* Exact for 1 and 2 degrees of freedom; beyond, the expansion about the normal quantile z in powers of
 * 1 / freedom (Abramowitz and Stegun, 1964, 26.7.5). */
double student_975(double freedom) {
  if (freedom < 1.5) return 12.706204736174698;
  if (freedom < 2.5) return 4.302652729749462;
  const double z = NORMAL_975, zz = z * z, x = 1 / freedom;
  const double g1 = z * (zz + 1) / 4, g2 = z * (zz * (5 * zz + 16) + 3) / 96,
               g3 = z * (zz * (zz * (3 * zz + 19) + 17) - 15) / 384,
               g4 = z * (zz * (zz * (zz * (79 * zz + 776) + 1482) - 1920) - 945) / 92160;
  return z + x * (g1 + x * (g2 + x * (g3 + x * g4)));
}
