# fish completion for bench_amdahl. What there is to complete comes from the program itself.
function __bench_amdahl_commands
    bench_amdahl help 2>/dev/null | string replace -rf '^  ([a-z]+) +(.*)$' '$1\t$2'
end
function __bench_amdahl_command
    set -l word (commandline -opc)[2]
    if test -n "$word"; and contains -- $word (__bench_amdahl_commands | string replace -r '\t.*' '')
        echo $word
    else
        echo run
    end
end
function __bench_amdahl_in
    contains -- (__bench_amdahl_command) $argv
end
function __bench_amdahl_options
    bench_amdahl help (__bench_amdahl_command) 2>/dev/null |
        string replace -rf '^ +(?:-[a-zA-Z], )?(--[a-z][a-z-]*)(?:=[A-Z.]+)?(?: +(.*))?$' '$1\t$2'
end
function __bench_amdahl_cases
    bench_amdahl list 2>/dev/null | sed -n '/^Cases:/,/^$/p' | string replace -rf '^  ([a-z0-9]+) +(.*)$' '$1\t$2'
end
complete -c bench_amdahl -n '__bench_amdahl_in run list doctor simulate peers overhead help' -f
complete -c bench_amdahl -n 'test (count (commandline -opc)) -eq 1; or __bench_amdahl_in help' -f -a '(__bench_amdahl_commands)'
complete -c bench_amdahl -n '__bench_amdahl_in run simulate' -a '(__bench_amdahl_cases)'
complete -c bench_amdahl -n '__bench_amdahl_in peers' -a 'workloads reduce random weather grid mkl sizes cores'
complete -c bench_amdahl -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__bench_amdahl_options)'
