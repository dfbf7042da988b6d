/* The numbers in a picture's data, and texts that reach gnuplot. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../analysed.h"
#include "output/law_text.h"
#include "output/pictures/gnuplot.h"
#include "output/pictures/plot_script.h"
#include "util/xalloc.h"

/* ---- a run by hand ---- */

static struct run run;
static struct plot_options options;

static void add(struct case_results *r, int variant, int workers, double seconds, double cpu) {
  struct measurement *item = &r->items[r->count++];
  *item =
      (struct measurement){.variant = &variants[variant], .workers = workers, .batch = 1, .first = seconds};
  item->seconds = xcalloc(1, sizeof *item->seconds);
  item->cpu = xcalloc(1, sizeof *item->cpu);
  item->count = 1;
  item->seconds[0] = seconds;
  item->cpu[0] = cpu;
}

/* Half of it serial: 8 s, 6 s on two, 5 s on four; the vector units are four times as fast. */
static struct case_results *half_serial(void) {
  run = (struct run){.cases = xcalloc(1, sizeof *run.cases), .count = 1};
  options = plot_everything();
  struct case_results *r = run.cases;
  r->name = xasprintf("half");
  r->work = (struct bench_work){.items = 100, .bytes = 4e9, .flops = 1e9, .item = "things"};
  r->items = xcalloc(9, sizeof *r->items);
  r->rounds = 1;
  r->parts = 4;
  add(r, VARIANT_SERIAL, 1, 8, 8);
  add(r, VARIANT_VECTOR, 1, 2, 2);
  add(r, VARIANT_THREADS, 1, 8, 8);
  add(r, VARIANT_THREADS, 2, 6, 9);
  add(r, VARIANT_THREADS, 4, 5, 10);
  return r;
}

/* ---- reading data ---- */

static char *text;

/* Column `column` (from 0) of row `row` of block `block`: blocks are two empty lines apart. */
static double number(int block, int row, int column) {
  const char *at = text;
  for (; block; block--) {
    at = strstr(at, "\n\n\n");
    cr_assert_not_null(at);
    at += 3;
  }
  while (*at == '#') at = strchr(at, '\n') + 1;
  for (; row; row--) at = strchr(at, '\n') + 1;
  char *end = NULL;
  double value = NAN;
  for (int c = 0; c <= column; c++, at = end) {
    cr_assert_neq(*at, '\n');
    value = strtod(at, &end);
    cr_assert_neq(end, at, "no number at '%.20s'", at);
  }
  return value;
}

static void write_with(plot_writer *write, const struct case_results *results) {
  const struct run_analysis all = {&run, &analysis};
  struct picture picture = {.all = &all,
                            .run = &run,
                            .analysis = results ? &analysis : NULL,
                            .results = results,
                            .options = &options};
  size_t size;
  strcpy(picture.stem, "stem");
  free(text);
  FILE *stream = open_memstream(&text, &size);
  write(stream, &picture);
  fclose(stream);
}

#define CHECK(block, row, column, expected)                                                                  \
  cr_assert_float_eq(number(block, row, column), expected, 1e-6, "%g in:\n%s", number(block, row, column),   \
                     text)

/* ---- the pictures ---- */

Test(plot, speedups) {
  struct case_results *r = half_serial();
  conclude(r, false);
  write_with(speedup_data, r);
  const double workers[] = {1, 2, 4}, gain[] = {1, 8.0 / 6, 8.0 / 5};
  for (int i = 0; i < 3; i++) {
    CHECK(0, i, 0, workers[i]);
    CHECK(0, i, 1, gain[i]);
  }
  /* bars: serial, vector, the fastest of threads; all against serial */
  CHECK(2, 0, 1, 1);
  CHECK(2, 1, 1, 4);
  CHECK(2, 2, 1, 1.6);
  cr_assert_not_null(strstr(text, "\"threads × 4\""));
}

/* Half serial on p workers: 1 / (1/2 + 1/2p), up to twice the workers, here 8. One round gives no interval,
 * and so no prediction beyond the 4 workers that were measured. */
Test(plot, the_curve_is_the_law_in_sixty_points) {
  struct case_results *r = half_serial();
  conclude(r, false);
  write_with(speedup_data, r);
  for (int i = 0; i < 60; i++) {
    const double p = 1 + 7 * (i / 59.0) * (i / 59.0);
    CHECK(1, i, 0, p);
    if (p <= 4) CHECK(1, i, 1, 1 / (0.5 + 0.5 / p));
    else cr_assert(isnan(number(1, i, 1)));
    cr_assert(isnan(number(1, i, 2)) && isnan(number(1, i, 3)));
  }
  options.log_x = true;
  write_with(speedup_data, r);
  for (int i = 0; i < 60; i++) CHECK(1, i, 0, exp2(3 * i / 59.0));
}

Test(plot, the_gain_of_a_fit) {
  struct case_results *r = half_serial();
  conclude(r, false);
  const struct scaling_fit *threads = &analysis.fits[VARIANT_THREADS];
  cr_assert_float_eq(scaling_fit_gain(threads, 3).value, 1.5, 1e-9);
  cr_assert_float_eq(scaling_fit_gain(threads, INFINITY).value, 2, 1e-9);
  cr_assert(isnan(scaling_fit_gain(&analysis.fits[VARIANT_MPI], 3).value));
  /* draws of which some are not serial at all leave room for no limit */
  struct law draws[41];
  for (int k = 0; k < 41; k++) draws[k] = (struct law){.one = 1, .limit = k < 4 ? INFINITY : 10};
  struct scaling_fit unsure = {.worker_counts = 3, .chosen = LAW_AMDAHL};
  unsure.laws[LAW_AMDAHL] =
      (struct fitted_law){.applies = true,
                          .law = {.kind = LAW_AMDAHL, .fitted = true, .one = 1, .limit = 12},
                          .draws = {41, draws}};
  cr_assert(isinf(scaling_fit_gain(&unsure, INFINITY).high));
  cr_assert_float_eq(scaling_fit_gain(&unsure, INFINITY).low, 10, 1e-12);
}

Test(plot, efficiency_time_and_where_it_goes) {
  struct case_results *r = half_serial();
  conclude(r, false);
  write_with(details_data, r);
  const double efficiency[] = {1, 4 / 6.0, 8 / 20.0}, seconds[] = {8, 6, 5};
  for (int i = 0; i < 3; i++) {
    CHECK(0, i, 1, efficiency[i]);
    CHECK(0, i, 4, seconds[i]);
  }
  CHECK(1, 59, 0, 4); /* the law: as far as was measured, over the workers */
  CHECK(1, 59, 1, 1 / (0.5 + 0.5 / 4) / 4);
  CHECK(2, 0, 1, 8); /* serial and vector */
  CHECK(2, 1, 1, 2);
  /* on four: 8 of 4 x 5 s are what one core takes, 10 of them the CPUs were at work */
  CHECK(3, 2, 1, 8 / 20.0);
  CHECK(3, 2, 2, 10 / 20.0);
  CHECK(3, 2, 3, 2 / 20.0);
  CHECK(3, 2, 4, 4);
}

/* On w of 4 workers w/4 of the problem, in 2 s and then 2.5 s; one core takes 2 s for a fourth. */
Test(plot, weak_scaling_has_scaled_speedups) {
  struct case_results *r = half_serial();
  const double seconds[] = {2, 0.5, 2, 2.5, 2.5};
  for (int i = 0; i < 5; i++) r->items[i].seconds[0] = seconds[i];
  run.options.weak = true;
  conclude(r, true);
  write_with(speedup_data, r);
  CHECK(0, 0, 1, 1);
  CHECK(0, 1, 1, 2 * 2 / 2.5);
  CHECK(0, 2, 1, 4 * 2 / 2.5);
  CHECK(2, 2, 1, 4 * 2 / 2.5);
  cr_assert_not_null(strstr(text, "threads × 4")); /* the highest rate, not the shortest time */
}

/* 1e9 flops and 4e9 bytes: a quarter flop/byte; 8 s are 1.25e8 flop/s. */
Test(plot, roofline) {
  struct case_results *r = half_serial();
  struct ceiling ceilings[] = {{"read bandwidth", "scalar", 1, 1e9, "B/s"},
                               {"read bandwidth", "avx2", 4, 4e9, "B/s"},
                               {"multiply-add", "scalar", 1, 2e9, "flop/s"},
                               {"multiply-add", "avx2", 4, 8e9, "flop/s"}};
  const struct run_analysis all = {&run, &analysis};
  struct picture picture = {.all = &all, .run = &run, .options = &options};
  conclude(r, false);
  cr_assert_not(roofline_drawable(&picture));
  run.ceilings = ceilings;
  run.ceiling_count = 4;
  cr_assert(roofline_drawable(&picture));
  write_with(roofline_data, NULL);
  /* the fast slope ends where it meets the high roof, at 8e9 / 4e9 = 2 flop/byte */
  CHECK(1, 1, 0, 2);
  CHECK(1, 1, 1, 8e9);
  CHECK(0, 1, 0, 8); /* the slow one at 8e9 / 1e9 */
  /* the low roof begins on the steep slope: 2e9 / 4e9 */
  CHECK(0, 3, 0, 0.5);
  CHECK(0, 3, 1, 2e9);
  CHECK(2 + VARIANT_SERIAL, 0, 0, 0.25);
  CHECK(2 + VARIANT_SERIAL, 0, 1, 1.25e8);
  CHECK(2 + VARIANT_THREADS, 0, 1, 2e8); /* the fastest: 5 s */
  /* without bytes: right of all that has an intensity */
  const double edge = 4 * 8e9 / 1e9;
  r->work.bytes = 0;
  write_with(roofline_data, NULL);
  cr_assert(number(2 + VARIANT_SERIAL, 0, 0) > edge);
  r->work.flops = 0;
  conclude(r, false);
  cr_assert_not(roofline_drawable(&picture));
}

Test(plot, only_the_variants_asked_for) {
  struct case_results *r = half_serial();
  const struct run_analysis all = {&run, &analysis};
  struct picture picture = {
      .all = &all, .run = &run, .analysis = &analysis, .results = r, .options = &options};
  add(r, VARIANT_PROCESSES, 2, 7, 7);
  conclude(r, false);
  cr_assert_eq(plot_curves(&picture), 2);
  options.variants[VARIANT_THREADS] = false;
  cr_assert_eq(plot_curves(&picture), 1);
  cr_assert_eq(plot_measured(&picture), 2);
  options.variants[VARIANT_PROCESSES] = false;
  cr_assert_not(speedup_drawable(&picture));
}

/* Times of the vector variant without its reference: no gain is known, and nothing is made up. */
Test(plot, no_reference) {
  struct case_results *r = half_serial();
  add(r, VARIANT_THREADS_VECTOR, 1, 2, 2);
  add(r, VARIANT_THREADS_VECTOR, 2, 1.5, 2);
  r->items[1].count = 0;
  conclude(r, false);
  write_with(speedup_data, r);
  cr_assert(isnan(number(1, 0, 1)));
  CHECK(3, 0, 0, 1);
  cr_assert(isnan(number(3, 0, 1)));
}

/* ---- names and texts ---- */

Test(plot, stems_are_safe_and_different) {
  char stem[PLOT_STEM], other[PLOT_STEM];
  struct case_results r = {.name = (char[]){"../a b"}}, s = {.name = (char[]){"..=2Fa b"}};
  plot_stem(PLOT_OF_SPEEDUP, &r, stem);
  plot_stem(PLOT_OF_SPEEDUP, &s, other);
  cr_assert_str_eq(stem, "speedup-..=2Fa=20b");
  cr_assert_str_neq(stem, other);
  plot_stem(PLOT_OF_ROOFLINE, NULL, stem);
  cr_assert_str_eq(stem, "roofline");
}

static void check_text(const char *from, size_t columns, const char *expected) {
  char *quoted;
  size_t size;
  FILE *stream = open_memstream(&quoted, &size);
  gnuplot_text(stream, from, columns);
  fclose(stream);
  cr_assert_str_eq(quoted, expected);
  free(quoted);
}

Test(plot, texts) {
  check_text("it's `x` \\ \"%s\" @y", 80, "'it''s `x` \\ \"%s\" @y'");
  check_text("a\nb\tc\x1b"
             "d\x7f",
             80, "'a b c d '");
  check_text("é\xff\xc3", 80, "'é?\?'");             /* no UTF-8 */
  check_text("\xc0\xaf\xed\xa0\x80", 80, "'?\?\?'"); /* an overlong slash; a surrogate */
  check_text("\xef\xbf\xbe", 80, "'?'");             /* U+FFFE, which XML cannot hold */
  check_text("abcdef", 6, "'abcdef'");
  check_text("abcdefg", 6, "'abcde…'");
  check_text("漢字漢字", 5, "'漢字…'"); /* two columns each */
}
