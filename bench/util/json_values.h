/* Values of JSON that may not be there, and objects that are filled with them. */
#ifndef BENCH_JSON_VALUES_H
#define BENCH_JSON_VALUES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "util/text_list.h"

/* null where it is not finite. */
json_t *json_number(double value);

/* null for NULL, and for text that is not UTF-8, as from a command line. */
json_t *json_text(const char *text);

/* Arrays of json_number() and json_text(). */
json_t *json_numbers(const double *values, size_t count);
json_t *json_texts(const struct text_list *list);

/* Sets a key of an object; put takes the value over. */
void json_put(json_t *object, const char *key, json_t *value);
void json_put_number(json_t *object, const char *key, double value);
void json_put_count(json_t *object, const char *key, size_t value);
void json_put_text(json_t *object, const char *key, const char *text);

/* Prints a value in several lines, and gives it back. False: not all of it could be written. */
bool json_print(FILE *stream, json_t *value);

#endif
