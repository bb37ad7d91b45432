package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailboxRole;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Names that mail programs and providers give to special mailboxes, in many languages. Compared without case, accents of width and
 * invisible marks. A name has one role or none.
 */
final class RoleNames {
    private static final Map<MailboxRole, List<String>> TABLE = table();
    private static final Map<String, MailboxRole> BY_NAME = byName();

    private RoleNames() {}

    static Optional<MailboxRole> roleOf(String name) {
        return Optional.ofNullable(BY_NAME.get(normalized(name)));
    }

    /** Every name with every role that the table gives it, for the test that there is only one. */
    static Map<MailboxRole, List<String>> all() {
        return TABLE;
    }

    static String normalized(String name) {
        String folded = Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return folded.replaceAll("[\\u200e\\u200f\\ufeff]", "")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static Map<String, MailboxRole> byName() {
        Map<String, MailboxRole> roles = new HashMap<>();
        TABLE.forEach((role, names) -> names.forEach(name -> roles.put(normalized(name), role)));
        return Map.copyOf(roles);
    }

    private static Map<MailboxRole, List<String>> table() {
        Map<MailboxRole, List<String>> table = new LinkedHashMap<>();
        table.put(MailboxRole.SENT, names("""
                sent|sent items|sent mail|sent messages|sent-mail|sent email|sent emails|gesendet|gesendete elemente
                gesendete objekte|gesendete nachrichten|envoyés|éléments envoyés|messages envoyés|enviados|elementos enviados
                mensajes enviados|itens enviados|mensagens enviadas|inviata|inviati|posta inviata|messaggi inviati|verzonden
                verzonden items|verzonden berichten|skickat|skickade objekt|sendt|sendte elementer|sendt post|lähetetyt
                lähetetyt viestit|wysłane|elementy wysłane|odeslané|odeslaná pošta|odoslané|odoslaná pošta|elküldött
                elküldött elemek|trimise|elemente trimise|отправленные|надіслані|изпратени|poslano|poslané|saadetud|nosūtītie
                išsiųsta|gönderilmiş öğeler|gönderilenler|gönderilmiş|απεσταλμένα|送信済み|送信済みアイテム|送信済みメール|已发送|已发送邮件
                已傳送|寄件備份|寄件匣|보낸편지함|보낸 편지함|보낸메일함|פריטים שנשלחו|דואר שנשלח|البريد المرسل|العناصر المرسلة|terkirim|đã gửi|ส่งแล้ว
                """));
        table.put(MailboxRole.TRASH, names("""
                trash|bin|deleted|deleted items|deleted messages|deleted mail|papierkorb|gelöscht|gelöschte elemente
                gelöschte objekte|corbeille|éléments supprimés|messages supprimés|papelera|elementos eliminados|eliminados
                lixeira|lixo|itens excluídos|itens eliminados|cestino|posta eliminata|elementi eliminati|prullenbak
                verwijderde items|verwijderd|papperskorgen|borttaget|borttagna objekt|papirkurv|slettet|slettede elementer
                slettet post|roskakori|poistetut|kosz|elementy usunięte|koš|odstraněná pošta|kôš|odstránená pošta|lomtár
                törölt elemek|coș de gunoi|elemente șterse|корзина|удаленные|удалённые|кошик|видалені|кошче|koš za smeće|smeće
                prügikast|miskaste|atkritne|šiukšlinė|çöp kutusu|çöp|silinmiş öğeler|κάδος|κάδος απορριμμάτων|διαγραμμένα|ゴミ箱
                削除済みアイテム|已删除|已删除邮件|废件箱|刪除的郵件|垃圾桶|휴지통|지운 편지함|אשפה|פריטים שנמחקו|سلة المهملات|العناصر المحذوفة
                sampah|thùng rác|ถังขยะ
                """));
        table.put(MailboxRole.JUNK, names("""
                junk|junk e-mail|junk email|junk mail|spam|bulk|bulk mail|spamverdacht|unerwünscht|junk-e-mail
                courrier indésirable|indésirables|pourriel|correo no deseado|no deseado|lixo eletrônico|lixo eletrónico
                posta indesiderata|ongewenste e-mail|ongewenste mail|skräppost|uønsket e-post|uønsket mail|søppelpost
                roskaposti|wiadomości-śmieci|niechciane|nevyžádaná pošta|nevyžiadaná pošta|levélszemét|mesaje nedorite|спам
                нежелательная почта|небажана пошта|нежелана поща|neželjena pošta|neželena pošta|rämpspost|mēstules
                nepageidaujami|gereksiz|gereksiz e-posta|istenmeyen|ανεπιθύμητη αλληλογραφία|ανεπιθύμητα|迷惑メール|垃圾邮件|垃圾郵件
                스팸메일함|스팸 메일함|정크 메일|דואר זבל|ספאם|البريد العشوائي|البريد غير الهام|thư rác|อีเมลขยะ
                """));
        table.put(MailboxRole.DRAFTS, names("""
                drafts|draft|entwürfe|brouillons|borradores|rascunhos|bozze|concepten|utkast|kladder|luonnokset|szkice
                kopie robocze|koncepty|rozepsané|piszkozatok|ciorne|черновики|чернетки|чернови|nacrti|osnutki|mustandid
                melnraksti|juodraščiai|taslaklar|πρόχειρα|下書き|草稿|草稿箱|草稿匣|임시보관함|임시 보관함|טיוטות|المسودات|مسودات|konsep|bản nháp
                ฉบับร่าง
                """));
        table.put(MailboxRole.ARCHIVE, names("""
                archive|archives|archived|archiv|archivo|archivados|arquivo|arquivados|archivio|archief|arkiv|arkisto
                archiwum|archív|archívum|arhivă|архив|архів|arhiv|arhiva|arhiiv|arhīvs|archyvas|arşiv|αρχείο|αρχειοθέτηση
                アーカイブ|存档|归档|封存|보관함|ארכיון|الأرشيف|أرشيف|arsip|lưu trữ|เก็บถาวร
                """));
        return Map.copyOf(table);
    }

    private static List<String> names(String text) {
        return Arrays.stream(text.split("[|\\n]"))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
