/* tutti_daily_read: a record from a CSV file. */
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "weather/daily.h"

enum { MOST_COLUMNS = 256, DATE = TUTTI_DAILY_VARIABLES, KNOWN };

static const char *const names[KNOWN] = {"precipitation", "tmax", "tmin", "date"};

typedef struct {
  tutti_ctx *ctx;
  const char *path;
  size_t line; /* that is read, from 1 */
  int columns, place[KNOWN];
  char *field[MOST_COLUMNS];
  tutti_daily daily;
  size_t room; /* days there is memory for */
} reader;

/* Fails at a column of the line, or (-1) at the line. */
static tutti_status refuse(const reader *r, int column, const char *what, const char *value) {
  char place[32] = "";
  if (column >= 0) snprintf(place, sizeof place, ", column %d", column + 1);
  return tutti_fail(r->ctx, TUTTI_EINVAL, "%s: line %zu%s: %s%s%.40s%s", r->path, r->line, place, what,
                    value ? ": '" : "", value ? value : "", value ? "'" : "");
}

/* A field without blanks and quotation marks around it. */
static char *trimmed(char *field) {
  char *end = field + strlen(field);
  while (end > field && isspace((unsigned char)end[-1])) end--;
  while (field < end && isspace((unsigned char)*field)) field++;
  if (end - field >= 2 && *field == '"' && end[-1] == '"') field++, end--;
  *end = 0;
  return field;
}

static tutti_status split(reader *r, char *text) {
  int n = 0;
  for (char *comma; text; text = comma) {
    comma = strchr(text, ',');
    if (comma) *comma++ = 0;
    if (n == MOST_COLUMNS) return refuse(r, -1, "more than 256 columns", NULL);
    r->field[n++] = trimmed(text);
  }
  if (r->line > 1 && n != r->columns) {
    char what[64];
    snprintf(what, sizeof what, "%d columns where line 1 has %d", n, r->columns);
    return refuse(r, n < r->columns ? n : r->columns, what, NULL);
  }
  r->columns = n;
  return TUTTI_OK;
}

static tutti_status read_names(reader *r) {
  for (int k = 0; k < KNOWN; k++) r->place[k] = -1;
  for (int column = 0; column < r->columns; column++)
    for (int k = 0; k < KNOWN; k++) {
      if (strcmp(r->field[column], names[k]) != 0) continue;
      if (r->place[k] >= 0) return refuse(r, column, "a second column of this name", names[k]);
      r->place[k] = column;
    }
  for (int k = 0; k < KNOWN; k++)
    if (r->place[k] < 0) return refuse(r, -1, "no column of this name", names[k]);
  return TUTTI_OK;
}

static tutti_status read_date(const reader *r, int32_t *number) {
  const int column = r->place[DATE];
  const char *text = r->field[column], pattern[] = "dddd-dd-dd";
  tutti_date d = {0};
  size_t i = 0;
  while (text[i] && i < sizeof pattern &&
         (pattern[i] == 'd' ? isdigit((unsigned char)text[i]) != 0 : text[i] == '-'))
    i++;
  if (text[i] || i != sizeof pattern - 1) return refuse(r, column, "no date like 2012-01-31", text);
  d.year = (int)strtol(text, NULL, 10);
  d.month = (int)strtol(text + 5, NULL, 10);
  d.day = (int)strtol(text + 8, NULL, 10);
  *number = tutti_day_number(d);
  return *number == INT32_MIN ? refuse(r, column, "no such date", text) : TUTTI_OK;
}

static tutti_status read_value(const reader *r, int variable, double *value) {
  const int column = r->place[variable];
  const char *text = r->field[column];
  *value = NAN;
  if (!*text || strcmp(text, "NA") == 0 || strcasecmp(text, "nan") == 0) return TUTTI_OK;
  char *end;
  *value = strtod(text, &end);
  if (*end || !isfinite(*value)) return refuse(r, column, "no number", text);
  if (variable == TUTTI_PRECIPITATION ? *value < 0 : fabs(*value) > 100)
    return refuse(r, column,
                  variable == TUTTI_PRECIPITATION ? "precipitation below 0" : "no temperature of this planet",
                  text);
  return TUTTI_OK;
}

static bool make_room(reader *r, size_t days) {
  if (days <= r->room) return true;
  const size_t room = 2 * days;
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) {
    double *more = realloc(r->daily.value[v], room * sizeof *more);
    if (!more) return false;
    r->daily.value[v] = more;
  }
  r->room = room;
  return true;
}

static tutti_status read_day(reader *r) {
  double value[TUTTI_DAILY_VARIABLES];
  int32_t number;
  tutti_status status = read_date(r, &number);
  for (int v = 0; v < TUTTI_DAILY_VARIABLES && !status; v++) status = read_value(r, v, &value[v]);
  if (status) return status;
  if (value[TUTTI_TMAX] < value[TUTTI_TMIN])
    return refuse(r, r->place[TUTTI_TMAX], "tmax below tmin", r->field[r->place[TUTTI_TMAX]]);
  tutti_daily *d = &r->daily;
  if (d->days == 0) d->first_day = number;
  if (d->days && number < d->first_day + (int32_t)d->days)
    return refuse(r, r->place[DATE], "not after the date before it", r->field[r->place[DATE]]);
  const size_t day = (size_t)(number - d->first_day);
  if (!make_room(r, day + 1))
    return tutti_fail(r->ctx, TUTTI_ENOMEM, "%s: no memory for %zu days", r->path, day + 1);
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) {
    for (size_t missing = d->days; missing < day; missing++) d->value[v][missing] = NAN;
    d->value[v][day] = value[v];
  }
  d->days = day + 1;
  return TUTTI_OK;
}

static tutti_status read_lines(reader *r, FILE *file) {
  static const char byte_order_mark[] = "\xef\xbb\xbf";
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  tutti_status status = TUTTI_OK;
  while (!status && (length = getline(&line, &size, file)) >= 0) {
    r->line++;
    char *text = line + (r->line == 1 && strncmp(line, byte_order_mark, 3) == 0 ? 3 : 0);
    if (line[length - 1] != '\n')
      status = refuse(r, -1, "the last line has no end: is the file cut short?", NULL);
    else if (strlen(line) != (size_t)length) status = refuse(r, -1, "a byte 0: not a text", NULL);
    else if (r->line > 1 && !*trimmed(text)) continue; /* an empty line */
    if (!status) status = split(r, text);
    if (!status) status = r->line == 1 ? read_names(r) : read_day(r);
  }
  free(line);
  if (!status && ferror(file)) return tutti_fail(r->ctx, TUTTI_ESYSTEM, "%s: %s", r->path, strerror(errno));
  if (!status && r->daily.days == 0)
    return tutti_fail(r->ctx, TUTTI_EINVAL, "%s: %s", r->path, r->line ? "no day in it" : "it is empty");
  return status;
}

tutti_status tutti_daily_read(tutti_ctx *ctx, const char *path, tutti_daily *daily) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return status;
  if (!path || !daily) return tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", path ? "daily" : "path");
  FILE *file = fopen(path, "re");
  if (!file) return tutti_fail(ctx, TUTTI_ESYSTEM, "%s: %s", path, strerror(errno));
  /* 12.8 is a number in every country */
  const locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
  const locale_t before = uselocale(c);
  reader r = {.ctx = ctx, .path = path};
  status = c ? read_lines(&r, file) : tutti_fail(ctx, TUTTI_ENOMEM, "%s: no memory to read it", path);
  uselocale(before);
  if (c) freelocale(c);
  fclose(file);
  if (status) tutti_daily_free(&r.daily);
  else *daily = r.daily;
  return status;
}
