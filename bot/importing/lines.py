"""Gives the blocks of a document their lines: headline, text, link, or why there is none."""

from __future__ import annotations

from bot.importing.document import Block, Kind, Lead
from bot.importing.draft import Line, Role
from bot.importing.furniture import is_prompt, is_sign_up
from bot.importing.leads import is_one_link, only_link
from bot.importing.openings import Opening, address_last
from bot.importing.shape import shaped
from bot.importing.words import begun, ends_sentence, plain


class Lines:
    """The lines so far; what a block becomes depends on whether a headline was seen."""

    def __init__(self, *, article: bool) -> None:
        self.article = article
        self.lines: list[Line] = []
        self.begun = False  # a headline was seen

    def lead(self, block: Block, lead: Lead) -> None:
        text = lead.text.rstrip(":：") if lead.alone else lead.text.rstrip(" :：–—-")
        said, written = ("", "") if lead.url else address_last(lead.rest)
        if not ends_sentence(said):
            said, written = lead.rest, ""  # where a sentence says that it is
        lost = tuple(url for url in lead.lost if url != written)
        # "<a>Ships sail</a> again after a year": the link is only the sentence's beginning, so the body says
        # it whole.
        goes_on = said[:1].islower() and not lead.by_whom and len(said.split()) >= 4
        rest = (
            block.text.removesuffix(lead.rest) + said
            if goes_on
            else " ".join(filter(None, [lead.label, said.lstrip(" :–—-,.;：，。、；")]))
        )
        self.headline(block, text=text, url=lead.url or written, lost=() if plain(rest) else lost)
        if plain(rest):
            self.body(block, rest, lost=lost)

    def sentence(self, block: Block) -> None:
        """Make a story of an item that begins with no link: its first sentence is the headline."""
        headline, rest = begun(block.text)
        url, lost = next(iter(block.addresses), ""), block.addresses[1:]
        self.headline(block, text=headline, url=url, lost=lost)
        if rest:
            self.body(block, rest)

    def opening(self, block: Block, said: Opening) -> None:
        """Make a story of what a block says; the body, if it has one, keeps its links."""
        url = said.url or next(iter(block.addresses), "")
        others = tuple(address for address in block.addresses if address != url)
        self.headline(block, text=said.headline, url=url, lost=() if said.rest else others)
        if said.rest:
            self.body(block, said.rest)

    def body(self, block: Block, text: str, *, lost: tuple[str, ...] = ()) -> None:
        """Add all or the end of a block that began a story."""
        nodes = shaped(block, text, begun=True)
        self.lines.append(
            Line(at=block.at, last=block.last, text=text, role=Role.BODY, lost=lost, nodes=nodes)
        )

    def headline(self, block: Block, *, text: str, url: str, lost: tuple[str, ...] = ()) -> None:
        self.begun = True
        self.lines.append(
            Line(at=block.at, last=block.last, text=text, role=Role.HEADLINE, url=url, lost=lost,
                 relative=block.relative)
        )  # fmt: skip

    def take(self, block: Block, role: Role) -> None:
        match block.kind:
            case Kind.OUTSIDE if not block.drop:
                self.add(block, Role.TITLE)
            case _ if block.drop:
                self.drop(block, block.drop)
            case Kind.CAPTION if self.begun:
                self.add(block, Role.CAPTION, url=block.url)
            case Kind.CAPTION:
                self.drop(block, "a lead picture's words; a digest has none")
            case Kind.TAGS:
                self.add(block, Role.TAG)
            case _ if (
                is_sign_up(block.text)
                and self.begun
                and (not ends_sentence(block.text) or role is Role.INTRO)
            ):
                self.drop(block, "sign-up box")
            case _ if url := only_link(block):
                self.add(block, Role.LINK, url=url)
            case Kind.PARAGRAPH if role is Role.BODY and not self.article and is_one_link(block):
                self.add(block, Role.LINK, url=block.addresses[0])
            case _ if is_prompt(block.text):
                self.drop(block, "points at a link that is not there")
            case _:
                self.add(block, role, lost=block.addresses)

    def outside_stories(self, block: Block) -> None:
        """Prose above the first story is the intro; between two it belongs to neither."""
        if self.begun and block.kind in {Kind.PARAGRAPH, Kind.ITEM}:
            self.drop(block, "between two stories, part of neither")
        else:
            self.take(block, Role.INTRO)

    def label(self, heading: Block | None, reason: str) -> None:
        if heading:
            self.drop(heading, reason)

    def drop(self, block: Block, reason: str) -> None:
        self.add(block, Role.DROPPED, reason=reason)

    def add(
        self, block: Block, role: Role, *, reason: str = "", url: str = "", lost: tuple[str, ...] = ()
    ) -> None:
        self.lines.append(
            Line(at=block.at, last=block.last, text=block.text, role=role, reason=reason, url=url,
                 lost=lost, tags=block.tags, nodes=shaped(block, block.text),
                 relative=() if role in {Role.DROPPED, Role.TITLE} else block.relative)
        )  # fmt: skip
