/* Numbers and lists of a command line. */
#include "cli/parse.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

bool parse_count(const char *text, uint64_t low, uint64_t high, uint64_t *value) {
  if (!isdigit((unsigned char)text[0])) return false; /* strtoull takes "-1" and " 1" */
  char *end;
  errno = 0;
  const unsigned long long number = strtoull(text, &end, 10);
  if (errno || *end || number < low || number > high) return false;
  *value = number;
  return true;
}

bool parse_real(const char *text, double low, double high, double *value) {
  if (!isdigit((unsigned char)text[0]) && !strchr("+-.", text[0])) return false; /* no "nan", no " 1" */
  char *end;
  const double number = strtod(text, &end);
  if (end == text || *end || !isfinite(number) || number < low || number > high) return false;
  *value = number;
  return true;
}

char *parse_next(char **list) {
  if (!*list) return NULL;
  char *element = *list, *comma = strchr(element, ',');
  if (comma) *comma++ = '\0';
  *list = comma;
  return element;
}

void parse_names(const char *list, struct text_list *names) {
  char *copy = xasprintf("%s", list), *rest = copy, *name;
  text_list_free(names);
  while ((name = parse_next(&rest))) text_list_add(names, "%s", name);
  free(copy);
}

static int compare_ints(const void *a, const void *b) {
  const int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

static size_t sort_unique(int *values, size_t count) {
  if (!count) return 0;
  qsort(values, count, sizeof *values, compare_ints);
  size_t kept = 1;
  for (size_t i = 1; i < count; i++) {
    if (values[i] != values[kept - 1]) values[kept++] = values[i];
  }
  return kept;
}

size_t parse_workers(const char *text, int **workers, char **bad) {
  char *copy = xasprintf("%s", text), *rest = copy, *element;
  int *list = NULL;
  size_t count = 0;
  while ((element = parse_next(&rest))) {
    uint64_t value;
    if (!parse_count(element, 1, WORKERS_MAX, &value)) {
      *bad = xasprintf("%s", element);
      free(list);
      free(copy);
      return 0;
    }
    list = xrealloc(list, count + 1, sizeof *list);
    list[count++] = (int)value;
  }
  free(copy);
  *workers = list;
  return sort_unique(list, count);
}

size_t default_workers(int cores, int **workers) {
  int *list = xcalloc(8 + 2 * sizeof(int) * 8 + 1, sizeof *list);
  size_t count = 0;
  for (int w = 1; w <= 8 && w <= cores; w++) list[count++] = w;
  for (int power = 8; power <= cores / 2; power *= 2) {
    list[count++] = power + power / 2;
    list[count++] = 2 * power;
  }
  /* the last power of two may leave room for the step half-way to the next */
  int last = count ? list[count - 1] : 1;
  if (last >= 8 && last + last / 2 <= cores) list[count++] = last + last / 2;
  list[count++] = cores;
  *workers = list;
  return sort_unique(list, count);
}
