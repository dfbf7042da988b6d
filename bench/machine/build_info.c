/* What the compiler, git and the loaded libraries tell of this program. */
#include "machine/build_info.h"

#include <dlfcn.h>
#include <jansson.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/tutti.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "machine/revision.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) ||     \
    __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

const char *build_compiler(void) {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "gcc " __VERSION__;
#else
  return "unknown";
#endif
}

const char *build_flags(void) { return BENCH_BUILD; }

const char *build_revision(void) { return BENCH_REVISION; }

bool build_is_slow(void) {
#ifdef __OPTIMIZE__
  return SANITIZED;
#else
  return true;
#endif
}

/* -- libraries -- */

/* The name of the file behind the first loaded object whose name has `part` in it. */
struct wanted {
  const char *part;
  char *file;
  size_t size;
};

static int compare_object(struct dl_phdr_info *object, size_t size, void *wanted_) {
  struct wanted *wanted = wanted_;
  (void)size;
  const char *slash = strrchr(object->dlpi_name, '/');
  if (!strstr(slash ? slash : object->dlpi_name, wanted->part)) return 0;
  char *real = realpath(object->dlpi_name, NULL);
  const char *path = real ? real : object->dlpi_name;
  slash = strrchr(path, '/');
  snprintf(wanted->file, wanted->size, "%s", slash ? slash + 1 : path);
  free(real);
  return 1;
}

static bool loaded(const char *part, char *file, size_t size) {
  return dl_iterate_phdr(compare_object, &(struct wanted){part, file, size});
}

/* An OpenMP runtime tells no version, but its file has one in its name. */
static void openmp_version(char *text, size_t size) {
  static const char *const runtimes[] = {"libgomp", "libomp", "libiomp"};
  char file[128] = "";
  for (int i = 0; i < 3 && !*file; i++) (void)loaded(runtimes[i], file, sizeof file);
  snprintf(text, size, "%s%s%s", *file ? file : "unknown", BENCH_OPENMP[0] ? ", OpenMP " : "", BENCH_OPENMP);
}

/* tutti loads it when a function needs it, for nobody else to see. */
static void openblas_version(char *text, size_t size) {
  const char *(*config)(void);
  void *library = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
  void *symbol = dlsym(library ? library : RTLD_DEFAULT, "openblas_get_config");
  memcpy(&config, &symbol, sizeof config); /* ISO C has no cast from object to function */
  if (symbol) snprintf(text, size, "%s", config());
  else snprintf(text, size, loaded("openblas", text, size) ? "unknown" : "not loaded");
}

size_t build_libraries(struct library libraries[LIBRARIES_MAX]) {
  size_t count = 0;
  struct library *library = &libraries[count++];
  library->name = "tutti";
  snprintf(library->version, sizeof library->version, "%s", tutti_version());
  library = &libraries[count++];
  library->name = "C library";
#ifdef __GLIBC__
  snprintf(library->version, sizeof library->version, "glibc %s", gnu_get_libc_version());
#else
  snprintf(library->version, sizeof library->version, "unknown");
#endif
  library = &libraries[count++];
  library->name = "OpenMP";
  openmp_version(library->version, sizeof library->version);
  library = &libraries[count++];
  library->name = "OpenBLAS";
  openblas_version(library->version, sizeof library->version);
  library = &libraries[count++];
  library->name = "jansson";
  snprintf(library->version, sizeof library->version, "%s", jansson_version_str());
  return count;
}
