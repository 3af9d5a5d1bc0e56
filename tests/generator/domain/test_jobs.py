"""Holds the scrape jobs to what the spec reads and watches."""

from generator.domain.jobs import scrape_jobs
from generator.spec import load_text
from tests.generator.specs import changed, real, small


def test_the_jobs_of_metrics_and_of_watched_targets_are_scraped() -> None:
    text = changed("{down: {job: shop}}", "{down: {job: warehouse}}").replace(
        "help: Visits.}", "help: Visits., job: counter-at-the-door}"
    )
    text = text.replace("    job: shop\n", "    job: shop\n    jobs: [warehouse]\n")

    assert scrape_jobs(small()) == ("shop",)
    assert scrape_jobs(load_text(text)) == ("counter-at-the-door", "shop", "warehouse")


def test_a_job_that_pushes_is_not_scraped() -> None:
    found = scrape_jobs(real())

    assert "jangar/jangar" not in found
    assert "televibe-orchestrator" in found
    assert list(found) == sorted(set(found))
