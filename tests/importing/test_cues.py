# ruff: noqa: E501 - a row of cases is one line, as in the table of cues
"""What roundups say around their news is told from news, in eight languages: one case a cue."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.importing import cues
from bot.importing.dates import find_date, is_date, two_days
from bot.importing.furniture import (
    begins_footer,
    ends_letter,
    furniture,
    furniture_of,
    heads_contents,
    is_credit,
    is_prompt,
    is_sign_up,
    sounds_like_a_title,
)

CASES = [
    (
        cues.PICTURE,
        "View image: (https://example.com/a.png)|Show picture|Bild anzeigen|Voir l'image|Ver imagen",
    ),
    (cues.PICTURE, "Ver imagem|Visualizza immagine|查看大图|画像を表示"),
    (
        cues.NAVIGATION,
        "Skip to content|Nach oben|Haut de page|Volver arriba|Voltar ao topo|Torna su|返回顶部|前の記事",
    ),
    (cues.SHARING, "Share on Facebook|Teilen auf Facebook|Partager sur Twitter|Compartir en Facebook"),
    (
        cues.SHARING,
        "Compartilhe no WhatsApp|Condividi su LinkedIn|分享到微博|シェアする|Facebook · Twitter · LinkedIn",
    ),
    (cues.COMMENTS, "12 comments|Keine Kommentare|Laisser un commentaire|Deja un comentario|3 comentários"),
    (cues.COMMENTS, "Nessun commento|发表评论|コメントを書く"),
    (
        cues.COMMENTS,
        "Discuss this story at:|Comment on this post here|Hier mitdiskutieren|Réagir à cet article|Comenta esta noticia",
    ),
    (cues.COMMENTS, "Comente esta notícia|Commenta questo articolo|参与讨论|この記事についてコメントする"),
    (cues.PAGE, "—— END ——|*** The End ***|全文完|（完）|🕐 2 min|⏱ Lesezeit: 4 Minuten"),
    (cues.BYLINE, "発行：港編集部"),
    (cues.RULER, "━━━━━━|═════|★☆★☆|====|+----+|* * *|~~~~|- - -|#####"),
    (cues.OTHER_ARTICLES, "Related articles|Lesen Sie auch|À lire aussi|Artículos relacionados|Leia também"),
    (cues.OTHER_ARTICLES, "Leggi anche|相关阅读|関連記事"),
    (
        cues.PAID_FOR,
        "Brought to you by Example|Präsentiert von Beispiel|Présenté par Exemple|Patrocinado por Ejemplo",
    ),
    (
        cues.PAID_FOR,
        "Oferecido por Exemplo|Offerto da Esempio|本期由示例公司赞助|提供：サンプル|TOGETHER WITH EXAMPLE",
    ),
    (
        cues.ADVERTISING,
        "Anzeige|Publicité|Publicidad|Publicidade|Pubblicità|广告|広告|Want to sponsor this newsletter? Get in touch.",
    ),
    (
        cues.SPONSOR,
        "A message from our sponsor, Example:|Gesponserter Beitrag|Un mot de notre sponsor|Contenido patrocinado",
    ),
    (
        cues.SPONSOR,
        "Mensagem do nosso patrocinador|Messaggio dal nostro sponsor|推广内容|スポンサーからのお知らせ",
    ),
    (
        cues.MAIL,
        "View on example.com|Change your email address or Stop getting this newsletter|Why did I get this?",
    ),
    (cues.STAMP, "Issue 33|Ausgabe 12|Número 4|Release Date: 19/04/2020"),
    (cues.POLL, "Before you go, we'd love to know what you thought of today's newsletter"),
    (cues.PAGE, "5 min read|Lesezeit: 4 Minuten|Temps de lecture : 3 min|Tiempo de lectura: 2 min"),
    (cues.PAGE, "Tempo de leitura: 3 min|Tempo di lettura: 2 minuti|阅读时间：5 分钟|約3分で読めます"),
    (
        cues.LEGAL,
        "All rights reserved.|Alle Rechte vorbehalten|Tous droits réservés|Todos los derechos reservados",
    ),
    (cues.LEGAL, "Todos os direitos reservados|Tutti i diritti riservati|隐私政策|無断転載を禁じます"),
    (
        cues.MAIL,
        "View this email in your browser|View in browser|Diese E-Mail im Browser ansehen|Voir cet e-mail dans votre navigateur",
    ),
    (
        cues.MAIL,
        "Ver este correo en tu navegador|Ver este e-mail no navegador|Visualizza questa email nel tuo browser",
    ),
    (cues.MAIL, "在浏览器中查看|ブラウザで表示する|Online-Version"),
    (
        cues.STAMP,
        "Published on May 1, 2020|Veröffentlicht am 1. Mai 2020|Publié le 1 mai 2020|Publicado el 1 de mayo de 2020",
    ),
    (
        cues.STAMP,
        "Publicado em 1 de maio de 2020|Pubblicato il 1 maggio 2020|发布时间：2020年5月1日|公開日：2020年5月1日",
    ),
    (
        cues.BYLINE,
        "By Ann Example|Von Anna Beispiel|Par Anne Exemple|Redacción: Ana Ejemplo|Texto: Ana Exemplo",
    ),
    (cues.BYLINE, "A cura di Anna Esempio|作者：示例|文：例子"),
    (
        cues.POLL,
        "How was today's newsletter?|Wie hat Ihnen diese Ausgabe gefallen?|Qu'avez-vous pensé de ce numéro ?",
    ),
    (
        cues.POLL,
        "¿Qué te ha parecido esta edición?|O que achou desta edição?|Cosa ne pensi di questa edizione?",
    ),
    (cues.POLL, "你觉得本期内容如何？|今号はいかがでしたか？"),
    (
        cues.POLL,
        "Poll: how did you like this issue?|Umfrage: Wie finden Sie diese Ausgabe?|Sondage : que pensez-vous de ce numéro ?",
    ),
    (
        cues.POLL,
        "Encuesta: ¿qué te parece este número?|Enquete: o que achou desta edição?|投票：你最喜欢哪条新闻？",
    ),
    (cues.POLL, "Sondaggio: che cosa pensi di questo numero?"),
    (
        cues.SHARING,
        "Share this letter: Facebook · Twitter · LinkedIn|分享本期：微信、微博|Teilen Sie diesen Brief: Facebook, X",
    ),
    (
        cues.SHARING,
        "Partagez cette lettre : Facebook, LinkedIn|Comparte esta carta: Facebook, X|この号をシェア：X、LINE",
    ),
    (cues.SHARING, "Compartilhe esta carta: WhatsApp, Facebook|Condividi questa lettera: Facebook e X"),
    (
        cues.REFERRAL,
        "Refer a friend and get a mug|Empfehlen Sie uns weiter|Partagez cette lettre avec vos amis",
    ),
    (cues.REFERRAL, "Comparte con tus amigos|Compartilhe com seus amigos|Condividi con un amico"),
    (cues.REFERRAL, "欢迎转发给朋友|お友達に紹介する|You currently have 0 referrals"),
    (
        cues.SIGN_UP,
        "Subscribe now|Jetzt abonnieren|Je m'abonne|Suscríbete|Assine grátis|Iscriviti qui|立即订阅|購読する",
    ),
    (
        cues.POLL,
        "Vote in our poll|Stimmen Sie ab!|Avez-vous aimé cette édition ?|Vota en nuestra encuesta|Hat dir diese Ausgabe gefallen?",
    ),
    (cues.POLL, "Participe da nossa enquete|Vota al nostro sondaggio|投票：本期内容如何"),
    (
        cues.REFERRAL,
        "If you enjoyed this, share it with a colleague|Diesen Newsletter weiterempfehlen|Transférer à un ami",
    ),
    (
        cues.REFERRAL,
        "If you like this newsletter, please tell the world!|Refer 3 friends to get a mug|Comparte este boletín|Compartilhe esta newsletter|Condividi questa newsletter",
    ),
    (
        cues.MAIL,
        "Read in app|Like Comment Restack|Einstellungen ändern|Gérer mes préférences|Gestionar preferencias",
    ),
    (cues.MAIL, "Gerenciar preferências|Gestisci le preferenze|管理订阅偏好|配信設定の変更"),
    (cues.SHARING, "Auf Facebook teilen"),
    (cues.SIGN_UP, "Thanks for reading! Subscribe for free to receive new posts."),
    (
        cues.REFERRAL,
        "Forward this to a friend|Forward to a friend|Forward this email to your colleagues!|Please pass it on to someone|Know someone who would enjoy this?",
    ),
    (
        cues.REFERRAL,
        "An einen Freund weiterleiten|Leiten Sie diese Mail an Ihre Kollegen weiter|Leite diesen Newsletter gern weiter!|Diese Ausgabe an Freunde weiterempfehlen",
    ),
    (
        cues.REFERRAL,
        "Transférez cette lettre à un ami|Faites suivre à vos collègues|Envoyez ce numéro à vos proches !",
    ),
    (cues.REFERRAL, "Reenvía este correo a un amigo|Envía este boletín a tus colegas"),
    (cues.REFERRAL, "Encaminhe este e-mail a um amigo|Envie esta edição para seus colegas"),
    (cues.REFERRAL, "Inoltra questa email a un amico|Invia la newsletter a un collega"),
    (
        cues.REFERRAL,
        "把这封邮件转发给朋友|请将本期周刊推荐给你的同事|このメールをお友達に転送する|このニュースレターを同僚にシェア",
    ),
    (
        cues.MAIL,
        "You are receiving this because you signed up on our website|You're receiving this email because you asked for it.|This email was sent to desk@example.com",
    ),
    (
        cues.MAIL,
        "Sie erhalten diese E-Mail, weil Sie sich angemeldet haben|Du bekommst diesen Newsletter, da du ihn bestellt hast|Diese E-Mail wurde an desk@example.com gesendet",
    ),
    (
        cues.MAIL,
        "Vous recevez cet e-mail car vous êtes inscrit|Tu reçois cette lettre parce que tu es abonné|Cet e-mail a été envoyé à desk@example.com",
    ),
    (
        cues.MAIL,
        "Recibes este correo porque te suscribiste|Has recibido esta edición porque eres lector|Este correo se envió a desk@example.com",
    ),
    (
        cues.MAIL,
        "Você recebeu este e-mail porque se inscreveu|Está a receber esta newsletter pois assinou|Este e-mail foi enviado para desk@example.com",
    ),
    (
        cues.MAIL,
        "Ricevi questa email perché sei iscritto|Hai ricevuto questo messaggio in quanto lettore|Questa email è stata inviata a desk@example.com",
    ),
    (
        cues.MAIL,
        "您收到此邮件是因为您订阅了本刊|你之所以收到这封邮件，是因为你是读者|本邮件发送给 desk@example.com",
    ),
    (cues.MAIL, "このメールは登録された方に配信しています|本メールはご購読の皆様にお送りしています"),
    (
        cues.SHARING,
        "Join us on LinkedIn|Find us on Facebook and Instagram|Follow us on Mastodon, LinkedIn & YouTube|Join our community on WhatsApp",
    ),
    (
        cues.SHARING,
        "Folgen Sie uns auf LinkedIn|Du findest uns auch auf Instagram|Besuchen Sie uns bei Facebook|Werde Teil unserer Community",
    ),
    (
        cues.SHARING,
        "Rejoignez-nous sur LinkedIn|Retrouvez-nous aussi sur Facebook et Instagram|Rejoignez notre communauté",
    ),
    (
        cues.SHARING,
        "Únete a nosotros en WhatsApp|Encuéntranos en Instagram y Facebook|Únete a nuestra comunidad",
    ),
    (
        cues.SHARING,
        "Junte-se a nós no LinkedIn|Siga a gente no Instagram|Acompanhe-nos no YouTube|Entre no nosso grupo",
    ),
    (
        cues.SHARING,
        "Unisciti a noi su WhatsApp|Ci trovi anche su Facebook e Instagram|Unisciti alla nostra community",
    ),
    (
        cues.SHARING,
        "欢迎关注我们的微信公众号|加入我们的微信群|在微博关注我们|Facebookでフォローしてください|Instagramでつながりましょう",
    ),
]
NEWS = (
    "Datenschutz: Meta muss zahlen|Text messages are back in fashion|Data breach hits 2000 shops|Privacy, multa a Meta"
    "|Share of the week: Facebook rises|Follow the money: Facebook, Twitter pay up|Poll: how many want a bridge?|Umfrage: Mehrheit will den Hafen"
    "|Survey: Email remains top channel|Poll: immigration is the top issue for voters|Encuesta: crece el número de usuarios"
    "|Pesquisa: cresce o número de usuários|Sondaggio: cresce il numero di utenti|Umfrage: Neue Ausgabe der Zeitung beliebt"
    "|Shares slide: Facebook, Twitter|Spread of misinformation: Facebook|Share of ad spending: Facebook and Instagram|Follow the money: X"
    "|投票：哪座城市将办世博会|Poll finds readers tired|Sondage : la gauche en tête|Encuesta da ventaja al centro|Enquete aponta empate"
    "|Neue Lücke im Browser gefunden|Share prices fall again|微信推出新的好友功能|小米发布新车|新しい列車が走る"
    "|Subscribe to this idea, says minister|Home prices fall|Search engines fight back|The friends who built a port"
    "|Join us on Thursday for the launch of a ship|You are receiving less for your money, study says|Friends forward this idea to parliament"
    "|Freunde der Bahn machen weiter|Kollegen helfen sich gegenseitig|Sie erhalten weniger Geld vom Staat|Rejoignez la grève, disent les syndicats"
    "|Vous recevez trop de colis|Recibes más correo que nunca|Únete a la huelga, dicen|Junte-se ao coro de críticas|Ricevi il pacco in un giorno"
    "|Invia merci in Cina da un porto nuovo|我们加入欧盟的谈判|您收到的包裹为何更少|このメールアプリは無料だ|友人に贈る船の本"
    "|Slack opens an office in Rome|Vote on the budget is put off|Sponsors leave the cup|Partner content is a lie, study says|Message from space decoded|Looking for a job|That's all anybody knows|Einstellungen in der Industrie gehen zurück|App stores must open, court says"
)


@pytest.mark.parametrize(("reason", "lines"), CASES)
def test_furniture_is_told_in_every_language(reason: str, lines: str) -> None:
    assert {line: furniture(line) for line in lines.split("|")} == dict.fromkeys(lines.split("|"), reason)


@pytest.mark.parametrize("line", NEWS.split("|"))
def test_news_is_no_furniture(line: str) -> None:
    assert furniture(line) == ""


def test_a_row_of_furniture_is_furniture_and_a_row_with_news_is_not() -> None:
    assert furniture("Impressum | Datenschutz | Newsletter abbestellen")
    assert not furniture("Impressum | Ein Schiff sinkt")


def test_a_polls_answers_go_with_its_question() -> None:
    lines = ["How was today's edition?", "👍 Great", "⭐⭐⭐", "⭐⭐ So-so", "Ports open again", "Great"]

    assert furniture_of(lines) == dict.fromkeys(range(4), cues.POLL)


@pytest.mark.parametrize(
    "answers", ["Gar nicht|Geht so", "J'ai adoré|Pas du tout", "No me gustó|Más o menos", "Não gostei|Mais ou menos",
                "Moltissimo|Per niente", "很喜欢|一般", "まあまあ|いまいち"]
)  # fmt: skip
def test_answers_are_told_in_every_language(answers: str) -> None:
    assert len(furniture_of(["How was today's edition?", *answers.split("|")])) == 3


@pytest.mark.parametrize(
    "line",
    [
        "Unsubscribe here",
        "Newsletter abbestellen",
        "Se désabonner",
        "Darse de baja",
        "You're receiving this because you subscribed",
        "Pour vous désabonner, cliquez ici",
        "Cancelar suscripción",
        "Cancelar inscrição",
        "Annulla l'iscrizione",
        "取消订阅",
        "配信停止はこちら",
        "You're among 400 others who received this email because you wanted it",
        "That's it for this week!",
        "Das war's für heute.",
        "À la semaine prochaine !",
        "¡Hasta la próxima!",
        "Até a próxima!",
        "Alla prossima!",
        "我们下期再见！",
        "また来週！",
        *("À vendredi prochain,", "Buona lettura e alla prossima settimana!"),
    ],
)
def test_a_footer_begins_in_every_language(line: str) -> None:
    assert begins_footer(line)


@pytest.mark.parametrize("line", ["The End", "END", "End.", "おわり", "完"])
def test_a_headline_is_the_end_only_with_signs_around_it(line: str) -> None:
    """A story about The End lost its headline."""
    assert furniture(line) == ""


@pytest.mark.parametrize(
    "line",
    [
        "Kind regards,",
        "Viele Grüße aus Kiel",
        "Bonne semaine !",
        "Un saludo",
        "Abraços",
        "Cari saluti",
        "祝好",
    ],
)
def test_a_letter_ends_where_only_who_wrote_it_stands_below(line: str) -> None:
    """Above the stories an intro ends so; all of them were dropped as the footer."""
    assert ends_letter(line, ["Ann Example", "Harbour Weekly"], above=6)
    assert not ends_letter(line, ["Ann Example", "Harbour Weekly"], above=3)
    for news in ("Ships sail https://example.com/1", "2. Ships sail", "Ships sail again."):
        assert not ends_letter(line, ["Ann Example", news], above=20)


@pytest.mark.parametrize(
    "line",
    [
        *("Click here", "Keep reading", "More details", "Read in full", "View article"),
        *("Jetzt lesen", "Weitere Informationen", "Lesen Sie hier weiter", "Zum vollständigen Artikel"),
        *("Pour en savoir plus", "Plus d'informations", "Lire ici", "Article complet"),
        *("Leer aquí", "Más detalles", "Ver noticia", "Sigue leyendo", "Nota completa"),
        *("Leia na íntegra", "Acesse aqui", "Mais detalhes", "Matéria completa", "Continuar lendo"),
        *("Per saperne di più", "Maggiori informazioni", "Vai all'articolo", "Leggi la notizia"),
        *("点击查看", "文章链接", "更多详情", "继续阅读", "如果你想找船，点这里"),
        *("記事を読む", "記事はこちら", "詳しく見る", "原文を読む"),
        "Read more",
        "Weiterlesen",
        "Lire la suite",
        "Leer más",
        "Leia mais",
        "Leggi tutto",
        "阅读全文",
        "続きを読む",
    ],
)
def test_a_prompt_is_told_in_every_language(line: str) -> None:
    assert is_prompt(line)


@pytest.mark.parametrize(
    "line",
    [
        "In today's rundown:",
        "In dieser Ausgabe",
        "Au sommaire",
        "En esta edición",
        "Nesta edição",
        "In questo numero",
        "本期目录",
        "今号の内容",
    ],
)
def test_what_heads_a_list_of_contents_is_told_in_every_language(line: str) -> None:
    assert heads_contents(line)


@pytest.mark.parametrize(
    "line",
    [
        "Photo: Ann Example",
        "Image source: Example Productions",
        "Foto: dpa",
        "Crédit photo : Anne",
        "Imagen: EFE",
        "图片来源：示例",
        "写真：例",
        "（图片：发布现场。）",
    ],
)
def test_a_credit_is_told_in_every_language(line: str) -> None:
    assert is_credit(line)


@pytest.mark.parametrize(
    "line",
    [
        "Newsletter abonnieren",
        "Abonnez-vous à notre lettre d'information",
        "Suscríbete a nuestro boletín",
        "订阅本周刊邮件",
        "メルマガに登録",
    ],
)
def test_asking_to_subscribe_is_told_in_every_language(line: str) -> None:
    assert is_sign_up(line)


@pytest.mark.parametrize(
    "line",
    [
        "Weekly roundup",
        "Wochenrückblick",
        "La revue de presse",
        "Resumen semanal",
        "Resumo da semana",
        "La rassegna",
        "第 150 期",
        "今週のまとめ",
    ],
)
def test_a_title_is_told_in_every_language(line: str) -> None:
    assert sounds_like_a_title(line)


DAYS = (
    "27 November 2026|November 27th, 2026|2026-11-27|27.11.2026|27/11/2026|11/27/2026|27. November 2026"
    "|vendredi 27 novembre 2026|27 de noviembre de 2026|27 de novembro de 2026|27 novembre 2026|2026年11月27日"
    "|２０２６年１１月２７日|二〇二六年十一月二十七日|令和8年11月27日（金）|Nov 27, 2026|27 nov. 2026|20261127"
)


@pytest.mark.parametrize("text", DAYS.split("|"))
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert find_date(text) == date(2026, 11, 27)
    assert find_date(f"Ausgabe vom {text}") == date(2026, 11, 27)
    assert furniture(text) == cues.STAMP


def test_a_day_that_may_be_two_is_neither() -> None:
    assert find_date("03/04/2026") is None
    assert two_days("03/04/2026") == (date(2026, 4, 3), date(2026, 3, 4))
    assert two_days("04/04/2026") == (date(2026, 4, 4),)
    assert two_days("3/4/26") == (date(2026, 4, 3), date(2026, 3, 4))


@pytest.mark.parametrize("text", ["27.11.26", "27/11/26", "11/27/26"])
def test_a_year_may_have_two_digits(text: str) -> None:
    assert find_date(text) == date(2026, 11, 27)


@pytest.mark.parametrize("text", ["3.11.26", "10.12.11.26", "24/7", "1/2/3"])
def test_a_version_is_no_day(text: str) -> None:
    assert not find_date(text)
    assert not two_days(text)


@pytest.mark.parametrize(
    "text", ["Freitag, 27. November 2026", "11月27日（金）2026年11月27日", "28-30 October 2019:"]
)
def test_a_line_of_days_is_one(text: str) -> None:
    assert is_date(text)


def test_cues_are_in_small_letters() -> None:
    """What they are looked for in is, too: a capital would never be found."""
    tables = [table for table in vars(cues).values() if isinstance(table, list)]
    said = [pattern for table in tables for *_, pattern in table]

    assert len(tables) > 10
    assert [pattern for pattern in said if re.search(r"(?<!\\)[A-Z]", pattern)] == []
