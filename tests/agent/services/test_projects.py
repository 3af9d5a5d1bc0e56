"""Holds projects to being registered once, and to being forgotten only when they are surely gone."""

from agent.domain.session import Project
from agent.services.projects import Scanned
from tests.agent.makers import make_project
from tests.agent.services.agency import Agency


async def known(agency: Agency) -> list[Project]:
    async with agency.store.reading() as records:
        return list(await records.projects.all())


async def test_a_repository_is_registered_once() -> None:
    agency = Agency()
    assert await agency.projects.scan(by=7) == Scanned(1, registered=("app",))
    assert await agency.projects.scan(by=7) == Scanned(1)
    assert agency.observer.names == ["project.registered", "project.scanned", "project.scanned"]


async def test_a_repository_that_has_moved_keeps_the_day_of_its_registration() -> None:
    agency = Agency()
    await agency.projects.scan(by=7)
    (before,) = await known(agency)
    agency.clock.advance(60)
    agency.worktrees.projects = [make_project(path="/elsewhere", registered_at=agency.clock.now())]
    await agency.projects.scan(by=7)
    (after,) = await known(agency)
    assert (after.path, after.registered_at) == ("/elsewhere", before.registered_at)


async def test_a_project_that_is_gone_is_forgotten_unless_somebody_works_in_it() -> None:
    agency = Agency()
    await agency.open("S1")
    agency.worktrees.projects = [make_project(id="idle"), make_project(id="web")]
    await agency.projects.scan(by=7)
    agency.worktrees.projects = [make_project(id="web")]
    assert await agency.projects.scan(by=7) == Scanned(1, removed=("idle",), missing=("app",))
    assert [each.id for each in await known(agency)] == ["app", "web"]
    async with agency.store.reading() as records:
        assert (await records.audit.listing(1))[0].action == "project.removed"


async def test_an_empty_folder_is_taken_for_one_that_is_not_there() -> None:
    agency = Agency()
    await agency.projects.scan(by=7)
    agency.worktrees.projects = []
    assert await agency.projects.scan(by=7) == Scanned(0, missing=("app",))
    assert len(await known(agency)) == 1
