"""Where accounts come from: file formats and, later, the platforms' own interfaces."""
