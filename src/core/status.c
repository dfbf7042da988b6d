/* Texts of the statuses, and the version. */
#include <tutti/status.h>
#include <tutti/version.h>

const char *tutti_strerror(tutti_status status) {
  switch (status) {
#define TUTTI_STATUS_TEXT(name, value, text)                                                                 \
  case name:                                                                                                 \
    return text;
    TUTTI_STATUS_LIST(TUTTI_STATUS_TEXT)
#undef TUTTI_STATUS_TEXT
  }
  return "unknown status";
}

const char *tutti_version(void) { return TUTTI_VERSION; }
