#include "student.h"

/* From a table; beyond its end by the expansion of Cornish and Fisher (Abramowitz and Stegun, 1964,
 * 26.7.5). */
double tutti_student_975(double freedom) {
  static const double table[] = {
      12.706204736, 4.302652730, 3.182446305, 2.776445105, 2.570581836, 2.446911851, 2.364624252, 2.306004135,
      2.262157163,  2.228138852, 2.200985160, 2.178812830, 2.160368656, 2.144786688, 2.131449546, 2.119905299,
      2.109815578,  2.100922040, 2.093024054, 2.085963447, 2.079613845, 2.073873068, 2.068657610, 2.063898562,
      2.059538553,  2.055529439, 2.051830516, 2.048407142, 2.045229642, 2.042272456};
  enum { TABLED = sizeof table / sizeof *table };
  if (freedom <= TABLED) return table[(int)freedom - 1];
  const double z = NORMAL_975, s = z * z, n = freedom;
  const double g1 = z * (s + 1) / 4, g2 = z * ((5 * s + 16) * s + 3) / 96;
  const double g3 = z * (((3 * s + 19) * s + 17) * s - 15) / 384;
  const double g4 = z * ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160;
  return z + (g1 + (g2 + (g3 + g4 / n) / n) / n) / n;
}
