"""Articles about diplomacy in, a release of linked data out.

The stages stand in `pipeline.py`; every value they exchange is declared in `document.py`.
"""

__version__ = "0.1.0"
