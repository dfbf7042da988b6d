/* A list of findings. */
#include "machine/findings.h"

#include <stdlib.h>

void findings_free(struct findings *findings) {
  for (size_t i = 0; i < findings->count; i++) free(findings->list[i].text);
  free(findings->list);
  *findings = (struct findings){0};
}

size_t findings_count(const struct findings *findings, enum finding_state state) {
  size_t count = 0;
  for (size_t i = 0; i < findings->count; i++) count += findings->list[i].state == state;
  return count;
}

const char *finding_state_name(enum finding_state state) {
  static const char *const names[] = {
      [FINDING_FINE] = "fine", [FINDING_DISTURBS] = "disturbs", [FINDING_UNKNOWN] = "unknown"};
  return names[state];
}
