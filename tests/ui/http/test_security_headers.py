from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.http.security_headers import HEADERS, SecurityHeaders


def own_policy(_request):
    return PlainTextResponse("x", headers={"Content-Security-Policy": "default-src 'none'"})


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/", lambda _request: PlainTextResponse("x")), Route("/own", own_policy)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)]))


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("path", ["/", "/missing"])
def test_every_answer_has_every_header(client, name, path):
    assert client.get(path).headers[name] == HEADERS[name]


def test_an_answer_may_be_stricter(client):
    headers = client.get("/own").headers
    assert headers.get_list("content-security-policy") == ["default-src 'none'"]


def test_policy_allows_no_other_origin(client):
    policy = client.get("/").headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
