/* The weather of 16 runs side by side, day after day. */
#include "math/vec_math.h"
#include "weather/kernels.h"

enum { RUNS = GENERATOR_BLOCK, PARTS = RUNS / W };

/* to[i] = sum over j < n of m[i][j] from[j], for rows of 16 runs. to must not be from. */
VEC_INLINE void multiply(const double *m, size_t n, const double *from, double *to) {
  for (size_t i = 0; i < n; i++)
    for (int part = 0; part < PARTS; part++) {
      vd sum = vd_set1(m[i * n]) * vd_load(from + part * W);
      for (size_t j = 1; j < n; j++)
        sum = vd_fma(vd_set1(m[i * n + j]), vd_load(from + RUNS * j + part * W), sum);
      vd_store(to + RUNS * i + part * W, sum);
    }
}

/* to[i] += the same sum. */
VEC_INLINE void multiply_add(const double *m, size_t n, const double *from, double *to) {
  for (size_t i = 0; i < n; i++)
    for (int part = 0; part < PARTS; part++) {
      vd sum = vd_load(to + RUNS * i + part * W);
      for (size_t j = 0; j < n; j++)
        sum = vd_fma(vd_set1(m[i * n + j]), vd_load(from + RUNS * j + part * W), sum);
      vd_store(to + RUNS * i + part * W, sum);
    }
}

/* Decides which runs are wet: wet[r] = 1 or 0, in place of whether they were wet the day before. */
VEC_INLINE void occur(const station_day *d, const double *z, double *wet) {
  const vd zero = vd_set1(0), one = vd_set1(1);
  for (int part = 0; part < PARTS; part++) {
    const vm was_wet = vd_less(zero, vd_load(wet + part * W));
    const vd below = vd_select(was_wet, vd_set1(d->below[1]), vd_set1(d->below[0]));
    vd_store(wet + part * W, vd_select(vd_less(vd_load(z + part * W), below), one, zero));
  }
}

VEC_INLINE vd within(const station_day *d, int variable, vd value) {
  return vd_min(vd_max(value, vd_set1(d->lowest[variable])), vd_set1(d->highest[variable]));
}

/* Precipitation; 0 on dry days. The logarithms of quantiles are looked up one by one, for wet runs only. */
VEC_INLINE void rain(const station_day *d, const double *z, const double *wet, double *out) {
  double logarithm[RUNS];
  for (int j = 0; j < RUNS; j++) logarithm[j] = wet[j] > 0 ? gamma_at(d->amount, z[j]) : 0;
  for (int part = 0; part < PARTS; part++) {
    const vd amount = vd_fma(vd_set1(d->scale), vd_exp(vd_load(logarithm + part * W)), vd_set1(d->wet_above));
    const vm is_wet = vd_less(vd_set1(0), vd_load(wet + part * W));
    vd_store(out + part * W, vd_select(is_wet, within(d, TUTTI_PRECIPITATION, amount), vd_set1(0)));
  }
}

/* Temperatures from residuals. residual and out have tmax for 16 runs, then tmin for 16 runs. */
VEC_INLINE void warmth(const station_day *d, const double *residual, const double *wet, double *out) {
  for (int part = 0; part < PARTS; part++) {
    const vm is_wet = vd_less(vd_set1(0), vd_load(wet + part * W));
    vd t[2];
    for (int v = 0; v < 2; v++)
      t[v] = vd_fma(vd_select(is_wet, vd_set1(d->sd[v][1]), vd_set1(d->sd[v][0])),
                    vd_load(residual + RUNS * v + part * W),
                    vd_select(is_wet, vd_set1(d->mean[v][1]), vd_set1(d->mean[v][0])));
    vd_store(out + part * W, within(d, TUTTI_TMAX, vd_max(t[0], t[1])));
    vd_store(out + RUNS + part * W, within(d, TUTTI_TMIN, vd_min(t[0], t[1])));
  }
}

void TUTTI_KERNEL(generator_days)(const generator_tables *tables, const double *normals,
                                  const uint16_t *season, size_t days, double *state, double *work,
                                  double *out) {
  const size_t n = tables->stations, row = RUNS * n;
  double *wet = state, *residual = state + row, *joined = work, *next = work + row;
  for (size_t t = 0; t < days; t++, normals += 4 * row, out += TUTTI_DAILY_VARIABLES * row) {
    const station_day *day = tables->day + season[t] * n;
    multiply(tables->occurrence, n, normals, joined);
    for (size_t s = 0; s < n; s++) occur(day + s, joined + RUNS * s, wet + RUNS * s);
    multiply(tables->amount, n, normals + row, joined);
    multiply(tables->carry, 2 * n, residual, next);
    multiply_add(tables->spread, 2 * n, normals + 2 * row, next);
    memcpy(residual, next, 2 * row * sizeof *residual);
    for (size_t s = 0; s < n; s++) {
      double *of_station = out + TUTTI_DAILY_VARIABLES * RUNS * s;
      rain(day + s, joined + RUNS * s, wet + RUNS * s, of_station);
      warmth(day + s, residual + RUNS * 2 * s, wet + RUNS * s, of_station + RUNS);
    }
  }
}
