/* Reads results.json. Whatever the file holds, it ends in results or in a sentence that says where it is
 * wrong. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/parse.h"
#include "results/results.h"
#include "util/whole_file.h"
#include "util/xalloc.h"

enum { PATH_SIZE = 256, MOST_TIMES = 1000000, MOST_BYTES = 1 << 30 };

/* Where in the file we are, and the first thing that was wrong. */
struct reader {
  char path[PATH_SIZE];
  char *error;
};

static bool wrong(struct reader *r, const char *key, const char *what) {
  const bool somewhere = *r->path || *key;
  if (!r->error)
    r->error =
        xasprintf("%s%s%s%s%s", r->path, *r->path && *key ? "." : "", key, somewhere ? ": " : "", what);
  return false;
}

static const char *text_or(const json_t *object, const char *key, const char *otherwise) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : otherwise;
}
static double number_or(const json_t *object, const char *key, double otherwise) {
  const json_t *value = json_object_get(object, key);
  return json_is_number(value) ? json_number_value(value) : otherwise;
}
static int int_or(const json_t *object, const char *key, int otherwise) {
  const double value = number_or(object, key, otherwise);
  return value >= -1e9 && value <= 1e9 ? (int)value : otherwise;
}
#define COPY_TEXT(to, object, key) snprintf((to), sizeof(to), "%s", text_or((object), (key), ""))

/* What is kept as it was found, if it is an object. */
static json_t *keep(const json_t *root, const char *key) {
  json_t *object = json_object_get(root, key);
  return json_is_object(object) ? json_incref(object) : NULL;
}

static void read_texts(const json_t *array, struct text_list *warnings) {
  size_t i;
  json_t *text;
  json_array_foreach(array, i, text) if (json_is_string(text))
      text_list_add(warnings, "%s", json_string_value(text));
}

/* ---- a measurement ---- */

static bool read_times(struct reader *r, const json_t *array, double **times, size_t *count) {
  if (!json_is_array(array)) return wrong(r, "seconds", "an array of times is missing");
  if (json_array_size(array) > MOST_TIMES) return wrong(r, "seconds", "too many times");
  *count = json_array_size(array);
  *times = xcalloc(*count, sizeof **times);
  for (size_t i = 0; i < *count; i++) {
    const json_t *value = json_array_get(array, i);
    char key[48];
    snprintf(key, sizeof key, "seconds[%zu]", i);
    (*times)[i] = json_is_number(value) ? json_number_value(value) : NAN;
    if (!((*times)[i] > 0 && (*times)[i] < 1e12)) return wrong(r, key, "not a positive number of seconds");
  }
  return true;
}

/* CPU seconds may be unknown, one by one or all. */
static double *read_cpu(const json_t *array, size_t count) {
  double *cpu = xcalloc(count, sizeof *cpu);
  for (size_t i = 0; i < count; i++) {
    const json_t *value = json_array_get(array, i);
    cpu[i] = json_is_number(value) ? json_number_value(value) : NAN;
  }
  return cpu;
}

static int hex_digit(char c) {
  const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;
  return at ? (int)(at - digits) : -1;
}

static bool read_result(struct reader *r, const char *text, struct bench_result *result) {
  const size_t length = strlen(text);
  if (length % 2 || length / 2 > BENCH_RESULT_MAX) return wrong(r, "result", "not the bytes of a result");
  result->size = length / 2;
  for (size_t i = 0; i < result->size; i++) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return wrong(r, "result", "not hexadecimal");
    result->bytes[i] = (unsigned char)(16 * high + low);
  }
  return true;
}

static bool read_measurement(struct reader *r, const json_t *object, struct measurement *item) {
  const char *name = text_or(object, "variant", ""), *failure = text_or(object, "failure", NULL);
  const json_t *result = json_object_get(object, "result");
  item->variant = variant_find(name);
  item->workers = int_or(object, "workers", 0);
  item->batch = (size_t)fmax(1, number_or(object, "batch", 1) <= 1e9 ? number_or(object, "batch", 1) : 1);
  item->first = number_or(object, "first_seconds", NAN);
  item->failure = failure ? xasprintf("%s", failure) : NULL;
  COPY_TEXT(item->isa, object, "isa");
  if (!item->variant) return wrong(r, "variant", "not a variant that is known here");
  if (item->workers < 1 || item->workers > WORKERS_MAX) return wrong(r, "workers", "not a worker count");
  if (!read_times(r, json_object_get(object, "seconds"), &item->seconds, &item->count)) return false;
  item->cpu = read_cpu(json_object_get(object, "cpu_seconds"), item->count);
  item->compared = json_is_string(result);
  item->same_bits = json_is_true(json_object_get(object, "same_bits"));
  return !item->compared || read_result(r, json_string_value(result), &item->result);
}

/* ---- a case ---- */

static enum stop read_stop(const json_t *object) {
  const char *name = text_or(object, "stopped", "");
  for (enum stop s = STOP_NOT; s < STOP_KINDS; s++)
    if (strcmp(stop_names[s], name) == 0) return s;
  return STOP_NOT;
}

static bool read_measurements(struct reader *r, const json_t *array, struct case_results *results) {
  char *end = r->path + strlen(r->path);
  int most = 1;
  size_t i;
  json_t *object;
  if (!json_is_array(array)) return wrong(r, "measurements", "an array is missing");
  results->items = xcalloc(json_array_size(array), sizeof *results->items);
  json_array_foreach(array, i, object) {
    snprintf(end, PATH_SIZE - (size_t)(end - r->path), ".measurements[%zu]", i);
    struct measurement *item = &results->items[results->count++];
    if (!read_measurement(r, object, item)) return false;
    if (item->count > results->rounds || (!item->failure && item->count < results->rounds))
      return wrong(r, "seconds", "not one time a round");
  }
  *end = '\0';
  for (size_t k = 0; results->parts < 1 && k < results->count; k++) /* a file that does not tell */
    if (results->items[k].workers > most) most = results->items[k].workers;
  if (results->parts < 1) results->parts = most;
  if (results->count && results->items[0].variant != &variants[VARIANT_SERIAL])
    return wrong(r, "measurements[0]", "the first is not serial");
  return true;
}

static bool read_work(struct reader *r, const json_t *object, struct bench_work *work) {
  work->items = number_or(object, "items", NAN);
  work->bytes = number_or(object, "bytes", 0);
  work->flops = number_or(object, "flops", 0);
  COPY_TEXT(work->item, object, "item");
  return (work->items >= 0 && work->items < 0x1p63) || wrong(r, "work.items", "not a number of items");
}

static bool read_case(struct reader *r, const json_t *object, struct case_results *results) {
  const char *name = text_or(object, "case", NULL), *failure = text_or(object, "failure", NULL),
             *no_vector = text_or(object, "no_vector", NULL);
  const double rounds = number_or(object, "rounds", -1);
  results->disturbance = (struct disturbance){.others = number_or(object, "cores_used_by_others", NAN),
                                              .stolen = number_or(object, "cores_stolen", NAN)};
  if (!name || !*name || strlen(name) > 64 || strchr(name, '/'))
    return wrong(r, "case", "not the name of a case");
  results->name = xasprintf("%s", name);
  results->description = xasprintf("%s", text_or(object, "description", ""));
  results->failure = failure ? xasprintf("%s", failure) : NULL;
  results->no_vector = no_vector ? xasprintf("%s", no_vector) : NULL;
  results->arguments = keep(object, "arguments");
  COPY_TEXT(results->size, object, "size");
  COPY_TEXT(results->answer, object, "answer");
  read_texts(json_object_get(object, "notes"), &results->warnings);
  if (results->failure) return true;
  if (!(rounds >= 0 && rounds <= MOST_TIMES)) return wrong(r, "rounds", "not a number of rounds");
  results->rounds = (size_t)rounds;
  results->stopped = read_stop(object);
  results->parts = int_or(object, "parts", 0);
  if (results->parts > WORKERS_MAX) return wrong(r, "parts", "not a number of parts");
  return read_work(r, json_object_get(object, "work"), &results->work) &&
         read_measurements(r, json_object_get(object, "measurements"), results);
}

/* ---- the run ---- */

/* Those that say what about what; NULL: nobody has looked. */
static json_t *read_findings(const json_t *list) {
  json_t *kept = json_is_array(list) ? json_array() : NULL, *finding;
  size_t i;
  json_array_foreach(list, i, finding) {
    const char *topic, *state, *text;
    if (json_unpack(finding, "{s:s, s:s, s:s}", "topic", &topic, "state", &state, "text", &text) == 0)
      json_array_append(kept, finding);
  }
  return kept;
}

static void read_machine(const json_t *object, struct machine *m) {
  COPY_TEXT(m->cpu, object, "cpu");
  COPY_TEXT(m->kernel, object, "kernel");
  COPY_TEXT(m->architecture, object, "architecture");
  COPY_TEXT(m->host, object, "host");
  m->cores = int_or(object, "cores", 0);
  m->usable = int_or(object, "usable_cores", 0);
  m->physical_cores = int_or(object, "physical_cores", 0);
  m->memory = number_or(object, "memory_bytes", 0);
}

static void read_ceilings(const json_t *array, struct run *run) {
  size_t i;
  json_t *object;
  run->ceilings = xcalloc(json_array_size(array), sizeof *run->ceilings);
  json_array_foreach(array, i, object) {
    struct ceiling c = {.workers = int_or(object, "workers", 0), .rate = number_or(object, "rate", NAN)};
    COPY_TEXT(c.what, object, "what");
    COPY_TEXT(c.isa, object, "isa");
    COPY_TEXT(c.unit, object, "unit");
    if (c.rate > 0) run->ceilings[run->ceiling_count++] = c;
  }
}

static void read_run_options(const json_t *root, struct run_options *options) {
  const json_t *plan = json_object_get(root, "plan"), *arguments = json_object_get(root, "arguments");
  size_t i;
  json_t *name;
  options->weak = strcmp(text_or(root, "scaling", "strong"), "weak") == 0;
  options->precision = number_or(plan, "precision", NAN);
  options->max_time = number_or(plan, "max_time", NAN);
  options->repetitions = int_or(plan, "repetitions", 0);
  options->seed = (uint64_t)json_integer_value(json_object_get(arguments, "seed"));
  options->arguments = keep(root, "arguments");
  json_array_foreach(json_object_get(arguments, "variants"), i, name) {
    const struct variant *v = json_is_string(name) ? variant_find(json_string_value(name)) : NULL;
    if (v) options->variants[variant_index(v)] = true;
  }
}

static bool read_run(struct reader *r, const json_t *root, struct run *run) {
  const int format = int_or(root, "format", 0);
  const json_t *cases = json_object_get(root, "cases"), *clock = json_object_get(root, "clock");
  size_t i;
  json_t *object;
  if (strcmp(text_or(root, "program", ""), "bench_amdahl") != 0)
    return wrong(r, "", "not a result of bench_amdahl");
  if (format != 2) return wrong(r, "format", "not the one that is known here: 2");
  if (!json_is_array(cases)) return wrong(r, "cases", "an array is missing");
  read_run_options(root, &run->options);
  read_machine(json_object_get(root, "machine"), &run->machine);
  run->about_machine = keep(root, "machine");
  run->build = keep(root, "build");
  run->environment = keep(root, "environment");
  run->findings = read_findings(json_object_get(root, "findings"));
  run->clock = (struct clock_quality){number_or(clock, "resolution_seconds", NAN),
                                      number_or(clock, "cost_seconds", NAN)};
  read_ceilings(json_object_get(root, "ceilings"), run);
  COPY_TEXT(run->vector_isa, root, "vector_isa");
  COPY_TEXT(run->program, root, "version");
  COPY_TEXT(run->version, root, "library_version");
  COPY_TEXT(run->started, root, "started");
  run->isa_from_user = json_is_true(json_object_get(root, "vector_isa_from_environment"));
  run->passive_openmp = json_is_true(json_object_get(root, "omp_wait_policy_set_by_program"));
  run->seconds = number_or(root, "elapsed_seconds", NAN);
  run->complete = json_is_true(json_object_get(root, "complete"));
  run->interrupted = json_is_true(json_object_get(root, "interrupted"));
  read_texts(json_object_get(root, "notes"), &run->warnings);
  run->cases = xcalloc(json_array_size(cases), sizeof *run->cases);
  json_array_foreach(cases, i, object) {
    snprintf(r->path, sizeof r->path, "cases[%zu]", i);
    struct case_results *results = &run->cases[run->count++];
    if (!read_case(r, object, results)) return false;
    for (size_t k = 0; k + 1 < run->count; k++)
      if (strcmp(run->cases[k].name, results->name) == 0)
        return wrong(r, "case", "a second one of that name");
  }
  return true;
}

bool results_parse(const char *text, size_t length, const char *name, struct run *run, char **error) {
  struct reader r = {.path = ""};
  json_error_t why;
  *run = (struct run){0};
  json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
  if (!root) {
    *error = xasprintf("%s:%d:%d: %s", name, why.line, why.column, why.text);
    return false;
  }
  const bool good = read_run(&r, root, run);
  if (!good) {
    *error = xasprintf("%s: %s", name, r.error);
    run_free(run);
    *run = (struct run){0};
  }
  free(r.error);
  json_decref(root);
  return good;
}

bool results_read(const char *path, struct run *run, char **error) {
  const bool standard = strcmp(path, "-") == 0;
  char *inside = results_file(path);
  FILE *file = standard ? stdin : fopen(inside, "r");
  size_t length;
  char *text = file ? whole_file(file, MOST_BYTES, &length) : NULL;
  bool good = false;
  *run = (struct run){0};
  if (!text) *error = xasprintf("%s: %s", standard ? "standard input" : inside, strerror(errno));
  else good = results_parse(text, length, standard ? "standard input" : inside, run, error);
  if (file && !standard) fclose(file);
  free(text);
  free(inside);
  return good;
}
