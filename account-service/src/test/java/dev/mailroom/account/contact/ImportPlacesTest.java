package dev.mailroom.account.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.http.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ImportPlacesTest {
    private static final UUID ANA = UUID.randomUUID();
    private static final UUID BO = UUID.randomUUID();

    private static ImportPlaces places(Duration waitMax) {
        return new ImportPlaces(new ContactConfig() {
            @Override
            public int importsConcurrentMax() {
                return 1;
            }

            @Override
            public int importsPerOrganizationMax() {
                return 2;
            }

            @Override
            public int uploadsConcurrentMax() {
                return 3;
            }

            @Override
            public Duration uploadMax() {
                return Duration.ofMinutes(1);
            }

            @Override
            public Duration importWaitMax() {
                return waitMax;
            }

            @Override
            public Duration importLease() {
                return Duration.ofMinutes(1);
            }

            @Override
            public Duration importKept() {
                return Duration.ofMinutes(1);
            }
        });
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.status()).isEqualTo(429));
    }

    @Test
    void keepsTheUploadsOfOneOrganizationOutOfTheWayOfOthers() {
        ImportPlaces places = places(Duration.ZERO);
        places.enter(ANA);
        ImportPlaces.Place second = places.enter(ANA);
        assertRefused(() -> places.enter(ANA));

        try (ImportPlaces.Place other = places.enter(BO)) {
            other.arrived();
        }
        second.close();
        places.enter(ANA).close();
    }

    @Test
    void boundsTheUploadsOfAll() {
        ImportPlaces places = places(Duration.ZERO);
        List<ImportPlaces.Place> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            taken.add(places.enter(UUID.randomUUID()));
        }

        assertRefused(() -> places.enter(ANA));
        taken.getFirst().close();
        places.enter(ANA).close();
    }

    @Test
    void letsAFileThatArrivedWaitForItsTurn() throws Exception {
        ImportPlaces places = places(Duration.ofMinutes(1));
        ImportPlaces.Place first = places.enter(ANA);
        first.arrived();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> second = threads.submit(() -> {
                try (ImportPlaces.Place place = places.enter(BO)) {
                    place.arrived();
                }
            });
            first.close();

            second.get();
        }
    }

    @Test
    void refusesAFileThatWaitedTooLongAndGivesItsPlaceBack() {
        ImportPlaces places = places(Duration.ZERO);
        ImportPlaces.Place first = places.enter(ANA);
        first.arrived();

        for (int i = 0; i < 4; i++) {
            assertRefused(() -> {
                try (ImportPlaces.Place second = places.enter(BO)) {
                    second.arrived();
                }
            });
        }
        first.close();
        try (ImportPlaces.Place second = places.enter(BO)) {
            second.arrived();
        }
    }
}
