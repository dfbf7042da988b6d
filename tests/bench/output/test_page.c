/* The page as a run leaves it beside its results: what is put where. The page itself is tried in a browser,
 * see page/. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/page/page.h"
#include "util/xalloc.h"

static char folder[] = "/tmp/test_page.XXXXXX";
static char *results, *page;

static void begin(void) {
  cr_assert(mkdtemp(folder) != NULL);
  results = xasprintf("%s/results.json", folder);
  page = xasprintf("%s/report.html", folder);
}

static void end(void) {
  unlink(results);
  unlink(page);
  rmdir(folder);
  free(results);
  free(page);
}

TestSuite(page, .init = begin, .fini = end);

static void put(const char *text) {
  FILE *file = fopen(results, "w");
  cr_assert(file != NULL);
  fputs(text, file);
  fclose(file);
}

/* The page's text, to be freed. */
static char *get(void) {
  static const size_t room = 4 << 20;
  FILE *file = fopen(page, "r");
  cr_assert(file != NULL);
  char *text = xcalloc(room, 1);
  cr_assert(fread(text, 1, room - 1, file) > 0);
  fclose(file);
  return text;
}

static size_t occurrences(const char *text, const char *what) {
  size_t count = 0;
  for (const char *at = text; (at = strstr(at, what)); at += strlen(what)) count++;
  return count;
}

Test(page, results_cannot_leave_their_element) {
  if (page_missing()) cr_skip_test("%s", page_missing());
  put("{\"program\": \"bench_amdahl\", \"format\": 2, \"cases\": [], \"notes\": "
      "[\"</script><!--<i>{{css}}\"]}");
  cr_assert(page_write(folder));
  char *text = get();
  cr_assert(strstr(text, "\\u003c/script>\\u003c!--\\u003ci>{{css}}") != NULL);
  cr_assert(occurrences(text, "<i>{{css}}") == 0);
  cr_assert(occurrences(text, "</script>") == 3); /* results, chart library, the page's own */
  cr_assert(strncmp(text, "<!DOCTYPE html>", 15) == 0);
  cr_assert(strcmp(text + strlen(text) - 8, "</html>\n") == 0);
  free(text);
}

Test(page, is_not_written_for_results_of_others) {
  put("{\"program\": \"another\", \"format\": 2, \"cases\": []}");
  cr_assert(!page_write(folder));
  cr_assert(access(page, F_OK) != 0);
}

Test(page, is_not_written_without_results) {
  cr_assert(!page_write(folder));
  cr_assert(access(page, F_OK) != 0);
}
