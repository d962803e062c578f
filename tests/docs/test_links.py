"""The finished site is looked over: links that lead nowhere and things from the network."""

from pathlib import Path

from impl.show.pages.links import faults


def site(folder: Path, **pages: str) -> Path:
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text)
    return folder


def test_a_site_that_hangs_together_has_no_faults(tmp_path: Path) -> None:
    (tmp_path / "site.css").write_text("p { color: red }")
    index = '<link rel="stylesheet" href="site.css"><a href="other.html#here">x</a><a href="#top">y'
    pages = {"index": index + '<p id="top"><a href="https://example.org/">elsewhere</a>'}
    assert faults(site(tmp_path, **pages, other='<p id="here">')) == []


def test_links_that_lead_nowhere_are_named(tmp_path: Path) -> None:
    found = faults(site(tmp_path, index='<a href="gone.html">x</a><a href="index.html#gone">y</a>'))
    assert found == [
        "index.html: gone.html leads nowhere",
        "index.html: index.html#gone leads nowhere",
    ]


def test_nothing_may_come_over_the_network(tmp_path: Path) -> None:
    (tmp_path / "site.css").write_text("@font-face { src: url(https://fonts.example/x) }")
    pages = '<script src="https://cdn.example/x.js"></script><img src="//example.org/y.png">'
    assert len(faults(site(tmp_path, index=pages))) == 3


def test_what_only_names_another_page_loads_nothing(tmp_path: Path) -> None:
    text = '<link rel="canonical" href="https://example.org/">'
    assert faults(site(tmp_path, index=text)) == []
