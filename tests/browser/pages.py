"""Names of the pages, and addresses with data of the demo store on each."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from tests.browser.servers import Server

NAMES = [
    "overview",
    "cost",
    "activity",
    "tools",
    "reliability",
    "sessions",
    "session",
    "people",
    "person",
    "saas",
    "data",
]

Paths = dict[str, str]


def paths_of(server: Server) -> Paths:
    """Return the address of each page; of the session and the person with most data."""
    sessions, people = answer(server, "session_list")["items"], answer(server, "user_list")
    session = max(sessions, key=lambda row: row["events"])["session_id"]
    person = max(people, key=lambda row: row["sessions"])["user_id"]
    special = {
        "overview": "/",
        "session": f"/session?id={session}",
        "person": f"/person?id={person}",
    }
    return {name: special.get(name, f"/{name}") for name in NAMES}


def answer(server: Server, question: str) -> Any:
    """Return the answer of the API to a question about the whole store."""
    with urllib.request.urlopen(f"{server.url}/api/v1/{question}", timeout=60) as body:
        return json.load(body)["result"]
