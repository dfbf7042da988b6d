#include "output/page/page.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "output/output_file.h"
#include "output/page/parts.h"
#include "util/xalloc.h"

enum { NEWEST_FORMAT = 2 };

/* Where Debian's libjs-chart.js has it. */
static const char chart_path[] = "/usr/share/javascript/chart.js/chart.min.js";

struct bytes {
  char *data;
  size_t size;
};

static bool complain(const char *path, const char *format, ...) {
  va_list args;
  fprintf(stderr, "bench_amdahl report: %s: ", path);
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  return false;
}

/* Says nothing on failure, and leaves the reason in errno. */
static bool read_file(const char *path, struct bytes *to) {
  *to = (struct bytes){0};
  FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
  if (!file) return false;
  size_t got;
  do {
    const size_t step = 65536 + to->size; /* doubling */
    to->data = xrealloc(to->data, to->size + step, 1);
    got = fread(to->data + to->size, 1, step, file);
    to->size += got;
  } while (got);
  const int error = ferror(file) ? errno : 0;
  fclose(file);
  if (!error) return true;
  free(to->data);
  *to = (struct bytes){0};
  errno = error;
  return false;
}

/* -- is it ours? -- */

static const char *what_is_wrong(const json_t *root, char *text, size_t size) {
  const json_t *program = json_object_get(root, "program"), *format = json_object_get(root, "format");
  if (!json_is_string(program) || strcmp(json_string_value(program), "bench_amdahl") != 0)
    return "no results of bench_amdahl: \"program\" is not \"bench_amdahl\"";
  if (!json_is_integer(format)) return "results without a number of their \"format\"";
  if (json_integer_value(format) < 1 || json_integer_value(format) > NEWEST_FORMAT) {
    snprintf(text, size,
             "results of format %" JSON_INTEGER_FORMAT ", and this bench_amdahl knows formats 1 to %d",
             json_integer_value(format), NEWEST_FORMAT);
    return text;
  }
  return json_is_array(json_object_get(root, "cases")) ? NULL : "results without a list of \"cases\"";
}

static bool check(const char *path, const struct bytes *json) {
  json_error_t error;
  char text[128];
  json_t *root = json_loadb(json->data, json->size, 0, &error);
  if (!root) return complain(path, "line %d, column %d: %s", error.line, error.column, error.text);
  const char *wrong = what_is_wrong(root, text, sizeof text);
  json_decref(root);
  return !wrong || complain(path, "%s", wrong);
}

/* -- the page -- */

/* In JSON "<" stands within strings only, where this is the same character; and no "</script" or "<!--" is
 * left to end the element. */
static void put_json(FILE *stream, const struct bytes *json) {
  for (size_t i = 0; i < json->size; i++)
    if (json->data[i] == '<') fputs("\\u003c", stream);
    else fputc(json->data[i], stream);
}

struct sources {
  struct bytes chart, json;
};

static void put_part(FILE *stream, const char *name, size_t length, const struct sources *sources) {
  if (strncmp(name, "css", length) == 0) fwrite(page_css, 1, page_css_size, stream);
  else if (strncmp(name, "js", length) == 0) fwrite(page_js, 1, page_js_size, stream);
  else if (strncmp(name, "chart", length) == 0) fwrite(sources->chart.data, 1, sources->chart.size, stream);
  else if (strncmp(name, "results", length) == 0) put_json(stream, &sources->json);
}

/* The template, with what belongs there instead of {{css}}, {{js}}, {{chart}} and {{results}}. */
static void put_page(FILE *stream, const struct sources *sources) {
  const char *rest = (const char *)page_html, *open;
  while ((open = strstr(rest, "{{"))) {
    const char *name = open + 2, *close = strstr(name, "}}");
    fwrite(rest, 1, (size_t)(open - rest), stream);
    put_part(stream, name, (size_t)(close - name), sources);
    rest = close + 2;
  }
  fputs(rest, stream);
}

static bool find_chart(struct bytes *chart) {
  if (!page_chart_size) return read_file(chart_path, chart);
  *chart = (struct bytes){xcalloc(page_chart_size, 1), page_chart_size};
  memcpy(chart->data, page_chart, page_chart_size);
  return true;
}

const char *page_missing(void) {
  struct bytes chart;
  if (!find_chart(&chart)) return "no HTML page: the chart library is missing (Debian: libjs-chart.js)";
  free(chart.data);
  return NULL;
}

/* Renaming a new file to a device or pipe would take it away. */
static bool can_be_replaced(const char *path) {
  struct stat status;
  return stat(path, &status) != 0 || S_ISREG(status.st_mode) ||
         complain(path, "exists, and is no regular file");
}

static bool write_page(const char *path, const struct sources *sources) {
  const char *slash = strrchr(path, '/');
  char *folder = slash ? xasprintf("%.*s", (int)(slash - path), path) : xasprintf(".");
  struct file file;
  bool good = file_begin(&file, folder, slash ? slash + 1 : path);
  if (good) {
    put_page(file.stream, sources);
    good = file_end(&file);
  }
  free(folder);
  return good;
}

bool page_write_file(const char *results, const char *page) {
  struct sources sources = {0};
  bool good = read_file(results, &sources.json) || complain(results, "%s", strerror(errno));
  good = good && check(results, &sources.json);
  good = good && (find_chart(&sources.chart) ||
                  complain(chart_path, "%s (Debian: libjs-chart.js has the chart library)", strerror(errno)));
  good = good && can_be_replaced(page) && write_page(page, &sources);
  free(sources.json.data);
  free(sources.chart.data);
  return good;
}

bool page_write(const char *folder) {
  char *results = xasprintf("%s/results.json", folder), *page = xasprintf("%s/report.html", folder);
  const bool good = page_write_file(results, page);
  free(results);
  free(page);
  return good;
}
