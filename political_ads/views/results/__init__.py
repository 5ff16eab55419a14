"""What the dashboard shows: findings, charts, the figures behind them, and how each was made."""

from political_ads.views.results.agreement import AgreementPage, agreement_page
from political_ads.views.results.figures import FigureView
from political_ads.views.results.page import LivePart, ResultsPage, all_figures, live_part, results_page

__all__ = [
    "AgreementPage",
    "FigureView",
    "LivePart",
    "ResultsPage",
    "agreement_page",
    "all_figures",
    "live_part",
    "results_page",
]
