/* The drawing of the roofline. */
#include "output/pictures/plot_script.h"

// clang-format off

const char drawing_roofline[] =
    "  set lmargin at screen 0.085; set rmargin at screen 0.975\n"
    "  set bmargin at screen 130.0 / height; set tmargin at screen 1 - 125.0 / height\n"
    "  set logscale x 2; set logscale y 10\n"
    "  set xrange [west:east]; set yrange [bottom:top]\n"
    "  set xtics west,2 ** ceil(log(edge / west) / log(2) / 14),edge; set format x \"%g\"; set format y \"%.0s %c\"\n"
    "  set xlabel \"operational intensity (flop/byte), log scale\"\n"
    "  set ylabel \"speed (flop/s), log scale\" offset 0\n"
    "  set grid ytics linecolor rgb \"#DDDDDD\" linetype 1 linewidth 0.5\n"
    "  if (arithmetic) {\n"
    "    set object 1 rectangle from first edge,graph 0 to graph 1,graph 1 behind fillcolor rgb \"#F4F4F4\" fillstyle solid noborder\n"
    "    set label 5 \"pure arithmetic:\\nno bytes declared\" at first sqrt(edge * east),graph -0.03 center font small textcolor rgb \"#555555\"\n"
    "  }\n"
    "  # what a label along a slope is turned by; roofs too close to each other have theirs above and below\n"
    "  angle = atan2((height - 255.0) / log(top / bottom), 0.89 * width / log(east / west)) * 180 / pi\n"
    "  set label 6 roof_1_text at graph 0.99,first roof_1 right offset 0,0.6 font small\n"
    "  if (roof_0 < roof_1) { set label 7 roof_0_text at graph 0.99,first roof_0 right offset 0,-0.6 font small }\n"
    "  high = 0.8 * roof_1  # where labels of slopes end: points of low intensity are far from there\n"
    "  set label 8 slope_1_text at first high / slope_1,first high right rotate by angle offset 0,0.8 font small\n"
    "  if (slope_0 < slope_1) { set label 9 slope_0_text at first high / slope_0,first high right rotate by angle offset 0.8,-0.6 font small }\n"
    "  do for [i = 1:cases] {\n"
    "    set arrow 10 + i from first spot_x[i],graph 0 to first spot_x[i],graph 1 nohead back linewidth 0.5 dashtype 3 linecolor rgb \"#BBBBBB\"\n"
    "    set label 10 + i label[i] at first label_x[i],graph 0.015 left rotate by 90 offset 0.7,0 font small\n"
    "  }\n"
    "  set key at screen 0.08,0.015 left bottom Left reverse horizontal maxrows 2 width 1 samplen 2 spacing line\n"
    "  plot for [k = 0:1] stem . \".dat\" index k using 1:2 notitle with lines linewidth (k ? 2 : 1) linecolor rgb \"#333333\", \\\n"
    "    for [v = 1:variants] stem . \".dat\" index v + 1 using 1:2:3:4 notitle \\\n"
    "      with yerrorbars pointtype 0 linewidth 1.5 linecolor rgb color[v], \\\n"
    "    for [v = 1:variants] stem . \".dat\" index v + 1 using 1:2 title (used[v] ? name[v] : \"\") \\\n"
    "      with points pointtype point[v] pointsize 1.3 * dot linewidth 1.5 linecolor rgb color[v]\n"
    "  unset multiplot\n"
    "  reset\n"
    "}\n";
// clang-format on
