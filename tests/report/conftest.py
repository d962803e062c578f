"""A real browser, and what it complained of.

Where none is installed the tests of pages are skipped, and say how to get one.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import define, field
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW = "no Chromium here: the pages are NOT TESTED in a browser; to install one: make browser"


def found() -> str | None:
    """Where a Chromium is installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    where = found()
    if where is None:
        pytest.skip(HOW)
    # Its sandbox does not work for root, who is the only user of many containers.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=where, args=arguments)
        yield chromium
        chromium.close()


@define
class Reader:
    """Somebody who reads a page: the page, and what went wrong on it."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(factory=list)
    requests: list[str] = field(factory=list)

    def resize(self, width: int) -> None:
        """Have a window of another width, once the page knows of it."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.wait_for_function("width => innerWidth === width", arg=width)

    def open(self, file: Path, place: str = "") -> Page:
        """Open a page from disk."""
        self.page.goto(file.resolve().as_uri() + place)
        return self.page


@pytest.fixture
def reads(browser: Browser) -> Iterator:
    """Opens readers; at the end nobody may have met an error or asked the network for anything."""
    readers: list[Reader] = []

    def start(**wanted: object) -> Reader:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **wanted})
        context.set_default_timeout(30_000)
        reader = Reader(context, context.new_page())
        reader.page.on("console", lambda said: reader.complaints.append(f"console: {said.text}"))
        reader.page.on("pageerror", lambda error: reader.complaints.append(f"error: {error}"))
        reader.page.on("request", lambda request: reader.requests.append(request.url))
        readers.append(reader)
        return reader

    yield start
    for reader in readers:
        reader.context.close()
    for reader in readers:
        assert reader.complaints == []
        assert all(url.startswith(("file:", "data:")) for url in reader.requests), reader.requests
        assert not any(url.endswith((".js", ".css", ".ico")) for url in reader.requests)
