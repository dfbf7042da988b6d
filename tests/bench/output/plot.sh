#!/usr/bin/env bash
# bench_amdahl plot, on results made by hand: pictures that are there, say what they must, and execute nothing. TAP output.
# usage: plot.sh path/to/bench_amdahl
set -u
bench=$1
source=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/tap.sh
. "$source/../tap.sh"
plot() { local status=$1; shift; run "$status" plot "$@"; }

python3 "$source/plot_results.py" "$here" || { echo "1..0 # SKIP no Python to make the results with"; exit 0; }

check "a run to compare them with" run 0 sum pi --rows 100 --cols 200 --samples 20000 -w 1,2 -r 6 -q -o "$here/run"
check "they have only what a run has" python3 "$source/../keys.py" "$here/run/results.json" "$here"/*/results.json

# -- what is wrong with the command line or the file
check "--help" plot 0 --help
check "has examples" says out "bench_amdahl plot results --case pi,sum -o pictures"
check "an unknown case: 2" plot 2 "$here/weak" --case grows,nonsense
check "the cases are named" says err "no case 'nonsense' in these results; the cases are: grows"
check "an unknown variant: 2" plot 2 "$here/weak" --variants threads,gpu
check "it is named" says err "--variants threads,gpu: 'gpu' is none of serial, vector, threads"
check "an unknown format: 2" plot 2 "$here/weak" --format svg,gif
check "it is named" says err "--format svg,gif: 'gif' is none of svg, png, pdf"
check "an unknown picture: 2" plot 2 "$here/weak" --what pie
check "it is named" says err "'pie' is none of speedup, efficiency, time, where, roofline"
for axes in "" z xx xyx; do check "--log '$axes': 2" plot 2 "$here/weak" --log "$axes"; done
check "two results: 2" plot 2 "$here/weak" "$here/server"
check "no results: 1" plot 1 "$here/nothing"
check "the file is named" says err "$here/nothing: No such file or directory"
echo '{"program": ' >"$here/broken.json"
check "a broken file: 1" plot 1 "$here/broken.json"
check "the line is named" says err "broken.json:"
touch "$here/file"
check "a folder that cannot be made: 1" plot 1 "$here/weak" -o "$here/file/deep"
check "and is named" says err "$here/file"
mkdir "$here/empty"
without() { PATH="$here/empty" plot 1 "$here/weak" -o "$here/without"; }
check "without gnuplot: 1" without
check "the package is named" says err "gnuplot is missing (Debian: gnuplot-nox)"
check "no picture is left" test ! -e "$here/without/speedup-grows.svg"

if ! command -v gnuplot >/dev/null; then
  echo "ok $((count + 1)) - pictures # SKIP no gnuplot (Debian: gnuplot-nox)"
  echo "1..$((count + 1))"
  exit 0
fi

# -- files
# picture STEM WIDTH HEIGHT: all three formats, of these pixels
picture() {
  python3 - "$@" <<'END'
import re, struct, sys, xml.dom.minidom
stem, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
png = open(stem + ".png", "rb").read()
assert png[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
assert struct.unpack(">II", png[16:24]) == (width, height), struct.unpack(">II", png[16:24])
pdf = open(stem + ".pdf", "rb").read()
assert pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF"), "no PDF"
box = [float(x) for x in re.search(rb"/MediaBox\s*\[([^]]*)\]", pdf).group(1).split()]
assert abs(box[2] - width * 0.75) < 1.5 and abs(box[3] - height * 0.75) < 1.5, box
svg = xml.dom.minidom.parse(stem + ".svg").documentElement
assert svg.tagName == "svg" and (svg.getAttribute("width"), svg.getAttribute("height")) == (str(width), str(height))
END
}
# shows FILE.svg TEXT...: all of these are written in the picture
shows() {
  python3 - "$@" <<'END'
import sys, xml.dom.minidom
def text(node):
    return node.data if node.nodeType == node.TEXT_NODE else "".join(text(n) for n in node.childNodes)
texts = [text(n).strip().replace("\xa0", " ") for n in xml.dom.minidom.parse(sys.argv[1]).getElementsByTagName("text")]
missing = [t for t in sys.argv[2:] if not any(t in have for have in texts)]
sys.exit(f"# not shown: {missing}, but {texts}" if missing else 0)
END
}
lacks() { ! shows "$@" 2>/dev/null; }

laptop="$here/laptop"
check "one case of a laptop, and the roofline" plot 0 "$laptop" --case sum --what all
check "prints what it has drawn" says out "$laptop/speedup-sum.pdf"
check "speedup: SVG, PNG, PDF" picture "$laptop/speedup-sum" 1200 660
check "details: SVG, PNG, PDF" picture "$laptop/details-sum" 1200 890
check "script and data are kept" test -s "$laptop/speedup-sum.gp" -a -s "$laptop/speedup-sum.dat"
check "speedup: the machine, the rounds, the axes, the bars" shows "$laptop/speedup-sum.svg" \
  "sum: 10 x 10 doubles" "8 usable cores, 4 physical" "Strong scaling; medians of 8 rounds; error bars: 95 % intervals" \
  "workers" "speedup against one core" "ideal: as many" "not measured" "threads+vector × 12"
check "speedup: where cores end" shows "$laptop/speedup-sum.svg" "4 physical cores, then SMT siblings" \
  "8 cores, then more workers than cores"
check "a long name of a CPU is cut" lacks "$laptop/speedup-sum.svg" "Extreme @ 5.60GHz"
check "details: axes with units" shows "$laptop/details-sum.svg" "efficiency (%)" "time (ms)" "workers × time (%)" \
  "computing: what one core takes" "overhead: CPU time beyond that" "waiting: no CPU at work" serial vector
again() { (cd "$laptop" && rm speedup-sum.svg && gnuplot speedup-sum.gp && [ -s speedup-sum.svg ]); }
check "the script draws it again" again
no_leftovers() { ! find "$here" -name '*.tmp*' | grep -q .; }
check "no temporary files are left" no_leftovers

check "roofline" plot 0 "$laptop" --what roofline -o "$here/roof"
check "SVG, PNG, PDF" picture "$here/roof/roofline" 1200 720
check "ceilings, cases, what has no bytes" shows "$here/roof/roofline.svg" "multiply-add, avx2 × 8: 200 Gflop/s" \
  "read bandwidth, scalar × 1: 9.00 GB/s" "operational intensity (flop/byte)" "pure arithmetic" sum dot pi ar1 matrix
only() { [ "$(find "$here/roof" -name '*.svg' | wc -l)" -eq 1 ]; }
check "only that" only
check "a roofline without ceilings: 1" plot 1 "$here/weak" --what roofline
check "says what it takes" says err "no roofline: it takes ceilings"

check "weak scaling" plot 0 "$here/weak" --format svg
check "has scaled speedups" shows "$here/weak/speedup-grows.svg" "Weak scaling" "scaled speedup against one core"
check "and says what a run does" shows "$here/weak/details-grows.svg" "on w workers it is w/8 of the problem"
check "only the formats asked for" test ! -e "$here/weak/speedup-grows.png"
check "no SMT where every core is physical" lacks "$here/weak/speedup-grows.svg" "SMT siblings"

check "64 workers, log axes" plot 0 "$here/server" --log xy --what speedup -o "$here/log" --title "A title of one's own" --format svg
check "powers of two" shows "$here/log/speedup-wide.svg" 1 2 4 8 16 32 64 "workers (log scale)" "log scale"
check "the title" shows "$here/log/speedup-wide.svg" "A title of one's own"
check "no details" test ! -e "$here/log/details-wide.svg"
check "one variant of many" plot 0 "$here/server" --case wide --variants threads --format svg -o "$here/one"
check "no other" lacks "$here/one/speedup-wide.svg" "processes"

# -- what is hard to draw
check "edges" plot 0 "$here/edges"
check "says which case was not run" says err "not-run was not run: no memory"
for stem in "$here"/edges/*.gp; do
  case $stem in */speedup-*) height=660 ;; *) height=890 ;; esac
  check "$(basename "$stem" .gp)" picture "${stem%.gp}" 1200 $height
done
check "twenty-four pictures" test "$(find "$here/edges" -name '*.gp' | wc -l)" -eq 24
check "what failed is named" shows "$here/edges/speedup-failed.svg" "threads on 4 failed"
check "one round has no error bars" shows "$here/edges/speedup-one-round.svg" "too few for error bars"
check "nanoseconds" shows "$here/edges/details-tiny.svg" "time (ns)"
check "what is unknown is said" shows "$here/edges/details-no-cpu-times.svg" unknown
check "a case that was not run: 1" plot 1 "$here/edges" --case not-run

# -- hostile names
hostile() { (cd "$here/hostile" && plot 0 . --title "\`touch x\`\$(touch x)'; system('touch x') %s \\" && plot 0 .); }
check "hostile names" hostile
check "execute nothing" test -z "$(find "$here" -name x)"
check "and stay in the folder" test -s "$here/hostile/speedup-...svg" -a ! -e "$here/speedup-...svg"
for stem in "$here"/hostile/*.gp; do
  case $stem in */speedup-*) height=660 ;; */roofline*) height=720 ;; *) height=890 ;; esac
  check "${stem##*/}" picture "${stem%.gp}" 1200 $height
done
check "and are shown as they are" shows "$here/hostile/roofline.svg" "\`touch x\`\$(touch x)'); system('touch x'); print \"\\'%s%n @x !touch x # <b>&amp;"

echo "1..$count"
