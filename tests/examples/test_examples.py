#!/usr/bin/env python3
"""Runs the examples with small arguments and compares what they print with truths that are computed here, from
closed forms, by quadrature, by enumeration or by another implementation. TAP output.
usage: test_examples.py FOLDER_OF_PROGRAMS FOLDER_OF_EXAMPLES
"""

import csv
import itertools
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from statistics import NormalDist, median

programs, examples = (Path(argument).resolve() for argument in sys.argv[1:3])
seattle = examples / "data" / "seattle-weather.csv"
count = 0


def result(what, wrong):
    """One line of TAP; wrong: why it failed, or nothing"""
    global count
    count += 1
    print(f"{'not ' if wrong else ''}ok {count} - {what}")
    for line in str(wrong).splitlines() if wrong else []:
        print("#", line)
    sys.stdout.flush()


def skip(what, why):
    global count
    count += 1
    print(f"ok {count} - {what} # SKIP {why}")


def check(what, test, *arguments):
    """test(*arguments) raises if something is wrong"""
    try:
        test(*arguments)
        result(what, None)
    except Exception:
        result(what, traceback.format_exc())


def run(name, *arguments, status=0, stdout=subprocess.PIPE):
    """What the example prints, on standard output or, if it is to fail, on standard error"""
    command = [programs / name, *map(str, arguments)]
    done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=False, timeout=200)
    assert done.returncode == status, f"status {done.returncode} instead of {status}: {done.stdout}{done.stderr}"
    assert (done.stderr == "") == (status == 0), done.stderr
    return done.stdout if status == 0 else done.stderr


def near(value, truth, error, what=""):
    assert abs(value - truth) <= error, f"{what}: {value!r} is not within {error:g} of {truth!r}"


def numbers(text):
    return [float(number) for number in re.findall(r"[-+]?\d+(?:\.\d+)?(?:e[-+]\d+)?", text)]


# -- own_integral: Robbins' constant in closed form


def own_integral():
    r2, r3 = math.sqrt(2), math.sqrt(3)
    truth = (4 + 17 * r2 - 6 * r3 + 21 * math.log(1 + r2) + 42 * math.log(2 + r3) - 7 * math.pi) / 105
    lines = run("own_integral", 2**16).splitlines()
    assert len(lines) == 4, lines
    for line in lines:
        mean, error, off = numbers(line.replace("3^6", ""))
        near(mean, truth, 4 * error, line)
        near(off, (mean - truth) / error, 0.1, line)
    # the distance of two random points has the variance 1/2 - truth^2
    near(numbers(lines[0])[1], math.sqrt((0.5 - truth**2) / 2**16), 2e-5, "standard error of independent points")


# -- price_option: the price by quadrature


def asian_price(spot, strike, rate, volatility, years, dates):
    """The mean of the prices is spot / dates exp(Y_1), Y_k = X_k + b_k, b_k = ln(1 + exp(Y_(k+1))), b_dates = 0, with
    independent normal X (Carverhill and Clewlow, 1990). g: the mean payoff, given b_k, for k = 1, 2, ..."""
    step = years / dates
    deviation = volatility * math.sqrt(step)
    drift = (rate - volatility**2 / 2) * step
    cdf = NormalDist().cdf

    def payoff(b):  # k = 1: Black's formula
        forward = spot / dates * math.exp(b + rate * step)
        d = math.log(forward / strike) / deviation + deviation / 2
        return forward * cdf(d) - strike * cdf(d - deviation)

    points, top, nodes = 1000, 5.0, [i / 4 for i in range(-24, 25)]
    weights = [math.exp(-z * z / 2) / 4 / math.sqrt(2 * math.pi) for z in nodes]
    h = top / points
    g = [payoff(i * h) for i in range(points + 1)]
    places = []  # of the b that follow on each b: where in g, cubic interpolation
    for i in range(points + 1):
        row = []
        for z, weight in zip(nodes, weights):
            x = min(math.log1p(math.exp(i * h + drift + deviation * z)) / h, points - 2)
            j = max(int(x), 1)
            t = x - j
            row.append((j, -weight * t * (t - 1) * (t - 2) / 6, weight * (t + 1) * (t - 1) * (t - 2) / 2,
                        -weight * (t + 1) * t * (t - 2) / 2, weight * (t + 1) * t * (t - 1) / 6))
        places.append(row)
    for _ in range(dates - 1):
        g = [sum(a * g[j - 1] + b * g[j] + c * g[j + 1] + d * g[j + 2] for j, a, b, c, d in row) for row in places]
    return math.exp(-rate * years) * g[0]


def price_option():
    truth = asian_price(100, 105, 0.03, 0.25, 1, 12)
    near(asian_price(100, 100, 0.05, 0.2, 1, 1), 10.4506, 5.1e-5, "one date: Black and Scholes, as in textbooks")
    target = 0.008
    lines = run("price_option", target).splitlines()
    assert len(lines) == 4, lines
    for line in lines:
        price, _, low, high, samples = numbers(line)
        error = (high - low) / 2 / 1.96
        near(price, truth, 4 * error, line)
        assert low < price < high and error < 1.1 * target and samples >= 2**14, line


# -- bootstrap_median: the distribution of a resample's median is known


def allowed(distribution, level, resamples):
    """Values that the quantile may be, for a cumulative distribution [(value, probability), ...]"""
    error, before, found = 4 * math.sqrt(level * (1 - level) / resamples), 0, set()
    for value, probability in distribution:
        if probability >= level - error and before <= level + error:
            found.add(value)
        before = probability
    return found


def intervals_agree(said, values, distribution, resamples):
    n, middle, _, low, high = numbers(said)
    assert n == len(values), said
    near(middle, median(values), 1e-9, said)
    for bound, level in (low, 0.025), (high, 0.975):
        expected = allowed(distribution, level, resamples)
        assert bound in expected, f"{said}: {bound} instead of {expected}"


def median_of_seattle():
    """The median of n draws, n odd, is at most x if more than half of them are: a binomial probability"""
    with open(seattle, newline="") as file:
        values = sorted(float(row["tmax"]) for row in csv.DictReader(file))
    n = len(values)
    assert n % 2 == 1

    def binomial(k, p):
        return math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p))

    distribution = []
    for x in sorted(set(values)):
        p = sum(value <= x for value in values) / n
        distribution.append((x, math.fsum(binomial(k, p) for k in range(n // 2 + 1, n + 1)) if p < 1 else 1.0))
    intervals_agree(run("bootstrap_median", seattle, "tmax", 20000), values, distribution, 20000)


def median_of_six():
    """An even number of values, and missing ones: all 6^6 resamples"""
    values, rows = [1.0, 2.5, 4.0, 8.0, 9.5, 20.0], ["4", "NA", "1", "", "20", "8", "nan", "2.5", "9.5"]
    Path("six.csv").write_text("a,b\r\n" + "".join(f"{i},{row}\r\n" for i, row in enumerate(rows)))
    medians = sorted(median(draw) for draw in itertools.product(values, repeat=6))
    distribution = [(x, sum(m <= x for m in medians) / 6**6) for x in sorted(set(medians))]
    intervals_agree(run("bootstrap_median", "six.csv", "b", 20000), values, distribution, 20000)


def bootstrap_median_refuses():
    lines = seattle.read_text().splitlines()
    lines[99] = re.sub(",[^,]*,", ",1x,", lines[99], count=1)
    Path("damaged.csv").write_text("\n".join(lines))
    Path("empty.csv").write_text("")
    Path("short.csv").write_text("a,b\n1,2\n3\n")
    Path("header.csv").write_text("a,b\n")
    for arguments, said in [
        (["damaged.csv", "precipitation"], "damaged.csv, line 100, column 'precipitation': '1x' is not a number"),
        (["short.csv", "b"], "short.csv, line 3, column 'b': the line has fewer columns"),
        (["header.csv", "b"], "header.csv, column 'b': no value"),
        (["empty.csv", "b"], "empty.csv: empty"),
        (["absent.csv", "b"], "absent.csv: No such file"),
        ([seattle, "temperature"], "seattle-weather.csv: no column 'temperature'"),
    ]:
        assert said in run("bootstrap_median", *arguments, status=1), arguments


# -- forecast: after d days, normal with mean 72 + 3 / 2^d and variance 25 (1 - 1/4^d) / (1 - 1/4)


def forecast():
    runs, levels = 1000000, [0.05, 0.25, 0.5, 0.75, 0.95]
    *table, last = run("forecast", runs).splitlines()[1:]
    data = [numbers(line) for line in Path("forecast.dat").read_text().splitlines()]
    assert len(table) == 10 and len(data) == 11, table
    assert data[0] == [0] + 10 * [75], data[0]
    for day, line in enumerate(table, 1):
        law = NormalDist(72 + 3 / 2**day, math.sqrt(25 * (1 - 0.25**day) / 0.75))
        row = numbers(line)
        assert row[0] == data[day][0] == day and len(data[day]) == 11, line
        for level, value, precise in zip(levels, row[1:6], data[day][1:6]):
            q = law.inv_cdf(level)
            grid = law.stdev / 2**7  # on which the library counts
            near(precise, q, 4 * math.sqrt(level * (1 - level) / runs) / law.pdf(q) + grid, line)
            near(value, precise, 0.0056, line)
        above = 1 - law.cdf(80)
        near(row[6], above, 4 * math.sqrt(above * (1 - above) / runs) + 5e-5, line)
        for value in data[day][6:]:
            near(value, law.mean, 5 * law.stdev, "one of the runs")
    _, mean, deviation = numbers(last)
    near(mean, law.mean, 4 * law.stdev / math.sqrt(runs), last)
    near(deviation, law.stdev, 4 * law.stdev / math.sqrt(2 * runs), last)
    assert "filledcurves" in Path("forecast.gp").read_text()


# -- parareal: the same method in Python, and the solution in closed form


def parareal_errors(steps, slices=32, end=8.0):
    length = end / slices

    def slope(t, y):
        return math.sin(3 * t) - y

    def fine(s, y):
        h = length / steps
        for i in range(steps):
            t = s * length + i * h
            a = slope(t, y)
            b = slope(t + h / 2, y + h / 2 * a)
            c = slope(t + h / 2, y + h / 2 * b)
            y += h / 6 * (a + 2 * b + 2 * c + slope(t + h, y + h * c))
        return y

    def coarse(s, y):
        return y + length * slope(s * length, y)

    serial, guess = [1.0], [1.0]
    for s in range(slices):
        serial.append(fine(s, serial[s]))
        guess.append(coarse(s, guess[s]))
    for _ in range(slices):
        ends = [fine(s, guess[s]) for s in range(slices)]
        new = [1.0]
        for s in range(slices):
            new.append(coarse(s, new[s]) + ends[s] - coarse(s, guess[s]))
        guess = new
        yield max(abs(a - b) for a, b in zip(guess, serial))


def parareal():
    _, *lines, last = run("parareal", 60).splitlines()
    errors = list(itertools.islice(parareal_errors(60), len(lines)))
    assert 5 < len(lines) < 20 and errors[-1] < 1e-12, lines
    for k, (line, truth) in enumerate(zip(lines, errors), 1):
        iteration, error, speedup = numbers(line)
        assert iteration == k
        near(error, truth, 0.006 * truth + 1e-14, line)
        near(speedup, 32 / k, 0.051, line)
    near(float(last.split("=")[1]), (math.sin(24) - 3 * math.cos(24) + 13 * math.exp(-8)) / 10, 1e-9, last)


# -- parallel_map: the roots in Python, and those of workers that are killed


def parallel_map():
    items = 50000
    first, whole = run("parallel_map", items).splitlines()
    assert first == " ".join(str(2 * i) for i in range(1, 11)), first
    truth = math.fsum(math.sqrt(i) for i in range(1, items + 1))
    assert whole.startswith(f"{items} roots, ") and ", 0 killed and replaced; " in whole, whole
    near(numbers(whole)[-1], truth, 1e-15 * truth, whole)
    again, killed = run("parallel_map", "kill", items).splitlines()
    assert again == first and ", 8 killed and replaced; " in killed, killed
    assert killed.split()[-1] == whole.split()[-1], f"{killed}, {whole}"


# -- heat: the closed form, and the sum by the same steps in Python


def heat():
    points, steps = 12, 40
    u = [[math.sin(math.pi * (i + 0.5) / points) * math.sin(math.pi * (j + 0.5) / points) for j in range(points)] for i in range(points)]

    def at(i, j):  # one row or column outside: minus the one inside
        sign = (-1 if i in (-1, points) else 1) * (-1 if j in (-1, points) else 1)
        return sign * u[min(max(i, 0), points - 1)][min(max(j, 0), points - 1)]

    for _ in range(steps):
        u = [[u[i][j] + 0.125 * (((at(i, j - 1) + at(i, j + 1)) + (at(i - 1, j) + at(i + 1, j))) - 4 * u[i][j]) for j in range(points)] for i in range(points)]
    said = run("heat", points, steps)
    decay, limit, error, total = numbers(said.replace("1 has", ""))
    near(decay, (1 - math.sin(math.pi / 2 / points) ** 2) ** steps, 1e-6, said)
    near(limit, math.exp(-2 * math.pi**2 * steps / 8 / points**2), 1e-6, said)
    assert 0 < error < 1e-13, said
    near(total, math.fsum(x for row in u for x in row), 1e-12, said)  # sin may differ by a unit in the last place
    one = numbers(run("heat", 1, 1).replace("1 has", ""))  # 1 - sin^2(pi / 2)
    near(one[0], 0, 1e-15, "one point")


# -- the command line and the output of all


def refuses(name, *arguments, naming):
    said = run(name, *arguments, status=2)
    assert naming in said, said


def helps(name):
    assert run(name, "--help").startswith(f"usage: {name} ")


def tells_of_a_full_disk(name, *arguments):
    with open("/dev/full", "w") as full:
        said = run(name, *arguments, status=1, stdout=full)
    assert said == f"{name}: standard output: No space left on device\n", said


def tells_of_a_full_file(file, name, *arguments):
    Path(file).unlink(missing_ok=True)
    os.symlink("/dev/full", file)
    said = run(name, *arguments, status=1)
    os.unlink(file)
    assert said.endswith(f"{name}: {file}: No space left on device\n"), said


# -- models on a grid: their numbers, and what is in their files


def draws(name, files, frames, *arguments):
    """What the program prints; it draws so many pictures, and an animation of them"""
    Path("drawn").mkdir(exist_ok=True)
    command = [programs / name, "drawn", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr
    assert Path(f"drawn/{files}.gif").read_bytes().startswith(b"GIF89a")
    pictures = sorted(Path("drawn").glob(f"{files}-*.png"))
    assert len(pictures) == frames and all(p.read_bytes().startswith(b"\x89PNG\r\n") for p in pictures), pictures
    return done.stdout


def netcdf(path, *variables):
    """The header of a netCDF file, and the numbers of some of its variables"""
    text = subprocess.run(["ncdump", "-p", "17,17", "-v", ",".join(variables), path], stdout=subprocess.PIPE, text=True, check=True).stdout
    head, data = text.split("data:")
    return head, {name: numbers(re.search(rf"\n {name} =(.*?);", data, re.S)[1]) for name in variables}


def has_netcdf():
    return (programs / "weather_station").exists()


def rising_thermal():
    lines = draws("rising_thermal", "thermal", 51, 100, 400, *(["thermal.nc"] if has_netcdf() else [])).splitlines()
    assert len(lines) == 6 and all("mass +0.0e+00" in line or re.search("mass [+-][0-9.]+e-1[4-9]", line) for line in lines), lines
    # -4.141519e-05 in steps of one length; here there are frames in between, at which steps are shortened
    near(numbers(lines[-1].split("energy")[1])[0], -4.141519e-05, 3e-7, "energy")
    heights = [float(re.search(r"at +(\d+) m", line)[1]) for line in lines]
    assert heights == sorted(heights) and heights[-1] > heights[0] + 1500, heights
    if has_netcdf():
        head, data = netcdf("thermal.nc", "time", "z", "x", "thermal")
        for text in "x = 100 ;", "z = 50 ;", "time = UNLIMITED ; // (51 currently)", 'thermal:units = "K"', 'z:positive = "up"', "CF-1.8":
            assert text in head, text
        assert data["time"] == [8 * frame for frame in range(51)] and data["z"] == [200 * k + 100 for k in range(50)], data["time"]
        theta = data["thermal"][:5000]
        # of the bubble: 300 + 3 cos^2(pi d / 2), d the distance from (10 km, 2 km) in units of 2 km, in the middle of cells
        for k, i in (9, 49), (12, 55), (0, 0), (15, 45):
            d = math.hypot((data["x"][i] - 10000) / 2000, (data["z"][k] - 2000) / 2000)
            near(theta[100 * k + i], 300 + (3 * math.cos(math.pi * d / 2) ** 2 if d < 1 else 0), 0.02, f"theta({i}, {k})")


def gravity_waves():
    lines = draws("gravity_waves", "waves", 31, 50, 300).splitlines()
    assert len(lines) == 4 and numbers(lines[0].split("from")[1]) == [0, 0], lines
    low, high = numbers(lines[-1].split("from")[1])
    assert -0.2 < low < -0.005 and 0.02 < high < 0.3, lines  # the push is up to 0.01 m/s^2, over the 67 s in which the wind passes it


def shallow_water():
    lines = draws("shallow_water", "vorticity", 41, 16, 4000).splitlines()
    assert len(lines) == 5, lines
    for line in lines:
        near(numbers(line)[-1], 50000 * 16 * 16, 1e-3, "the sum of p")


# of each example: arguments of a short run, one that is refused, its name in the usage
numbers_of = {
    "bootstrap_median": ([seattle, "tmax", 100], [seattle, "tmax", "0"], "RESAMPLES"),
    "forecast": ([100], ["99"], "RUNS"),
    "heat": ([8, 3], [8, "x"], "STEPS"),
    "own_integral": ([4096], ["1e6"], "SAMPLES"),
    "parallel_map": ([1000], ["kill", "-1000"], "ITEMS"),
    "parareal": ([10], ["x"], "STEPS"),
    "price_option": ([1], ["nan"], "ERROR"),
    "weather_station": (["--runs=2", "--years=1", "--keep=0", "--chances=0", "--out=full", seattle], ["--runs", "0x9"], "--runs"),
}


def command_line(name):
    short, refused, called = numbers_of[name]
    value = refused[-1]
    check(f"{name}: --help", helps, name)
    check(f"{name}: {called} '{value}' is refused", lambda: refuses(name, *refused, naming=f"{name}: {called} '{value}': a "))
    for digits in 19, 25:  # of 64 bits, and more
        huge = [*refused[:-1], "9" * digits]
        check(f"{name}: and {digits} digits", lambda huge=huge: refuses(name, *huge, naming=f"'{huge[-1]}': a "))
    check(f"{name}: and nothing", lambda: refuses(name, *refused[:-1], "", naming=f"{called} '': a "))
    if name != "weather_station":  # which takes any number of records
        extra = [*refused[:-1], "1000", "more"]
        check(f"{name}: an argument too many is refused", lambda: refuses(name, *extra, naming="too many: 'more'"))
    if os.path.exists("/dev/full"):
        check(f"{name}: a full disk is reported", tells_of_a_full_disk, name, *short)
    else:
        skip(f"{name}: a full disk is reported", "no /dev/full")


def main():
    check("own_integral: four estimates about the closed form", own_integral)
    check("price_option: four estimates about the price by quadrature", price_option)
    check("bootstrap_median: the exact interval of Seattle's record", median_of_seattle)
    check("bootstrap_median: the exact interval of six values, others missing", median_of_six)
    check("bootstrap_median: a file that it cannot read", bootstrap_median_refuses)
    check("forecast: the closed form", forecast)
    check("heat: the closed form, and the same steps in Python", heat)
    check("parareal: errors as in Python, and the solution", parareal)
    check("parallel_map: the same roots as Python's, and with workers killed", parallel_map)
    for name, test in ("rising_thermal", rising_thermal), ("gravity_waves", gravity_waves), ("shallow_water", shallow_water):
        if not (programs / name).exists() or not shutil.which("gnuplot"):
            skip(f"{name}: numbers and pictures", "it is not built, or gnuplot is not there")
        else:
            check(f"{name}: numbers and pictures", test)
            check(f"{name}: --help", helps, name)
            check(f"{name}: NX 'x' is refused", lambda name=name: refuses(name, "drawn", "x", naming="'x': a "))
    for name in numbers_of:
        if (programs / name).exists():
            command_line(name)
        else:
            skip(f"{name}: the command line", "it is not built")
    if os.path.exists("/dev/full"):
        check("forecast: a full disk for its data", tells_of_a_full_file, "forecast.dat", "forecast", 100)
        check("forecast: a full disk for its script", tells_of_a_full_file, "forecast.gp", "forecast", 100)
    else:
        skip("forecast: a full disk for its files", "no /dev/full")
    print(f"1..{count}")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
    os.chdir("/")
