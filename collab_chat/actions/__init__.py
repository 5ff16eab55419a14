"""The only code that writes: each begins by asking whether the actor may."""
