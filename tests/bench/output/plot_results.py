#!/usr/bin/env python3
"""Writes results.json files by hand, each in a folder of its own, with what is hard to draw.

usage: plot_results.py FOLDER
"""
import json
import os
import random
import sys

PARALLEL = ["threads", "threads+vector", "processes", "processes+vector", "mpi", "mpi+vector"]
HOSTILE = "`touch x`$(touch x)'); system('touch x'); print \"\\'%s%n @x\n!touch x\n# <b>&amp;</b>"


def law(s, overhead=0.0):
    return lambda w: s + (1 - s) / w + overhead * (w - 1)


def times(seconds, rounds, noise, rng):
    return [seconds * (1 + noise * rng.uniform(-1, 1)) for _ in range(rounds)]


def case(name, relative, workers=(1, 2, 4), variants=PARALLEL[:4], one=0.1, vector=4.0, rounds=8, noise=0.02,
         size="10 x 10 doubles", work=None, cpu=True, weak=False):
    """relative: time on w workers, in units of that of one core; vector: how many times as fast those units are."""
    rng = random.Random(name)

    def measurement(variant, w, seconds, busy):
        t = times(seconds, rounds, noise, rng)
        return {"variant": variant, "backend": "", "isa": "avx2" if "vector" in variant else "scalar", "workers": w,
                "failure": None, "result": "00", "same_bits": True, "batch": 1, "first_seconds": 2 * seconds,
                "seconds": t, "cpu_seconds": [x * busy if cpu else None for x in t]}

    share = 1 / max(workers) if weak else 1
    items = [measurement("serial", 1, one * share, 1), measurement("vector", 1, one * share / vector, 1)]
    for k, variant in enumerate(variants):
        for w in workers:
            seconds = one / (vector if "vector" in variant else 1) * relative(w) * (1 + 0.06 * k)
            if weak:
                seconds *= w * share
            items.append(measurement(variant, w, seconds, min(w, 1 / relative(w) * 1.03)))
    return {"case": name, "description": "", "failure": None, "arguments": {}, "size": size, "answer": "",
            "work": work or {"items": 1e6, "item": "things", "bytes": None, "flops": None}, "rounds": rounds,
            "stopped": "precision", "notes": [], "no_vector": None, "measurements": items}


def without(measured, *variants_workers):
    """Those failed: there are no times of them."""
    for m in measured["measurements"]:
        if (m["variant"], m["workers"]) in variants_workers:
            m.update(seconds=[], cpu_seconds=[], result=None, failure="no memory")
    return measured


def run(cases, cpu="Example CPU 3000", usable=8, physical=4, weak=False, ceilings=()):
    names = ("what", "isa", "workers", "rate", "unit")
    return {"program": "bench_amdahl", "format": 2, "library_version": "0", "scaling": "weak" if weak else "strong",
            "vector_isa": "avx2", "machine": {"cpu": cpu, "cores": usable, "usable_cores": usable,
                                              "physical_cores": physical},
            "ceilings": [dict(zip(names, c)) for c in ceilings], "complete": True, "notes": [], "cases": cases}


def work(bytes_, flops):
    return {"items": 1e6, "item": "things", "bytes": bytes_, "flops": flops}


ROOFS = [("read bandwidth", "scalar", 1, 9e9, "B/s"), ("read bandwidth", "avx2", 1, 12e9, "B/s"),
         ("read bandwidth", "avx2", 8, 30e9, "B/s"), ("multiply-add", "scalar", 1, 7e9, "flop/s"),
         ("multiply-add", "avx2", 1, 5e10, "flop/s"), ("multiply-add", "avx2", 8, 2e11, "flop/s")]


def runs():
    many = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64]
    yield "laptop", run(
        [case("sum", law(0.15), [1, 2, 3, 4, 6, 8, 12], one=0.05, work=work(4e8, 5e7)),
         case("dot", law(0.12), [1, 2, 4, 8], one=0.08, work=work(8e8, 1e8)),
         case("pi", law(0.001), [1, 2, 3, 4, 5, 6, 7, 8], one=0.5, work=work(None, 2e9)),
         case("ar1", law(0.02, 0.01), [1, 2, 4, 8], one=0.4, work=work(None, 1e9)),
         case("matrix", law(0.03), [1, 2, 4, 8], one=0.4, work=work(1e7, 1e9)),
         case("long", law(0.1), size="a problem that is described at such a length that no picture can hold all of "
              "what is said about its rows, columns, seeds and whatever else there is")],
        cpu="Example(R) Extraordinarily(TM) Long-Named Processor, 13th Generation, i9-13980HX-Extreme @ 5.60GHz "
        "with 24 cores", ceilings=ROOFS)
    yield "edges", run(
        [case("one-count", law(0.1), [1]),
         case("one-variant", law(0.1), [1, 2], ["threads"]),
         case("two-on-64", law(0.01), [1, 64], ["threads", "processes"]),
         without(case("failed", law(0.1)), ("threads", 4), ("processes+vector", 1), ("processes+vector", 2),
                 ("processes+vector", 4)),
         without(case("no-reference", law(0.1)), ("vector", 1)),
         case("slower", lambda w: 3.0 * w, [1, 2, 4, 8]),
         case("superlinear", lambda w: w ** -1.7, [1, 2, 4, 8], noise=0.1),
         case("tiny", law(0.2), one=4e-9, vector=1.1),
         case("huge", law(0.2), one=3e9, vector=1.1),
         case("noisy", law(0.2), noise=0.6),
         case("one-round", law(0.2), rounds=1),
         case("no-cpu-times", law(0.2), cpu=False),
         {"case": "not-run", "failure": "no memory", "measurements": []}], usable=4, physical=4)
    yield "server", run([case("wide", law(0.02, 0.0005), many, PARALLEL, work=work(1e8, 1e9)),
                         case("sparse", law(0.005), [1, 8, 64], PARALLEL[:3])],
                        cpu="Example Server CPU", usable=48, physical=24, ceilings=ROOFS[2:4])
    yield "weak", run([case("grows", lambda w: 1.0 / w + 0.01, [1, 2, 4, 8], weak=True)], usable=8, physical=8, weak=True)
    yield "hostile", run([case(HOSTILE[:42] + "\n`touch x`", law(0.1), size=HOSTILE, work=work(1e6, 1e7)),
                          case("..", law(0.1), size="\U0001f600 é \ufffe \x1b[31m \\")], cpu=HOSTILE, ceilings=ROOFS)


for folder, result in runs():
    os.makedirs(os.path.join(sys.argv[1], folder), exist_ok=True)
    with open(os.path.join(sys.argv[1], folder, "results.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
