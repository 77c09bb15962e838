from pathlib import Path

import pytest

from aksnetpol.deploy import local_config
from aksnetpol.project import Project, read_mapping

_PLAIN = "# why\nconfig:\n  shop:a: 1\n"
_SALT = "encryptionsalt: v1:abc=:v1:def\n"


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        pytest.param(_PLAIN, _PLAIN, id="plain"),
        pytest.param(_PLAIN + _SALT, _PLAIN, id="salt-at-the-end"),
        pytest.param(_SALT + "secretsprovider: passphrase\n" + _PLAIN, _PLAIN, id="at-the-start"),
        pytest.param(
            _PLAIN + "  shop:p:\n    secure: v1:x\n" + _SALT,
            _PLAIN + "  shop:p:\n    secure: v1:x\n" + _SALT,
            id="encrypted-values-keep-their-salt",
        ),
    ],
)
@pytest.mark.parametrize(
    ("place", "suffix"),
    [pytest.param("", ".yaml", id="beside"), pytest.param("stacks", ".yml", id="elsewhere")],
)
def test_the_copy_has_the_settings_without_the_secrets_provider(
    tmp_path: Path, text: str, copied: str, place: str, suffix: str
) -> None:
    project = Project(tmp_path / "shop", "shop", place, suffix)
    project.stack_folder.mkdir(parents=True)
    project.stack_file("dev").write_text(text)
    path = local_config.write(tmp_path / "home", project, "dev")
    assert path.read_text() == copied
    assert project.stack_file("dev").read_text() == text
    assert path.name == "Pulumi.dev.yaml"
    assert read_mapping(path.parent / "Pulumi.yaml")["name"] == "shop"
