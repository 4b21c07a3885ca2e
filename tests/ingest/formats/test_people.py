import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.files.source_file import SourceFile
from ingest.formats.people import documents, recognise

TABLE = "email,full_name,practice,level,location\nada@example.com,Ada Łe,Data,L5,Poland\n"
ADA = {
    "email": "ada@example.com",
    "name": "Ada Łe",
    "department": "Data",
    "level": "L5",
    "location": "Poland",
}


@pytest.fixture
def file(tmp_path):
    def written(content):
        path = tmp_path / "people.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return SourceFile(path, "people.csv")

    return written


def people(file):
    return [person for kind, person in documents(file) if kind == "person"]


def rejected(file):
    return [(reject.line, reject.reason) for kind, reject in documents(file) if kind == "reject"]


@pytest.mark.parametrize(
    "content",
    [
        TABLE,
        TABLE.replace("\n", "\r\n"),
        TABLE.replace(",", ";"),
        TABLE.replace(",", "\t"),
        "\ufeff" + TABLE,
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-be"),
        gzip.compress(TABLE.encode()),
        TABLE.rstrip("\n"),
        "E-Mail,Full Name,Department,Grade,Country\n" + TABLE.split("\n")[1],
        '"email","name","dept","level","office"\n"ADA@example.com "," Ada Łe","Data","L5","Poland"',
        TABLE + ",,,,\n\n",
        TABLE + TABLE.split("\n")[1],
    ],
)
def test_one_directory_is_read_from_whatever_a_spreadsheet_writes(file, content):
    assert recognise(file(content))
    assert people(file(content))[0] == ADA
    assert rejected(file(content)) == []


def test_old_windows_encodings_are_read(file):
    table = file("email,name\nzoe@example.com,Zoë\n".encode("cp1252"))
    assert people(table) == [{"email": "zoe@example.com", "name": "Zoë"}]


@pytest.mark.parametrize(
    "content",
    ["", "email\nada@example.com\n", "name,level\nAda,L5\n", '{"email": 1, "name": 2}\n', "a,b\n"],
)
def test_a_table_without_an_address_or_anything_about_the_person_is_none_of_ours(file, content):
    assert not recognise(file(content))


def test_a_character_cut_by_the_sample_does_not_change_the_encoding(file):
    table = file("email,name\n" + "x@example.com,Ł\n" * 10_000)
    assert recognise(table)


def test_roles_user_ids_and_unknown_columns_are_kept(file):
    table = file("email,job_title,user_id,Cost Center,blank\nada@example.com,Engineer,u-1,77,\n")
    assert people(table) == [
        {
            "email": "ada@example.com",
            "role": "Engineer",
            "user_id": "u-1",
            "extra": [{"k": "Cost Center", "v": "77"}],
        }
    ]


def test_bad_rows_are_rejected_with_their_line_and_the_others_are_read(file):
    table = file(
        "email,name\n"
        ",No Address\n"
        "not an address,X\n"
        "bob@example.com,Bob,surplus\n"
        "@example.com,X\n"
        "ada@example.com,Ada\n"
        "ADA@example.com,Another Name\n"
        '"eve@example.com","Eve,\nof two lines"\n'
    )
    assert [person["email"] for person in people(table)] == ["ada@example.com", "eve@example.com"]
    assert rejected(table) == [
        (2, "person without an e-mail address"),
        (3, "person without an e-mail address"),
        (4, "row with too many columns"),
        (5, "person without an e-mail address"),
        (7, "person listed twice"),
    ]


def test_a_short_row_is_read_as_far_as_it_goes(file):
    assert people(file("email,name,level\nada@example.com,Ada\n")) == [
        {"email": "ada@example.com", "name": "Ada"}
    ]


def test_a_damaged_file_is_rejected(file):
    cut = file(gzip.compress(TABLE.encode() * 100)[:-20])
    assert rejected(cut) == [(1, "compressed data ends early")]


def test_a_cell_beyond_all_measure_costs_its_row(file):
    table = file("email,name\nada@example.com," + "x" * 200_000 + "\nbob@example.com,Bob\n")
    assert [person["email"] for person in people(table)] == ["bob@example.com"]
    assert len(rejected(table)) == 1


@given(st.binary(max_size=300))
def test_whatever_the_bytes_nothing_raises(tmp_path, content):
    path = tmp_path / "people.csv"
    path.write_bytes(b"email,name\n" + content)
    list(documents(SourceFile(path, "people.csv")))
    path.write_bytes(content)
    recognise(SourceFile(path, "people.csv"))
