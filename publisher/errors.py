"""Everything that can go wrong on the web side, told in the form that the client asked for (RFC 9457)."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as BaseResponse

from publisher.negotiation import negotiate

_FORMS = ("application/problem+json", "application/json", "text/html", "text/plain")
_log = logging.getLogger(__name__)


class PublisherError(Exception):
    """The root of all errors of the publisher; its text is written for the person who has to act."""


class SettingsError(PublisherError):
    """A setting has an unknown name or an impossible value."""


class ReleaseUnusableError(PublisherError):
    """There is no complete release at the given place."""


class ProblemError(PublisherError):
    """An answer that is not the one that was asked for.

    Parameters:
        status: the HTTP status code.
        title: the problem in a few words; the same for each occurrence.
        detail: what is wrong here and what to do about it.
        headers: further headers of the answer, such as Retry-After or Allow.
        members: further members of the JSON form (RFC 9457, section 3.2), such as the line of a syntax error.
    """

    def __init__(
        self,
        status: int,
        title: str | None = None,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(detail or title)
        self.status = status
        self.title = title or HTTPStatus(status).phrase
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members


def problem_response(problem: ProblemError) -> Response:
    """Write the problem as JSON, HTML or text, whichever the client likes best; never 406 for an error."""
    form = negotiate(request.headers.getlist("Accept"), _FORMS) or _FORMS[0]
    if form == "text/html":
        body = render_template("problem.html", problem=problem)
    elif form == "text/plain":
        body = f"{problem.status} {problem.title}\n\n{problem.detail}\n"
    else:
        document = {"title": problem.title, "status": problem.status, "detail": problem.detail, **problem.members}
        body = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    response = Response(body, status=problem.status, content_type=form)
    if form.startswith("text/"):
        response.content_type = form + "; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept, Accept-Encoding"
    response.headers.extend(problem.headers)
    return response


def register_errors(app: Flask) -> None:
    """Make every error of the application a problem document; an unforeseen one is logged and told without details."""

    @app.errorhandler(ProblemError)
    def on_problem(problem: ProblemError) -> Response:
        return problem_response(problem)

    @app.errorhandler(HTTPException)
    def on_http(error: HTTPException) -> BaseResponse:
        if isinstance(error, InternalServerError):
            return unforeseen(error.original_exception or error)
        if error.response is not None or error.code is None or error.code < 400:
            return error.get_response(request.environ)
        headers = {name: value for name, value in error.get_headers() if name not in ("Content-Type", "Content-Length")}
        return problem_response(ProblemError(error.code, error.name, error.description or "", headers))

    @app.errorhandler(Exception)
    def on_unforeseen(error: Exception) -> Response:
        return unforeseen(error)

    def unforeseen(error: BaseException) -> Response:
        _log.error("unforeseen error at %s", request.path, exc_info=error)
        detail = "The server failed on this request. The operator finds the reason in the log."
        return problem_response(ProblemError(500, "Internal Server Error", detail))
