"""What a rich_text block is made of."""

from __future__ import annotations

from bot.practice.rules.checks import (
    Check,
    anything,
    boolean,
    items,
    number,
    one_of,
    shape,
    string,
    typed,
    url,
)

# None is documented: all the blocks of a message hold less, and so does a view.
LONGEST = 250_000
_STYLE = anything
_RICH: dict[str, Check] = {
    "text": shape({"text": string(LONGEST)}, style=_STYLE),
    "link": shape({"url": url}, text=string(LONGEST, least=0), unsafe=boolean, style=_STYLE),
    "emoji": shape({"name": string(255)}, unicode=string(255), skin_tone=anything, style=_STYLE, url=url),
    "user": shape({"user_id": string(255)}, style=_STYLE),
    "usergroup": shape({"usergroup_id": string(255)}, style=_STYLE),
    "channel": shape({"channel_id": string(255)}, style=_STYLE),
    "team": shape({"team_id": string(255)}, style=_STYLE),
    "broadcast": shape({"range": one_of("here", "channel", "everyone")}, style=_STYLE),
    "color": shape({"value": string(255)}, style=_STYLE),
    "date": shape(
        {"timestamp": number(0, 9_999_999_999), "format": string(255)},
        url=url,
        fallback=string(255),
        style=_STYLE,
    ),
}
_RICH_RUN = items(typed(_RICH), most=10_000, least=0)
_RICH_SECTION = shape({"elements": _RICH_RUN})
RICH_PARTS: dict[str, Check] = {
    "rich_text_section": _RICH_SECTION,
    "rich_text_list": shape(
        {
            "style": one_of("bullet", "ordered"),
            "elements": items(typed({"rich_text_section": _RICH_SECTION}), most=1000),
        },
        indent=number(0, 8),
        offset=number(0, 100_000),
        border=number(0, 1),
    ),
    "rich_text_preformatted": shape({"elements": _RICH_RUN}, border=number(0, 1), language=string(255)),
    "rich_text_quote": shape({"elements": _RICH_RUN}, border=number(0, 1)),
}
RICH_TEXT = shape({"elements": items(typed(RICH_PARTS), most=1000)}, block_id=string(255))
