from collections import Counter, defaultdict

import numpy as np
import pytest

from generators import distributions as q
from generators.model_calls import starts_group, sum_before
from generators.releases import HAIKU, MODEL_IDS, MODEL_TIERS, OPUS, SONNET


def column(records, name):
    return np.array([int(record.attributes[name]) for record in records])


def quiet(log, event):
    """Records outside of the incidents."""
    spans = [(incident.start, incident.end) for incident in log.generated.incidents]
    return [r for r in log.of(event) if not any(start <= r.at < end for start, end in spans)]


def of_tier(records, tier):
    names = {name for name, kind in zip(MODEL_IDS, MODEL_TIERS, strict=True) if kind == tier}
    return [record for record in records if record.attributes["model"] in names]


def test_groups_start_where_the_number_changes():
    assert starts_group(np.array([0, 0, 2, 3, 3])).tolist() == [True, False, True, True, False]
    assert starts_group(np.array([], dtype=np.int64)).tolist() == []


def test_sums_restart_with_each_group():
    group = np.array([0, 0, 0, 1, 1])

    assert sum_before(np.array([1, 2, 3, 4, 5]), starts_group(group)).tolist() == [0, 1, 3, 0, 4]


@pytest.mark.parametrize("tier", [OPUS, SONNET, HAIKU])
def test_tokens_and_durations_fit_the_quantiles_of_their_tier(log, tier):
    requests = of_tier(quiet(log, "api_request"), tier)
    usual = [
        r
        for r in requests
        if r.attributes["query_source"] not in ("generate_session_title", "compact")
    ]
    for name, table in (
        ("output_tokens", q.OUTPUT_TOKENS),
        ("input_tokens", q.INPUT_TOKENS),
        ("duration_ms", q.REQUEST_MS),
    ):
        values = column(usual, name)
        assert np.percentile(values, 50) == pytest.approx(table[tier].p50, rel=0.08), name
        assert np.percentile(values, 90) == pytest.approx(table[tier].p90, rel=0.08), name


def test_prompt_lengths_fit_theirs(log):
    lengths = column(log.of("user_prompt"), "prompt_length")

    assert np.percentile(lengths, 50) == pytest.approx(q.PROMPT_CHARACTERS.p50, rel=0.08)
    assert np.percentile(lengths, 90) == pytest.approx(q.PROMPT_CHARACTERS.p90, rel=0.1)


def test_most_tokens_are_read_from_the_cache(log):
    requests = log.of("api_request")
    read, written = column(requests, "cache_read_tokens"), column(requests, "cache_creation_tokens")

    # Predecessor: 50,200 and 4,040 per request
    assert read.mean() == pytest.approx(50_200, rel=0.2)
    assert written.mean() == pytest.approx(4_040, rel=0.25)
    assert (column(requests, "input_tokens") > 0).all()
    assert (column(requests, "output_tokens") > 0).all()


def test_the_context_grows_by_what_was_written(log):
    main = defaultdict(list)
    for record in log.of("api_request"):
        if record.attributes["query_source"] == "repl_main_thread":
            main[record.session].append(record)
    followed = total = 0
    for records in main.values():
        read = column(records, "cache_read_tokens")
        written = column(records, "cache_creation_tokens")
        expected = read[:-1] + written[:-1]
        followed += (read[1:] == expected).sum()
        total += len(expected)

    # Not across compactions, lost caches, or in a session that found the system prompt cached
    assert followed / total > 0.85


def test_requests_say_which_part_of_the_client_asked(log):
    sources = Counter(record.attributes["query_source"] for record in log.of("api_request"))

    assert set(sources) == {
        "repl_main_thread",
        "agent:custom",
        "generate_session_title",
        "prompt_suggestion",
        "compact",
    }
    assert sources["repl_main_thread"] > 0.6 * sum(sources.values())
    assert sources["generate_session_title"] <= log.plan.sessions


def test_about_one_call_in_a_hundred_fails_half_of_them_without_a_status(log):
    errors = quiet(log, "api_error")
    codes = Counter(record.attributes["status_code"] for record in errors)

    assert len(errors) / len(quiet(log, "api_request")) == pytest.approx(0.012, abs=0.004)
    assert codes["undefined"] / len(errors) == pytest.approx(0.5, abs=0.12)
    assert codes["429"] > 0


def test_the_last_attempt_is_the_one_reported(log):
    for record in log.of("api_error"):
        retried = record.attributes["status_code"] in ("429", "529", "500")
        assert record.attributes["attempt"] == ("11" if retried else record.attributes["attempt"])
        assert 1 <= int(record.attributes["attempt"]) <= 11
