/* One fitted law as JSON. */
#include "output/law_json.h"

#include <math.h>

#include "util/json_values.h"

static json_t *parameter(const struct law_parameter *p) {
  json_t *object = json_pack("{s:s, s:s}", "name", p->name, "symbol", p->symbol);
  json_put_number(object, "value", p->value);
  json_put_number(object, "se", p->se);
  json_put_number(object, "low", p->low);
  json_put_number(object, "high", p->high);
  return object;
}

json_t *law_json(const struct law *law, const struct law_points *points, double left_out_error, bool chosen) {
  char statement[256];
  law_statement(law, points, statement, sizeof statement);
  json_t *object = json_pack("{s:s, s:s, s:b}", "law", law_name(law->kind), "title", law_title(law->kind),
                             "chosen", chosen),
         *parameters = json_array();
  for (size_t j = 0; j < law->count; j++) json_array_append_new(parameters, parameter(&law->parameters[j]));
  json_put(object, "parameters", parameters);
  json_put_number(object, "left_out_error", left_out_error);
  json_put_number(object, "residual_sd", law->fitted ? law->residual_sd : NAN);
  json_put_text(object, "statement", statement);
  json_put_number(object, "limit", law->fitted ? law->limit : NAN);
  json_put_number(object, "peak_workers", law->fitted ? law->peak : NAN);
  return object;
}
