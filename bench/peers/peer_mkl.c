/* Intel's MKL, found at run time: $PEER_MKL is its libmkl_rt, and nothing of it is needed to build this.
 * Random numbers are made in calls of n, each going on in a stream. One thread:
 * MKL_THREADING_LAYER=SEQUENTIAL. */
#include "peer.h"

#include <dlfcn.h>

static void *library;

/* A function of MKL, into the pointer at `f`. */
static void find(void *f, const char *name) {
  void *symbol = dlsym(library, name);
  if (!symbol) {
    fprintf(stderr, "MKL: %s\n", dlerror());
    exit(1);
  }
  memcpy(f, &symbol, sizeof symbol);
}

/* ---- random numbers (VSL) ---- */

/* Numbers of mkl_vsl_defines.h. */
enum { UNIFORM_STD = 0, BOXMULLER2 = 1, ICDF = 2 };
enum {
  MRG32K3A = 3 << 20,
  MCG59 = 4 << 20,
  MT19937 = 8 << 20,
  SFMT19937 = 13 << 20,
  ARS5 = 15 << 20,
  PHILOX = 16 << 20
};

/* n numbers by a distribution (two parameters, 0 and 1), a method of it and a basic generator. */
static double fill(const char *distribution, int method, int generator, const peer_data *d) {
  static void *stream;
  static int (*make)(int method, void *stream, int n, double *out, double a, double b);
  if (!stream) {
    int (*new_stream)(void **stream, int generator, unsigned seed);
    find(&new_stream, "vslNewStream");
    find(&make, distribution);
    if (new_stream(&stream, generator, 1) != 0) {
      fprintf(stderr, "MKL: vslNewStream failed\n");
      exit(1);
    }
  }
  make(method, stream, (int)d->n, d->out, 0, 1);
  return d->out[0];
}

#define GENERATORS(each) each(MRG32K3A) each(MCG59) each(MT19937) each(SFMT19937) each(ARS5) each(PHILOX)
#define FUNCTIONS(g)                                                                                         \
  static double uniform_##g(const peer_data *d) { return fill("vdRngUniform", UNIFORM_STD, g, d); }          \
  static double icdf_##g(const peer_data *d) { return fill("vdRngGaussian", ICDF, g, d); }                   \
  static double boxmuller2_##g(const peer_data *d) { return fill("vdRngGaussian", BOXMULLER2, g, d); }
#define ENTRIES(g)                                                                                           \
  {"uniform_" #g, uniform_##g, "o"}, {"icdf_" #g, icdf_##g, "o"}, {"boxmuller2_" #g, boxmuller2_##g, "o"},
GENERATORS(FUNCTIONS)

/* ---- sums (BLAS) ---- */

static double dot(const peer_data *d) {
  static double (*ddot)(int n, const double *x, int incx, const double *y, int incy);
  if (!ddot) find(&ddot, "cblas_ddot");
  return ddot((int)d->n, d->x, 1, d->y, 1);
}

static double unary(const char *name, const peer_data *d) {
  static double (*f)(int n, const double *x, int incx);
  if (!f) find(&f, name);
  return f((int)d->n, d->x, 1);
}
static double asum(const peer_data *d) { return unary("cblas_dasum", d); }
static double nrm2(const peer_data *d) { return unary("cblas_dnrm2", d); }

int main(int argc, char **argv) {
  static const peer_entry kernels[] = {GENERATORS(ENTRIES){"dot", dot, "xy"},
                                       {"asum", asum, "x"},
                                       {"nrm2", nrm2, "x"},
                                       {0}},
                          none[] = {{0}};
  library = dlopen(getenv("PEER_MKL"), RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    fprintf(stderr, "MKL: %s\n", dlerror());
    return 1;
  }
  return peer_main(argc, argv, &(peer_program){"mkl", "", kernels, none});
}
