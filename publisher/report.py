"""What validation found in a release, what was held back and what was set aside, and why: `/report`."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response

from publisher import pages
from publisher.addresses import release
from publisher.findings import findings
from publisher.responses import number, respond

PAGE = 50
"""Findings of a page."""

blueprint = Blueprint("report", __name__)


@blueprint.get("/report")
def report() -> Response:
    """The report for people; `/report.ttl` and `/report.txt` are the files."""
    current, found = release(), findings()
    page = number("page", default=1, least=1, most=10**6)
    held, aside = current.manifest.get("held_back", []), current.manifest.get("set_aside", [])
    start = (page - 1) * PAGE
    body = pages.page(
        "report.html",
        title="Validation report",
        findings=found[start : start + PAGE],
        total=len(found),
        severities=Counter(one.severity for one in found),
        held=held[start : start + PAGE],
        held_total=len(held),
        aside=aside[start : start + PAGE],
        aside_total=len(aside),
        counts=current.manifest.get("counts", {}),
        number=page,
        later=any(len(rows) > start + PAGE for rows in (found, held, aside)),
    )
    return respond(body, "text/html; charset=utf-8", negotiated=False)
