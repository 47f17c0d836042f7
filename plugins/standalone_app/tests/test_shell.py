from importlib.resources import files

import pytest
from syndicator_standalone_app import shell
from syndicator_standalone_app.store import Folder

VIEWER = files("syndicator_standalone_app") / "viewer"


@pytest.fixture
def store(tmp_path):
    return Folder(tmp_path)


@pytest.mark.skipif(not (VIEWER / shell.ENTRANCE).is_file(), reason="there is no viewer to bring")
def test_the_viewer_is_brought_once_and_again_when_it_changed(store):
    shell.bring_viewer(store)
    assert store.read(shell.ENTRANCE) == (VIEWER / shell.ENTRANCE).read_bytes()
    store.write(shell.ENTRANCE, b"changed by hand")
    shell.bring_viewer(store)
    assert store.read(shell.ENTRANCE) == b"changed by hand"
    store.write(shell.RECORD, b"of an older version")
    shell.bring_viewer(store)
    assert store.read(shell.ENTRANCE) == (VIEWER / shell.ENTRANCE).read_bytes()
