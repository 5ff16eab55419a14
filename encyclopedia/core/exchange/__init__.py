"""The folder in which entries travel: one folder an entry, one file a language, sources beside them.

```
entries/<slug>/entry.yaml   kind, phases, criteria, slugs, facts, relations, ledger, licence, attribution, reviewed_on
entries/<slug>/en.md        front matter (title, lead, fields) between lines of ---, then the text in Markdown
sources.yaml, sources/*.yaml   key → source
```

Reading never fails as a whole: what is wrong is a `Problem` with its file and line, and everything else is read. Writing is the
inverse: `read_folder(dump_folder(entries, sources))` gives the same entries and sources, and no problem.
"""

from encyclopedia.core.exchange.folder import Folder, dump_folder, read_folder
from encyclopedia.core.exchange.pages import dump_page, parse_page
from encyclopedia.core.exchange.sheets import dump_entry_yaml, parse_entry_yaml
from encyclopedia.core.exchange.sources import dump_sources, parse_sources

__all__ = [
    "Folder",
    "dump_entry_yaml",
    "dump_folder",
    "dump_page",
    "dump_sources",
    "parse_entry_yaml",
    "parse_page",
    "parse_sources",
    "read_folder",
]
