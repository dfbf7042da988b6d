/* The sources of the page, made into arrays by embed.py. */
#ifndef BENCH_PARTS_H
#define BENCH_PARTS_H

#include <stddef.h>

extern const unsigned char page_html[], page_css[], page_js[];
extern const size_t page_html_size, page_css_size, page_js_size;

/* Chart.js as it was found at build time; size 0: it was not. */
extern const unsigned char page_chart[];
extern const size_t page_chart_size;

#endif
