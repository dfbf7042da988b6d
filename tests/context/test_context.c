/* Contexts: defaults, every value that is refused, TUTTI_ISA, names, statuses, the default context. */
#define _GNU_SOURCE
#include "../support/testing.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

static int no_progress(void *user, size_t done, size_t total) {
  (void)user, (void)done, (void)total;
  return 0;
}

static void unset_limits(void) {
  unsetenv("OMP_NUM_THREADS");
  unsetenv("OMP_THREAD_LIMIT");
}

Test(context, the_defaults_are_as_documented, .init = unset_limits) {
  tutti_config config;
  memset(&config, 0xFF, sizeof config);
  tutti_config_default(&config);
  cr_assert(config.backend == TUTTI_THREADS && config.workers == 0);
  cr_assert(config.isa == TUTTI_ISA_BEST && config.schedule == TUTTI_DYNAMIC);
  cr_assert(config.progress == NULL && config.progress_user == NULL);
  tutti_ctx *given = testing_open(&config), *implied = testing_open(NULL);
  cr_assert(tutti_workers(given) == tutti_usable_cores() && tutti_workers(implied) == tutti_usable_cores());
  cr_assert(tutti_context_isa(given) == tutti_context_isa(implied));
  cr_assert_str_eq(tutti_error_detail(given), "");
  tutti_close(given);
  tutti_close(implied);
  tutti_close(NULL);
}

Test(context, workers_are_those_asked_for) {
  for (CONTEXTS c = {.backends = ON_THREADS | ON_PROCESSES, .workers = {1, 2, 3, 4, 5, 6, 7, 8, 9}};
       contexts_next(&c);)
    cr_assert(tutti_workers(c.ctx) == c.config.workers, "%s: %d", c.name, tutti_workers(c.ctx));
  for (int workers = 1; workers <= 9; workers++) {
    tutti_ctx *serial = testing_open_backend(TUTTI_SERIAL, workers);
    cr_assert(tutti_workers(serial) == 1, "a serial context with %d workers", tutti_workers(serial));
    tutti_close(serial);
  }
}

static void check_refused(const tutti_config *config, tutti_status expected, const char *word) {
  tutti_ctx *const before = (tutti_ctx *)&before;
  tutti_ctx *ctx = before;
  testing_expect(NULL, tutti_open(config, &ctx), expected, word, word);
  cr_assert(ctx == before, "%s: *ctx was written", word);
}

/* TUTTI_ISA overrides what the program asks for. */
static void unset_isa(void) { unsetenv("TUTTI_ISA"); }

Test(context, values_out_of_range_are_refused, .init = unset_isa) {
  tutti_config good, c;
  tutti_config_default(&good);
  good.progress = no_progress;
  c = good, c.backend = (tutti_backend)99;
  check_refused(&c, TUTTI_EINVAL, "99");
  c = good, c.backend = (tutti_backend)-1;
  check_refused(&c, TUTTI_EINVAL, "-1");
  c = good, c.backend = TUTTI_MPI;
  check_refused(&c, TUTTI_EUNSUPPORTED, "mpi");
  c = good, c.workers = -3;
  check_refused(&c, TUTTI_EINVAL, "-3");
  c = good, c.workers = INT_MAX;
  check_refused(&c, TUTTI_EINVAL, "2147483647");
  c = good, c.isa = (tutti_isa)77;
  check_refused(&c, TUTTI_EINVAL, "77");
  c = good, c.isa = (tutti_isa)-2;
  check_refused(&c, TUTTI_EINVAL, "-2");
  c = good, c.schedule = (tutti_schedule)55;
  check_refused(&c, TUTTI_EINVAL, "55");
  c = good, c.schedule = (tutti_schedule)-5;
  check_refused(&c, TUTTI_EINVAL, "-5");
  testing_expect(NULL, tutti_open(&good, NULL), TUTTI_EINVAL, "ctx", "no place for the context");
}

/* -- ISA levels -- */

#if defined(__aarch64__)
static const tutti_isa foreign = TUTTI_ISA_AVX2;
static const char *const foreign_name = "avx2";
#else
static const tutti_isa foreign = TUTTI_ISA_NEON;
static const char *const foreign_name = "neon";
#endif

Test(context, a_level_the_machine_lacks_is_refused, .init = unset_isa) {
  tutti_config config;
  tutti_config_default(&config);
  config.isa = foreign;
  cr_assert(!tutti_isa_available(foreign));
  check_refused(&config, TUTTI_EUNSUPPORTED, foreign_name);
  cr_assert(!tutti_isa_available((tutti_isa)77) && !tutti_isa_available((tutti_isa)-1));
}

Test(context, a_level_that_is_available_is_the_one_used, .init = unset_isa) {
  cr_assert(tutti_isa_available(TUTTI_ISA_BEST) && tutti_isa_available(TUTTI_ISA_SCALAR));
  cr_assert(tutti_isa_available(TUTTI_ISA_PORTABLE));
  for (int isa = TUTTI_ISA_SCALAR; isa <= TUTTI_ISA_PORTABLE; isa++) {
    tutti_config config;
    tutti_config_default(&config);
    config.isa = (tutti_isa)isa;
    if (!tutti_isa_available(config.isa)) {
      check_refused(&config, TUTTI_EUNSUPPORTED, tutti_isa_name(config.isa));
      continue;
    }
    tutti_ctx *ctx = testing_open(&config);
    cr_assert(tutti_context_isa(ctx) == config.isa, "%s opened as %s", tutti_isa_name(config.isa),
              tutti_isa_name(tutti_context_isa(ctx)));
    tutti_close(ctx);
  }
}

Test(context, best_is_a_vector_level_where_there_is_one, .init = unset_isa) {
  tutti_ctx *ctx = testing_open(NULL);
  tutti_isa expected = TUTTI_ISA_SCALAR;
#if defined(__aarch64__)
  expected = TUTTI_ISA_NEON;
#elif defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) expected = TUTTI_ISA_AVX2;
  if (expected == TUTTI_ISA_AVX2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    expected = TUTTI_ISA_AVX512;
#endif
  cr_assert(tutti_context_isa(ctx) == expected, "%s instead of %s", tutti_isa_name(tutti_context_isa(ctx)),
            tutti_isa_name(expected));
  tutti_close(ctx);
}

Test(context, the_environment_overrides_the_level, .init = unset_isa) {
  tutti_config config;
  tutti_config_default(&config);
  tutti_ctx *ctx = testing_open(&config);
  const tutti_isa best = tutti_context_isa(ctx);
  tutti_close(ctx);
  for (int isa = TUTTI_ISA_BEST; isa <= TUTTI_ISA_PORTABLE; isa++) {
    if (!tutti_isa_available((tutti_isa)isa)) continue;
    config.isa = isa == TUTTI_ISA_SCALAR ? TUTTI_ISA_PORTABLE : TUTTI_ISA_SCALAR; /* another one */
    setenv("TUTTI_ISA", tutti_isa_name((tutti_isa)isa), 1);
    ctx = testing_open(&config);
    const tutti_isa expected = isa == TUTTI_ISA_BEST ? best : (tutti_isa)isa;
    cr_assert(tutti_context_isa(ctx) == expected, "TUTTI_ISA=%s gave %s", tutti_isa_name((tutti_isa)isa),
              tutti_isa_name(tutti_context_isa(ctx)));
    tutti_close(ctx);
  }
  setenv("TUTTI_ISA", "", 1); /* empty is unset */
  ctx = testing_open(&config);
  cr_assert(tutti_context_isa(ctx) == config.isa);
  tutti_close(ctx);
}

Test(context, the_environment_is_checked, .init = unset_isa) {
  tutti_config config;
  tutti_config_default(&config);
  setenv("TUTTI_ISA", "sse9", 1);
  check_refused(&config, TUTTI_EINVAL, "sse9");
  check_refused(NULL, TUTTI_EINVAL, "sse9");
  setenv("TUTTI_ISA", "AVX2", 1); /* names are lower case */
  check_refused(NULL, TUTTI_EINVAL, "AVX2");
  setenv("TUTTI_ISA", foreign_name, 1);
  check_refused(&config, TUTTI_EUNSUPPORTED, foreign_name);
}

/* A default context that cannot be opened: every call says why, at the first try and later, in any thread. */
static void *use_default(void *args) {
  double x = 1, sum = 5;
  bool *as_it_should = args;
  *as_it_should = tutti_sum(NULL, &x, 1, &sum) == TUTTI_EINVAL && strstr(tutti_error_detail(NULL), "sse9") &&
                  sum == 5 && tutti_workers(NULL) == 0 && tutti_context_isa(NULL) == TUTTI_ISA_BEST &&
                  !tutti_alloc(NULL, 8);
  return NULL;
}

Test(context, the_default_context_may_fail_to_open, .init = unset_isa) {
  setenv("TUTTI_ISA", "sse9", 1);
  for (int i = 0; i < 3; i++) {
    bool here = false, elsewhere = false;
    pthread_t thread;
    use_default(&here);
    cr_assert(here, "try %d: %s", i, tutti_error_detail(NULL));
    cr_assert(pthread_create(&thread, NULL, use_default, &elsewhere) == 0);
    pthread_join(thread, NULL);
    cr_assert(elsewhere, "try %d in another thread", i);
  }
}

/* -- names and texts -- */

Test(context, names_are_those_of_the_command_line) {
  static const char *const isas[] = {"best", "scalar", "avx2", "avx512", "neon", "portable"};
  static const char *const backends[] = {"serial", "threads", "processes", "mpi"};
  static const char *const schedules[] = {"static", "dynamic", "guided"};
  for (int i = 0; i < 6; i++) cr_assert_str_eq(tutti_isa_name((tutti_isa)i), isas[i]);
  for (int i = 0; i < 4; i++) cr_assert_str_eq(tutti_backend_name((tutti_backend)i), backends[i]);
  for (int i = 0; i < 3; i++) cr_assert_str_eq(tutti_schedule_name((tutti_schedule)i), schedules[i]);
  static const int unknown[] = {6, -1, 1000};
  for (int i = 0; i < 3; i++) {
    cr_assert_str_eq(tutti_isa_name((tutti_isa)unknown[i]), "unknown");
    cr_assert_str_eq(tutti_backend_name((tutti_backend)unknown[i]), "unknown");
    cr_assert_str_eq(tutti_schedule_name((tutti_schedule)unknown[i]), "unknown");
  }
}

/* The values are part of the binary interface. */
Test(context, every_status_has_a_text) {
  static const struct {
    tutti_status status;
    const char *text;
  } known[] = {{TUTTI_OK, "success"},
               {TUTTI_EINVAL, "invalid argument"},
               {TUTTI_ENOMEM, "not enough memory"},
               {TUTTI_EUNSUPPORTED, "not supported by this backend, machine or build"},
               {TUTTI_EUSER, "a function of the caller reported an error"},
               {TUTTI_ECANCELED, "canceled by the progress function"},
               {TUTTI_EWORKER, "a worker process died"},
               {TUTTI_ESYSTEM, "the operating system refused a resource"},
               {TUTTI_EBUSY, "the context is in use by another thread"},
               {TUTTI_EOVERFLOW, "the result does not fit its type"}};
  for (int i = 0; i < 9; i++) {
    cr_assert((int)known[i].status == i);
    cr_assert_str_eq(tutti_strerror(known[i].status), known[i].text);
  }
  cr_assert_str_eq(tutti_strerror((tutti_status)10), "unknown status");
  cr_assert_str_eq(tutti_strerror((tutti_status)-1), "unknown status");
  cr_assert_str_eq(tutti_strerror((tutti_status)INT_MAX), "unknown status");
}

Test(context, details_belong_to_their_context) {
  tutti_ctx *a = testing_open_backend(TUTTI_SERIAL, 1), *b = testing_open_backend(TUTTI_THREADS, 2);
  double x = 1;
  testing_expect(a, tutti_sum(a, &x, 1, NULL), TUTTI_EINVAL, "result", "a");
  testing_expect(b, tutti_sum(b, NULL, 5, &x), TUTTI_EINVAL, "n = 5", "b");
  testing_expect(NULL, tutti_sum(NULL, NULL, 6, &x), TUTTI_EINVAL, "n = 6", "the default context");
  cr_assert(strstr(tutti_error_detail(a), "result") && strstr(tutti_error_detail(b), "n = 5"));
  tutti_close(a);
  tutti_close(b);
}

/* -- cores -- */

/* As the OpenMP runtimes read them; what they ignore limits nothing. */
Test(context, workers_0_is_limited_by_variables_of_openmp) {
  static const struct {
    const char *threads, *limit;
    int least; /* of these and the usable cores; 0: no limit */
  } cases[] = {{"1", NULL, 1},
               {NULL, "1", 1},
               {" 1 ", NULL, 1},
               {"1,4", NULL, 1},
               {" 1 , 2 ,3", NULL, 1},
               {"4,1", "1", 1},
               {"0", NULL, 0},
               {"-1", NULL, 0},
               {"1x", NULL, 0},
               {"", "", 0},
               {"1,", NULL, 0},
               {",1", NULL, 0},
               {"1,0", NULL, 0},
               {"one", "many", 0},
               {"1 2", NULL, 0},
               {"1.5", NULL, 0},
               {"4000", NULL, 0},
               {"99999999999999999999999", NULL, 0},
               {"99999999999999999999999", "1", 1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    unset_limits();
    if (cases[i].threads) setenv("OMP_NUM_THREADS", cases[i].threads, 1);
    if (cases[i].limit) setenv("OMP_THREAD_LIMIT", cases[i].limit, 1);
    const int cores = tutti_usable_cores(), expected = cases[i].least ? cases[i].least : cores;
    for (CONTEXTS c = {.backends = ON_THREADS | ON_PROCESSES,
                      .schedules = BY_DYNAMIC,
                      .workers = {EVERY_CORE}};
         contexts_next(&c);)
      cr_assert(tutti_workers(c.ctx) == expected, "case %zu, %s: %d workers", i, c.name,
                tutti_workers(c.ctx));
    tutti_ctx *named = testing_open_backend(TUTTI_THREADS, 3); /* a number that is named stays */
    cr_assert(tutti_workers(named) == 3);
    tutti_close(named);
  }
}

Test(context, the_default_context_uses_the_cores_it_may, .init = unset_limits) {
  cpu_set_t allowed, fewer;
  const int processors = tutti_processors(NULL, 0); /* LLVM's runtime binds a thread that asks it */
  cr_assert(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
  if (processors != CPU_COUNT(&allowed)) cr_skip_test("the OpenMP runtime was told to bind this thread");
  cr_assert(tutti_usable_cores() >= 1 && tutti_usable_cores() <= CPU_COUNT(&allowed));
  CPU_ZERO(&fewer);
  for (int cpu = CPU_SETSIZE - 1; cpu >= 0 && CPU_COUNT(&fewer) == 0;
       cpu--) /* the last one: not just "core 0" */
    if (CPU_ISSET((size_t)cpu, &allowed)) CPU_SET((size_t)cpu, &fewer);
  cr_assert(sched_setaffinity(0, sizeof fewer, &fewer) == 0);
  cr_assert(tutti_usable_cores() == 1, "%d cores in a mask of one", tutti_usable_cores());
  cr_assert(tutti_workers(NULL) == 1, "%d workers on one core", tutti_workers(NULL));
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 0);
  cr_assert(tutti_workers(ctx) == 1);
  tutti_close(ctx);
}
