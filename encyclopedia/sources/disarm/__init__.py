"""DISARM's public workbooks (github.com/DISARMFoundation/DISARMframeworks) to terms and references.

The workbooks are given by whoever imports them (treat them as CC BY-SA 4.0); nothing of them is shipped here.
"""

from encyclopedia.sources.disarm.read import ATTRIBUTION, LICENCE, is_disarm, read_disarm

__all__ = ["ATTRIBUTION", "LICENCE", "is_disarm", "read_disarm"]
