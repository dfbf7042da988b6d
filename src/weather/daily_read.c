/* tutti_daily_read: a record from a CSV file. */
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context/open.h"
#include "weather/daily.h"

enum { MOST_COLUMNS = 256, MOST_LINE = 1 << 16, DATE = TUTTI_DAILY_VARIABLES, KNOWN };

static const char *const names[KNOWN] = {"precipitation", "tmax", "tmin", "date"};

typedef struct {
  tutti_ctx *ctx;
  const char *path;
  size_t line; /* number of the line that is read, from 1 */
  int columns, place[KNOWN];
  char *field[MOST_COLUMNS];
  char *text; /* [MOST_LINE + 1]: the line */
  tutti_daily daily;
  size_t room; /* days for which there is memory */
} reader;

/* Refuses a column of the line, or (column -1) the line. like: what the value may be, or "". */
static tutti_status refuse_like(const reader *r, int column, const char *what, const char *value,
                                const char *like) {
  char place[32] = "";
  if (column >= 0) snprintf(place, sizeof place, ", column %d", column + 1);
  return tutti_fail(r->ctx, TUTTI_EINVAL, "%s: line %zu%s: %s%s%.40s%s%s%s", r->path, r->line, place, what,
                    value ? ": '" : "", value ? value : "", value ? "'" : "", *like ? ": " : "", like);
}

static tutti_status refuse(const reader *r, int column, const char *what, const char *value) {
  return refuse_like(r, column, what, value, "");
}

static char *skip_blanks(char *text) {
  while (*text && isspace((unsigned char)*text)) text++;
  return text;
}

/* Cuts the first field off a line: without the blanks around it, and without its quotation marks, within
 * which two marks stand for one. Returns what follows its comma; NULL: it was the last field. *field NULL:
 * quotation marks do not match. */
static char *cut_field(char *text, char **field) {
  text = skip_blanks(text);
  char *to = *field = text;
  if (*text == '"') {
    for (text++; *text && (text[0] != '"' || text[1] == '"'); *to++ = *text++)
      if (*text == '"') text++;
    if (*text) text = skip_blanks(text + 1);
    else to = NULL;
  } else {
    while (*text && *text != ',') *to++ = *text++;
  }
  char *rest = *text ? text + 1 : NULL;
  if (!to || (*text && *text != ',')) return *field = NULL;
  while (to > *field && isspace((unsigned char)to[-1])) to--;
  *to = 0;
  *field = skip_blanks(*field);
  return rest;
}

static tutti_status split(reader *r, char *text) {
  int n = 0;
  while (text) {
    if (n == MOST_COLUMNS) return refuse(r, -1, "more than 256 columns", NULL);
    text = cut_field(text, &r->field[n++]);
    if (!r->field[n - 1]) return refuse(r, n - 1, "quotation marks that do not match", NULL);
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
  static const char pattern[] = "dddd-dd-dd";
  const int column = r->place[DATE];
  const char *text = r->field[column];
  tutti_date d = {0};
  bool alike = strlen(text) == strlen(pattern);
  for (size_t i = 0; alike && pattern[i]; i++)
    alike = pattern[i] == 'd' ? isdigit((unsigned char)text[i]) != 0 : text[i] == '-';
  if (!alike) return refuse(r, column, "no date like 2012-01-31", text);
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
  if (*end || !isfinite(*value) || strpbrk(text, "xX")) return refuse(r, column, "no number", text);
  const daily_doubt doubt = tutti_daily_doubt_of(variable, *value);
  return doubt.wrong ? refuse_like(r, column, doubt.wrong, text, doubt.like) : TUTTI_OK;
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
  double value[TUTTI_DAILY_VARIABLES] = {0};
  int32_t number = 0;
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

/* Reads a line into r->text, without its line end. false: there is none, or it is refused. */
static bool next_line(reader *r, FILE *file, tutti_status *status) {
  size_t length = 0;
  int c;
  r->line++;
  while ((c = getc(file)) != EOF && c != '\n' && c != 0 && length < MOST_LINE) r->text[length++] = (char)c;
  r->text[length] = 0;
  if (ferror(file)) *status = tutti_fail(r->ctx, TUTTI_ESYSTEM, "%s: %s", r->path, strerror(errno));
  else if (c == 0) *status = refuse(r, -1, "a byte 0: not a text", NULL);
  else if (length == MOST_LINE) *status = refuse(r, -1, "it has more than 65 535 bytes", NULL);
  else if (c == EOF && length > 0)
    *status = refuse(r, -1, "the last line has no end: is the file cut short?", NULL);
  return c == '\n' && !*status;
}

static tutti_status read_lines(reader *r, FILE *file) {
  static const char byte_order_mark[] = "\xef\xbb\xbf";
  tutti_status status = TUTTI_OK;
  while (!status && next_line(r, file, &status)) {
    char *text = skip_blanks(r->text + (r->line == 1 && strncmp(r->text, byte_order_mark, 3) == 0 ? 3 : 0));
    if (r->line > 1 && !*text) continue; /* an empty line */
    status = split(r, text);
    if (!status) status = r->line == 1 ? read_names(r) : read_day(r);
  }
  if (!status && r->daily.days == 0)
    return tutti_fail(r->ctx, TUTTI_EINVAL, "%s: %s", r->path, r->line > 1 ? "no day in it" : "it is empty");
  return status;
}

tutti_status tutti_daily_read(tutti_ctx *ctx, const char *path, tutti_daily *daily) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return status;
  if (!path || !daily) return tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", path ? "daily" : "path");
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  FILE *file = fopen(path, "re");
  if (!file) return tutti_fail(ctx, TUTTI_ESYSTEM, "%s: %s", path, strerror(errno));
  /* numbers have a decimal point, whatever the program's locale is */
  const locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
  const locale_t before = uselocale(c);
  reader r = {.ctx = ctx, .path = path, .text = malloc(MOST_LINE + 1)};
  status =
      c && r.text ? read_lines(&r, file) : tutti_fail(ctx, TUTTI_ENOMEM, "%s: no memory to read it", path);
  free(r.text);
  uselocale(before);
  if (c) freelocale(c);
  fclose(file);
  if (status) tutti_daily_free(&r.daily);
  else *daily = r.daily;
  return status;
}
