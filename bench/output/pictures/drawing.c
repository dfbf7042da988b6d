/* What scripts of pictures have in common, and the drawing of speedups. */
#include "output/pictures/plot_script.h"

// clang-format off

/* Begins a loop over the formats, which each drawing ends. Sizes are pixels, 96 to the inch. */
const char drawing_begin[] =
    "\n"
    "set encoding utf8\n"
    "do for [format in formats] {\n"
    "  if (format eq \"svg\") { set terminal svg noenhanced size width,height font \"sans,14\" background \"white\" }\n"
    "  if (format eq \"png\") { set terminal pngcairo noenhanced size width,height font \"sans,10.5\" background \"white\" }\n"
    "  if (format eq \"pdf\") { set terminal pdfcairo noenhanced size width / 96.0,height / 96.0 font \"sans,10.5\" fontscale 0.75 linewidth 1.3 }\n"
    "  if (format eq \"txt\") { set terminal dumb noenhanced size 79,18 }\n"
    "  large = format eq \"svg\" ? \",17\" : \",13\"; middle = format eq \"svg\" ? \",15\" : \",11.5\"; small = format eq \"svg\" ? \",12\" : \",9\"\n"
    "  dot = format eq \"svg\" ? 0.75 : 1  # SVG's points and lines of the legend are larger\n"
    "  line = format eq \"svg\" ? 0.95 : 1.25\n"
    "  set output stem . \".\" . format . suffix\n";

/* The lines at the top. Heights are pixels from there. */
const char drawing_header[] =
    "  set multiplot\n"
    "  set label 1 title at screen 0.025,1 - 30.0 / height left font large\n"
    "  set label 2 machine at screen 0.025,1 - 54.0 / height left textcolor rgb \"#555555\"\n"
    "  set label 3 rounds at screen 0.025,1 - 74.0 / height left textcolor rgb \"#555555\"\n"
    "  set label 4 trouble at screen 0.025,1 - 94.0 / height left textcolor rgb \"#B00000\"\n"
    "  set border 3 linecolor rgb \"#555555\"\n"
    "  set tics nomirror out scale 0.5\n";

/* Axes of workers up to `right`, of which `measured` were; where the physical cores and where all cores end. */
const char drawing_workers[] =
    "  if (log_x) {\n"
    "    set logscale x 2; set xrange [0.88:1.08 * right]; set xtics 1,2\n"
    "  } else {\n"
    "    set xrange [0:1.01 * right]; set xtics autofreq\n"
    "    if (right <= 16) { set xtics 1 }\n"
    "  }\n"
    "  # points of one worker count stand side by side, but never far from it\n"
    "  step = log_x ? log(right) / 75 : 0.011 * right\n"
    "  most = log_x ? 0.15 : 0.3\n"
    "  step = step * curves > most ? most / curves : step\n"
    "  beside(w, i) = log_x ? w * exp((i - (curves + 1) / 2.0) * step) : w + (i - (curves + 1) / 2.0) * step\n"
    "  between(w) = log_x ? sqrt(w * (w + 1.0)) : w + 0.5  # this worker count and the next\n"
    "  place(w) = log_x ? log(w / 0.88) / log(1.08 * right / 0.88) : w / (1.01 * right)  # of the width\n"
    "  set style textbox opaque noborder fillcolor rgb \"#FFFFFF\" margins 0.3,0.1\n"
    "  if (physical > 0 && physical < usable && physical < measured) {\n"
    "    x = between(physical)\n"
    "    set arrow 1 from first x,graph 0 to first x,graph 1.10 nohead back linewidth 1 dashtype 2 linecolor rgb \"#777777\"\n"
    "    wording = sprintf(\"%d physical cores, then SMT siblings\", physical)\n"
    "    if (place(x) < 0.5) { set label 5 wording at first x,graph 1.10 left offset 0.5,0 font small textcolor rgb \"#555555\" boxed } \\\n"
    "    else { set label 5 wording at first x,graph 1.10 right offset -0.5,0 font small textcolor rgb \"#555555\" boxed }\n"
    "  }\n"
    "  if (usable > 0 && usable < measured) {\n"
    "    x = between(usable)\n"
    "    set object 1 rectangle from first x,graph 0 to first between(measured),graph 1 behind fillcolor rgb \"#FFF3DC\" fillstyle solid noborder\n"
    "    set arrow 2 from first x,graph 0 to first x,graph 1.04 nohead back linewidth 1 dashtype 1 linecolor rgb \"#777777\"\n"
    "    wording = sprintf(\"%d core%s, then more workers than cores\", usable, usable == 1 ? \"\" : \"s\")\n"
    "    if (place(x) < 0.5) { set label 6 wording at first x,graph 1.04 left offset 0.5,0 font small textcolor rgb \"#555555\" boxed } \\\n"
    "    else { set label 6 wording at first x,graph 1.04 right offset -0.5,0 font small textcolor rgb \"#555555\" boxed }\n"
    "  }\n"
    "  set xlabel \"workers\" . (log_x ? \" (log scale)\" : \"\") offset 0,0.4\n"
    "  set grid ytics linecolor rgb \"#DDDDDD\" linetype 1 linewidth 0.5\n";

/* The gain by workers with its fits, of letters. */
const char drawing_letters[] =
    "  if (log_y) { set logscale y 2; set yrange [bottom:top]; set format y \"%g\"; set ytics bottom,2 ** ceil(log(top / bottom) / log(2) / 12) } \\\n"
    "  else { set yrange [0:top]; if (top <= 10 && top >= 4) { set ytics 1 } }\n"
    "  if (format eq \"txt\") {\n"
    "    unset grid; unset arrow; unset object; unset label; unset xlabel\n"
    "    set key tmargin center horizontal Left reverse\n"
    "    set title (weak ? \"scaled speedup\" : \"speedup\") . \" by workers, against one core; small letters: the fit\"\n"
    "    letters = \"ABCDEFGH\"; little = \"abcdefgh\"\n"
    "    set samples 70\n"
    "    plot sample [1:right] x title \"ideal\" with points pointtype \".\", \\\n"
    "      for [i = 1:curves] stem . \".dat\" index curves + i - 1 using 1:2 every 4::i notitle with points pointtype little[i:i], \\\n"
    "      for [i = 1:curves] stem . \".dat\" index i - 1 using (beside($1, 1.5 * i)):2 title name[i] with points pointtype letters[i:i]\n"
    "    reset\n"
    "    continue\n"
    "  }\n";

/* Left, the gain by workers with its fits; right, bars of the gain over serial. */
const char drawing_speedup[] =
    "  set lmargin at screen 0.07; set rmargin at screen 0.60; set bmargin at screen 180.0 / height; set tmargin at screen 1 - 188.0 / height\n"
    "  set label 7 (weak ? \"Scaled speedup\" : \"Speedup\") . \" by workers\" . (fits ? \", with the fitted law\" : \"\") . (limits ? \" and (dotted) its limit\" : \"\") at graph 0,1.18 left font middle\n"
    "  set label 8 \"not measured\" at graph 0.985,0.045 right textcolor rgb \"#777777\"\n"
    "  set object 2 rectangle from first between(measured),graph 0 to graph 1,graph 1 behind fillcolor rgb \"#F4F4F4\" fillstyle solid noborder\n"
    "  set ylabel (weak ? \"scaled speedup against one core (×)\" : \"speedup against one core (×)\") . (log_y ? \", log scale\" : \"\") offset 0.3\n"
    "  set key at screen 0.06,0.015 left bottom Left reverse maxrows 5 width 2 samplen 2 spacing line\n"
    "  set samples 400\n"
    "  plot sample \\\n"
    "    [1:right] x title (weak ? \"ideal: as many times the work as there are workers\" : \"ideal: as many times as fast as there are workers\") with lines linewidth 6 linecolor rgb \"#CFCFCF\", \\\n"
    "    for [i = 1:curves] stem . \".dat\" index curves + i - 1 using 1:3:4 notitle \\\n"
    "      with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb color[i], \\\n"
    "    for [i = 1:curves] [1:right] (limit[i] <= top ? limit[i] : NaN) notitle \\\n"
    "      with lines dashtype 3 linewidth 1.5 linecolor rgb color[i], \\\n"
    "    for [i = 1:curves] stem . \".dat\" index curves + i - 1 using 1:2 notitle with lines linewidth 1.5 linecolor rgb color[i], \\\n"
    "    for [i = 1:curves] stem . \".dat\" index i - 1 using (beside($1, i)):2:3:4 notitle \\\n"
    "      with yerrorbars pointtype 0 linewidth 1.5 linecolor rgb color[i], \\\n"
    "    for [i = 1:curves] stem . \".dat\" index i - 1 using (beside($1, i)):2 title legend[i] \\\n"
    "      with points pointtype point[i] pointsize 1.2 * dot linewidth 1.5 linecolor rgb color[i]\n"
    "\n"
    "  # right: what all of it gains\n"
    "  unset label; unset object; unset arrow; unset key; unset grid; unset logscale\n"
    "  set lmargin at screen 0.79; set rmargin at screen 0.975\n"
    "  set label 7 \"Altogether, against serial\" . (weak ? \" (scaled)\" : \"\") at graph -0.2,1.18 left font middle\n"
    "  set xrange [0:1.35 * longest]; set yrange [bars + 0.6:0.4]\n"
    "  set border 2; unset xtics; set xlabel \" \"; unset ylabel\n"
    "  set ytics autofreq scale 0\n"
    "  times(v) = sprintf(v < 0.095 ? \"%.2g×\" : v < 9.995 ? \"%.2f×\" : v < 99.95 ? \"%.1f×\" : \"%.0f×\", v)\n"
    "  plot stem . \".dat\" index 2 * curves using (0):1:(0):2:($1 - 0.33):($1 + 0.33):5:ytic(6) \\\n"
    "      with boxxyerror fillstyle solid noborder linecolor rgb variable, \\\n"
    "    \"\" index 2 * curves using 2:1:3:4 with xerrorbars pointtype 0 linewidth 1 linecolor rgb \"#000000\", \\\n"
    "    \"\" index 2 * curves using ($4 > $2 ? $4 : $2):1:(times($2)) with labels left offset 0.5,0\n"
    "  unset multiplot\n"
    "  reset\n"
    "}\n";
// clang-format on
