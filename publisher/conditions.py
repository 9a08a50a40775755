"""Whether an answer is sent whole, in part, or not at all, as the client has put it (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from werkzeug.datastructures import Headers
from werkzeug.http import parse_date
from werkzeug.wrappers import Request, Response

from publisher.errors import ProblemError

_TAG = re.compile(r'(W/)?("[^"]*")')
_ONE_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)


def hold(response: Response, request: Request) -> None:
    """Make an answer what the request's conditions and range leave of it.

    Parameters:
        response: what the client would get without them, with its ETag and date; ranges are taken of those only that
            say `Accept-Ranges: bytes` and how long they are.
        request: what was asked. Conditions hold for answers that succeed, and here for GET and HEAD alone.

    Raises ProblemError: 412 where the client wants another state than there is, 416 for a range that there is not.
    """
    if response.status_code != 200 or request.method not in ("GET", "HEAD"):
        return
    etag, modified = response.headers.get("ETag", ""), response.last_modified
    status = precondition(request.headers, etag=etag, modified=modified)
    if status == 412:
        raise ProblemError(412, detail="What is here now is not what the request's conditions are about.")
    if status == 304:
        response.close()
        response.status_code, response.response, response.direct_passthrough = 304, (), False
    elif request.method == "GET" and response.headers.get("Accept-Ranges") == "bytes" and response.content_length:
        length = response.content_length
        if _is_same(request.headers.get("If-Range"), etag=etag, modified=modified):
            part = span(request.headers.get("Range", ""), length)
            if part is not None:
                environ = {"REQUEST_METHOD": "GET", "HTTP_RANGE": f"bytes={part[0]}-{part[1]}"}
                response.make_conditional(environ, accept_ranges=True, complete_length=length)


def precondition(conditions: Mapping[str, str] | Headers, *, etag: str, modified: datetime | None) -> int:
    """The status that preconditions lead to: 200, 304 or 412, in the order of RFC 9110, section 13.2.2.

    Parameters:
        conditions: the headers of the request.
        etag: the ETag of the representation as the header has it, "" for none.
        modified: when it was last modified.

    >>> precondition({"If-None-Match": 'W/"b", "a"'}, etag='"a"', modified=None)
    304
    >>> precondition({"If-Match": 'W/"a"'}, etag='"a"', modified=None)
    412
    """
    match, since = conditions.get("If-Match"), parse_date(conditions.get("If-Unmodified-Since"))
    if match is not None:
        if not _names(match, etag, weakly=False):
            return 412
    elif since is not None and modified is not None and modified > since:
        return 412
    none, since = conditions.get("If-None-Match"), parse_date(conditions.get("If-Modified-Since"))
    if none is not None:
        return 304 if _names(none, etag, weakly=True) else 200
    return 304 if since is not None and modified is not None and modified <= since else 200


def _names(condition: str, etag: str, *, weakly: bool) -> bool:
    """Whether a condition names an ETag; a strong comparison takes no weak ones (RFC 9110, section 8.8.3.2)."""
    if condition.strip() == "*":
        return True
    return any(tag == etag.removeprefix("W/") and (weakly or not weak) for weak, tag in _TAG.findall(condition))


def _is_same(condition: str | None, *, etag: str, modified: datetime | None) -> bool:
    """Whether If-Range holds (RFC 9110, section 13.1.5)."""
    if condition is None:
        return True
    return condition.strip() == etag if '"' in condition else modified is not None and parse_date(condition) == modified


def span(range: str, length: int) -> tuple[int, int] | None:
    """The first and last byte that a Range header asks for.

    Of other units, several ranges at once and nonsense the whole is sent, which is None (RFC 9110, section 14.2).
    Raises ProblemError: 416 where there are no such bytes.

    >>> span("bytes=2-", 10), span("bytes=-3", 10), span("bytes=-30", 10), span("bytes=5-2", 10)
    ((2, 9), (7, 9), (0, 9), None)
    """
    asked = _ONE_RANGE.fullmatch(range)
    if asked is None or not (asked[1] or asked[2]):
        return None
    if not asked[1]:
        first, last = max(0, length - int(asked[2])), length - 1
    else:
        first, last = int(asked[1]), int(asked[2] or length)
        if last < first:
            return None
    if first >= length:
        headers = {"Content-Range": f"bytes */{length}"}
        raise ProblemError(416, detail=f"There are {length} bytes, none of which was asked for.", headers=headers)
    return first, min(last, length - 1)
