/* Values of JSON that may not be there. */
#ifndef BENCH_JSON_VALUES_H
#define BENCH_JSON_VALUES_H

#include <jansson.h>

#include "util/text_list.h"

/* null where it is not finite. */
json_t *json_number(double value);

/* null for NULL, and for text that is not UTF-8, as from a command line. */
json_t *json_text(const char *text);

/* An array of json_text(). */
json_t *json_texts(const struct text_list *list);

#endif
