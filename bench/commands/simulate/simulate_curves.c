/* The picture of a simulation: left, the speedup by workers, predicted and measured, between its bounds;
 * right, what the workers' time is spent on. */
#include <math.h>

#include "commands/simulate/prediction.h"
#include "commands/simulate/simulate_output.h"
#include "output/pictures/plot_script.h"

/* Every worker count up to 64, then a few an octave. */
static int next_workers(int workers, int most) {
  const int next = workers < 64 ? workers + 1 : workers + (workers + 11) / 12;
  return workers == most ? most + 1 : next < most ? next : most;
}

static int most_workers(const struct study *study) {
  return study->options->sweep.workers[study->options->sweep.worker_count - 1];
}

/* Whose times the right panel shows: dynamic, the library's default, if it is there; otherwise the first. */
static int shown_schedule(const struct sweep *sweep) {
  int shown = 0;
  for (int i = 0; i < sweep->schedule_count; i++)
    if (sweep->schedules[i] == TUTTI_DYNAMIC) shown = i;
  return shown;
}

static void put_predicted(FILE *stream, const struct study *study, int most, tutti_schedule schedule) {
  fprintf(
      stream,
      "# %s: workers; speedup, at most, list scheduling at least; percent of the workers' time: work, and on "
      "top of it the serial part, starting, handing out, memory, last chunks\n",
      schedule_names[schedule]);
  for (int w = 1; w <= most; w = next_workers(w, most)) {
    const struct prediction p = predict(study, w, schedule);
    double sum = 0;
    fprintf(stream, "%d %.6g %.6g %.6g", w, p.speedup, p.most, p.least);
    for (int k = 0; k < SIM_TIMES; k++) fprintf(stream, " %.6g", 100 * (sum += p.shares[k]));
    fputc('\n', stream);
  }
  fputs("\n\n", stream);
}

static void put_measured(FILE *stream, const struct study *study, tutti_schedule schedule) {
  fprintf(stream, "# %s, measured: workers, speedup, its bounds\n", schedule_names[schedule]);
  size_t count = 0;
  for (size_t i = 0; i < study->observed_count; i++) {
    const struct observed *o = &study->observed[i];
    if (o->schedule != schedule) continue;
    const double one = study->one_core.median;
    fprintf(stream, "%d %.6g %.6g %.6g\n", o->workers, one / o->time.median, one / o->time.high,
            one / o->time.low);
    count++;
  }
  if (!count) fputs("1 NaN NaN NaN\n", stream);
  fputs("\n\n", stream);
}

void curves_data(FILE *stream, const struct study *study) {
  const struct sweep *sweep = &study->options->sweep;
  for (int i = 0; i < sweep->schedule_count; i++)
    put_predicted(stream, study, most_workers(study), sweep->schedules[i]);
  for (int i = 0; i < sweep->schedule_count; i++) put_measured(stream, study, sweep->schedules[i]);
}

// clang-format off
static const char drawing[] =
    "  set xlabel \"workers\" offset 0,0.4\n"
    "  if (log_axes) { set logscale x 2 }\n"
    "  set xrange [1:right]\n"
    "\n"
    "  # left: speedup\n"
    "  set lmargin at screen 0.065; set rmargin at screen 0.56; set bmargin at screen 0.27; set tmargin at screen 0.79\n"
    "  set label 7 \"Speedup against one core\" at graph 0,1.06 left font middle\n"
    "  set label 8 \"workers that this\\nmachine does not have\" at graph 0.985,0.10 right textcolor rgb \"#777777\"\n"
    "  if (cores < right) { set object 1 rectangle from first cores, graph 0 to graph 1, graph 1 behind \\\n"
    "    fillcolor rgb \"#F4F4F4\" fillstyle solid noborder } else { unset label 8 }\n"
    "  if (log_axes) { set logscale y 2 }\n"
    "  set yrange [bottom:top]\n"
    "  set grid ytics linecolor rgb \"#DDDDDD\" linetype 1\n"
    "  set key at screen 0.06,0.015 left bottom Left reverse maxrows 3 width -3 samplen 2 spacing 1.2\n"
    "  plot stem . \".dat\" index 0 using 1:1 title \"ideal\" with lines linewidth 6 linecolor rgb \"#CFCFCF\", \\\n"
    "    \"\" index 0 using 1:3 title \"no schedule exceeds\" with lines dashtype 2 linewidth 1.5 linecolor rgb \"#000000\", \\\n"
    "    \"\" index 0 using 1:4 title \"dynamic at least, if free\" with lines dashtype 3 linewidth 1.5 linecolor rgb \"#000000\", \\\n"
    "    for [i = 1:schedules] \"\" index i - 1 using 1:2 title name[i] . \", predicted\" \\\n"
    "      with lines dashtype dash[i] linewidth width_of[i] linecolor rgb color[i], \\\n"
    "    for [i = 1:measured] \"\" index schedules + i - 1 using ($1 * (log_axes ? 1.03 ** (i - (measured + 1) / 2.0) : 1) + (log_axes ? 0 : 0.006 * right * (i - (measured + 1) / 2.0))):2:3:4 title name[i] . \", measured\" \\\n"
    "      with yerrorbars pointtype point[i] pointsize 1.2 linewidth 1.5 linecolor rgb color[i]\n"
    "\n"
    "  # right: where the time goes, areas on top of each other\n"
    "  unset label; unset object 1; unset grid; unset logscale y\n"
    "  set lmargin at screen 0.645; set rmargin at screen 0.965\n"
    "  set label 7 \"Where the workers' time goes, \" . shown . \" (%)\" at graph 0,1.06 left font middle\n"
    "  set yrange [0:100]\n"
    "  set key at screen 0.66,0.015 left bottom Left reverse maxrows 3 width -1 samplen 1.5 spacing 1.2\n"
    "  plot \\\n"
    "    \"\" index shown_index using 1:5 title \"work\" with filledcurves x1 fillcolor rgb \"#56B4E9\", \\\n"
    "    \"\" index shown_index using 1:5:6 title \"serial part\" with filledcurves fillcolor rgb \"#E69F00\", \\\n"
    "    \"\" index shown_index using 1:6:7 title \"starting workers\" with filledcurves fillcolor rgb \"#777777\", \\\n"
    "    \"\" index shown_index using 1:7:8 title \"handing out chunks\" with filledcurves fillcolor rgb \"#D55E00\", \\\n"
    "    \"\" index shown_index using 1:8:9 title \"memory bandwidth\" with filledcurves fillcolor rgb \"#CC79A7\", \\\n"
    "    \"\" index shown_index using 1:9:10 title \"last chunks\" with filledcurves fillcolor rgb \"#EEEEEE\"\n"
    "  unset multiplot\n"
    "  reset\n"
    "}\n";
// clang-format on

static const struct style {
  const char *color;
  int point, dash;
  double width;
} styles[SCHEDULES] = {[TUTTI_STATIC] = {"D55E00", 7, 1, 4},
                       [TUTTI_DYNAMIC] = {"0072B2", 5, 1, 2},
                       [TUTTI_GUIDED] = {"009E73", 9, 4, 2}};

/* The lowest and the highest speedup there is to show. */
static void put_range(FILE *stream, const struct study *study, bool log_axes) {
  double low = 1, high = 2;
  for (int w = 1; w <= most_workers(study); w = next_workers(w, most_workers(study)))
    for (int i = 0; i < study->options->sweep.schedule_count; i++) {
      const struct prediction p = predict(study, w, study->options->sweep.schedules[i]);
      low = fmin(low, p.speedup);
      high = fmax(high, p.most);
    }
  for (size_t i = 0; i < study->observed_count; i++) {
    low = fmin(low, study->one_core.median / study->observed[i].time.high);
    high = fmax(high, study->one_core.median / study->observed[i].time.low);
  }
  fprintf(stream, "bottom = %.4g; top = %.4g\n", log_axes ? 0.9 * low : 0, (log_axes ? 1.3 : 1.05) * high);
}

void curves_script(FILE *stream, const struct study *study) {
  const struct sweep *sweep = &study->options->sweep;
  const int shown = shown_schedule(sweep), right = most_workers(study), count = sweep->schedule_count;
  const bool log_axes = right > 16;
  char title[512], subtitle[512] = "Chunk times from a file; simulated on threads";
  snprintf(title, sizeof title, "%s: %s", study->name, study->size);
  if (study->variant)
    snprintf(subtitle, sizeof subtitle,
             "%s, %s. Predicted from chunks measured on one core; medians of %zu rounds; error bars: %s",
             study->variant->name, study_isa(study), study->options->rounds,
             study->one_core.coverage < 0.95 ? "their range" : "95 % interval of the median");
  picture_begin(stream, study, "simulate", 620, title, subtitle, "");
  fputs("array name[3]; array color[3]; array point[3]; array dash[3]; array width_of[3]\n", stream);
  for (int i = 0; i < count; i++) {
    const struct style *style = &styles[sweep->schedules[i]];
    fprintf(stream,
            "name[%d] = \"%s\"; color[%d] = \"#%s\"; point[%d] = %d; dash[%d] = %d; width_of[%d] = %g\n",
            i + 1, schedule_names[sweep->schedules[i]], i + 1, style->color, i + 1, style->point, i + 1,
            style->dash, i + 1, style->width);
  }
  fprintf(stream, "schedules = %d; measured = %d; shown = \"%s\"; shown_index = %d\n", count,
          study->observed_count ? count : 0, schedule_names[sweep->schedules[shown]], shown);
  fprintf(stream, "cores = %d; right = %d; log_axes = %d\n", study->cores, right > 1 ? right : 2, log_axes);
  put_range(stream, study, log_axes);
  fputs(drawing_begin, stream);
  fputs(drawing_header, stream);
  fputs(drawing, stream);
}
