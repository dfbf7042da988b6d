/* Values of JSON that may be null. */
#include "util/json_values.h"

#include <math.h>

json_t *json_number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

json_t *json_text(const char *text) {
  json_t *string = text ? json_string(text) : NULL;
  return string ? string : json_null();
}

json_t *json_numbers(const double *values, size_t count) {
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++) json_array_append_new(array, json_number(values[i]));
  return array;
}

json_t *json_texts(char *const *texts, size_t count) {
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++) json_array_append_new(array, json_text(texts[i]));
  return array;
}

void json_put(json_t *object, const char *key, json_t *value) { json_object_set_new(object, key, value); }

void json_put_number(json_t *object, const char *key, double value) {
  json_put(object, key, json_number(value));
}

void json_put_count(json_t *object, const char *key, size_t value) {
  json_put(object, key, json_integer((json_int_t)value));
}

void json_put_text(json_t *object, const char *key, const char *text) {
  json_put(object, key, json_text(text));
}

bool json_print(FILE *stream, json_t *value) {
  const bool good = json_dumpf(value, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0;
  fputc('\n', stream);
  json_decref(value);
  return good;
}
