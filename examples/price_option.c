/* Prices an option to a cent, in four ways, and tells how many samples each of them needed.
 *
 * Shows: sampling until an error is reached (target_error), and ready-made problems (tutti_option_problem).
 *
 * The option: an arithmetic Asian call, which pays what the mean of twelve monthly prices is above the
 * strike. Its price has no closed form. Samples are added until the standard error is at most ERROR, by
 * default a quarter of a cent, so that the 95 % interval is a cent wide. The answer has the same bits on any
 * number of cores.
 *
 * Compile and run, in this folder:
 *   cc -O2 price_option.c $(pkg-config --cflags --libs tutti) -o price_option
 *   ./price_option [ERROR]
 */
#define PROGRAM "price_option"
#include "example.h"

static const tutti_option option = {.kind = TUTTI_ASIAN_ARITHMETIC,
                                    .spot = 100,
                                    .strike = 105,
                                    .rate = 0.03,
                                    .volatility = 0.25,
                                    .years = 1,
                                    .dates = 12};

/* control: samples are corrected by a similar option whose price is known, the geometric Asian call. */
static const struct {
  const char *name;
  tutti_mc_sampling sampling;
  bool control;
} ways[] = {{"independent points", TUTTI_MC_PLAIN, false},
            {"antithetic pairs", TUTTI_MC_ANTITHETIC, false},
            {"independent points and a control", TUTTI_MC_PLAIN, true},
            {"Sobol points", TUTTI_MC_SOBOL, false}};

int main(int argc, char **argv) {
  double target = 0.0025;
  check_usage(argc, argv, 0, 1, "[ERROR]");
  if (argc > 1 && !read_number("ERROR", argv[1], 0.001, 1, &target)) return EXIT_USAGE;
  bool good = true;
  for (size_t i = 0; i < sizeof ways / sizeof *ways && good; i++) {
    tutti_mc_problem problem = {.sampling = ways[i].sampling,
                                .samples = UINT64_C(1) << 32, /* at most */
                                .target_error = target,
                                .control = ways[i].control};
    tutti_estimate price;
    good = !failed(NULL, tutti_option_problem(&option, &problem)) &&
           !failed(NULL, tutti_mc_run(NULL, (tutti_rng){2026, i}, &problem, &price));
    if (good)
      printf("%-33s %.4f, 95 %%: %.4f .. %.4f, %10" PRIu64 " samples\n", ways[i].name, price.mean,
             price.ci_low, price.ci_high, price.samples);
  }
  return exit_status(good);
}
