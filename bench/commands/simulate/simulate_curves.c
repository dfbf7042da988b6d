/* Left, the speedup by workers, predicted and measured, between its bounds; right, where the workers' time
 * goes. */
#include <math.h>
#include <string.h>

#include "commands/simulate/prediction.h"
#include "commands/simulate/simulate_output.h"

/* Every worker count up to 64, then a few an octave. */
static int next_workers(int workers, int most) {
  const int next = workers < 64 ? workers + 1 : workers + (workers + 11) / 12;
  return workers == most ? most + 1 : next < most ? next : most;
}

static int most_workers(const struct view *view) { return view->workers[view->worker_count - 1]; }

/* Whose times the right panel shows: dynamic, the library's default, if it is there. */
static int shown_schedule(const struct view *view) {
  if (view->schedules[TUTTI_DYNAMIC]) return TUTTI_DYNAMIC;
  return view->schedules[TUTTI_STATIC] ? TUTTI_STATIC : TUTTI_GUIDED;
}

static void put_predicted(FILE *stream, const struct study *study, int most, int schedule) {
  fprintf(
      stream,
      "# %s: workers; speedup, at most, list scheduling at least; percent of the workers' time: work, and on "
      "top of it the serial part, starting, handing out, memory, last chunks\n",
      schedule_names[schedule]);
  for (int w = 1; w <= most; w = next_workers(w, most)) {
    const struct prediction p = predict(study, w, (tutti_schedule)schedule);
    struct loss losses[LOSSES];
    prediction_losses(&p, losses);
    double sum = p.run.time.work / (w * p.run.seconds);
    fprintf(stream, "%d %.6g %.6g %.6g %.6g", w, p.speedup, p.most, p.least, 100 * sum);
    for (int i = 0; i < LOSSES; i++) fprintf(stream, " %.6g", 100 * (sum += losses[i].share));
    fputc('\n', stream);
  }
  fputs("\n\n", stream);
}

static void put_measured(FILE *stream, const struct study *study, int schedule) {
  fprintf(stream, "# %s, measured: workers, speedup, its bounds\n", schedule_names[schedule]);
  size_t count = 0;
  for (size_t i = 0; i < study->observed_count; i++) {
    const struct observed *o = &study->observed[i];
    if ((int)o->schedule != schedule) continue;
    const double one = study->one_core.median;
    fprintf(stream, "%d %.6g %.6g %.6g\n", o->workers, one / o->time.median, one / o->time.high,
            one / o->time.low);
    count++;
  }
  if (!count) fputs("1 NaN NaN NaN\n", stream);
  fputs("\n\n", stream);
}

void curves_data(FILE *stream, const struct study *study, const struct view *view) {
  for (int s = 0; s < SCHEDULES; s++)
    if (view->schedules[s]) put_predicted(stream, study, most_workers(view), s);
  for (int s = 0; s < SCHEDULES; s++)
    if (view->schedules[s]) put_measured(stream, study, s);
}

/* Text in double quotes, for gnuplot. */
static void put_text(FILE *stream, const char *name, const char *text) {
  fprintf(stream, "%s = \"", name);
  for (; *text; text++) {
    if (strchr("\"\\`", *text)) fputc('\\', stream);
    fputc((unsigned char)*text < ' ' ? ' ' : *text, stream);
  }
  fputs("\"\n", stream);
}

// clang-format off
static const char drawing[] =
    "\n"
    "set encoding utf8\n"
    "do for [picture = 1:3] {\n"
    "  if (picture == 1) { set terminal svg noenhanced size 1200,620 font \"sans,14\" background \"white\" }\n"
    "  if (picture == 2) { set terminal pngcairo noenhanced size 1200,620 font \"sans,11\" background \"white\" }\n"
    "  if (picture == 3) { set terminal pdfcairo noenhanced size 12,6.2 font \"sans,14\" background \"white\" }\n"
    "  set output stem . (picture == 1 ? \".svg\" : picture == 2 ? \".png\" : \".pdf\") . suffix\n"
    "  set multiplot\n"
    "  set label 1 title at screen 0.025,0.955 left font \",16\" noenhanced\n"
    "  set label 2 subtitle at screen 0.025,0.905 left textcolor rgb \"#555555\" noenhanced\n"
    "  set border 3 linecolor rgb \"#555555\"\n"
    "  set tics nomirror out scale 0.5\n"
    "  set xlabel \"workers\" offset 0,0.4\n"
    "  if (log_axes) { set logscale x 2 }\n"
    "  set xrange [1:right]\n"
    "\n"
    "  # left: speedup\n"
    "  set lmargin at screen 0.065; set rmargin at screen 0.56; set bmargin at screen 0.27; set tmargin at screen 0.79\n"
    "  set label 3 \"Speedup against one core\" at graph 0,1.06 left font \",13\"\n"
    "  set label 4 \"workers that this\\nmachine does not have\" at graph 0.985,0.10 right textcolor rgb \"#777777\"\n"
    "  if (cores < right) { set object 1 rectangle from first cores, graph 0 to graph 1, graph 1 behind \\\n"
    "    fillcolor rgb \"#F4F4F4\" fillstyle solid noborder } else { unset label 4 }\n"
    "  if (log_axes) { set logscale y 2 }\n"
    "  set yrange [bottom:top]\n"
    "  set grid ytics linecolor rgb \"#DDDDDD\" linetype 1\n"
    "  set key at screen 0.06,0.015 left bottom Left reverse maxrows 3 width -3 samplen 2 spacing 1.2\n"
    "  plot stem . \".dat\" index 0 using 1:1 title \"ideal\" with lines linewidth 6 linecolor rgb \"#CFCFCF\", \\\n"
    "    \"\" index 0 using 1:3 title \"no schedule exceeds\" with lines dashtype 2 linewidth 1.5 linecolor rgb \"#000000\", \\\n"
    "    \"\" index 0 using 1:4 title \"dynamic at least, if free\" with lines dashtype 3 linewidth 1.5 linecolor rgb \"#000000\", \\\n"
    "    for [i = 1:schedules] \"\" index i - 1 using 1:2 title name[i] . \", predicted\" \\\n"
    "      with lines dashtype dash[i] linewidth width[i] linecolor rgb color[i], \\\n"
    "    for [i = 1:measured] \"\" index schedules + i - 1 using ($1 * (log_axes ? 1.03 ** (i - (measured + 1) / 2.0) : 1) + (log_axes ? 0 : 0.006 * right * (i - (measured + 1) / 2.0))):2:3:4 title name[i] . \", measured\" \\\n"
    "      with yerrorbars pointtype point[i] pointsize 1.2 linewidth 1.5 linecolor rgb color[i]\n"
    "\n"
    "  # right: where the time goes, areas on top of each other\n"
    "  unset label 1; unset label 2; unset label 4; unset object 1; unset grid; unset logscale y\n"
    "  set lmargin at screen 0.645; set rmargin at screen 0.965\n"
    "  set label 3 \"Where the workers' time goes, \" . shown . \" (%)\" at graph 0,1.06 left font \",13\"\n"
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
static void put_range(FILE *stream, const struct study *study, const struct view *view, bool log_axes) {
  double low = 1, high = 2;
  for (int w = 1; w <= most_workers(view); w = next_workers(w, most_workers(view)))
    for (int s = 0; s < SCHEDULES; s++) {
      if (!view->schedules[s]) continue;
      const struct prediction p = predict(study, w, (tutti_schedule)s);
      low = fmin(low, p.speedup);
      high = fmax(high, p.most);
    }
  for (size_t i = 0; i < study->observed_count; i++) {
    low = fmin(low, study->one_core.median / study->observed[i].time.high);
    high = fmax(high, study->one_core.median / study->observed[i].time.low);
  }
  fprintf(stream, "bottom = %.4g; top = %.4g\n", log_axes ? 0.9 * low : 0, (log_axes ? 1.3 : 1.05) * high);
}

void curves_script(FILE *stream, const struct study *study, const struct view *view) {
  const int shown = shown_schedule(view), right = most_workers(view);
  const bool log_axes = right > 16;
  char title[512], subtitle[512] = "Chunk times from a file; simulated on threads";
  int count = 0, shown_index = 0;
  snprintf(title, sizeof title, "%s: %s", study->name, study->size);
  if (study->variant)
    snprintf(subtitle, sizeof subtitle,
             "%s, %s. Predicted from chunks measured on one core; medians of %zu rounds; error bars: %s",
             study->variant->name, tutti_isa_name(study->variant->vector ? study->isa : TUTTI_ISA_SCALAR),
             study->rounds, study->one_core.coverage < 0.95 ? "their range" : "95 % interval of the median");
  put_text(stream, "title", title);
  put_text(stream, "subtitle", subtitle);
  fputs("array name[3]; array color[3]; array point[3]; array dash[3]; array width[3]\n", stream);
  for (int s = 0; s < SCHEDULES; s++) {
    if (!view->schedules[s]) continue;
    if (s == shown) shown_index = count;
    count++;
    fprintf(stream, "name[%d] = \"%s\"; color[%d] = \"#%s\"; point[%d] = %d; dash[%d] = %d; width[%d] = %g\n",
            count, schedule_names[s], count, styles[s].color, count, styles[s].point, count, styles[s].dash,
            count, styles[s].width);
  }
  fprintf(stream, "schedules = %d; measured = %d; shown = \"%s\"; shown_index = %d\n", count,
          study->observed_count ? count : 0, schedule_names[shown], shown_index);
  fprintf(stream, "cores = %d; right = %d; log_axes = %d\n", study->cores, right > 1 ? right : 2, log_axes);
  put_range(stream, study, view, log_axes);
  fputs(drawing, stream);
}
