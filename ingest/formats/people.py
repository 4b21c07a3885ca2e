"""The directory of people: a CSV file with one row per employee.

Spreadsheets write such files in several encodings and with several separators; columns are found
by their names, and unknown columns are kept beside the known ones.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

from ingest.events.coerce import lower, text
from ingest.files.compression import DamagedError
from ingest.files.json_records import InvalidRecord, Reject
from ingest.files.source_file import SourceFile
from ingest.record_kinds import PERSON, REJECT, Document

NAME = "people"
DESCRIPTION = "a CSV directory of people with an e-mail column"

_LIMIT = 64 * 1024 * 1024
_EXTRA_LIMIT = 64
_COLUMNS = {
    "email": "email", "e-mail": "email", "mail": "email", "email_address": "email",
    "user_email": "email", "user.email": "email", "work_email": "email",
    "name": "name", "full_name": "name", "display_name": "name", "employee": "name",
    "department": "department", "practice": "department", "dept": "department",
    "role": "role", "job_title": "role", "title": "role", "position": "role", "job": "role",
    "level": "level", "grade": "level", "seniority": "level",
    "location": "location", "country": "location", "office": "location", "site": "location",
    "user_id": "user_id", "account_uuid": "user_id", "user.account_uuid": "user_id",
}  # fmt: skip


def recognise(file: SourceFile) -> bool:
    """Return whether a file is a table with an e-mail column and something about the person."""
    header, _, _ = _decoded(file.sample).partition("\n")
    known = {_field(cell) for cell in header.strip().split(_separator(header))}
    return "email" in known and len(known - {"email", None}) > 0


def documents(file: SourceFile) -> Iterator[Document]:
    """Read the table and yield its people; of two rows for one address the first counts."""
    try:
        table = _decoded(_content(file))
    except DamagedError as damage:
        yield REJECT, Reject(1, str(damage))
        return
    seen: dict[str, dict[str, Any]] = {}
    for line, cells in _rows(table):
        try:
            person = map_row(cells)
            if seen.setdefault(person["email"], person) != person:
                raise InvalidRecord("person listed twice")
        except InvalidRecord as rejection:
            yield REJECT, Reject(line, str(rejection))
        else:
            yield PERSON, person


def map_row(cells: dict[str | None, Any]) -> dict[str, Any]:
    """Map the cells of one row, by column, to a person.

    Raises
    ------
    InvalidRecord
        If the row has no e-mail address or more cells than the table has columns.
    """
    if None in cells:
        raise InvalidRecord("row with too many columns")
    person: dict[str, Any] = {}
    extra = []
    for column, cell in cells.items():
        if (value := text(cell)) is None:
            continue
        if (field := _field(column or "")) is None:
            extra.append({"k": (column or "").strip()[:64], "v": value})
        else:
            person.setdefault(field, value)
    person["email"] = _address(person.get("email"))
    if extra:
        person["extra"] = extra[:_EXTRA_LIMIT]
    return person


def _address(value: Any) -> str:
    address = lower(value) or ""
    name, at, domain = address.partition("@")
    if not (name and at and domain) or any(character.isspace() for character in address):
        raise InvalidRecord("person without an e-mail address")
    return address


def _content(file: SourceFile) -> bytes:
    content = b""
    for chunk in file.chunks():
        content += chunk
        if len(content) > _LIMIT:
            raise DamagedError("directory of people is too large")
    return content


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.end == len(content) and error.reason == "unexpected end of data":
            return content.decode("utf-8-sig", "ignore")  # a sample cut inside a character
        return content.decode("cp1252", "replace")


def _rows(table: str) -> Iterator[tuple[int, dict[str | None, Any]]]:
    header, _, _ = table.partition("\n")
    lines = list(io.StringIO(table.replace("\0", ""), newline=""))
    before = 1
    reader = csv.DictReader(lines, delimiter=_separator(header))
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell beyond the parser's limit
            cells = {}
        if not cells or any(cells.values()):
            is_torn = _is_torn(lines[before : reader.line_num])
            yield reader.line_num, {} if is_torn else cells
        before = reader.line_num


def _is_torn(lines: list[str]) -> bool:
    """Return whether a row runs on over other rows because a quotation mark is never closed."""
    return len(lines) > 1 and sum(line.count('"') for line in lines) % 2 == 1


def _separator(header: str) -> str:
    return max(",;\t", key=header.count)


def _field(column: str) -> str | None:
    return _COLUMNS.get(column.strip().strip('"').strip().lower().replace(" ", "_"))
