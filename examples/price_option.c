/* Prices an option to a cent: an arithmetic Asian call with monthly dates, which has no closed form. Samples
 * are added until the standard error is a quarter of a cent, so that the 95 % interval is a cent wide. The
 * answer is the same, to the last bit, on any number of cores; the way of sampling decides how long it takes.
 *
 *   cc -O2 price_option.c $(pkg-config --cflags --libs tutti) -o price_option && ./price_option */
#include <stdio.h>
#include <tutti/tutti.h>

int main(void) {
  static const struct {
    const char *name;
    tutti_mc_sampling sampling;
    bool control;
  } ways[] = {{"independent points", TUTTI_MC_PLAIN, false},
              {"antithetic pairs", TUTTI_MC_ANTITHETIC, false},
              {"independent points and a control", TUTTI_MC_PLAIN, true},
              {"Sobol points", TUTTI_MC_SOBOL, false}};
  const tutti_option option = {.kind = TUTTI_ASIAN_ARITHMETIC,
                               .spot = 100,
                               .strike = 105,
                               .rate = 0.03,
                               .volatility = 0.25,
                               .years = 1,
                               .dates = 12};
  for (int i = 0; i < 4; i++) {
    tutti_mc_problem problem = {.sampling = ways[i].sampling,
                                .samples = UINT64_C(1) << 32,
                                .target_error = 0.0025,
                                .control = ways[i].control};
    tutti_estimate price;
    tutti_status status = tutti_option_problem(&option, &problem);
    if (!status) status = tutti_mc_run(NULL, (tutti_rng){2026, (uint64_t)i}, &problem, &price);
    if (status) {
      fprintf(stderr, "price_option: %s: %s\n", tutti_strerror(status), tutti_error_detail(NULL));
      return 1;
    }
    printf("%-33s %.4f, 95 %%: %.4f .. %.4f, %10llu samples\n", ways[i].name, price.mean, price.ci_low,
           price.ci_high, (unsigned long long)price.samples);
  }
  return 0;
}
