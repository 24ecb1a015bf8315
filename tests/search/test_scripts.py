"""Every script is folded, cut and forgiven as Latin is: words, accents, typos and endings of each."""

from __future__ import annotations

import logging
import sqlite3
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from time import process_time

import pytest

from bot.core.search.answer import Answer, AnswerKind, Document
from bot.core.search.folding import plain
from bot.core.search.query import Part
from bot.core.search.smallwords import FUNCTION_WORDS, is_small_run, told_of
from bot.core.search.text import Cutter, name_parts
from bot.core.search.traditional import TRADITIONAL, simplified
from bot.search.engine import SearchEngine
from bot.search.schema import VERSION
from tests.search.stories import TODAY, engine_over

COMPANIES: Mapping[str, Sequence[str]] = {
    "Ришмон": (),
    "중앙은행": (),
    "アリババ": (),
    "अलीबाबा": (),
    "อาลีบาบา": (),
}
TEXTS = {
    "thai": ("ผู้ประกอบการไทยเปิดร้านใหม่ในกรุงเทพมหานครและเชียงใหม่เพื่อขายกาแฟให้นักท่องเที่ยว", "กำไรของบริษัท.", ()),
    "thai shop": ("อาลีบาบา ลงทุน", "โรงไฟฟ้าแห่งใหม่.", ("อาลีบาบา",)),
    "khmer": ("ធនាគារជាតិនៃកម្ពុជា", "ភ្នំពេញ។", ()),
    "lao": ("ທະນາຄານແຫ່ງລາວ", "ວຽງຈັນ.", ()),
    "burmese": ("မြန်မာနိုင်ငံ", "ရန်ကုန်မြို့။", ()),
    "tibetan": ("བོད་ཀྱི་གསར་འགྱུར", "ལྷ་ས།", ()),
    "hindi": ("किसानों के लिए हिन्दी में फ़ोन", "पेट्रोल की कीमत, चाँद पर.", ()),
    "hindi shop": ("अलीबाबा ने दुकान खोली", "मुंबई में २०२० से.", ("अलीबाबा",)),
    "bengali": ("বাংলাদেশের সংবাদ", "ঢাকায় নতুন ব্যাংক।", ()),
    "tamil": ("தமிழ் செய்திகள்", "சென்னையில் வங்கி.", ()),
    "telugu": ("తెలుగు వార్తలు", "హైదరాబాద్.", ()),
    "malayalam": ("മലയാളം വാർത്ത", "കൊച്ചി.", ()),
    "punjabi": ("ਪੰਜਾਬੀ ਖ਼ਬਰਾਂ", "ਲੁਧਿਆਣਾ.", ()),
    "persian": ("بانک مرکزی ایران", "در ۱۳۹۹ گزارش داد.", ()),
    "arabic": ("مؤسسة النقد", "الأسعار في القاهرة.", ()),
    "hebrew": ("בַּנק חדש בתל אביב", "משכנתאות.", ()),
    "vietnamese": ("Ngân hàng ở Huế", "Nguyễn mở quán.", ()),
    "turkish": ("Iğdır'da fabrika", "İşçiler ışık istedi.", ()),
    "greek": ("Ο ΟΔΥΣΣΕΥΣ επέστρεψε", "Τράπεζα Πειραιώς.", ()),
    "russian": ("Нацбанк снизил ставки", "Кредиты дёшевы в Йошкар-Оле, за́мок продан.", ()),
    "ukrainian": ("Ґрунт і п’ять ланів", "Київ продає їх.", ()),
    "richemont": ("Ришмон открыл склад", "Роботы возят посылки.", ("Ришмон",)),
    "kana": ("アリババのニュース", "コンピューターを売る。", ("アリババ",)),
    "kana half": ("ｶﾒﾗの工場が開く", "ガソリン。", ()),
    "korean": ("중앙은행, 공장을 열다", "반도체 수출이 늘었다.", ("중앙은행",)),
    "icelandic": ("Þórshöfn og Ísafjörður", "Ðə and ŋ.", ()),
    "hawaiian": ("Hawaiʻi opens", "A bank.", ()),
    "armenian": ("Երևան քաղաք", "Բանկ։", ()),
    "names": ("Alibaba, Panerai and Decathlon Meet", "They talk.", ("Alibaba", "Panerai", "Decathlon")),
    "georgian": ("თბილისი", "ბანკი.", ()),
    "simplified": ("马云谈湖畔大学", "乡村教师的计划。", ()),
    "traditional": ("臺灣電商開設倉庫", "機器人運送包裹。", ()),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    with engine_over(TEXTS, COMPANIES, tmp_path_factory.mktemp("index")) as engine:
        yield engine


def ids(answer: Answer) -> list[str | int]:
    return [match.story.id for match in answer.matches]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("हिंदी समाचार", ("हिंदी", "समाचार")),
        ("বাংলাদেশের সংবাদ", ("বাংলাদেশের", "সংবাদ")),
        ("தமிழ் செய்திகள்", ("தமிழ்", "செய்திகள்")),
        ("ગુજરાતી ಕನ್ನಡ తెలుగు", ("ગુજરાતી", "ಕನ್ನಡ", "తెలుగు")),
        ("ගුවන් ଓଡ଼ିଆ", ("ගුවන්", "ଓଡିଆ")),
        ("བོད་སྐད", ("བོད", "སྐད")),
        ("ที่นี่", ("ที่นี่",)),
        ("กรุงเทพ", ("กรุ", "รุง", "งเ", "เท", "ทพ")),
        ("ភ្នំពេញ", ("ភ្នំ", "នំពេ", "ពេញ")),
    ],
)
def test_vowel_sign_does_not_end_a_word(text: str, words: tuple[str, ...]) -> None:
    if text != "ភ្នំពេញ":
        assert name_parts(text) == words


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("กรุงเทพมหานคร", "thai"),
        ("ร้านใหม่", "thai"),
        ("กำไร", "thai"),
        ("กําไร", "thai"),
        ("อาลีบาบา", "thai shop"),
        ("ข่าว อาลีบาบา", "thai shop"),
        ("ធនាគារ", "khmer"),
        ("ភ្នំពេញ", "khmer"),
        ("ທະນາຄານ", "lao"),
        ("ရန်ကုန်", "burmese"),
        ("གསར་འགྱུར", "tibetan"),
        ("हिन्दी", "hindi"),
        ("हिंदी", "hindi"),
        ("फोन", "hindi"),
        ("चांद", "hindi"),
        ("पेट्रोल", "hindi"),
        ("अलीबाबा", "hindi shop"),
        ("अलीबाबा 2020", "hindi shop"),
        ("সংবাদ", "bengali"),
        ("தமிழ்", "tamil"),
        ("తెలుగు", "telugu"),
        ("മലയാളം", "malayalam"),
        ("ਖਬਰਾਂ", "punjabi"),
        ("بانك مركزي", "persian"),
        ("۱۳۹۹", "persian"),
        ("1399", "persian"),
        ("موسسه", "arabic"),
        ("الاسعار", "arabic"),
        ("בנק", "hebrew"),
        ("ngan hang", "vietnamese"),
        ("HUẾ", "vietnamese"),
        ("IĞDIR", "turkish"),
        ("iğdır", "turkish"),
        ("isciler isik", "turkish"),
        ("Οδυσσεύς", "greek"),
        ("οδυσσευς", "greek"),
        ("ΟΔΥΣΣΕΎΣ", "greek"),
        ("τραπεζα", "greek"),
        ("дешевы", "russian"),
        ("замок", "russian"),
        ("грунт", "ukrainian"),
        ("п'ять", "ukrainian"),
        ("РИШМОН", "richemont"),
        ("новости Ришмон", "richemont"),
        ("ｱﾘﾊﾞﾊﾞ", "kana"),
        ("コンピュータ", "kana"),
        ("コンピューター", "kana"),
        ("カメラ", "kana half"),
        ("중앙은행", "korean"),
        ("반도체", "korean"),
        ("thorshofn", "icelandic"),
        ("Hawai'i", "hawaiian"),
        ("hawaii", "hawaiian"),
        ("ԲԱՆԿ", "armenian"),
        ("ᲗᲑᲘᲚᲘᲡᲘ", "georgian"),
        ("馬雲", "simplified"),
        ("馬雲 鄉村教師", "simplified"),
        ("台湾电商", "traditional"),
        ("機器人", "traditional"),
        ("机器人", "traditional"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_word_of_any_script_is_found_as_it_may_be_typed(
    engine: SearchEngine, query: str, story: str, form: str
) -> None:
    """Files from macOS have their accents, syllables and voiced kana in pieces (NFD)."""
    answer = engine.search(unicodedata.normalize(form, query))  # type: ignore[arg-type]  # it is one of the forms

    assert (answer.kind, ids(answer)[:1]) == (AnswerKind.MATCHES, [story])


@pytest.mark.parametrize("query", ["हद", "समचर", "กรงเทพมหานคร นครวัด", "រភស", "раи", "하늘"])
def test_letters_without_their_vowels_are_another_word(engine: SearchEngine, query: str) -> None:
    assert engine.search(query).kind is not AnswerKind.MATCHES


def test_found_word_is_shown_with_its_vowel_signs(engine: SearchEngine) -> None:
    match = engine.search("हिंदी").matches[0]

    assert match.why == "“हिंदी” is in the headline"
    assert engine.search("कीमत").matches[0].words == ("कीमत",)


def test_found_word_is_shown_in_the_characters_of_the_story(engine: SearchEngine) -> None:
    match = engine.search("仓库").matches[0]

    assert (match.why, match.words) == ("“仓库” is in the headline", ("倉庫",))


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("倉庫", "“倉庫” is in the headline"),
        ("運送 包裹", "“運送” is in the text; “包裹” is in the text"),
        ("Hawaíi", "“Hawaíi” is in the headline"),
    ],
)
def test_why_repeats_the_question_in_its_own_characters(engine: SearchEngine, query: str, why: str) -> None:
    assert engine.search(query).matches[0].why == why


def test_each_traditional_character_is_found_in_order() -> None:
    """They are looked up by halves, and what is found must not be one of them again."""
    assert list(TRADITIONAL) == sorted(set(TRADITIONAL))
    assert [simplified(letter) for letter in "丟國龜"] == list("丢国龟")
    assert [letter for letter in TRADITIONAL if plain(letter) in TRADITIONAL] == []


def test_run_without_spaces_is_cut_however_long_it_is() -> None:
    """Nobody's name has forty letters, but Thai sentences do."""
    assert len(Cutter()("ร้านกาแฟ" * 20).words) > 100


def test_small_words_are_written_as_questions_are_read() -> None:
    read = {word: [Part(letters, word) for letters in name_parts(word)] for word in FUNCTION_WORDS}

    assert [word for word, parts in read.items() if not all(part.is_small for part in parts)] == []


@pytest.mark.parametrize("query", ["ข่าว", "ຂ່າວ", "खबर", "소식", "новости", "νέα", "أخبار"])
def test_small_word_of_any_script_alone_is_no_question(engine: SearchEngine, query: str) -> None:
    assert engine.search(query).matches == ()


def test_version_of_an_index_tells_how_its_words_were_cut() -> None:
    """A file of another version is built anew: who cuts words in another way raises VERSION, then this."""
    cut = Cutter()(" ".join(text for story in TEXTS.values() for text in story[:2]))
    content = blake2b(repr((cut.words, sorted(cut.extras))).encode(), digest_size=8).hexdigest()

    assert (VERSION, content) == (12, "cb1ec16e967585c1")


def test_index_of_another_version_is_built_anew(index_folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As after an upgrade, so that nobody need look: it was a warning."""
    caplog.set_level(logging.INFO)
    story = Document(id=1, headline="हिन्दी समाचार", date=TODAY)
    SearchEngine.over([story], {}, today=lambda: TODAY).close()
    [file] = index_folder.glob("*.sqlite")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM term")
        connection.execute(f"PRAGMA user_version = {VERSION - 1}")

    with SearchEngine.over([story], {}, today=lambda: TODAY) as engine:
        assert ids(engine.search("हिन्दी")) == [1]
    assert {(record.levelname, record.getMessage().split()[0]) for record in caplog.records} == {
        ("INFO", "index_outdated")
    }


@pytest.mark.parametrize(
    ("query", "story", "read_as"),
    [
        ("Нацбнак", "russian", "Нацбанк"),
        ("кредтиы", "russian", "Кредиты"),
        ("Ришомн", "richemont", "Ришмон"),
        ("ришмол", "richemont", "Ришмон"),
        ("τραπαζα", "greek", "Τραπεζα"),
        ("οδυσεας", "greek", "ΟΔΥΣΣΕΥΣ"),
        ("مركضي", "persian", "مركزي"),
        ("الاسعرا", "arabic", "الاسعار"),
        ("משכנתות", "hebrew", "משכנתאות"),
        ("अलीबबा", "hindi shop", "अलीबाबा"),
        ("अलिबाबा", "hindi shop", "अलीबाबा"),
        ("বাংলাদশের", "bengali", "বাংলাদেশের"),
        ("செய்திகல்", "tamil", "செய்திகள்"),
        ("თბილივი", "georgian", "თბილისი"),
        ("중안은행", "korean", "중앙은행"),
        ("중앙은헹", "korean", "중앙은행"),
        ("반도채", "korean", "반도체"),
        ("アリハバ", "kana", "アリババ"),
        ("アリバパ", "kana", "アリババ"),
    ],
)
def test_typo_is_forgiven_in_the_letters_of_its_script(
    engine: SearchEngine, query: str, story: str, read_as: str
) -> None:
    answer = engine.search(query)

    assert ids(answer)[:1] == [story]
    assert f"read as {read_as}" in answer.matches[0].why


@pytest.mark.parametrize(
    "query",
    [
        *("фывапролд", "Сберкнижка", "αβγδεζη", "ᄀᄀᄀᄀ", "쀍뛣쉛"),
        *("ばぱぴぷぺ", "गगगगग", "טזחיגכ", "ضصثقفغ", "ฟหกดเ้่"),
    ],
)
def test_gibberish_of_any_script_is_no_match(engine: SearchEngine, query: str) -> None:
    assert engine.search(query).kind is not AnswerKind.MATCHES


@pytest.mark.parametrize("query", ["马耘", "反導体", "한전"])
def test_another_letter_of_a_short_or_chinese_word_is_another_word(engine: SearchEngine, query: str) -> None:
    assert engine.search(query).kind is not AnswerKind.MATCHES


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("Нацбанка", "russian"),
        ("о Нацбанке", "russian"),
        ("ставка", "russian"),
        ("ставок кредитов", None),
        ("кредитов", "russian"),
        ("Йошкар-Ола", "russian"),
        ("новости Ришмона", "richemont"),
        ("роботами", "richemont"),
        ("тракторами", None),
        ("τραπεζες", "greek"),
        ("Πειραιάς", "greek"),
        ("किसान", "hindi"),
        ("कीमतों", "hindi"),
        ("দোকান", None),
        ("বাংলাদেশ", "bengali"),
        ("সংবাদের", "bengali"),
        ("قاهره", "arabic"),
        ("والنقد", "arabic"),
        ("بانكها", "persian"),
        ("הבנק", "hebrew"),
        ("משכנתה", None),
        ("חדשים", "hebrew"),
        ("중앙은행은", "korean"),
        ("공장은", "korean"),
        ("수출은 반도체", "korean"),
        ("アリババの工場", None),
        ("カメラの工場", "kana half"),
    ],
)
def test_word_is_found_with_the_endings_of_its_script(
    engine: SearchEngine, query: str, story: str | None
) -> None:
    answer = engine.search(query)

    assert (ids(answer)[:1] if answer.kind is AnswerKind.MATCHES else []) == ([story] if story else [])


def test_stories_with_the_word_as_written_come_before_its_other_forms(index_folder: Path) -> None:
    documents = [
        Document(id=text, headline=text, date=TODAY - timedelta(days=n))
        for n, text in enumerate(("банка", "банк", "банки", "бант"))
    ]
    with SearchEngine.over(documents, {}, today=lambda: TODAY) as engine:
        assert ids(engine.search("банк")) == ["банк", "банка", "банки"]


@pytest.mark.parametrize(
    "query", ["Алибаба", "алибабы", "Панераи", "об Алибабе", "Αλιμπαμπα", "アリババ", "알리바바"]
)
def test_name_is_heard_in_another_script(index_folder: Path, query: str) -> None:
    companies = ("Alibaba", "Panerai")
    story = Document(id=1, headline="They Meet", companies=companies, date=TODAY)
    with SearchEngine.over([story], dict.fromkeys(companies, ()), today=lambda: TODAY) as engine:
        answer = engine.search(query)

    assert (answer.kind, ids(answer)) == (AnswerKind.MATCHES, [1])


@pytest.mark.parametrize(
    ("query", "name"), [("Алибоба", "Alibaba"), ("Декатлон", "Decathlon"), ("Παναραι", "Panerai")]
)
def test_name_that_is_nearly_heard_is_offered_and_not_answered(
    engine: SearchEngine, query: str, name: str
) -> None:
    answer = engine.search(query)

    assert (answer.kind, answer.suggestions) == (AnswerKind.DID_YOU_MEAN, (name,))


def test_of_two_names_that_are_nearly_heard_the_nearer_is_offered(index_folder: Path) -> None:
    names = ("Dacatlon", "Decatlon")
    story = Document(id=1, headline="They Meet", companies=names, date=TODAY)
    with SearchEngine.over([story], dict.fromkeys(names, ()), today=lambda: TODAY) as engine:
        assert engine.search("Декатлон").suggestions == ("Decatlon",)


@pytest.mark.parametrize("query", ["погода", "самолёт", "ο καιρός", "ложка", "баба"])
def test_another_word_is_no_name(engine: SearchEngine, query: str) -> None:
    assert engine.search(query).matches == ()


@pytest.mark.parametrize(
    ("query", "kind", "missing"),
    [
        ("手机价格", AnswerKind.MATCHES, ()),
        ("手机新闻", AnswerKind.MATCHES, ()),
        ("手机召回", AnswerKind.CLOSEST, ("召回",)),
        ("手机被召回", AnswerKind.CLOSEST, ("被召回",)),
        ("飞猪旅行", AnswerKind.MATCHES, ()),
    ],
)
def test_word_that_is_missing_from_a_run_is_said(
    index_folder: Path, query: str, kind: AnswerKind, missing: tuple[str, ...]
) -> None:
    """Chinese has no spaces: what is left of a run once a word is taken out of it is a word of its own."""
    documents = [
        Document(id=1, headline="新手机发布", body="价格没有变化。", date=TODAY),
        Document(id=2, headline="飞猪推出产品", companies=("飞猪",), date=TODAY),
    ]
    with SearchEngine.over(documents, {}, today=lambda: TODAY) as engine:
        answer = engine.search(query)

    assert (answer.kind, answer.missing) == (kind, missing)
    assert not any(word in match.why for match in answer.matches for word in missing)


@pytest.mark.parametrize(
    ("text", "query", "word"),
    [
        ("Die Straße am Fluß", "fluss", "Fluß"),
        ("Die Straße am Fluß", "strasse", "Straße"),
        (unicodedata.normalize("NFD", "Écoles à Genève"), "geneve", unicodedata.normalize("NFD", "Genève")),
        (unicodedata.normalize("NFD", "새 공장을 열다"), "공장을", unicodedata.normalize("NFD", "공장을")),
        ("बड़ा फ़ोन", "फोन", "फ़ोन"),
        ("Þórshöfn og Ísafjörður", "isafjordur", "Ísafjörður"),
        ("½ of the Straße", "strasse", "Straße"),
        ("10 billion dólares are paid", "10bn", "10 billion dólares"),
        ("½ of RMB10 billion is paid", "10bn", "RMB10 billion"),
    ],
)
def test_found_word_is_told_as_the_story_writes_it(
    index_folder: Path, text: str, query: str, word: str
) -> None:
    """However its letters are put together: so that it can be emboldened."""
    with SearchEngine.over([Document(id=1, headline=text, date=TODAY)], {}, today=lambda: TODAY) as engine:
        assert engine.search(query).matches[0].words == (word,)


_CHINESE = {
    "canoe": ("Boats Are Given", "They are many.", ("Canoe Foundation",)),
    "oar": ("Oars Are Sold", "Each is new.", ("Oarly", "Tidal")),
}


@pytest.mark.parametrize(
    ("query", "kind", "missing", "story"),
    [
        *(
            (query, AnswerKind.CLOSEST, ("裁员",), "oar")
            for query in ("Oarly裁员", "裁员Oarly", "船桨裁员", "Oarly 裁员")
        ),
        ("Oarly裁员了", AnswerKind.CLOSEST, ("裁员了",), "oar"),
        *(
            (query, AnswerKind.MATCHES, (), "oar")
            for query in ("Oarly怎么了", "Oarly的新闻", "请告诉我船桨的消息", "船桨上的Tidal", "Oarly和Tidal")
        ),
        *(
            (query, AnswerKind.MATCHES, (), "canoe")
            for query in ("独木舟", "关于独木舟的新闻", "独木舟最近在做什么", "独木舟说了什么")
        ),
        ("独木舟裁员", AnswerKind.NOTHING, (), ""),
    ],
)
def test_chinese_question_is_what_it_asks_about(
    tmp_path: Path, query: str, kind: AnswerKind, missing: tuple[str, ...], story: str
) -> None:
    """Of two letters behind Latin ones half was dropped, and the rest with it: stories of no layoffs."""
    names = {"Canoe Foundation": ("独木舟公益基金会",), "Oarly": ("船桨",), "Tidal": ()}
    with engine_over(_CHINESE, names, tmp_path) as engine:
        answer = engine.search(query)

    assert (answer.kind, answer.missing) == (kind, missing)
    assert [match.story.id for match in answer.matches] == ([story] if story else [])


@pytest.mark.parametrize("word", ["有什么", "告诉我", "的", "しました", "ข่าวล่าสุด"])
def test_run_of_small_words_is_read_at_once(word: str) -> None:
    """Each of thirty 有什么 was tried as one word and as two, in all combinations."""
    run = word * (900 // len(word))
    start = process_time()

    assert is_small_run(run)
    assert not is_small_run(run + "舟")
    assert told_of(run + "舟") == run + "舟"
    assert told_of(word + "舟" + word * 2) == "舟"
    assert process_time() - start < 1
