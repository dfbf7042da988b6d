"""Time an element over the number of elements, all cores: tables, and a picture in which the caches are marked."""
import pathlib
import shutil
import statistics
import subprocess

from kernels import LEVELS_NOTE, Bench, Skipped
from output import thousands
from targets import CORES
from workloads import available_memory, turns

SIZES = [4**k for k in range(2, 14)] + [2**27]
SMALL = 2**14  # with --small: at most so many
ALL = ("tutti", "serial", "openmp", "numpy")
# Operation: who has it, and the doubles an element that lie in memory
OPERATIONS = {
    "sum": (ALL, 1),
    "dot": (("tutti", "serial", "openmp", "openblas", "numpy"), 2),
    "minmax": (ALL, 1),
    "uniform": (ALL, 1),
    "normal": (ALL, 1),
    "cumsum": (ALL, 2),
    "quantile": (("tutti", "numpy"), 1),
}
NAMES = {"serial": "plain, one core", "openmp": "plain OpenMP", "openblas": "OpenBLAS", "numpy": "NumPy"}
COLOURS = {"tutti": "#0072B2", "serial": "#999999", "openmp": "#D55E00", "openblas": "#009E73", "numpy": "#CC79A7"}
FORMATS = {
    "svg": 'svg noenhanced size 1240,{height} font "sans,14" background "white"',
    "png": 'pngcairo noenhanced size 1240,{height} font "sans,10.5" background "white"',
    "pdf": 'pdfcairo noenhanced size {width_inches},{height_inches} font "sans,10.5" fontscale 0.75',
}


def caches() -> list[tuple[str, int]]:
    """Name and bytes of each cache for data that a core sees, from /sys."""
    found = []
    for folder in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        try:
            kind, level, size = ((folder / name).read_text().strip() for name in ("type", "level", "size"))
            if kind != "Instruction":
                found.append((f"L{level}", int(size[:-1]) * {"K": 2**10, "M": 2**20}[size[-1]]))
        except (OSError, ValueError, KeyError):
            continue  # this system does not tell
    return found


def usable_sizes(small: bool) -> list[int]:
    """Sizes of which three arrays take less than half of the memory."""
    most = available_memory() // 2 // 24
    return [n for n in SIZES if n <= (min(most, SMALL) if small else most)]


def measure(bench: Bench, op: str, sizes: list[int]) -> tuple[dict[str, list[list[float]]], list[str]]:
    """Nanoseconds an element of each program, by size and round; and why programs are missing."""
    names, times, reasons = list(OPERATIONS[op][0]), {}, []
    for name in OPERATIONS[op][0]:  # who is there
        try:
            bench.lines(name, op, sizes[:1], 1, 1)
        except Skipped as why:
            names.remove(name)
            reasons.append(str(why))
    for round in range(bench.rounds):
        for k in turns(len(names), round):
            bench.out.progress(f"sizes, round {round + 1} of {bench.rounds}: {op}, {names[k]}")
            threads = 1 if names[k] == "serial" else CORES
            lines = bench.lines(names[k], op, sizes, threads, 1)
            for by_round, n, (seconds,) in zip(times.setdefault(names[k], [[] for _ in sizes]), sizes, lines):
                by_round.append(seconds / n * 1e9)
    bench.out.progress("")
    return {name: times[name] for name in OPERATIONS[op][0] if name in times}, reasons


def put_table(bench: Bench, op: str, sizes: list[int], times: dict[str, list[list[float]]]) -> None:
    """A line for each size: medians, and ours against the fastest of the others."""
    others = [name for name in times if name != "tutti"]
    bench.out.say(f"{op}: ns an element")
    bench.out.say(f"{'n':>13s} {'tutti':>9s} {'':19s}" + "".join(f"{NAMES[name]:>16s}" for name in others) + "   fastest of them / tutti")
    for i, n in enumerate(sizes):
        ours = times["tutti"][i]
        line = f"{thousands(n):>13s} {statistics.median(ours):9.3f} {f'[{min(ours):.3f} .. {max(ours):.3f}]':19s}"
        line += "".join(f"{statistics.median(times[name][i]):16.3f}" for name in others)
        if others:
            ratios = ratios_of(times, i)
            line += f"   {statistics.median(ratios):5.2f} [{min(ratios):.2f} .. {max(ratios):.2f}]"
        bench.out.say(line)
    bench.out.say()


def ratios_of(times: dict[str, list[list[float]]], i: int) -> list[float]:
    """Round by round, at size i: the fastest of the others over ours."""
    others = [by_size[i] for name, by_size in times.items() if name != "tutti"]
    return [min(theirs) / ours for ours, *theirs in zip(times["tutti"][i], *others)]


def put_worst(bench: Bench, sizes: list[int], times: dict[str, list[list[float]]]) -> None:
    """The target for sums is one for every size."""
    if "serial" not in times or "openmp" not in times:
        return
    plain = {name: times[name] for name in ("tutti", "serial", "openmp")}
    n, values = min(((n, ratios_of(plain, i)) for i, n in enumerate(sizes) if n > 1000), key=lambda x: statistics.median(x[1]))
    ratio, target = statistics.median(values), {"avx2": 0.67, "avx512": 0.75}.get(bench.level)
    bench.row(f"sum, at its worst from 2^10 on: n = {thousands(n)}", "",
              f"{f'{ratio:8.3f} x serial or openmp':20s} [{min(values):.3f} .. {max(values):.3f}]",
              f">= {target}" if target else "", None if target is None else ratio >= target)


# -- the picture ------------------------------------------------------------------------------------------------------


def script(bench: Bench, sizes: list[int], results: dict[str, dict[str, list[list[float]]]]) -> str:
    """gnuplot's: a panel for each operation, the legend in the one that is left over; the data are in it."""
    rows = (len(results) + 2) // 2
    height = 330 * rows + 50
    level = bench.level + (" (the CPU has AVX-512)" if bench.held_back else "")
    lines = ["set encoding utf8"]
    for op, times in results.items():
        for name, by_size in times.items():
            lines += [f"${op}_{name} << END", *(f"{n} {statistics.median(v):.5g} {min(v):.5g} {max(v):.5g}" for n, v in zip(sizes, by_size)), "END"]
    lines.append('if (!exists("suffix")) suffix = ""')
    for form, terminal in FORMATS.items():
        shape = {"height": height, "width_inches": 1240 / 96, "height_inches": height / 96}
        lines += [
            f"set terminal {terminal.format(**shape)}",
            f'set output "sizes.{form}" . suffix',
            f'set multiplot layout {rows},2 title "Time an element by size; {CORES} cores, {level}; medians and ranges of {bench.rounds} rounds"',
            'set logscale x 2; set logscale y 10; set format x "2^{%L}"; set border 3 linecolor rgb "#555555"',
            'set tics nomirror out scale 0.5; set grid ytics linecolor rgb "#DDDDDD" linetype 1 linewidth 0.5; unset key',
            f'set xrange [{sizes[0] * 0.7}:{sizes[-1] * 1.5}]; set xlabel "elements" offset 0,0.5; set ylabel "ns an element"',
            'set format x "2^%L"; set format y "%g"',
        ]
        for op, times in results.items():
            lines += ["unset arrow; unset label", f'set title "{op}"']
            for i, (name, size) in enumerate(caches(), 1):
                n = size / 8 / OPERATIONS[op][1]
                if sizes[0] < n < sizes[-1]:
                    lines.append(f'set arrow {i} from first {n},graph 0 to first {n},graph 1 nohead back linewidth 1 dashtype 2 linecolor rgb "#777777"')
                    lines.append(f'set label {i} "{name}" at first {n},graph 0.96 right offset -0.4,0 textcolor rgb "#555555"')
            curves = []
            for name in times:
                style = f'linecolor rgb "{COLOURS[name]}" linewidth {2.5 if name == "tutti" else 1.5}'
                curves += [f"${op}_{name} using 1:2 with lines {style}", f"${op}_{name} using 1:2:3:4 with yerrorbars pointtype 7 pointsize 0.5 {style}"]
            lines.append("plot " + ", ".join(curves))
        lines += [
            'unset arrow; unset label; unset border; unset tics; unset xlabel; unset ylabel; unset logscale; unset grid; set title " "',
            "set xrange [0:1]; set yrange [0:1]; set key center center Left reverse spacing 1.5 samplen 3",
            "plot " + ", ".join(f'NaN with linespoints pointtype 7 linecolor rgb "{COLOURS[name]}" linewidth 2 title "{NAMES.get(name, name)}"'
                                for name in COLOURS if any(name in times for times in results.values())),
            "unset multiplot; reset",
        ]
    return "\n".join(lines) + "\n"


def draw(bench: Bench, folder: str, sizes: list[int], results: dict[str, dict[str, list[list[float]]]]) -> None:
    """sizes.svg, .png and .pdf in the folder, with the script they are drawn from; like the pictures of a run, they are not
    drawn where there is no gnuplot."""
    place = pathlib.Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    (place / "sizes.gp").write_text(script(bench, sizes, results))
    if not shutil.which("gnuplot"):
        bench.out.say("no pictures: gnuplot is missing (Debian: gnuplot-nox)")
        return
    done = subprocess.run(["gnuplot", "-d", "-e", "suffix='.tmp'", "sizes.gp"], cwd=place, capture_output=True, text=True)
    for form in FORMATS:
        drawn = place / f"sizes.{form}.tmp"
        if done.returncode == 0 and drawn.exists():
            drawn.replace(place / f"sizes.{form}")
        else:
            drawn.unlink(missing_ok=True)
            (place / f"sizes.{form}").unlink(missing_ok=True)  # none must stay from an earlier run
    if done.returncode:
        bench.out.say(f"pictures sizes are missing: gnuplot failed; to see why: cd {folder} && gnuplot sizes.gp")
    else:
        bench.out.say(f"pictures: {place / 'sizes.svg'}, .png, .pdf")


def compare(bench: Bench, folder: str) -> None:
    sizes = usable_sizes(bench.small)
    if len(sizes) < len(SIZES):
        why = "--small" if bench.small else "three arrays take more than half of the memory available"
        bench.out.say(f"sizes: up to {thousands(sizes[-1]) if sizes else 'none'}, since beyond that: {why}")
    if not sizes:
        return
    bench.out.say(f"sizes: all cores, level {bench.level}{'*' * bench.held_back}; medians of {bench.rounds} rounds [smallest .. largest]\n")
    results, reasons = {}, []
    for op in OPERATIONS:
        times, missing = measure(bench, op, sizes)
        reasons += missing
        if "tutti" in times:
            results[op] = times
            put_table(bench, op, sizes, times)
    bench.out.results["sizes"] = {
        "n": sizes,
        "caches": dict(caches()),
        "ns_an_element": results,  # operation, program, size, round
    }
    for reason in dict.fromkeys(reasons):
        bench.out.say(reason)
    put_worst(bench, sizes, results["sum"])
    if bench.held_back:
        bench.out.say(LEVELS_NOTE)
    draw(bench, folder, sizes, results)
