package dev.mailroom.account.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.http.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as they come out of address books. */
class ContactFileTest {
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private final ImportParameters parameters = new ImportParameters();

    private ContactFile file(byte[] bytes) throws IOException {
        return ContactFile.receive(new ByteArrayInputStream(bytes), ImportOptions.of(parameters, new ObjectMapper()));
    }

    private List<FileRow> rows(byte[] bytes) throws IOException {
        try (ContactFile file = file(bytes);
                ContactFile.Rows rows = file.rows()) {
            return rows.next(1_000);
        }
    }

    private List<FileRow> rows(String text) throws IOException {
        return rows(text.getBytes(StandardCharsets.UTF_8));
    }

    private ContactForm only(String text) throws IOException {
        List<FileRow> rows = rows(text);
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst().errors()).isEmpty();
        return rows.getFirst().form();
    }

    private static List<String> addresses(ContactForm form) {
        return form.emails().stream().map(EmailAddress::text).toList();
    }

    static Stream<Arguments> charsets() {
        String text = "Name;Email\nJosé Núñez;jose@example.com\n";
        return Stream.of(
                Arguments.of("UTF-8", text.getBytes(StandardCharsets.UTF_8)),
                Arguments.of("UTF-8", ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8)),
                Arguments.of("windows-1252", text.getBytes(WINDOWS)),
                Arguments.of("UTF-16LE", ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE)),
                Arguments.of("UTF-16BE", ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16BE)),
                Arguments.of("UTF-16LE", text.getBytes(StandardCharsets.UTF_16LE)));
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void findsOutTheCharset(String name, byte[] bytes) throws IOException {
        try (ContactFile file = file(bytes)) {
            assertThat(file.format().charset().name()).isEqualTo(name);
            assertThat(file.columns().headings()).containsExactly("Name", "Email");
        }
        assertThat(rows(bytes).getFirst().form().name()).isEqualTo("José Núñez");
    }

    @Test
    void takesTheCharsetThatIsSaid() throws IOException {
        parameters.charset = "iso-8859-2";

        assertThat(rows("Name\nŁukasz\n".getBytes(Charset.forName("iso-8859-2")))
                        .getFirst()
                        .form()
                        .name())
                .isEqualTo("Łukasz");
    }

    @Test
    void refusesAFileThatIsNotInTheCharsetThatIsSaid() {
        parameters.charset = "utf-8";

        assertThatThrownBy(() -> rows("Name\nJosé\n".getBytes(WINDOWS)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("is not in UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t"})
    void findsOutTheDelimiter(String delimiter) throws IOException {
        String text = "Name|Email|Notes\n\"Silva, Ana; Dr\"|ana@example.com|one, two, three\nBo|bo@example.com|x\n"
                .replace("|", delimiter)
                .replace("one, two, three", delimiter.equals(",") ? "\"one, two, three\"" : "one, two, three");

        List<FileRow> rows = rows(text);

        assertThat(rows).hasSize(2);
        assertThat(rows.getFirst().form().name()).isEqualTo("Silva, Ana; Dr");
        assertThat(rows.getFirst().form().notes()).isEqualTo("one, two, three");
    }

    @Test
    void believesAFirstLineThatSaysTheDelimiter() throws IOException {
        assertThat(addresses(only("sep=;\r\nName;Email\r\nA,B;ana@example.com\r\n")))
                .containsExactly("ana@example.com");
    }

    @Test
    void readsAFileOfOneColumn() throws IOException {
        assertThat(rows("Email\nana@example.com\nbo@example.com")).hasSize(2);
    }

    @Test
    void readsLineBreaksInQuotesAndSaysWhereARowBegins() throws IOException {
        List<FileRow> rows =
                rows("Name,Email,Notes\nAna,ana@example.com,\"first\r\nsecond \"\"quoted\"\"\"\nBo,nonsense,\n");

        assertThat(rows.getFirst().form().notes()).isEqualTo("first\nsecond \"quoted\"");
        assertThat(rows.getLast().errors())
                .containsExactly(new RowError(4, "Email", "must be an email address like ana@example.com"));
    }

    @Test
    void readsTheExportOfGoogle() throws IOException {
        ContactForm form = only(
                "First Name,Middle Name,Last Name,Phonetic First Name,Organization Name,Organization Title,Birthday,Notes,"
                        + "Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,"
                        + "Phone 1 - Label,Phone 1 - Value\n"
                        + "Ana,Maria,Silva,,Example Lda,Director,,likes tea,* myContacts,* Home,"
                        + "ana@example.com ::: ana.silva@example.org,Work,work@example.com,Mobile,+351 910 000 000\n");

        assertThat(form.name()).isEqualTo("Ana Maria Silva");
        assertThat(form.firstName()).isEqualTo("Ana");
        assertThat(form.lastName()).isEqualTo("Silva");
        assertThat(addresses(form)).containsExactly("ana@example.com", "ana.silva@example.org", "work@example.com");
        assertThat(form.phones()).containsExactly("+351 910 000 000");
        assertThat(form.company()).isEqualTo("Example Lda");
        assertThat(form.jobTitle()).isEqualTo("Director");
    }

    @Test
    void readsTheExportOfOutlook() throws IOException {
        ContactForm form =
                only("\"First Name\",\"Last Name\",\"Company\",\"Business Phone\",\"Mobile Phone\",\"E-mail Address\","
                        + "\"E-mail Type\",\"E-mail Display Name\",\"E-mail 2 Address\",\"Job Title\",\"Notes\"\n"
                        + "\"Bo\",\"Ek\",\"Example AB\",\"+46 8 1\",\"+46 70 2\",\"bo@example.com\",\"SMTP\",\"Bo Ek (bo@example.com)\","
                        + "\"bo.ek@example.org\",\"Clerk\",\"\"\n");

        assertThat(addresses(form)).containsExactly("bo@example.com", "bo.ek@example.org");
        assertThat(form.phones()).containsExactly("+46 8 1", "+46 70 2");
        assertThat(form.name()).isEqualTo("Bo Ek");
    }

    @Test
    void readsTheExportOfThunderbird() throws IOException {
        ContactForm form =
                only("First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,"
                        + "Home Phone,Mobile Number,Job Title,Organization,Notes\n"
                        + "Cy,Doe,Cyril Doe,,cy@example.com,doe@example.org,,,,+1 555 0100,,Example Inc,\n");

        assertThat(form.name()).isEqualTo("Cyril Doe");
        assertThat(addresses(form)).containsExactly("cy@example.com", "doe@example.org");
        assertThat(form.company()).isEqualTo("Example Inc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Vorname;Nachname;E-Mail-Adresse;Firma",
                "Prénom;Nom;Adresse e-mail;Société",
                "Nombre;Apellidos;Correo electrónico;Empresa",
                "Nome;Sobrenome;Endereço de e-mail;Empresa",
                "Nome;Cognome;Indirizzo e-mail;Società",
                "Voornaam;Achternaam;E-mailadres;Bedrijf"
            })
    void readsHeadingsInOtherLanguages(String header) throws IOException {
        ContactForm form = only(header + "\nAna;Silva;ana@example.com;Example\n");

        assertThat(form)
                .isEqualTo(new ContactForm(
                        "Ana Silva",
                        "Ana",
                        "Silva",
                        List.of(new EmailAddress("ana@example.com", "ana@example.com")),
                        List.of(),
                        "Example",
                        "",
                        ""));
    }

    @Test
    void letsTheSenderSayWhatColumnsAre() throws IOException {
        parameters.mapping = "{\"Kontakt\": \"email\", \"3\": \"notes\", \"Name\": null}";

        ContactForm form = only("Kontakt,Name,Bla\nana@example.com,X,hello\n");

        assertThat(addresses(form)).containsExactly("ana@example.com");
        assertThat(form.name()).isEmpty();
        assertThat(form.notes()).isEqualTo("hello");
    }

    @Test
    void readsAFileWithoutHeadings() throws IOException {
        parameters.header = "false";
        parameters.mapping = "{\"1\": \"name\", \"2\": \"email\"}";

        assertThat(rows("Ana,ana@example.com\nBo,bo@example.com\n"))
                .extracting(row -> row.form().name())
                .containsExactly("Ana", "Bo");
    }

    @Test
    void refusesAMappingOfAColumnThatIsNotThere() {
        parameters.mapping = "{\"Telefax\": \"phone\"}";

        assertThatThrownBy(() -> rows("Name\nAna\n")).hasMessageContaining("does not have: Telefax");
    }

    @Test
    void asksForAMappingWhereNoHeadingIsKnown() {
        assertThatThrownBy(() -> rows("foo,bar\n1,2\n")).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.slug()).isEqualTo("contact-columns-unknown");
            assertThat(problem.body()).containsEntry("header", List.of("foo", "bar"));
        });
    }

    @Test
    void namesWhatIsWrongWithARowAndGoesOn() throws IOException {
        List<FileRow> rows = rows("Name,Email,Phone,Notes\n"
                + "Ana,ana@,,\n"
                + ",,,only notes\n"
                + "Bo,bo@example.com,1,2,3\n"
                + "C\u0000y,cy@example.com,,\n"
                + "D,d@example.com,," + "x".repeat(10_241) + "\n"
                + ",,,\n"
                + "E,e@example.com,,\n");

        assertThat(rows).extracting(FileRow::line).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(rows.stream().flatMap(row -> row.errors().stream()).map(RowError::message))
                .containsExactly(
                        "must be an email address like ana@example.com",
                        "has neither a name nor an address, a phone number or a company",
                        "has more cells than the 4 columns of the file; is there a delimiter in a cell without quotes?",
                        "must not hold control characters",
                        "must have at most 10240 characters");
        assertThat(rows).extracting(FileRow::blank).containsExactly(false, false, false, false, false, true, false);
    }

    @Test
    void refusesAQuoteThatIsNeverClosed() {
        assertThatThrownBy(() -> rows("Name,Notes\nAna,x\nBo,\"never\n" + "Cy,z\n".repeat(100_000)))
                .hasMessageContaining("from line 3 on")
                .hasMessageContaining("a quote that is not closed");
    }

    @Test
    void refusesMoreColumnsThanItTakes() {
        assertThatThrownBy(() -> rows("Name" + ",".repeat(64) + "\nAna\n"))
                .hasMessageContaining("more than 64 columns");
        assertThat(parameters.mapping).isNull();
    }

    @Test
    void refusesMoreRowsThanItTakes() throws IOException {
        assertThat(file(("Name\n" + "A\n".repeat(100_000)).getBytes(StandardCharsets.US_ASCII))
                        .records())
                .isEqualTo(100_000);
        assertThatThrownBy(() -> rows("Name\n" + "A\n".repeat(100_001)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.slug()).isEqualTo("too-many-rows"));
    }

    @Test
    void refusesAWorkbookAndAnEmptyFile() {
        assertThatThrownBy(() -> rows(new byte[] {'P', 'K', 3, 4, 20, 0})).hasMessageContaining("save it as CSV");
        assertThatThrownBy(() -> rows(new byte[0])).hasMessageContaining("is empty");
        assertThatThrownBy(() -> rows("\n\n\n")).hasMessageContaining("is empty");
    }

    @Test
    void takesAnAddressOutOfItsName() throws IOException {
        assertThat(addresses(only("Email\n\"Ana Silva <ana@example.com>; <bo@example.com>\"\n")))
                .containsExactly("ana@example.com", "bo@example.com");
    }

    @Test
    void comparesAddressesWithoutCaseAndInTheFormOfTheDns() {
        assertThat(EmailAddress.of("Ana@BÜCHER.example").orElseThrow().key()).isEqualTo("ana@xn--bcher-kva.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ana",
                "@example.com",
                "ana@",
                "a b@example.com",
                "ana@exa mple.com",
                "a@b@example.com",
                "ana@example..com",
                "ana@-x.com",
                "<ana@example.com",
                "ana@example.com\u0007"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThat(EmailAddress.of(text)).isEmpty();
    }
}
