/* The simulations as JSON. */
#include <math.h>

#include "commands/simulate/prediction.h"
#include "commands/simulate/simulate_output.h"
#include "util/json_values.h"

static json_t *numbers(const double *values, size_t n) {
  json_t *array = values ? json_array() : json_null();
  for (size_t i = 0; values && i < n; i++) json_array_append_new(array, json_number(values[i]));
  return array;
}

static json_t *prediction(const struct prediction *p) {
  static const char *const keys[SIM_TIMES] = {"work", "serial", "start", "dispatch", "memory", "wait"};
  json_t *breakdown = json_object();
  for (int k = 0; k < SIM_TIMES; k++) json_object_set_new(breakdown, keys[k], json_number(p->shares[k]));
  json_t *measured = p->observed ? json_pack("{s:f, s:f, s:f, s:f}", "median", p->observed->time.median,
                                             "low", p->observed->time.low, "high", p->observed->time.high,
                                             "coverage", p->observed->time.coverage)
                                 : json_null();
  return json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "workers", p->workers, "schedule",
                   schedule_names[p->schedule], "seconds", json_number(p->run.seconds), "speedup",
                   json_number(p->speedup), "speedup_at_most", json_number(p->most), "speedup_list_at_least",
                   json_number(p->least), "where", breakdown, "measured_seconds", measured, "difference",
                   json_number(p->difference));
}

static json_t *machine(const struct study *study) {
  const struct sim_machine *m = &study->machine;
  return json_pack("{s:i, s:f, s:f, s:b, s:o, s:o}", "cores", study->cores, "start_seconds", m->start,
                   "dispatch_seconds", m->dispatch, "caller_works", m->caller_works, "bandwidth",
                   json_number(m->bandwidth), "one_core_bandwidth", json_number(study->one_core_bandwidth));
}

json_t *simulate_json(const struct study *study) {
  json_t *calls = json_array(), *predictions = json_array();
  const struct sweep *sweep = &study->options->sweep;
  for (size_t i = 0; i < study->count; i++) {
    const struct sim_call *c = &study->calls[i];
    json_array_append_new(calls,
                          json_pack("{s:f, s:f, s:o, s:o}", "before", c->before, "after", c->after, "seconds",
                                    numbers(c->seconds, c->n), "bytes", numbers(c->bytes, c->n)));
  }
  for (size_t w = 0; w < sweep->worker_count; w++)
    for (int s = 0; s < sweep->schedule_count; s++) {
      const struct prediction p = predict(study, sweep->workers[w], sweep->schedules[s]);
      json_array_append_new(predictions, prediction(&p));
    }
  return json_pack(
      "{s:s, s:o, s:s?, s:s?, s:o, s:o, s:o, s:o, s:o}", "case", study->name, "size", json_text(study->size),
      "variant", study->variant ? study->variant->name : NULL, "isa", study_isa(study), "one_core_seconds",
      study->one_core.n ? json_number(study->one_core.median) : json_null(), "machine", machine(study),
      "calls", calls, "predictions", predictions, "notes", json_texts(&study->warnings));
}
