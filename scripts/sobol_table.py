#!/usr/bin/env python3
"""Writes src/random/sobol_table.h from the direction numbers of Joe and Kuo.

usage: scripts/sobol_table.py new-joe-kuo-6.21201 > src/random/sobol_table.h

The file is the one its authors publish (S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional
projections", SIAM J. Sci. Comput. 30, 2635-2654, 2008): a line of headings, then a line a dimension from the second
one: d, the degree s of its primitive polynomial, the polynomial's inner coefficients a, and s initial numbers m.
"""
import sys
import textwrap

DIMS = 1024

HEAD = """\
/* Direction numbers of the dimensions 2 to 1024 after S. Joe and F. Y. Kuo, "Constructing Sobol sequences
 * with better two-dimensional projections" (2008), their set D(6). Written by scripts/sobol_table.py. For
 * each dimension: its primitive polynomial, a bit a coefficient, then as many initial numbers as its degree.
 */
// clang-format off
#include <stdint.h>

static const uint16_t sobol_numbers[] = {"""


def main():
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    numbers = []
    with open(sys.argv[1], encoding="ascii") as lines:
        next(lines)
        for expected, line in zip(range(2, DIMS + 1), lines):
            d, s, a, *m = map(int, line.split())
            if d != expected or len(m) != s:
                sys.exit(f"{sys.argv[1]}: dimension {expected} expected: {line.strip()}")
            numbers += [1 << s | a << 1 | 1, *m]
    print(HEAD)
    print(textwrap.fill(", ".join(map(str, numbers)), 108, initial_indent="  ", subsequent_indent="  "))
    print("};\n// clang-format on")


main()
