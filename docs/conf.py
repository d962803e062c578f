"""How the site is built: `make docs`.

Pages of prose are Markdown files here. Pages about a protocol, the commands and the dependencies
are generated first (`impl/show/pages`), and every command that a page shows is run.
"""

import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from impl.cli.commands import exitgame
from impl.ground.faults import BadInput
from impl.show.pages.evidence import NotAsExpected
from impl.show.pages.markdown import slug
from impl.show.pages.shown import play, shown_in
from impl.show.pages.site import REPORTS, write_pages
from impl.show.pages.store import ROOT, Store

project = "exitgame"
author = "the authors of exitgame"
extensions = ["myst_parser"]
exclude_patterns = ["examples", "assets", "**/README.md"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "exitgame"
html_static_path = ["assets"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
highlight_language = "text"
nitpicky = True
smartquotes = False  # would make a dash of the two in --json

HERE = Path(__file__).parent
GENERATED = HERE / "generated"
(GENERATED / REPORTS).mkdir(parents=True, exist_ok=True)
html_extra_path = [f"generated/{REPORTS}"]
STORE = Store(ROOT / "out" / "docs")


class Exitgame(SphinxDirective):
    """A command that is run, and what it printed.

    `shows` names lines that have to be in the output, with `...` between parts of a line.
    """

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {
        "exit": directives.nonnegative_int,
        "rulebook": directives.unchanged,
        "report": directives.unchanged,
        "lines": directives.nonnegative_int,
    }
    has_content = True

    def run(self) -> list[nodes.Node]:
        page = HERE / f"{self.env.docname}.md"
        ran = play(tuple(shown_in(page.read_text(encoding="utf-8"))), STORE)
        place = self.env.temp_data.get("exitgame", 0)
        self.env.temp_data["exitgame"] = place + 1
        said = ran[place]
        for wrong in said.wrong:
            self.state.document.reporter.warning(wrong, line=self.lineno)
        text = f"$ {said.typed}\n{said.text}"
        if "lines" in self.options:
            kept = text.splitlines()[: self.options["lines"]]
            text = "\n".join([*kept, "[...]"])
        return [nodes.literal_block(text, text, language="text", classes=["terminal"])]


def generate(app: Sphinx) -> None:
    """Write the generated pages before anything is read."""
    try:
        write_pages(GENERATED, STORE, exitgame)
    except (BadInput, NotAsExpected) as failure:
        raise SystemExit(f"docs: {failure}") from failure


ID = re.compile(r"[A-Z]{2}(-[A-Z0-9]+)+")


def link_ids(app: Sphinx, tree: nodes.document, page: str) -> None:
    """The id of a claim or a case leads to its evidence, wherever it stands."""
    labels = app.env.get_domain("std").anonlabels
    for literal in list(tree.findall(nodes.literal)):
        label = slug(literal.astext())
        if not ID.fullmatch(literal.astext()) or label not in labels:
            continue
        if isinstance(literal.parent, nodes.reference | nodes.title):
            continue
        target, anchor = labels[label]
        uri = f"{app.builder.get_relative_uri(page, target)}#{anchor}"
        literal.replace_self(nodes.reference("", "", literal.deepcopy(), internal=True, refuri=uri))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("exitgame", Exitgame)
    app.connect("builder-inited", generate)
    app.connect("doctree-resolved", link_ids)
    return {"parallel_read_safe": False}
