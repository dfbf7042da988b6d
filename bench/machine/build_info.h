/* The program itself: how it was made, of what, and what it runs with. */
#ifndef BENCH_BUILD_INFO_H
#define BENCH_BUILD_INFO_H

#include <stdbool.h>
#include <stddef.h>

const char *build_compiler(void); /* "gcc 12.2.0" */
const char *build_flags(void);    /* "release optimization=3 -ffp-contract=off" */
const char *build_revision(void); /* of git, "-dirty" where files were changed; "unknown" outside git */
bool build_is_slow(void);         /* without optimisation, or under a sanitizer */

/* The libraries that are loaded, and "unknown" for those of which no version can be had. */
enum { LIBRARIES_MAX = 8 };
struct library {
  const char *name;
  char version[160];
};
size_t build_libraries(struct library libraries[LIBRARIES_MAX]);

#endif
