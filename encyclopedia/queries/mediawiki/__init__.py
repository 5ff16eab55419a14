"""What the MediaWiki Action API reads: our entries as the wiki pages that its clients know."""
