/* Tables as people and programs write them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/parse.h"
#include "commands/fit/points_reader.h"
#include "util/xalloc.h"

/* ---- records and their fields ---- */

struct cursor {
  const struct points_reader *reader;
  char *at, *end;
  size_t line, next_line; /* of the record, of what comes after it */
  char separator;         /* ' ': blanks and tabs, any number of them */
  char **fields;          /* of the record: in the text, each ended by a zero */
  size_t count, room;
};

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
static bool is_separator(const struct cursor *c, char x) {
  return x == c->separator || (c->separator == ' ' && x == '\t');
}

/* The first of ; tab , on the line at `at`, outside quotes, in this order: a comma may be decimal. */
static char find_separator(const char *at, const char *end) {
  char found = ' ';
  bool quoted = false;
  const char *stop = at;
  while (stop < end && *stop != '\n') stop++;
  while (stop > at && is_blank(stop[-1])) stop--;
  for (; at < stop; at++) {
    if (*at == '"') quoted = !quoted;
    if (quoted) continue;
    if (*at == ';') return ';';
    if (*at == '\t') found = '\t';
    else if (*at == ',' && found == ' ') found = ',';
  }
  return found;
}

static void add_field(struct cursor *c, char *field) {
  if (c->count == c->room) c->fields = xrealloc(c->fields, c->room = 2 * c->room + 8, sizeof *c->fields);
  c->fields[c->count++] = field;
}

/* From behind an opening quote to behind the closing one; "" is a quote. NULL: there is none. */
static char *unquote(struct cursor *c, char **last) {
  char *to = c->at;
  for (char *from = c->at; from < c->end; from++) {
    if (*from == '"' && !(from + 1 < c->end && from[1] == '"')) {
      *last = to;
      return from + 1;
    }
    c->next_line += *from == '\n';
    from += *from == '"';
    *to++ = *from;
  }
  return NULL;
}

/* One field, from c->at to behind the separator or the end of the line, which ends the record. */
static bool read_field(struct cursor *c, bool *more) {
  while (c->at < c->end && is_blank(*c->at) && !(c->separator == '\t' && *c->at == '\t')) c->at++;
  char *begin = c->at, *last = NULL;
  if (c->at < c->end && *c->at == '"') {
    begin = ++c->at;
    c->at = unquote(c, &last);
    if (!c->at) return points_complain(c->reader, c->line, NULL, "a quote is opened and not closed");
    while (c->at < c->end && is_blank(*c->at) && !is_separator(c, *c->at)) c->at++;
    if (c->at < c->end && *c->at != '\n' && !is_separator(c, *c->at)) {
      *last = '\0';
      return points_complain(c->reader, c->line, begin, "is followed by more than a separator");
    }
  } else {
    while (c->at < c->end && *c->at != '\n' && !is_separator(c, *c->at)) c->at++;
    last = c->at;
    while (last > begin && is_blank(last[-1])) last--;
  }
  if (c->separator == ' ')
    while (c->at < c->end && is_blank(*c->at)) c->at++;
  const bool ends = c->at == c->end || *c->at == '\n';
  *more = !ends;
  c->next_line += c->at < c->end && *c->at == '\n';
  if (c->at < c->end && (ends || c->separator != ' ')) c->at++; /* blanks are behind us */
  *last = '\0';                                                 /* the text has a byte behind its end */
  add_field(c, begin);
  return true;
}

/* 1: a record; 0: the end; -1: complained. */
static int next_record(struct cursor *c) {
  for (;;) {
    while (c->at < c->end && (is_blank(*c->at) || *c->at == '\n')) {
      if (c->separator == '\t' && *c->at == '\t') break;
      c->next_line += *c->at++ == '\n';
    }
    if (c->at == c->end) return 0;
    if (*c->at != '#') break;
    while (c->at < c->end && *c->at != '\n') c->at++;
  }
  if (!c->separator) c->separator = find_separator(c->at, c->end);
  c->line = c->next_line;
  c->count = 0;
  bool more = true;
  while (more)
    if (!read_field(c, &more)) return -1;
  return 1;
}

/* ---- which columns ---- */

static const struct {
  const char *name;
  enum points_kind kind;
} value_names[] = {{"seconds", POINTS_SECONDS},     {"time", POINTS_SECONDS},
                   {"s", POINTS_SECONDS},           {"elapsed", POINTS_SECONDS},
                   {"runtime", POINTS_SECONDS},     {"time_s", POINTS_SECONDS},
                   {"walltime", POINTS_SECONDS},    {"ms", POINTS_SECONDS},
                   {"time_ms", POINTS_SECONDS},     {"throughput", POINTS_THROUGHPUT},
                   {"rate", POINTS_THROUGHPUT},     {"speedup", POINTS_THROUGHPUT},
                   {"capacity", POINTS_THROUGHPUT}, {"performance", POINTS_THROUGHPUT}};

static const char *const worker_names[] = {"workers", "threads", "cores", "processes", "procs", "ranks",
                                           "nprocs",  "np",      "cpus",  "nodes",     "p",     "n"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static enum points_kind kind_of(const char *name) {
  for (size_t i = 0; i < COUNT(value_names); i++)
    if (strcasecmp(name, value_names[i].name) == 0) return value_names[i].kind;
  return POINTS_UNKNOWN;
}

static bool is_workers(const char *name) {
  for (size_t i = 0; i < COUNT(worker_names); i++)
    if (strcasecmp(name, worker_names[i]) == 0) return true;
  return false;
}

enum { NONE = -1 };

struct columns {
  long x, y, bench, variant; /* from 0; NONE */
  bool header;
};

static long column_named(const struct cursor *c, const char *name) {
  for (size_t i = 0; i < c->count; i++)
    if (strcasecmp(c->fields[i], name) == 0) return (long)i;
  return NONE;
}

/* The column that --x or --y names. */
static bool find_wanted(const struct cursor *c, const char *wanted, bool header, long *column) {
  uint64_t number;
  *column = header ? column_named(c, wanted) : NONE;
  if (*column == NONE && parse_count(wanted, 1, c->count, &number)) *column = (long)number - 1;
  return *column != NONE || points_complain(c->reader, c->line, wanted, "is no column of the table");
}

/* The first column with a known name, of the kind asked for. */
static long find_value(const struct cursor *c, enum points_kind kind) {
  for (size_t i = 0; i < c->count; i++) {
    const enum points_kind its = kind_of(c->fields[i]);
    if (its != POINTS_UNKNOWN && (kind == POINTS_UNKNOWN || its == kind)) return (long)i;
  }
  return NONE;
}

static long find_workers(const struct cursor *c) {
  for (size_t i = 0; i < c->count; i++)
    if (is_workers(c->fields[i])) return (long)i;
  return NONE;
}

/* No field of a header is a number. */
static bool is_header(const struct cursor *c) {
  double number;
  for (size_t i = 0; i < c->count; i++)
    if (parse_real(c->fields[i], -1e300, 1e300, &number)) return false;
  return true;
}

static bool find_columns(const struct cursor *c, struct columns *columns, struct points *p) {
  const struct points_choice *choice = c->reader->choice;
  *columns = (struct columns){NONE, NONE, NONE, NONE, is_header(c)};
  if (!columns->header) {
    columns->x = 0;
    columns->y = 1;
  }
  if (choice->x && !find_wanted(c, choice->x, columns->header, &columns->x)) return false;
  if (choice->y && !find_wanted(c, choice->y, columns->header, &columns->y)) return false;
  if (!columns->header && (choice->bench || choice->variant))
    return points_complain(c->reader, c->line, NULL, "no header, so no column for --case or --variant");
  if (!columns->header)
    return p->kind != POINTS_UNKNOWN ||
           points_complain(c->reader, c->line, NULL,
                           "no header says what the second column is: use --seconds or --throughput");
  if (c->count < 2) return points_complain(c->reader, c->line, c->fields[0], "has no second column");
  if (columns->x == NONE) columns->x = find_workers(c);
  if (columns->y == NONE) columns->y = find_value(c, p->kind);
  if (c->count == 2) { /* what has no known name is what is left */
    if (columns->x == NONE) columns->x = columns->y == 0;
    if (columns->y == NONE) columns->y = columns->x == 0;
  }
  if (columns->x == NONE)
    return points_complain(c->reader, c->line, NULL, "no column is called workers: name it with --x");
  if (columns->y == NONE)
    return points_complain(c->reader, c->line, NULL,
                           "no column is called seconds or throughput: name it with --y");
  if (p->kind == POINTS_UNKNOWN) p->kind = kind_of(c->fields[columns->y]);
  snprintf(p->label, sizeof p->label, "%s", c->fields[columns->y]);
  columns->bench = column_named(c, "case");
  columns->variant = column_named(c, "variant");
  if ((choice->bench && columns->bench == NONE) || (choice->variant && columns->variant == NONE))
    return points_complain(c->reader, c->line, NULL, "no column is called as --case or --variant ask");
  return p->kind != POINTS_UNKNOWN ||
         points_complain(c->reader, c->line, c->fields[columns->y],
                         "says neither seconds nor throughput: use --seconds or --throughput");
}

/* ---- rows ---- */

/* Whether the row is of the case (or variant) wanted, the first one's where none was asked for; *mixed where
 * a row of another one would be taken for the same. */
static bool is_wanted(const struct cursor *c, long column, const char *wanted, char **seen, bool *mixed) {
  if (column == NONE || (size_t)column >= c->count) return true;
  const char *name = c->fields[column];
  if (wanted) return strcmp(name, wanted) == 0;
  if (!*seen) *seen = xasprintf("%s", name);
  *mixed = strcmp(name, *seen) != 0;
  return true;
}

static bool read_row(const struct cursor *c, const struct columns *columns, struct points *p) {
  double workers, value;
  const long last = columns->x > columns->y ? columns->x : columns->y;
  if ((size_t)last >= c->count) {
    char what[80];
    snprintf(what, sizeof what, "is all there is: a row needs %ld columns", last + 1);
    return points_complain(c->reader, c->line, c->fields[0], what);
  }
  const char *left = c->fields[columns->x], *right = c->fields[columns->y];
  if (!parse_real(left, 1, 0x1p40, &workers))
    return points_complain(c->reader, c->line, left, "is no number of workers");
  if (!parse_real(right, 1e-150, 1e150, &value))
    return points_complain(c->reader, c->line, right, "is no positive number");
  return points_add(p, workers, value) ||
         points_complain(c->reader, c->line, NULL, "there are more than 10000 points");
}

static bool read_rows(struct cursor *c, struct points *p) {
  const struct points_choice *choice = c->reader->choice;
  struct columns columns;
  char *bench = NULL, *variant = NULL;
  int got = next_record(c);
  bool good = got > 0 ? find_columns(c, &columns, p) : got == 0;
  if (good && got > 0 && columns.header) got = next_record(c);
  for (; good && got > 0; got = next_record(c)) {
    bool other_case = false, other_variant = false;
    if (!is_wanted(c, columns.bench, choice->bench, &bench, &other_case) ||
        !is_wanted(c, columns.variant, choice->variant, &variant, &other_variant))
      continue;
    if (other_case)
      good = points_complain(c->reader, c->line, c->fields[columns.bench],
                             "is another case: choose one with --case");
    else if (other_variant)
      good = points_complain(c->reader, c->line, c->fields[columns.variant],
                             "is another variant: choose one with --variant");
    else good = read_row(c, &columns, p);
  }
  free(bench);
  free(variant);
  return good && got == 0;
}

bool points_from_table(const struct points_reader *r, const char *text, size_t length,
                       struct points *points) {
  const char *zero = length ? memchr(text, 0, length) : NULL;
  if (zero) {
    size_t line = 1;
    for (const char *at = text; at < zero; at++) line += *at == '\n';
    return points_complain(r, line, NULL, "a zero byte: this is no text, or UTF-16");
  }
  char *copy = xcalloc(length + 1, 1);
  if (length) memcpy(copy, text, length);
  struct cursor c = {.reader = r, .at = copy, .end = copy + length, .line = 1, .next_line = 1};
  const bool good = read_rows(&c, points);
  free(c.fields);
  free(copy);
  return good;
}
