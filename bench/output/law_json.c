#include "output/law_json.h"

#include <math.h>

#include "util/json_values.h"

static void put(json_t *object, const char *key, double value) {
  json_object_set_new(object, key, json_number(value));
}

static json_t *parameter(const struct law_parameter *p) {
  json_t *object = json_pack("{s:s, s:s}", "name", p->name, "symbol", p->symbol);
  put(object, "value", p->value);
  put(object, "se", p->se);
  put(object, "low", p->low);
  put(object, "high", p->high);
  return object;
}

json_t *law_json(const struct law *law, const struct law_points *points, double left_out_error, bool chosen) {
  char statement[256];
  law_statement(law, points, statement, sizeof statement);
  json_t *object = json_pack("{s:s, s:s, s:b}", "law", law_name(law->kind), "title", law_title(law->kind),
                             "chosen", chosen),
         *parameters = json_array();
  for (size_t j = 0; j < law->count; j++) json_array_append_new(parameters, parameter(&law->parameters[j]));
  json_object_set_new(object, "parameters", parameters);
  put(object, "left_out_error", left_out_error);
  put(object, "residual_sd", law->fitted ? law->residual_sd : NAN);
  json_object_set_new(object, "statement", json_string(statement));
  put(object, "limit", law->fitted ? law->limit : NAN);
  put(object, "peak_workers", law->fitted ? law->peak : NAN);
  return object;
}
