"""Programming languages by file extension, named as Claude Code's own metric names them."""

import re
from pathlib import PurePosixPath

_EXTENSIONS = {
    "Assembly": "asm s", "C": "c h", "C#": "cs", "C++": "cc cpp cxx hh hpp hxx", "CSS": "css",
    "Clojure": "clj cljc cljs edn", "Dart": "dart", "Elixir": "ex exs", "Erlang": "erl hrl",
    "F#": "fs fsi fsx", "Go": "go", "GraphQL": "gql graphql", "Groovy": "gradle groovy",
    "HCL": "hcl tf tfvars", "HTML": "htm html", "Haskell": "hs", "INI": "cfg ini properties",
    "JSON": "json json5 jsonc jsonl", "Java": "java", "JavaScript": "cjs js jsx mjs",
    "Julia": "jl", "Jupyter Notebook": "ipynb", "Kotlin": "kt kts", "LaTeX": "tex", "Less": "less",
    "Lua": "lua", "Markdown": "markdown md mdx", "Nix": "nix", "OCaml": "ml mli",
    "Objective-C": "m mm", "PHP": "php", "Perl": "pl pm", "PowerShell": "ps1 psm1",
    "Protocol Buffers": "proto", "Python": "py pyi", "R": "r", "Ruby": "erb rake rb",
    "Rust": "rs", "SCSS": "sass scss", "SQL": "sql", "Scala": "sbt scala",
    "Shell": "bash fish sh zsh", "Svelte": "svelte", "Swift": "swift", "TOML": "toml",
    "Text": "txt", "TypeScript": "cts mts ts tsx", "Vue": "vue", "XML": "xml xsd xsl",
    "YAML": "yaml yml", "Zig": "zig",
}  # fmt: skip
_NAMES = {"dockerfile": "Dockerfile", "makefile": "Makefile", "cmakelists.txt": "CMake"}
_LANGUAGES = {
    extension: language
    for language, extensions in _EXTENSIONS.items()
    for extension in extensions.split()
}
_PATH = re.compile(r'"(?:file|notebook)_path"\s*:\s*"((?:[^"\\]++|\\.)*+)"')


def language_of(path: str) -> str | None:
    """Return the language of a file by its name; None where that is unknown."""
    name = PurePosixPath(path.replace("\\", "/")).name.lower()
    return _NAMES.get(name) or _LANGUAGES.get(name.rpartition(".")[2] if "." in name else "")


def language_of_input(tool_input: str) -> str | None:
    """Return the language of the file in the JSON input of a tool, also a cut one."""
    path = _PATH.search(tool_input)
    return language_of(path[1]) if path else None
