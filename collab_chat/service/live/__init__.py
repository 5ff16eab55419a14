"""The live room: who follows it, what they are given, how what they say is stored."""
