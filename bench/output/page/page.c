/* Fills the template of the page: style, scripts, chart library and the results as JSON. */
#include "output/page/page.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "output/output_file.h"
#include "output/page/parts.h"
#include "output/results_json.h"
#include "util/whole_file.h"
#include "util/xalloc.h"

/* Where Debian's libjs-chart.js has it. */
static const char chart_path[] = "/usr/share/javascript/chart.js/chart.min.js";

static bool complain(const char *path, const char *format, ...) {
  va_list args;
  fprintf(stderr, "bench_amdahl report: %s: ", path);
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  return false;
}

struct sources {
  char *chart, *json;
  size_t chart_size;
};

/* In JSON "<" stands within strings only, where this is the same character; and no "</script" or "<!--" is
 * left to end the element. */
static void put_json(FILE *stream, const char *json) {
  for (; *json; json++)
    if (*json == '<') fputs("\\u003c", stream);
    else fputc(*json, stream);
}

static void put_part(FILE *stream, const char *name, size_t length, const struct sources *sources) {
  if (strncmp(name, "css", length) == 0) fwrite(page_css, 1, page_css_size, stream);
  else if (strncmp(name, "js", length) == 0) fwrite(page_js, 1, page_js_size, stream);
  else if (strncmp(name, "chart", length) == 0) fwrite(sources->chart, 1, sources->chart_size, stream);
  else if (strncmp(name, "results", length) == 0) put_json(stream, sources->json);
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

/* NULL, with the reason in errno: there is none. */
static char *find_chart(size_t *size) {
  if (page_chart_size) {
    char *chart = xcalloc(page_chart_size, 1);
    *size = page_chart_size;
    return memcpy(chart, page_chart, page_chart_size);
  }
  FILE *file = fopen(chart_path, "rb");
  char *chart = file ? whole_file(file, 1 << 26, size) : NULL;
  if (file) fclose(file);
  return chart;
}

const char *page_missing(void) {
  size_t size;
  char *chart = find_chart(&size);
  free(chart);
  return chart ? NULL : "no HTML page: the chart library is missing (Debian: libjs-chart.js)";
}

/* Renaming a new file to a device or pipe would take it away. */
static bool can_be_replaced(const char *path) {
  struct stat status;
  return stat(path, &status) != 0 || S_ISREG(status.st_mode) ||
         complain(path, "exists, and is no regular file");
}

static bool put_file(const char *path, const struct sources *sources) {
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

bool page_write(const struct run_analysis *analysis, const char *path) {
  struct sources sources = {0};
  json_t *results = results_json(analysis);
  sources.json = json_dumps(results, JSON_REAL_PRECISION(12));
  sources.chart = find_chart(&sources.chart_size);
  const bool good =
      (sources.json || complain(path, "the results are no text")) &&
      (sources.chart ||
       complain(chart_path, "%s (Debian: libjs-chart.js has the chart library)", strerror(errno))) &&
      can_be_replaced(path) && put_file(path, &sources);
  free(sources.json);
  free(sources.chart);
  json_decref(results);
  return good;
}
