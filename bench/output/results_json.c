/* Writes results.json. */
#include "output/results_json.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "output/law_json.h"
#include "util/json_values.h"

/* ---- results ---- */

static json_t *summary(const struct summary *s) {
  json_t *object = json_object();
  json_put_number(object, "min", s->min);
  json_put_number(object, "q1", s->q1);
  json_put_number(object, "median", s->median);
  json_put_number(object, "q3", s->q3);
  json_put_number(object, "max", s->max);
  json_put_number(object, "median_low", s->low);
  json_put_number(object, "median_high", s->high);
  json_put_number(object, "median_coverage", s->coverage);
  return object;
}

static json_t *hex(const struct bench_result *result) {
  char text[2 * BENCH_RESULT_MAX + 1] = "";
  for (size_t i = 0; i < result->size; i++) snprintf(text + 2 * i, 3, "%02x", result->bytes[i]);
  return json_string(text);
}

static json_t *breakdown(const struct time_breakdown *w) {
  if (isnan(w->compute)) return json_null();
  return json_pack("{s:f, s:f, s:f}", "compute", w->compute, "wait", w->wait, "overhead", w->overhead);
}

static void put_ratio(json_t *object, const char *name, const struct ratio *ratio) {
  char key[64];
  json_put_number(object, name, ratio->value);
  snprintf(key, sizeof key, "%s_low", name);
  json_put_number(object, key, ratio->low);
  snprintf(key, sizeof key, "%s_high", name);
  json_put_number(object, key, ratio->high);
}

static json_t *measurement(const struct measurement *item, const struct analysis_row *row) {
  json_t *object = json_object();
  json_put_text(object, "variant", item->variant->name);
  json_put_text(object, "backend", tutti_backend_name(item->variant->backend));
  json_put_text(object, "isa", item->isa);
  json_put_count(object, "workers", (size_t)item->workers);
  json_put_text(object, "failure", item->failure);
  json_put(object, "result", item->compared ? hex(&item->result) : json_null());
  json_put(object, "same_bits", item->compared ? json_boolean(item->same_bits) : json_null());
  json_put_count(object, "batch", item->batch);
  json_put_number(object, "first_seconds", item->first);
  json_put(object, "seconds", json_numbers(item->seconds, item->count));
  json_put(object, "cpu_seconds", json_numbers(item->cpu, item->count));
  if (!row->time.n) return object;
  json_put(object, "time", summary(&row->time));
  json_put_number(object, "interval",
                  row->time.coverage < 0.95 ? NAN : (row->time.high - row->time.low) / row->time.median);
  put_ratio(object, "speedup", &row->speedup);
  put_ratio(object, "parallel_speedup", &row->gain);
  json_put_number(object, "efficiency", row->efficiency);
  json_put_number(object, "karp_flatt", row->karp_flatt);
  json_put_number(object, "rate", row->rate);
  json_put_number(object, "flops", row->flops);
  json_put(object, "where", breakdown(&row->breakdown));
  return object;
}

/* Amdahl's law of a variant, as format 1 had it. */
static json_t *amdahl(const struct scaling_fit *fit) {
  const struct law *law = &fit->laws[LAW_AMDAHL].law;
  const struct law_parameter *s = &law->parameters[0];
  json_t *object = json_object();
  json_put_text(object, "variant", fit->variant->name);
  json_put_count(object, "worker_counts", fit->worker_counts);
  json_put_number(object, "serial_fraction", law->fitted ? s->value : NAN);
  json_put_number(object, "serial_fraction_low", law->fitted ? s->low : NAN);
  json_put_number(object, "serial_fraction_high", law->fitted ? s->high : NAN);
  json_put_number(object, "limit", law->fitted ? law->limit : NAN);
  return object;
}

/* As far as pictures show it: twice the workers, at least 8. */
static json_t *curve(const struct scaling_fit *fit, const struct fitted_law *fitted) {
  enum { POINTS = 60 };
  json_t *array = json_array();
  double most = 1;
  for (size_t i = 0; i < fit->points.n; i++) most = fmax(most, fit->points.workers[i]);
  const double right = fmax(8, 2 * most);
  for (int i = 0; fitted->law.fitted && i < POINTS; i++) {
    const double workers = 1 + (right - 1) * i / (POINTS - 1);
    double bounds[2];
    law_interval(&fitted->draws, workers, bounds);
    if (workers > most && isnan(bounds[0])) break; /* no prediction without its interval */
    json_t *point = json_object();
    json_put_number(point, "workers", workers);
    json_put_number(point, "gain", law_predict(&fitted->law, workers));
    json_put_number(point, "low", bounds[0]);
    json_put_number(point, "high", bounds[1]);
    json_array_append_new(array, point);
  }
  return array;
}

static void append_laws(json_t *array, const struct scaling_fit *fit) {
  for (enum law_kind k = 0; fit->worker_counts && k < LAW_KINDS; k++) {
    const struct fitted_law *f = &fit->laws[k];
    if (!f->applies) continue;
    json_t *object = law_json(&f->law, &fit->points, f->left_out_error, f == scaling_fit_law(fit));
    json_put_text(object, "variant", fit->variant->name);
    const struct ratio limit = fitted_limit(f);
    json_put_number(object, "limit_low", f->law.fitted ? limit.low : NAN);
    json_put_number(object, "limit_high", f->law.fitted ? limit.high : NAN);
    json_put(object, "curve", curve(fit, f));
    json_array_append_new(array, object);
  }
}

static json_t *work(const struct case_results *results) {
  json_t *object = json_object();
  json_put_number(object, "items", results->work.items);
  json_put_text(object, "item", results->work.item);
  json_put(object, "bytes", results->work.bytes > 0 ? json_real(results->work.bytes) : json_null());
  json_put(object, "flops", results->work.flops > 0 ? json_real(results->work.flops) : json_null());
  json_put_text(object, "rate_unit", rate_unit(&results->work));
  return object;
}

/* The base case, in absolute time. */
static json_t *base(const struct analysis *analysis) {
  const struct case_results *results = analysis->results;
  json_t *object = json_object();
  const int both[] = {VARIANT_SERIAL, VARIANT_VECTOR};
  for (size_t i = 0; i < 2; i++) {
    const struct measurement *item = find_measurement(results, &variants[both[i]], 0);
    const struct summary *time = item ? &analysis->rows[item - results->items].time : NULL;
    json_put_number(object, i ? "vector_seconds" : "serial_seconds", time && time->n ? time->median : NAN);
  }
  return object;
}

static json_t *case_object(const struct analysis *analysis) {
  const struct case_results *results = analysis->results;
  json_t *object = json_object(), *items = json_array(), *fits = json_array(), *laws = json_array();
  json_put_text(object, "case", results->name);
  json_put_text(object, "description", results->description);
  json_put_text(object, "failure", results->failure);
  json_put(object, "arguments", results->arguments ? json_incref(results->arguments) : json_object());
  json_put_text(object, "size", results->size);
  json_put_text(object, "answer", results->answer);
  json_put(object, "work", work(results));
  json_put_count(object, "parts", (size_t)results->parts);
  json_put_count(object, "rounds", results->rounds);
  json_put_count(object, "warmup_rounds", analysis->warmup);
  json_put_text(object, "stopped", stop_names[results->stopped]);
  json_put_number(object, "reached", analysis->reached);
  json_put(object, "base", base(analysis));
  json_put_number(object, "cores_used_by_others", results->disturbance.others);
  json_put_number(object, "cores_stolen", results->disturbance.stolen);
  json_put(object, "notes", json_texts(results->warnings.text, results->warnings.count));
  json_put_text(object, "no_vector", results->no_vector);
  for (size_t i = 0; i < results->count; i++)
    json_array_append_new(items, measurement(&results->items[i], &analysis->rows[i]));
  for (int v = 0; v < VARIANT_COUNT; v++) {
    const struct scaling_fit *fit = &analysis->fits[v];
    if (fit->worker_counts && fit->laws[LAW_AMDAHL].applies) json_array_append_new(fits, amdahl(fit));
    append_laws(laws, fit);
  }
  json_put(object, "measurements", items);
  json_put(object, "laws", laws);
  json_put(object, "amdahl", fits);
  return object;
}

/* ---- the run ---- */

static json_t *plan(const struct run_options *options) {
  json_t *object = json_object();
  json_put_number(object, "precision", options->precision);
  json_put_number(object, "max_time", options->max_time);
  json_put(object, "repetitions", options->repetitions ? json_integer(options->repetitions) : json_null());
  return object;
}

static json_t *clock_of(const struct clock_quality *clock) {
  json_t *object = json_object();
  json_put_number(object, "resolution_seconds", clock->resolution);
  json_put_number(object, "cost_seconds", clock->cost);
  return object;
}

static json_t *ceilings(const struct run *run) {
  json_t *array = json_array();
  for (size_t i = 0; i < run->ceiling_count; i++) {
    const struct ceiling *c = &run->ceilings[i];
    json_array_append_new(array, json_pack("{s:s, s:s, s:i, s:f, s:s}", "what", c->what, "isa", c->isa,
                                           "workers", c->workers, "rate", c->rate, "unit", c->unit));
  }
  return array;
}

static json_t *or_empty(json_t *kept) { return kept ? json_incref(kept) : json_object(); }

json_t *results_json(const struct run_analysis *analysis) {
  const struct run *run = analysis->run;
  json_t *root = json_object(), *cases = json_array();
  json_put_text(root, "program", "bench_amdahl");
  json_put_count(root, "format", 2);
  json_put_text(root, "version", run->program);
  json_put_text(root, "library_version", run->version);
  json_put_text(root, "started", run->started);
  json_put_number(root, "elapsed_seconds", run->seconds);
  json_put(root, "complete", json_boolean(run->complete));
  json_put(root, "interrupted", json_boolean(run->interrupted));
  json_put_text(root, "scaling", run->options.weak ? "weak" : "strong");
  json_put_text(root, "vector_isa", run->vector_isa);
  json_put(root, "vector_isa_from_environment", json_boolean(run->isa_from_user));
  json_put(root, "omp_wait_policy_set_by_program", json_boolean(run->passive_openmp));
  json_put(root, "clock", clock_of(&run->clock));
  json_put(root, "plan", plan(&run->options));
  json_put(root, "machine", or_empty(run->about_machine));
  json_put(root, "build", or_empty(run->build));
  json_put(root, "environment", or_empty(run->environment));
  json_put(root, "arguments", or_empty(run->options.arguments));
  json_put(root, "ceilings", ceilings(run));
  json_put(root, "findings", run->findings ? json_incref(run->findings) : json_null());
  json_put(root, "notes", json_texts(run->warnings.text, run->warnings.count));
  for (size_t i = 0; i < run->count; i++) json_array_append_new(cases, case_object(&analysis->cases[i]));
  json_put(root, "cases", cases);
  return root;
}

bool results_write(FILE *stream, const struct run_analysis *analysis) {
  return json_print(stream, results_json(analysis));
}
