"""The page of a race, read back: its tags, texts and addresses."""

from html.parser import HTMLParser

from fake import Asked

from descend import report

SMALL = Asked(rules=("sgd", "adam", "my-rule"), rates=(0.01, 0.1), evaluation=3, tuning=2, steps=40)
DRAWN = {"curves": b"picture one", "sensitivity": b"picture two"}  # where words are tested, not the drawing
EMPTY = {"meta", "link", "img", "br", "hr"}


class Page(HTMLParser):
    """The tags, the texts by tag and every address of a page; fails where tags do not nest."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.addresses, self.texts = [], [], [], {}
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.addresses += [value for name, value in attrs if name in {"src", "href", "srcset", "action", "data", "poster"}]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and data.strip():
            self.texts.setdefault(self.open[-1], []).append(data.strip())


def parse(race, drawn=None):
    """The page of a race, with made-up pictures unless given."""
    return Page(report.html(race, drawn or DRAWN))
