"""Tiles on Grafana's grid: rows of full lines, 24 columns wide, nothing overlapping."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import GridPos, Panel

COLUMNS = 24
ROW_IDS = 1000
"""Rows are numbered from here, far above the panels of the domain."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A panel and the room it wants.

    Attributes:
        width: in columns.
        height: in grid units of 38 pixels.
        grows: whether it takes what is left of its line.
    """

    panel: Builder[Panel]
    width: int
    height: int
    grows: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A titled row and the lines of tiles beneath it."""

    title: str
    lines: Sequence[Sequence[Tile]]


def place(board: Dashboard, sections: Iterable[Section]) -> None:
    """Put all sections on the dashboard, one under the other."""
    y = 0
    for number, section in enumerate(sections):
        row = Row(section.title).id(ROW_IDS + number).collapsed(False)
        board.with_row(row.grid_pos(GridPos(h=1, w=COLUMNS, x=0, y=y)))
        y += 1
        for line in section.lines:
            y = _place_line(board, line, y)


def _place_line(board: Dashboard, line: Sequence[Tile], y: int) -> int:
    height, x = max(tile.height for tile in line), 0
    for tile, width in zip(line, _widths(line), strict=True):
        tile.panel.build().grid_pos = GridPos(h=height, w=width, x=x, y=y)
        board.with_panel(tile.panel)
        x += width
    return y + height


def _widths(line: Sequence[Tile]) -> list[int]:
    """The tiles' widths, with what is left of the line shared among those that grow."""
    growing = [index for index, tile in enumerate(line) if tile.grows] or list(range(len(line)))
    share, rest = divmod(COLUMNS - sum(tile.width for tile in line), len(growing))
    extra = {index: share + (place < rest) for place, index in enumerate(growing)}
    return [tile.width + extra.get(index, 0) for index, tile in enumerate(line)]


def lines(tiles: Sequence[Tile]) -> Iterator[list[Tile]]:
    """The tiles in reading order on as few lines as they need, about equally full."""
    total = sum(tile.width for tile in tiles)
    count = -(-total // COLUMNS)
    line: list[Tile] = []
    room, done, number = COLUMNS, 0, 1
    for tile in tiles:
        if tile.width > room or done * count >= total * number:
            yield line
            line, room, number = [], COLUMNS, number + 1
        line.append(tile)
        room -= tile.width
        done += tile.width
    if line:
        yield line
