/* What `bench_amdahl fit` prints: sentences and tables, or JSON. */
#include "commands/fit/fit_report.h"

#include <math.h>

#include "output/law_json.h"
#include "util/json_values.h"

/* In the unit of the file. */
static double shown(const struct fit_report *r, double throughput, double workers) {
  if (r->points->kind == POINTS_THROUGHPUT) return throughput;
  return (r->grows ? workers : 1) / throughput;
}

/* The law's value on `workers` and its interval, in the unit of the file. */
static double predicted(const struct fit_report *r, int law, double workers, double bounds[2]) {
  double b[2];
  law_interval(&r->draws[law], workers, b);
  const double one = shown(r, b[0], workers), other = shown(r, b[1], workers);
  bounds[0] = one < other ? one : other;
  bounds[1] = one < other ? other : one;
  return shown(r, law_predict(&r->laws[law], workers), workers);
}

static double residual(const struct fit_report *r, int law, size_t i) {
  return r->throughput.throughput[i] / law_predict(&r->laws[law], r->points->workers[i]) - 1;
}

/* ---- in words ---- */

static void print_head(const struct fit_report *r) {
  const size_t counts = law_worker_counts(&r->throughput, NULL);
  printf("%zu point%s at %zu worker count%s, %s", r->points->n, r->points->n == 1 ? "" : "s", counts,
         counts == 1 ? "" : "s", r->points->label);
  if (r->grows) printf(" of a problem that grows with the workers");
  if (r->throughput.noise > 0) printf("; noise %.2g %%", 100 * r->throughput.noise);
  putchar('\n');
}

static void print_extremes(const struct law *law) {
  if (law->kind != LAW_AMDAHL && law->kind != LAW_GUSTAFSON) {
    if (isnan(law->peak)) printf(", no peak: alpha is above 1");
    else if (isinf(law->peak)) printf(", no peak");
    else printf(", peak at %.2f workers", law->peak);
  }
  if (isinf(law->limit)) printf(", no limit");
  else printf(", at most %.4g times one worker", law->limit);
}

/* The last parameter is the scale, in the unit of the file; the normalised law has none. */
static bool is_scale(const struct law *law, size_t j) {
  return law->kind != LAW_USL_NORMALISED && j + 1 == law->count;
}

static void print_parameters(const struct law *law) {
  for (size_t j = 0; j < law->count; j++) {
    const struct law_parameter *p = &law->parameters[j];
    printf("%s%s%s%s %.6g", j ? ", " : "", is_scale(law, j) ? "" : p->name, is_scale(law, j) ? "" : " ",
           p->symbol, p->value);
    if (!isnan(p->se)) printf(" (SE %.4g)", p->se);
  }
  print_extremes(law);
  printf("\n  95 %% intervals:");
  if (isnan(law->parameters[0].low)) printf(" none, there is too little to draw from");
  else
    for (size_t j = 0; j < law->count; j++)
      printf("%s %s %.4g .. %.4g", j ? "," : "", law->parameters[j].symbol, law->parameters[j].low,
             law->parameters[j].high);
  printf("\n  ");
}

static void print_law(const struct fit_report *r, const struct law *law) {
  char statement[256];
  law_statement(law, &r->throughput, statement, sizeof statement);
  printf("%s: ", law_title(law->kind));
  if (law->fitted) print_parameters(law);
  puts(statement);
}

static void print_choice(const struct fit_report *r) {
  size_t candidates = 0;
  for (int k = 0; k < LAW_KINDS; k++) candidates += r->requested[k];
  if (candidates < 2) return; /* no choice */
  if (r->chosen == LAW_KINDS) {
    puts("Which law: too few worker counts to leave one out");
    return;
  }
  printf("Which law: predicting each worker count from the others");
  for (int k = 0; k < LAW_KINDS; k++)
    if (!isnan(r->left_out_error[k]))
      printf(", %s errs by %.3g %%", law_title((enum law_kind)k), 100 * r->left_out_error[k]);
  printf(": %s\n", law_title(r->chosen));
}

static void print_points(const struct fit_report *r) {
  printf("\n%10s  %12s", "workers", r->points->label);
  for (int k = 0; k < LAW_KINDS; k++)
    if (r->laws[k].fitted) printf("  %23s", law_name((enum law_kind)k));
  putchar('\n');
  for (size_t i = 0; i < r->points->n; i++) {
    const double workers = r->points->workers[i];
    printf("%10g  %12.6g", workers, r->points->values[i]);
    for (int k = 0; k < LAW_KINDS; k++)
      if (r->laws[k].fitted)
        printf("  %12.6g (%+6.1f %%)", shown(r, law_predict(&r->laws[k], workers), workers),
               100 * residual(r, k, i));
    putchar('\n');
  }
  puts("in brackets: how much more was measured, as throughput");
}

/* None without its interval beyond what was measured. */
static void print_predictions(const struct fit_report *r) {
  double most = 0;
  for (size_t i = 0; i < r->points->n; i++) most = fmax(most, r->points->workers[i]);
  for (size_t i = 0; i < r->at_count; i++)
    for (int k = 0; k < LAW_KINDS; k++) {
      double b[2];
      if (!r->laws[k].fitted) continue;
      const double value = predicted(r, k, r->at[i], b);
      if (isnan(b[0]) && r->at[i] > most) {
        printf("%s on %.12g workers: not predicted, since there is too little to draw an interval from\n",
               law_title((enum law_kind)k), r->at[i]);
        continue;
      }
      printf("%s on %.12g workers: %.6g, ", law_title((enum law_kind)k), r->at[i], value);
      if (isnan(b[0])) puts("interval unknown");
      else printf("95 %% interval %.6g .. %.6g\n", b[0], b[1]);
    }
}

void fit_print(const struct fit_report *r) {
  print_head(r);
  for (int k = 0; k < LAW_KINDS; k++)
    if (r->requested[k]) print_law(r, &r->laws[k]);
  bool any = false;
  for (int k = 0; k < LAW_KINDS; k++) any = any || r->laws[k].fitted;
  if (!any) return;
  print_choice(r);
  print_points(r);
  if (r->at_count) putchar('\n');
  print_predictions(r);
}

/* ---- as JSON ---- */

static json_t *points_json(const struct fit_report *r) {
  json_t *array = json_array();
  for (size_t i = 0; i < r->points->n; i++)
    json_array_append_new(
        array, json_pack("{s:f, s:f}", "workers", r->points->workers[i], "value", r->points->values[i]));
  return array;
}

static json_t *predictions_json(const struct fit_report *r, int law) {
  json_t *array = json_array();
  for (size_t i = 0; r->laws[law].fitted && i < r->at_count; i++) {
    double b[2];
    const double value = predicted(r, law, r->at[i], b);
    json_array_append_new(array,
                          json_pack("{s:f, s:o, s:o, s:o}", "workers", r->at[i], "value", json_number(value),
                                    "low", json_number(b[0]), "high", json_number(b[1])));
  }
  return array;
}

static json_t *one_law(const struct fit_report *r, int k) {
  json_t *object = law_json(&r->laws[k], &r->throughput, r->left_out_error[k], r->chosen == (enum law_kind)k),
         *fitted = json_array(), *residuals = json_array();
  for (size_t i = 0; r->laws[k].fitted && i < r->points->n; i++) {
    const double workers = r->points->workers[i];
    json_array_append_new(fitted, json_number(shown(r, law_predict(&r->laws[k], workers), workers)));
    json_array_append_new(residuals, json_number(residual(r, k, i)));
  }
  json_put(object, "fitted", fitted);
  json_put(object, "residuals", residuals);
  json_put(object, "predictions", predictions_json(r, k));
  return object;
}

void fit_print_json(const struct fit_report *r) {
  json_t *root = json_object(), *laws = json_array();
  json_put_text(root, "program", "bench_amdahl fit");
  json_put_count(root, "format", 1);
  json_put_text(root, "file", r->file);
  json_put_text(root, "scaling", r->grows ? "weak" : "strong");
  json_put_text(root, "quantity", r->points->kind == POINTS_SECONDS ? "seconds" : "throughput");
  json_put_text(root, "column", r->points->label);
  json_put_number(root, "noise", r->throughput.noise > 0 ? r->throughput.noise : NAN);
  json_put(root, "points", points_json(r));
  for (int k = 0; k < LAW_KINDS; k++)
    if (r->requested[k]) json_array_append_new(laws, one_law(r, k));
  json_put(root, "laws", laws);
  json_print(stdout, root);
}
