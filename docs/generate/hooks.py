"""Called by MkDocs: adds the reference pages to the site and their lists to the index pages."""

import re
from pathlib import Path
from typing import Any

import pages
import pictures
from mkdocs.structure.files import File

KINDS = {"rules": pages.RULES, "wrappers": pages.WRAPPERS, "schedules": pages.SCHEDULES, "problems": pages.PROBLEMS}
DRAW = {"rules": pictures.rule, "wrappers": lambda cls: None, "schedules": pictures.schedule, "problems": pictures.problem}
COPIED = {"contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}


def on_config(config: Any) -> Any:
    """Enter every rule, schedule and problem below its index page in the navigation."""
    for entry in config.nav:
        for title, target in entry.items():
            kind = str(target).removesuffix("/index.md")
            if kind in KINDS:
                entry[title] = [target, *({name: f"{kind}/{name}.md"} for name in KINDS[kind])]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Make the reference pages, their pictures and the pages that stand in the repository's root."""
    for kind, registry in KINDS.items():
        for name in registry:
            picture = DRAW[kind](registry[name])
            if picture:
                files.append(File.generated(config, f"{kind}/{name}.svg", content=picture.svg))
            files.append(File.generated(config, f"{kind}/{name}.md", content=pages.page(registry[name], picture)))
    root = Path(config.config_file_path).parent
    for target, source in COPIED.items():
        text = (root / source).read_text(encoding="utf-8")
        files.append(File.generated(config, target, content=re.sub(r"\]\(docs/", "](", text)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Leave out what code blocks tell the tests; the line `<!-- list -->` of an index page becomes the list of its kind."""
    markdown = re.sub(r"^(```\w+) .+$", r"\1", markdown, flags=re.MULTILINE)
    kind = page.file.src_uri.removesuffix("/index.md")
    return markdown.replace("<!-- list -->", pages.listing(KINDS[kind])) if kind in KINDS else markdown
