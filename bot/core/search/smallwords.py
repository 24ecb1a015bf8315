"""Words that hold a question together and carry none of its sense, in the languages our readers write."""

from __future__ import annotations

import re
from collections.abc import Collection

# What questions are made of. Such a word never decides an answer; in a name it counts: MY bank, The Gap.
_STOP_WORDS = """
a about after again all also am an and any anybody anyone anything are around as at back be
because been before being between both but by came can come could did do does doing done during
each else even ever every few find for from gave get gets give go goes going gone got had happen
happened happening happens has have having he hear heard hello her here hers hey hi him his how
i if in into is isn it its just know last late lately latest let like look looking made make
many may me might month more most much must my new newest news next no not now of off ok on one
only or other our out over own please read recent recently said same saw say saying says see
seen she should show since so some somebody someone something still stories story such tell than
thank thanks that the their them then there these they thing things this those through to today
together told too toward under until up update updates us use very want was we week weekly weeks
well were what when where whether which while who whom whose why will with would year years
yesterday yet you your yours announce announced announcement announces digest roundup article
articles don didn doesn isn wasn aren ain re ve ll
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# The same in other languages. Stories may have them all the same, as names or as words of another sense (hat,
# die, son), so they are looked for like others; but a story without them lacks nothing.
_FUNCTION_WORDS = """
der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine von vom zu zum zur im
ins mit ohne bei beim nach aus auf fur uber unter vor durch gegen um seit bis wie wer wo wann warum wieso
welche welcher welches hat haben hatte ist sind war waren wird werden wurde wurden kann gibt gab es sie er ich
wir ihr mir uns uber sich auch noch schon nur neues neue neuen neuer neuigkeiten nachrichten meldungen
angekundigt gesagt gemacht bitte zeig zeige letzte letzten letzter woche monat heute gestern
le la les un une de du des et ou mais ne pas que qui quoi quel quelle quels quelles est sont etait ont avait a
au aux en dans sur sous pour par avec sans chez ce cet cette ces il elle ils elles nous vous je on se sa son
ses leur leurs plus comment pourquoi quand nouvelles nouvelle actualites annonce dit derniere dernier
dernieres semaine mois hier
el los las uno unos unas y o pero no que quien cual cuales es son era fue fueron ha han habia al del con sin
por para sobre entre hasta desde como cuando donde hay muy mas su sus este esta estos estas ese esa eso lo se
noticias noticia novedades anuncio anunciado dijo ultima ultimo ultimas ultimos semana mes hoy ayer
os um uma uns umas e ou mas nao do da dos das no na nos nas ao aos com sem sob pelo pela quais foi foram tem
tinha seu sua novidades anunciou disse ultimos mes hoje ontem
il lo gli uno una di del della dei delle da dal dalla nel nella su sul sulla con per tra fra che chi cosa
quale quali sono era ha hanno aveva come perche quando dove non si suo sua notizie novita annunciato detto
ultime ultimi settimana mese oggi ieri c'e
het een van voor met bij naar uit op aan over onder door tegen om sinds tot hoe wie wat waar wanneer waarom
welke heeft hebben had is er zijn was waren wordt kan ook nog niet geen nieuws nieuw nieuwe laatste
aangekondigd gezegd gedaan doet gaat maand vandaag gisteren
macht machen fait faire fais neuf qu est passe hace hacen pasa paso nuevo nueva
nuevos nuevas nuovo nuova nuovi novos novas
och att som ar fran av om vad vem nar hur nyheter senaste sagt af fra hvad hvem hvor nyheder seneste nytt hva
oraz jest sa sie nie kto gdzie kiedy jak jaki jakie dla przez przy wiadomosci nowosci aktualnosci ostatnie
icin bir nedir kim nerede nasil haber haberler haberleri hakkinda cua tuc yang untuk siapa berita tentang
и в на с о об от для что кто где когда как какие это не по из у за новости новость последние компании компания
нового новое новые новый есть нет был была было были будет его ее их сделал сделала происходит слышно
сказал сказала объявил объявила про та що хто де коли як новини
και το τα τη την του τησ των με για απο σε τι ποιοσ που ποτε πωσ νεα ειδησεισ
في من علي عن الي مع ما ماذا هل هو هي اين متي كيف اخبار خبر شركه اعلنت
של על את עם מה מי איפה מתי איך חדשות
का की के में से पर और क्या कौन समाचार खबर
소식 뉴스 최신 관련
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split()) - STOP_WORDS
# Some of these are English, too, or names, and decide a question that has no other of them: Tesla war, Uber.
_ENGLISH_TOO = frozenset({"att", "die", "door", "dos", "dove", "hat", "os", "son", "uber", "van", "war"})
# Of languages without spaces: a run that is made of these says nothing of its own.
_RUNNING_WORDS = """
新闻 新聞 消息 最新 最近 动态 報道 报道 公告 情况 有什么 有哪些 什么 怎么样 怎么 如何 哪些 关于 關於
今天 本周 上周 公司 的 了 吗 呢 和 与 與 在 是 有
ニュース について 教えて 発表 しました ですか 何 の は が を に で と も か
ข่าว ข่าวล่าสุด ของ ที่ และ ใน อะไร ล่าสุด เกี่ยวกับ คือ บ้าง ព័ត៌មាន អំពី ຂ່າວ သတင်း
"""
# Beside a company's name they are a part of it: 飞猪旅行. Any other word there is what is asked: 飞猪裁员.
_WORDS_OF_NAMES = """
集团 公司 控股 股份 有限公司 科技 网络 旅行 音乐 视频 健康 银行 平台 商城 超市 鲜生 学院 基金 官网 汽车 手机
グループ 그룹
"""
WORDS_OF_NAMES = frozenset(_WORDS_OF_NAMES.split())
_SMALL_RUN = re.compile(f"(?:{'|'.join(_RUNNING_WORDS.split())})+")


def english_ones(words: Collection[str]) -> frozenset[str]:
    """Return which of a question's words carry its sense, though they are small in other languages."""
    english = _ENGLISH_TOO.intersection(words)
    return english if english and (FUNCTION_WORDS - _ENGLISH_TOO).isdisjoint(words) else frozenset()


def is_small_run(run: str) -> bool:
    """Tell whether a run without spaces only holds a question together."""
    return not run.isascii() and _SMALL_RUN.fullmatch(run) is not None
