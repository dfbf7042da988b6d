/* Numbers and worker lists of the command line. */
#include <criterion/criterion.h>

#include "cli/parse.h"

static bool count_is(const char *text, uint64_t expected) {
  uint64_t value = 0;
  return parse_count(text, 1, 1000, &value) && value == expected;
}

static bool count_refused(const char *text) {
  uint64_t value = 77;
  return !parse_count(text, 1, 1000, &value) && value == 77;
}

Test(parse, counts) {
  cr_assert(count_is("1", 1));
  cr_assert(count_is("1000", 1000));
  cr_assert(count_is("007", 7));
  const char *const bad[] = {"",   "0",   "1001", "-1",  "+1",   " 1",
                             "1 ", "1.5", "1e2",  "abc", "0x10", "99999999999999999999999"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert(count_refused(bad[i]), "'%s'", bad[i]);
}

Test(parse, counts_up_to_the_largest) {
  uint64_t value = 0;
  cr_assert(parse_count("18446744073709551615", 0, UINT64_MAX, &value));
  cr_assert_eq(value, UINT64_MAX);
  cr_assert(!parse_count("18446744073709551616", 0, UINT64_MAX, &value));
}

Test(parse, reals) {
  double value = 0;
  cr_assert(parse_real("0.25", 0, 1, &value));
  cr_assert_eq(value, 0.25);
  cr_assert(parse_real("1e-3", 0, 1, &value));
  cr_assert_eq(value, 1e-3);
  cr_assert(parse_real(".5", 0, 1, &value));
  const char *const bad[] = {"", "2", "-0.1", "nan", "inf", "0.5x", " 0.5", "-", "."};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_assert(!parse_real(bad[i], 0, 1, &value), "'%s'", bad[i]);
}

static void check_workers(const char *text, const int *expected, size_t count) {
  int *workers = NULL;
  char *bad = NULL;
  cr_assert_eq(parse_workers(text, &workers, &bad), count, "%s", text);
  cr_assert_null(bad);
  for (size_t i = 0; i < count; i++) cr_assert_eq(workers[i], expected[i], "%s", text);
  free(workers);
}

Test(parse, worker_lists_are_sorted_without_duplicates) {
  check_workers("3", (int[]){3}, 1);
  check_workers("1,2,4", (int[]){1, 2, 4}, 3);
  check_workers("4,1,2,4,1", (int[]){1, 2, 4}, 3);
}

static void check_bad_workers(const char *text, const char *culprit) {
  int *workers = NULL;
  char *bad = NULL;
  cr_assert_eq(parse_workers(text, &workers, &bad), 0, "%s", text);
  cr_assert_str_eq(bad, culprit, "%s", text);
  free(bad);
}

Test(parse, bad_worker_lists_name_the_culprit) {
  check_bad_workers("0", "0");
  check_bad_workers("1,abc,2", "abc");
  check_bad_workers("1,,2", "");
  check_bad_workers("1,2,", "");
  check_bad_workers("", "");
  check_bad_workers("4097", "4097");
  check_bad_workers("-2", "-2");
}

static void check_sweep(int cores, const int *expected, size_t count) {
  int *workers = NULL;
  cr_assert_eq(default_workers(cores, &workers), count, "%d cores", cores);
  for (size_t i = 0; i < count; i++) cr_assert_eq(workers[i], expected[i], "%d cores", cores);
  free(workers);
}

Test(parse, default_sweep) {
  check_sweep(1, (int[]){1}, 1);
  check_sweep(2, (int[]){1, 2}, 2);
  check_sweep(6, (int[]){1, 2, 3, 4, 5, 6}, 6);
  check_sweep(8, (int[]){1, 2, 3, 4, 5, 6, 7, 8}, 8);
  check_sweep(12, (int[]){1, 2, 3, 4, 5, 6, 7, 8, 12}, 9);
  check_sweep(14, (int[]){1, 2, 3, 4, 5, 6, 7, 8, 12, 14}, 10);
  check_sweep(16, (int[]){1, 2, 3, 4, 5, 6, 7, 8, 12, 16}, 10);
  check_sweep(96, (int[]){1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 96}, 15);
}

Test(parse, default_sweep_is_ascending_short_and_ends_with_the_cores) {
  for (int cores = 1; cores <= WORKERS_MAX; cores++) {
    int *workers = NULL;
    const size_t count = default_workers(cores, &workers);
    cr_assert(count >= 1 && count <= 28, "%d cores", cores);
    cr_assert_eq(workers[0], 1);
    cr_assert_eq(workers[count - 1], cores);
    for (size_t i = 1; i < count; i++) cr_assert(workers[i - 1] < workers[i], "%d cores", cores);
    free(workers);
  }
}
