"""The vocabularies that entries use codes of, and the words for mappings between them."""

from collections.abc import Mapping

from common.i18n import N_

SCHEMES: Mapping[str, str] = {
    "disarm": "DISARM",
    "amitt": "AMITT",
    "dima": "DIMA",
    "abcde": "ABCDE",
    "disarm-misp": "DISARM (MISP)",
}
# J. Pamment, The EU’s Role in Fighting Disinformation: Crafting a Disinformation Framework (Carnegie Endowment, 2020).
ABCDE = (
    ("A", N_("Actor")),
    ("B", N_("Behaviour")),
    ("C", N_("Content")),
    ("D", N_("Degree")),
    ("E", N_("Effect")),
)
# SKOS, https://www.w3.org/TR/skos-reference/#mapping
MATCHES: Mapping[str, str] = {
    "exact": N_("the same"),
    "close": N_("nearly the same"),
    "broad": N_("the second is broader"),
    "narrow": N_("the second is narrower"),
    "related": N_("related"),
}
TERM_KINDS: Mapping[str, str] = {
    "phase": N_("Phases"),
    "tactic": N_("Tactics"),
    "technique": N_("Techniques"),
    "countermeasure": N_("Countermeasures"),
    "detection": N_("Detections"),
    "incident": N_("Incidents"),
    "organisation": N_("Organisations"),
    "tool": N_("Tools"),
    "actor_type": N_("Types of actors"),
    "framework": N_("Frameworks"),
    "task": N_("Tasks"),
    "playbook": N_("Playbooks"),
    "response_type": N_("Types of response"),
    "metatechnique": N_("Metatechniques"),
    "resource": N_("Resources"),
    "sector": N_("Sectors"),
    "narrative": N_("Narratives"),
    "part": N_("Parts"),
}
