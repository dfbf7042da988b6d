/* The table of a run whose numbers can be worked out by hand, letter by letter. golden/table.txt was checked
 * so: medians of 8, 2, 8, 4.4 and 2.6 s are speedups of 1, 4, 1, 1.82 and 3.08; 8 GB in 2 s are 4 GB/s, half
 * of the ceiling, and 10^9 operations in 2 s are 500 Mflop/s; 1 / (0.1 + 0.9 / p) is 1.82 on 2 and 3.08 on 4
 * workers, so a tenth is serial; of seven times the interval of the median is their range, here 1 % to both
 * sides. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/results_table.h"
#include "util/style.h"

static char *whole_file(const char *path) {
  FILE *file = fopen(path, "r");
  cr_assert(file != NULL, "%s", path);
  char *text = calloc(1, 1 << 16);
  cr_assert(fread(text, 1, (1 << 16) - 1, file) > 0);
  fclose(file);
  return text;
}

Test(table, golden) {
  struct run run;
  char *error = NULL, *text = NULL;
  size_t size;
  cr_assert(results_read(TESTS_GOLDEN "/results.json", &run, &error), "%s", error);
  FILE *stream = open_memstream(&text, &size);
  struct run_analysis analysis = analyse_run(&run);
  cr_assert(table_write(stream, &analysis));
  run_analysis_free(&analysis);
  fclose(stream);
  char *expected = whole_file(TESTS_GOLDEN "/table.txt"), *rest = text, *want = expected, *line, *other;
  for (int number = 1; (line = strsep(&rest, "\n")) && (other = strsep(&want, "\n")); number++)
    cr_assert_str_eq(line, other, "line %d: '%s', not '%s'", number, line, other);
  cr_assert(!rest && !want, "more, or fewer, lines than expected");
  run_free(&run);
  free(text);
  free(expected);
}

/* Colours go to a terminal, never into a file. */
Test(table, no_colours_in_files) {
  style_choose(STYLE_ALWAYS);
  cr_assert_str_eq(style(stdout, STYLE_BAD), "\033[31m");
  cr_assert_str_eq(style(stderr, STYLE_BAD), "");
  style_choose(STYLE_NEVER);
  cr_assert_str_eq(style(stdout, STYLE_BAD), "");
}
