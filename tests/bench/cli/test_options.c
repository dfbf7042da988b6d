/* The command line, as far as it does not end the program (that part: cli.sh). */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "cli/sizes.h"

static const struct bench_param params[] = {
    {"apples", "apples", BENCH_COUNT, {7}, {1}, {100}},
    {"share", "share", BENCH_REAL, {.real = 0.5}, {.real = 0}, {.real = 1}},
    {0},
};
static const struct bench_case fruit = {.name = "fruit", .params = params}, stone = {.name = "stone"};
static const struct bench_case *const cases[] = {&stone, &fruit, NULL};

/* What is parsed points into the words, and these may be moved: copies that stay. */
static struct options parse(const char *const *words) {
  enum { WORDS = 32, LENGTH = 64 };
  static char copies[WORDS][LENGTH];
  char *argv[WORDS + 1] = {strcpy(copies[0], "bench_amdahl")};
  int argc = 1;
  for (; *words; words++, argc++) {
    cr_assert(argc < WORDS && strlen(*words) < LENGTH);
    argv[argc] = strcpy(copies[argc], *words);
  }
  struct options options;
  options_parse(&options, argc, argv, cases, 0);
  return options;
}
#define PARSE(...) parse((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

/* Parameters by name alone. */
#define NAMED(NAME)                                                                                          \
  { .name = NAME, .help = NAME }

static void expect_mistake(const struct bench_case *const *list, const char *expected) {
  char *mistake = params_mistake(list);
  cr_assert(expected ? mistake && strcmp(mistake, expected) == 0 : !mistake, "%s",
            mistake ? mistake : "none");
  free(mistake);
}

Test(options, no_two_cases_have_the_same) {
  static const struct bench_param own[] = {NAMED("pears"), NAMED("share"), {0}};
  static const struct bench_case basket = {.name = "basket", .params = own};
  expect_mistake(cases, NULL);
  expect_mistake((const struct bench_case *const[]){&stone, &fruit, &basket, NULL},
                 "the cases fruit and basket both have an option --share");
}

Test(options, a_case_has_four_at_most) {
  static const struct bench_param four[] = {NAMED("a"), NAMED("b"), NAMED("c"), NAMED("d"), {0}};
  static const struct bench_param five[] = {NAMED("a"), NAMED("b"), NAMED("c"), NAMED("d"), NAMED("e"), {0}};
  const struct bench_case most = {.name = "most", .params = four}, more = {.name = "more", .params = five};
  expect_mistake((const struct bench_case *const[]){&most, NULL}, NULL);
  expect_mistake((const struct bench_case *const[]){&more, NULL},
                 "the case more has more than 4 options: --e");
}

Test(options, mistaken_ones_are_not_run, .signal = SIGABRT) {
  options_parse(&(struct options){0}, 1, (char *[]){(char[]){"bench_amdahl"}, NULL},
                (const struct bench_case *const[]){&fruit, &fruit, NULL}, 0);
}

Test(options, defaults) {
  struct options o = PARSE();
  cr_assert_eq(o.run.repetitions, 0);
  cr_assert_eq(o.run.seed, 1);
  cr_assert_str_eq(o.output, "results");
  cr_assert_null(o.workers);
  cr_assert(!o.list && !o.quiet);
  cr_assert(o.cases[0].selected && o.cases[1].selected);
  for (int v = 0; v < VARIANT_COUNT; v++)
    cr_assert(o.run.variants[v] == (variants[v].backend != TUTTI_MPI) && !o.added[v]);
  cr_assert_eq(o.cases[1].params[0].count, 7);
  cr_assert_eq(o.cases[1].params[1].real, 0.5);
  options_free(&o);
}

Test(options, everything_set) {
  struct options o = PARSE("fruit", "--workers", "4,2", "-r", "9", "-o", "here", "--seed", "12", "--apples=3",
                           "--share", "0.25", "-q", "--list");
  cr_assert_eq(o.run.repetitions, 9);
  cr_assert_eq(o.run.seed, 12);
  cr_assert_str_eq(o.output, "here");
  cr_assert_eq(o.worker_count, 2);
  cr_assert_eq(o.workers[0], 2);
  cr_assert_eq(o.workers[1], 4);
  cr_assert(o.list && o.quiet);
  cr_assert(!o.cases[0].selected && o.cases[1].selected);
  cr_assert_eq(o.cases[1].params[0].count, 3);
  cr_assert_eq(o.cases[1].params[1].real, 0.25);
  options_free(&o);
}

static void check_variants(const struct options *o, const bool *run, const bool *added) {
  for (int v = 0; v < VARIANT_COUNT; v++) {
    cr_assert_eq(o->run.variants[v], run[v], "%s", variants[v].name);
    cr_assert_eq(o->added[v], added[v], "%s", variants[v].name);
  }
}

Test(options, references_are_added) {
  struct options o = PARSE("--variants", "threads");
  check_variants(&o, (bool[VARIANT_COUNT]){[VARIANT_SERIAL] = true, [VARIANT_THREADS] = true},
                 (bool[VARIANT_COUNT]){[VARIANT_SERIAL] = true});
  options_free(&o);
}

Test(options, vector_variants_need_vector_on_one_core) {
  struct options o = PARSE("--variants", "processes+vector,serial");
  check_variants(&o,
                 (bool[VARIANT_COUNT]){
                     [VARIANT_SERIAL] = true, [VARIANT_VECTOR] = true, [VARIANT_PROCESSES_VECTOR] = true},
                 (bool[VARIANT_COUNT]){[VARIANT_VECTOR] = true});
  options_free(&o);
}
