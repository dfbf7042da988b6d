/* Reading tables of workers and times: what people write, and what they get wrong. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "commands/fit/points.h"

static char error[256];
static const struct points_choice nothing, seconds = {.kind = POINTS_SECONDS},
                                           throughput = {.kind = POINTS_THROUGHPUT};

static bool read_text(const char *text, size_t length, const struct points_choice *choice, struct points *p) {
  *error = 0;
  return points_parse(text, length, "data.csv", choice, p, error, sizeof error);
}

static void expect_chosen(const char *text, const struct points_choice *choice, size_t n, double last_workers,
                          double last_value) {
  struct points p;
  cr_assert(read_text(text, strlen(text), choice, &p), "%s: %s", text, error);
  cr_assert(p.n == n && p.workers[n - 1] == last_workers && p.values[n - 1] == last_value,
            "%s: %zu points, %g, %g", text, p.n, p.workers[n - 1], p.values[n - 1]);
  points_free(&p);
}

static void expect(const char *text, size_t n, double last_workers, double last_value) {
  expect_chosen(text, &nothing, n, last_workers, last_value);
}

static void refuse(const char *text, const struct points_choice *choice, const char *why) {
  struct points p;
  cr_assert(!read_text(text, strlen(text), choice, &p), "%s was taken", text);
  cr_assert(strcmp(error, why) == 0, "%s: %s", text, error);
  cr_assert(p.n == 0 && p.workers == NULL);
}

Test(points, tables_as_people_write_them) {
  expect("workers,seconds\n1,8\n2,4\n", 2, 2, 4);
  expect("# run of May\n\nWorkers ; Time\n1;8\n\n# more\n4;2", 2, 4, 2);
  expect_chosen("1\t8\r\n2\t4\r\n", &seconds, 2, 2, 4);
  expect_chosen("  1   8  and more\n", &seconds, 1, 1, 8);
  expect("p,throughput\n1,0.125\n2,0.25\n", 2, 2, 0.25);
  expect_chosen("p,whatever\n1,0.125\n2,0.25\n", &throughput, 2, 2, 0.25);
  expect_chosen("1,1e-3\n", &seconds, 1, 1, 1e-3);
  expect("\xef\xbb\xbfworkers,seconds\r\n1,8\r\n2,4", 2, 2, 4);
  expect("\"workers\",\"seconds\"\n\"1\",\"8\"\n\"2\" , \"4\"\n", 2, 2, 4);
  expect("cores;\"a \"\"good\"\" time;\nin two lines\";time\n1;x;8\n2;;4\n", 2, 2, 4);
  expect_chosen("1.5 8\n", &seconds, 1, 1.5, 8);
}

Test(points, the_label_of_the_values) {
  struct points p;
  cr_assert(read_text("p,Speedup\n1,8\n", 14, &nothing, &p));
  cr_assert_str_eq(p.label, "Speedup");
  points_free(&p);
  cr_assert(read_text("1,8\n", 4, &seconds, &p));
  cr_assert_str_eq(p.label, "seconds");
  points_free(&p);
}

Test(points, columns_by_name) {
  expect("seconds,workers\n8,1\n4,2\n", 2, 2, 4);
  expect("size,threads,time,speedup\n9,1,8,1\n9,2,4,2\n", 2, 2, 4);
  expect_chosen("size,threads,time,speedup\n9,1,8,1\n9,2,4,2\n", &throughput, 2, 2, 2);
  expect_chosen("a,b,c\n9,1,8\n9,2,4\n", &(struct points_choice){.kind = POINTS_SECONDS, .x = "b", .y = "c"},
                2, 2, 4);
  expect_chosen("9,1,8\n9,2,4\n", &(struct points_choice){.kind = POINTS_SECONDS, .x = "2", .y = "3"}, 2, 2,
                4);
  expect("\"a;b\",workers,seconds\n9,1,8\n9,2,4\n", 2, 2, 4);
  expect("\xef\xbb\xbfworkers,a,seconds\n1,9,8\n2,9,4\n", 2, 2, 4);
  expect("workers\tempty\tseconds\n1\t\t8\n", 1, 1, 8);
  refuse("a,b,c\n9,1,8\n", &seconds, "data.csv:1: no column is called workers: name it with --x");
  refuse("workers,b,c\n9,1,8\n", &nothing,
         "data.csv:1: no column is called seconds or throughput: name it with --y");
  refuse("a,b,c\n9,1,8\n", &(struct points_choice){.x = "d"}, "data.csv:1: 'd' is no column of the table");
  refuse("9,1,8\n", &(struct points_choice){.y = "4"}, "data.csv:1: '4' is no column of the table");
  refuse("size,threads,time\n9,1\n", &nothing, "data.csv:2: '9' is all there is: a row needs 3 columns");
}

/* A results.csv of bench_amdahl holds several tables in one. */
Test(points, cases_and_variants_are_not_mixed) {
  static const char text[] = "case,variant,workers,seconds\nsum,threads,1,8\nsum,threads,2,4\n"
                             "pi,threads,1,80\npi,threads,3,30\n";
  expect_chosen(text, &(struct points_choice){.bench = "pi"}, 2, 3, 30);
  expect_chosen(text, &(struct points_choice){.bench = "sum", .variant = "threads"}, 2, 2, 4);
  refuse(text, &nothing, "data.csv:4: 'pi' is another case: choose one with --case");
  refuse(text, &(struct points_choice){.bench = "sum", .variant = "mpi"},
         "data.csv: there are no points in it");
  refuse("workers,seconds\n1,8\n", &(struct points_choice){.bench = "pi"},
         "data.csv:1: no column is called as --case or --variant ask");
}

Test(points, what_is_wrong_is_named_with_its_line) {
  refuse("", &seconds, "data.csv: there are no points in it");
  refuse("workers,seconds\n", &nothing, "data.csv: there are no points in it");
  refuse("workers,seconds\n1,8\n2,x\n", &nothing, "data.csv:3: 'x' is no positive number");
  refuse("1,8\n2\n", &seconds, "data.csv:2: '2' is all there is: a row needs 2 columns");
  refuse("1,8\n0,4\n", &seconds, "data.csv:2: '0' is no number of workers");
  refuse("1,8\n0.5,4\n", &seconds, "data.csv:2: '0.5' is no number of workers");
  refuse("1,8\n-2,4\n", &seconds, "data.csv:2: '-2' is no number of workers");
  refuse("1,8\n2,0\n", &seconds, "data.csv:2: '0' is no positive number");
  refuse("1,8\n2,nan\n", &seconds, "data.csv:2: 'nan' is no positive number");
  refuse("1,8\n2,\n", &seconds, "data.csv:2: '' is no positive number");
  refuse("1;8,5\n", &seconds, "data.csv:1: '8,5' is no positive number");
  refuse("1,8\n2,1e999\n", &seconds, "data.csv:2: '1e999' is no positive number");
  refuse("1,8\nworkers,seconds\n", &seconds, "data.csv:2: 'workers' is no number of workers");
  refuse("p,cost\n1,8\n", &nothing,
         "data.csv:1: 'cost' says neither seconds nor throughput: use --seconds or --throughput");
  refuse("1,8\n", &nothing,
         "data.csv:1: no header says what the second column is: use --seconds or --throughput");
  refuse("workers,seconds\n1,\"8\n2,4\n", &nothing, "data.csv:2: a quote is opened and not closed");
  refuse("workers,seconds\n1,\"8\"9\n", &nothing, "data.csv:2: '8' is followed by more than a separator");
  refuse("workers,\"sec\nonds\"\n1,8\n2,x\n", &seconds, "data.csv:4: 'x' is no positive number");
  refuse("1,\033[2J\n", &seconds, "data.csv:1: '?[2J' is no positive number");
}

Test(points, a_zero_byte) {
  struct points p;
  cr_assert(!read_text("1,8\n2,\0004\n", 9, &seconds, &p));
  cr_assert_str_eq(error, "data.csv:2: a zero byte: this is no text, or UTF-16");
}

Test(points, a_line_of_two_megabytes) {
  const size_t size = 2u << 20;
  char *text = malloc(size + 32);
  cr_assert(text != NULL);
  snprintf(text, size, "1,8,");
  memset(text + 4, 'x', size);
  snprintf(text + 4 + size, 28, "\n2,4\n");
  expect_chosen(text, &seconds, 2, 2, 4);
  text[2] = 'x';
  text[3] = 'x';
  struct points p;
  cr_assert(!read_text(text, strlen(text), &seconds, &p));
  cr_assert_str_eq(error, "data.csv:1: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' is no positive number");
  free(text);
}

Test(points, too_many) {
  char *text = malloc(4 * (MOST_POINTS + 1) + 1);
  cr_assert(text != NULL);
  for (size_t i = 0; i <= MOST_POINTS; i++) memcpy(text + 4 * i, "1,8\n", 4);
  text[4 * (MOST_POINTS + 1)] = 0;
  refuse(text, &seconds, "data.csv:10001: there are more than 10000 points");
  text[4 * MOST_POINTS] = 0;
  expect_chosen(text, &seconds, MOST_POINTS, 1, 8);
  free(text);
}

/* From a stream that gives it in pieces. */
Test(points, a_file) {
  FILE *file = tmpfile();
  struct points p;
  cr_assert(file != NULL);
  fputs("workers,seconds\n", file);
  for (int i = 1; i <= 3000; i++) fprintf(file, "%d,%d\n", i, 2 * i);
  rewind(file);
  cr_assert(points_read(file, "t", &nothing, &p, error, sizeof error), "%s", error);
  cr_assert(p.n == 3000 && p.workers[2999] == 3000 && p.values[2999] == 6000);
  points_free(&p);
  fclose(file);
}

/* A file cut at any byte is read or refused, never half believed. */
Test(points, a_table_cut_anywhere) {
  static const char text[] = "workers,\"seconds\"\n1,8.25\n16,0.75\n";
  for (size_t length = 0; length < sizeof text - 1; length++) {
    struct points p;
    if (!read_text(text, length, &nothing, &p)) {
      cr_assert(strncmp(error, "data.csv", 8) == 0, "%zu: %s", length, error);
      continue;
    }
    cr_assert(p.n >= 1 && p.n <= 2 && p.workers[0] == 1);
    points_free(&p);
  }
}

/* ---- results.json ---- */

#define RUN(scaling, cases)                                                                                  \
  "{\"program\": \"bench_amdahl\", \"format\": 2, \"scaling\": \"" scaling "\", \"cases\": [" cases "]}"
#define CASE(name, rounds, measurements)                                                                     \
  "{\"case\": \"" name "\", \"rounds\": " rounds                                                             \
  ", \"work\": {\"items\": 1}, \"measurements\": [" measurements "]}"
#define TIMES(variant, workers, seconds)                                                                     \
  "{\"variant\": \"" variant "\", \"workers\": " workers ", \"seconds\": " seconds "}"

/* Two cases; sum: three workers, five rounds of which the first warms up, and a failure. */
#define SUM                                                                                                  \
  TIMES("serial", "1", "[99, 9, 9, 9, 9]")                                                                   \
  "," TIMES("threads", "1", "[99, 8, 7, 10, 8]") "," TIMES(                                                  \
      "threads", "2", "[99, 4, 6, 5, 5]") ","                                                                \
                                          "{\"variant\": \"threads\", \"workers\": 4, \"failure\": "         \
                                          "\"died\", \"seconds\": []}," TIMES("processes", "1",              \
                                                                              "[99, 1, 2, 3, 2]")
#define PI TIMES("serial", "1", "[3, 3]") "," TIMES("threads", "3", "[2, 4]")
static const char results[] = "\n " RUN("strong", CASE("sum", "5", SUM) "," CASE("pi", "2", PI));

Test(results, medians_of_one_variant_of_one_case) {
  struct points p;
  const struct points_choice choice = {.bench = "sum", .variant = "threads"};
  cr_assert(read_text(results, strlen(results), &choice, &p), "%s", error);
  cr_assert(p.n == 2 && p.workers[0] == 1 && p.workers[1] == 2 && p.values[0] == 8 && p.values[1] == 5);
  cr_assert(p.rounds == 4 && p.seconds[0][0] == 8 && p.seconds[1][2] == 5 && !p.grows);
  cr_assert(p.kind == POINTS_SECONDS);
  points_free(&p);
  expect_chosen(results, &(struct points_choice){.bench = "pi"}, 1, 3, 3);
}

Test(results, what_cannot_be_chosen_is_named) {
  refuse(results, &nothing, "data.csv: there is more than one case; choose with --case: sum, pi");
  refuse(results, &(struct points_choice){.bench = "ar1"},
         "data.csv: 'ar1' is no case in it; there are: sum, pi");
  refuse(results, &(struct points_choice){.bench = "sum"},
         "data.csv: there is more than one parallel variant; choose with --variant: threads, processes");
  refuse(results, &(struct points_choice){.bench = "sum", .variant = "mpi"},
         "data.csv: 'mpi' is no parallel variant in it; there are: threads, processes");
}

#define ONE(workers, seconds, rounds)                                                                        \
  RUN("weak", CASE("a", rounds, TIMES("serial", "1", "[1]") "," TIMES("threads", workers, seconds)))

/* What is wrong with the file itself, the reader of all results says. */
Test(results, malformed) {
  struct points p;
  refuse("{", &nothing, "data.csv:1:1: string or '}' expected near end of file");
  refuse("{\n\"cases\": [}\n", &nothing, "data.csv:2:11: unexpected token near '}'");
  refuse("{\"cases\": [], \"cases\": []}", &nothing, "data.csv:1:21: duplicate object key near '\"cases\"'");
  refuse("{}", &nothing, "data.csv: not a result of bench_amdahl");
  refuse(RUN("strong", ""), &nothing, "data.csv: there is no case in it");
  refuse(RUN("strong", "1"), &nothing, "data.csv: cases[0].case: not the name of a case");
  refuse(RUN("strong", CASE("a", "1", TIMES("serial", "1", "[1]"))), &nothing,
         "data.csv: there is no parallel variant in it");
  refuse(ONE("0", "[1]", "1"), &nothing, "data.csv: cases[0].measurements[1].workers: not a worker count");
  refuse(ONE("\"2\"", "[1]", "1"), &nothing,
         "data.csv: cases[0].measurements[1].workers: not a worker count");
  refuse(ONE("2", "[null]", "1"), &nothing,
         "data.csv: cases[0].measurements[1].seconds[0]: not a positive number of seconds");
  refuse(ONE("2", "[-1]", "1"), &nothing,
         "data.csv: cases[0].measurements[1].seconds[0]: not a positive number of seconds");
  refuse(ONE("2", "[1, 2]", "1"), &nothing,
         "data.csv: cases[0].measurements[1].seconds: not one time a round");
  refuse(RUN("weak", CASE("a", "0", TIMES("serial", "1", "[]") "," TIMES("threads", "2", "[]"))), &nothing,
         "data.csv: there are no points in it");
  cr_assert(read_text(ONE("2", "[1]", "1"), strlen(ONE("2", "[1]", "1")), &nothing, &p), "%s", error);
  cr_assert(p.grows && p.n == 1 && p.rounds == 1);
  points_free(&p);
  for (size_t length = 0; length < strlen(results); length++)
    cr_assert(!read_text(results, length, &nothing, &p), "cut at %zu", length);
}
