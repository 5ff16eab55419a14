"""The tool's tables, by noun."""

from political_ads.models.ads import Ad, Advertiser, Band, Creative, CreativeMove, Import
from political_ads.models.answers import Adjudication, Answer, Contest, Contributor, Lease, Participation
from political_ads.models.campaigns import Campaign, Gold, Item, LogLine, QuestionnaireVersion
from political_ads.models.labels import Label, Model, Prediction, Skill
from political_ads.models.webhooks import Delivery, Webhook

__all__ = [
    "Ad",
    "Adjudication",
    "Advertiser",
    "Answer",
    "Band",
    "Campaign",
    "Contest",
    "Contributor",
    "Creative",
    "CreativeMove",
    "Delivery",
    "Gold",
    "Import",
    "Item",
    "Label",
    "Lease",
    "LogLine",
    "Model",
    "Participation",
    "Prediction",
    "QuestionnaireVersion",
    "Skill",
    "Webhook",
]
