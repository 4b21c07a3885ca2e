import pytest

from ingest.files.source_file import SourceFile
from ingest.sources import SOURCES, recognise
from tests.ingest.batches import batch, jsonl, log_event, message
from tests.ingest.otlp_bodies import api_request, json_logs

EXAMPLES = {
    "cloudwatch": jsonl(batch(log_event(message()))),
    "collector": json_logs(api_request()),
    "transcript": b'{"type":"user","sessionId":"s","message":{"role":"user","content":"x"}}\n',
    "legacy": b"event_id,session_id,user_id,role,project_type,event_type,timestamp\n",
    "people": b"email,name\nada@example.com,Ada\n",
}


@pytest.fixture
def file(tmp_path):
    def written(content):
        path = tmp_path / "file"
        path.write_bytes(content)
        return SourceFile(path, "file")

    return written


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_is_recognised_by_one_source_alone(file, name):
    example = file(EXAMPLES[name])
    assert [source.NAME for source in SOURCES if source.recognise(example)] == [name]
    assert name == recognise(example).NAME


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b"[]", b"\x00\xff" * 100, b'{"a": 1}\n'])
def test_what_no_source_knows_is_recognised_by_none(file, content):
    assert recognise(file(content)) is None


def test_sources_have_names_and_descriptions_of_their_own():
    assert len({source.NAME for source in SOURCES}) == len(SOURCES)
    assert all(source.DESCRIPTION for source in SOURCES)
