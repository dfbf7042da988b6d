/* Goes through all topics. */
#include "machine/examine.h"

#include "util/xalloc.h"

static const struct {
  const char *name;
  const struct topic *topics;
} groups[] = {
    {"cores", cores_topics},   {"clock frequency", speed_topics},     {"neighbours", neighbours_topics},
    {"memory", memory_topics}, {"program and clock", program_topics},
};

struct findings findings_examine(const struct examination *e) {
  struct findings findings = {0};
  for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
    for (const struct topic *topic = groups[g].topics; topic->name; topic++) {
      findings.list = xrealloc(findings.list, findings.count + 1, sizeof *findings.list);
      struct finding *finding = &findings.list[findings.count++];
      *finding = (struct finding){.group = groups[g].name, .topic = topic->name};
      topic->examine(e, finding);
    }
  return findings;
}

struct findings machine_examine(int workers, double clock_resolution, double clock_cost,
                                struct machine *machine) {
  struct host host;
  host_gather(&host);
  machine_read("", &host, machine);
  return findings_examine(&(struct examination){.root = "",
                                                .host = &host,
                                                .machine = machine,
                                                .workers = workers,
                                                .clock_resolution = clock_resolution,
                                                .clock_cost = clock_cost});
}
