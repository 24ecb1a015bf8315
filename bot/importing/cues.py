# ruff: noqa: E501 - a cue is one line, as long as it is
"""What roundups say around their news, by language: one line a cue, for pasted text and documents alike.

A line that is *only* such words is furniture and dropped with the reason; a new cue is one line here and one
case in `tests/importing/test_cues.py`. Cues are in small letters, and so is what they are looked for in:
re.IGNORECASE takes twice as long.
"""

from __future__ import annotations

import re

NAVIGATION, SHARING, COMMENTS = "page navigation", "share buttons", "comments"
ITSELF, INTRO_HEADING = "says who makes it", "heading of the intro"
LISTED, AGAIN = "list of contents", "said again and again"
OTHER_ARTICLES, ADVERTISING, PAGE = "list of other articles", "advertising", "page furniture"
SPONSOR, PAID_FOR = "a sponsor's heading", "says who paid for it"
LEGAL, MAIL, STAMP, BYLINE = "legal notice", "mail furniture", "time stamp", "by-line"
SECTION = "heading of a section; name it as the section of its stories"
RULER = "ruler"
PICTURE = "a picture's address"
POLL, REFERRAL, SIGN_UP = "a poll", "a referral box", "sign-up box"

_SITES = (
    r"facebook|twitter|linkedin|whatsapp|reddit|e-?mail|print|rss|instagram|youtube|wechat|weibo|pinterest|"
    r"telegram|tumblr|threads|mastodon|bluesky|微信|微博|朋友圈|知乎|豆瓣|はてブ|hatena"
)

# Where a reader is invited to, beside those that a row of buttons names.
_PLACES = rf"(({_SITES}|x|slack|discord|tiktok|xing|line|小红书|抖音|qq ?群|微信群)([ ,&|/·、]|and|und|et|y|e|和|と)*)+"

# Language, reason, pattern of a whole line without the signs at its ends.
FURNITURE = [
    ("en", NAVIGATION, r"(skip to )?(the )?(main )?content"),
    ("en", NAVIGATION, r"(main )?menu|home|search|back to (the )?top|skip to .{0,30}|toggle .{0,30}"),
    ("en", NAVIGATION, r"(previous|next|older|newer|latest)( (post|article|issue|story)s?)?|archives?"),
    ("en", NAVIGATION, r"reuse this content|print( this)?( page| article)?|copy link|permalink"),
    ("de", NAVIGATION, r"(zum )?(haupt)?inhalt( springen)?|startseite|nach oben|drucken|inhaltsverzeichnis"),
    ("fr", NAVIGATION, r"(aller au )?contenu( principal)?|accueil|haut de page|imprimer|rechercher|sommaire"),
    ("es", NAVIGATION, r"(saltar al )?contenido( principal)?|inicio|volver arriba|imprimir|buscar"),
    ("pt", NAVIGATION, r"(ir para o )?conteúdo( principal)?|início|voltar ao topo|imprimir|buscar|pesquisar"),
    ("it", NAVIGATION, r"(vai al )?contenuto( principale)?|torna su|stampa|cerca"),
    ("zh", NAVIGATION, r"首页|返回(顶部|首页)|上一[篇期页]|下一[篇期页]|打印|搜索|目录"),
    ("ja", NAVIGATION, r"ホーム|(ページ)?トップ(へ|に)(戻る)?|前の記事|次の記事|印刷(する)?|検索|目次"),
    (
        "en",
        SHARING,
        r"(share|tweet|pin|email|follow|like)( (this|us|on|via|by|it|article|story|page|post|facebook|twitter|x|"
        r"linkedin|email|whatsapp|instagram|wechat|weibo|youtube|and|or|,|&|\d+))*:?",
    ),
    ("", SHARING, rf"({_SITES}|[|·•,/、 ])+"),
    ("", SHARING, rf"(share|spread|teilen?( sie)?|partage[rz]?|compart(e|ir)|compartilhe|condividi) (this|our|dies\w*|cet(te)?|ce|est[ae]|quest[oa]) .{{0,30}}: ?{_PLACES}"),
    ("", SHARING, rf"(follow us|folg(t|en sie) uns|suivez[- ]nous|síguenos|siga[- ]nos|seguici) ?: ?{_PLACES}"),
    ("", SHARING, rf"((分享|转发)本.{{0,10}}|.{{0,12}}(シェア|共有)) ?[:：] ?{_PLACES}"),
    ("de", SHARING, rf"(jetzt |artikel )?(teilen|twittern|folgen sie uns|weitersagen)( (auf|mit|per|bei))?( ({_SITES}|[,|·/ ]|und))*"),
    ("de", SHARING, rf"(auf|bei|per|via) ({_SITES}) teilen"),
    ("fr", SHARING, rf"(partager|tweeter|partagez|suivez[- ]nous)( (sur|par|via|cet article))*( ({_SITES}|[,|·/ ]|et))*"),
    ("es", SHARING, rf"(compartir|comparte|tuitear|síguenos)( (en|por|vía|este artículo))*( ({_SITES}|[,|·/ ]|y))*"),
    ("pt", SHARING, rf"(compartilh(ar|e)|partilh(ar|e)|tuitar|siga[- ]nos)( (no|na|em|por|via|este artigo))*( ({_SITES}|[,|·/ ]|e))*"),
    ("it", SHARING, rf"(condividi|twitta|seguici|seguiteci)( (su|via|per|questo articolo))*( ({_SITES}|[,|·/ ]|e))*"),
    ("zh", SHARING, rf"(分享|转发)(到|至|给)?[:： ]*({_SITES}|[,|·/、 ]|朋友)*|(点赞|收藏|在看|关注我们|分享|转发|[ /|·、])+"),
    ("ja", SHARING, rf"(シェア|ツイート|フォロー|共有|ポスト)(する|して(ください|ね))?|({_SITES})(で|に)(シェア|共有|送る|保存)(する)?"),
    ("en", SHARING, rf"(join|find|follow|meet|connect with|talk to|like|watch|chat with) (us|me|the conversation) (too |also )?(on|at|in) {_PLACES}|join (our|the) (community|channel|group|server)( (on|at|in) {_PLACES})?"),
    ("de", SHARING, rf"(sie finden|du findest|ihr findet|finden sie|finde|findet|folgen sie|folge|folgt|besuchen sie|besuche|besucht|treffen sie|triff|trefft) uns (auch )?(auf|bei|in) {_PLACES}|(werden sie|werde|werdet) teil unserer (community|gruppe)( (auf|bei|in) {_PLACES})?"),
    ("fr", SHARING, rf"(rejoignez|suivez|retrouvez|rejoins|suis|retrouve)[- ](nous|notre (communauté|groupe|chaîne))( aussi| également)? sur {_PLACES}|(rejoignez|rejoins) notre (communauté|groupe|chaîne)"),
    ("es", SHARING, rf"(únete a (nosotros|nuestr[oa] (comunidad|grupo|canal))|únase a nosotros|síguenos|síganos|encuéntranos|búscanos|acompáñanos)( también)? en {_PLACES}|únete a nuestr[oa] (comunidad|grupo|canal)"),
    ("pt", SHARING, rf"((junte-se|una-se) a (nós|nossa comunidade|nosso grupo)|sig(a|am)(-nos| a gente)|nos siga|encontre-nos|acompanhe(-nos| a gente)|participe)( também)? (no|na|em) {_PLACES}|(junte-se à|entre na|participe da) nossa comunidade|entre no nosso (grupo|canal)"),
    ("it", SHARING, rf"((unisciti|unitevi) a noi|(seguici|seguiteci)|(trovaci|trovateci|ci trovi|ci trovate)|(raggiungici|raggiungeteci))( anche)? su {_PLACES}|(unisciti|unitevi) (alla nostra community|al nostro (gruppo|canale))( su {_PLACES})?"),
    ("zh", SHARING, rf"(欢迎|快来|请)?(关注|加入|添加)(我们)?(的)? ?{_PLACES} ?(公众号|群|频道|社群|账号|主页|小组)?|(欢迎)?(在|来|到) ?{_PLACES} ?(上)?(关注|找到|加入|联系)我们"),
    ("ja", SHARING, rf"{_PLACES}(でも?|の?(公式)?(アカウント|グループ|チャンネル|コミュニティ)(でも?|に|を)?)(私たち|弊社|当編集部)?(を|に|と)?(フォロー|参加|つながる|つながりましょう)(する|して(ください|ね)|しよう|しませんか|をお願いします)?"),
    ("en", COMMENTS, r"(leave|post|add|write) a (comment|reply)|(no |\d+ )?comments?( \(\d+\))?:?|reply"),
    ("en", COMMENTS, r"(discuss|comment on) (it|this)( (story|article|post|issue))?( (at|on|in) .{2,30}| (at|on|here|online))?"),
    ("de", COMMENTS, r"((diesen|über diesen) (artikel|beitrag) |hier |jetzt )?(mit)?diskutieren( sie)?( mit| hier| auf .{2,30})?"),
    ("fr", COMMENTS, r"(réagir|réagissez|(discuter|débattre|discutez) (de )?(cet article|cette actualité|ici))( (à cet article|sur .{2,30}|ici))?"),
    ("es", COMMENTS, r"(comenta|comentar|debate|debatir) (esta noticia|este artículo|aquí|en .{2,30})"),
    ("pt", COMMENTS, r"(comente|comentar|discuta|discutir) (esta notícia|este artigo|aqui|em .{2,30})"),
    ("it", COMMENTS, r"(commenta|discuti) (questa notizia|questo articolo|qui|su .{2,30})"),
    ("zh", COMMENTS, r"(参与|进入|点此|在此)?讨论(本文|这篇文章|此文|区)?"),
    ("ja", COMMENTS, r"(この記事|このニュース)(について|を|に)(議論|話し合う|コメント)(する)?"),
    ("de", COMMENTS, r"(keine|\d+) kommentare?|kommentare?( \(\d+\))?|kommentar (schreiben|hinterlassen)"),
    ("fr", COMMENTS, r"(aucun|\d+) commentaires?|commentaires?|laisser un commentaire|répondre"),
    ("es", COMMENTS, r"(sin|\d+) comentarios?|comentarios?|dej(a|ar) un comentario|responder"),
    ("pt", COMMENTS, r"(nenhum|sem|\d+) comentários?|comentários?|deix(e|ar) um comentário"),
    ("it", COMMENTS, r"(nessun|\d+) comment[io]|commenti|lascia un commento|rispondi"),
    ("zh", COMMENTS, r"\d* ?条?评论( ?\(\d+\))?|(发表|查看|写)评论|留言|回复"),
    ("ja", COMMENTS, r"コメント(する|を(書く|残す))?[ (（]?\d*件?[)）]?|返信(する)?"),
    (
        "en",
        OTHER_ARTICLES,
        r"(related|recommended|popular|trending|more|you (may|might) also like)"
        r"( (articles|posts|stories|content|news|topics|from .{1,40}|on .{1,40}))?:?",
    ),
    ("de", OTHER_ARTICLES, r"mehr zum thema|lesen sie auch|ähnliche (artikel|beiträge)|das könnte (sie|dich) auch interessieren|meistgelesen"),
    ("fr", OTHER_ARTICLES, r"(à )?lire aussi|articles (similaires|liés|connexes)|sur le même sujet|vous aimerez aussi|les plus lus"),
    ("es", OTHER_ARTICLES, r"(artículos|noticias) relacionad[oa]s|(también )?te puede interesar|le[ae] también|lo más leído"),
    ("pt", OTHER_ARTICLES, r"(artigos|notícias|posts) relacionad[oa]s|leia também|veja também|mais lidas"),
    ("it", OTHER_ARTICLES, r"articoli correlati|leggi anche|potrebbe(ro)? interessarti( anche)?|i più letti"),
    ("zh", OTHER_ARTICLES, r"相关(文章|阅读|推荐|新闻|链接)|推荐阅读|延伸阅读|猜你喜欢|往期(回顾|推荐|精选|内容)|热门文章"),
    ("ja", OTHER_ARTICLES, r"関連(記事|ニュース|リンク)|(あわせて|合わせて)読みたい|おすすめ(の)?記事|人気(の)?記事|バックナンバー"),
    ("en", ADVERTISING, r"advertisement|advertise(ment)? with us|ad|promoted|advertise here|become a sponsor|(want|would you like|interested in|looking) (to )?(sponsor|advertis)(e|ing)?\b.{0,120}"),
    ("de", ADVERTISING, r"anzeigen?|werbung"),
    ("fr", ADVERTISING, r"publicité|annonces?"),
    ("es", ADVERTISING, r"publicidad|anuncios?"),
    ("pt", ADVERTISING, r"publicidade|anúncios?"),
    ("it", ADVERTISING, r"pubblicità|annunci"),
    ("zh", ADVERTISING, r"广告|推广|商务合作.{0,30}"),
    ("ja", ADVERTISING, r"広告"),
    # What stands below is the sponsor's.
    ("en", SPONSOR, r"(a )?(message|word) from (our|this week['’]s|today['’]s) (sponsors?|partners?)([:,] ?.{2,40})?|(our|today['’]s|this week['’]s|from our) (sponsors?|partners?)( is .{2,60})?|(sponsored|paid|partner|promoted)( (content|links?|post|story|message))"),
    ("de", SPONSOR, r"(unser(e)? |eine? (nachricht|wort) (von )?unsere[mrs]? )?(sponsor(en)?|werbepartner)|(gesponserte[rs]?|werblicher?|bezahlte[rs]?) (inhalte?|beitrag|anzeige)|advertorial"),
    ("fr", SPONSOR, r"(un )?(mot|message) de (notre|nos) (sponsors?|partenaires?)|(notre|nos) (sponsors?|partenaires?)|contenu (sponsorisé|partenaire)|publi-?rédactionnel"),
    ("es", SPONSOR, r"(un )?mensaje de nuestr[oa]s? (patrocinador(es)?|sponsors?)|nuestr[oa]s? (patrocinador(es)?|sponsors?)|contenido patrocinado|publirreportaje"),
    ("pt", SPONSOR, r"(uma )?mensagem d[oe] nossos? (patrocinador(es)?)|nossos? patrocinador(es)?|conteúdo patrocinado|publieditorial"),
    ("it", SPONSOR, r"(un )?messaggio d(al|ei|el|ai) nostr[oi] sponsor|(il|i) nostr[oi] sponsor|contenut[oi] sponsorizzat[oi]|messaggio promozionale"),
    ("zh", SPONSOR, r"赞助商?(内容|信息|推荐)?|商业推广|推广内容"),
    ("ja", SPONSOR, r"スポンサー(リンク|からのお知らせ|の紹介)?|(提供|広告|タイアップ)記事|pr"),
    # What stands below is whose name is said, unless it stands at the top: then all is.
    ("en", PAID_FOR, r"((this|today['’]s) .{0,30} is )?(brought to you|presented|sponsored|powered) by .{2,80}|(in partnership|together) with [a-z].{1,40}"),
    ("de", PAID_FOR, r"(dies(e|er|es) .{2,40} (wird|wurde) )?(ihnen |euch )?(präsentiert|gesponsert|unterstützt|ermöglicht) von .{2,80}|in (kooperation|zusammenarbeit) mit .{2,60}"),
    ("fr", PAID_FOR, r"(ce(tte)? .{2,40} vous est )?(présentée?|sponsorisée?|proposée?|offerte?) par .{2,80}|en partenariat avec .{2,60}"),
    ("es", PAID_FOR, r"(est[ea] .{2,40} )?(patrocinad[oa]|presentad[oa]|ofrecid[oa]|traíd[oa]) .{0,12}por .{2,80}|en colaboración con .{2,60}"),
    ("pt", PAID_FOR, r"(est[ea] .{2,40} )?(patrocinad[oa]|apresentad[oa]|oferecid[oa]|trazid[oa]) .{0,12}(por|pel[oa]) .{2,80}|em parceria com .{2,60}|oferecimento:? .{2,60}"),
    ("it", PAID_FOR, r"(quest[ao] .{2,40} )?(offert[ao]|sponsorizzat[ao]|presentat[ao]) da(l|lla|ll['’])? ?.{2,40}|in collaborazione con .{2,60}"),
    ("zh", PAID_FOR, r"(本期|本周|本刊|本文).{0,12}由.{1,40}(赞助|冠名|支持|提供|呈现)(播出)?|感谢.{1,30}(赞助|支持)(本期|本刊).{0,10}"),
    ("ja", PAID_FOR, r"(本号|今号|今週号?|このニュースレター)は.{1,40}(の提供|がお送り|の協賛).{0,20}|提供[:：] ?.{1,40}|協賛[:：]? ?.{1,40}"),
    ("en", PAGE, r"\d+ min(ute)?s?( read)?|listen( to (this )?article)?|reading time.{0,20}"),
    ("zh", PAGE, r"全文完"),
    ("de", PAGE, r"lesezeit:? .{0,20}|\d+ min(uten)?( lesezeit)?|artikel anhören"),
    ("fr", PAGE, r"(temps|durée) de lecture.{0,20}|\d+ min(utes)?( de lecture)?|écouter l['’]article"),
    ("es", PAGE, r"tiempo de lectura.{0,20}|\d+ min(utos)?( de lectura)?|escuchar( el)? artículo"),
    ("pt", PAGE, r"tempo de leitura.{0,20}|\d+ min(utos)?( de leitura)?|ouvir( o)? artigo"),
    ("it", PAGE, r"tempo di lettura.{0,20}|\d+ min(uti)?( di lettura)?|ascolta( l['’])? ?articolo"),
    ("zh", PAGE, r"(阅读|预计阅读)(时间|时长|本文).{0,20}|阅读(量|数)?[:： ]*[\d.,万w+]+|(全文)?(共|约) ?\d+ ?字.{0,20}"),
    ("ja", PAGE, r"(この記事は)?約? ?\d+ ?分で読めます|読了(時間|目安).{0,15}"),
    ("en", PICTURE, r"(view|see|show|display|open|enlarge|download)( (the|this|full|full-size|larger))* (image|picture|photo)s?( (in full|larger|full size))?"),
    ("de", PICTURE, r"(bild|foto|grafik)(er|s)? (ansehen|anzeigen|öffnen|vergrößern|in voller größe)|zum (bild|foto)"),
    ("fr", PICTURE, r"(voir|afficher|ouvrir|agrandir) (l['’]image|la photo|l['’]illustration)( en grand)?"),
    ("es", PICTURE, r"(ver|mostrar|abrir|ampliar) (la )?(imagen|foto)( ampliada)?"),
    ("pt", PICTURE, r"(ver|mostrar|abrir|ampliar) (a )?(imagem|foto)( ampliada)?"),
    ("it", PICTURE, r"(vedi|mostra|visualizza|apri|ingrandisci) (l['’]immagine|immagine|la foto|foto)"),
    ("zh", PICTURE, r"(点击)?(查看|打开|显示)(大图|图片|原图|图像)"),
    ("ja", PICTURE, r"(画像|写真|図)を(表示|見る|開く|拡大)(する)?"),
    (
        "en",
        LEGAL,
        r"(©|\(c\)|copyright\b).{0,200}|all rights reserved.?|(privacy|cookie) (policy|settings|notice).{0,60}|"
        r"terms (of|and) .{0,60}",
    ),
    ("de", LEGAL, r"alle rechte vorbehalten.{0,40}|impressum|datenschutz(erklärung|hinweise)?|agb"),
    ("fr", LEGAL, r"tous droits réservés.{0,40}|mentions légales|politique de confidentialité"),
    ("es", LEGAL, r"todos los derechos reservados.{0,40}|aviso legal|política de (privacidad|cookies)"),
    ("pt", LEGAL, r"todos os direitos reservados.{0,40}|política de privacidade|termos de (uso|serviço)"),
    ("it", LEGAL, r"tutti i diritti riservati.{0,40}|note legali|informativa sulla privacy|privacy( policy)?"),
    ("zh", LEGAL, r".{0,30}(版权所有|保留所有权利|未经(授权|许可).{0,20}(转载|复制)).{0,60}|隐私(政策|声明)|(服务|使用)条款"),
    ("ja", LEGAL, r".{0,40}(無断(転載|複製)|禁無断転載).{0,30}|プライバシーポリシー|利用規約|特定商取引法.{0,20}"),
    (
        "en",
        MAIL,
        r"view .{0,40}(in|on) (your|the|a) (web ?)?browser.{0,40}|view (online|this email).{0,60}|"
        r".{0,40}read .{0,30}(on the web|online|in your browser).{0,40}",
    ),
    ("en", MAIL, r"(view|open|read)( (this|it|email|online))* (in|on) (web ?)?browser|(view|read)( (this|it|issue|email))* (on|at) [\w-]+(\.[\w-]+)+"),
    ("en", MAIL, r"(((change|update) (your|my) (e-?mail )?address|stop (getting|receiving) (this|these|our) (newsletter|e-?mail)s?)( or |[ .])?)+|why did i get this"),
    ("en", MAIL, r"read (in|on) (the )?app|get the app|start writing( today)?|like|restack|(like|comment|restack|share| )+|(change|edit|email|your) ?(your )?(email )?(preferences|settings)"),
    ("de", MAIL, r".{0,50}(im|in (ihrem|deinem)) (web)?browser (ansehen|anzeigen|öffnen|lesen|betrachten).{0,20}|(zur )?(online|web)-?(version|ansicht)|.{0,30}(nicht|falsch) (richtig |korrekt )?(angezeigt|dargestellt).{0,60}"),
    ("de", MAIL, r"(ihre |deine |newsletter-?)?einstellungen (ändern|verwalten|anpassen)|abmelden|profil (ändern|bearbeiten)"),
    ("fr", MAIL, r"(voir|lire|afficher|ouvrir|consulter|visualiser).{0,50}navigateur.{0,20}|(voir (la |cette )?)?version (en ligne|web)|.{0,40}s['’]affiche (mal|pas).{0,50}|(lire|voir) en ligne"),
    ("fr", MAIL, r"(gérer|modifier) (mes|vos|les) (préférences|abonnements?)"),
    ("es", MAIL, r"(ver|leer|abrir|lee|mira).{0,40} en (tu|su|el) navegador.{0,20}|(ver (la )?)?versión (en línea|web|online)|.{0,30}no (se ve|ves|puede ver) .{0,60}(correo|mensaje|e-?mail).{0,20}|(ver|leer) en línea"),
    ("es", MAIL, r"(gestionar|actualizar|cambiar) (mis |tus |sus |las )?preferencias"),
    ("pt", MAIL, r"(ver|ler|abrir|visualizar|leia|veja).{0,40} no (seu )?navegador.{0,20}|(ver (a )?)?versão (online|web)|.{0,20}não (consegue|está) (ver|visualiza).{0,60}|(ver|ler) online"),
    ("pt", MAIL, r"(gerenciar|atualizar|alterar) (minhas |suas |as )?preferências"),
    ("it", MAIL, r"(visualizza|leggi|apri|guarda|vedi).{0,40} (nel|sul) (tuo )?browser.{0,20}|((visualizza|leggi) (la )?)?versione (online|web)|.{0,20}non (visualizzi|vedi) .{0,60}|(leggi|visualizza) online"),
    ("it", MAIL, r"(gestisci|aggiorna|modifica) (le )?(tue )?preferenze"),
    ("zh", MAIL, r".{0,20}(在|用)?浏览器(中|里)?(查看|打开|阅读|浏览).{0,20}|(在线|网页版?)(阅读|查看|浏览)|.{0,10}(无法|不能)(正常)?(显示|查看|阅读).{0,30}"),
    ("zh", MAIL, r"(管理|更改|修改)(我的|您的)?(邮件)?(订阅|偏好)(设置|偏好)?|(感谢|谢谢)(您的|你的|大家的?)?(阅读|关注)"),
    ("ja", MAIL, r".{0,30}ブラウザー?で(表示|見る|開く|閲覧|ご覧).{0,20}|web ?版(で|は|を).{0,20}|.{0,20}正しく表示され(ない|ません).{0,30}"),
    ("ja", MAIL, r"(配信|メール|登録)(設定|情報)の?(変更|確認).{0,10}|お問い合わせ(は(こちら)?)?"),
    ("en", STAMP, r"(published|posted|updated|last (updated|modified)|date):? .{0,60}\d{4}.{0,30}"),
    ("", STAMP, r"(issue|edition|ausgabe|numéro|número|numero|edição|edizione|édition|vol(ume)?|no|nr|n°|#)[.:#]? ?#?\d{1,4}"),
    ("en", STAMP, r"(release|issue|publication) date:? .{0,60}\d{4}.{0,30}"),
    ("de", STAMP, r"(veröffentlicht|aktualisiert|erschienen)( am|:) .{0,60}\d{4}.{0,30}|(stand|datum): .{0,60}\d{4}.{0,30}"),
    ("fr", STAMP, r"(publiée?|mise? à jour|modifiée?)( le| ?:) .{0,60}\d{4}.{0,30}|date ?: .{0,60}\d{4}.{0,30}"),
    ("es", STAMP, r"(publicad[oa]|actualizad[oa])( el|:) .{0,60}\d{4}.{0,30}|fecha: .{0,60}\d{4}.{0,30}"),
    ("pt", STAMP, r"(publicad[oa]|atualizad[oa])( em|:) .{0,60}\d{4}.{0,30}|data: .{0,60}\d{4}.{0,30}"),
    ("it", STAMP, r"(pubblicat[oa]|aggiornat[oa])( il|:) .{0,60}\d{4}.{0,30}|data: .{0,60}\d{4}.{0,30}"),
    ("zh", STAMP, r"(发布|发表|更新|出版)?(于|时间|日期)[:： ]*.{0,20}\d{4}.{0,30}"),
    ("ja", STAMP, r"(公開|更新|配信|発行|投稿)(日時?)?[:： ]*.{0,20}\d{4}.{0,30}"),
    ("en", BYLINE, r"((posted|written|reported|edited|compiled|curated) by|your editor:?|author:) .{2,60}"),
    ("de", BYLINE, r"((autor(in)?|redaktion|text):|zusammengestellt von|ein beitrag von|verfasst von) .{2,60}"),
    ("fr", BYLINE, r"((auteure?|rédaction|texte) ?:|rédigée? par|écrit par) .{2,60}"),
    ("es", BYLINE, r"((autora?|redacción|texto):|escrito por|editado por) .{2,60}"),
    ("pt", BYLINE, r"((autora?|redação|texto):|escrito por|editado por) .{2,60}"),
    ("it", BYLINE, r"((autor[ei]|autrice|redazione|testo) ?:|scritto da|a cura di) .{2,60}"),
    ("zh", BYLINE, r"(作者|撰文|文|编辑|责编|责任编辑|编译|整理|译者|记者|主编) ?[:：/／|丨] ?.{1,30}"),
    ("ja", BYLINE, r"(発行|発行元|配信元|文|著者|執筆|編集|編集部|取材|筆者|記者|翻訳) ?[:：/／|] ?.{1,30}"),
    ("en", POLL, r"(so,? )?(how|what) (did|do|was|would|are) (you|we|your|today['’]s|this).{0,60}(issue|edition|newsletter|email|digest|roundup)\b.{0,30}|what do you think|how (are we doing|did we do)( today)?"),
    ("en", POLL, r"(rate|vote on|tell us what you (think|thought)).{0,50}(issue|edition|newsletter|email|digest|roundup)|(today['’]s |weekly |reader )?poll( of the (day|week))?|was this (email|newsletter|issue) (helpful|useful)"),
    ("en", POLL, r".{0,20}\bwe['’]d (love|like) to (know|hear) what you (think|thought).{0,120}"),
    ("en", POLL, r"(vote in|take|answer) (our|this week['’]s|today['’]s|the) (reader )?(poll|survey).{0,30}"),
    ("en", POLL, r"((reader|quick) )?(poll|survey): .{0,60}\b(this|our|today['’]s) (issue|edition|newsletter|email|digest|roundup)\b.{0,20}"),
    ("de", POLL, r"(leser)?umfrage: .{0,60}\b(dies|unser|heutig)\w* (ausgabe|newsletter|rundbrief)\b.{0,20}"),
    ("fr", POLL, r"sondage ?: .{0,60}\b(ce|cette|notre) (numéro|édition|newsletter|lettre)\b.{0,20}"),
    ("es", POLL, r"encuesta: .{0,60}\b(est[ae]|nuestr[oa]) (número|edición|boletín|newsletter)\b.{0,20}"),
    ("pt", POLL, r"(enquete|pesquisa): .{0,60}\b(d?est[ae]|noss[ao]) (edição|número|boletim|newsletter)\b.{0,20}"),
    ("it", POLL, r"sondaggio: .{0,60}\b(quest[oa]|nostr[oa]) (numero|edizione|newsletter)\b.{0,20}"),
    ("zh", POLL, r"(投票|调查|问卷)[:：].{0,20}哪一?[条篇](新闻|文章|内容).{0,10}"),
    ("de", POLL, r"(hat|haben) (dir|ihnen|euch) .{0,60}gefallen|wie (hat|fanden|findest|gefällt|gefiel|bewerten).{0,40}(ausgabe|newsletter|rundbrief).{0,30}|(leser)?umfrage( der woche)?|ihre meinung (zählt|ist).{0,40}"),
    ("de", POLL, r"(stimm(en)?|machen?)( sie)?( jetzt)? (ab|mit)( bei unserer umfrage)?|(zur|unsere) (leser)?umfrage.{0,20}|wie fande?st du .{0,60}"),
    ("fr", POLL, r"(qu[\'’]avez-vous|que) pens(é|ez-vous).{0,30}(édition|numéro|newsletter|lettre|mail).{0,20}|comment avez-vous trouvé.{0,60}|.{0,40}(newsletter|édition|numéro|lettre).{0,15} vous a(-t-(elle|il))? plu|(le )?sondage( de la semaine| du jour)?|votre avis( (nous|compte).{0,40})?"),
    ("fr", POLL, r"avez-vous (aimé|apprécié) .{0,20}(édition|numéro|newsletter|lettre|mail).{0,20}|(donnez(-nous)?|dites-nous) votre avis.{0,30}|votez.{0,30}"),
    ("es", POLL, r"¿?qué te (ha parecido|pareció|parece).{0,60}|¿?te ha gustado.{0,60}|¿?cómo (valoras|calificarías).{0,60}|(la )?encuesta( de la semana| del día)?|tu opinión (nos|importa|cuenta).{0,40}"),
    ("es", POLL, r"(vota|participa) en (nuestra|la) encuesta.{0,30}"),
    ("pt", POLL, r"o que (você )?(achou|acha|pensa) (d[aeo]|dest[ae]).{0,60}|gostou (desta|da|deste) (edição|newsletter|boletim).{0,30}|como (você )?avalia.{0,60}|enquete( da semana| do dia)?|sua opinião (é|importa|conta).{0,40}"),
    ("pt", POLL, r"(vote|participe) (em|d)?[ea]? ?(nossa|na) (enquete|pesquisa).{0,30}"),
    ("it", POLL, r"(che )?(cosa )?ne pens(i|ate).{0,60}|(ti|vi) è piaciut[ao].{0,60}|(il )?sondaggio( della settimana| del giorno)?|la tua opinione (conta|è).{0,40}"),
    ("it", POLL, r"(vota|partecipa) (a|al|nel) (nostro )?sondaggio.{0,30}"),
    ("zh", POLL, r"(你|您|大家)?(觉得|认为|喜欢)(今天|本期|本周|这期|这一期|本次).{0,30}|(为|给)(本期|本周|这期).{0,10}(打分|评分)|(读者)?(投票|调查|问卷)(调查)?"),
    ("zh", POLL, r"(投票|调查|问卷)[:：].{0,30}(内容|期|周刊|周报).{0,10}"),
    ("ja", POLL, r"(今号|今回|本号|今週|今日)の?.{0,20}(は)?(いかが|どう)でした(か|でしょうか)|(読者)?アンケート.{0,20}|.{0,20}(評価|ご感想|ご意見)を?.{0,20}(お聞かせ|ください)"),
    ("en", REFERRAL, r"(refer|invite) (a|your|more|some|one|two|three|\d+)? ?(friends?|colleagues?).{0,80}|share .{0,50}with (a|your|more)? ?(friends?|colleagues?).{0,60}|you (currently )?have \d+ referrals?.{0,40}|(or )?copy (and|&) paste (this|your) link.{0,60}|(was this|someone) .{0,30}forwarded (this |it )?(to )?you.{0,80}"),
    ("en", REFERRAL, r"(if )?you (enjoyed|liked|like) (this|it)( (issue|newsletter|email|post|edition))?[,:].{0,10}(share|forward|send|tell).{0,60}|share (this|it) with .{0,30}(friend|colleague|team)s?.{0,30}|give a gift subscription"),
    ("en", REFERRAL, r"pass it on|(tell|send (this|it) to) (a|your) (friend|colleague)s?( about us)?|recommend (it|us|this)"),
    ("de", REFERRAL, r".{0,20}(empfehlen|empfiehl) (sie|uns).{0,60}|.{0,40}(freunde|freunden|kollegen).{0,20}(weiterempfehlen|weiterleiten|einladen|werben).{0,40}|.{0,40}weitergeleitet (bekommen|worden).{0,60}|leserin(nen)? werben.{0,30}"),
    ("de", REFERRAL, r".{0,30}(newsletter|ausgabe|mail|rundbrief).{0,12}(weiterempfehlen|weiterleiten|weitergeleitet).{0,40}"),
    ("fr", REFERRAL, r"(parrainez|invitez) .{0,80}|.{0,20}(partagez|transférez|recommandez).{0,40}(amis?|collègues?|proches).{0,40}|on vous a transféré.{0,60}"),
    ("fr", REFERRAL, r"(transférer|envoyer|recommander)( .{0,20})? à (un|une|des|vos) (amie?s?|collègues?|proches?).{0,20}|partagez (cette|ce) (newsletter|lettre|édition|numéro|mail)"),
    ("es", REFERRAL, r"(invita|recomienda) .{0,20}(amig[oa]s?|colegas?|compañer[oa]s?).{0,60}|.{0,20}(comparte|reenvía).{0,40}(amig[oa]s?|colegas?).{0,40}|¿?te (han|ha) reenviado.{0,60}"),
    ("es", REFERRAL, r"compart(e|ir) (este|esta|el|la) (boletín|newsletter|correo|edición).{0,20}"),
    ("pt", REFERRAL, r"(indique|convide|recomende) .{0,20}(amig[oa]s?|colegas?).{0,60}|.{0,20}(compartilhe|encaminhe).{0,40}(amig[oa]s?|colegas?).{0,40}|recebeu (este e-?mail|esta newsletter) de um.{0,60}"),
    ("pt", REFERRAL, r"compartilh(e|ar) (este|esta|o|a) (boletim|newsletter|e-?mail|edição).{0,20}"),
    ("it", REFERRAL, r"(invita|consiglia|porta) .{0,20}(amic[oai]|amiche|collegh?[aei]).{0,60}|.{0,20}(condividi|inoltra).{0,40}(amic[oai]|collegh?[aei]).{0,40}|ti hanno inoltrato.{0,60}"),
    ("it", REFERRAL, r"condivid(i|ere) (questo|questa|la|il) (newsletter|email|bollettino|edizione|numero).{0,20}"),
    ("zh", REFERRAL, r".{0,4}(邀请|推荐给|转发给|分享给)(你的|您的|更多)?(好友|朋友|同事|身边).{0,40}|已(成功)?邀请 ?\d+ ?(人|位).{0,20}|欢迎(转发|推荐|分享).{0,30}"),
    ("ja", REFERRAL, r".{0,8}(お?友達|ご?友人|同僚|知り合い)に?.{0,20}(紹介|シェア|転送|すすめ|勧め).{0,40}|.{0,30}転送されてきた.{0,40}"),
    ("en", REFERRAL, r"(please )?(forward|send|pass)( (this|it|the|our)( (e-?mail|newsletter|issue|mail|message|edition|digest|roundup))?)? (on |along )?(to|with) (a|an|your|some|one|any|two)? ?(interested )?(friends?|colleagues?|team|co-?workers?|someone|anyone).{0,60}|know (someone|somebody|anyone) who.{0,20} (like|enjoy|love|interested).{0,80}"),
    ("de", REFERRAL, r".{0,60}(freund(e|en|in|innen)?|kolleg(e|en|in|innen)|bekannten?).{0,30}weiter(leiten|empfehlen|sagen|geben|schicken).{0,20}|(leiten sie|leite|leitet|schicken sie|schick|schickt|geben sie|sagen sie|empfehlen sie) (dies|(diese[nrs]?|die|den|unsere[nr]?) (e-?mail|mail|newsletter|ausgabe|rundbrief|nachricht)|uns|sie|es).{0,60}weiter.{0,40}"),
    ("fr", REFERRAL, r"(transférez|transférer|transmettez|transmettre|faites suivre|faire suivre|envoyez|recommandez)( .{0,40})? à (un|une|des|vos|votre|tes|ton) (amie?s?|collègues?|proches?|entourage).{0,30}"),
    ("es", REFERRAL, r"(reenv[ií](a|ar|e)|env[ií](a|ar|e)|comparte|compartir|manda)(lo|la)?( .{0,40})? (a|con) (un|una|tus?|sus?|algún) (amig[oa]s?|colegas?|compañer[oa]s?).{0,30}"),
    ("pt", REFERRAL, r"((re)?encaminh(e|ar)|envi(e|ar)|repass(e|ar)|compartilh(e|ar)|partilh(e|ar))( .{0,40})? (a|para|ao|com) (um|uma|os? seus?|as? suas?|seus?|suas?)? ?(amig[oa]s?|colegas?).{0,30}"),
    ("it", REFERRAL, r"(inoltr(a|are|ate)|invi(a|are|ate)|gira|condivid(i|ere))(la|lo)?( .{0,40})? (ad?|con) (un|una|un['’]|i tuoi|le tue|tuo)? ?(amic[ohai]|amiche|collegh?[aei]).{0,30}"),
    ("zh", REFERRAL, r"(欢迎|请)?(把|将)?(本|这|此)?(一)?(封|期|份)?(邮件|周刊|周报|内容|通讯)?(转发|分享|推荐)给(一位|你的|您的|更多|身边的)*(好友|朋友|同事|同行|人).{0,20}"),
    ("ja", REFERRAL, r".{0,8}(メール|号|ニュースレター|メルマガ)を.{0,6}(お?友達|ご?友人|同僚|知人|お?知り合い)(の方)?(に|へ).{0,10}(転送|シェア|紹介|送).{0,20}"),
    ("en", MAIL, r"you(['’]re| are| have)? ?(receiv(e|ed|ing)|get(ting)?|got) (this|our|the|these)( .{0,80})? (because|as|since) .{2,140}|this (e-?mail|newsletter|message|mail) (was|is|has been) (being )?sent to .{2,140}"),
    ("de", MAIL, r"(sie erhalten|du erhältst|ihr erhaltet|sie bekommen|du bekommst|ihr bekommt) (diese[nrs]?|unsere[nr]?|den|die) .{0,80}(weil|da) .{2,140}|diese (e-?mail|nachricht) (wurde|ging|geht) an .{2,140}"),
    ("fr", MAIL, r"(vous|tu) (recevez|reçois|avez reçu|as reçu) (cet?|cette|ces|nos|notre) .{0,80}(car|parce que?|puisque).{2,140}|(cet e-?mail|ce (message|courriel)|cette lettre) (vous )?(a été|est) envoyée? .{2,140}"),
    ("es", MAIL, r"(recibes?|recibiste|has? recibido|está[s]? recibiendo) est[ea]s? .{0,80}(porque|ya que) .{2,140}|este (correo|mensaje|e-?mail) (se envió|fue enviado|se ha enviado|ha sido enviado) a .{2,140}"),
    ("pt", MAIL, r"(você |tu )?(recebe[us]?|está recebendo|estás? a receber) est[ea]s? .{0,80}(porque|pois|já que) .{2,140}|est[ea] (e-?mail|mensagem) foi enviad[oa] (a|para) .{2,140}"),
    ("it", MAIL, r"(ricevi|riceve|hai ricevuto|stai ricevendo|ricevete) quest['’aoei]+ ?.{0,80}(perch[ée]|poich[ée]|in quanto) .{2,140}|(questa (e-?mail|newsletter)|questo messaggio) (è stat[ao] )?(inviat[ao]|spedit[ao]) a .{2,140}"),
    ("zh", MAIL, r"[您你](会|之所以|正在)?(收到|接收)到?(此|这|本|我们)(一)?(封|份)?的?(邮件|信|周刊|通讯)?.{0,10}(因为|由于|是因).{2,100}|(此|这封|本)邮件(是)?(发送|发)给.{2,60}"),
    ("ja", MAIL, r"(この|本)(メール|ニュースレター|メルマガ)は.{2,100}(配信|送信|お送り|お届け)(して|され|し|いた).{0,20}"),
    ("en", SIGN_UP, r"subscribe( now| here| for free)?|sign up( now| here| for free)?|join (now|free)"),
    ("en", SIGN_UP, r"thanks for reading.{0,40}(subscribe|sign up).{0,80}"),
    ("de", SIGN_UP, r"(newsletter |jetzt |kostenlos |hier )*(abonnieren|anmelden)"),
    ("fr", SIGN_UP, r"(je )?m['’](abonne|inscris)|s['’](abonner|inscrire)( ici)?|abonnez-vous( ici)?"),
    ("es", SIGN_UP, r"suscríbe(te|rse)( aquí| gratis| ahora)*|suscribirse"),
    ("pt", SIGN_UP, r"(assine|inscreva-se|cadastre-se|subscreva)( aqui| grátis| agora| já)*"),
    ("it", SIGN_UP, r"(iscriviti|abbonati)( qui| gratis| ora)*"),
    ("zh", SIGN_UP, r"(立即|点击|免费)*(订阅|訂閱)(本刊|我们)?|长按(识别|扫描)?.{0,10}二维码.{0,20}|扫码(关注|订阅|加入).{0,30}"),
    ("ja", SIGN_UP, r"(無料)?(購読|登録)(する|はこちら)|メルマガ(登録|購読).{0,10}"),
]  # fmt: skip

# Below a story, or in its headline: its sponsor wrote it.
SPONSORS_LINE = [
    ("en", r"[^:!?]{2,50} sponsor(ed)?"),
    ("de", r"(eine )?anzeige von [^.:!?]{2,50}"),
]
SPONSORS_NOTE = [
    ("en", r"sponsor(ed)?( content| post)?|ad|advert(isement)?|promoted|partner content"),
    ("de", r"anzeige|werbung|gesponsert"),
    ("fr", r"publicité|pub|sponsorisé|contenu sponsorisé"),
    ("es", r"publicidad|publi|patrocinado|contenido patrocinado"),
    ("pt", r"publicidade|publi|patrocinado|conteúdo patrocinado"),
    ("it", r"pubblicità|sponsorizzato|contenuto sponsorizzato"),
    ("zh", r"广告|赞助|推广"),
    ("ja", r"広告|pr|スポンサー"),
]

# The answers of a poll, below its question.
POLL_ANSWERS = [
    ("", r"[⭐★☆👍👎😍😀😐😕🙁😡🔥❤💔\ufe0f 0-9/]{1,24}|[⭐★☆\ufe0f]+ .{1,20}"),
    ("en", r"(i )?(love[d]?|like[d]?|hate[d]?)( it)?!?|(it was )?(great|good|ok(ay)?|fine|average|meh|bad|not (great|good)|could be better|needs work)|yes|no|awesome|terrible|nailed it|fail(ed)?|it was .{1,12}"),
    ("de", r"(sehr |gar |nicht |so ){0,2}(gut|super|toll|ok(ay)?|schlecht|mittel(mäßig)?|nicht|lala)|ja|nein|geht so"),
    ("fr", r"(très |pas )?(bien|bon(ne)?|moyen(ne)?|mauvais(e)?|génial(e)?)|oui|non|j['’]adore|j['’]ai (adoré|aimé)|bof|pas (du tout|mal)|super"),
    ("es", r"(muy |no )?(buen[oa]|bien|regular|mal[oa]?|genial)|s[ií]|no|(me|no me) (encanta|encantó|gusta|gustó)|excelente|más o menos"),
    ("pt", r"(muito |não )?(bo[am]|bem|regular|ruim|ótim[oa])|sim|(não )?(adorei|gostei)|não|excelente|mais ou menos"),
    ("it", r"(molto |non )?(buon[oa]|bene|così così|male|ottim[oa]|pessim[oa])|s[iì]|no|(non )?mi è piaciut[oa]|moltissimo|per niente|abbastanza"),
    ("zh", r"(非常|很|太|还|不)*(好|棒|喜欢|满意|不错|一般|差|行)(了)?|是|否"),
    ("ja", r"(とても|大変|あまり)?(良い|よい|良かった|よかった|普通|まあまあ|いまいち|イマイチ|悪い|面白かった|満足)|はい|いいえ"),
]  # fmt: skip

# Anywhere in a line: it asks the reader to subscribe.
SIGNING_UP = [
    (
        "en",
        r"(sign(ing)? ?up|subscribe|join us|register|stay (updated|informed|up to date|tuned)|get|receive|deliver)"
        r".{0,120}(newsletter|inbox|mailing list|e-?mail|updates)|(newsletter|inbox).{0,80}(sign ?up|subscribe)",
    ),
    ("de", r"(abonnier|meld|anmeld|bestell|registrier).{0,80}(newsletter|rundbrief|e-?mail)|(newsletter|rundbrief).{0,60}(abonnier|anmeld|bestell)"),
    ("fr", r"(abonne|inscri|recev).{0,100}(newsletter|infolettre|lettre d['’]information|bo[iî]te mail|e-?mail)"),
    ("es", r"(suscríb|suscrib|regístr|recib).{0,100}(newsletter|boletín|bandeja|correo)"),
    ("pt", r"(assine|inscrev|cadastr|subscrev|receb).{0,100}(newsletter|boletim|caixa de entrada|e-?mail)"),
    ("it", r"(iscriv|abbon|ricev).{0,100}(newsletter|casella|posta elettronica|e-?mail)"),
    ("zh", r"(订阅|訂閱|关注).{0,40}(周刊|周报|邮件|邮箱|通讯|公众号|订阅号|频道|newsletter)|(邮件|公众号).{0,20}(订阅|关注)"),
    ("ja", r"(メルマガ|ニュースレター|メールマガジン|メール).{0,40}(登録|購読|受け取)|(登録|購読).{0,30}(メルマガ|ニュースレター|メール)"),
]  # fmt: skip

# Above a list of what stands further down.
CONTENTS = [
    (
        "en",
        r"(in|what['’]s in) (today|this (week|issue|edition|newsletter|email))\b.{0,40}|(table of )?contents|today['’]s (headlines|topics|stories|menu)",
    ),
    (
        "de",
        r"in dieser (ausgabe|woche|mail)\b.{0,30}|heute (in|im) .{2,40}|inhalt(sverzeichnis)?|(die|unsere) themen( heute| der woche| dieser ausgabe)?|das erwartet (sie|dich|euch).{0,30}",
    ),
    (
        "fr",
        r"(au )?sommaire( d[eu].{2,30})?|dans (ce numéro|cette (édition|lettre|newsletter)).{0,30}|au programme( .{2,30})?",
    ),
    ("es", r"en (esta edición|este (número|boletín)).{0,30}|sumario|índice|hoy en .{2,30}|contenidos?"),
    ("pt", r"n(esta edição|este (número|boletim)).{0,30}|sumário|índice|hoje n[ao] .{2,30}"),
    ("it", r"in quest[ao] (numero|edizione|newsletter).{0,30}|sommario|indice|oggi (su|in) .{2,30}"),
    ("zh", r"(本期|本周|今日)(内容|目录|看点|提要|导读|要点|主题)|目录"),
    ("ja", r"目次|今(号|週|回|日)の(内容|目次|トピックス?|ラインナップ|見出し)"),
]

# Above what an editor says before the first story; "Introduction" is a story's headline to many.
EDITORIAL = [
    ("en", r"(a |the )?(editor['’]?s['’]?|editorial) (note|letter|word|comment)|(a )?(note|letter|word) from (the|our) (editors?|team)|editorial"),
    ("de", r"vorwort|editorial|(ein wort|grußwort) (der|vom|von der) (redaktion|chefredaktion|team)"),
    ("fr", r"édito(rial)?|(le )?mot (de la rédaction|du rédacteur.{0,20})|avant-propos"),
    ("es", r"editorial|(carta|nota) (del editor|de la editora|de la redacción)"),
    ("pt", r"editorial|(carta|nota) (do editor|da editora|da redação)"),
    ("it", r"editoriale|(lettera|nota) (del direttore|della redazione|dell['’]editore)"),
    ("zh", r"编者(按|的话|语)|编辑(手记|的话)|卷首语|写在前面|前言"),
    ("ja", r"はじめに|編集(部|長)(より|から)(のひとこと)?|巻頭言|まえがき"),
]  # fmt: skip

# What a roundup says of itself, and no story does.
OF_ITSELF = [
    ("en", r"round-?\s?up|newsletter|digest|\b(every|each) week\b|(this|the) week['’]s (issue|edition|stories|news)|in this (issue|edition)|welcome to|inbox"),
]  # fmt: skip

# How an intro begins, or what it says, and a first story hardly does.
INTROS = [
    ("en", r"^(hi|hello|dear|good (morning|evening))\b|^(this|last) week\b|(not|so) much (has )?happened|^(a|it was a) (quiet|busy|slow|big) week\b"),
    ("de", r"^(hallo|liebe|guten (morgen|tag|abend))\b|^(herzlich )?willkommen|^(in )?(diese[rn]?|letzten?|vergangenen?) woche\b|in dieser ausgabe|(nicht|so) viel (ist )?(passiert|geschehen)|rundbrief"),
    ("fr", r"^(bonjour|bonsoir|chers?|chères?)\b|^bienvenue|^(cette semaine|la semaine dernière)\b|(ce|notre) numéro|infolettre|(cette|notre|nouvelle) édition"),
    ("es", r"^¡?(hola|buenos días|buenas tardes|estimad[oa]s)\b|^¡?bienvenid[oa]s|^(esta|la) semana\b|(en )?est[ea] (número|edición|boletín)"),
    ("pt", r"^(olá|bom dia|boa tarde|car[oa]s)\b|^bem-vind[oa]s|^(n?esta|n?a) semana\b|n?est[ea] (número|edição|boletim)"),
    ("it", r"^(ciao|buongiorno|buonasera|car[ie])\b|^benvenut[ie]|^(in )?(questa|la) settimana\b|(in )?questo numero|(questa|nuova) edizione"),
    ("zh", r"^(大家好|早上好|各位|你好|您好|亲爱的|欢迎)|^(本周|这周|这一周|上周|本期)"),
    ("ja", r"^(こんにちは|おはよう|皆さん|みなさん)|ようこそ|^(今週|先週|今号|今回)"),
]  # fmt: skip

# Above stories that are a line each, where others are told at length.
BRIEFS = [
    ("en", r"(news |also )?in brief|briefs|briefly|short(s| news| takes)|quick (hits|links|takes|bites|news)|(and )?also( (this week|in the news|noted|worth (reading|a read)))?|in other news|other (news|stories|headlines)|elsewhere|the rest"),
    ("de", r"kurz (notiert|gemeldet|gefasst|(und|&) (knapp|bündig))|kurz(nachrichten|meldungen)|in kürze|außerdem|(weitere|andere) (meldungen|nachrichten|themen)|sonst noch|was sonst noch (geschah|passierte)"),
    ("fr", r"en bref|brèves|(et )?aussi|à noter( aussi)?|en vrac|(les )?autres (nouvelles|actualités|actus|infos)"),
    ("es", r"en breve|(noticias )?breves|también|además|otras noticias"),
    ("pt", r"em (breve|resumo)|(notícias )?(breves|curtas)|também|além disso|outras notícias"),
    ("it", r"in breve|(notizie )?brevi|anche|inoltre|altre notizie"),
    ("zh", r"(新闻)?(简讯|短讯|快讯|短新闻)|一句话(新闻|资讯)|(其他|其它)(新闻|资讯|消息|动态)?|此外|另外|还有"),
    ("ja", r"短信|(その他|そのほか|このほか)(の(ニュース|話題|記事))?|ショートニュース|小ネタ|こちらも"),
]  # fmt: skip

# Above what a roundup says of itself, below its stories.
ABOUT = [
    ("en", r"about (us|the (authors?|editors?)|(this|the|our) (newsletter|digest|mail|e-?mail|list|mailing list|publication|roundup))|staff|masthead|colophon|tell a friend|(how to |to )?subscribe( or unsubscribe)?|(how to |to )?unsubscribe|subscription (info(rmation)?|details)|administrivia|contact( us)?|feedback|get in touch|back issues|disclaimer"),
    ("de", r"über (uns|(diesen|unseren|den) (newsletter|rundbrief)|die (autoren|redaktion))|impressum|kontakt|redaktion|abonnement|an- und abmelden|haftungsausschluss"),
    ("fr", r"à propos( de (nous|(cette|notre) (lettre|newsletter|infolettre)))?|contact(ez-nous)?|la rédaction|nous contacter|abonnement"),
    ("es", r"(sobre|acerca de) (nosotros|este boletín|esta newsletter)|contacto|redacción|quiénes somos|suscripciones"),
    ("pt", r"sobre (nós|este boletim|esta newsletter)|quem somos|contato|expediente|assinaturas"),
    ("it", r"chi siamo|su di noi|(informazioni )?su questa newsletter|contatti|(la )?redazione|abbonamenti"),
    ("zh", r"关于(我们|本刊|本周刊|作者)|联系(我们|方式)|订阅(方式|信息)|投稿(方式|指南)|关注我们"),
    ("ja", r"(私たち|このニュースレター|本メルマガ|編集部|運営者)について|お問い合わせ先?|編集部|購読方法"),
]  # fmt: skip

# After one of these a mail or page says nothing more to its readers.
FOOTER = [
    (
        "en",
        r"unsubscribe|you (have )?(joined|received?|are receiving|get) (this|the) .{0,60}(because|e-?mail|newsletter|weekly)"
        r"|you(['’]re| are) receiving (this|our|the) .{0,80}because|who (received|get) this (e-?mail|newsletter) because|stop (getting|receiving) (this|these|our) (newsletter|e-?mail)|you(['’]re| are) subscribed|you joined|reuse this content|manage (your )?(preferences|subscription)|update your preferences"
        r"|all rights reserved|^(\(c\)|©|copyright) "
        r"|^(that['’]?s|this is) (it|all) (for|from) .{2,40}$|^see you (next|on|again|tomorrow|soon).{0,30}$|^until next (time|week|month).{0,20}$",
    ),
    ("de", r"^(das (war|wäre|ist)( es| alles|['’]s) (für|aus|von) .{2,40}|bis (zum nächsten mal|nächste woche|nächsten \w+|bald|dann|morgen))[.!]?$"),
    ("fr", r"^(c['’]est tout pour .{2,40}|(bonne (lecture|semaine)( et|,)? )?à (la semaine prochaine|bientôt|demain|(lundi|mardi|mercredi|jeudi|vendredi) prochain))[ .,!]*$"),
    ("es", r"^(eso es todo (por|de) .{2,40}|¡?hasta (la próxima|la semana que viene|pronto|mañana|el (próximo )?\w+))[.!]?$"),
    ("pt", r"^((por hoje é só|é (só|tudo) por .{2,40})|até (a próxima|à próxima|semana que vem|breve|amanhã|a? ?próxima semana))[.!]?$"),
    ("it", r"^(è tutto per .{2,40}|(buona lettura( e|,)? )?a(lla prossima( settimana)?| presto| domani)|(ci (vediamo|sentiamo)) .{2,30})[.!]?$"),
    ("zh", r"^((本期|今天|本周)(的)?(内容|周刊|分享)?(就)?(到这里|到此).{0,12}|(我们)?(下期|下周|明天)(再)?见)[。！!]?$"),
    ("ja", r"^((今週|今号|今回|本日)は(以上|ここまで)(です)?.{0,10}|(では)?(、)?また(来週|次号|次回|明日)(お会いしましょう)?)[。！!]?$"),
    ("de", r"newsletter.{0,30}abbestellen|^.{0,12}abbestellen.{0,20}$|(vom|von (diesem|unserem)) newsletter.{0,30}abmelden|newsletter ab(melden|zumelden)|(sie erhalten|du erhältst) dies(e|en) .{0,60}(weil|da)|alle rechte vorbehalten"),
    ("fr", r"^.{0,40}(([sv]ous|se|me) dés(abonner|inscrire)|désabonnez-vous|désinscription).{0,60}$|vous recevez (cet|ce|cette) .{0,80}(car|parce)|tous droits réservés|gérer vos préférences"),
    ("es", r"darse de baja|date de baja|darte de baja|cancelar (la |tu |su )?suscripción|(recib(e|es|ió|iste)|has recibido) est[ea] .{0,80}porque|todos los derechos reservados"),
    ("pt", r"cancel(ar|e)( a| sua| a sua)? (inscrição|assinatura|subscrição)|descadastr|recebe(u)? est[ea] .{0,80}porque|todos os direitos reservados"),
    ("it", r"disiscriv|cancella(ti|re) (l['’]|la |dalla )?(iscrizione|newsletter)|annulla(re)? (l['’])?iscrizione|^.{0,30}per cancellarti.{0,20}$|(ricevi|hai ricevuto) quest[ao] .{0,80}perch[ée]|tutti i diritti riservati"),
    ("zh", r"退订|取消(订阅|訂閱)|[您你](会|之所以)?收到(此|这封|本)邮件|版权所有|保留所有权利"),
    ("ja", r"配信(の)?停止(は|を(ご)?希望|手続き|される|する場合)|^.{0,6}配信(の)?(停止|解除).{0,8}$|購読(の|を)?(解除|停止|中止)|登録(の|を)?解除|このメールは.{0,60}(配信|送信|お送り)して|無断転載"),
]  # fmt: skip

# Below the last story; without signs around it, it may be a headline.
END = r"[-–—―─━=*~#·•♦◆■【\[（( ]+(the end|end|fin|ende|全?文?完|おわり|終わり)[-–—―─━=*~#·•♦◆■】\]）) .]+"

# How a letter ends, in a line of its own; an intro may end so, too. Who wishes a good reading begins one.
ENDINGS = [
    ("en", r"((kind|best|warm) (regards|wishes)|regards|cheers|sincerely|yours( truly| sincerely)?|have a (good|great|nice) (week(end)?|day))[.,! ]*"),
    ("de", r"((viele|beste|liebe|herzliche|schöne|freundliche) grüße( aus .{2,30})?|mit (freundlichen|besten|lieben) grüßen|(eine )?schöne woche)[.,! ]*"),
    ("fr", r"(cordialement|bien à vous|bonne semaine( à toutes et à tous| à tous)?)[ .,!]*"),
    ("es", r"(¡?(un )?(cordial )?(saludos?|abrazo)( cordial)?|¡?(feliz|buena) semana)[.,! ]*"),
    ("pt", r"((um )?(abraços?|atenciosamente|cumprimentos)|boa semana)[.,! ]*"),
    ("it", r"((cordiali|cari|un caro) salut[oi]|buona settimana( a tutti)?)[.,! ]*"),
    ("zh", r"(祝(好|大家周末愉快)|此致敬礼)[。！!]?"),
]  # fmt: skip

# A whole line that only points at the rest of its story.
PROMPTS = [
    (
        "en",
        r"(please )?((click|tap) (here|on)|read|learn|find out|see|discover|continue|view|watch|check out)\b"
        r".{0,30}?\b(more|here|reading|full (story|article|post|report|details)|details)"
        r"( (here|about|on|at|in|from|via|to) .{1,30}| here)?"
        r"|(the )?(full|complete|whole|entire) .{0,20}(report|story|article|post|list|details)( here)?"
        r"|(read|see|watch|listen to) ((all|the|our|his|her|their|my|full|whole|entire) )+(story|article|reviews?|commentary|column|interview|report|letter|advice|tips?|video|episode)( (in full|here))*|watch (the )?video|read reviews?"
        r"|(view|see|browse|check out) ((all|our|the|open|job|current|latest) )*(jobs|postings|positions|openings|roles)( here)?"
        r"|apply (here|now)|register (here|now)( at)?|more|here|link|source|continue",
    ),
    ("de", r"(hier )?(weiterlesen|mehr (lesen|erfahren|dazu|infos?)|zum (artikel|beitrag|original)|(hier )?klicken|ganzen artikel lesen)( hier)?|mehr|quelle"),
    ("fr", r"(lire|voir) (la suite|l['’]article( complet)?|plus|l['’]intégralité)|en savoir plus|cliquez ici|la suite|source|lien"),
    ("es", r"(leer|ver|saber) (más|el artículo( completo)?)|seguir leyendo|más información|ha(z|ga) clic aquí|fuente|enlace|aquí"),
    ("pt", r"(leia|ler|saiba|veja|ver) (mais|o artigo( completo)?|a íntegra)|continue lendo|mais informações|clique aqui|fonte|aqui"),
    ("it", r"(leggi|scopri|vedi) (tutto|di più|altro|l['’]articolo( completo)?)|continua a leggere|(clicca|leggi) qui|fonte|qui"),
    ("zh", r"(点击)?(此处|这里)?(阅读|查看|了解)?(更多|全文|原文|详情|详细|原文链接|完整报道)(内容|信息)?|(原文)?(链接|出处|来源)|详见(此处|这里|原文)?|点击(此处|这里)"),
    ("ja", r"(この)?(続き|全文|詳細|記事全文)(は|を|へ)?(こちら|読む|見る)?(から)?|もっと(見る|読む|詳しく)|詳しくは(こちら)?|こちら(から|へ)?|出典|元記事|ソース"),
    # The verb alone, or what it leads to.
    ("en", r"(click|tap|read( it)?) here|read on|keep reading|(read|view|see|open) ((the|this|full|original) )*(article|post|story|announcement|(press )?release)|(get|more|see) (the )?(details|info(rmation)?)( here)?|details here|read (it )?in full|more on this|check it out"),
    ("de", r"(hier |jetzt )lesen|(mehr|weitere) (details|infos?|informationen)( hier)?|lesen sie (hier )?(mehr|weiter)|((den|die|das) )?((ganzen?|vollständigen?) )?(artikel|beitrag|meldung|text|pressemitteilung) lesen|(hier geht (es|['’]s) )?zu[mr] ((ganzen|vollständigen) )?(artikel|beitrag|meldung|text|nachricht|pressemitteilung)"),
    ("fr", r"(pour en )?savoir plus|plus d['’](infos?|informations?)|plus de détails|(à )?lire ici|(lire|lisez|voir|consulter) (l['’]article|le communiqué|la dépêche)|(l['’])?article complet|(la )?suite de l['’]article"),
    ("es", r"(leer|ver|lee|vea) (la |el )?(noticia|nota|artículo|comunicado)( complet[oa])?|(leer|ver|lee) aquí|más (detalles|info)|(sigue|siga|continuar|continúa) leyendo|lee más|conoce más|(nota|noticia) completa|artículo completo"),
    ("pt", r"(leia|ler|ver|veja) (a |o )?(notícia|matéria|artigo|comunicado)( complet[oa])?|leia na íntegra|(leia|acesse|confira|veja) aqui|continu(e|ar) (lendo|a ler)|mais detalhes|(matéria|notícia) completa|artigo completo|confira"),
    ("it", r"per saperne di più|(maggiori|altre|più) informazioni|maggiori dettagli|(leggi|vai) (al)?(l['’]|la |il )(articolo|notizia|comunicato)( complet[oa])?|leggi ancora|approfondisci|articolo completo"),
    ("zh", r"(点击|点此|点这里|请)*(查看|阅读|浏览)|(原文|全文|新闻|文章|报道|详情)(的)?(链接|地址)|(更多)?详情(请)?(点击|见链接|戳这里)?|继续阅读|(如果|如需).{2,20}，(请)?点(击)?(这里|此处|此)"),
    ("ja", r"(元|この)?(記事|ニュース|本文|原文)(全文)?(は|を|へ)(こちら|読む|見る)(から)?|(詳しく|続けて)(は)?(見る|読む)"),
]  # fmt: skip
# What stands before a bare address that is a story's.
POINTERS = frozenset([
    "link", "source", "url", "web", "via", "quelle", "lien", "fuente", "enlace", "fonte", "链接", "来源", "原文", "出处", "リンク", "出典", "元記事",
])  # fmt: skip

# What a picture's words begin with, before a colon.
CREDITS = [
    ("en", r"(photo(graph)?|image|picture|illustration|source|credit|caption)s?( credits?| by| courtesy( of)?| caption| sources?)?"),
    ("de", r"(foto|bild|grafik|abbildung)(quelle|nachweis|rechte|unterschrift)?s?|quelle"),
    ("fr", r"(crédits?( photos?| images?)?|photos?|images?|légende)"),
    ("es", r"(fotos?|fotografía|imagen|crédito|pie de foto|fuente)"),
    ("pt", r"(fotos?|imagem|crédito|legenda|reprodução|fonte)"),
    ("it", r"(foto|immagine|crediti|didascalia|fonte)"),
    ("zh", r"(图片?|图源|题图|封面图?|配图|摄影|插图)(来源|说明|源|注)?"),
    ("ja", r"(写真|画像|図|イラスト|撮影)(提供|出典|説明)?"),
]  # fmt: skip

# In a line at the top: it is the roundup's title.
TITLES = [
    (
        "en",
        r"round-?\s?up|weekly|digest|newsletter|this week|week(ly)? (in|of|ending|\d)|in review|issue\b|edition"
        r"|recap|briefing|bulletin|news for|#\d+|monthly|this month|month in",
    ),
    ("de", r"wochenrückblick|rückblick|wochenschau|rundbrief|presseschau|\bausgabe\b|\bkw ?\d|die woche\b|nachrichtenüberblick"),
    ("fr", r"revue de (la )?(presse|semaine)|hebdo|infolettre|\bédition\b|l['’]actu(alité)? de la semaine|récap|n° ?\d"),
    ("es", r"resumen (de la semana|semanal|de noticias)|semanal\b|boletín|edición\b|la semana\b"),
    ("pt", r"resumo (da semana|semanal|de notícias)|semanal\b|boletim|edição\b|a semana\b"),
    ("it", r"rassegna|settimanale|riepilogo|\bedizione\b|la settimana\b|bollettino"),
    ("zh", r"[一本每]周|周[报刊]|月[报刊]|要闻|简报|快讯|速递|[早晚日]报|第 ?[\d一二三四五六七八九十百]+ ?期|速览|一览"),
    ("ja", r"週刊|週報|今週の|ニュース(まとめ|レター)|まとめ|第 ?\d+ ?号|ダイジェスト|vol\. ?\d"),
]  # fmt: skip


def joined(*patterns: str) -> str:
    """Return a pattern for what any of them fits."""
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def any_of(cues: list[tuple[str, str]]) -> re.Pattern[str]:
    """Return one pattern for a table's cues in all languages: a roundup quotes others, so none is chosen."""
    return re.compile(joined(*(pattern for _, pattern in cues)))


def each_of(cues: list[tuple[str, str]]) -> list[re.Pattern[str]]:
    """Return a table's cues for what is anywhere in a line.

    Of one pattern by itself, re knows the letters it begins with; of all in one, it tries each at every letter.
    """
    return [re.compile(pattern) for _, pattern in cues]
