import pytest

from ingest.events.attribution import Attributed, person_fields
from ingest.formats import people
from ingest.formats.transcripts import files
from tests.ingest.transcript_lines import prompt, write


@pytest.mark.parametrize(
    ("user", "fields"),
    [
        (" Ada@Example.com ", {"user_id": "ada@example.com", "email": "ada@example.com"}),
        ("8A2F-account", {"user_id": "8A2F-account"}),
    ],
)
def test_a_person_is_named_by_address_or_by_id(user, fields):
    assert person_fields(user) == fields


def test_transcripts_get_the_person_and_keep_the_rest(tmp_path):
    file = write(tmp_path, prompt(), {"type": "mode"})
    source = Attributed(files, "ada@example.com")
    assert source.recognise(file)
    assert source.NAME == "transcript"
    (_, event), skipped = source.documents(file)
    assert (event["user_id"], event["event_type"]) == ("ada@example.com", "user_prompt")
    assert skipped == ("skipped", "line of type mode")


def test_a_directory_of_people_is_left_alone(tmp_path):
    file = write(tmp_path, "email,name\ngrace@example.com,Grace\n", name="people.csv")
    plain = list(people.documents(file))
    assert list(Attributed(people, "ada@example.com").documents(file)) == plain
