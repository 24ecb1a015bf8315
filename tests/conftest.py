"""What holds for all tests: one seed, which tests depend on the time, and databases.

Who takes *database_url* runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
from collections.abc import Generator, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from uvicorn.protocols.websockets import wsproto_impl
from xdist.workermanage import NodeManager

import tests.clock.sitecustomize  # noqa: F401 - sets the clock before anything of ours asks for the time
from bot.practice.workspace import Workspace
from tests.delivery.world import START
from tests.missing import missing
from tests.postgres import PostgresServer, binaries
from tests.shell_words import shell_words, told_in
from tests.store.memory import MemoryStore
from tests.store.whole import Store, open_store
from tests.waiting import PATIENCE

# Every run looks at new examples, on CI too. A busy machine is no fault: nothing is timed.
settings.register_profile(
    "anew",
    derandomize=False,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("anew")

# On a disk every commit of a test waits until it has been written; what is tested is the same in memory.
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder there that is its user's alone
ROOM = 2**30  # bytes; the folder of a test that passed is gone after it
ROOM_FOR_DATABASES = 4 * ROOM  # there are about 300, of 7 MB each, until the end

# xdist kills a worker that takes longer to end, and with it all the lines it has counted: by itself after ten
# seconds, of which others that end at the same time leave it little.
NodeManager.EXIT_TIMEOUT = PATIENCE

# Their rooms read no clock, see tests/test_clock.py. All else may depend on the day, the hour and the zone.
TIMELESS = ("core", "files", "importing")


@pytest.hookimpl(tryfirst=True)  # before pytest-randomly and hypothesis look at their options
def pytest_configure(config: pytest.Config) -> None:
    """Draw one number for the order of the tests, what they draw by chance, and hypothesis' examples.

    And keep their folders in memory, where it has room.
    """
    if _has_room(MEMORY, ROOM):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    seed = config.getoption("randomly_seed", None)  # None: somebody does without the plugin
    if seed == "default":
        config.option.randomly_seed = seed = random.SystemRandom().getrandbits(32)
    if isinstance(seed, int) and config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(seed)


def _has_room(folder: Path, size: int) -> bool:
    """Tell whether tests can keep there what they make, programs too: so many bytes."""
    if not os.access(folder, os.W_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(folder).free >= size


def pytest_xdist_auto_num_workers() -> int:
    """Run three tests a core at a time: most wait for a process, a server or a second to pass."""
    return 3 * (os.cpu_count() or 1)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    seed = config.getoption("randomly_seed", None)
    if exitstatus and seed is not None:
        clock = "".join(f"{name}={os.environ[name]} " for name in ("TESTS_NOW", "TZ") if name in os.environ)
        again = f"PYTEST_ADDOPTS=--randomly-seed={seed}"
        terminalreporter.write_line(f"The same order and examples again: {clock}{again} make test")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage neither among what is being collected nor, later, among what was: it stays anyway."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


# pytest-randomly has shuffled them by then, and what "-m" does not want is still to be left out.
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    for item in items:
        timeless = item.get_closest_marker("virtual") or item.path.relative_to(tests).parts[0] in TIMELESS
        if not timeless:
            item.add_marker("clock")
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("again")
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    items[:] = long_first(items, workers)


def long_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Begin with those that take minutes, each by another worker: begun last, all would wait for one.

    Each worker is given as many tests as any other, in this order, before they take from each other.
    """
    long = [item for item in items if item.get_closest_marker("long")]
    rest = [item for item in items if not item.get_closest_marker("long")]
    size, order = len(items) / workers, []
    for worker in range(workers):
        mine = long[worker::workers]
        here = round((worker + 1) * size) - round(worker * size) - len(mine)
        order += [*mine, *rest[:here]]
        del rest[:here]
    return order


@pytest.fixture(autouse=True)
def uncounted(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let coverage look away from what goes over the same lines again and again."""
    counting = Coverage.current() if request.node.get_closest_marker("again") else None
    if counting:
        counting.stop()
    yield
    if counting:
        counting.start()


@pytest.fixture(scope="session", autouse=True)
def dice_of_its_own() -> Iterator[None]:
    """Let uvicorn's pings draw from a generator that nobody else uses.

    A practice workspace that lives on while other tests run pings in its thread every 20 seconds. Drawn
    from Python's common generator, that looks to hypothesis as if the strategy under way used `random`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wsproto_impl, "random", Random())  # noqa: S311 - of a ping
        yield


@pytest.fixture(scope="session", autouse=True)
def shown_in_slack() -> Iterator[list[str]]:
    """Listen to all that any practice workspace shows of the bot."""
    shown: list[str] = []
    changed = Workspace.changed

    def heard(workspace: Workspace, change: dict[str, Any]) -> None:
        shown.extend(told_in(change))
        changed(workspace, change)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workspace, "changed", heard)
        yield shown


@pytest.fixture(autouse=True)
def nobody_in_slack_is_sent_to_a_shell(shown_in_slack: list[str]) -> Iterator[None]:
    """Hold every sentence that a test makes the bot say to that."""
    yield
    said, shown_in_slack[:] = shell_words(shown_in_slack), []
    assert said == []


@pytest.fixture(autouse=True)
def index_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep index files out of the user's own cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "roundup"


@pytest.fixture(scope="session", autouse=True)
def patient_workspace() -> Iterator[None]:
    """Let nobody see "operation_timeout" because the machine is busy; Slack waits three seconds.

    Nor may the bot give up waiting for what its answer to that shows.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.practice.handover.ACK_TIMEOUT", PATIENCE)
        patch.setattr("bot.practice.socket.ACK_TIMEOUT", PATIENCE)
        patch.setattr("bot.slack.screens.UNTIL_COVERED", (0.05, 0.1, 0.2, 0.4, *[0.8] * PATIENCE))
        yield


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for Slack's pace no longer than a test needs that is not about it."""
    monkeypatch.setattr("bot.delivery.limits.CHANNEL", timedelta(milliseconds=5))
    monkeypatch.setattr("bot.delivery.lookout.EACH", timedelta(seconds=1))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    programs = binaries()
    if programs is None:
        missing("PostgreSQL's server programs are not installed (apt-get install postgresql)")
    with PostgresServer(programs, MEMORY if _has_room(MEMORY, ROOM_FOR_DATABASES) else None) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/roundup.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The real ones, and the one the simulation uses: the same contract."""
    if request.param == "memory":
        yield MemoryStore(lambda: START)
        return
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/roundup.db"
    else:
        url = request.getfixturevalue("postgres").database()
    opened = open_store(url)
    yield opened
    opened.close()
