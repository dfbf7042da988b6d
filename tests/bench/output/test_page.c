/* The page as a run leaves it beside its results: what is put where. The page itself is tried in a browser,
 * see page/. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/page/page.h"
#include "util/xalloc.h"

static char folder[] = "/tmp/test_page.XXXXXX";
static char *page;

static void begin(void) {
  cr_assert(mkdtemp(folder) != NULL);
  page = xasprintf("%s/report.html", folder);
}

static void end(void) {
  unlink(page);
  rmdir(folder);
  free(page);
}

TestSuite(page, .init = begin, .fini = end);

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
  struct run run = {0};
  text_list_add(&run.warnings, "</script><!--<i>{{css}}");
  cr_assert(page_write(&(struct run_analysis){&run, NULL}, page));
  char *text = get();
  cr_assert(strstr(text, "\\u003c/script>\\u003c!--\\u003ci>{{css}}") != NULL);
  cr_assert(occurrences(text, "<i>{{css}}") == 0);
  cr_assert(occurrences(text, "</script>") == 3); /* results, chart library, the page's own */
  cr_assert(strncmp(text, "<!DOCTYPE html>", 15) == 0);
  cr_assert(strcmp(text + strlen(text) - 8, "</html>\n") == 0);
  free(text);
  run_free(&run);
}

Test(page, does_not_replace_what_is_no_file) {
  cr_assert(mkdir(page, 0700) == 0);
  struct run run = {0};
  cr_assert(!page_write(&(struct run_analysis){&run, NULL}, page));
  rmdir(page);
}
