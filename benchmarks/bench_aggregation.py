"""From many answers to one: accuracy and CPU seconds of each method on public sets, beside crowd-kit 1.4.2 in the same run.

    python -m benchmarks.bench_aggregation [SETS] [--mace] [--without-crowd-kit]
    python -m benchmarks.bench_aggregation --large 10_000_000

SETS: a folder with a folder per set (answers.csv: task, worker, label; truth.csv: task, truth); ../shared/data/crowd by default.
Prints, as Markdown: accuracy per set and method with means; CPU seconds; what the default retirement rule costs and saves on the
same answers. Ties of ours count their expected accuracy (one in m for m classes); crowd-kit breaks its own. Truth covers
part of the items in some sets: accuracy is over those, the fit over all. crowd-kit comes from `requirements-crowdkit.txt` (hashed)
into `.cache/`, and runs in a process of its own, with its default settings.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from benchmarks.crowd_sets import crowd_folders, load_crowd
from political_ads.core.aggregation import (
    Aggregate,
    Votes,
    aggregate,
    dawid_skene,
    expected_accuracy,
    ibcc,
    majority,
    one_coin,
    shrunken,
)
from political_ads.core.retirement import Rule
from political_ads.core.simulation import Replay, replay_shuffled

HERE = Path(__file__).resolve().parent
SETS = HERE.parents[1] / "shared" / "data" / "crowd"
CROWD_KIT = HERE.parent / ".cache" / "crowd-kit-1.4.2"
REPEATS = 3  # the quickest counts: other processes share the machine
REFERENCE = "crowd-kit Dawid–Skene"
DEFAULT = "**default: mean of five**"
METHODS: dict[str, Callable[[Votes], Aggregate]] = {
    "majority": majority,
    "one-coin": one_coin,
    "Dawid–Skene, priors": dawid_skene,
    "Dawid–Skene, shrunken": shrunken,
    "IBCC": ibcc,
    DEFAULT: aggregate,
}
RULES = {
    "default rule, adjudicated items keep the label of nine answers": Rule(),
    "default rule, undecided items take every answer there is": Rule(at_most=10_000),
    "posterior ≥ 0.95, at least 2 answers, no lead, undecided take all": Rule(
        at_least=2, posterior=0.95, lead=0, at_most=10_000, model_is_plurality=False
    ),
}
Crowd = tuple[Votes, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Figure:
    """Accuracy in [0, 1] and CPU seconds of one method on one set."""

    accuracy: float
    cpu: float


Figures = dict[str, dict[str, Figure]]  # method → set


def ours(crowds: dict[str, Crowd]) -> Figures:
    """Measure each of our methods on each set."""
    aggregate(next(iter(crowds.values()))[0])  # imports done
    return {
        name: {crowd: measure(method, *pair) for crowd, pair in crowds.items()}
        for name, method in METHODS.items()
    }


def measure(method: Callable[[Votes], Aggregate], votes: Votes, truth: NDArray[np.int64]) -> Figure:
    """Accuracy, and the CPU seconds of the quickest run."""
    accuracy = expected_accuracy(method(votes).posterior, truth)
    seconds = []
    for _repeat in range(REPEATS):
        started = time.process_time()
        method(votes)
        seconds.append(time.process_time() - started)
    return Figure(accuracy, min(seconds))


def install_crowd_kit() -> None:
    """Install the pinned crowd-kit into a folder of its own, once."""
    done = CROWD_KIT / "complete"
    if done.exists():
        return
    CROWD_KIT.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", sys.executable]
    command += ["--target", str(CROWD_KIT), "--require-hashes", "-r", str(HERE / "requirements-crowdkit.txt")]
    subprocess.run(command, check=True, timeout=900)
    done.touch()


def crowd_kit(root: Path, *, mace: bool) -> Figures:
    """Measure crowd-kit on each set, in its own process."""
    install_crowd_kit()
    names = ["crowd-kit majority", "crowd-kit one-coin", REFERENCE, *(["crowd-kit MACE"] if mace else [])]
    command = [sys.executable, str(HERE / "crowdkit_reference.py"), str(root), str(REPEATS), *names]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CROWD_KIT), str(HERE.parent)])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        figures: Figures = {}
        for line in process.stdout or ():
            row = json.loads(line)
            figures.setdefault(row["method"], {})[row["set"]] = Figure(row["accuracy"], row["cpu"])
    if process.returncode:
        raise SystemExit("crowd-kit did not finish.")
    return figures


def print_table(figures: Figures, sets: list[str], *, digits: int, cpu: bool) -> None:
    """Print methods in rows, sets in columns; the last column is the mean (accuracy) or the sum (CPU seconds)."""
    print(f"| method | {' | '.join(sets)} | {'sum' if cpu else 'mean'} |")
    print("|---|" + "--:|" * (len(sets) + 1))
    for method, row in figures.items():
        values = [row[name].cpu if cpu else 100.0 * row[name].accuracy for name in sets]
        total = sum(values) if cpu else float(np.mean(values))
        print(f"| {method} | {' | '.join(f'{value:.{digits}f}' for value in values)} | {total:.{digits}f} |")
    print()


def print_claims(figures: Figures, sets: list[str]) -> None:
    """Print the marks and whether they are reached."""
    mean = {name: float(np.mean([row[s].accuracy for s in sets])) for name, row in figures.items()}
    singles = [name for name in METHODS if name != DEFAULT]
    best = max(singles, key=lambda name: mean[name])
    below = {s: figures["majority"][s].accuracy - figures[DEFAULT][s].accuracy for s in sets}
    worst = max(below, key=lambda name: below[name])
    print(
        f"- mean accuracy of the default {mean[DEFAULT]:.4f}, of its best single method ({best}) {mean[best]:.4f}: ",
        end="",
    )
    print("above" if mean[DEFAULT] > mean[best] else "NOT above")
    print(f"- furthest below majority vote: {100 * below[worst]:.2f} points, on {worst} (mark: 1)")
    if REFERENCE in figures:
        own, other = (sum(figures[name][s].cpu for s in sets) for name in (DEFAULT, REFERENCE))
        print(f"- CPU of {REFERENCE} divided by the default's: {other / own:.1f} (mark: 20)")
    print()


def print_replays(crowds: dict[str, Crowd], repeats: int) -> None:
    """Print what retirement rules cost and save, in `repeats` random orders of arrival."""
    for title, rule in RULES.items():
        print(f"Retirement: {title}\n")
        print(
            "| set | answers saved, % | accuracy, all answers | with the rule | points lost | retired, % | adjudicated, % | accuracy of retired |"
        )
        print("|---|" + "--:|" * 7)
        rows = []
        for name, (votes, truth) in crowds.items():
            rng = np.random.default_rng(4)
            row = replay_row(list(replay_shuffled(votes, rule, rng=rng, repeats=repeats, truth=truth)))
            rows.append(row)
            print(f"| {name} | {' | '.join(f'{value:.2f}' for value in row)} |")
        print(f"| mean | {' | '.join(f'{value:.2f}' for value in np.nanmean(rows, axis=0))} |\n")


def replay_row(replays: list[Replay]) -> list[float]:
    """The means over the orders of arrival, in percent."""
    rows = [
        (
            found.saved,
            found.accuracy_all,
            found.accuracy,
            found.accuracy_all - found.accuracy,
            found.retired / found.items,
            found.adjudicated / found.items,
            found.accuracy_retired,
        )
        for found in replays
    ]
    means: list[float] = (100.0 * np.mean(rows, axis=0)).tolist()
    return means


def invent(answers: int, rng: np.random.Generator, *, k: int = 5, per_item: int = 4) -> Crowd:
    """Invent answers of contributors (one per 500 answers) who are right with a probability of their own."""
    n_items, n_contributors = answers // per_item, max(answers // 500, per_item)
    truth = rng.integers(0, k, n_items, dtype=np.int32)
    skill = rng.uniform(0.5, 0.95, n_contributors).astype(np.float32)
    items = np.repeat(np.arange(n_items, dtype=np.int32), per_item)
    first = np.repeat(rng.integers(0, n_contributors, n_items, dtype=np.int32), per_item)
    contributors = (first + np.tile(np.arange(per_item, dtype=np.int32) * 7, n_items)) % np.int32(
        n_contributors
    )
    labels = np.repeat(truth, per_item)
    wrong = rng.random(len(items), dtype=np.float32) >= skill[contributors]
    labels[wrong] = (labels[wrong] + rng.integers(1, k, int(wrong.sum()), dtype=np.int32)) % k
    votes = Votes(items, contributors.astype(np.int32), labels.astype(np.int32), n_items, n_contributors, k)
    return votes, truth.astype(np.int64)


def peak_megabytes() -> float:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_large(answers: int) -> None:
    """Aggregate invented answers with a progress bar; print CPU seconds and peak memory."""
    votes, truth = invent(answers, np.random.default_rng(5))
    before = peak_megabytes()
    columns = (*Progress.get_default_columns()[:3], TextColumn("{task.fields[sweep]} sweeps"))
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn()) as bar:
        task = bar.add_task("aggregating", total=1.0, sweep=0)
        sweeps = iter(range(1, 1_000))
        started = time.process_time()
        result = aggregate(
            votes, progress=lambda share: bar.update(task, completed=share, sweep=next(sweeps))
        )
        seconds = time.process_time() - started
    accuracy = expected_accuracy(result.posterior, truth)
    plain = expected_accuracy(majority(votes).posterior, truth) if answers <= 10**8 else float("nan")
    print(
        f"{len(votes):,} answers, {votes.n_items:,} items, {votes.n_contributors:,} contributors, {votes.n_classes} classes"
    )
    print(f"CPU {seconds:.1f} s in {result.iterations} sweeps; accuracy {accuracy:.4f}, majority {plain:.4f}")
    peak = peak_megabytes()
    print(
        f"peak memory {peak:,.0f} MB, of which {before:,.0f} MB before aggregation began ({peak * 1e6 / len(votes):,.0f} bytes an answer)"
    )


def sizes(crowds: dict[str, Crowd]) -> Iterator[str]:
    """One line per set: how large it is, how much of its truth is known."""
    for name, (votes, truth) in crowds.items():
        yield f"{name}: {len(votes):,} answers, {votes.n_items:,} items ({(truth >= 0).sum():,} with truth), {votes.n_contributors} contributors, {votes.n_classes} classes"


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="?", default=SETS)
    parser.add_argument("--mace", action="store_true", help="crowd-kit's MACE too (minutes)")
    parser.add_argument("--without-crowd-kit", action="store_true")
    parser.add_argument("--orders", type=int, default=3, help="random orders of arrival per set and rule")
    parser.add_argument("--large", type=int, help="aggregate this many invented answers instead")
    options = parser.parse_args()
    if options.large:
        run_large(options.large)
        return
    crowds = {folder.name: load_crowd(folder) for folder in crowd_folders(options.sets)}
    figures = ours(crowds)
    if not options.without_crowd_kit:
        figures |= crowd_kit(options.sets, mace=options.mace)
    sets = list(crowds)
    print("\n".join(sizes(crowds)), "\n\nAccuracy, %\n")
    print_table(figures, sets, digits=1, cpu=False)
    print("CPU seconds\n")
    print_table(figures, sets, digits=3, cpu=True)
    print_claims(figures, sets)
    print_replays(crowds, options.orders)


if __name__ == "__main__":
    main()
