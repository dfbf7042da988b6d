#!/usr/bin/env bash
# The public headers and their index in docs/reference/functions.md: complete, and named by one rule. TAP output.
# usage: test_reference.sh SOURCE_FOLDER LIBRARY...; CC is the C compiler
set -u
source=$1
shift
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"
read -ra c_compiler <<<"${CC:-cc}"
include=$source/include
index=$source/docs/reference/functions.md

# What the libraries export, and what the index has: of mpi.h only where its library is among them.
exported() { nm -D --defined-only -- "$@" | awk 'NF == 3 && $3 ~ /^tutti_/ { print $3 }' | sort -u; }
listed() {
  # shellcheck disable=SC2016 # the backquote is Markdown's
  case $* in *tutti_mpi*) cat -- "$index" ;; *) sed '/^## mpi.h$/,/^## /d' "$index" ;; esac |
    sed -n 's/^| `\(tutti_[a-z0-9_]*\)()` .*/\1/p' | sort -u
}
every_function_is_listed() {
  exported "$@" >"$here/exported"
  [ -s "$here/exported" ] && diff <(listed "$@") "$here/exported"
}

every_entry_says_something() { ! grep -nE '^\| `[^|]*\|( [a-z]+ \|)? *\|' "$index"; }

# Two declarations of one name with different types are an error, in C and in C++.
printf '#include <tutti/tutti.h>\n' >"$here/headers.c"
"${c_compiler[@]}" -E -P -I"$include" "$here/headers.c" | "$source/scripts/reference" --structs >"$here/structs"
{
  cat -- "$here/headers.c"
  echo 'extern struct tutti_ctx *one_tutti_ctx;'
  echo 'extern struct tutti_exact *one_tutti_exact;'
  while read -r type; do
    printf 'extern %s *one_%s;\n' "$type" "$type"
    case $type in *_t) ;; *) printf 'extern %s_t *one_%s;\n' "$type" "$type" ;; esac
  done <"$here/structs"
} >"$here/types.c"

every_struct_is_found() {
  local lines
  lines=$(cat -- "$include"/tutti/*.h | grep -cE '^ *typedef (struct|union)\b')
  echo "$lines typedefs in the headers, $(wc -l <"$here/structs") found"
  [ "$lines" -gt 0 ] && [ "$lines" -eq "$(wc -l <"$here/structs")" ]
}

# A formula is indented, as in Markdown, and has empty lines around it: then clang-format does not run it into the text.
formulas_stand_alone() {
  find "$include" "$source/src" -name '*.[ch]' -exec awk '
    /^ *\/?\*/ {
      text = $0; sub(/^ *\/?\*/, "", text)
      kind = text ~ /^ *$/ ? "empty" : text ~ /^     / ? "formula" : "text"
      if (before != "" && before != kind && before != "empty" && kind != "empty") { print FILENAME ":" FNR ": " $0; bad = 1 }
      before = kind
    }
    /\*\// { before = "" }
    END { exit bad }' {} +
}

in_c() { "${c_compiler[@]}" -std=c99 -pedantic -Wall -Wextra -Werror -fsyntax-only -I"$include" "$here/types.c"; }
in_cxx() { "$cxx" -std=c++11 -pedantic -Wall -Wextra -Werror -fsyntax-only -I"$include" -x c++ "$here/types.c"; }

check "docs/reference/functions.md is what scripts/reference writes" "$source/scripts/reference" --check
check "it lists the functions that the libraries export, and no others" every_function_is_listed "$@"
check "and says something about each" every_entry_says_something
check "formulas in comments stand by themselves" formulas_stand_alone
check "the struct types of the headers are found" every_struct_is_found
check "each of them has a name that ends in _t, in C" in_c
cxx=$(command -v c++ || command -v g++ || command -v clang++)
if [ -n "$cxx" ]; then
  check "and in C++" in_cxx
else
  skip "and in C++" "there is no C++ compiler"
fi
echo "1..$count"
