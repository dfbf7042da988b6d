/* Fitted laws in words. */
#include "output/law_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "output/units.h"
#include "util/append.h"

/* Three digits, but never an exponent. */
static void add_times(char *text, size_t size, double value, const char *times) {
  append(text, size, value >= 100 ? "%.0f%s" : "%.3g%s", value, times);
}

/* A limit with its interval; the upper end of that may be infinite. */
static void add_limit(char *text, size_t size, const struct ratio *limit, const char *times, bool brief) {
  if (isfinite(limit->value) && !isinf(limit->high)) {
    append(text, size, ", limit ");
    add_times(text, size, limit->value, times);
    if (brief || isnan(limit->low)) return;
    append(text, size, " (");
    add_times(text, size, limit->low, times);
    append(text, size, " .. ");
    add_times(text, size, limit->high, times);
    append(text, size, ")");
  } else if (isfinite(limit->low)) {
    append(text, size, brief ? ", limit > " : ", limit above ");
    add_times(text, size, limit->low, times);
  } else {
    append(text, size, ", no limit in sight");
  }
}

/* Shares of the work, in percent, and their intervals. The throughput of one worker is no share. */
static void add_parameters(char *text, size_t size, const struct law *law, bool brief) {
  for (size_t j = 0; j < law->count; j++) {
    const struct law_parameter *p = &law->parameters[j];
    char value[32], low[32], high[32];
    if (strcmp(p->symbol, "t1") == 0 || strcmp(p->symbol, "gamma") == 0 || strcmp(p->symbol, "rate1") == 0)
      continue;
    format_percent(p->value, value, sizeof value);
    format_percent(p->low, low, sizeof low);
    format_percent(p->high, high, sizeof high);
    if (j) append(text, size, ", ");
    const bool share = brief && strcmp(p->symbol, "s") == 0;
    append(text, size, "%s%s%s", share ? "" : p->name, share ? "" : " ", value);
    if (isfinite(p->low) && (share || !brief)) append(text, size, " (%s .. %s)", low, high);
    if (share) append(text, size, " serial");
  }
}

static void add_law(char *text, size_t size, const struct law *law, const struct ratio *limit,
                    const char *times, bool brief) {
  add_parameters(text, size, law, brief);
  if (law->kind == LAW_GUSTAFSON) return; /* grows for ever */
  if (isfinite(law->peak)) append(text, size, ", peak at %.3g workers", law->peak);
  add_limit(text, size, limit, times, brief);
}

void describe_law(const struct fitted_law *fitted, const char *times, char *text, size_t size) {
  const struct ratio limit = fitted_limit(fitted);
  *text = '\0';
  add_law(text, size, &fitted->law, &limit, times, false);
}

void describe_scaling_fit(const struct scaling_fit *fit, char *text, size_t size) {
  const struct fitted_law *fitted = scaling_fit_law(fit);
  snprintf(text, size, "%s", fit->variant->name);
  if (!fitted) return;
  const struct ratio limit = fitted_limit(fitted);
  append(text, size, ": ");
  add_law(text, size, &fitted->law, &limit, "×", true);
}
