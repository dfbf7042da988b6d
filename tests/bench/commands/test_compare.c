/* Comparisons of runs that are made by hand, so that what changed is known. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands/compare/comparison_output.h"
#include "util/xalloc.h"

/* ---- runs ---- */

/* Serial, vector, and threads and processes on 1 and 2 workers. */
enum { ITEMS = 6, FAR = 40 };
static const int item_variant[ITEMS] = {VARIANT_SERIAL,  VARIANT_VECTOR,    VARIANT_THREADS,
                                        VARIANT_THREADS, VARIANT_PROCESSES, VARIANT_PROCESSES};
static const int item_workers[ITEMS] = {1, 1, 1, 2, 1, 2};

/* Seconds of 1, 2, ... ITEMS times a second, with normal noise of this relative size; every draw of every run
 * is independent of the others. */
static struct case_results make_case(const char *name, size_t rounds, double noise, uint64_t run) {
  static uint64_t cases;
  struct case_results results = {.name = xasprintf("%s", name),
                                 .arguments = json_pack("{s:i}", "rows", 100),
                                 .items = xcalloc(ITEMS, sizeof *results.items),
                                 .count = ITEMS,
                                 .rounds = rounds,
                                 .work = {.items = 100, .item = "rows"}};
  cases++;
  for (uint64_t i = 0; i < ITEMS; i++) {
    struct measurement *item = &results.items[i];
    *item = (struct measurement){.variant = &variants[item_variant[i]],
                                 .workers = item_workers[i],
                                 .isa = "avx2",
                                 .count = rounds,
                                 .seconds = xcalloc(rounds, sizeof(double)),
                                 .compared = true,
                                 .same_bits = true,
                                 .result = {2, {1, 2}}};
    for (size_t k = 0; k < rounds; k++)
      item->seconds[k] =
          (double)(i + 1) * (1 + noise * tutti_normal_at((tutti_rng){run, cases * ITEMS + i}, k));
  }
  return results;
}

static struct run make_run(size_t cases, size_t rounds, double noise, uint64_t seed) {
  struct run run = {.cases = xcalloc(FAR, sizeof *run.cases), .count = cases, .options = {.seed = 1}};
  snprintf(run.machine.cpu, sizeof run.machine.cpu, "A CPU");
  snprintf(run.version, sizeof run.version, "1.0");
  run.machine.usable = 2;
  for (size_t i = 0; i < cases; i++) {
    char name[8];
    snprintf(name, sizeof name, "case%zu", i);
    run.cases[i] = make_case(name, rounds, noise, seed);
    run.cases[i].parts = 2;
  }
  return run;
}

static void slow_down(struct measurement *item, double factor) {
  for (size_t k = 0; k < item->count; k++) item->seconds[k] *= factor;
}

static struct compare_settings defaults(void) {
  struct compare_settings settings = {.threshold = 0.05, .alpha = 0.05};
  memset(settings.variants, true, sizeof settings.variants);
  return settings;
}

static struct comparison compare(const struct run *old, const struct run *new) {
  const struct compare_settings settings = defaults();
  return compare_runs(old, new, &settings);
}

/* Whether a sentence with both parts is in the list. */
static bool said(const struct text_list *warnings, const char *part, const char *another) {
  for (size_t i = 0; i < warnings->count; i++)
    if (strstr(warnings->text[i], part) && strstr(warnings->text[i], another)) return true;
  return false;
}

static const struct pair *pair_of(const struct comparison *c, const char *name, int variant, int workers) {
  for (size_t i = 0; i < c->count; i++)
    if (strcmp(c->pairs[i].name, name) == 0 && c->pairs[i].old.item->variant == &variants[variant] &&
        c->pairs[i].old.item->workers == workers)
      return &c->pairs[i];
  cr_assert(false, "no pair %s, %s on %d", name, variants[variant].name, workers);
  return NULL;
}

static void end(struct comparison *c, struct run *old, struct run *new) {
  comparison_free(c);
  run_free(old);
  run_free(new);
}

/* ---- verdicts ---- */

Test(compare, a_regression_is_found) {
  struct run old = make_run(5, 12, 0.01, 1), new = make_run(5, 12, 0.01, 2);
  slow_down(&new.cases[3].items[3], 1.1);
  struct comparison c = compare(&old, &new), swapped = compare(&new, &old);
  cr_assert_eq(c.count, 30);
  cr_assert_eq(c.verdicts[VERDICT_SLOWER], 1);
  cr_assert_eq(c.verdicts[VERDICT_FASTER], 0);
  const struct pair *pair = pair_of(&c, "case3", VARIANT_THREADS, 2);
  cr_assert_eq(pair, &c.pairs[0], "the greatest change comes first");
  cr_assert_eq(pair->verdict, VERDICT_SLOWER);
  cr_assert(pair->ratio.low < 1.1 && pair->ratio.high > 1.1, "%g .. %g", pair->ratio.low, pair->ratio.high);
  cr_assert_float_eq(pair->ratio.value, 1.1, 0.02);
  cr_assert_float_eq(pair->old.median, 4, 0.04);
  cr_assert(comparison_is_worse(&c));
  cr_assert_eq(swapped.verdicts[VERDICT_FASTER], 1);
  cr_assert_eq(swapped.verdicts[VERDICT_SLOWER], 0);
  cr_assert(!comparison_is_worse(&swapped));
  comparison_free(&swapped);
  end(&c, &old, &new);
}

Test(compare, none_is_found_where_none_is) {
  struct run old = make_run(34, 12, 0.01, 3), new = make_run(34, 12, 0.01, 4);
  struct comparison c = compare(&old, &new);
  cr_assert_eq(c.count, 204);
  cr_assert_eq(c.verdicts[VERDICT_SAME], 204, "%zu", c.verdicts[VERDICT_SAME]);
  cr_assert(!comparison_is_worse(&c));
  for (size_t i = 1; i < c.count; i++)
    cr_assert(fabs(log(c.pairs[i].ratio.value)) <= fabs(log(c.pairs[i - 1].ratio.value)));
  end(&c, &old, &new);
}

/* Certain, but no larger than is allowed; and just about as large, which is no verdict. */
Test(compare, small_changes) {
  struct run old = make_run(1, 12, 0.002, 5), new = make_run(1, 12, 0.002, 6);
  slow_down(&new.cases[0].items[0], 1.03);
  slow_down(&new.cases[0].items[1], 1.05);
  slow_down(&new.cases[0].items[2], 1 / 1.05);
  slow_down(&new.cases[0].items[3], 1 / 1.07);
  struct comparison c = compare(&old, &new);
  cr_assert(pair_of(&c, "case0", VARIANT_SERIAL, 1)->adjusted < 0.001);
  cr_assert_eq(pair_of(&c, "case0", VARIANT_SERIAL, 1)->verdict, VERDICT_SAME);
  cr_assert_eq(pair_of(&c, "case0", VARIANT_VECTOR, 1)->verdict, VERDICT_UNKNOWN);
  cr_assert_eq(pair_of(&c, "case0", VARIANT_THREADS, 1)->verdict, VERDICT_UNKNOWN);
  cr_assert_eq(pair_of(&c, "case0", VARIANT_THREADS, 2)->verdict, VERDICT_FASTER);
  end(&c, &old, &new);
}

/* Nine of eleven rounds are 30 % slower, two twice as fast: the median is surely larger, but among six
 * comparisons these ranks are not rare enough (U = 22: p = 0.01). Nothing is sure without both. */
Test(compare, an_interval_is_no_test) {
  struct run old = make_run(1, 11, 0.001, 39), new = make_run(1, 11, 0.001, 40);
  slow_down(&new.cases[0].items[0], 1.3);
  new.cases[0].items[0].seconds[4] = new.cases[0].items[0].seconds[7] = 0.5;
  struct comparison c = compare(&old, &new), swapped = compare(&new, &old);
  const struct pair *pair = pair_of(&c, "case0", VARIANT_SERIAL, 1);
  cr_assert(pair->ratio.low > 1.29, "%g", pair->ratio.low);
  cr_assert(pair->p < 0.05 && pair->adjusted > 0.05, "%g, %g", pair->p, pair->adjusted);
  cr_assert_eq(pair->verdict, VERDICT_UNKNOWN);
  cr_assert_eq(pair_of(&swapped, "case0", VARIANT_SERIAL, 1)->verdict, VERDICT_UNKNOWN);
  comparison_free(&swapped);
  end(&c, &old, &new);
}

Test(compare, noise_leaves_it_open) {
  struct run old = make_run(1, 8, 0.3, 7), new = make_run(1, 8, 0.3, 8);
  struct comparison c = compare(&old, &new);
  cr_assert_eq(c.verdicts[VERDICT_UNKNOWN], ITEMS);
  cr_assert(!c.pairs[0].few);
  end(&c, &old, &new);
}

Test(compare, few_rounds_cannot_tell) {
  struct run old = make_run(1, 3, 0.001, 9), new = make_run(1, 3, 0.001, 10);
  slow_down(&new.cases[0].items[0], 2);
  struct comparison c = compare(&old, &new);
  cr_assert_eq(c.verdicts[VERDICT_UNKNOWN], ITEMS);
  cr_assert_str_eq(describe_pair(&c.pairs[0], &c.settings).verdict, "cannot tell: 3 rounds");
  cr_assert_float_eq(c.pairs[0].p, 0.1, 1e-12); /* 2 / 20 */
  cr_assert(isnan(c.pairs[0].ratio.low));
  cr_assert_str_eq(describe_pair(&c.pairs[0], &c.settings).interval, "unknown");
  cr_assert(said(&c.warnings, "6 of 6 comparisons have too few rounds", "it takes 6 in both runs"));
  end(&c, &old, &new);
}

/* Six rounds have p = 2 / 924 at best: 24 times that is above 0.05, 18 times is below. */
Test(compare, how_many_rounds_it_takes_depends_on_the_comparisons) {
  struct run old = make_run(4, 6, 0.001, 11), new = make_run(4, 6, 0.001, 12);
  slow_down(&new.cases[0].items[0], 1.2);
  struct comparison c = compare(&old, &new);
  cr_assert_eq(c.verdicts[VERDICT_UNKNOWN], 24);
  cr_assert(said(&c.warnings, "24 of 24", "it takes 7 in both runs"));
  comparison_free(&c);
  struct compare_settings settings = defaults();
  settings.cases = (struct text_list){(char *[]){(char[]){"case0"}, (char[]){"case2"}}, 2};
  c = compare_runs(&old, &new, &settings);
  cr_assert_eq(c.count, 12);
  cr_assert_eq(pair_of(&c, "case0", VARIANT_SERIAL, 1)->verdict, VERDICT_SLOWER);
  cr_assert_eq(c.verdicts[VERDICT_SAME], 11);
  cr_assert_eq(c.warnings.count, 0);
  end(&c, &old, &new);
}

/* Rounds of warm-up, five times as slow, would make the new run's median another. */
Test(compare, warm_up_does_not_count) {
  struct run old = make_run(1, 12, 0.001, 13), new = make_run(1, 12, 0.001, 14);
  for (size_t i = 0; i < ITEMS; i++)
    for (size_t k = 0; k < 5; k++) new.cases[0].items[i].seconds[k] *= 5;
  struct comparison c = compare(&old, &new);
  cr_assert_eq(c.verdicts[VERDICT_SAME], ITEMS);
  cr_assert_eq(c.pairs[0].old.n, 12);
  cr_assert_eq(c.pairs[0].new.n, 7);
  end(&c, &old, &new);
}

/* ---- the interval ---- */

/* Of 95 % intervals, about that share holds the true ratio; percentiles of few rounds are a little narrow. */
Test(interval, covers_the_true_ratio) {
  enum { TRIALS = 400, OLD = 12, NEW = 15 };
  int covered = 0;
  for (uint64_t trial = 0; trial < TRIALS; trial++) {
    double old[OLD], new[NEW];
    for (size_t k = 0; k < OLD; k++) old[k] = 2 * exp(0.05 * tutti_normal_at((tutti_rng){15, trial}, k));
    for (size_t k = 0; k < NEW; k++) new[k] = 3 * exp(0.05 * tutti_normal_at((tutti_rng){16, trial}, k));
    const struct pair pair = {.case_index = trial,
                              .old = {.seconds = old, .n = OLD, .median = summarize(old, OLD).median},
                              .new = {.seconds = new, .n = NEW, .median = summarize(new, NEW).median}};
    const struct ratio ratio = ratio_of_medians(&pair);
    cr_assert(ratio.low <= ratio.value && ratio.value <= ratio.high);
    covered += ratio.low <= 1.5 && 1.5 <= ratio.high;
  }
  cr_assert(covered >= 0.92 * TRIALS && covered <= 0.985 * TRIALS, "%d of %d", covered, TRIALS);
}

/* 5 of 9 rounds take 1 s and 4 take 3 s: a drawn median is 3 s if at least 5 of 9 draws are slow, with
 * probability sum C(9, k) (4/9)^k (5/9)^(9-k) = 0.36 over k >= 5, more than 2.5 %; and never anything
 * between. */
Test(interval, of_two_values) {
  const double old[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, new[9] = {3, 1, 3, 1, 3, 1, 1, 3, 1};
  const struct pair pair = {.old = {.seconds = old, .n = 9, .median = 1},
                            .new = {.seconds = new, .n = 9, .median = 1}};
  const struct ratio ratio = ratio_of_medians(&pair);
  cr_assert_float_eq(ratio.value, 1, 0);
  cr_assert_float_eq(ratio.low, 1, 0);
  cr_assert_float_eq(ratio.high, 3, 0);
}

/* Twelve rounds, three of them fast: of twelve draws, at least seven are fast with probability 1.4 %, six,
 * which puts the median half-way, with 4.0 %. */
Test(interval, of_an_even_number) {
  const double old[12] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, new[12] = {3, 3, 1, 3, 3, 1, 3, 3, 3, 1, 3, 3};
  const struct pair pair = {.old = {.seconds = old, .n = 12, .median = 1},
                            .new = {.seconds = new, .n = 12, .median = 3}};
  const struct ratio ratio = ratio_of_medians(&pair);
  cr_assert_float_eq(ratio.value, 3, 0);
  cr_assert_float_eq(ratio.low, 2, 0);
  cr_assert_float_eq(ratio.high, 3, 0);
}

/* The runs are independent: equal rounds on both sides do not make the ratio certain. */
Test(interval, the_sides_are_drawn_apart) {
  const double seconds[9] = {1, 5, 2, 8, 7, 3, 9, 4, 6};
  const struct times times = {.seconds = seconds, .n = 9, .median = 5};
  const struct ratio ratio = ratio_of_medians(&(struct pair){.old = times, .new = times});
  cr_assert(ratio.low < 0.7 && ratio.high > 1.4, "%g .. %g", ratio.low, ratio.high);
}

/* ---- what cannot be compared ---- */

Test(compare, other_sizes_are_not_compared) {
  struct run old = make_run(3, 12, 0.01, 17), new = make_run(3, 12, 0.01, 18);
  json_object_set_new(new.cases[1].arguments, "rows", json_integer(200));
  new.cases[2].work.items = 50;
  new.cases[1].items[0].result.bytes[0] = 9; /* another problem may have another answer */
  struct comparison c = compare(&old, &new);
  cr_assert_eq(c.count, ITEMS);
  cr_assert(said(&c.left_out, "case1: ", "rows is 100 in the old run, 200 in the new one"));
  cr_assert(said(&c.left_out, "case2: ", "100 rows in the old run, 50 rows in the new one"));
  cr_assert_eq(c.alarms.count, 0);
  end(&c, &old, &new);
}

Test(compare, what_only_one_has_is_named) {
  struct run old = make_run(2, 12, 0.01, 19), new = make_run(1, 12, 0.01, 20);
  new.cases[0].items[5].workers = 3;
  struct comparison c = compare(&old, &new), swapped = compare(&new, &old);
  cr_assert_eq(c.count, ITEMS - 1);
  cr_assert(said(&c.left_out, "case1", "only in the old run"));
  cr_assert(said(&c.left_out, "case0, processes on 2", "only in the old run"));
  cr_assert(said(&c.left_out, "case0, processes on 3", "only in the new run"));
  cr_assert(said(&swapped.left_out, "case1", "only in the new run"));
  cr_assert(!comparison_is_worse(&c));
  comparison_free(&swapped);
  end(&c, &old, &new);
}

Test(compare, variants_restrict_it) {
  struct run old = make_run(1, 12, 0.01, 21), new = make_run(1, 12, 0.01, 22);
  struct compare_settings settings = {
      .threshold = 0.05, .alpha = 0.05, .variants = {[VARIANT_THREADS] = true}};
  struct comparison c = compare_runs(&old, &new, &settings);
  cr_assert_eq(c.count, 2);
  end(&c, &old, &new);
}

Test(compare, weak_scaling_is_another_problem) {
  struct run old = make_run(1, 12, 0.01, 23), new = make_run(1, 12, 0.01, 24);
  new.options.weak = true;
  struct comparison c = compare(&old, &new);
  cr_assert_eq(c.count, 0);
  cr_assert(said(&c.differences, "scaling", "strong -> weak"));
  cr_assert(said(&c.left_out, "case0", "weak scaling"));
  comparison_free(&c);
  old.options.weak = true;
  new.cases[0].items[5].workers = new.cases[0].parts = 4; /* serial does a quarter, not a half */
  c = compare(&old, &new);
  cr_assert_eq(c.count, 0);
  cr_assert(said(&c.left_out, "up to 2 workers in the old run", "4 in the new one"));
  end(&c, &old, &new);
}

/* ---- answers and failures ---- */

Test(compare, another_answer_is_an_alarm) {
  struct run old = make_run(1, 12, 0.01, 25), new = make_run(1, 12, 0.01, 26);
  for (size_t i = 0; i < ITEMS; i++) new.cases[0].items[i].result.bytes[1] = 0xff;
  struct comparison c = compare(&old, &new);
  cr_assert(said(&c.alarms, "case0: the answer changed in 6 of 6 measurements", "0102 -> 01ff"));
  cr_assert_eq(c.alarms.count, 1);
  cr_assert_eq(c.verdicts[VERDICT_SLOWER], 0);
  cr_assert(comparison_is_worse(&c));
  comparison_free(&c);
  new.options.seed = 2; /* other random numbers: another answer is right */
  c = compare(&old, &new);
  cr_assert(said(&c.differences, "seed", "1 -> 2"));
  cr_assert(!comparison_is_worse(&c));
  end(&c, &old, &new);
}

Test(compare, one_wrong_variant_is_an_alarm_and_a_mended_one_is_not) {
  struct run old = make_run(1, 12, 0.01, 27), new = make_run(1, 12, 0.01, 28);
  new.cases[0].items[3].result.bytes[0] = 7;
  new.cases[0].items[3].same_bits = false;
  struct comparison c = compare(&old, &new), swapped = compare(&new, &old);
  cr_assert(said(&c.alarms, "1 of 6 measurements", "threads on 2"));
  cr_assert(comparison_is_worse(&c));
  cr_assert_eq(swapped.alarms.count, 0);
  comparison_free(&swapped);
  end(&c, &old, &new);
}

Test(compare, failures) {
  struct run old = make_run(4, 12, 0.01, 29), new = make_run(4, 12, 0.01, 30);
  new.cases[0].items[3].failure = xasprintf("out of luck");
  new.cases[0].items[3].count = 4;
  old.cases[1].items[3].failure = xasprintf("once");
  new.cases[2].failure = xasprintf("no memory");
  old.cases[3].failure = xasprintf("no disk");
  struct comparison c = compare(&old, &new);
  cr_assert_eq(c.count, 2 * (ITEMS - 1));
  cr_assert(said(&c.alarms, "case0, threads on 2: fails now", "out of luck"));
  cr_assert(said(&c.alarms, "case2: fails now", "no memory"));
  cr_assert_eq(c.alarms.count, 2);
  cr_assert(said(&c.left_out, "case1, threads on 2: failed in the old run", "once"));
  cr_assert(said(&c.left_out, "case3: failed in the old run", "no disk"));
  cr_assert(comparison_is_worse(&c));
  end(&c, &old, &new);
}

/* ---- what differs besides ---- */

Test(compare, differences_are_named) {
  struct run old = make_run(1, 12, 0.01, 31), new = make_run(1, 12, 0.01, 32);
  struct comparison c = compare(&old, &new);
  cr_assert_eq(c.differences.count, 0);
  cr_assert_eq(c.warnings.count, 0);
  comparison_free(&c);
  snprintf(new.machine.cpu, sizeof new.machine.cpu, "Another CPU");
  snprintf(new.machine.kernel, sizeof new.machine.kernel, "Linux 9");
  snprintf(new.version, sizeof new.version, "2.0");
  snprintf(new.cases[0].items[1].isa, sizeof new.cases[0].items[1].isa, "avx512");
  old.build = json_pack("{s:s, s:s}", "compiler", "gcc 12", "flags", "release");
  new.build = json_pack("{s:s, s:s}", "compiler", "gcc 13", "flags", "release");
  new.environment = json_pack("{s:s}", "OMP_NUM_THREADS", "1");
  c = compare(&old, &new);
  cr_assert_eq(c.count, ITEMS);
  cr_assert(said(&c.differences, "CPU: ", "A CPU -> Another CPU"));
  cr_assert(said(&c.differences, "kernel: ", "unknown -> Linux 9"));
  cr_assert(said(&c.differences, "library: ", "1.0 -> 2.0"));
  cr_assert(said(&c.differences, "instruction set of vector", "avx2 -> avx512"));
  cr_assert(said(&c.differences, "build: compiler", "gcc 12 -> gcc 13"));
  cr_assert(said(&c.differences, "OMP_NUM_THREADS", "not set -> 1"));
  cr_assert_eq(c.differences.count, 6);
  cr_assert(said(&c.warnings, "the machine is another", ""));
  end(&c, &old, &new);
}

/* Neighbours of +1, -1, +1, ... correlate by -(n - 1) / n; those of 0, 0, ..., 1, 1, ... by (n - 3) / n: of n
 * - 1 products of +-1/2 and +-1/2 one is negative. Seconds are their exponentials. */
Test(compare, rounds_that_follow_one_another_are_noticed) {
  struct run old = make_run(1, 20, 0.01, 33), new = make_run(1, 20, 0.01, 34);
  bool clear;
  for (size_t i = 0; i < ITEMS; i++)
    for (size_t k = 0; k < 20; k++) {
      old.cases[0].items[i].seconds[k] = exp(k % 2 ? 0.1 : -0.1);
      new.cases[0].items[i].seconds[k] = exp(k < 10 ? 0 : 0.1);
    }
  cr_assert_float_eq(neighbours_correlate(&old.cases[0], &clear), -19. / 20, 1e-12);
  cr_assert(!clear);
  cr_assert_float_eq(neighbours_correlate(&new.cases[0], &clear), 17. / 20, 1e-12);
  cr_assert(clear);
  struct comparison c = compare(&old, &new);
  cr_assert_eq(c.warnings.count, 1);
  cr_assert(said(&c.warnings, "case0: neighbouring rounds of the new run are alike", "0.85"));
  end(&c, &old, &new);
}

/* ---- output ---- */

static const char *written(const struct comparison *c, const struct run *old, const struct run *new,
                           bool markdown) {
  static char text[1 << 16];
  const struct side sides[2] = {{"o*ld.json", old}, {"new.json", new}};
  FILE *stream = fmemopen(text, sizeof text, "w");
  if (markdown) write_markdown(stream, c, sides, false);
  else write_text(stream, c, sides, false);
  fclose(stream);
  return text;
}

Test(output, markdown_is_escaped) {
  struct run old = make_run(1, 12, 0.01, 35), new = make_run(1, 12, 0.01, 36);
  free(old.cases[0].name);
  free(new.cases[0].name);
  old.cases[0].name = xasprintf("a|b<c>&_`d");
  new.cases[0].name = xasprintf("a|b<c>&_`d");
  snprintf(new.machine.cpu, sizeof new.machine.cpu, "x\n# <script>");
  slow_down(&new.cases[0].items[0], 1.5);
  struct comparison c = compare(&old, &new);
  const char *text = written(&c, &old, &new, true);
  cr_assert(strncmp(text, "**bench\\_amdahl compare: regression.** 6 comparisons: 1 slower", 61) == 0, "%s",
            text);
  cr_assert(strstr(text, "\n| a\\|b&lt;c&gt;&amp;\\_\\`d | serial | 1 | 1.0"), "%s", text);
  cr_assert(strstr(text, "- CPU: A CPU -&gt; x \\# &lt;script&gt;\n"), "%s", text);
  cr_assert(strstr(text, "- old: o\\*ld.json (unknown time"), "%s", text);
  cr_assert(!strstr(text, "a|b") && !strstr(text, "<script") && !strstr(text, "<c"), "%s", text);
  cr_assert(strstr(text, " | **slower** |\n"), "%s", text);
  end(&c, &old, &new);
}

/* Only what changed is in the short table, and in the first of Markdown; the others are counted. */
Test(output, what_changed_comes_first) {
  struct run old = make_run(2, 12, 0.01, 37), new = make_run(2, 12, 0.01, 38);
  slow_down(&new.cases[1].items[4], 1.5);
  struct comparison c = compare(&old, &new);
  const char *text = written(&c, &old, &new, false);
  cr_assert(
      strstr(text, "12 comparisons: 1 slower, 0 faster, 11 with no change within 5 %, 0 cannot tell\n"));
  cr_assert(strstr(text, "\ncase1  processes               1"), "%s", text);
  cr_assert(!strstr(text, "case0"), "%s", text);
  text = written(&c, &old, &new, true);
  const char *details = strstr(text, "<details>"), *first = strstr(text, "| case1 | processes | 1 |"),
             *other = strstr(text, "| case0 |");
  cr_assert(first && details && other && first < details && other > details, "%s", text);
  end(&c, &old, &new);
}
