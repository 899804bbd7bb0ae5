"""What could not be run is named in the last lines; where everything must run, it fails the run."""

import os

import pytest

pytest_plugins = ("clients.pytest_engines",)

NOT_RUN = "NOT RUN"


def not_run(terminalreporter: pytest.TerminalReporter) -> list[str]:
    """Reasons of skipped tests that say NOT RUN, each once with the number of tests."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else ""
        if NOT_RUN in reason:
            text = reason[reason.index(NOT_RUN) :]
            reasons[text] = reasons.get(text, 0) + 1
    return [f"{text} ({count} tests)" for text, count in sorted(reasons.items())]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was not run, before the closing line."""
    for line in not_run(terminalreporter):
        terminalreporter.write_line(line)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that had to be whole and was not has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("P8_EVERYTHING_RUNS") and reporter and not_run(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
