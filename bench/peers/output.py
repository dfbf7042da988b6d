"""What `bench_amdahl peers` prints and writes."""
import errno
import json
import os
import sys
import tempfile


class Output:
    """Prints unless it is to be quiet; keeps the results, and writes them at the end: the whole file or nothing."""

    def __init__(self, quiet: bool, path: str):
        self.quiet, self.path = quiet or path == "-", path
        self.results: dict = {"format": 1, "program": "bench_amdahl peers"}
        self.file = None
        if path and path != "-":  # what cannot be written is better known before anything is measured
            if os.path.isdir(path):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            folder = os.path.dirname(path) or "."
            self.file = tempfile.NamedTemporaryFile("w", dir=folder, prefix=os.path.basename(path), suffix=".tmp", delete=False)

    def say(self, line: str = "") -> None:
        if not self.quiet:
            self._print(line)

    def _print(self, text: str) -> None:
        try:
            print(text, flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OSError(f"cannot write to standard output: {error.strerror}") from None

    def progress(self, text: str) -> None:
        if sys.stderr.isatty() and not self.quiet:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    def write(self) -> None:
        if self.path == "-":
            self._print(json.dumps(self.results, indent=1))
        if self.file:
            json.dump(self.results, self.file, indent=1)
            self.file.close()
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(self.file.name, 0o666 & ~mask)  # as any other file; a temporary one is for its owner alone
            os.replace(self.file.name, self.path)
            self.file = None

    def discard(self) -> None:
        if self.file:
            self.file.close()
            os.unlink(self.file.name)


def digits(x: float) -> str:
    """Three digits, more only where they stand before the point."""
    return f"{x:.3g}" if x < 999.5 else f"{x:.0f}"


def duration(seconds: float) -> str:
    unit, size = next(((unit, size) for unit, size in (("s", 1), ("ms", 1e-3)) if seconds >= size), ("us", 1e-6))
    return f"{digits(seconds / size)} {unit}"


def thousands(n: int) -> str:
    return f"{n:,}".replace(",", " ")
