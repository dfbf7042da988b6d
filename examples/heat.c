/* heat: the diffusion of heat in a square plate whose walls are kept at 0, by explicit steps.
 *
 * Shows: tutti_stencil, on all cores or, compiled with -DHEAT_MPI, on ranks of MPI; the bits are the same.
 *
 * u_t = u_xx + u_yy on POINTS x POINTS points at (i + 1/2) h, h = 1 / POINTS, in steps of h^2 / 8. The mode
 * sin(pi x) sin(pi y) keeps its form, and each step takes sin^2(pi h / 2) of it; in the limit of small h it
 * decays by exp(-2 pi^2 t).
 *
 * Compile and run, in this folder:
 *   cc -O2 -ffp-contract=off heat.c $(pkg-config --cflags --libs tutti) -lm -o heat
 *   mpicc -O2 -ffp-contract=off -DHEAT_MPI heat.c $(pkg-config --cflags --libs tutti_mpi) -lm -o heat_mpi
 *   ./heat [POINTS [STEPS]]; mpirun -n 4 ./heat_mpi [POINTS [STEPS]]
 */
#define PROGRAM "heat"
#include "example.h"
#ifdef HEAT_MPI
#include <tutti/mpi.h>
#define START_RANKS()     MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &(int){0})
#define OPEN(config, ctx) tutti_open_mpi(MPI_COMM_WORLD, config, ctx)
#define END_RANKS()       MPI_Finalize()
#else
#define START_RANKS()     (void)0
#define OPEN(config, ctx) tutti_open(config, ctx)
#define END_RANKS()       (void)0
#endif

static int diffuse(size_t row, const double *const *in, ptrdiff_t stride, double *const *out,
                   const void *args) {
  const ptrdiff_t points = (ptrdiff_t) * (const uint64_t *)args;
  const double *u = in[0];
  (void)row;
  for (ptrdiff_t j = 0; j < points; j++)
    out[0][j] = u[j] + 0.125 * (((u[j - 1] + u[j + 1]) + (u[j - stride] + u[j + stride])) - 4 * u[j]);
  return 0;
}

/* 0 at the wall, halfway between the first point and the one outside. */
static double wall(const tutti_stencil_point *p, const void *args) {
  (void)args;
  return -p->inside[0];
}

static bool run(tutti_ctx *ctx, uint64_t points, uint64_t steps) {
  const tutti_stencil_grid grid = {points, points, 1, 1, diffuse, wall, wall, &points};
  const double pi = acos(-1), n = (double)points, half = sin(pi / (2 * n)),
               time = (double)steps / (8 * n * n), decay = pow(1 - half * half, (double)steps);
  double *mode = malloc(2 * points * points * sizeof *mode), *u = mode + points * points, heat, error = 0;
  tutti_stencil *plate = NULL;
  for (size_t i = 0; mode && i < points * points; i++)
    mode[i] = sin(pi * ((double)(i / points) + 0.5) / n) * sin(pi * ((double)(i % points) + 0.5) / n);
  bool good =
      mode && !failed(ctx, tutti_stencil_create(ctx, &grid, &plate)) &&
      !failed(ctx, tutti_stencil_set(plate, 0, mode)) && !failed(ctx, tutti_stencil_step(plate, steps)) &&
      !failed(ctx, tutti_stencil_field(plate, 0, u)) && !failed(ctx, tutti_stencil_sum(plate, 0, &heat));
  for (size_t i = 0; good && i < points * points; i++) error = fmax(error, fabs(u[i] - decay * mode[i]));
  if (good && tutti_rank(ctx) == 0)
    printf("1 has become %.6f, in the limit %.6f; rounding errors: %.1e; the sum is %.17g\n", decay,
           exp(-2 * pi * pi * time), error, heat);
  if (good && error > 1e-15 * (double)(steps + 10))
    good = false, fprintf(stderr, PROGRAM ": that is not the closed form\n");
  tutti_stencil_destroy(plate);
  free(mode);
  return good;
}

int main(int argc, char **argv) {
  uint64_t points = 256, steps = 2000;
  tutti_ctx *ctx;
  check_usage(argc, argv, 0, 2, "[POINTS [STEPS]]");
  if (argc > 1 && !read_count("POINTS", argv[1], 1, 20000, &points)) return EXIT_USAGE;
  if (argc > 2 && !read_count("STEPS", argv[2], 0, 1000000000, &steps)) return EXIT_USAGE;
  START_RANKS();
  if (failed(NULL, OPEN(NULL, &ctx))) return EXIT_FAILURE;
  const bool good = run(ctx, points, steps);
  tutti_close(ctx);
  END_RANKS();
  return exit_status(good);
}
