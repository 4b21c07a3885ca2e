"""The table of sources."""

from __future__ import annotations

from store.events.sources import (
    DELETABLE,
    SOURCES,
    TELEMETRY_RANK,
    can_repeat,
    source_label,
    source_rank,
)


def test_telemetry_outranks_transcripts_and_these_the_earlier_system():
    assert source_rank("otlp") > source_rank("transcript") > source_rank("legacy")


def test_only_transcripts_can_repeat_other_events():
    assert [name for name in SOURCES if can_repeat(name)] == ["transcript"]


def test_unknown_source_ranks_as_telemetry_under_its_own_name():
    assert source_rank("unheard-of") == TELEMETRY_RANK
    assert not can_repeat("unheard-of")
    assert source_label("unheard-of") == "unheard-of"


def test_every_source_has_a_label_and_can_be_deleted():
    assert set(DELETABLE) == {*SOURCES, "saas"}
    labels = [source_label(name) for name in DELETABLE]
    assert len({*labels}) == len(labels)
    assert not {*labels} & {*DELETABLE}
