"""Holds the reading of profiles to one rule: everything that is wrong is told at once, with place and remedy."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.adapters.profiles import load
from agent.adapters.profiles.problems import schema
from agent.adapters.profiles.rules import OURS
from agent.domain.approval import Scope
from agent.domain.profile import Dialect, Profile
from agent.errors import SettingsError
from agent.settings import load as load_settings

LIMITS = load_settings({"RUN_IDLE_TIMEOUT_SEC": "77", "RUN_TIMEOUT_SEC": "88"}, sandbox=True).limits
EXAMPLE = Path(__file__).parents[4] / "docs" / "profiles.example.yaml"


def problems(folder: Path, text: str | bytes) -> tuple[str, ...]:
    path = folder / "profiles.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as caught:
        load(path, LIMITS)
    return caught.value.problems


def only(folder: Path, rest: str) -> str:
    (problem,) = problems(folder, f"profiles:\n  default: {{dialect: claude}}\n  x:\n    dialect: claude\n{rest}")
    return problem


def loaded(folder: Path, text: str) -> Profile:
    path = folder / "profiles.yaml"
    path.write_text(text)
    return load(path, LIMITS)["default"]


def test_the_example_is_a_good_file() -> None:
    profiles = load(EXAMPLE, LIMITS)

    assert profiles["default"].dialect is Dialect.CODEX
    assert profiles["careful"].tools_ask
    assert (profiles["release"].gate, profiles["release"].timeout_seconds) == (Scope.PUSH, 7200)
    assert (profiles["latest"].program, profiles["latest"].launcher) == ("npx", ("--yes", "@anthropic-ai/claude-code"))
    assert profiles["tests"].arguments == ("test", "ARGS={prompt}")


def test_the_example_leads_editors_to_the_schema() -> None:
    first = EXAMPLE.read_text().splitlines()[0]

    assert (EXAMPLE.parent / first.partition("$schema=")[2]).resolve().name == "schema.json"
    jsonschema.Draft202012Validator.check_schema(dict(schema()))


def test_the_schema_knows_every_key_of_a_profile_and_every_word() -> None:
    known = schema()["$defs"]["profile"]["properties"]

    assert set(known) == set(Profile.__dataclass_fields__) - {"name", "launcher"}
    assert known["dialect"]["enum"] == [each.value for each in Dialect]
    assert known["gate"]["enum"] == [each.value for each in Scope]


def test_patience_comes_from_the_settings_where_the_profile_has_none(tmp_path: Path) -> None:
    profile = loaded(tmp_path, "profiles: {default: {dialect: codex, timeout_seconds: 5}}")

    assert (profile.idle_seconds, profile.timeout_seconds) == (77, 5)
    assert profile.program == "codex"


def test_everything_that_is_wrong_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    text = (
        "profiles:\n"
        "  defalt:\n"
        "    dialect: codx\n"
        "    progam: x\n"
        "    idle_seconds: 0\n"
        "  Bad Name: {dialect: command}\n"
        "more: 1\n"
    )

    assert [problem.partition(";")[0] for problem in problems(tmp_path, text)] == [
        "profiles.yaml:1:1: profiles: 'default' is missing",
        "profiles.yaml:3:5: profiles.defalt.dialect: unknown word",
        "profiles.yaml:4:5: profiles.defalt.progam: unknown key",
        "profiles.yaml:5:5: profiles.defalt.idle_seconds: is out of range",
        "profiles.yaml:6:3: profiles.Bad Name: 'program' is missing",
        "profiles.yaml:6:3: profiles.Bad Name: is no name of a profile",
        "profiles.yaml:7:1: more: unknown key",
    ]


def test_a_slip_of_the_pen_gets_a_proposal(tmp_path: Path) -> None:
    assert only(tmp_path, "    tools_aks: true").endswith("unknown key; did you mean 'tools_ask'?")
    assert only(tmp_path, "    gate: psh").endswith("unknown word; did you mean 'push'?")


@pytest.mark.parametrize("dialect", ["codex", "command"])
def test_tools_ask_is_refused_where_the_cli_cannot(tmp_path: Path, dialect: str) -> None:
    text = f"profiles:\n  default: {{dialect: {dialect}, program: x, tools_ask: true}}"
    (problem,) = problems(tmp_path, text)

    assert "cannot ask per tool; use gate:" in problem


@pytest.mark.parametrize("option", ["--allowedTools", "--permission-mode=acceptEdits", "--settings", "--bare"])
def test_a_profile_that_asks_may_not_answer_itself(tmp_path: Path, option: str) -> None:
    problem = only(tmp_path, f"    tools_ask: true\n    arguments: [--verbose, {option}]")

    assert problem.startswith("profiles.yaml:6:28: profiles.x.arguments[1]: ")


def test_a_value_where_a_name_belongs_is_refused_and_not_repeated(tmp_path: Path) -> None:
    problem = only(tmp_path, "    environment: [OPENAI_API_KEY=hunter2hunter2]")

    assert problem.startswith("profiles.yaml:5:19: profiles.x.environment[0]: looks like a value; list only")
    assert "hunter2" not in problem


@given(secret=st.from_regex(r"[a-z0-9]{12,30}", fullmatch=True), key=st.sampled_from(["program", "gate", "dialect"]))
@settings(max_examples=30)
def test_no_value_is_ever_repeated(tmp_path_factory: pytest.TempPathFactory, secret: str, key: str) -> None:
    text = json.dumps({"profiles": {"default": {key: [secret, {}], "environment": [f"{secret} {secret}"]}}})

    assert secret not in "\n".join(problems(tmp_path_factory.getbasetemp(), text))


@pytest.mark.parametrize("variable", sorted(OURS))
def test_the_agents_own_secrets_are_not_for_clis(tmp_path: Path, variable: str) -> None:
    assert "is a secret of the agent itself" in only(tmp_path, f"    environment: [PATH, {variable}]")
    assert "is a secret of the agent itself" in only(tmp_path, f"    environment: [{variable}_FILE]")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "1:1: the file is empty"),
        ("profiles:\n  default: {dialect: codex}\n  default: {dialect: claude}", "3:3: 'default' stands here twice"),
        ("profiles: [a", "2:1: no YAML"),
        ("a: &a [x]\nb: [*a, *a]", "1:4: an anchor or alias"),
        ("a: !!python/object:os.system x", "1:4: a tag"),
        ("a: 1\n---\nb: 2", "2:1: a second document"),
        ("[" * 5000, "1:12: more than a file of profiles can hold"),
        ("- x\n" * 30_000, "20001:3: more than a file of profiles can hold"),
        ("? [a]\n: b", "1:3: a key that is no word"),
        (b"profiles:\n  x: \xff", "2:1: not UTF-8"),
        (b"#" * 1_000_001, "1:1: larger than a megabyte"),
        ("a: \x07", "1:1: no YAML"),
    ],
)
def test_what_cannot_be_read_is_one_problem(tmp_path: Path, text: str | bytes, what: str) -> None:
    (problem,) = problems(tmp_path, text)

    assert problem.startswith(f"profiles.yaml:{what}")
    assert ";" in problem


@pytest.mark.parametrize("text", ["5", "profiles: 5", "profiles: {default: 5}", "profiles: [default]", "profiles:"])
def test_another_shape_is_told_and_not_a_crash(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


def test_a_file_that_is_not_there_names_its_variable(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^PROFILES_FILE: .* cannot be read"):
        load(tmp_path / "none.yaml", LIMITS)


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_whatever_the_text_the_answer_is_profiles_or_problems(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    assert problems(tmp_path_factory.getbasetemp(), text)  # no text this short and random is a good file
