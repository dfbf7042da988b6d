#!/usr/bin/env python3
"""A run for trying the page out: make_sample.py prints the results.json of an invented machine, with invented raw times.

What the times mean (medians, intervals, speedups, laws) is not here: bench_amdahl works it out when it reads them.
"""

import json
import random
import statistics
import sys

VECTOR = {"vector", "threads+vector", "processes+vector", "mpi+vector"}
median = statistics.median


def invented_row(variant, workers, seconds, cpu, rounds):
    """A run takes about `seconds`, and its workers `cpu` seconds of CPU time for each second of it."""
    backend = variant.split("+")[0].replace("vector", "serial")
    times = [seconds * (1 + 0.02 * abs(random.gauss(0, 1))) for _ in range(rounds)]
    return {
        "variant": variant, "backend": backend, "isa": "avx2" if variant in VECTOR else "scalar", "workers": workers, "failure": None,
        "result": "01", "same_bits": True, "batch": 1, "first_seconds": 1.3 * seconds, "seconds": times, "cpu_seconds": [cpu * t for t in times],
    }  # fmt: skip


def invented_case(name, work, one_core, serial_fraction, overhead, workers, rounds=11):
    """Amdahl's law and a cost for each worker: t (s + (1 - s) / p) + overhead p."""
    rows = []
    for variant, faster, fraction in (
        ("serial", 1, None), ("vector", 4, None), ("threads", 1, serial_fraction), ("threads+vector", 4, 2.5 * serial_fraction),
        ("processes", 1, 1.4 * serial_fraction),
    ):  # fmt: skip
        t1 = one_core / faster
        if fraction is None:
            rows.append(invented_row(variant, 1, t1, 1, rounds))
            continue
        for p in workers:
            seconds = t1 * (fraction + (1 - fraction) / p) + overhead * p
            rows.append(invented_row(variant, p, seconds, (t1 + overhead * p * p) / seconds, rounds))
    return {
        "case": name, "description": f"an invented case called {name}", "failure": None, "arguments": {"rows": 2000, "share": 0.5},
        "size": "2000 rows", "answer": "pi = 3.1415 +- 0.0003", "work": work, "parts": 1, "rounds": rounds, "cores_used_by_others": 0.04,
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
    return {
        "program": "bench_amdahl", "format": 2, "scaling": "strong", "clock": {"resolution_seconds": 1e-9, "cost_seconds": 2.5e-8},
         "version": "0.1.0", "library_version": "0.1.0", "started": "2026-01-02T03:04:05Z",
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


if __name__ == "__main__":
    json.dump(invented(), sys.stdout, indent=1)
    print()
