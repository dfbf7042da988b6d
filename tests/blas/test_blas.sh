#!/usr/bin/env bash
# A program linked to OpenBLAS, with and without the drop-in: test_blas.sh LEVEL1 LIBTUTTI_BLAS. Prints TAP.
set -u
program=$1
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"
# A name without blanks, which would part it in LD_PRELOAD.
library=$here/libtutti_blas.so
cp -- "$2" "$library"
unset LD_PRELOAD TUTTI_ISA OMP_NUM_THREADS OPENBLAS_NUM_THREADS
fails() { ! "$@"; }
with() { timeout 120 env LD_PRELOAD="$library" "$@"; }
without() { timeout 120 "$@"; }

exported() {
  nm -D --defined-only -- "$library" | awk '{ print $NF }' | sort >"$here/exported"
  printf '%s\n' {,cblas_}{d,s}{dot,asum,nrm2} | sed '/cblas/! s/$/_/' | sort | diff - "$here/exported"
}
calls_no_blas() {
  ! nm -D --undefined-only -- "$library" | grep -E '(cblas_|(dot|asum|nrm2|gemm|syrk|axpy)_$)' &&
    ! readelf -d -- "$library" | grep NEEDED | grep -iE 'blas|mkl|blis'
}
same_arguments() {
  without "$program" arguments >"$here/openblas" && with "$program" arguments >"$here/tutti" &&
    diff "$here/openblas" "$here/tutti" && with TUTTI_ISA=none "$program" arguments | diff "$here/openblas" -
}
same_bits() {
  local threads
  with "$program" values >"$here/values" || return 1
  for threads in 1 2 3 4; do
    with OMP_NUM_THREADS=$threads "$program" values | diff "$here/values" - || return 1
    with OMP_NUM_THREADS=$threads OMP_SCHEDULE=dynamic TUTTI_ISA=scalar "$program" values | diff "$here/values" - || return 1
  done
}
# Functions that the drop-in does not have come from where they came from before.
resolves() {
  without "$program" where | grep -vE '^(ddot_|cblas_ddot) ' >"$here/before" && with "$program" where >"$here/after" || return 1
  grep -vE '^(ddot_|cblas_ddot) ' "$here/after" | diff "$here/before" - || return 1
  ! grep -q nowhere "$here/before" && [ "$(grep -c "dot_* .*libtutti_blas" "$here/after")" -eq 2 ]
}

check "exports the 12 functions and nothing else" exported
check "neither calls nor loads any BLAS, so that it can not call itself" calls_no_blas
check "without the drop-in, the program's results are not exact" fails without "$program" exact
check "with it they are" with "$program" exact
check "short vectors of awkward numbers" with "$program" short
check "short vectors of floats, short norms" with "$program" floats
check "the same bits for 1, 2, 3, 4 threads and by scalar instructions" same_bits
check "n and increments mean what they mean to OpenBLAS" same_arguments
check "norms with increments below 1 are those of the reference BLAS" with "$program" odd_norms
check "from OpenMP regions, nested ones and threads" with "$program" threads
check "from forked children" with "$program" fork
check "whatever the rounding and the subnormals of the program" with "$program" arithmetic
check "without memory" with "$program" memory
check "where the library can not open its context" with TUTTI_ISA=none "$program" exact
check "every other function is OpenBLAS's" resolves
echo "1..$count"
