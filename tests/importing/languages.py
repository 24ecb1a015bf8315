# ruff: noqa: E501 - a paragraph is one line, as in the source
"""Small roundups in eight languages, of our own making, and the forms in which a mailbox has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One roundup: what a reader should find, and what stands around it."""

    title: str
    date: str  # as it is written there
    intro: str
    stories: Sequence[tuple[str, str]]
    above: Sequence[str]  # furniture
    below: Sequence[str]


ISSUES = {
    "en": Issue(
        title="Harbour Weekly: ships and trains",
        date="Friday, 27 November 2026",
        intro="Good morning, and welcome to this week's edition. Four things happened that you should know about.",
        stories=[
            ("Port of Kiel opens a second terminal for ferries", "The new terminal cost 40 million euros and can handle two ships at a time. The first passengers came on Monday, and the operator expects half a million a year."),
            ("Night trains return to the northern line after nine years", "Four carriages with beds leave every evening at ten. Tickets cost less than a flight, and the first two weeks are sold out."),
            ("Shipyard finds a buyer at the last minute", "A family company from the south will take over all 320 workers. The price was not made known."),
            ("How much a ferry ticket really costs", "Our reporters compared nineteen operators. The dearest crossing costs six times as much as the cheapest, and nobody could say why."),
        ],
        above=["View this email in your browser", "Brought to you by Example Lines"],
        below=["How was today's edition?", "👍 Great", "👎 Could be better", "Share this newsletter with a friend", "Unsubscribe | Manage your preferences"],
    ),
    "de": Issue(
        title="Hafenblick: der Wochenrückblick",
        date="Freitag, 27. November 2026",
        intro="Guten Morgen und willkommen zur neuen Ausgabe. Vier Dinge sind in dieser Woche passiert, die Sie kennen sollten.",
        stories=[
            ("Kiel eröffnet ein zweites Terminal für Fähren", "Das neue Terminal hat 40 Millionen Euro gekostet und kann zwei Schiffe zugleich abfertigen. Die ersten Fahrgäste kamen am Montag, und der Betreiber rechnet mit einer halben Million im Jahr."),
            ("Nachtzüge fahren nach neun Jahren wieder in den Norden", "Vier Wagen mit Betten fahren jeden Abend um zehn Uhr ab. Die Fahrkarten kosten weniger als ein Flug, und die ersten zwei Wochen sind ausverkauft."),
            ("Werft findet in letzter Minute einen Käufer", "Ein Familienbetrieb aus dem Süden übernimmt alle 320 Beschäftigten. Über den Preis wurde nichts bekannt."),
            ("Was eine Fahrkarte wirklich kostet", "Unsere Reporter haben neunzehn Anbieter verglichen. Die teuerste Überfahrt kostet sechsmal so viel wie die günstigste, und niemand konnte sagen, warum."),
        ],
        above=["Diese E-Mail im Browser ansehen", "Präsentiert von Beispiel Reederei"],
        below=["Wie hat Ihnen diese Ausgabe gefallen?", "👍 Sehr gut", "👎 Schlecht", "Empfehlen Sie uns weiter", "Impressum | Datenschutz | Newsletter abbestellen"],
    ),
    "fr": Issue(
        title="Le quai : la revue de la semaine",
        date="vendredi 27 novembre 2026",
        intro="Bonjour et bienvenue dans cette nouvelle édition. Quatre choses se sont passées cette semaine et méritent votre attention.",
        stories=[
            ("Le port de Brest ouvre un deuxième terminal pour les ferries", "Le nouveau terminal a coûté 40 millions d'euros et peut accueillir deux navires à la fois. Les premiers passagers sont arrivés lundi, et l'exploitant en attend un demi-million par an."),
            ("Les trains de nuit reviennent dans le nord après neuf ans", "Quatre voitures-lits partent chaque soir à dix heures. Le billet coûte moins cher qu'un vol, et les deux premières semaines sont complètes."),
            ("Le chantier naval trouve un repreneur au dernier moment", "Une entreprise familiale du sud reprend les 320 salariés. Le prix n'a pas été rendu public."),
            ("Ce que coûte vraiment une traversée", "Nos journalistes ont comparé dix-neuf compagnies. La traversée la plus chère coûte six fois plus que la moins chère, et personne n'a su dire pourquoi."),
        ],
        above=["Voir cet e-mail dans votre navigateur", "Présenté par Exemple Lignes"],
        below=["Qu'avez-vous pensé de ce numéro ?", "👍 Très bien", "👎 Bof", "Partagez cette lettre avec vos amis", "Se désabonner"],
    ),
    "es": Issue(
        title="El muelle: resumen de la semana",
        date="viernes, 27 de noviembre de 2026",
        intro="Buenos días y bienvenidos a una nueva edición. Esta semana pasaron cuatro cosas que conviene saber.",
        stories=[
            ("El puerto de Vigo abre una segunda terminal de ferris", "La nueva terminal costó 40 millones de euros y puede atender dos barcos a la vez. Los primeros pasajeros llegaron el lunes, y la empresa espera medio millón al año."),
            ("Los trenes nocturnos vuelven al norte después de nueve años", "Cuatro coches con camas salen cada noche a las diez. El billete cuesta menos que un vuelo, y las dos primeras semanas están agotadas."),
            ("El astillero encuentra comprador en el último minuto", "Una empresa familiar del sur se queda con los 320 trabajadores. El precio no se hizo público."),
            ("Cuánto cuesta de verdad un billete de ferri", "Nuestros reporteros compararon diecinueve compañías. La travesía más cara cuesta seis veces más que la más barata, y nadie supo explicar por qué."),
        ],
        above=["Ver este correo en tu navegador", "Patrocinado por Líneas Ejemplo"],
        below=["¿Qué te ha parecido esta edición?", "👍 Me encanta", "👎 Mal", "Comparte con tus amigos", "Darse de baja"],
    ),
    "pt": Issue(
        title="O cais: resumo da semana",
        date="sexta-feira, 27 de novembro de 2026",
        intro="Bom dia e bem-vindos a mais uma edição. Quatro coisas aconteceram nesta semana que vale a pena saber.",
        stories=[
            ("Porto de Santos abre um segundo terminal para balsas", "O novo terminal custou 40 milhões de reais e pode receber dois navios de cada vez. Os primeiros passageiros chegaram na segunda-feira, e a empresa espera meio milhão por ano."),
            ("Trens noturnos voltam à linha do norte depois de nove anos", "Quatro vagões com camas partem todas as noites às dez. A passagem custa menos do que um voo, e as duas primeiras semanas estão esgotadas."),
            ("Estaleiro encontra comprador na última hora", "Uma empresa familiar do sul fica com os 320 trabalhadores. O preço não foi divulgado."),
            ("Quanto custa de verdade uma passagem de balsa", "Nossos repórteres compararam dezenove empresas. A travessia mais cara custa seis vezes mais do que a mais barata, e ninguém soube dizer por quê."),
        ],
        above=["Ver este e-mail no navegador", "Oferecido por Linhas Exemplo"],
        below=["O que achou desta edição?", "👍 Adorei", "👎 Ruim", "Compartilhe com seus amigos", "Cancelar inscrição"],
    ),
    "it": Issue(
        title="Il molo: la rassegna della settimana",
        date="venerdì 27 novembre 2026",
        intro="Buongiorno e benvenuti a questa nuova edizione. Quattro cose sono successe questa settimana che vale la pena sapere.",
        stories=[
            ("Il porto di Ancona apre un secondo terminal per i traghetti", "Il nuovo terminal è costato 40 milioni di euro e può accogliere due navi alla volta. I primi passeggeri sono arrivati lunedì, e il gestore ne aspetta mezzo milione all'anno."),
            ("I treni notturni tornano al nord dopo nove anni", "Quattro carrozze con i letti partono ogni sera alle dieci. Il biglietto costa meno di un volo, e le prime due settimane sono esaurite."),
            ("Il cantiere trova un compratore all'ultimo minuto", "Un'azienda di famiglia del sud prende tutti i 320 lavoratori. Il prezzo non è stato reso noto."),
            ("Quanto costa davvero un biglietto del traghetto", "I nostri cronisti hanno confrontato diciannove compagnie. La traversata più cara costa sei volte più della meno cara, e nessuno ha saputo dire perché."),
        ],
        above=["Visualizza questa email nel tuo browser", "Offerto da Linee Esempio"],
        below=["Cosa ne pensi di questa edizione?", "👍 Mi è piaciuta", "👎 Male", "Condividi con un amico", "Annulla l'iscrizione"],
    ),
    "zh": Issue(
        title="港口周刊（第 48 期）",
        date="2026年11月27日",
        intro="早上好，欢迎阅读新一期的港口周刊。本周有四件事值得大家了解，我们为你整理如下。",
        stories=[
            ("青岛港第二座客运码头启用", "新码头耗资四千万元，可以同时停靠两艘船。首批旅客周一抵达，运营方预计每年接待五十万人次。"),
            ("北方线夜间列车九年后恢复运行", "每晚十点发车，共有四节卧铺车厢。票价低于机票，前两周的车票已经全部售完。"),
            ("造船厂在最后时刻找到买家", "一家南方的家族企业将接收全部三百二十名员工，收购价格没有公布。"),
            ("一张船票到底要花多少钱？", "我们的记者比较了十九家公司，最贵的航线价格是最便宜的六倍，却没有人能说清楚原因。"),
        ],
        above=["在浏览器中查看", "本期由示例航运赞助"],
        below=["你觉得本期内容如何？", "👍 很好", "👎 一般", "欢迎转发给朋友", "取消订阅"],
    ),
    "ja": Issue(
        title="港の週報 第48号",
        date="2026年11月27日（金）",
        intro="おはようございます。今週も四つの話題をお届けします。どれも知っておきたいことばかりです。",
        stories=[
            ("神戸港で二つ目の旅客ターミナルが開業", "新しいターミナルの建設費は四十億円で、二隻の船を同時に扱えます。最初の乗客は月曜日に到着し、年間五十万人の利用が見込まれています。"),
            ("夜行列車が九年ぶりに北へ", "寝台車四両が毎晩十時に出発します。運賃は飛行機より安く、最初の二週間はすでに満席です。"),
            ("造船所、土壇場で買い手が見つかる", "南部の家族経営の会社が三百二十人の従業員をすべて引き継ぎます。金額は公表されていません。"),
            ("船の切符は本当はいくらか", "記者が十九社を比べました。最も高い航路は最も安い航路の六倍で、その理由は誰も説明できませんでした。"),
        ],
        above=["ブラウザで表示する", "提供：サンプル汽船"],
        below=["今号はいかがでしたか？", "👍 良かった", "👎 普通", "お友達に紹介する", "配信停止はこちら"],
    ),
}  # fmt: skip


def pasted(issue: Issue) -> Iterator[tuple[str, str]]:
    """Yield the issue as an editor copies it: each form's name, and the text."""
    top, end = [*issue.above, "", issue.title, issue.date, "", issue.intro, ""], ["", *issue.below]
    pairs = issue.stories
    yield "headline and text together", "\n".join([*top, *(f"{h}\n{b}\n" for h, b in pairs), *end])
    yield (
        "blank lines everywhere",
        "\n\n".join([*filter(None, top), *(f"{h}\n\n{b}" for h, b in pairs), *end]),
    )
    yield (
        "no blank lines",
        "\n".join([*filter(None, top), *(f"{h}\n{b}" for h, b in pairs), *filter(None, end)]),
    )
    counted = enumerate(pairs, start=1)
    yield "numbered", "\n\n".join([*filter(None, top), *(f"{n}. {h}\n\n{b}" for n, (h, b) in counted), *end])
    linked = (f"• {h} https://example.com/{n}" for n, (h, _) in enumerate(pairs))
    yield "marked, with addresses", "\n".join([*top, *linked, *end])
    more = (f"{h}\n{b}\nhttps://example.com/{n}\n" for n, (h, b) in enumerate(pairs))
    yield "address below the text", "\n".join([*top, *more, *end])


def mailed(issue: Issue) -> Iterator[tuple[str, str]]:
    """Yield the issue as HTML that mail programs send."""
    above = "".join(f"<tr><td>{line}</td></tr>" for line in issue.above)
    below = "".join(f"<tr><td><a href='https://example.com/u'>{line}</a></td></tr>" for line in issue.below)
    hidden = "<style>.preheader{display:none}</style><div class='preheader'>All in here, and more of it</div>"
    head = f"<html><body>{hidden}<table>{above}<tr><td><h1>{issue.title}</h1></td></tr><tr><td>{issue.date}</td></tr><tr><td><p>{issue.intro}</p></td></tr>"
    end = f"{below}</table></body></html>"
    bold = "<tr><td><p><b>{h}</b></p><p>{b}</p><p><a href='https://example.com/{n}'>→</a></p></td></tr>"
    linked = "<tr><td><a href='https://example.com/{n}'>{h}</a><br>{b}</td></tr>"
    headed = "<tr><td><h2><a href='https://example.com/{n}'>{h}</a></h2><p>{b}</p></td></tr>"
    run_in = "<tr><td><p><b>{h}.</b> {b}</p></td></tr>"
    for name, row in {"bold": bold, "links": linked, "headings": headed, "run-in": run_in}.items():
        yield name, head + "".join(row.format(h=h, b=b, n=n) for n, (h, b) in enumerate(issue.stories)) + end


def in_markdown(issue: Issue) -> Iterator[tuple[str, str]]:
    """Yield the issue in the ways people write Markdown."""
    top = f"# {issue.title}\n\n{issue.date}\n\n{issue.intro}\n\n"
    forms = {
        "bold lines": "**{h}**\n\n{b}\n\n",
        "bold line and text in one paragraph": "**{h}**\n{b}\n\n",
        "numbered links": "{i}、[{h}](https://example.com/{n})\n\n{b}\n\n",
        "numbered in brackets": "（{i}）[{h}](https://example.com/{n})\n{b}\n\n",
        "numbered list": "{i}. [{h}](https://example.com/{n})\n\n{b}\n\n",
        "ruled": "{h}\n\n{b}\n\n---\n\n",
        "bare link items": "- [{h}](https://example.com/{n})\n\n{b}\n\n",
        "closed by their links": "{b}\n\n[{h}](https://example.com/{n})\n\n",
    }
    for name, form in forms.items():
        rows = (form.format(h=h, b=b, n=n, i=n + 1) for n, (h, b) in enumerate(issue.stories))
        yield name, top + "".join(rows)
