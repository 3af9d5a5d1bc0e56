"""What was done without a question is on the timeline of its run, each time once."""

from agent.domain.approval import Scope
from agent.domain.events import EventName, ToolLetThrough
from tests.agent.fakes import Script
from tests.agent.services.agency import Agency


def used(run_id: str, tool: str = "Bash") -> ToolLetThrough:
    return ToolLetThrough(run_id, tool, Scope.SHELL, "The scope shell is approved for this session.")


async def told(agency: Agency, run_id: str) -> list[str]:
    async with agency.store.reading() as records:
        found = await records.timeline.of_run(run_id)
    return [each.facts["tool"] for each in found if each.event == EventName.TOOL_LET_THROUGH]


async def later(agency: Agency) -> None:
    """Past the next moment at which what was heard is written down."""
    for _ in range(2):
        agency.clock.advance(20)
        await agency.breathe()


async def started(agency: Agency) -> str:
    await agency.open()
    agency.runner.scripts.append(Script(hangs=True))
    run = await agency.ask()
    await agency.runs.start_ready()
    await agency.breathe()
    return run.id


async def test_each_note_is_told_once_while_the_run_is_at_work_and_when_it_ends() -> None:
    agency = Agency()
    run_id = await started(agency)
    noted = agency.let_through.noted.setdefault(run_id, [])
    noted.append(used(run_id))
    for _ in range(3):
        await later(agency)
    assert await told(agency, run_id) == ["Bash"]
    noted.append(used(run_id, "Write"))
    agency.runner.executions[0].finish()
    await agency.work.settle()
    assert await told(agency, run_id) == ["Bash", "Write"]
    assert agency.observer.names.count("tool.step.let_through") == 2


async def test_what_was_noted_before_a_crash_is_told_by_the_next_life_once() -> None:
    agency = Agency()
    run_id = await started(agency)
    agency.let_through.noted[run_id] = [used(run_id)]
    await later(agency)
    again = Agency(store=agency.store, clock=agency.clock, ids=agency.ids)
    again.let_through.noted[run_id] = [used(run_id), used(run_id)]
    await again.recovery.take_over()
    assert await told(again, run_id) == ["Bash", "Bash"]
    agency.runner.executions[0].finish()


async def test_what_the_disk_refused_is_told_when_it_takes_it() -> None:
    agency = Agency()
    run_id = await started(agency)
    agency.let_through.noted[run_id] = [used(run_id)]
    agency.disk.broken = True
    await later(agency)
    assert await told(agency, run_id) == []
    agency.disk.broken = False
    await later(agency)
    assert await told(agency, run_id) == ["Bash"]
    agency.runner.executions[0].finish()
    await agency.work.settle()
