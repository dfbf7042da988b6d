#!/usr/bin/env python3
"""Results of format 2 for trying the page out.

make_sample.py                  prints those of an invented machine, from invented raw times
make_sample.py RESULTS.json     prints those of a run, whatever its format

Everything but the raw times (and the shares of compute, wait and overhead, which are invented with them) is computed
from them here: medians, order-statistic intervals, speedups with a bootstrap over paired rounds, Amdahl's law.
"""

import json
import math
import random
import sys

DRAWS = 400
VECTOR = {"vector", "threads+vector", "processes+vector", "mpi+vector"}


def quantile(values, p):
    values = sorted(values)
    at = p * (len(values) - 1)
    low = math.floor(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


def median(values):
    return quantile(values, 0.5)


def summary(seconds):
    """The median's interval: the narrowest pair of order statistics that covers it in 95 %, or all."""
    n, ordered = len(seconds), sorted(seconds)
    k, coverage = 0, 1 - 2 * 0.5**n
    while k + 1 < n - k - 2:
        tail = sum(math.comb(n, i) for i in range(k + 2)) / 2**n
        if 1 - 2 * tail < 0.95:
            break
        k, coverage = k + 1, 1 - 2 * tail
    return {
        "min": ordered[0], "q1": quantile(seconds, 0.25), "median": median(seconds), "q3": quantile(seconds, 0.75),
        "max": ordered[-1], "median_low": ordered[k], "median_high": ordered[n - 1 - k], "median_coverage": coverage,
    }  # fmt: skip


def fit_amdahl(workers, seconds):
    """seconds = a + b / workers by least squares of relative errors; (t1, serial fraction), the fraction within 0 .. 1."""
    w = [1 / t**2 for t in seconds]
    u = [1 / p for p in workers]
    sw, su, suu = sum(w), sum(x * y for x, y in zip(w, u)), sum(x * y * y for x, y in zip(w, u))
    st, sut = sum(x * t for x, t in zip(w, seconds)), sum(x * y * t for x, y, t in zip(w, u, seconds))
    determinant = sw * suu - su * su
    a, b = (st * suu - su * sut) / determinant, (sw * sut - su * st) / determinant
    if a < 0:
        a, b = 0.0, sut / suu
    if b < 0:
        a, b = st / sw, 0.0
    return a + b, a / (a + b)


def steps(most):
    return sorted({round(2 ** (k / 4)) for k in range(int(4 * math.log2(most)) + 1)} | {most})


def amdahl(s, p):
    return 1 / (s + (1 - s) / p)


def law_of(variant, rows, base):
    """rows: measurements of one parallel variant; base: raw times of its one-core variant."""
    workers = [row["workers"] for row in rows]
    law = {
        "variant": variant, "law": "amdahl", "title": "Amdahl's law", "chosen": len(rows) >= 2, "parameters": [],
        "left_out_error": None, "residual_sd": None, "limit": None, "peak_workers": None, "curve": [],
        "statement": f"not fitted: {len(rows)} worker count cannot tell a serial part from a slow machine",
    }  # fmt: skip
    if len(rows) < 2:
        return law
    t1, s = fit_amdahl(workers, [median(row["seconds"]) for row in rows])
    one = median(base)
    residuals = [amdahl(s, row["workers"]) / t1 * median(row["seconds"]) - 1 for row in rows]
    random.seed(1)
    draws = []
    for _ in range(DRAWS):
        pick = [random.randrange(len(base)) for _ in base]
        again = fit_amdahl(workers, [median([row["seconds"][i] for i in pick]) for row in rows])
        draws.append((median([base[i] for i in pick]) / again[0], again[1]))
    fractions = [d[1] for d in draws]
    mean = sum(fractions) / DRAWS
    gains = {p: [one_core * amdahl(f, p) for one_core, f in draws] for p in steps(4 * max(workers))}
    law["curve"] = [
        {"workers": p, "gain": one / t1 * amdahl(s, p), "low": quantile(g, 0.025), "high": quantile(g, 0.975)}
        for p, g in gains.items()
    ]
    law["parameters"] = [
        {
            "name": "serial fraction", "symbol": "s", "value": s, "se": math.sqrt(sum((f - mean) ** 2 for f in fractions) / (DRAWS - 1)),
            "low": quantile(fractions, 0.025), "high": quantile(fractions, 0.975),
        }  # fmt: skip
    ]
    law["residual_sd"] = math.sqrt(sum(r * r for r in residuals) / max(1, len(rows) - 2))
    law["limit"] = 1 / s if s > 0 else None
    law["statement"] = f"fits {len(rows)} worker counts with relative residuals of {100 * law['residual_sd']:.2g} %"
    return law


def paired(numerator, denominator):
    random.seed(2)
    ratios = []
    for _ in range(DRAWS):
        pick = [random.randrange(len(numerator)) for _ in numerator]
        ratios.append(median([numerator[i] for i in pick]) / median([denominator[i] for i in pick]))
    return quantile(ratios, 0.025), quantile(ratios, 0.975)


def complete_case(case):
    rows = [row for row in case["measurements"] if row["seconds"]]
    find = {row["variant"]: row["seconds"] for row in reversed(rows)}
    work = case["work"]
    work.setdefault("flops", None)
    for row in rows:
        seconds, base = row["seconds"], find["vector" if row["variant"] in VECTOR else "serial"]
        row["time"] = summary(seconds)
        row["speedup"] = median(find["serial"]) / median(seconds)
        row["speedup_low"], row["speedup_high"] = paired(find["serial"], seconds)
        row["parallel_speedup"] = median(base) / median(seconds)
        row["parallel_speedup_low"], row["parallel_speedup_high"] = paired(base, seconds)
        row["efficiency"] = row["parallel_speedup"] / row["workers"]
        p = row["workers"]
        row["karp_flatt"] = (1 / row["parallel_speedup"] - 1 / p) / (1 - 1 / p) if p > 1 else None
        row["rate"] = (work["bytes"] or work["items"]) / median(seconds)
        row["flops"] = work["flops"] / median(seconds) if work["flops"] else None
        row["interval"] = (row["time"]["median_high"] - row["time"]["median_low"]) / row["time"]["median"]
        row.setdefault("batch", 1)
        row.setdefault("first_seconds", None)
        row.setdefault("where", None)
    parallel = dict.fromkeys(row["variant"] for row in rows if row["backend"] != "serial")
    case["laws"] = [
        law_of(v, [row for row in rows if row["variant"] == v], find["vector" if v in VECTOR else "serial"]) for v in parallel
    ]
    case["base"] = {
        "serial_seconds": median(find["serial"]) if "serial" in find else None,
        "vector_seconds": median(find["vector"]) if "vector" in find else None,
    }
    case["reached"] = max((row["interval"] for row in rows), default=None)
    case.setdefault("warmup_rounds", 0)
    case.setdefault("stopped", "repetitions")
    case.setdefault("answer", None)


def complete(results):
    """Format 1 made format 2, in place."""
    results["format"] = 2
    results.setdefault("scaling", "strong")
    results.setdefault("clock", {"resolution_seconds": 1e-9, "cost_seconds": 2.5e-8})
    results.setdefault("plan", {"precision": 0.02, "max_time": 30.0, "repetitions": results["arguments"]["repetitions"]})
    results.setdefault("ceilings", [])
    results.setdefault("findings", [])
    for case in results["cases"]:
        complete_case(case)
    return results


# -- invented raw times --


def invented_row(variant, workers, seconds_of, rounds, where=None):
    backend = variant.split("+")[0].replace("vector", "serial")
    return {
        "variant": variant, "backend": backend, "isa": "avx2" if variant in VECTOR else "scalar", "workers": workers, "failure": None,
        "result": "01", "same_bits": True, "first_seconds": 1.3 * seconds_of(workers), "where": where,
        "seconds": [seconds_of(workers) * (1 + 0.02 * abs(random.gauss(0, 1))) for _ in range(rounds)],
    }  # fmt: skip


def invented_case(name, work, one_core, serial_fraction, overhead, workers, rounds=11):
    rows = []
    for variant, faster, fraction in (
        ("serial", 1, None), ("vector", 4, None), ("threads", 1, serial_fraction), ("threads+vector", 4, 2.5 * serial_fraction),
        ("processes", 1, 1.4 * serial_fraction),
    ):  # fmt: skip
        t1 = one_core / faster
        if fraction is None:
            rows.append(invented_row(variant, 1, lambda p, t=t1: t, rounds))
            continue
        for p in workers:

            def total(n, t=t1, f=fraction):
                return t * (f + (1 - f) / n) + overhead * n

            shares = {"compute": t1 / p / total(p), "overhead": overhead * p / total(p)}
            shares["wait"] = round(1 - shares["compute"] - shares["overhead"], 12)
            rows.append(invented_row(variant, p, total, rounds, shares))
    return {
        "case": name, "description": f"an invented case called {name}", "failure": None, "arguments": {"rows": 2000, "share": 0.5},
        "size": "2000 rows", "answer": "pi = 3.1415 +- 0.0003", "work": work, "rounds": rounds, "cores_used_by_others": 0.04,
        "cores_stolen": 0.0, "notes": [], "no_vector": None, "stopped": "precision",
        "measurements": rows,
    }  # fmt: skip


def invented(workers=(1, 2, 4, 6, 8)):
    random.seed(7)
    ceilings = [
        {"what": "read bandwidth", "isa": "avx2", "workers": p, "rate": rate, "unit": "B/s"} for p, rate in ((1, 3e10), (8, 1e11))
    ] + [
        {"what": "multiply-add", "isa": isa, "workers": p, "rate": p * rate, "unit": "flop/s"}
        for isa, rate in (("scalar", 6e9), ("avx2", 4.8e10))
        for p in (1, 8)
    ]
    machine = {
        "cpu": "Invented CPU", "architecture": "x86_64", "kernel": "Linux 6.1", "host": "invented", "cores": 8, "usable_cores": 8,
        "physical_cores": 4, "packages": 1, "numa_nodes": 1, "topology": None, "memory_bytes": 1.6e10, "available_bytes": 1.2e10,
        "caches": [{"level": 1, "type": "Data", "size": "32K", "shared_by_cpus": "0,4"}], "virtual": False,
        "frequency_governor": "powersave", "transparent_huge_pages": "always [madvise] never", "load_average": 0.12,
    }  # fmt: skip
    findings = [
        {"topic": "governor", "state": "disturbs", "text": "The frequency governor is 'powersave': the clock may vary."},
        {"topic": "turbo", "state": "unknown", "text": "Whether the clock is raised for few cores could not be found out."},
        {"topic": "quota", "state": "fine", "text": "No cgroup limits the cores of this process."},
    ]
    results = {
        "program": "bench_amdahl", "format": 1, "version": "0.1.0", "library_version": "0.1.0", "started": "2026-01-02T03:04:05Z",
        "elapsed_seconds": 61.2, "complete": True, "interrupted": False, "vector_isa": "avx2", "vector_isa_from_environment": False,
        "omp_wait_policy_set_by_program": True, "machine": machine, "build": {"compiler": "gcc 12.2.0", "flags": "release optimization=3"},
        "environment": {"OMP_WAIT_POLICY": "passive"}, "notes": ["a note about the whole run"], "ceilings": ceilings, "findings": findings,
        "arguments": {"argv": ["bench_amdahl", "dot", "grid", "-w", "1,2,4,6,8"], "cases": ["dot", "grid"],
                      "variants": ["serial", "vector", "threads", "threads+vector", "processes"],
                      "workers": list(workers), "repetitions": 11, "seed": 1, "output": "results"},
        "plan": {"precision": 0.02, "max_time": 30.0, "repetitions": None},
        "cases": [
            invented_case("dot", {"items": 4e7, "item": "doubles", "bytes": 6.4e8, "flops": 8e7, "rate_unit": "B"}, 0.12, 0.05, 1e-5, workers),
            invented_case("grid", {"items": 1e6, "item": "cells", "bytes": 1.6e7, "flops": 3e8, "rate_unit": "B"}, 0.4, 0.012, 2e-5, workers),
        ],
    }  # fmt: skip
    return complete(results)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with open(sys.argv[1], encoding="utf-8") as file:
            made = complete(json.load(file))
    else:
        made = invented()
    json.dump(made, sys.stdout, indent=1)
    print()
