/* Going on with a run that was interrupted. */
#ifndef BENCH_RESUME_H
#define BENCH_RESUME_H

#include "cli/options.h"
#include "results/results.h"

/* Reads the results of options->resume and, with them, all options of that run; those given now come after
 * them. Ends the program where that cannot be done. */
void resume_read(struct options *options, const struct bench_case *const *cases, struct run *earlier);

/* Whether times of the earlier run and new ones are of the same thing; if not, says on stderr what differs.
 */
bool resume_fits(const struct run *earlier, const struct run *now);

/* Moves the cases of the earlier run into now->cases, where there is room for them: they are the first of
 * those to be measured. */
void resume_take(struct run *earlier, struct run *now);

/* Whether a case lacks no rounds. */
bool resume_is_whole(const struct case_results *results);

#endif
