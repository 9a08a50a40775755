"""A corpus of made-up but realistic articles, with what is true of them; `benchmarks/build.py generate` writes it."""
