import pytest

from ingest.events.languages import language_of, language_of_input


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/src/app.py", "Python"),
        ("C:\\work\\App.TSX", "TypeScript"),
        ("README.md", "Markdown"),
        ("Dockerfile", "Dockerfile"),
        ("archive.tar", None),
        ("LICENSE", None),
        ("py", None),
        ("", None),
    ],
)
def test_language_is_derived_from_the_file_name(path, language):
    assert language_of(path) == language


@pytest.mark.parametrize(
    ("tool_input", "language"),
    [
        ('{"file_path": "/src/app.rs", "old_string": "x"}', "Rust"),
        ('{"notebook_path":"a.ipynb"}', "Jupyter Notebook"),
        ('{"file_path": "/src/app.go", "content": "pack', "Go"),
        ('{"command": "ls"}', None),
        ("", None),
    ],
)
def test_language_is_derived_from_tool_input_even_when_cut(tool_input, language):
    assert language_of_input(tool_input) == language
