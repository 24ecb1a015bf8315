"""Words that hold a question together and carry none of its sense, in the languages our readers write."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.core.search.patterns import any_of

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
articles don didn doesn isn wasn aren ain re ve ll regarding concerning became become exactly
mentioned remind whats hows whos wheres whens gimme lemme pls plz thx
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# The same in other languages. Stories may have them all the same, as names or as words of another sense (hat,
# die, son), so they are looked for like others; but a story without them lacks nothing.
_FUNCTION_WORDS = """
der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine von vom zu zum zur
im ins mit ohne bei beim nach aus auf fur uber unter vor durch gegen um seit bis wie wer wo wann warum wieso
welche welcher welches hat haben hatte ist sind war waren wird werden wurde wurden kann gibt gab es sie er
ich wir ihr mir uns uber sich auch noch schon nur neues neue neuen neuer neuigkeiten nachrichten meldungen
angekundigt gesagt gemacht bitte zeig zeige letzte letzten letzter woche monat heute gestern passiert
passierte geschah geschehen geschieht geworden etwas irgendwas man weiss weisst wissen erzahl erzahle suche
sucht lauft hast habt eigentlich denn mal berichtet berichten schreibt worum geht ging steht alles tut
artikel info infos gibts gehts konnt konnen konnten konnte sagen sagt sagte rund zuletzt kurzlich gerade jetzt
dazu daruber dabei bekannt sein seine seinen seiner ihre ihren ihrem ihrer wem wen wessen womit wofur woran
diese dieser dieses diesem diesen als ob dass dann doch sehr mehr viel viele wieviel alle zeigen finden gib
geschrieben schrieb schrieben erwahnt erwahnen erwahnung erwahnungen bericht berichte berichterstattung
beitrag beitrage geschichten erinnere erinner mich kannst konntest neuesten vermeldet haben hatten uberblick
zusammenfassung hallo geschichte
le la les un une de du des et ou mais ne pas que qui quoi quel quelle quels quelles est sont etait ont avait
a au aux en dans sur sous pour par avec sans chez ce cet cette ces il elle ils elles nous vous je on se sa
son ses leur leurs plus comment pourquoi quand nouvelles nouvelle actualites annonce dit derniere dernier
dernieres semaine mois hier passee arrive devient devenu devenue parle parler moi cherche trouve sait savoir
informations tout toute tous toutes propos sujet concernant montre montrez avez avons quelque quelques chose
y sera deja encore recemment annoncee annoncent raconte peux peut donne ca ete combien lequel laquelle lors
passe-t-il a-t-il a-t-elle a-t-on y-a-t-il avons-nous savons-nous as-tu avez-vous ecrit ecrite ecrits
mentionne mentionnee mentionnent mentionnant nouveau nouveaux rappelle rappelle-moi donne-moi dis-moi
montre-moi trouve-moi reportage reportages histoire te plait svp stp quelqu'un savons
el los las uno unos unas y o pero no que quien cual cuales es son era fue fueron ha han habia al del con sin
por para sobre entre hasta desde como cuando donde hay muy mas su sus este esta estos estas ese esa eso lo
se noticias noticia novedades anuncio anunciado dijo ultima ultimo ultimas ultimos semana mes hoy ayer hizo
hicieron pasando ocurrio ocurrido ocurre sucedio sucedido sucede sabe saben algo alguna algun alguno
cuentame dime busco sido dice dicen acerca todo toda todos todas tal va van tienes tiene tienen muestrame
informacion anunciaron anuncian anuncia haciendo estan hubo cuanto cuanta cuantos cuantas quienes ya
respecto recientemente ultimamente hemos escrito escribimos escribio escribieron hablado hablamos hablo
mencionan menciona mencionado mencionamos mencion menciones articulo articulos recuerdame buscame ensename
reportaje reportajes publicamos publicado historia favor sabemos tenemos resumen resumo
os um uma uns umas e ou mas nao do da dos das no na nos nas ao aos com sem sob pelo pela quais foi foram tem
tinha seu sua novidades anunciou disse ultimos mes hoje ontem aconteceu acontece acontecendo fez fazem
fazendo feito algum alguma sabem fale procuro quem respeito tudo houve diz dizem mostre sao novo novidade
estao quanto quanta quantos quantas isso ja ainda anunciaram voce onde escrevemos escreveu falamos falado
mencionamos mencionam mencao mencoes artigo artigos materia materias coisa nova informacoes lembre lembre-me
temos
il lo gli uno una di del della dei delle da dal dalla nel nella su sul sulla con per tra fra che chi cosa
quale quali sono era ha hanno aveva come perche quando dove non si suo sua notizie novita annunciato detto
ultime ultimi settimana mese oggi ieri c'e successo succede fatto fa fanno facendo ci sta stanno parlami
cerco qualcosa tutto tutti proposito riguardo mostrami dicono fine sanno quanti quante ancora gia annuncia
annunciano stato stata novita abbiamo scritto parlato articolo articoli menzionano menzionato menziona
menzioni ricordami trovami viene sappiamo altro piu informazioni notizia storia favore riassunto
het een van voor met bij naar uit op aan over onder door tegen om sinds tot hoe wie wat waar wanneer waarom
welke heeft hebben had is er zijn was waren wordt kan ook nog niet geen nieuws nieuw nieuwe laatste
aangekondigd gezegd gedaan doet gaat maand vandaag gisteren gebeurd gebeurt gebeurde ik zoek vertel weten
weet iets rond bekend geschreven schreef artikelen bericht berichten hebben
i'm macht machen fait faire fais neuf qu est passe hace hacen pasa paso nuevo nueva
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
# English ones of this kind: "I need everything on Fliggy".
FILLERS = frozenset(("everything", "headline", "headlines", "info", "information", "need"))
# Some of these are English, too, or names, and decide a question that has no other of them: Tesla war, Uber.
_ALSO_ENGLISH = """
alle arrive att ca chose ci dice die dime door dos dove encore fa favor fine hat info man materia nouveau nova
novo os quanta reportage seine sera son stata te toda todo uber va van war weiss
"""
_LEGAL_FORMS = frozenset({"sa", "se"})  # of companies: Banque SA is no news about SA
_ENGLISH_TOO = frozenset(_ALSO_ENGLISH.split())
# Of languages without spaces: a run that is made of these says nothing of its own.
_RUNNING_WORDS = """
链接 写过 写了 提到 提到过 报道过 报道了 新消息 最新消息 文章 有关 介绍一下 查一下 找一下 搜一下
帮我找 给我看 想看 给我 我们 哪一期 怎么了 是什么
新闻 新聞 消息 最新 最近 动态 報道 报道 公告 情况 有什么 有哪些 什么 怎么样 怎么 如何 哪些 关于 關於
今天 本周 上周 公司 上 里 的 了 吗 呢 和 与 與 在 是 有
发生 宣布 做 说 请 告诉 我 想 知道 请问 没有 有没有 动作 谁 近况 相关 哪里 为什么
ニュース について 教えて 発表 しました ですか 何 の は が を に で と も か
どう なった なりました なって いる あった ありました した
リンク 记事 に関する に关する 书きました 书いた 言及した 言及 ありますか 新しい まとめ へ 検索 话题 た
最新情报 情报 最近 动き 话 谁 とは 何が 下さい ください 知りたい
ข่าว ข่าวล่าสุด ของ ที่ และ ใน อะไร ล่าสุด เกี่ยวกับ คือ บ้าง ព័ត៌មាន អំពី ຂ່າວ သတင်း
"""
# Beside a company's name they are a part of it: 飞猪旅行. Any other word there is what is asked: 飞猪裁员.
_WORDS_OF_NAMES = """
集团 公司 控股 股份 有限公司 科技 网络 旅行 音乐 视频 健康 银行 平台 商城 超市 鲜生 学院 基金 官网 汽车 手机
グループ 그룹
"""
WORDS_OF_NAMES = frozenset(_WORDS_OF_NAMES.split())
# Behind a company's name they say no more than it does. Not all of them: people ask for a "limited edition"
# and a "co-founder", and "se" is a word.
LEGAL_FORMS = frozenset(("inc", "corp", "ltd", "plc", "llc", "llp", "gmbh", "ag", "nv", "bv", "pty"))
_ELIDED = frozenset("cdjlmnst")
# The longest first, and none is given back: a run of 有什么, which is also 有 and 什么, took minutes to read.
_RUNNING = f"{any_of(_RUNNING_WORDS)}++"
_SMALL_RUN = re.compile(_RUNNING)
_LONGEST_ASKED = 40  # letters of a run that is a question about a name
_AROUND = re.compile(f"^{_RUNNING}|{_RUNNING}$")


def english_ones(words: Collection[str]) -> frozenset[str]:
    """Return which of a question's words carry its sense, though they are small in other languages."""
    english = _ENGLISH_TOO.intersection(words) - FILLERS
    return english if english and (FUNCTION_WORDS - _ENGLISH_TOO).isdisjoint(words) else frozenset()


def is_english_too(word: str) -> bool:
    """Tell whether a word that is small in another language may be a name, or decides an English question."""
    return word in _ENGLISH_TOO


def is_name_in_capitals(typed: str) -> bool:
    """Tell whether a small word of another language is written as initials are: MIR, CI; not A, nor der."""
    word = typed.lower()
    return len(word) > 1 and typed.isupper() and word in FUNCTION_WORDS and word not in _LEGAL_FORMS


def is_small_run(run: str) -> bool:
    """Tell whether a run without spaces only holds a question together."""
    return not run.isascii() and _SMALL_RUN.fullmatch(run) is not None


def told_of(run: str) -> str:
    """Return what a run without spaces asks about: 马云 of 关于马云的新闻."""
    return _AROUND.sub("", run) if len(run) <= _LONGEST_ASKED else run


def is_elided(letters: str, typed: str) -> bool:
    """Tell whether a letter is what is left of a small word: s'est, c'est."""
    return letters in _ELIDED and typed.lower().startswith(f"{letters}'")
