/* Values of JSON that may not be there. */
#ifndef BENCH_JSON_VALUES_H
#define BENCH_JSON_VALUES_H

#include <jansson.h>

/* null where it is not finite. */
json_t *json_number(double value);

/* null for NULL, and for text that is not UTF-8, as from a command line. */
json_t *json_text(const char *text);

#endif
