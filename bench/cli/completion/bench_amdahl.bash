# bash completion for bench_amdahl. What there is to complete comes from the program itself.
_bench_amdahl() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local commands command=run words=
  commands=$("$program" help 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p')
  if ((COMP_CWORD > 1)) && grep -qx -- "${COMP_WORDS[1]}" <<<"$commands"; then command=${COMP_WORDS[1]}; fi
  case $before in
    -o | -d | --output | --resume | --json) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --variant | --variants) words=$("$program" list 2>/dev/null | sed -n '/^Variants:/,$s/^  \([a-z+]*\) .*/\1/p') ;;
    --scaling) words="strong weak" ;;
    --color) words="auto always never" ;;
    --schedule) words="static dynamic guided" ;;
    *)
      if [[ $word == -* ]]; then
        words=$("$program" help "$command" 2>/dev/null | grep -oE -- '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,')
      elif [[ $command == help ]] || ((COMP_CWORD == 1)); then
        words=$commands
      fi
      case $command in
        run | simulate) words+=" $("$program" list 2>/dev/null | sed -n '/^Cases:/,/^$/s/^  \([a-z0-9]*\) .*/\1/p')" ;;
        peers) [[ $word == -* ]] || words+=" workloads reduce random weather grid mkl sizes cores" ;;
        fit | plot | compare | report) [[ $word == -* ]] || { mapfile -t COMPREPLY < <(compgen -f -- "$word"); return; } ;;
      esac
      [[ $word != -* || $words != *" "* ]] || words=$(tr ' ' '\n' <<<"$words" | grep -- '^-')
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word" | sort -u)
}
complete -o filenames -F _bench_amdahl bench_amdahl
