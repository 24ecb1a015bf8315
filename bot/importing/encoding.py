"""Turns bytes into text: as they are declared if that can be, as browsers take the labels, else as they look.

Nothing is guessed silently: what was recognised only by its looks, or looks garbled, is said.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from bot.core.errors import RoundupError
from bot.importing.ways import OR_NAME_IT

# What browsers take labels for: https://encoding.spec.whatwg.org/#names-and-labels
_LABELS = {
    **dict.fromkeys(["iso-8859-1", "latin1", "l1", "ascii", "us-ascii", "windows-1252", "cp1252"], "cp1252"),
    **dict.fromkeys(["gb2312", "gbk", "x-gbk", "gb-2312", "csgb2312", "gb18030", "chinese"], "gb18030"),
    **dict.fromkeys(
        ["shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "cp932"], "cp932"
    ),
    **dict.fromkeys(["big5", "big5-hkscs", "x-x-big5", "cn-big5"], "big5hkscs"),
    **dict.fromkeys(["euc-kr", "ks_c_5601-1987", "ksc5601", "korean", "windows-949", "cp949"], "cp949"),
    **dict.fromkeys(["euc-jp", "x-euc-jp"], "euc_jp"),
    **dict.fromkeys(["iso-8859-9", "latin5", "windows-1254"], "cp1254"),
    **dict.fromkeys(["iso-8859-11", "tis-620", "windows-874"], "cp874"),
    **dict.fromkeys(["utf8", "utf-8", "unicode-1-1-utf-8", "x-unicode20utf8"], "utf-8-sig"),
    **dict.fromkeys(["utf-16", "utf-16le", "unicode", "ucs-2"], "utf-16-le"),
    "utf-16be": "utf-16-be",
    "iso-2022-jp": "iso2022_jp",
    **{f"iso-8859-{n}": f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"windows-125{n}": f"cp125{n}" for n in (0, 1, 3, 5, 6, 7, 8)},
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "macintosh": "mac_roman",
}
# What undeclared text is told apart by; nothing else is seen in roundups.
_GUESSED = (
    *("gb18030", "big5", "cp932", "euc_jp", "cp949", "euc_kr"),
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "koi8_r", "iso8859_2", "iso8859_15"),
)
_DECLARED = (
    re.compile(rb"<\?xml[^>]{0,200}encoding=[\"']([\w.:-]+)", re.IGNORECASE),
    re.compile(rb"<meta[^>]{0,300}charset=[\"']?\s*([\w.:-]+)", re.IGNORECASE),
)
_SAMPLE = 60_000
# One byte a letter, and the same bytes: told apart by whose letters they all are.
_LATIN = ("cp1252", "cp1250", "iso8859_2", "cp1254")
_ALPHABETS = {
    "cp1252": ("àâæçéèêëïîôùûüÿœñ", "áéíñóúü", "áâãàçéêíóôõú", "àèéìíîòóùú", "äöüßé", "æøåéäö"),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž"),
    "cp1254": ("çğıöşüâîû",),
}
_ALPHABETS["iso8859_2"] = _ALPHABETS["cp1250"]
# UTF-8 that somebody once read as Windows' Latin or as Chinese, and what takes the place of lost signs.
_GARBLED = re.compile(
    r"[ÃÂ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u00bf™œ“”¢¦˜]|[ÐÑ][\u0080-\u00bf‚ƒ„…†‡][ÐÑ]"
    r"|[åäæçèé][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¸¹º»¼½¾]{2}|锟斤拷|烫烫烫|\ufffd"
    r"|[鈥銆鍦][\u4e00-\u9fff]?[鈥銆鍦]|[\u00c0-\u00ff]{6,}"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and what should be said of how it was read."""

    text: str
    warning: str = ""


def decoded(raw: bytes, *, declared: str = "", override: str = "", html: bool = True) -> Decoded:
    """Return the text of *raw*. *override* is what an editor says it is; *declared* what came with it."""
    if override:
        return Decoded(raw.decode(_codec(override, strict=True), "replace"))
    if marked := _marked(raw):
        return Decoded(raw.decode(marked, "replace"))
    said = declared or (_declared_inside(raw) if html else "")
    codec = _codec(said) if said else ""
    # What is valid UTF-8 beyond ASCII is hardly ever anything else, whatever is declared.
    if codec != "iso2022_jp" and (text := _strictly(raw, "utf-8")) is not None and not _is_japanese_mail(raw):
        return Decoded(text)
    if _is_japanese_mail(raw) and (text := _strictly(raw, "iso2022_jp_2")) is not None:
        return Decoded(text)
    if codec and (text := _strictly(raw, codec)) is not None and not garbled(text):
        return Decoded(text)
    return _by_its_looks(raw, said)


def _by_its_looks(raw: bytes, said: str) -> Decoded:
    best = _guessed(raw)
    if best:
        why = f"says it is {said}, and is not" if said else "does not say its encoding"
        return Decoded(
            raw.decode(best, "replace"),
            f"it {why}: it was read as {best}; if it looks wrong, save it as UTF-8{OR_NAME_IT}",
        )
    # Not Latin-1: what is called so on the web is Windows' own, with its curly quotes and dashes.
    text = raw.decode(_codec(said) or "utf-8", "replace") if said else raw.decode("cp1252", "replace")
    return Decoded(text)


def _guessed(raw: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = raw[:_SAMPLE]
    found = from_bytes(sample, cp_isolation=list(_GUESSED), threshold=0.3, explain=False).best()
    codec = found.encoding if found else ""
    # Half a sign may stand at the sample's end, and nowhere else.
    codec = {"big5": "big5hkscs", "euc_kr": "cp949", "iso8859_15": "cp1252"}.get(codec, codec)
    if codec in _LATIN:
        codec = max(_LATIN, key=lambda one: _suits(sample, one))
    return codec if codec and _strictly(raw, codec) is not None else ""


def _suits(sample: bytes, codec: str) -> float:
    """Return which share of what is not ASCII one language writes, if *codec* is the right one."""
    text = sample.decode(codec, "replace").lower()
    written = [c for c in text if not c.isascii() and (c.isalpha() or c in "¹³¿ˇ˘�")]
    return max(sum(c in alphabet for c in written) for alphabet in _ALPHABETS[codec]) / max(1, len(written))


def _marked(raw: bytes) -> str:
    for mark, codec in ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return codec
    sample = raw[:2000]
    if sample.count(0) > len(sample) / 5:  # every second byte of Latin text
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    return ""


def _declared_inside(raw: bytes) -> str:
    found = next((m for pattern in _DECLARED if (m := pattern.search(raw[:4000]))), None)
    return found[1].decode("ascii", "replace") if found else ""


def _codec(label: str, *, strict: bool = False) -> str:
    """Return the codec that browsers take *label* for, "" if for none."""
    label = label.strip(" \"'").lower()
    if known := _LABELS.get(label):
        return known
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        info = None
    # Python calls other things codecs, too: base64, rot13, idna.
    if info is not None and getattr(info, "_is_text_encoding", False) and info.name not in _NO_ENCODINGS:
        return info.name
    if strict:
        raise RoundupError(
            f"--encoding {label}: no such encoding; try utf-8, gb18030, shift_jis or windows-1252"
        )
    return ""


_NO_ENCODINGS = {
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "mbcs",
    "oem",
    "utf-7",
}


def _is_japanese_mail(raw: bytes) -> bool:
    return b"\x1b$B" in raw or b"\x1b$@" in raw


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, LookupError):
        return None


def garbled(text: str) -> str:
    """Return what in *text* looks as if it had been read in a wrong encoding, or nothing."""
    if text.isascii():
        return ""
    found = _GARBLED.search(text[:200_000])
    return found[0] if found else ""


def without_declaration(text: str) -> str:
    """Return XML without the encoding it says it has."""
    return re.sub(r"\A\s*<\?xml[^>]*\?>", "", text)


def charset_of(content_type: str) -> str:
    """Return the charset that a Content-Type names."""
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    return found[1] if found else ""
