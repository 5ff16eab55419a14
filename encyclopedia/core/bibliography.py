"""Sources for reference managers: CSL-JSON and BibTeX."""

from typing import Any

from encyclopedia.schemas import Author, SourceData

CSL_TYPES = {"video": "motion_picture"}  # CSL's word where it is not ours
BIBTEX_TYPES = {
    "article-journal": "article", "article-newspaper": "article", "report": "techreport", "book": "book",
    "chapter": "incollection", "paper-conference": "inproceedings", "thesis": "phdthesis",
}  # fmt: skip
_CONTAINERS = {"article": "journal", "incollection": "booktitle", "inproceedings": "booktitle"}
_PUBLISHERS = {"techreport": "institution", "phdthesis": "school"}
_TEX = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip
_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


def to_csl(source: SourceData) -> dict[str, Any]:
    """Return a source as an item of CSL-JSON (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html)."""
    item: dict[str, Any] = {
        "id": source.key,
        "type": CSL_TYPES.get(source.type, source.type),
        "title": source.title,
        "author": [_csl_name(author) for author in source.authors],
        "container-title": source.container,
        "publisher": source.publisher,
        "URL": source.url,
        "DOI": source.doi,
        "language": source.language,
    }
    if source.issued:
        item["issued"] = csl_date(source.issued)
    if source.accessed:
        item["accessed"] = csl_date(source.accessed.isoformat())
    if source.archive_url:
        item["archive"] = source.archive_url
    return {name: value for name, value in item.items() if value}


def csl_date(edtf: str) -> dict[str, Any]:
    """Return a date or an interval (EDTF level 0) as CSL-JSON's date-parts; an open end is left out."""
    ends = [end for end in edtf.split("/") if end != ".."]
    return {"date-parts": [[int(part) for part in end.split("-")] for end in ends]}


def to_bibtex(source: SourceData) -> str:
    """Return a source as a BibTeX entry (O. Patashnik, BibTeXing, 1988), escaped for TeX; the text is Unicode."""
    kind = BIBTEX_TYPES.get(source.type, "misc")
    issued = (source.issued or "").partition("/")[0].split("-")
    fields = {
        "title": f"{{{_tex(source.title)}}}",  # in braces of its own: styles may not lower its capitals
        "author": " and ".join(_bibtex_name(author) for author in source.authors),
        _CONTAINERS.get(kind, "howpublished"): _tex(source.container),
        _PUBLISHERS.get(kind, "publisher"): _tex(source.publisher),
        "year": issued[0],
        "month": str(int(issued[1])) if len(issued) > 1 else "",
        "doi": (source.doi or "").translate(_ADDRESS),
        "url": (source.url or "").translate(_ADDRESS),
        "urldate": source.accessed.isoformat() if source.accessed else "",
        "language": _tex(source.language),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{source.key},", *lines, "}"]) + "\n"


def _csl_name(author: Author) -> dict[str, str]:
    if author.literal and not author.family:
        return {"literal": author.literal}
    return {name: value for name, value in (("family", author.family), ("given", author.given)) if value}


def _bibtex_name(author: Author) -> str:
    if author.family:
        return (
            f"{_tex(author.family)}, {_tex(author.given)}" if author.given else f"{{{_tex(author.family)}}}"
        )
    return f"{{{_tex(author.literal or author.given)}}}"  # one name, not to be cut into first and last


def _tex(text: str) -> str:
    return " ".join(text.translate(_TEX).split())
