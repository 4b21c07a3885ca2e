"""The agent's tools: how often each is used, how long it runs, how often it fails.

===========  ==========================================================================
number       source
===========  ==========================================================================
weight       824 decisions of one run of the predecessor's generator (40 sessions)
p50, p90     the same run for Bash, Edit, Write, Read, Grep, Glob and mcp_tool;
             estimates for the others, which were rare or implausible there (a web
             search of six minutes). Task is capped at half an hour
fails        3.0 % of 16,191 results in the predecessor's default run, spread like its
             failures by tool; WebFetch by estimate
error_type   ``Error:ENOENT`` and ``ShellError`` as the client's documentation has them,
             the others in their manner
result size  estimate: p50 3 kB, p90 24 kB, at most 50 kB as in the predecessor's data
===========  ==========================================================================
"""

from dataclasses import dataclass

from generators.distributions import Lognormal


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool of the agent."""

    name: str
    weight: float
    duration_ms: Lognormal
    fails: float
    error_type: str
    is_asked: bool = False
    is_edit: bool = False


TOOLS = (
    Tool("Bash", 243, Lognormal(5_744, 11_365), 0.050, "ShellError", is_asked=True),
    Tool("Read", 225, Lognormal(36, 73), 0.023, "Error:ENOENT"),
    Tool("Edit", 117, Lognormal(1_868, 3_995), 0.015, "Error:NoMatch", is_asked=True, is_edit=True),
    Tool("Grep", 69, Lognormal(460, 1_060), 0.014, "Error:InvalidPattern"),
    Tool("Glob", 39, Lognormal(732, 1_387), 0.010, "Error:ENOENT"),
    Tool("mcp_tool", 28, Lognormal(2_930, 4_886), 0.030, "McpError", is_asked=True),
    Tool("TodoWrite", 21, Lognormal(10, 24), 0.002, "Error:InvalidInput"),
    Tool("Task", 21, Lognormal(150_000, 600_000), 0.010, "AgentError"),
    Tool("Write", 20, Lognormal(302, 601), 0.010, "Error:EACCES", is_asked=True, is_edit=True),
    Tool("TaskUpdate", 12, Lognormal(2, 5), 0.020, "Error:InvalidInput"),
    Tool("TaskCreate", 12, Lognormal(2, 5), 0.002, "Error:InvalidInput"),
    Tool("WebSearch", 5, Lognormal(6_000, 14_000), 0.020, "Error:ETIMEDOUT"),
    Tool("ToolSearch", 4, Lognormal(3, 9), 0.002, "Error:InvalidInput"),
    Tool("AskUserQuestion", 4, Lognormal(20_000, 90_000), 0.020, "AbortError"),
    Tool("WebFetch", 3, Lognormal(2_500, 8_000), 0.120, "Error:ETIMEDOUT", is_asked=True),
    Tool("NotebookEdit", 1, Lognormal(40, 120), 0.010, "Error:EACCES", is_asked=True, is_edit=True),
)
TOOL_NAMES = tuple(tool.name for tool in TOOLS)

LONGEST_RUN_MS = 1_800_000
RESULT_BYTES = Lognormal(3_000, 24_000)
MOST_RESULT_BYTES = 50_000
INPUT_BYTES = Lognormal(220, 1_400)
