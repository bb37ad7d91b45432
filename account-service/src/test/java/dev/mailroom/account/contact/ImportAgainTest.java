package dev.mailroom.account.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An import that is sent again, is interrupted, or is under way. */
@QuarkusTest
class ImportAgainTest extends ImportScene {
    @Test
    void doesNothingTwice() {
        send(CSV, "").body("imported", equalTo(3));
        send(CSV, "").body("imported", equalTo(0)).body("skipped", equalTo(3));

        assertThat(count()).isEqualTo(3);
    }

    @Test
    void answersTheSameKeyWithTheSameImport() {
        String key = UUID.randomUUID().toString();
        var first = csv().header("Idempotency-Key", key)
                .body(CSV)
                .post("/v1/contacts/import")
                .then()
                .statusCode(200);
        var second = csv().header("Idempotency-Key", key)
                .body(CSV)
                .post("/v1/contacts/import")
                .then()
                .statusCode(200);

        assertThat(second.extract().asString()).isEqualTo(first.extract().asString());
        csv().header("Idempotency-Key", key)
                .body(CSV + "D,d@example.com,\n")
                .post("/v1/contacts/import")
                .then()
                .statusCode(409)
                .body("type", containsString("idempotency-key-reused"));
    }

    @Test
    void goesOnWhereAnInterruptedImportStopped() {
        String file = people(1_200);
        String id = send(file, "").body("imported", equalTo(1_200)).extract().path("id");
        // As a process leaves it that died after two batches.
        execute("select set_config('mailroom.organization', '*', false);"
                + " update contact_imports set done = false, finished_at = null, records_done = 1000, imported = 1000,"
                + " progress_at = now() - interval '1 hour' where id = '" + id + "';"
                + " delete from contacts where organization_id = '" + organization
                + "' and cast(phones[1] as integer) >= 1000");
        asAdmin().get("/v1/contacts/imports/" + id).then().body("state", equalTo("interrupted"));

        send(file, "")
                .statusCode(200)
                .body("id", equalTo(id))
                .body("state", equalTo("done"))
                .body("processed", equalTo(1_200))
                .body("imported", equalTo(1_200))
                .body("skipped", equalTo(0));

        assertThat(count()).isEqualTo(1_200);
    }

    @Test
    void leavesARunningImportToWhoeverIsAtIt() {
        String id = send(CSV, "").extract().path("id");
        execute("select set_config('mailroom.organization', '*', false);"
                + " update contact_imports set done = false, records_done = 0, imported = 0, progress_at = now()"
                + " where id = '" + id + "'");

        send(CSV, "").statusCode(202).body("id", equalTo(id)).body("state", equalTo("running"));
    }
}
