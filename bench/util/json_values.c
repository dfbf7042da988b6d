#include "util/json_values.h"

#include <math.h>

json_t *json_number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

json_t *json_text(const char *text) {
  json_t *string = text ? json_string(text) : NULL;
  return string ? string : json_null();
}
