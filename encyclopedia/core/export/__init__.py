"""Writers: the encyclopedia in the formats of other software. Each takes shapes and gives bytes; none reads a database or a clock."""
