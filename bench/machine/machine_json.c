/* Machine, program and findings as JSON objects. */
#include "machine/machine_json.h"

#include <math.h>

#include "util/json_values.h"

static void put_text(json_t *object, const char *key, const char *text) {
  json_put(object, key, json_text(*text ? text : NULL));
}
static void put_positive(json_t *object, const char *key, double value) {
  json_put(object, key, json_number(value > 0 ? value : NAN));
}
static void put_count(json_t *object, const char *key, int count) {
  json_put(object, key, count ? json_integer(count) : json_null());
}

static json_t *caches(const struct machine *m) {
  json_t *array = json_array();
  for (int i = 0; i < m->cache_count; i++) {
    json_t *cache = json_object();
    put_count(cache, "level", m->caches[i].level);
    put_text(cache, "type", m->caches[i].type);
    put_text(cache, "size", m->caches[i].size);
    put_text(cache, "shared_by_cpus", m->caches[i].shared);
    json_array_append_new(array, cache);
  }
  return array;
}

json_t *machine_json(const struct machine *m) {
  json_t *object = json_object();
  put_text(object, "cpu", m->cpu);
  put_text(object, "architecture", m->architecture);
  put_text(object, "kernel", m->kernel);
  put_text(object, "host", m->host);
  put_count(object, "cores", m->cores);
  put_count(object, "usable_cores", m->usable);
  put_count(object, "physical_cores", m->physical_cores);
  put_count(object, "threads_per_core", m->threads_per_core);
  put_count(object, "packages", m->packages);
  put_count(object, "numa_nodes", m->numa_nodes);
  put_text(object, "topology", m->topology);
  put_text(object, "online_cpus", m->online);
  put_text(object, "allowed_cpus", m->allowed);
  put_text(object, "one_cpu_per_core", m->one_per_core);
  json_put(object, "caches", caches(m));
  put_positive(object, "memory_bytes", m->memory);
  put_positive(object, "available_bytes", m->available);
  json_put(object, "virtual", m->hypervisor || *m->virtual_by ? json_boolean(m->hypervisor) : json_null());
  put_text(object, "frequency_governor", m->governor);
  put_text(object, "transparent_huge_pages", m->huge_pages);
  json_put(object, "load_average", json_number(m->load >= 0 ? m->load : NAN));
  json_put(object, "cpu_quota_known", json_boolean(m->group.known));
  put_positive(object, "cpu_quota",
               m->group.known ? m->group.cpus : NAN); /* cores; null where there is none */
  return object;
}

json_t *build_json(void) {
  struct library libraries[LIBRARIES_MAX];
  const size_t count = build_libraries(libraries);
  json_t *object = json_object(), *versions = json_object();
  put_text(object, "compiler", build_compiler());
  put_text(object, "flags", build_flags());
  put_text(object, "revision", build_revision());
  for (size_t i = 0; i < count; i++) put_text(versions, libraries[i].name, libraries[i].version);
  json_put(object, "libraries", versions);
  return object;
}

json_t *findings_json(const struct findings *findings) {
  json_t *array = json_array();
  for (size_t i = 0; i < findings->count; i++) {
    const struct finding *f = &findings->list[i];
    json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "topic", f->topic, "state",
                                           finding_state_name(f->state), "text", f->text));
  }
  return array;
}
