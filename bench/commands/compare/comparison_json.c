#include <jansson.h>
#include <math.h>

#include "commands/compare/comparison_write.h"
#include "util/json_values.h"

static void put(json_t *object, const char *key, json_t *value) { json_object_set_new(object, key, value); }

static void put_text(json_t *object, const char *key, const char *text) { put(object, key, json_text(text)); }

static void put_texts(json_t *object, const char *key, const struct text_list *warnings) {
  json_t *array = json_array();
  for (size_t i = 0; i < warnings->count; i++) {
    json_t *string = json_string(warnings->text[i]);
    json_array_append_new(array, string ? string : json_null());
  }
  put(object, key, array);
}

static json_t *pair_object(const struct pair *pair) {
  static const char *const verdicts[VERDICTS] = {"slower", "faster", "no change", "cannot tell"};
  json_t *object = json_object();
  put_text(object, "case", pair->name);
  put_text(object, "variant", pair->old.item->variant->name);
  put(object, "workers", json_integer(pair->old.item->workers));
  put(object, "old_rounds", json_integer((json_int_t)pair->old.n));
  put(object, "new_rounds", json_integer((json_int_t)pair->new.n));
  put(object, "old_seconds", json_number(pair->old.median));
  put(object, "new_seconds", json_number(pair->new.median));
  put(object, "ratio", json_number(pair->ratio.value));
  put(object, "ratio_low", json_number(pair->ratio.low));
  put(object, "ratio_high", json_number(pair->ratio.high));
  put(object, "p", json_number(pair->p));
  put(object, "p_adjusted", json_number(pair->adjusted));
  put(object, "too_few_rounds", json_boolean(pair->few));
  put_text(object, "verdict", verdicts[pair->verdict]);
  return object;
}

bool write_json(FILE *stream, const struct comparison *c, const struct side *sides) {
  json_t *root = json_object(), *pairs = json_array();
  put_text(root, "program", "bench_amdahl compare");
  put(root, "format", json_integer(1));
  put_text(root, "old", sides[0].path);
  put_text(root, "new", sides[1].path);
  put(root, "threshold", json_number(c->settings.threshold));
  put(root, "alpha", json_number(c->settings.alpha));
  put(root, "worse", json_boolean(comparison_is_worse(c)));
  put_texts(root, "alarms", &c->alarms);
  put_texts(root, "different", &c->differences);
  put_texts(root, "not_compared", &c->left_out);
  put_texts(root, "warnings", &c->warnings);
  for (size_t i = 0; i < c->count; i++) json_array_append_new(pairs, pair_object(&c->pairs[i]));
  put(root, "comparisons", pairs);
  const bool good = json_dumpf(root, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0;
  fputc('\n', stream);
  json_decref(root);
  return good;
}
