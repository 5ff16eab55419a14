"""Small files of each format, invented; no ad, page or person in them exists."""

import json
from pathlib import Path
from typing import Any

META: dict[str, Any] = {
    "id": "700000000000001",
    "ad_creation_time": "2024-05-01",
    "ad_creative_bodies": ["Save the lake: sign before Sunday, and bring your neighbours.", "A second version"],
    "ad_creative_link_titles": ["Sign now"],
    "ad_creative_link_captions": ["lake.example"],
    "ad_delivery_start_time": "2024-05-02",
    "ad_delivery_stop_time": "2024-05-09",
    "ad_snapshot_url": "https://www.facebook.com/ads/archive/render_ad/?id=700000000000001&access_token=EAAsecret",
    "bylines": "Friends of the Lake",
    "currency": "EUR",
    "spend": {"lower_bound": "100", "upper_bound": "199"},
    "impressions": {"lower_bound": "10000", "upper_bound": "14999"},
    "estimated_audience_size": {"lower_bound": "50001", "upper_bound": "100000"},
    "languages": ["en"],
    "page_id": "900000001",
    "page_name": "Friends of the Lake",
    "publisher_platforms": ["instagram", "facebook"],
    "delivery_by_region": [{"percentage": "0.75", "region": "Bretagne"}, {"percentage": "0.25", "region": "Normandie"}],
    "demographic_distribution": [{"percentage": "0.4", "age": "18-24", "gender": "female"}],
    "target_ages": ["18", "65+"],
    "target_gender": "All",
    "target_locations": [{"name": "France", "type": "countries", "excluded": False}, {"name": "Brest", "type": "CITY", "excluded": True}],
}  # fmt: skip
META_EU: dict[str, Any] = {
    "id": "700000000000002",
    "ad_creative_bodies": ["Achetez nos chaussures."],
    "ad_delivery_start_time": "2025-11-02",
    "eu_total_reach": 1234,
    "beneficiary_payers": [{"payer": "Shoes SA", "beneficiary": "Shoes SA", "current": True}, {"payer": "Old SA", "current": False}],
    "age_country_gender_reach_breakdown": [
        {"country": "FR", "age_gender_breakdowns": [{"age_range": "18-24", "male": 10, "female": 20, "unknown": 1}]},
        {"country": "BE", "age_gender_breakdowns": [{"age_range": "65+", "female": 3}]},
    ],
    "total_reach_by_location": [{"key": "FR", "value": 31}, {"key": "BE", "value": 3}],
}  # fmt: skip
META_2019: dict[str, Any] = {
    "ad_id": "700000000000003",
    "ad_creative_body": "Une réunion publique sur l’école, mardi à 19 h.",
    "ad_creation_time": "2019-04-08T18:43:45+0000",
    "ad_delivery_start_time": "2019-04-08T18:43:46+0000",
    "ad_snapshot_url": "https://www.facebook.com/ads/archive/render_ad/?id=700000000000003",
    "funding_entity": "Une association",
    "spend": {"lower_bound": "0", "upper_bound": "99"},
    "region_distribution": [{"percentage": "1", "region": "Alsace"}],
}
META_REPORT = (
    "\ufeffPage ID,Page name,Disclaimer,Amount spent (EUR),Number of ads in Library\n"
    "1,One Page,One Page,1234,12\n1,One Page,These ads ran without a disclaimer,≤100,1\n"
    "2,Two Pages,Somebody,500,5\n2,Two Pages,Somebody,70,2\n3,Three,,≤100,1\n3,Three,,≤100,1\n"
)
PROPUBLICA = {
    "ads": [
        {
            "id": "6000000000001",
            "html": "<div>stored markup</div>",
            "political": 3,
            "not_political": 1,
            "title": "A Charity",
            "message": "<p>Families need help &amp; shelter.</p><p>Give today.</p><script>steal()</script>",
            "created_at": "2018-03-22T17:11:57.354805Z",
            "lang": "en-US",
            "images": ["https://pictures.example/a.jpg"],
            "impressions": 3,
            "political_probability": 0.98,
            "targets": [{"target": "Age", "segment": "18 and older"}, {"target": "Region", "segment": "the United States"}],
            "advertiser": "A Charity",
            "page": "https://www.facebook.com/acharity/",
        }
    ],
    "total": 1,
}  # fmt: skip
PROPUBLICA_CSV = (
    "id,html,political,not_political,title,message,created_at,lang,images,impressions,political_probability,targets,advertiser,paid_for_by\n"
    'hyperfeed_1,<div>x</div>,0,0,A Town,"<p>Clean water, now.</p>",2018-09-01 10:00:00.123+00,en-US,"{https://pictures.example/b.jpg,https://pictures.example/c.jpg}",1,0.7,'
    '"[{""target"": ""Gender"", ""segment"": ""women""}]",A Town,Town Friends\n'
)
SEEDS = {"political": ["Vote for the bridge on Sunday.", "Vote for the bridge on Sunday."], "not_political": ["Half price on socks."]}  # fmt: skip
GOOGLE = (
    "Ad_ID,Ad_URL,Ad_Type,Regions,Advertiser_ID,Advertiser_Name,Date_Range_Start,Date_Range_End,Num_of_Days,Impressions,Spend_USD,"
    "Spend_Range_Min_USD,Spend_Range_Max_USD,Spend_Range_Min_EUR,Spend_Range_Max_EUR,Age_Targeting\n"
    "CR01,https://adstransparency.google.com/advertiser/AR1/creative/CR01,IMAGE,FR,AR1,A Party,2024-05-01,2024-05-09,9,10k-100k,,0,0,100,1000,18-24\n"
)
GOOGLE_TOTALS = (
    "Advertiser_ID,Advertiser_Name,Public_IDs_List,Regions,Elections,Total_Creatives,Spend_USD,Spend_EUR,Spend_GBP\n"
    "AR1,A Party,,FR,,12,0,3400,0\nAR2,Several Moneys,,\"FR, US\",,3,100,200,0\nAR3,Nothing Spent,,DE,,1,0,0,0\n"
)  # fmt: skip
SNAP = (
    "ADID,CreativeUrl,Currency Code,Spend,Impressions,StartDate,EndDate,OrganizationName,BillingAddress,CandidateBallotInformation,"
    "PayingAdvertiserName,Gender,AgeBracket,CountryCode,Regions (Included),Language,CreativeProperties\n"
    'ab12,https://www.snap.com/political-ads/asset/1?mediaType=mp4,USD,203,94877,2018/09/28 20:33:08Z,,An Agency,"7 Home Street, Sometown",,'
    "A Cause,,18-34,united states,Colorado,en,web_view_url:https://cause.example/?utm_source=snap\n"
)
IRA_CSV = (
    "AdID,AdText,Clicks,Impressions,Age,CreationDate,EndDate,LandingPage,Location,Interests,AdSpend,AdSpendCurrency,SourceFile\n"
    'X1,Join us because we care.,"2,740","46,447",18 - 65+,06/10/15 02:59:53 AM PDT,,https://www.facebook.com/nowhere,United States,Music,44.87,RUB,/a.pdf\n'
)
IRA_JSON = [
    {"ID": "X1", "text": "Join us because we care", "clicks": "2,740", "impressions": "46,447", "spend": "44.87", "spend_currency": "RUB",
     "date_creation": "06/10/15 02:59:53 AM PDT", "target_age": "18 - 65+ ", "target_location": "United States ", "target_gender": ""},
    {"ID": "X2", "date_creation": "06/11/15 02:59:53 AM PDT", "target_age": "18 - 65+ ", "spend": "1.00", "spend_currency": "N/A"},
]  # fmt: skip
URUGUAY = "id,texto,contexto,advocacy,atack,image,issue,call to action,ceremonial,comentarios\n55,Propuesta para el barrio,,1,0,0,1,0,0,\n"
WMP = "ad_id,transcript,tone_derived,page_id,page_name,funding_entity,DONATE\n77,Chip in ten dollars today,promote,x_99,A Candidate,A Committee,Request\n"
TABLE = (
    "Annonceur;Le message;Pays;Début;Dépense;Remarque\n"
    "Une ligue;Signez pour que la rivière reste propre;France;2024-05-01;1.234,50;=1+1\n"
    "Une autre;Votez dimanche pour votre quartier;France;2024-05-02;12,00;@cmd\n"
)
ALL: dict[str, tuple[str, int]] = {  # format → (text, rows that are taken)
    "meta_ads": (json.dumps({"data": [META, META_EU], "paging": {"cursors": {"after": "x"}}}), 2),
    "meta_report": (META_REPORT, 5),
    "propublica": (json.dumps(PROPUBLICA), 1),
    "propublica_seeds": (json.dumps(SEEDS), 2),
    "google_ads": (GOOGLE, 1),
    "google_totals": (GOOGLE_TOTALS, 3),
    "snap": (SNAP, 1),
    "ira_2018": (IRA_CSV, 1),
    "uruguay_2024": (URUGUAY, 1),
    "wmp_2020": (WMP, 1),
}


def meta_lines(count: int, **fields: Any) -> str:
    """Return ads of which every other has the same text."""
    rows = (
        {**META, "id": str(number), "ad_creative_bodies": [_text(number)], **fields}
        for number in range(count)
    )
    return "\n".join(json.dumps(row) for row in rows)


def _text(number: int) -> str:
    if number % 2:
        return "The same words for every other ad, about the lake and its fishermen."
    return f"Ad number {number}: {'abcdefghij'[number // 2 % 10] * 9} stands for something of its own."


def written(folder: Path, text: str | bytes, name: str = "ads.dat") -> Path:
    """Return the path of a new file with this content."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
