"""Under what a picture or document may be shown: SPDX identifiers (https://spdx.org/licenses/), and what SPDX has no identifier for."""

from common.i18n import N_

LICENCES: dict[str, str] = {
    "CC0-1.0": "Creative Commons Zero 1.0",
    "CC-BY-4.0": "Creative Commons Attribution 4.0",
    "CC-BY-SA-4.0": "Creative Commons Attribution-ShareAlike 4.0",
    "CC-BY-3.0": "Creative Commons Attribution 3.0",
    "CC-BY-SA-3.0": "Creative Commons Attribution-ShareAlike 3.0",
    "CC-BY-2.0": "Creative Commons Attribution 2.0",
    "CC-BY-SA-2.0": "Creative Commons Attribution-ShareAlike 2.0",
    "CC-BY-NC-4.0": "Creative Commons Attribution-NonCommercial 4.0",
    "CC-BY-NC-SA-4.0": "Creative Commons Attribution-NonCommercial-ShareAlike 4.0",
    "CC-BY-ND-4.0": "Creative Commons Attribution-NoDerivatives 4.0",
    "CC-BY-NC-ND-4.0": "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0",
    "etalab-2.0": "Licence Ouverte 2.0",
    "OGL-UK-3.0": "Open Government Licence 3.0",
    "GFDL-1.3-or-later": "GNU Free Documentation License 1.3",
    "EUPL-1.2": "European Union Public Licence 1.2",
    "LicenseRef-public-domain": N_("In the public domain"),
    "LicenseRef-permission": N_("Used here by the author’s permission"),
    "LicenseRef-quotation": N_("Quoted for comment or criticism"),
}
