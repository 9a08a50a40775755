"""What is shipped to run the server says what the server has: the settings file, the help, the unit, the image."""

from __future__ import annotations

import configparser
import re
from dataclasses import fields

import pytest
from conftest import ROOT

from mapper.cli import main
from publisher.settings import Settings, as_toml, load_settings

DEPLOY = ROOT / "deploy"
NAMES = [item.name for item in fields(Settings)]


def test_the_settings_file_holds_every_setting_at_its_default():
    """After a change of the settings: print as_toml() into the file."""
    assert (DEPLOY / "communique.toml").read_text(encoding="utf-8") == as_toml()
    assert load_settings(file=DEPLOY / "communique.toml", environ={}) == Settings()


def test_help_names_every_setting_and_its_default(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert re.findall(r"^  ([a-z_]+) = ", told, re.MULTILINE) == NAMES
    assert max(map(len, told.splitlines())) <= 120


def test_the_guide_names_every_setting_that_limits():
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    limits = {name for name in NAMES if re.search("deadline|memory|bytes|nesting|queue|per_|connections|timeout", name)}
    assert {name for name in limits if f"`{name}`" not in guide} == set()


def test_the_unit_runs_a_command_that_there_is_with_a_file_that_is_shipped():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "communique.service", encoding="utf-8")
    service = unit["Service"]
    command = service["ExecStart"].split()[1:]
    assert command == ["serve", "--release", "/var/lib/communique/releases/current", "--config",
                       "/etc/communique/communique.toml"]  # fmt: skip
    # It ends by itself after the deadline; the manager must not be quicker.
    assert int(service["TimeoutStopSec"]) > Settings().deadline + 2
    assert (service["DynamicUser"], service["ProtectSystem"]) == ("yes", "strict")


def test_the_image_copies_what_there_is():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = [line.split()[1:-1] for line in text.splitlines() if re.match(r"COPY (?!--from)", line)]
    assert copied
    assert [name for names in copied for name in names if not (ROOT / name).exists()] == []
    assert text.index("USER ") < text.index("ENTRYPOINT ")
