"""Run crowd-kit on the public sets and print one JSON line per set and method. Started by bench_aggregation.py.

It runs in a process and with packages of its own (crowd-kit needs pandas and more, which the toolkit does not). It gets the answers
as places (int32), as our methods do: with the names as text it takes about twice the time.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import pandas as pd
from crowdkit.aggregation import MACE, DawidSkene, MajorityVote, OneCoinDawidSkene

from benchmarks.crowd_sets import crowd_folders, load_crowd

METHODS = {
    "crowd-kit majority": MajorityVote,
    "crowd-kit one-coin": OneCoinDawidSkene,
    "crowd-kit Dawid–Skene": DawidSkene,
    "crowd-kit MACE": lambda: MACE(random_state=1),
}


def main() -> None:
    """`crowdkit_reference.py SETS REPEATS METHOD…`: with crowd-kit's default settings, the quickest of the repeats."""
    warnings.simplefilter("ignore")
    root, repeats, names = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    for folder in crowd_folders(root):
        votes, truth = load_crowd(folder)
        columns = {"task": votes.items, "worker": votes.contributors, "label": votes.classes}
        answers = pd.DataFrame(columns)
        for name in names:
            seconds = []
            for _repeat in range(repeats):
                started = time.process_time()
                labels = METHODS[name]().fit_predict(answers)
                seconds.append(time.process_time() - started)
            known = labels[truth[labels.index] >= 0]
            accuracy = float((known == truth[known.index]).mean())
            row = {"set": folder.name, "method": name, "accuracy": accuracy, "cpu": min(seconds)}
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
