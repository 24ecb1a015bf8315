"""Time zones by name, and what somebody means who writes an abbreviation or an offset instead."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.core.nearest import mistyped
from bot.files.yamlfile import shown

# They load, but are the machine's own zone, a placeholder, or copies that count leap seconds.
NOT_ZONES = re.compile("Factory|localtime|(?:posix|right)/.*")
OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2})(?::?([0-5]\d))?")

# Abbreviations are no zones: several places share one, and half of them are a zone's summer only. By letters
# the nearest name to PST is EST, three hours from it.
_MEANT = """
PST PDT PT: America/Los_Angeles
MDT MT: America/Denver
CDT CT: America/Chicago
CST: America/Chicago Asia/Shanghai America/Havana
EDT ET: America/New_York
AKST AKDT: America/Anchorage
HDT: America/Adak
AST: America/Halifax Asia/Riyadh
ADT: America/Halifax
NST NDT: America/St_Johns
BRT: America/Sao_Paulo
ART: America/Argentina/Buenos_Aires
CLT CLST: America/Santiago
COT: America/Bogota
PET: America/Lima
BST: Europe/London Asia/Dhaka
WEST: Europe/Lisbon
CEST MEZ MESZ: Europe/Berlin
EEST: Europe/Athens
MSK: Europe/Moscow
TRT: Europe/Istanbul
IST: Asia/Kolkata Europe/Dublin Asia/Jerusalem
IDT: Asia/Jerusalem
GST: Asia/Dubai
PKT: Asia/Karachi
NPT: Asia/Kathmandu
ICT: Asia/Bangkok
WIB: Asia/Jakarta
SGT: Asia/Singapore
MYT: Asia/Kuala_Lumpur
HKT: Asia/Hong_Kong
PHT: Asia/Manila
JST: Asia/Tokyo
KST: Asia/Seoul
AWST: Australia/Perth
ACST ACDT: Australia/Adelaide
AEST AEDT: Australia/Sydney
NZST NZDT: Pacific/Auckland
WAT: Africa/Lagos
CAT: Africa/Maputo
EAT: Africa/Nairobi
SAST: Africa/Johannesburg
SST: Pacific/Pago_Pago Asia/Singapore
"""
MEANT = {
    short: tuple(places.split())
    for line in _MEANT.strip().splitlines()
    for shorts, _, places in [line.partition(":")]
    for short in shorts.split()
}
# Places that have no zone of their name: by letters Asia/Beijing is near to Asia/Beirut, five hours from it.
_SAME_CLOCKS = """
Asia/Shanghai: Beijing Peking Shenzhen Hangzhou Guangzhou Chengdu Nanjing Wuhan Xiamen Tianjin China
Asia/Kolkata: Mumbai Bombay Delhi New_Delhi Bangalore Bengaluru Chennai Hyderabad Pune India
Asia/Ho_Chi_Minh: Hanoi Vietnam
Asia/Tokyo: Osaka Kyoto Yokohama
Asia/Seoul: Busan Korea South_Korea
Asia/Dubai: Abu_Dhabi UAE
Asia/Jerusalem: Haifa
Europe/Berlin: Frankfurt Munich München Hamburg Cologne Köln Stuttgart Düsseldorf Germany Deutschland
Europe/Zurich: Geneva Genf Basel Bern Lausanne Zürich Switzerland
Europe/Vienna: Wien Graz Austria
Europe/Paris: Lyon Marseille Toulouse France
Europe/Madrid: Barcelona Sevilla Spain
Europe/Rome: Milan Milano Roma Turin Torino Naples Italy
Europe/London: Manchester Edinburgh Oxford England Britain UK
Europe/Amsterdam: Rotterdam The_Hague Eindhoven Netherlands
Europe/Moscow: Saint_Petersburg
America/New_York: Boston Washington Atlanta Miami Philadelphia
America/Chicago: Dallas Houston Austin Minneapolis
America/Los_Angeles: San_Francisco Seattle San_Diego Palo_Alto Las_Vegas California
America/Toronto: Ottawa
America/Sao_Paulo: Rio_de_Janeiro Brasilia
Africa/Johannesburg: Cape_Town Pretoria
UTC: Z Zulu
"""
CITIES = {
    city.casefold(): zone
    for line in _SAME_CLOCKS.strip().splitlines()
    for zone, _, places in [line.partition(":")]
    for city in places.split()
}
# A place with each offset, in minutes, for most of the year.
PLACES = {
    -600: "Pacific/Honolulu",
    -540: "America/Anchorage",
    -480: "America/Los_Angeles",
    -420: "America/Denver",
    -360: "America/Chicago",
    -300: "America/New_York",
    -240: "America/Halifax",
    -210: "America/St_Johns",
    -180: "America/Sao_Paulo",
    0: "Europe/London",
    60: "Europe/Berlin",
    120: "Europe/Athens",
    180: "Europe/Moscow",
    210: "Asia/Tehran",
    240: "Asia/Dubai",
    300: "Asia/Karachi",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    360: "Asia/Dhaka",
    420: "Asia/Bangkok",
    480: "Asia/Shanghai",
    540: "Asia/Tokyo",
    570: "Australia/Adelaide",
    600: "Australia/Sydney",
    720: "Pacific/Auckland",
}


def read_zone(text: str) -> ZoneInfo:
    """Read the name of a time zone."""
    names = _zone_names()
    if text not in names:
        meant = _abbreviated(text) or _by_offset(text) or _nearest(text, names)
        raise ValueError(f"{shown(text)} is no time zone{meant}")
    return ZoneInfo(text)


def _abbreviated(text: str) -> str:
    places = MEANT.get(text.upper(), ())
    if not places:
        return ""
    return f": it has no clock changes; write a place's, {' or '.join(f'`{place}`' for place in places)}"


def _by_offset(text: str) -> str:
    found = OFFSET.fullmatch(text.replace(" ", "").upper())
    if not found:
        return ""
    minutes = int(f"{found[1]}{int(found[2]) * 60 + int(found[3] or 0)}")
    place = f", such as `{PLACES.get(minutes, PLACES[0])}`"
    said = f": an offset has no clock changes; write a place's{place}"
    if minutes % 60 or not -12 <= minutes // 60 <= 14:
        return said
    # POSIX counts westwards: what everybody calls GMT+1 is Etc/GMT-1.
    fixed = f"Etc/GMT{-minutes // 60:+d}" if minutes else "Etc/UTC"
    return (
        f"{said}; `{fixed}` is the offset, with its sign turned round" if minutes else f"{said}, or `{fixed}`"
    )


def _nearest(text: str, names: frozenset[str]) -> str:
    written = "/".join("_".join(part.split()) for part in text.split("/"))
    city = written.rpartition("/")[2]
    cities = {name.rpartition("/")[2].casefold(): name for name in sorted(names)}
    # Only letters bring Europe near to Europe/Rome.
    region = any(name.startswith(f"{text}/") for name in names)
    if not region and (zone := CITIES.get(city.casefold()) or cities.get(city.casefold())):
        return f"; did you mean `{zone}`?"
    # As many slips of the hand as a question may have: by likeness Asia/Mumbai came near to Asia/Dubai.
    slips = (len(city) >= 4) + (len(city) >= 8)
    return mistyped(written, names, slips=slips) or "; write one such as Europe/London"


@cache
def _zone_names() -> frozenset[str]:
    # Cached: finding them looks through the system's folders, 10 ms each time.
    return frozenset(name for name in available_timezones() if not NOT_ZONES.fullmatch(name))
