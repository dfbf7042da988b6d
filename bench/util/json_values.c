#include "util/json_values.h"

#include <math.h>

json_t *json_number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

json_t *json_text(const char *text) {
  json_t *string = text ? json_string(text) : NULL;
  return string ? string : json_null();
}

json_t *json_texts(const struct text_list *list) {
  json_t *array = json_array();
  for (size_t i = 0; i < list->count; i++) json_array_append_new(array, json_text(list->text[i]));
  return array;
}
