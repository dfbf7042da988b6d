/* OpenBLAS is lent: its number of threads is what it was, however a call that uses it is left. */
#include "../support/testing.h"

#include <setjmp.h>
#include <stdlib.h>

#include "blas/openblas.h"

enum { ROWS = 20000, COLS = 4, THREADS = 3 };

static jmp_buf home;
static int passes; /* over the array, that have ended: the first one is for the means */

static int jump_in_the_second_pass(void *user, size_t done, size_t total) {
  (void)user;
  if (done == total) passes++;
  else if (passes == 1) longjmp(home, 1);
  return 0;
}

/* A serial context with that progress function. */
static tutti_ctx *open_jumper(void) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_SERIAL;
  config.progress = jump_in_the_second_pass;
  return testing_open(&config);
}

Test(openblas, has_its_threads_again_after_a_jump) {
  static double a[ROWS * COLS], out[COLS * COLS];
  TUTTI_BLAS loaded = {0};
  tutti_ctx *ctx = open_jumper();
  if (tutti_blas_begin(&loaded, ctx, 1) == TUTTI_EUNSUPPORTED) cr_skip_test("no OpenBLAS");
  tutti_blas_end(&loaded);
  tutti_blas.set_num_threads(THREADS);
  const int before = tutti_blas.get_num_threads();
  if (setjmp(home) == 0) {
    (void)tutti_covariance(ctx, a, ROWS, COLS, COLS, out);
    cr_assert_fail("the call has returned");
  }
  cr_assert(tutti_blas.get_num_threads() == before, "%d threads, before %d", tutti_blas.get_num_threads(),
            before);
  tutti_close(ctx);
}
