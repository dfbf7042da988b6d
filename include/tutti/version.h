/* The version, kept here alone: meson.build reads it from these three lines. */
#ifndef TUTTI_VERSION_H
#define TUTTI_VERSION_H

#define TUTTI_VERSION_MAJOR 0
#define TUTTI_VERSION_MINOR 1
#define TUTTI_VERSION_PATCH 0

#define TUTTI_STRINGIFY_(x) #x
#define TUTTI_STRINGIFY(x)  TUTTI_STRINGIFY_(x)
/* "major.minor.patch" */
#define TUTTI_VERSION                                                                                        \
  TUTTI_STRINGIFY(TUTTI_VERSION_MAJOR)                                                                       \
  "." TUTTI_STRINGIFY(TUTTI_VERSION_MINOR) "." TUTTI_STRINGIFY(TUTTI_VERSION_PATCH)

#include <tutti/status.h>

TUTTI_BEGIN_DECLS
/* The version of the library that is linked, in the form of TUTTI_VERSION. Thread-safe. */
TUTTI_API const char *tutti_version(void);
TUTTI_END_DECLS

#endif
