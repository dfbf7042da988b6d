#include "report/json.h"

#include <jansson.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static json_t *number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

static void put(json_t *object, const char *key, json_t *value) { json_object_set_new(object, key, value); }
static void put_number(json_t *object, const char *key, double value) { put(object, key, number(value)); }
static void put_count(json_t *object, const char *key, size_t value) {
  put(object, key, json_integer((json_int_t)value));
}
/* Text from the command line or the environment need not be UTF-8: then the key is there with null. */
static void put_text(json_t *object, const char *key, const char *text) {
  json_t *string = text ? json_string(text) : NULL;
  put(object, key, string ? string : json_null());
}

static json_t *texts(char *const *list, size_t count) {
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++) {
    json_t *string = json_string(list[i]);
    json_array_append_new(array, string ? string : json_null());
  }
  return array;
}

/* ---- machine and arguments ---- */

static json_t *caches(const struct machine *machine) {
  json_t *array = json_array();
  for (int i = 0; i < machine->cache_count; i++) {
    const struct cache *cache = &machine->caches[i];
    json_array_append_new(array, json_pack("{s:i, s:s, s:s, s:s}", "level", cache->level, "type", cache->type,
                                           "size", cache->size, "shared_by_cpus", cache->shared));
  }
  return array;
}

static json_t *machine(const struct machine *m) {
  json_t *object = json_object();
  put_text(object, "cpu", m->cpu);
  put_text(object, "architecture", m->architecture);
  put_text(object, "kernel", m->kernel);
  put_text(object, "host", m->host);
  put_count(object, "cores", (size_t)m->cores);
  put_count(object, "usable_cores", (size_t)m->usable);
  put(object, "physical_cores", m->physical_cores ? json_integer(m->physical_cores) : json_null());
  put(object, "packages", m->packages ? json_integer(m->packages) : json_null());
  put(object, "numa_nodes", m->numa_nodes ? json_integer(m->numa_nodes) : json_null());
  put_text(object, "topology", *m->topology ? m->topology : NULL);
  put(object, "caches", caches(m));
  put_number(object, "memory_bytes", m->memory);
  put(object, "available_bytes", m->available > 0 ? json_real(m->available) : json_null());
  put(object, "virtual", json_boolean(m->hypervisor));
  put_text(object, "frequency_governor", *m->governor ? m->governor : NULL);
  put_text(object, "transparent_huge_pages", *m->huge_pages ? m->huge_pages : NULL);
  put_number(object, "load_average", m->load >= 0 ? m->load : NAN);
  return object;
}

static json_t *build(void) {
  json_t *object = json_object();
  put_text(object, "compiler", build_compiler());
  put_text(object, "flags", build_flags());
  return object;
}

/* The variables that OpenMP and the library read. */
static json_t *environment(const struct report *report) {
  static const char *const prefixes[] = {"OMP_", "GOMP_", "KMP_", "TUTTI_"};
  json_t *object = json_object();
  for (char **entry = environ; *entry; entry++) {
    const char *equals = strchr(*entry, '=');
    for (size_t i = 0; equals && i < sizeof prefixes / sizeof *prefixes; i++) {
      if (strncmp(*entry, prefixes[i], strlen(prefixes[i])) != 0) continue;
      char name[128];
      snprintf(name, sizeof name, "%.*s", (int)(equals - *entry), *entry);
      put_text(object, name, equals + 1);
    }
  }
  /* taken out of the environment at the start, see environment.h */
  if (report->isa_from_user) put_text(object, "TUTTI_ISA", tutti_isa_name(report->isa));
  return object;
}

static json_t *params(const struct bench_case *bench, const union bench_value *values) {
  json_t *object = json_object();
  for (size_t k = 0; bench->params && bench->params[k].name; k++) {
    const struct bench_param *param = &bench->params[k];
    put(object, param->name,
        param->kind == BENCH_COUNT ? json_integer((json_int_t)values[k].count) : json_real(values[k].real));
  }
  return object;
}

static json_t *arguments(const struct options *options) {
  json_t *object = json_object(), *cases = json_array(), *names = json_array(), *workers = json_array();
  for (size_t i = 0; i < options->case_count; i++) {
    if (options->cases[i].selected) json_array_append_new(cases, json_string(options->cases[i].bench->name));
  }
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (options->variants[v]) json_array_append_new(names, json_string(variants[v].name));
  }
  for (size_t i = 0; i < options->worker_count; i++)
    json_array_append_new(workers, json_integer(options->workers[i]));
  put(object, "argv", texts(options->argv, (size_t)options->argc));
  put(object, "cases", cases);
  put(object, "variants", names);
  put(object, "workers", workers);
  put_count(object, "repetitions", (size_t)options->repetitions);
  put(object, "seed", json_integer((json_int_t)options->seed));
  put_text(object, "output", options->output);
  return object;
}

/* ---- results ---- */

static json_t *summary(const struct summary *s) {
  json_t *object = json_object();
  put_number(object, "min", s->min);
  put_number(object, "q1", s->q1);
  put_number(object, "median", s->median);
  put_number(object, "q3", s->q3);
  put_number(object, "max", s->max);
  put_number(object, "median_low", s->low);
  put_number(object, "median_high", s->high);
  put_number(object, "median_coverage", s->coverage);
  return object;
}

static json_t *hex(const struct bench_result *result) {
  char text[2 * BENCH_RESULT_MAX + 1] = "";
  for (size_t i = 0; i < result->size; i++) snprintf(text + 2 * i, 3, "%02x", result->bytes[i]);
  return json_string(text);
}

static json_t *measurement(const struct measurement *item, const struct analysis_row *row) {
  const struct config *config = item->config;
  json_t *object = json_object(), *seconds = json_array();
  for (size_t i = 0; i < item->count; i++) json_array_append_new(seconds, number(item->seconds[i]));
  put_text(object, "variant", config->variant->name);
  put_text(object, "backend", tutti_backend_name(config->variant->backend));
  put_text(object, "isa", tutti_isa_name(tutti_context_isa(config->ctx)));
  put_count(object, "workers", (size_t)config->workers);
  put_text(object, "failure", item->failure);
  put(object, "result", item->compared ? hex(&item->result) : json_null());
  put(object, "same_bits", item->compared ? json_boolean(item->same_bits) : json_null());
  put(object, "seconds", seconds);
  if (!row->time.n) return object;
  put(object, "time", summary(&row->time));
  put_number(object, "speedup", row->speedup);
  put_number(object, "parallel_speedup", row->gain);
  put_number(object, "efficiency", row->efficiency);
  put_number(object, "karp_flatt", row->karp_flatt);
  put_number(object, "rate", row->rate);
  return object;
}

static json_t *family(const struct family *family) {
  json_t *object = json_object();
  const double s = family->fit.serial_fraction;
  put_text(object, "variant", family->variant->name);
  put_count(object, "worker_counts", family->worker_counts);
  put_number(object, "serial_fraction", family->fitted ? s : NAN);
  put_number(object, "serial_fraction_se", family->fitted ? family->fit.serial_fraction_se : NAN);
  put_number(object, "t1", family->fitted ? family->fit.t1 : NAN);
  put_number(object, "limit", family->fitted ? 1 / s : NAN);
  return object;
}

static json_t *skipped(const struct report *report, const struct case_results *results) {
  json_t *array = json_array();
  for (int v = 0; v < VARIANT_COUNT; v++) {
    const char *why = report_skipped(results, &variants[v]);
    if (!report->options->variants[v] || !why) continue;
    json_array_append_new(array, json_pack("{s:s, s:s}", "variant", variants[v].name, "reason", why));
  }
  return array;
}

static json_t *work(const struct case_results *results) {
  json_t *object = json_object();
  put_number(object, "items", results->work.items);
  put_text(object, "item", results->work.item);
  put(object, "bytes", results->work.bytes > 0 ? json_real(results->work.bytes) : json_null());
  put_text(object, "rate_unit", rate_unit(&results->work));
  return object;
}

static json_t *case_object(const struct report *report, size_t index) {
  const struct case_results *results = &report->cases[index];
  const struct analysis *analysis = &report->analyses[index];
  json_t *object = json_object(), *items = json_array(), *fits = json_array();
  put_text(object, "case", results->bench->name);
  put_text(object, "description", results->bench->description);
  put_text(object, "failure", results->failure);
  put(object, "arguments", params(results->bench, results->params));
  put_text(object, "size", results->size);
  put(object, "work", work(results));
  put_count(object, "rounds", results->rounds);
  put_number(object, "cores_used_by_others", results->disturbance.others);
  put_number(object, "cores_stolen", results->disturbance.stolen);
  put(object, "notes", texts(results->notes.text, results->notes.count));
  put(object, "skipped", skipped(report, results));
  for (size_t i = 0; i < results->count; i++)
    json_array_append_new(items, measurement(&results->items[i], &analysis->rows[i]));
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (analysis->families[v].worker_counts) json_array_append_new(fits, family(&analysis->families[v]));
  }
  put(object, "measurements", items);
  put(object, "amdahl", fits);
  return object;
}

bool json_write(FILE *stream, const struct report *report) {
  json_t *root = json_object(), *cases = json_array();
  put_text(root, "program", "bench_amdahl");
  put_count(root, "format", 1);
  put_text(root, "version", TUTTI_VERSION);
  put_text(root, "library_version", tutti_version());
  put_text(root, "started", report->started);
  put_number(root, "elapsed_seconds", report->seconds);
  put(root, "complete", json_boolean(report->complete));
  put(root, "interrupted", json_boolean(report->interrupted));
  put_text(root, "vector_isa", tutti_isa_name(report->isa));
  put(root, "vector_isa_from_environment", json_boolean(report->isa_from_user));
  put(root, "omp_wait_policy_set_by_program", json_boolean(report->passive_openmp));
  put(root, "machine", machine(&report->machine));
  put(root, "build", build());
  put(root, "environment", environment(report));
  put(root, "arguments", arguments(report->options));
  put(root, "notes", texts(report->notes.text, report->notes.count));
  for (size_t i = 0; i < report->count; i++) json_array_append_new(cases, case_object(report, i));
  put(root, "cases", cases);
  const bool good = json_dumpf(root, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0;
  fputc('\n', stream);
  json_decref(root);
  return good;
}
