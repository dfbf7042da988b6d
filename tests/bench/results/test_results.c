/* results.json: written, read again, and read where it is wrong. */
#include "../fake.h"
#include "output/results_json.h"

#include <stdio.h>
#include <unistd.h>

static double by_workers(bool vector, int workers, int run) {
  return (vector ? 0.5 : 2) / workers + 0.001 * run;
}

/* A file that holds the text; its name. */
static char *file_with(const char *text) {
  static char path[64];
  snprintf(path, sizeof path, "/tmp/test_results.XXXXXX");
  const int fd = mkstemp(path);
  cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
  close(fd);
  return path;
}

/* ---- a file made by hand ---- */

static const char by_hand[] =
    "{\"program\": \"bench_amdahl\", \"format\": 2, \"scaling\": \"weak\", \"complete\": true,\n"
    " \"vector_isa\": \"avx2\", \"library_version\": \"0.9\", \"started\": \"2026-01-02T03:04:05Z\",\n"
    " \"elapsed_seconds\": 12.5, \"plan\": {\"precision\": 0.05, \"max_time\": 7, \"repetitions\": null},\n"
    " \"clock\": {\"resolution_seconds\": 1e-9, \"cost_seconds\": 2e-8},\n"
    " \"machine\": {\"cpu\": \"Some <CPU>\", \"cores\": 8, \"usable_cores\": 6, \"physical_cores\": 4},\n"
    " \"arguments\": {\"seed\": 7, \"variants\": [\"serial\", \"threads\"], \"argv\": [\"bench_amdahl\"]},\n"
    " \"ceilings\": [{\"what\": \"read bandwidth\", \"isa\": \"avx2\", \"workers\": 6, \"rate\": 2e10, "
    "\"unit\": \"B/s\"}],\n"
    " \"notes\": [\"one\", \"two\"],\n"
    " \"cases\": [{\"case\": \"c\", \"size\": \"big\", \"answer\": \"42\", \"rounds\": 3, \"stopped\": "
    "\"max-time\",\n"
    "   \"work\": {\"items\": 100, \"item\": \"things\", \"bytes\": 800, \"flops\": null}, \"arguments\": "
    "{\"n\": 100},\n"
    "   \"measurements\": [\n"
    "    {\"variant\": \"serial\", \"isa\": \"scalar\", \"workers\": 1, \"result\": \"00ff\", \"same_bits\": "
    "true,\n"
    "     \"batch\": 2, \"first_seconds\": 9, \"seconds\": [4, 3, 5], \"cpu_seconds\": [4, null, 5]},\n"
    "    {\"variant\": \"threads\", \"isa\": \"scalar\", \"workers\": 2, \"result\": null, \"failure\": \"no "
    "luck\",\n"
    "     \"seconds\": [2]}]}]}\n";

Test(results, a_file_made_by_hand) {
  struct run run;
  char *error = NULL, *path = file_with(by_hand);
  cr_assert(results_read(path, &run, &error), "%s", error);
  cr_assert(run.options.weak && run.complete && !run.interrupted);
  cr_assert_str_eq(run.vector_isa, "avx2");
  cr_assert_str_eq(run.version, "0.9");
  cr_assert_str_eq(run.started, "2026-01-02T03:04:05Z");
  cr_assert_eq(run.seconds, 12.5);
  cr_assert_eq(run.options.precision, 0.05);
  cr_assert_eq(run.options.max_time, 7);
  cr_assert_eq(run.options.repetitions, 0);
  cr_assert_eq(run.options.seed, 7);
  cr_assert(run.options.variants[VARIANT_THREADS] && !run.options.variants[VARIANT_VECTOR]);
  cr_assert_eq(run.clock.cost, 2e-8);
  cr_assert_str_eq(run.machine.cpu, "Some <CPU>");
  cr_assert_eq(run.machine.usable, 6);
  cr_assert_eq(run.machine.physical_cores, 4);
  cr_assert_eq(run.ceiling_count, 1);
  cr_assert_eq(run.ceilings[0].rate, 2e10);
  cr_assert_str_eq(run.warnings.text[1], "two");
  cr_assert_eq(run.count, 1);
  const struct case_results *c = find_case(&run, "c");
  cr_assert_str_eq(c->answer, "42");
  cr_assert_eq(c->stopped, STOP_MAX_TIME);
  cr_assert_eq(c->work.bytes, 800);
  cr_assert_eq(c->count, 2);
  cr_assert_eq(c->items[0].batch, 2);
  cr_assert_eq(c->items[0].first, 9);
  cr_assert_eq(c->items[0].seconds[1], 3);
  cr_assert(isnan(c->items[0].cpu[1]) && c->items[0].cpu[2] == 5);
  cr_assert_eq(c->items[0].result.size, 2);
  cr_assert_eq(c->items[0].result.bytes[1], 0xff);
  cr_assert_str_eq(c->items[1].failure, "no luck");
  conclude(c, true);
  cr_assert_eq(analysis.rows[0].time.median, 4);
  run_free(&run);
  unlink(path);
}

/* ---- what is written is what is read ---- */

Test(results, written_and_read) {
  fake_takes = by_workers;
  struct run run = {.options = {.precision = 0.02, .max_time = 100}, .complete = true}, again;
  struct case_results results = fake_measure(&fake_case, &run.options);
  char *error = NULL, *path = file_with("");
  conclude(&results, false);
  run.cases = &results;
  run.count = 1;
  FILE *file = fopen(path, "w");
  cr_assert(file && results_write(file, &(struct run_analysis){&run, &analysis}));
  fclose(file);
  cr_assert(results_read(path, &again, &error), "%s", error);
  const struct case_results *c = find_case(&again, "fake");
  cr_assert(c && c->count == results.count && c->rounds == results.rounds);
  cr_assert_eq(c->stopped, results.stopped);
  cr_assert_eq(c->work.flops, 3000);
  struct analysis of_read = analyse(c, false);
  for (size_t i = 0; i < c->count; i++) {
    const struct measurement *a = &results.items[i], *b = &c->items[i];
    cr_assert(a->variant == b->variant && a->workers == b->workers && a->count == b->count);
    cr_assert_str_eq(a->isa, b->isa);
    cr_assert(b->same_bits && a->result.size == b->result.size);
    cr_assert(memcmp(a->result.bytes, b->result.bytes, a->result.size) == 0);
    for (size_t k = 0; k < a->count; k++) cr_assert_float_eq(a->seconds[k], b->seconds[k], 1e-11);
    cr_assert_float_eq(analysis.rows[i].gain.value, of_read.rows[i].gain.value, 1e-9);
  }
  analysis_free(&of_read);
  run_free(&again);
  case_results_free(&results);
  unlink(path);
}

/* ---- what is wrong is named ---- */

static void check_error(const char *text, const char *expected) {
  struct run run;
  char *error = NULL, *path = file_with(text);
  cr_assert(!results_read(path, &run, &error), "%s was read", text);
  cr_assert(strncmp(error, path, strlen(path)) == 0, "%s", error);
  cr_assert(strstr(error, expected), "'%s' is not in '%s'", expected, error);
  unlink(path);
  free(error);
}

/* The file made by hand with one text in the place of another. */
static void check_changed(const char *what, const char *by, const char *expected) {
  char text[sizeof by_hand + 64];
  const char *at = strstr(by_hand, what);
  cr_assert(at != NULL, "%s", what);
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - by_hand), by_hand, by, at + strlen(what));
  check_error(text, expected);
}

Test(results, what_is_no_json) {
  check_error("", ":1:0: ");
  check_error("{\"program\": \"bench_amdahl\",\n \"format\": 2,\n", ":3:");
  check_error("[]", "not a result of bench_amdahl");
  check_error("{\"program\": \"other\"}", "not a result of bench_amdahl");
  check_error("{\"program\": \"bench_amdahl\", \"format\": 3}", "format: not the one that is known here");
  check_error("{\"program\": \"bench_amdahl\", \"format\": 2}", "cases: an array is missing");
}

Test(results, wrong_values_are_named_with_their_place) {
  check_changed("\"case\": \"c\"", "\"case\": \"../c\"", "cases[0].case: not the name of a case");
  check_changed("\"case\": \"c\"", "\"case\": 3", "cases[0].case: not the name of a case");
  check_changed("\"rounds\": 3", "\"rounds\": -1", "cases[0].rounds: not a number of rounds");
  check_changed("\"rounds\": 3", "\"rounds\": 4", "cases[0].measurements[0].seconds: not one time a round");
  check_changed("\"rounds\": 3", "\"rounds\": 0", "seconds: not one time a round");
  check_changed("\"items\": 100", "\"items\": -1", "cases[0].work.items: not a number of items");
  check_changed("[4, 3, 5]", "[4, -3, 5]", "cases[0].measurements[0].seconds[1]: not a positive number");
  check_changed("[4, 3, 5]", "[4, 3, \"5\"]", "seconds[2]: not a positive number");
  check_changed("[4, 3, 5]", "null", "seconds: an array of times is missing");
  check_changed("\"serial\", \"isa\"", "\"vector\", \"isa\"", "measurements[0]: the first is not serial");
  check_changed("\"serial\", \"isa\"", "\"parallel\", \"isa\"", "variant: not a variant that is known here");
  check_changed("\"workers\": 2", "\"workers\": 0", "cases[0].measurements[1].workers: not a worker count");
  check_changed("\"workers\": 2", "\"workers\": 1e300", "measurements[1].workers: not a worker count");
  check_changed("\"00ff\"", "\"00f\"", "result: not the bytes of a result");
  check_changed("\"00ff\"", "\"00fg\"", "result: not hexadecimal");
  check_changed("\"measurements\"", "\"nothing\"", "measurements: an array is missing");
}

Test(results, a_file_that_is_not_there) {
  struct run run;
  char *error = NULL;
  cr_assert(!results_read("/nowhere/results.json", &run, &error));
  cr_assert_str_eq(error, "/nowhere/results.json: No such file or directory");
  free(error);
}
