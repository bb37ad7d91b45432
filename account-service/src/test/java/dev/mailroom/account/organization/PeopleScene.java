package dev.mailroom.account.organization;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The directory of an organization that a test has to itself. */
abstract class PeopleScene extends ServiceTest {
    ValidatableResponse create(Map<String, ?> form) {
        return asAdmin().body(form).post("/v1/users").then();
    }

    List<LoggedRecord> events(UUID of, int count) {
        try (KafkaLog log = KafkaLog.of("mailroom.organization.events")) {
            return log.awaitAll("events", count, record -> (organization + "/" + of).equals(record.key()));
        }
    }
}
