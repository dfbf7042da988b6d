/* The machine, the program and the findings as JSON. Numbers and texts that are not known are null. */
#ifndef BENCH_MACHINE_JSON_H
#define BENCH_MACHINE_JSON_H

#include <jansson.h>

#include "machine/findings.h"

json_t *machine_json(const struct machine *machine);
json_t *build_json(void);
json_t *findings_json(const struct findings *findings); /* [{"topic": , "state": , "text": }] */

#endif
