package dev.mailroom.account.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is read of a file, and what is said of it. */
@QuarkusTest
class ImportTest extends ImportScene {

    /** Streamed: a body of this size is nothing that a test holds in memory. */
    private String sendLines(int count) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            InputStream lines = new SequenceInputStream(new Enumeration<>() {
                private static final int PART = 500_000;
                private int left = count;

                @Override
                public boolean hasMoreElements() {
                    return left > 0;
                }

                @Override
                public InputStream nextElement() {
                    byte[] part = new byte[Math.min(PART, left)];
                    Arrays.fill(part, (byte) '\n');
                    left -= part.length;
                    return new ByteArrayInputStream(part);
                }
            });
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + "/v1/contacts/import"))
                            .header(
                                    "Authorization",
                                    "Bearer " + TestTokens.token("member", organization, user.toString()))
                            .header("Content-Type", "text/csv")
                            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> lines))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void importsAFile() {
        String location = send(CSV, "")
                .statusCode(200)
                .body("state", equalTo("done"))
                .body("rows", equalTo(3))
                .body("processed", equalTo(3))
                .body("imported", equalTo(3))
                .body("failed", equalTo(0))
                .extract()
                .header("Location");

        assertThat(location).contains("/v1/contacts/imports/");
        asAdmin()
                .get(location.substring(location.indexOf("/v1")))
                .then()
                .statusCode(200)
                .body("imported", equalTo(3));
        asAdmin().get("/v1/contacts").then().body("data.name", contains("Ana Silva", "Bo Ek", "Cy"));
        asAdmin().get("/v1/contacts/imports").then().body("data.imported", contains(3));
    }

    @Test
    void showsWhatItWouldReadAndSavesNothing() {
        send(
                        "Vorname;Surname;Mail\nJosé;Núñez;jose@example.com\nx;y;nonsense\n",
                        "?preview=true&mapping=" + encoded("{\"Surname\":\"last_name\"}"))
                .statusCode(200)
                .body("charset", equalTo("UTF-8"))
                .body("delimiter", equalTo(";"))
                .body("header", contains("Vorname", "Surname", "Mail"))
                .body("columns.field", contains("first_name", "last_name", "email"))
                .body("rows", equalTo(2))
                .body("sample.size()", equalTo(1))
                .body("sample[0].name", equalTo("José Núñez"))
                .body("failed", equalTo(1))
                .body("errors[0].line", equalTo(3))
                .body("errors[0].column", equalTo("Mail"));

        assertThat(count()).isZero();
        asAdmin().get("/v1/contacts/imports").then().body("data.size()", equalTo(0));
    }

    @Test
    void takesTheFileAsAPartOfAForm() {
        as("member", organization, user)
                .contentType("multipart/form-data")
                .multiPart("file", "contacts.csv", CSV.getBytes(StandardCharsets.UTF_8), "text/csv")
                .multiPart("mapping", "{\"Phone\": \"notes\"}")
                .post("/v1/contacts/import")
                .then()
                .statusCode(200)
                .body("imported", equalTo(3));

        asAdmin().get("/v1/contacts?email=ANA@example.com").then().body("data[0].notes", equalTo("+351 21"));
    }

    @Test
    void tellsWhatIsWrongRowByRowAndSavesTheOthers() {
        String broken = IntStream.range(0, 150).mapToObj(i -> "P,broken\n").collect(Collectors.joining());

        send("Name,Email\nAna,ana@example.com\n" + broken + "Bo,bo@example.com\n", "")
                .statusCode(200)
                .body("imported", equalTo(2))
                .body("failed", equalTo(150))
                .body("errors.size()", equalTo(100))
                .body("errors[0].line", equalTo(3))
                .body("errors[0].column", equalTo("Email"))
                .body("errors[0].message", containsString("ana@example.com"));
    }

    @Test
    void skipsAddressesThatAreThereOrCameEarlierInTheFile() {
        send(CSV, "");

        send("Name,Email\nOther,ANA@EXAMPLE.COM\nNew,new@example.com\nAgain,new@example.com\n", "")
                .body("imported", equalTo(1))
                .body("skipped", equalTo(2))
                .body("duplicates_in_file", equalTo(1));

        asAdmin().get("/v1/contacts?email=ana@example.com").then().body("data.name", contains("Ana Silva"));
    }

    @Test
    void findsADuplicateInAnEarlierBatchOfTheSameFile() {
        send(people(600) + "Twice,person3@example.com,\n", "")
                .body("imported", equalTo(600))
                .body("skipped", equalTo(1))
                .body("duplicates_in_file", equalTo(1));
    }

    @Test
    void addsWhatItLearnsAboutPeopleThatAreThere() {
        send(CSV, "");

        send(
                        "Name,Email,E-mail 2,Company,Phone\n,ana@example.com,ana@example.org,Example Lda,1\n,ana@example.org,,,2\n",
                        "?on_duplicate=update")
                .body("updated", equalTo(2))
                .body("imported", equalTo(0));

        asAdmin()
                .get("/v1/contacts?email=ana@example.org")
                .then()
                .body("data[0].name", equalTo("Ana Silva"))
                .body("data[0].emails", contains("ana@example.com", "ana@example.org"))
                .body("data[0].phones", contains("+351 21", "1", "2"))
                .body("data[0].company", equalTo("Example Lda"));
        send("Name,Email,E-mail 2\nX,ana@example.com,bo@example.com\n", "?on_duplicate=update")
                .body("failed", equalTo(1))
                .body("errors[0].message", equalTo("has addresses of more than one contact"));
    }

    @Test
    void answersAtOnceWhereTheSenderDoesNotWait() {
        String location = csv().header("Prefer", "respond-async")
                .body(people(2_000))
                .post("/v1/contacts/import")
                .then()
                .statusCode(202)
                .body("state", equalTo("running"))
                .extract()
                .header("Location");

        Awaitility.await()
                .untilAsserted(() -> asAdmin()
                        .get(location.substring(location.indexOf("/v1")))
                        .then()
                        .body("state", equalTo("done"))
                        .body("imported", equalTo(2_000)));
    }

    @Test
    void givesOutAFileThatItCanReadAgain() {
        send(
                        "Name,First Name,Last Name,Email,Email 2,Phone,Company,Job Title,Notes\n"
                                + "\"=HYPERLINK(\"\"http://x\"\")\",=1+1,O'Neil,ana@example.com,second@example.com,+351 21,"
                                + "\"Comma, Ltd\",@boss,\"line one\n-line \"\"two\"\"\"\n"
                                + "José,,,jose@example.com,,,,,\n",
                        "")
                .body("imported", equalTo(2));
        String exported = asAdmin()
                .get("/v1/contacts/export")
                .then()
                .statusCode(200)
                .header("Content-Type", startsWith("text/csv"))
                .extract()
                .asString();
        assertThat(exported)
                .startsWith("\uFEFFName,First Name,Last Name,Email 1,Email 2,Phone 1,Company,Job Title,Notes\r\n")
                .contains("\"'=HYPERLINK(\"\"http://x\"\")\"", "'=1+1", "'+351 21", "'@boss");
        assertThat(exported.lines().filter(line -> line.matches("[=+@-].*"))).containsExactly("-line \"\"two\"\"\"");

        UUID other = UUID.randomUUID();
        as("member", other, user)
                .contentType("text/csv")
                .body(exported.getBytes(StandardCharsets.UTF_8))
                .post("/v1/contacts/import")
                .then()
                .statusCode(200)
                .body("imported", equalTo(2))
                .body("failed", equalTo(0));

        String again = as("member", other, user).get("/v1/contacts/export").asString();
        assertThat(again).isEqualTo(exported);
        as("member", other, user)
                .get("/v1/contacts?email=ana@example.com")
                .then()
                .body("data[0].name", equalTo("=HYPERLINK(\"http://x\")"))
                .body("data[0].phones", contains("+351 21"))
                .body("data[0].notes", equalTo("line one\n-line \"two\""));
    }

    @Test
    void refusesWhatItDoesNotTake() {
        Map<String, Integer> answers = Map.of(
                "?charset=klingon",
                400,
                "?delimiter=x",
                400,
                "?on_duplicate=maybe",
                400,
                "?header=1",
                400,
                "?preview=yes",
                400,
                "?mapping=" + encoded("[]"),
                400,
                "?mapping=" + encoded("{\"Name\":\"shoe_size\"}"),
                400,
                "?mapping=" + encoded("{\"Nope\":\"name\"}"),
                400);
        answers.forEach((query, status) -> send(CSV, query).statusCode(status).contentType("application/problem+json"));
        send("", "").statusCode(400).body("type", containsString("invalid-file"));
        send("a,b\n1,2\n", "").statusCode(422).body("header", contains("a", "b"));
        csv().contentType("application/json")
                .body("{}")
                .post("/v1/contacts/import")
                .then()
                .statusCode(415);
        assertThat(count()).isZero();
    }

    @Test
    void takesAFileThatIsLargerThanOtherBodiesAndRefusesAnEvenLargerOne() throws Exception {
        String notes = "x".repeat(9_000);
        String large = IntStream.range(0, 400)
                .mapToObj(i -> "P" + i + ",p" + i + "@example.com," + notes + "\n")
                .collect(Collectors.joining("", "Name,Email,Notes\n", ""));

        send(large, "?preview=true").statusCode(200).body("rows", equalTo(400));
        assertThat(sendLines(52_500_000)).contains("413", "problems/too-large");
        asAdmin().body(new byte[1_100_000]).post("/v1/contacts").then().statusCode(413);
    }

    @Test
    void keepsAnImportToItsOrganization() {
        String id = send(CSV, "").extract().path("id");

        as("owner", UUID.randomUUID(), user)
                .get("/v1/contacts/imports/" + id)
                .then()
                .statusCode(404);
        as("owner", UUID.randomUUID(), user)
                .get("/v1/contacts/imports")
                .then()
                .body("data.size()", equalTo(0))
                .body("next", nullValue());
        as("owner", UUID.randomUUID(), user).get("/v1/contacts/export").then().body(containsString("Name,First Name"));
        assertThat(as("owner", UUID.randomUUID(), user)
                        .get("/v1/contacts/export")
                        .asString()
                        .lines())
                .hasSize(1);
    }
}
