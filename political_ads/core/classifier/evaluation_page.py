"""The page that an evaluation run writes: what was measured, how, and what it does not say."""

from political_ads.core.classifier.comparison import OURS, WITH_FACTS
from political_ads.core.classifier.evaluation_table import (
    BY_NEAR,
    BY_PAGE,
    Evaluation,
    causes_table,
    curve_table,
    drift_table,
    facts_table,
    figures_table,
    labels_table,
    marks_table,
    replay_table,
)

_PAGE = """# How well the ad classifier works

Written by `disinfo ads evaluate --out docs/guides/ads-evaluation.md` on {date} (seed {seed}; {seconds:.0f} s of processor time). The
labelled ads are public research sets; they are not part of this repository, and only the sums below come from them.

**Method.** Addresses are stripped from every text. Ours: hashed word 1–2-grams and character 2–5-grams, TF-IDF, the average of a
ridge logistic regression and one on log-count ratios; calibrated, and its thresholds chosen for F1, on inner folds of the
training part only. In the political-or-not sets, training posts of non-political pages that speak of a cause count eight times while
fitting (not in calibration); where several locales train together, both classes of each language weigh the same. Baselines see the same folds: (1) word and character TF-IDF with balanced logistic regression; (2) ProPublica's design of
2018. Nothing of a tested fold is used in training, and training rows that are near-duplicates of a tested row are left out.

*{with_facts}* reads the same text and, beside it, what the set states of each ad: a dozen facts of closed lists, never who speaks (decision 0019).
Here it always reads them; a training run on volunteers' labels does so only if they clearly help.

**Splits.** *{by_near}*: one page's posts can be on both sides. The marks below were set without saying how the
sets were split; figures of their size come from this split. *{by_page}*: never the same page (in wmp_2020: page or
funder, in chains) on both sides; this is the figure to expect of a page that nobody has
labelled yet. Where en-US does not name its pages, they are found from the order of the file: a hundred posts of each page follow each other.

**Figures.** F1: of "political", or the mean over questions. ECE: over ten bins of equal width, the mean over questions; "worst" is
the highest single one. AUC: the mean over questions.

## Marks

{marks}
## Sets

{figures}
F1 of each question:

{labels}
## Facts beside the words

What facts change where a set states any, on the same folds: macro-F1 and AUC with words alone → with facts.

{facts}
Only wmp_2020 has labels and states something beside the text, and that is little: that somebody paid (nearly always) and the text's length. For a
quarter of its ads it names the page too; that a name is there says how the set was put together, not what the ad is, so it is not read, though it
would raise the figures of tone. The seeds and uruguay_2024 are texts alone; ira_2018 and Snap's library state targets, spending and dates, but have no
labels. So what spending, targets, buttons and links are worth is **not measured here**: each training run measures it on its own campaign's labels,
by advertiser, writes it into the model card, and leaves facts out where they do not clearly help.

## Causes that are not politics

Posts of pages that are not political and that speak of a cause (relief, health, nature, equality: an open list of word
beginnings, `political_ads/core/classifier/causes.py`), tested {by_page}; how many are called political?

{causes}
Two sets without labels, scored by models that trained on 1,500 posts of each of the four locales. Nobody has said which of these ads are political, so these are
shares, not errors:

{transfer}
## Learning curve

F1 on one held-out fold ({by_page}) after so many labels in random order.

{curves}
## Active learning, replayed

Labels of one set are hidden and "asked for": in random order, or where the model is least sure (fifty at random, then 25 at a time). Both
use the same learner, which also reads the texts that have no label yet. Test part: 30 % of the groups of near-duplicates, drawn anew in each run.

{replays}
## Drift

ira_2018 by quarter against its first one: population stability of the scores and of the vocabulary, and what chance alone would give.

{drift}
## Limits

- The seeds' labels are weak: a post counts as political because its page is. Many such posts say nothing political ("Breaking news").
- Each ad of uruguay_2024 and wmp_2020 was coded by one person as far as the files say; a part of the errors is theirs.
- The fixed part of uruguay_2024 is small, and its rare codes have few ads; the five folds over all ads say more.
- Across languages only names, borrowed words and endings carry over: read those figures as a reason to label in each language.
- No set has both labels and dates, so the split by time is used in training runs on volunteers' labels, and not measured here.
"""


def evaluation_page(found: Evaluation, *, date: str, seconds: float) -> str:
    """Write the whole page in Markdown. `date`: of the run; `seconds`: of processor time."""
    return _PAGE.format(
        date=date,
        seed=found.seed,
        seconds=seconds,
        by_near=BY_NEAR,
        by_page=BY_PAGE,
        marks=marks_table(found),
        figures=figures_table(found.rows),
        with_facts=WITH_FACTS,
        facts=facts_table(found),
        labels=labels_table(row for row in found.rows if row.method == OURS),
        causes=causes_table(found.causes),
        transfer=causes_table(found.transfer),
        curves=curve_table(found.curves),
        replays=replay_table(found.replays),
        drift=drift_table(found.drift),
    )
