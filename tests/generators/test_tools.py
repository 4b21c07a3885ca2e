from generators.tools import TOOL_NAMES, TOOLS


def test_tools_are_named_once():
    assert len(set(TOOL_NAMES)) == len(TOOLS) == 16


def test_only_tools_that_change_something_need_permission():
    assert {tool.name for tool in TOOLS if tool.is_edit} == {"Edit", "Write", "NotebookEdit"}
    assert all(tool.is_asked for tool in TOOLS if tool.is_edit)
    assert not any(tool.is_asked for tool in TOOLS if tool.name in ("Read", "Grep", "Glob"))


def test_tools_seldom_fail():
    weight = sum(tool.weight for tool in TOOLS)
    mean = sum(tool.weight * tool.fails for tool in TOOLS) / weight

    assert 0.02 < mean < 0.04
