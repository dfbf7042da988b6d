/* Reading tables of workers and times: what people write, and what they get wrong. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fit/points.h"

static char error[256];

static bool read_text(const char *text, size_t length, enum points_kind kind, struct points *p) {
  FILE *file = length ? fmemopen((void *)(uintptr_t)text, length, "r") : fopen("/dev/null", "r");
  cr_assert(file != NULL);
  *error = 0;
  const bool good = points_read(file, "data.csv", kind, p, error, sizeof error);
  fclose(file);
  return good;
}

static void expect(const char *text, enum points_kind kind, size_t n, double last_workers,
                   double last_seconds) {
  struct points p;
  cr_assert(read_text(text, strlen(text), kind, &p), "%s: %s", text, error);
  cr_assert(p.n == n && p.workers[n - 1] == last_workers && p.seconds[n - 1] == last_seconds &&
                p.throughput[n - 1] == 1 / last_seconds,
            "%s: %zu points, %g, %g", text, p.n, p.workers[n - 1], p.seconds[n - 1]);
  points_free(&p);
}

static void refuse(const char *text, enum points_kind kind, const char *why) {
  struct points p;
  cr_assert(!read_text(text, strlen(text), kind, &p), "%s was taken", text);
  cr_assert(strcmp(error, why) == 0, "%s: %s", text, error);
  cr_assert(p.n == 0 && p.workers == NULL);
}

Test(points, tables_as_people_write_them) {
  expect("workers,seconds\n1,8\n2,4\n", POINTS_UNKNOWN, 2, 2, 4);
  expect("# run of May\n\nWorkers ; Time\n1;8\n\n# more\n4;2", POINTS_UNKNOWN, 2, 4, 2);
  expect("1\t8\r\n2\t4\r\n", POINTS_SECONDS, 2, 2, 4);
  expect("  1   8  and more\n", POINTS_SECONDS, 1, 1, 8);
  expect("p,throughput\n1,0.125\n2,0.25\n", POINTS_UNKNOWN, 2, 2, 4);
  expect("p,whatever\n1,0.125\n2,0.25\n", POINTS_THROUGHPUT, 2, 2, 4);
  expect("1,1e-3\n", POINTS_SECONDS, 1, 1, 1e-3);
}

Test(points, what_is_wrong_is_named_with_its_line) {
  refuse("", POINTS_SECONDS, "data.csv: there are no points in it");
  refuse("workers,seconds\n", POINTS_UNKNOWN, "data.csv: there are no points in it");
  refuse("workers,seconds\n1,8\n2,x\n", POINTS_UNKNOWN, "data.csv:3: 'x' is no positive number");
  refuse("1,8\n2\n", POINTS_SECONDS, "data.csv:2: '2' has no second column");
  refuse("1,8\n0,4\n", POINTS_SECONDS, "data.csv:2: '0' is no number of workers");
  refuse("1,8\n-2,4\n", POINTS_SECONDS, "data.csv:2: '-2' is no number of workers");
  refuse("1,8\n2,0\n", POINTS_SECONDS, "data.csv:2: '0' is no positive number");
  refuse("1,8\n2,nan\n", POINTS_SECONDS, "data.csv:2: 'nan' is no positive number");
  refuse("1,8\n2,1e999\n", POINTS_SECONDS, "data.csv:2: '1e999' is no positive number");
  refuse("1,8\nworkers,seconds\n", POINTS_SECONDS, "data.csv:2: 'workers' is no number of workers");
  refuse("p,cost\n1,8\n", POINTS_UNKNOWN,
         "data.csv:1: 'cost' says neither seconds nor throughput: use --seconds or --throughput");
  refuse("1,8\n", POINTS_UNKNOWN,
         "data.csv:1: no header says what the second column is: use --seconds or --throughput");
}

/* A file cut at any byte is read or refused, never half believed. */
Test(points, a_table_cut_anywhere) {
  static const char text[] = "workers,seconds\n1,8.25\n16,0.75\n";
  for (size_t length = 0; length < sizeof text; length++) {
    struct points p;
    if (!read_text(text, length, POINTS_UNKNOWN, &p)) {
      cr_assert(strncmp(error, "data.csv", 8) == 0, "%zu: %s", length, error);
      continue;
    }
    cr_assert(p.n >= 1 && p.n <= 2 && p.workers[0] == 1);
    points_free(&p);
  }
}
