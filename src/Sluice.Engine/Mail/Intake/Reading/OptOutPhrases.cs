using System.Text.RegularExpressions;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>
/// How people ask for no more mail, in thirteen languages. Each pattern covers a whole sentence of folded words: words of politeness, then a request.
/// A sentence with a word that begins another thought, such as "but", is no request. A verb such as "remove" needs an object that means the
/// writer: "remove the attachment" is no request.
/// </summary>
internal static class OptOutPhrases
{
    /// <summary>Up to twelve more words.</summary>
    private const string Rest = @"( [\p{L}\p{N}]+){0,12}";

    private const string English =
        @"^(?!.*\b(but|and (call|send|let|we|i)|however|instead|though|although|except|until|unless|because|can we|call|meeting|prices?|pricing|demo|interested|chat|talk|wait|colleague|webinar)\b)"
        + @"((please|kindly|pls|plz|can you|could you|would you|would you mind|just|also|so|yes|i d like you to|i would like you to|i ask you to|i m asking you to|immediately) )*"
        + @"((unsub|unsubscribe|opt out|optout|opt me out|removal request|unsubscribe request)( (me|us|now|here|please|asap|immediately|thanks|again|today|permanently))*( (my|this|the|our|from|of|request)" + Rest + ")?"
        + @"|(remove|stop|delete|stopp|go away|leave me alone)( (now|please|it|this|asap|immediately|already|me|us))*"
        + @"|(remove|delete|drop|take|erase|strike|scratch|purge|exclude|removing|taking|deleting) (me|us|(my|our)( own| work| business| personal| company| entire)? (e ?mails?|address|addresses|name|details|data|contact|contacts|info|information|record|records|domain|profile|account|company)|this (e ?mail|address|contact)|the following (e ?mail|address))" + Rest
        + @"|cancel( my| the| this| our)? (subscription|newsletter)" + Rest
        + @"|stop (emailing|e mailing|mailing|contacting|messaging|writing|spamming|sending|all (e ?mails?|contact|communication))" + Rest
        + @"|(do not|don t|dont|never) (e ?mail|mail|contact|write|message|spam|bother|disturb)( (me|us|to me|to us|this|again|anymore|any more|any|here))*" + Rest
        + @"|(do not|don t|dont|never) send (me|us|any|more|these|further)" + Rest
        + @"|no more( of these| of your)?( e ?mails?| mails?| messages?| spam| marketing| newsletters?)" + Rest
        + @"|(i|we) (want|wish|would like|d like|need|request|ask|have asked|asked)( you)? to (unsubscribe|opt out|stop (receiving|getting)|be (removed|taken off|unsubscribed|deleted)|get (off|removed)|remove (me|us))" + Rest
        + @"|(i|we) (do not|don t|dont|no longer) (want|wish|need|care)( to)? (receive|get|hear from|be contacted|be emailed|any( more| further)? (e ?mails?|mails?|messages?)|(these|your) (e ?mails?|mails?|messages?|newsletters?))" + Rest
        + @"|(i|we) (have )?(already )?(opted out|unsubscribed)( already)?|cease( and desist)?( all)?( contact| communication)?)( please| thanks| thank you)*$";

    private const string German =
        @"^(?!.*\b(aber|jedoch|sondern|allerdings|termin|anrufen|preise?|interessant|weil|bis|kollegen|kollegin|rufen)\b)"
        + @"((bitte|ich bitte sie|ich bitte darum|hiermit|konnen sie|konnten sie|wurden sie|und|also|umgehend|sofort) )*"
        + @"((abmelden|abmeldung|abbestellen|abbestellung|austragen|austragung|loschung|newsletter (abbestellen|abmelden))( (bitte|sofort|danke|von|vom|aus|des|der|meiner)" + Rest + ")?"
        + @"|(loschen|entfernen|stop|stopp|kundigen|aufhoren)( bitte| sofort)*"
        + @"|(nehmen|streichen|loschen|entfernen|tragen|melden|nehmt|streicht|loscht|entfernt|nimm|streich|losch|losche|entferne|trag|trage|melde)( sie| bitte)* (mich|uns|meine|unsere|diese (e ?mail|mail|adresse))" + Rest
        + @"|(mich|uns|meine|unsere)( (e ?mail|mail|adresse|e ?mail ?adresse|mailadresse|daten|kontaktdaten))*( bitte| sofort| umgehend)*( (aus|von|vom)" + Rest + @")? ?(abmelden|austragen|loschen|entfernen|streichen|nehmen)"
        + @"|(mich|uns)? ?(bitte )?aus (dem|ihrem|eurem|ihrer|der|diesem) (verteiler|mailverteiler|e mail verteiler|liste|mailingliste|datenbank|newsletter)" + Rest
        + @"|keine( weiteren| weitere)? ?(\w+ )?(e ?mails?|mails?|nachrichten|werbung|newsletter|werbemails|anfragen|kontaktaufnahmen?|zusendungen)( (mehr|senden|schicken|zusenden|an|bitte|zukommen|wunschen|erwunscht|von))*" + Rest
        + @"|(schreiben|kontaktieren|mailen|belastigen|schicken|senden|schreib|schick|kontaktiere)( sie)? (mir|mich|uns)( bitte)? (nicht|nie|keine)" + Rest
        + @"|(ich|wir) (mochte|mochten|will|wollen|wunsche|wunschen)( (mich|uns|bitte|gern|gerne|hiermit|von|ihrem|ihren|dem|newsletter|verteiler))* (abmelden|abbestellen|austragen|keine (\w+ )?(e ?mails?|mails?|nachrichten|newsletter|werbung|zusendungen)|nicht mehr (kontaktiert|angeschrieben|belastigt))" + Rest
        + @"|unterlassen sie" + Rest + @"|lassen sie mich in ruhe|nicht mehr (anschreiben|kontaktieren|schreiben)|(ich|wir) (habe|haben) (mich|uns) (bereits |schon )?abgemeldet)( danke| bitte)*$";

    private const string French =
        @"^(?!.*\b(mais|cependant|toutefois|rendez|rappelez|prix|tarifs?|interessant|parce|jusqu|collegue)\b)"
        + @"((merci de|merci de bien vouloir|veuillez|priere de|svp|s il vous plait|pouvez vous|pourriez vous|je vous (prie|demande) de|bien vouloir|de) )*"
        + @"((me |nous |m )?(desinscription|desabonnement|desabonner|desinscrire|desinscrivez|desabonnez|desinscris|desabonne|resilier)( (moi|nous|de|du|svp|merci|s il|immediatement|a|mon)" + Rest + ")?"
        + @"|stop|(me|nous) (supprimer|retirer|enlever|effacer|rayer|retirez|supprimez|enlevez)" + Rest
        + @"|(supprimer|supprimez|supprime|retirer|retirez|retire|enlever|enlevez|enleve|effacez|rayez) (moi|nous|mon|mes|cette adresse|notre|nos)" + Rest
        + @"|(ne|n) (me |m |nous )?(plus|pas|ecrivez|contactez|envoyez|sollicitez)( (me|m|nous))? ?(plus|pas|ecrire|contacter|envoyer|solliciter|importuner)" + Rest
        + @"|(ne )?plus (de |d |aucun )(mails?|e mails?|emails?|messages?|courriels?)" + Rest + @"|cessez (de|vos|tout)" + Rest + @"|arretez (de m|vos|de nous)" + Rest
        + @"|(je|nous) (souhaite|souhaiterais|souhaitons|veux|voudrais|voulons|desire|desirons|demande)( a)?( me| m| nous| etre)* (desinscrire|desabonner|desinscrite?|desabonnee?|retiree?|supprimee?|ma desinscription|mon desabonnement)" + Rest
        + @"|(je|nous) ne (souhaite|souhaitons|veux|voulons|desire|desirons) (plus|pas) (recevoir|etre)" + Rest + @"|laissez moi tranquille)( merci| svp)*$";

    private const string Spanish =
        @"^(?!.*\b(pero|aunque|sino|llamada|llameme|precios?|reunion|interesa|porque|hasta|companer[oa]s?)\b)"
        + @"((por favor|favor de|favor|le ruego|les ruego|ruego|les pido que|le pido que|solicito|pueden|puede|podrian|podria|y) )*"
        + @"((mi |la )?baja( por favor| de| del| inmediata)*" + Rest + @"|(darme|dar|darse|deme|denme|dame|dadme|me den|me de|que me den) de baja" + Rest
        + @"|(cancelar|cancelen|cancele|anular|anulen)( la| mi)? (suscripcion|inscripcion)" + Rest + @"|(desuscribir|desuscribirme|desuscribanme|desuscribame)" + Rest
        + @"|(eliminenme|eliminame|elimineme|borrenme|borreme|borrame|quitenme|quiteme|quitame|saquenme|saqueme|sacame|remuevanme|remuevame|removerme|retirenme|eliminarme|borrarme|quitarme)" + Rest
        + @"|(eliminar|eliminen|elimine|elimina|borrar|borren|borre|borra|quitar|quiten|quite) (mi|mis|este correo|esta direccion|nuestro)" + Rest
        + @"|stop|no (me |nos )?(envien|envie|envies|escriban|escriba|escribas|contacten|contacte|contactes|manden|mande|mandes|molesten|moleste|vuelvan a)" + Rest
        + @"|(ya )?no (quiero|deseo|queremos|deseamos) (mas (correos|mails|emails|mensajes)|recibir|que me|seguir recibiendo)" + Rest
        + @"|(quiero|deseo|quisiera|me gustaria) (darme de baja|la baja|cancelar (la|mi) suscripcion|que me (eliminen|borren|den))" + Rest
        + @"|no mas (correos|mails|emails|mensajes|publicidad)" + Rest + @"|(dejen|deje|deja) de (enviar|enviarme|escribir|escribirme|mandar|mandarme|molestar|molestarme)" + Rest + @")( gracias| por favor)*$";

    private const string Italian =
        @"^(?!.*\b(ma|pero|tuttavia|chiamatemi|chiamata|prezz[oi]|riunione|interessa|perche|fino|collega)\b)"
        + @"((per favore|per cortesia|cortesemente|gentilmente|vi prego di|la prego di|si prega di|prego|chiedo di|chiedo|potete|puo|vogliate|e|di) )*"
        + @"((cancellazione|disiscrizione)( (dalla|dal|per|immediata|grazie|da)" + Rest + @")?|(disiscrivermi|disiscrivere|disiscrivetemi|disiscrivimi|cancellarmi|cancellatemi|cancellami|rimuovetemi|rimuovermi|rimuovimi|toglietemi|toglimi|togliermi|eliminatemi|eliminarmi)" + Rest
        + @"|(cancellare|rimuovere|togliere|eliminare|rimuova|cancellate|rimuovete) (il mio|la mia|i miei|questo indirizzo|questa)" + Rest
        + @"|essere (cancellat[oa]|rimoss[oa]|eliminat[oa])" + Rest + @"|stop|basta|basta (mail|email)" + Rest
        + @"|(non|smettete di|smettetela di) (mi |ci )?(scrivetemi|scrivete|scrivermi|contattatemi|contattate|contattarmi|mandatemi|mandate|inviatemi|inviate|inviarmi|disturbatemi)" + Rest
        + @"|non (voglio|desidero|vogliamo|desideriamo|intendo) (piu )?(ricevere|essere contattat)" + Rest
        + @"|(vorrei|voglio|desidero) (disiscrivermi|cancellarmi|essere (cancellat[oa]|rimoss[oa])|la cancellazione)" + Rest + @"|niente piu (mail|email|messaggi))( grazie| per favore)*$";

    private const string Dutch =
        @"^(?!.*\b(maar|echter|afspraak|bellen|prijs|interessant|omdat|tot|collega)\b)"
        + @"((graag|gelieve|alstublieft|aub|svp|a u b|s v p|kunt u|kan je|wilt u|wil je|verzoek om|ik verzoek u|en) )*"
        + @"((uitschrijven|uitschrijving|afmelden|afmelding)( (a u b|aub|graag|van|voor|uit|svp|mij)" + Rest + @")?|(verwijderen|stop)( aub| a u b| graag)*"
        + @"|(schrijf|meld|verwijder|haal|haalt u) (mij|me|ons|mijn|dit (e ?mail|mail|adres)\w*)" + Rest + @"|(mij|me|mijn)( \w+){0,6} (verwijderen|uitschrijven|afmelden|uit te schrijven|af te melden|te verwijderen)"
        + @"|(stuur|mail|schrijf|contacteer|benader|email) (mij|me|ons) (a u b |aub )?(niet|geen|nooit)" + Rest
        + @"|geen (verdere |enkele )?(e ?mails?|mails?|berichten|reclame|nieuwsbrieven|spam)" + Rest
        + @"|(ik|wij) (wil|willen|wens|wensen|zou)( (me|mij|ons|graag|mezelf|van|deze|uw|de|lijst|nieuwsbrief))* (uitschrijven|afmelden|uitgeschreven|verwijderd|(geen|niet langer|niet meer) (\w+ )?(e ?mails?|mails?|berichten|benaderd|gecontacteerd|ontvangen))" + Rest
        + @"|stop met (mailen|sturen|het sturen|schrijven|e mailen)" + Rest + @"|laat me met rust|niet meer (mailen|contacteren|benaderen)" + Rest + @")( aub| bedankt| graag)*$";

    private const string Portuguese =
        @"^(?!.*\b(mas|porem|contudo|ligue|reuniao|precos?|interessa|porque|ate|colega)\b)"
        + @"((por favor|favor|peco que|peco|solicito|solicito que|gostaria que|poderia|poderiam|podem|pode|e) )*"
        + @"((descadastrar|descadastre|descadastrem|descadastro|descadastramento|descadastrar me)( (me|meu|minha|do|da|de|este)" + Rest + ")?"
        + @"|(cancelar|cancelem|cancele|anular)( a| minha)? (inscricao|assinatura|subscricao)" + Rest
        + @"|(me )?(remover|remova|removam|remocao|retirar|retire|retirem|excluir|exclua|excluam|eliminar|elimine|eliminem|apagar|apague|apaguem|tirem|tire)(( me| o meu| meu| minha| a minha| este e ?mail| do meu| da minha| da lista| dessa lista)" + Rest + ")?"
        + @"|(parar|stop|sair)|(pare|parem|parar|deixem) de (me )?(enviar|mandar|escrever|contatar|contactar)" + Rest
        + @"|nao (me |nos )?(envie|enviem|mande|mandem|contate|contatem|contacte|contactem|escreva|escrevam|perturbe|perturbem)" + Rest
        + @"|nao (quero|desejo|queremos|desejamos|pretendo) (mais )?(receber|ser contactad|ser contatad)" + Rest
        + @"|(quero|desejo|gostaria de) (me descadastrar|descadastrar|cancelar (a|minha)|ser removid[oa]|sair da)" + Rest + @"|(chega de|sem mais) (e ?mails?|emails?|mensagens)" + Rest + @")( obrigad[oa]| por favor)*$";

    private const string Russian =
        @"^(?!.*(^| )(но|однако|позвоните|цена|цену|встреч\w+|потому|коллег\w+)( |$))"
        + @"((пожалуйста|прошу|прошу вас|просьба|убедительная просьба|вас|больше|мы|я) )*"
        + @"((отписка|отписаться|отпишите|отписать|отписываюсь)" + Rest + @"|(удалите|удалить|уберите|убрать|исключите|исключить|вычеркните|снимите) (меня|нас|мой|мои|наш|этот адрес)" + Rest
        + @"|(стоп|хватит)|(прекратите|прекратить) (рассылку|писать|присылать|слать|отправлять|отправку)" + Rest
        + @"|не (пишите|писать|присылайте|присылать|шлите|слать|отправляйте|отправлять|беспокойте|беспокоить|надо (больше )?(писать|присылать|слать))" + Rest
        + @"|(хочу|хотим|хотел бы|хотела бы) (отписаться|отказаться от)" + Rest + @"|не (хочу|хотим|желаю|желаем) (больше )?получать" + Rest + @"|отказываюсь от( вашей| вашей)? рассылки" + Rest + @")( спасибо| пожалуйста)*$";

    /// <summary>Polish, Swedish and Danish; Japanese and Chinese write without blanks.</summary>
    private const string Others =
        @"^(?!.*\b(ale|spotkanie|zadzwon)\b)((prosze|prosze o|uprzejmie prosze o|uprzejmie prosze) )*(wypisac mnie|wypiszcie mnie|wypisz mnie|wypisanie|usunac (mnie|moj)|usuncie (mnie|moj)|usuniecie (mnie|mojego)|rezygnuje z|nie wysylajcie|nie piszcie)" + Rest
        + @"$|^(?!.*\b(men|mote)\b)((vanligen|var god|snalla|venligst) )*(avregistrera|avprenumerera|avsluta prenumeration|ta bort (mig|min)|sluta (skicka|maila|kontakta)|skicka inte|afmeld|frameld|slet mig|fjern mig)" + Rest
        + @"$|^.{0,30}(配信停止|配信を停止|配信解除|配信を解除|メールを送らないで|メール不要|登録解除|購読解除|退订|取消订阅).{0,30}$";

    public static bool IsRequest(string sentence) =>
        InEnglish.IsMatch(sentence) || InGerman.IsMatch(sentence) || InFrench.IsMatch(sentence) || InSpanish.IsMatch(sentence) || InItalian.IsMatch(sentence)
        || InDutch.IsMatch(sentence) || InPortuguese.IsMatch(sentence) || InRussian.IsMatch(sentence) || InOthers.IsMatch(sentence);

    private static readonly Regex InEnglish = new(English);

    private static readonly Regex InGerman = new(German);

    private static readonly Regex InFrench = new(French);

    private static readonly Regex InSpanish = new(Spanish);

    private static readonly Regex InItalian = new(Italian);

    private static readonly Regex InDutch = new(Dutch);

    private static readonly Regex InPortuguese = new(Portuguese);

    private static readonly Regex InRussian = new(Russian);

    private static readonly Regex InOthers = new(Others);
}
