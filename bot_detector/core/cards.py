"""The model card and the data card, written by the training run beside the model file.

Mitchell and others (2019), "Model cards for model reporting", DOI 10.1145/3287560.3287596; Gebru and others (2021),
"Datasheets for datasets", DOI 10.1145/3458723.
"""

from pathlib import Path

from bot_detector.core.artefact import Artefact
from bot_detector.core.facts import ENOUGH_FIELDS
from bot_detector.core.features.registry import FEATURES
from bot_detector.core.gaps import FIELDS, MISSING_PATTERNS
from bot_detector.core.verdicts import ERROR_LEVEL

MODEL_CARD, DATA_CARD = "MODEL_CARD.md", "DATA_CARD.md"

_MODEL = """# Model card: likelihood that an account is automated

Version {version}, trained {trained_at}, seed {seed}.

## What it is for
It helps an analyst to decide which accounts of a suspected campaign deserve a look, and says why. It reads one observation of a
profile (counts, dates, handle, name, description), never posts or networks.

It is **not** for naming an account in public, for automatic sanctions, or for counting automated accounts on a platform. A
high likelihood is not a proof, and automation is not disinformation: many automated accounts are useful and say what they are.

## How it works
{features} features, of which {used} are used by the trees; the others are shown to the analyst only (absolute counts and lengths
tell data sets apart rather than accounts). A missing value is replaced by the training accounts' median. Recipe:

    {recipe}

All trees are one additive forest in log-odds, written in LightGBM's readable text format; contributions are exact (TreeSHAP).
Margins were calibrated on accounts that the scoring trees had not seen: whole sets were left out, and in a set with more than half of
the rows, clusters of similar accounts. Slope {slope:.3f}, offset {offset:.3f}.

- Probability: log-odds of equally common classes + logit(prevalence that the analyst sets).
- Interval: the hull of the sets' Venn–Abers intervals, twice as wide for accounts unlike the training data.
- Verdict: class-conditional conformal prediction at an error level of {error_level:.0%} per class, the worst of the calibration sets;
  for accounts that lack a field, also the worst of these patterns: {patterns}.
- Insufficient data: fewer than {enough} of these fields: {fields}.
- Out of distribution: more than {unusual:.0%} of an account's features lie outside the range that holds 99 % of the training accounts.

## What it was never shown
`verified`, default profile or picture, background and banner, protected, language, and the name of the data set.

## Limits
- Trained on X (Twitter) accounts of 2017 and 2020, mostly English. Other platforms, later years and other languages are outside its
  experience; the score then carries a caveat.
- Accounts written by people under orders (trolls) are not automated and usually do not score high.
- Probabilities are calibrated for accounts like the training accounts. On other sets they can be far off even at the true
  prevalence: the evaluation table gives the error for each set (`disinfo bots evaluate`, docs/guides/bot-evaluation.md).
- Error rates differ by language; the evaluation table gives them where there were at least 30 humans.
"""

_DATA = """# Data card: the accounts that trained the model

| set | humans | automated |
|---|---|---|
{rows}

Both sets come from public repositories under the MIT licence, which lets a trained model be shipped; the accounts themselves are not
in this repository. `nyu-kaggle-2017`: the public training set of a class competition at New York University, observed in April 2017; how it
was labelled is not documented in what we have. `twibot-20-sample`: the public sample of TwiBot-20 (Feng and others 2021, DOI 10.1145/3459637.3482019), labelled by
crowd workers, observed in 2020.

- Labels are opinions; some are wrong, and nobody measured how many.
- Humans of the first set are better known than the average user (median of 2,811 followers), so a quiet ordinary account can look
  unusual to the model. Reference percentiles are taken among these humans.
- At most 1,000 accounts of one class of one set are used, drawn with the seed; a class of a set weighs the square root of its size.
- Only what a profile shows was used. The file of the model holds no name, handle or text: it holds trees, quantiles of 101 steps per
  feature, and how often letters follow each other in all handles together.
"""


def model_card(artefact: Artefact) -> str:
    """Write the model card of an artefact in Markdown."""
    told = artefact.training
    return _MODEL.format(
        version=artefact.version,
        trained_at=told.get("trained_at") or "at an unstated date",
        seed=told.get("seed", "unstated"),
        features=len(FEATURES),
        used=len(FEATURES) - len(told.get("left_out", [])),
        recipe=told.get("recipe", "unstated"),
        slope=told["slope"],
        offset=artefact.offset,
        error_level=ERROR_LEVEL,
        patterns=", ".join(MISSING_PATTERNS),
        enough=ENOUGH_FIELDS,
        fields=", ".join(FIELDS),
        unusual=artefact.unusual_limit,
    )


def data_card(artefact: Artefact) -> str:
    """Write the data card of an artefact in Markdown."""
    sets: dict[str, dict[str, int]] = artefact.training.get("sets", {})
    rows = "\n".join(f"| {name} | {size['human']:,} | {size['automated']:,} |" for name, size in sets.items())
    return _DATA.format(rows=rows)


def write_cards(artefact: Artefact, folder: Path) -> None:
    """Write both cards into the folder of the model file."""
    (folder / MODEL_CARD).write_text(model_card(artefact), encoding="utf-8")
    (folder / DATA_CARD).write_text(data_card(artefact), encoding="utf-8")
