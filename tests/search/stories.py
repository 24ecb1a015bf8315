"""Eighteen stories in the style of a weekly roundup, with the names that tokenizers trip over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.core.search.answer import Document
from bot.search.engine import SearchEngine

TODAY = date(2020, 6, 20)

COMPANIES = {
    "Fliggy": ("飞猪", "Feizhu", "Alitrip"),
    "Ant Group": ("Ant Financial", "蚂蚁金服"),
    "Freshippo": ("Hema", "盒马", "盒马鲜生"),
    "Louis Vuitton": ("LV",),
    "H&M": ("Hennes & Mauritz",),
}

_STORIES = {
    "fliggy": (
        "Fliggy Fills Hotels for Labor Day",
        "The travel platform Fliggy handed out coupons for trains and hotels. Bookings for the Labor Day "
        "holiday doubled. Small inns took out loans to reopen.",
        ["Fliggy"],
        ["Travel"],
    ),
    "mybank": (
        "MYbank Lends to More SMEs",
        "The online lender MYbank extended interest-free loans to 20 million SMEs, and its annual report "
        "promised more of them.",
        ["MYbank"],
        ["Finance"],
    ),
    "ant": (
        "Ant Group Opens a Blockchain Lab",
        "Ant Group hired fifty researchers in Hangzhou. Its first product tracks rice.",
        ["Ant Group"],
        ["Finance"],
    ),
    "ant-old": (
        "Insurance Is Sold by the Minute",
        "Drivers can insure single trips. The idea came from an intern at Ant Financial in 2018.",
        [],
        ["Finance"],
    ),
    "hema": (
        "Hema Delivers Lobsters in Thirty Minutes",
        "The supermarket chain Hema opened its two-hundredth store and hired waiters of closed inns.",
        [],
        ["Retail"],
    ),
    "vmware": (
        "Alibaba Cloud and VMware Move Machines Together",
        "Alibaba Cloud partnered with VMware so that companies move their machines without changing them.",
        ["Alibaba Cloud", "VMware"],
        ["Cloud"],
    ),
    "cloud": (
        "Alibaba Cloud Opens a Region in Jakarta",
        "A third data center in Indonesia serves banks and games.",
        ["Alibaba Cloud"],
        ["Cloud"],
    ),
    "luohan": (
        "Luohan Academy Streams a Nobel Lecture",
        "Economists of the Luohan Academy discussed small firms in a livestream.",
        ["Luohan Academy"],
        ["Research"],
    ),
    "618": (
        "Brands Prepare for the 6.18 Festival",
        "Two thousand brands plan discounts for 6.18, the mid-year sale.",
        ["Tmall"],
        ["E-Commerce"],
    ),
    "1111": (
        "Looking Back at 11.11",
        "Parcels of 11.11, known as 双11 at home, were sorted by robots.",
        ["Cainiao"],
        ["Logistics"],
    ),
    "coupons": (
        "Shoppers Get RMB10 Billion in Coupons",
        "The two-week festival hands out RMB10 billion in subsidies.",
        ["Taobao"],
        ["E-Commerce"],
    ),
    "turnover": (
        "Singles Spend RMB698.2 Billion in a Year",
        "Turnover reached RMB698.2 billion across all platforms.",
        ["Tmall"],
        ["E-Commerce"],
    ),
    "loreal": (
        "L’Oréal Broadcasts from the Laboratory",
        "The beauty maker L’Oréal let chemists sell lipstick live.",
        ["L’Oréal"],
        ["Beauty"],
    ),
    "watches": (
        "Watches & Wonders Goes Online with Net-a-Porter",
        "Richemont brought its fair to the screen: Cartier, IWC and Panerai showed timepieces, and "
        "Net-a-Porter sold them.",
        ["Richemont", "Net-a-Porter"],
        ["Luxury"],
    ),
    "luxury": (
        "Louis Vuitton and Hermès Reopen in Wuhan",
        "Queues formed before Louis Vuitton. Cartier and Hermès followed a day later.",
        ["Louis Vuitton", "Hermès"],
        ["Luxury"],
    ),
    "arket": (
        "H&M’s Arket Opens a Flagship Online",
        "The Nordic label Arket comes to China. Hennes & Mauritz has sold there since 2007.",
        ["H&M", "Arket"],
        ["Fashion"],
    ),
    "music": (
        "NetEase and Ele.me Sponsor a Concert",
        "NetEase streams it, Ele.me brings the food. The gap narrows between stage and sofa.",
        ["NetEase", "Ele.me"],
        ["Entertainment"],
    ),
    "gap": (
        "Gap Closes Half of Its Stores",
        "The American retailer Gap will sell through partners, it said.",
        ["Gap"],
        ["Fashion"],
    ),
}


def stories() -> tuple[Document, ...]:
    """Return them, a day apart."""
    return tuple(
        Document(
            id=id_,
            headline=headline,
            body=body,
            companies=tuple(companies),
            tags=tuple(tags),
            date=date(2020, 5, 1) + timedelta(days=place),
        )
        for place, (id_, (headline, body, companies, tags)) in enumerate(_STORIES.items())
    )


@contextmanager
def engine_over(
    texts: Mapping[str, tuple[str, str, Sequence[str]]], companies: Mapping[str, Sequence[str]], index: Path
) -> Iterator[SearchEngine]:
    """Search these stories, by ID headline, body and companies; the last one is the newest."""
    documents = [
        Document(id=id_, headline=headline, body=body, companies=tuple(of), date=TODAY + timedelta(days=n))
        for n, (id_, (headline, body, of)) in enumerate(texts.items(), -len(texts))
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(index))
        with SearchEngine.over(documents, companies, today=lambda: TODAY) as engine:
            yield engine
