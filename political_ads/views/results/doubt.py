"""Figures of doubt: where people differ, and where a model and people do."""

from common.i18n import gettext as _
from common.web.charts import histogram
from political_ads.service.results import BINS, Results
from political_ads.views.results.figures import FigureView, Wording, fmt, share_words


def entropy_figure(results: Results, wording: Wording) -> FigureView | None:
    """How far the answers to each creative leave a doubt."""
    total = sum(results.entropies)
    if not total:
        return None
    width = results.entropy_top / BINS

    def bits(value: float) -> str:
        return fmt.number(value, 2)

    return FigureView(
        key="entropy",
        title=_("%(share)s of the creatives leave hardly any doubt; %(count)s leave much")
        % {
            "share": fmt.percent(results.entropies[0] / total),
            "count": fmt.number(sum(results.entropies[BINS // 2 :])),
        },
        subtitle=_(
            "Creatives with two answers or more, by the entropy of their label in bits: 0 is no doubt, %(top)s is any answer as likely "
            "as any other"
        )
        % {"top": bits(results.entropy_top)},
        source=wording.source,
        histogram=histogram(
            results.entropies, low=0, high=results.entropy_top, x_words=bits, y_words=fmt.number
        ),
        x_label=_("entropy in bits"),
        y_label=_("creatives"),
        columns=(_("Entropy in bits"), _("Creatives")),
        rows=tuple(
            (f"{bits(n * width)}–{bits((n + 1) * width)}", fmt.number(count))
            for n, count in enumerate(results.entropies)
        ),
        raw_columns=("entropy_from", "entropy_to", "creatives"),
        raw=tuple(
            (round(n * width, 4), round((n + 1) * width, 4), count)
            for n, count in enumerate(results.entropies)
        ),
    )


def model_figure(results: Results, wording: Wording) -> FigureView | None:
    """What the classifier had said of creatives of the random set before people settled their label."""
    check = results.model
    if check is None:
        return None
    keys = [share.key for share in results.shares]
    names = {key: wording.of_class(results.main, key) for key in keys}
    return FigureView(
        key="model",
        title=_("Before people had answered, the classifier had said the same of %(share)s")
        % {"share": share_words(check.agreed)},
        subtitle=_(
            "Creatives of the random set: rows what the classifier said, columns the label that people gave"
        ),
        source=_("Versions of the classifier: %(versions)s. Volunteers never see its opinion.")
        % {"versions": ", ".join(str(version) for version in check.versions)},
        columns=(_("Classifier"), *names.values()),
        rows=tuple(
            (names[said], *(fmt.number(check.cells.get((said, label), 0)) for label in keys)) for said in keys
        ),
        raw_columns=("classifier", *keys),
        raw=tuple((said, *(check.cells.get((said, label), 0) for label in keys)) for said in keys),
    )
