/* Integrals over a ball. */
#include <math.h>
#include <tutti/problems.h>

#include "context/open.h"
#include "core/bytes.h"
#include "math/kernels.h"

enum { MOST_DIMS = 256, PIECE = 4096 }; /* coordinates that are handled at a time */

/* x[dims] = the point of the ball for the point u[dims + 1] of the unit cube; z: its direction. */
static void place(const double *z, double distance, size_t dims, double *x) {
  double square = 0;
  for (size_t d = 0; d < dims; d++) square += z[d] * z[d];
  const double scale = square > 0 ? distance / sqrt(square) : 0;
  for (size_t d = 0; d < dims; d++) x[d] = scale * z[d];
}

static int evaluate(const tutti_kernels *k, const tutti_ball *ball, const double *u, size_t points,
                    double *f) {
  const size_t dims = ball->dims, width = dims + 1;
  double z[PIECE], x[PIECE], distance[PIECE];
  k->math->normal_icdf(u, z, points * width);
  for (size_t p = 0; p < points; p++) distance[p] = u[p * width + dims];
  k->math->log(distance, distance, points);
  for (size_t p = 0; p < points; p++) distance[p] /= (double)dims;
  k->math->exp(distance, distance, points);
  for (size_t p = 0; p < points; p++) place(z + p * width, ball->radius * distance[p], dims, x + p * dims);
  const int failure = ball->g(x, dims, points, f, ball->args);
  const double volume = tutti_ball_volume(dims, ball->radius);
  for (size_t p = 0; p < points; p++) f[p] *= volume;
  return failure;
}

static int integrand(const double *u, size_t width, size_t points, double *f, const void *args) {
  tutti_ctx *ctx;
  if (width != ((const tutti_ball *)args)->dims + 1 || tutti_resolve(NULL, &ctx)) return 1;
  int failure = 0;
  for (size_t p = 0, some, most = PIECE / width; p < points && !failure; p += some) {
    some = points - p < most ? points - p : most;
    failure = evaluate(ctx->kernels, args, u + p * width, some, f + p);
  }
  return failure;
}

tutti_status tutti_ball_problem(const tutti_ball *ball, tutti_mc_problem *problem) {
  if (!ball) return tutti_fail(NULL, TUTTI_EINVAL, "ball is NULL");
  if (!problem) return tutti_fail(NULL, TUTTI_EINVAL, "problem is NULL");
  if (!ball->g) return tutti_fail(NULL, TUTTI_EINVAL, "g is NULL");
  if (ball->dims == 0 || ball->dims > MOST_DIMS)
    return tutti_fail(NULL, TUTTI_EINVAL, "dims = %zu is not in [1, %d]", ball->dims, MOST_DIMS);
  if (!(ball->radius > 0) || !isnormal(tutti_ball_volume(ball->dims, ball->radius)))
    return tutti_fail(NULL, TUTTI_EINVAL, "radius = %.17g gives a volume of %.17g", ball->radius,
                      tutti_ball_volume(ball->dims, ball->radius));
  problem->f = integrand;
  problem->args = ball;
  problem->dims = ball->dims + 1;
  problem->control = false;
  problem->tag =
      bytes_hash(BYTES_HASH, (const double[]){(double)ball->dims, ball->radius}, 2 * sizeof(double));
  return TUTTI_OK;
}
