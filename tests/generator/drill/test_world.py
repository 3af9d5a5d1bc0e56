"""The stand-in world: complete, healthy until breached, healthy again afterwards."""

from collections.abc import Iterable, Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from generator.domain.metric import MetricType
from generator.domain.service import Service
from generator.domain.signal import Series
from generator.drill.exporter.world import World
from generator.drill.subject import burning, subjects
from generator.errors import TocsinError

NOW = 1_700_000_000.0

Key = tuple[str, frozenset[tuple[str, str]]]
Shown = dict[Key, float]


def shown(world: World, now: float, jobs: Iterable[str] = ()) -> Shown:
    """Every sample of these jobs, or of all, as far as they answer."""
    texts = (world.text(job, now) for job in jobs or world.jobs if not world.is_away(job))
    return {key: value for text in texts for key, value in samples(text)}


def lines(world: World) -> Iterator[str]:
    """Everything that all jobs expose a little later."""
    return (line for job in world.jobs for line in world.text(job, NOW + 9).splitlines())


def samples(text: str) -> Iterator[tuple[Key, float]]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield (sample.name, frozenset(sample.labels.items())), sample.value


def test_every_metric_of_the_catalogue_is_exposed_with_its_type_and_help(service: Service) -> None:
    world = World(service, NOW)
    lines = {line for job in world.jobs for line in world.text(job, NOW).splitlines()}

    for metric in (metric for system in service.systems for metric in system.metrics):
        assert f"# TYPE {metric.name} {metric.type}" in lines
        assert any(line.startswith(f"# HELP {metric.name} ") for line in lines)


def test_no_label_leaves_the_catalogue(service: Service) -> None:
    world = World(service, NOW)
    metrics = {metric.name: metric for system in service.systems for metric in system.metrics}
    for name, labels in shown(world, NOW):
        metric = next(metrics[base] for base in (name, name.rpartition("_")[0]) if base in metrics)
        known = {label.name: label for label in metric.labels}
        for label, value in labels:
            assert label == "le" or (label in known and (known[label].is_open or value in known[label].values))


def test_gauges_stand_at_their_healthy_value(ours: Service) -> None:
    values = shown(World(ours, NOW), NOW)
    for metric in (metric for system in ours.systems for metric in system.metrics):
        if metric.type is MetricType.GAUGE and metric.healthy is not None and not metric.is_timestamp:
            assert {value for (name, _), value in values.items() if name == metric.name} == {float(metric.healthy)}


def test_a_moment_that_is_judged_by_its_age_stays_as_old_as_it_is(ours: Service) -> None:
    world = World(ours, NOW)
    key: Key = ("codex_bot_backup_last_success_timestamp", frozenset())

    ages = {at - shown(world, at)[key] for at in (NOW, NOW + 1_000.0)}

    assert ages == {7_200 / 60}


def test_a_moment_at_which_something_started_does_not_move(ours: Service) -> None:
    world = World(ours, NOW)
    key: Key = ("codex_bot_start_timestamp", frozenset())

    assert shown(world, NOW)[key] == shown(world, NOW + 1_000)[key]


def test_every_breach_shows(service: Service) -> None:
    healthy = World(service, NOW)
    for subject in (*subjects(service), *burning(service)):
        breached = World(service, NOW)
        breached.breach(subject.name, NOW + 10)
        before, after = ([each.text(job, NOW + 20) for job in subject.jobs] for each in (healthy, breached))
        assert before != after or breached.is_away(subject.breach.outage), subject.name


def test_a_breach_touches_nothing_but_its_own_series(service: Service) -> None:
    before = set(lines(World(service, NOW)))
    for subject in subjects(service):
        if subject.breach.outage:
            continue
        breached = World(service, NOW)
        breached.breach(subject.name, NOW)
        changed = before ^ set(lines(breached))
        read = {selector.metric.name for selector in subject.reads}
        assert changed
        assert all(any(metric in line for metric in read) for line in changed), subject.name


def test_gauges_are_healthy_again_after_every_breach(service: Service) -> None:
    gauges = {m.name for system in service.systems for m in system.metrics if m.type is MetricType.GAUGE}
    healthy, world = World(service, NOW), World(service, NOW)
    for subject in subjects(service):
        world.breach(subject.name, NOW + 1)
        world.heal(subject.name, NOW + 2)
    before = {key: value for key, value in shown(healthy, NOW + 2).items() if key[0] in gauges}
    after = {key: value for key, value in shown(world, NOW + 2).items() if key[0] in gauges}
    growing = {key for key in before if shown(healthy, NOW + 100)[key] != before[key]}

    assert {k: v for k, v in after.items() if k in before and k not in growing} == {
        k: v for k, v in before.items() if k not in growing
    }


def test_a_target_that_is_down_is_away_and_comes_back_with_counters_at_zero(ours: Service) -> None:
    world, key = World(ours, NOW), ("openagents_laravel_khala_token_mint_total", frozenset({("result", "ok")}))
    before = shown(world, NOW + 100)[key]
    world.breach("OpenAgentsLaravelDown", NOW + 100)
    away = world.is_away("openagents-laravel")
    world.heal("OpenAgentsLaravelDown", NOW + 110)

    assert (away, world.is_away("openagents-laravel")) == (True, False)
    assert before > 0
    assert shown(world, NOW + 110)[key] == 0


def test_a_withdrawn_metric_is_gone_while_the_job_goes_on(ours: Service) -> None:
    world = World(ours, NOW)
    world.breach("CodexKafkaLagUnmeasured", NOW)

    names = {name for name, _ in shown(world, NOW)}

    assert "kafka_consumergroup_lag_sum" not in names
    assert "kafka_consumergroup_members" in names


def test_what_something_real_holds_stands_alone_after_it_was_taken_over(ours: Service) -> None:
    world, labels = World(ours, NOW), {"stream_name": "agent-comms", "is_stream_leader": "true", "server_name": "drill"}
    world.take("jetstream_stream_last_seq")
    world.hold(Series("jetstream_stream_last_seq", labels), 42.0, NOW)

    found = {key: value for key, value in shown(world, NOW).items() if key[0] == "jetstream_stream_last_seq"}

    assert found == {("jetstream_stream_last_seq", frozenset(labels.items())): 42.0}


def test_slow_observations_are_in_the_count_and_not_in_the_bucket_of_good_ones(ours: Service) -> None:
    world, name, labels = World(ours, NOW), "codex_bot_run_duration_seconds", {("status", "completed")}
    before = shown(world, NOW)
    world.breach("CodexBotRunLatencyBudgetBurn", NOW)
    after = shown(world, NOW + 10)
    good: Key = (f"{name}_bucket", frozenset({*labels, ("le", "45")}))
    count: Key = (f"{name}_count", frozenset(labels))

    assert after[good] - before[good] < (after[count] - before[count]) / 100


@pytest.mark.parametrize("act", ["breach", "heal"])
def test_an_alert_that_nobody_knows_is_one_clear_error(ours: Service, act: str) -> None:
    with pytest.raises(TocsinError, match="there is no alert 'Nobody'"):
        getattr(World(ours, NOW), act)("Nobody", NOW)


def test_a_metric_that_nobody_knows_is_one_clear_error(ours: Service) -> None:
    with pytest.raises(TocsinError, match="nobody_total is not in the catalogue"):
        World(ours, NOW).hold(Series("nobody_total", {}), 1.0, NOW)


def test_breaching_twice_and_healing_twice_is_the_same_as_once(ours: Service) -> None:
    world = World(ours, NOW)
    for _ in range(2):
        world.breach("HighP95Latency", NOW)
    breached = world.breached
    for _ in range(2):
        world.heal("HighP95Latency", NOW)

    assert (breached, world.breached) == (("HighP95Latency",), ())
