import json
from pathlib import Path

import pytest

from tokenflow.generate import generate


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        generate.main(arguments, "python -m generators")
    return stop.value.code, *capsys.readouterr()


SMALL = (
    "telemetry",
    "--users=3",
    "--sessions=20",
    "--days=12",
    "--end=2026-11-22",
    "--progress=none",
)


def test_generate_prints_what_it_wrote(capsys, output):
    status, out, err = run(capsys, *SMALL, "--output", str(output))

    assert status == 0
    assert "20 sessions, 3 people" in out
    assert f"wrote {output / 'telemetry_logs.jsonl'}" in out
    assert "contains cost_spike" in out
    assert err == ""
    assert {path.name for path in output.iterdir()} == {"telemetry_logs.jsonl", "employees.csv"}


def test_it_compresses_if_asked(capsys, output):
    status, _, _ = run(capsys, *SMALL, "--gzip", "--output", str(output))

    assert status == 0
    assert (output / "telemetry_logs.jsonl.gz").read_bytes()[:2] == b"\x1f\x8b"


def test_it_reports_to_another_program_in_json_lines(capsys, output):
    status, out, _ = run(capsys, *SMALL[:-1], "--progress=json", "--output", str(output))
    lines = [json.loads(line) for line in out.splitlines()]

    assert status == 0
    assert lines[0] == {"done": 20, "total": 20}
    assert lines[-1]["sessions"] == 20
    assert [Path(name).name for name in lines[-1]["files"]] == [
        "telemetry_logs.jsonl",
        "employees.csv",
    ]


def test_it_writes_the_saas_data_set(capsys, output):
    status, out, _ = run(
        capsys, "saas", "--users=5", "--requests=60", "--seed=1", "--output", str(output)
    )

    assert status == 0
    assert "60 requests" in out
    assert [path.name for path in output.iterdir()] == ["synthetic_saas_dataset.json"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("telemetry", "--users=0"), "users must be between 1 and 200,000, not 0"),
        (("telemetry", "--sessions=-5"), "sessions must be between 1"),
        (("telemetry", "--days=0"), "days must be between 1 and 1,830, not 0"),
        (("telemetry", "--days=many"), "Invalid value for '--days': 'many' is not a valid integer"),
        (("telemetry", "--end=22.11.2026"), "must look like 2026-11-22, not '22.11.2026'"),
        (("telemetry", "--end=1990-01-01"), "end must be between 2020-01-01"),
        (("saas", "--requests=0"), "requests must be between 1"),
        (("saas", "--users=-1"), "users must be between 1"),
        (("other",), "No such command 'other'"),
    ],
)
def test_a_wrong_argument_is_answered_in_one_line(capsys, output, arguments, message):
    status, out, err = run(capsys, *arguments, "--output", str(output))

    assert status == 2
    assert out == ""
    assert message in err
    assert err.count("\n") == 1
    assert not output.exists()


def test_a_missing_folder_argument_is_answered_in_one_line(capsys):
    status, _, err = run(capsys, "telemetry")

    assert status == 2
    assert "--output" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("kind", ["telemetry", "saas"])
def test_a_folder_that_cannot_be_written_is_named(capsys, tmp_path, kind):
    (tmp_path / "file").write_text("")

    status, _, err = run(capsys, kind, "--output", str(tmp_path / "file" / "below"))

    assert status == 2
    assert err == f"generators: cannot write to {tmp_path / 'file' / 'below'}: Not a directory\n"
