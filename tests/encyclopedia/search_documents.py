"""Fifty-four small texts in two languages, made up for the tests of the search."""

from typing import NamedTuple

from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.schemas import Fact, LedgerLine, Sheet, StudyDesign

CASE, PRACTICE, TOOL, ACTOR, CONCEPT = (
    EntryKind.CASE_STUDY,
    EntryKind.PRACTICE,
    EntryKind.TOOL,
    EntryKind.ACTOR,
    EntryKind.CONCEPT,
)
EN, FR = "en", "fr"


class Told(NamedTuple):
    """One text."""

    language: str
    title: str
    lead: str
    body: str = ""
    synonyms: str = ""


class Document(NamedTuple):
    """One entry: its sheet and one or two texts."""

    kind: EntryKind
    texts: tuple[Told, ...]
    sheet: Sheet = Sheet()


def facts(**values: str | tuple[str, ...]) -> dict[str, tuple[Fact, ...]]:
    """Return facts from bare values."""
    return {
        key: tuple(Fact(value=one) for one in ((value,) if isinstance(value, str) else value))
        for key, value in values.items()
    }


def tool(
    title: str, lead: str, body: str, *, fr: Told | None = None, **values: str | tuple[str, ...]
) -> Document:
    """Return a tool with an English text."""
    texts = (Told(EN, title, lead, body), *((fr,) if fr else ()))
    return Document(TOOL, texts, Sheet(phases=(Phase.DETECTION,), facts=facts(**values)))


TOOLS = (
    tool("Heron", "A map of who shares what on Bluesky.", "Heron draws networks of accounts that share the same links within minutes.",
         platforms=("bluesky",), price="free", status="alive", licence="MIT"),
    tool("Glasswing", "An archive of political advertisements.", "Glasswing keeps every advertisement with its first and last day and what was spent.",
         platforms=("facebook", "instagram"), price="paid", status="alive", licence="proprietary"),
    tool("Plover Archive", "Saves a web page with its pictures.", "A capture keeps evidence when the page is deleted. Each capture has a hash.",
         platforms=("web",), price="free", status="alive", licence="AGPL-3.0-only",
         fr=Told(FR, "Archive Pluvier", "Conserve une page du web avec ses images.", "Une capture garde la preuve quand la page est supprimée.")),
    tool("Sandpiper", "Compares pictures to find where one appeared first.", "Reverse image search over several engines at once.",
         platforms=("web", "x"), price="freemium", status="limited", licence="proprietary"),
    tool("Dotterel", "Watched hashtags on X until the platform closed its interface.", "Dotterel counted how often a hashtag was used by the hour.",
         platforms=("x",), price="free", status="dead", licence="GPL-3.0-only"),
    tool("Curlew", "Transcribes broadcasts in nine languages.", "Radio and television are written down, so that claims can be searched for.",
         platforms=("broadcast",), price="on_request", status="alive", licence="proprietary"),
    tool("Lapwing", "Reads public Telegram channels.", "Lapwing follows forwards from one channel to the next, and shows the first one.",
         platforms=("telegram",), price="free", status="alive", licence="MIT"),
    tool("Avocet", "Checks whether a video was edited.", "It looks for cuts, repeated frames and sound that does not fit the lips.",
         platforms=("youtube", "tiktok"), price="paid", status="alive", licence="proprietary"),
)  # fmt: skip

PRACTICES = (
    Document(PRACTICE, (Told(EN, "Prebunking", "Warn people of a manipulation before they meet it.", "Inoculation with a weakened example makes people more resistant. The effect fades within weeks."),
                        Told(FR, "Prémunition", "Prévenir les gens d’une manipulation avant qu’ils la rencontrent.", "L’inoculation par un exemple affaibli rend plus résistant ; l’effet s’estompe en quelques semaines.")),
             Sheet(phases=(Phase.PREVENTION,), facts=facts(evidence_strength="strong", effort="medium"),
                   ledger=(LedgerLine(claim="Short videos taught students to spot emotional language", design=StudyDesign.RANDOMISED),))),
    Document(PRACTICE, (Told(EN, "Debunking", "Correct a false claim after it has spread.", "Lead with the fact, name the falsehood once, explain why it is wrong, and end with the fact."),), Sheet(phases=(Phase.REACTION,))),
    Document(PRACTICE, (Told(EN, "Fact-checking", "Verify a claim and publish the result with its sources.", "A fact-check rates one claim. Corrections are published as visibly as errors."),
                        Told(FR, "Vérification des faits", "Vérifier une affirmation et publier le résultat avec ses sources.", "Les vérificateurs notent une affirmation à la fois.")),
             Sheet(phases=(Phase.QUALIFICATION,), criteria=(Criterion.FALSE_OR_MISLEADING,))),
    Document(PRACTICE, (Told(EN, "Media literacy in schools", "Teach pupils how news is made.", "Lateral reading means leaving a page to see what others say of it."),), Sheet(phases=(Phase.PREVENTION,))),
    Document(PRACTICE, (Told(FR, "Éducation aux médias", "Apprendre aux élèves comment se fabrique une information.", "La lecture latérale consiste à quitter une page pour voir ce que d’autres en disent."),), Sheet(phases=(Phase.PREVENTION,))),
    Document(PRACTICE, (Told(EN, "Counting reach", "Estimate how many people saw a message.", "Views are not people. Say which platform counted, on which day, and how."),), Sheet(phases=(Phase.QUALIFICATION,), criteria=(Criterion.MASSIVE,))),
    Document(PRACTICE, (Told(EN, "Reporting to platforms", "Ask a platform to act under its own rules.", "A report names the rule, the evidence and the harm. Keep a copy: accounts vanish once suspended."),), Sheet(phases=(Phase.REACTION,))),
    Document(PRACTICE, (Told(FR, "Signalement aux plateformes", "Demander à une plateforme d’agir selon ses propres règles.", "Un signalement cite la règle, la preuve et le préjudice."),), Sheet(phases=(Phase.REACTION,))),
    Document(PRACTICE, (Told(EN, "Strategic silence", "Do not repeat what has not spread.", "An answer may carry a rumour further than the rumour would have gone."),), Sheet(phases=(Phase.REACTION,))),
    Document(PRACTICE, (Told(FR, "Veille des réseaux sociaux", "Surveiller ce qui circule, chaque jour, avec une méthode écrite.", "La veille repose sur des listes de comptes, de mots-clés et de sources."),), Sheet(phases=(Phase.DETECTION,))),
    Document(PRACTICE, (Told(EN, "Coordinated behaviour analysis", "Find accounts that act together.", "Two accounts that post the same link within a minute, many times, are unlikely to do so by chance."),), Sheet(phases=(Phase.DETECTION,), criteria=(Criterion.ARTIFICIAL,), facts=facts(techniques=("T0049",)))),
    Document(PRACTICE, (Told(EN, "Transparency of advertising", "Publish who pays for a political message.", "Libraries of advertisements were opened by law in several countries."),), Sheet(phases=(Phase.PREVENTION,))),
)  # fmt: skip

ACTORS = (
    Document(ACTOR, (Told(EN, "Northern Observatory", "A university group that studies elections in the Nordic countries.", "It publishes a report after each election."),), Sheet(facts=facts(actor_type="academic", countries=("SE", "FI")))),
    Document(ACTOR, (Told(FR, "Observatoire du Sahel", "Une équipe qui étudie les campagnes d’influence au Sahel.", "Elle travaille avec des radios locales."),), Sheet(facts=facts(actor_type="ngo", countries=("ML", "NE"), languages=("fr",)))),
    Document(ACTOR, (Told(EN, "The Verifiers", "A network of fact-checkers in eleven countries.", "Members sign a code and are audited each year."),), Sheet(facts=facts(actor_type=("network", "fact_checker"), countries=("DE", "FR")))),
    Document(ACTOR, (Told(EN, "Harbour Fund", "A foundation that pays for public-interest software.", "Grants are small and quick."),), Sheet(facts=facts(actor_type="ngo", countries=("US",), status="dead"))),
    Document(ACTOR, (Told(FR, "Agence des communs", "Un service public qui héberge des logiciels libres.", "Elle publie le code de ses outils."),), Sheet(facts=facts(actor_type="government", countries=("FR",), status="alive"))),
)  # fmt: skip

CASES = (
    Document(CASE, (Told(EN, "The flooded dam rumour", "A rumour of a broken dam spread for two days during floods.", "Old pictures of another country were shared. Telegram channels carried it first; newspapers later denied it."),), Sheet(facts=facts(countries="DE", channels=("telegram",), origin="endogenous"))),
    Document(CASE, (Told(EN, "Doubled newspapers", "Copies of newspapers' sites carried invented articles.", "Domains differed by one letter from those of real newspapers. Advertisements led readers to them."),
                    Told(FR, "Les journaux doublés", "Des copies de sites de journaux portaient des articles inventés.", "Les noms de domaine différaient d’une lettre de ceux des vrais journaux.")),
             Sheet(criteria=(Criterion.FOREIGN_SOURCE,), facts=facts(countries=("FR", "DE"), channels=("web", "facebook"), origin="exogenous", techniques=("T0099",)))),
    Document(CASE, (Told(FR, "Rumeur sur les bureaux de vote", "Une rumeur disait les bureaux de vote fermés.", "Des comptes récents ont relayé le message la veille de l’élection."),), Sheet(facts=facts(countries="FR", channels=("x",)))),
    Document(CASE, (Told(EN, "A cloned voice before an election", "A synthetic voice of a candidate was sent by telephone.", "The call was made two days before the vote and was denied within hours."),), Sheet(facts=facts(countries="US", channels=("messaging",)))),
    Document(CASE, (Told(FR, "Une voix clonée au téléphone", "La voix synthétique d’un élu a servi à tromper des journalistes.", "L’appel a duré trois minutes ; l’enregistrement a été publié."),), Sheet(facts=facts(countries="FR"))),
)  # fmt: skip

CONCEPTS = (
    Document(CONCEPT, (Told(EN, "Disinformation", "False information spread in order to harm.", "It differs from an error, which nobody intended.", synonyms="fake news, infox"),
                       Told(FR, "Désinformation", "Une information fausse diffusée pour nuire.", "Elle diffère de l’erreur, que personne n’a voulue.", synonyms="infox, fausses nouvelles"))),
    Document(CONCEPT, (Told(EN, "Misinformation", "False information spread without intent to harm.", "Most people who share it believe it."), Told(FR, "Mésinformation", "Une information fausse diffusée sans intention de nuire.", "La plupart de ceux qui la partagent y croient."))),
    Document(CONCEPT, (Told(EN, "Malinformation", "True information used to harm.", "A leak of private letters is an example."),)),
    Document(CONCEPT, (Told(EN, "Astroturfing", "Paid voices that pose as a movement of citizens.", "The name comes from a brand of artificial grass."), Told(FR, "Similitantisme", "Des voix payées qui se font passer pour un mouvement de citoyens.", "", synonyms="astroturfing, désinformation populaire planifiée"))),
    Document(CONCEPT, (Told(EN, "Coordinated inauthentic behaviour", "Accounts that work together and hide it.", "A word of one platform's rules, taken up by others."),)),
    Document(CONCEPT, (Told(EN, "Echo chamber", "A group in which people hear only what they say.", "Studies disagree on how common they are."), Told(FR, "Chambre d’écho", "Un groupe où l’on n’entend que ce que l’on dit."))),
    Document(CONCEPT, (Told(FR, "Œuvre de propagande", "Un texte, un film ou une affiche faits pour convaincre sans débattre.", "Des œuvres anciennes servent d’exemples."),)),
    Document(CONCEPT, (Told(FR, "Ingérence numérique étrangère", "Une opération de l’étranger, trompeuse, massive ou artificielle, contre les intérêts d’un pays.", "Quatre critères la définissent."),)),
    Document(CONCEPT, (Told(EN, "Sock puppet", "An account whose keeper pretends to be somebody else.", "Several of them may be kept by one person."),)),
    Document(CONCEPT, (Told(EN, "Deepfake", "A picture, sound or film made by a learning machine to look real.", "Detection lags behind making."), Told(FR, "Hypertrucage", "Une image, un son ou un film fabriqués par une machine pour paraître vrais.", "", synonyms="deepfake"))),
    Document(CONCEPT, (Told(EN, "Rumour", "A claim that goes round before anybody has checked it.", "Rumours are not always false."),)),
    Document(CONCEPT, (Told(EN, "Clickbait", "A headline that promises more than the text holds.", "It sells views."),)),
    Document(CONCEPT, (Told(EN, "Naïve realism", "The belief that one sees the world as it is.", "It makes the other side look foolish or bad."),)),
    Document(CONCEPT, (Told(FR, "Biais de confirmation", "On retient mieux ce que l’on croyait déjà.", "Le biais touche aussi les vérificateurs."),)),
    Document(CONCEPT, (Told(EN, "Hash", "A short number that tells whether a file was changed.", "SHA-256 is the usual one."),)),
)  # fmt: skip

DOCUMENTS = (*TOOLS, *PRACTICES, *ACTORS, *CASES, *CONCEPTS)
