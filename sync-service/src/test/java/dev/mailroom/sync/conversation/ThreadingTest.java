package dev.mailroom.sync.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ThreadingTest {
    private static final UUID ORGANIZATION = new UUID(1, 1);

    @Test
    void joinsAnAnswerToItsQuestion() {
        Threading.Plan plan = plan(List.of(message(1, "<a>"), message(2, "<b>", "<a>")), Map.of(), Map.of());

        assertThat(plan.conversationOf().values().stream().distinct()).hasSize(1);
        assertThat(plan.created()).hasSize(1);
    }

    @Test
    void joinsAQuestionThatComesAfterItsAnswer() {
        Threading.Plan plan = plan(List.of(message(2, "<b>", "<a>"), message(1, "<a>")), Map.of(), Map.of());

        assertThat(plan.conversationOf().values().stream().distinct()).hasSize(1);
    }

    @Test
    void keepsMessagesApartThatOnlyLookAlike() {
        Threading.Plan plan = plan(List.of(message(1, "<a>"), message(2, "<b>"), message(3, null)), Map.of(), Map.of());

        assertThat(plan.conversationOf().values().stream().distinct()).hasSize(3);
    }

    @Test
    void mergesTwoStoredConversationsThatAMessageNames() {
        UUID first = new UUID(0, 1);
        UUID second = new UUID(0, 2);

        Threading.Plan plan = plan(
                List.of(message(9, "<c>", "<a>", "<b>")),
                Map.of("<a>", second, "<b>", first),
                Map.of(first, 3, second, 4));

        assertThat(plan.merged()).containsExactly(Map.entry(second, first));
        assertThat(plan.conversationOf()).containsValue(first);
        assertThat(plan.created()).isEmpty();
    }

    @Test
    void startsAnewWhenAConversationIsFull() {
        UUID full = new UUID(0, 1);

        Threading.Plan plan = plan(
                List.of(message(9, "<c>", "<a>"), message(10, "<d>", "<c>")),
                Map.of("<a>", full),
                Map.of(full, Threading.CONVERSATION_MAX_MESSAGES));

        assertThat(plan.created()).hasSize(1);
        assertThat(plan.conversationOf().values()).doesNotContain(full);
        assertThat(plan.conversationOf().values().stream().distinct()).hasSize(1);
    }

    @Test
    void doesNotMergeWhatWouldBeTooLarge() {
        UUID first = new UUID(0, 1);
        UUID second = new UUID(0, 2);

        Threading.Plan plan = plan(
                List.of(message(9, "<c>", "<a>", "<b>")),
                Map.of("<a>", first, "<b>", second),
                Map.of(first, 300, second, 200));

        assertThat(plan.merged()).isEmpty();
        // The nearest reference is the one that is answered.
        assertThat(plan.conversationOf()).containsValue(second);
    }

    @Test
    void groupsAlikeInAnyOrder() {
        Random random = new Random(3);
        List<Threading.Incoming> messages = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int parent = random.nextInt(60);
            messages.add(
                    random.nextInt(4) == 0 ? message(i, "<" + i + ">") : message(i, "<" + i + ">", "<" + parent + ">"));
        }
        Set<Set<UUID>> expected = null;
        for (int run = 0; run < 50; run++) {
            Collections.shuffle(messages, random);
            // In batches, as an import does it: what one batch stores the next one knows.
            Map<String, UUID> known = new HashMap<>();
            Map<UUID, UUID> conversationOf = new HashMap<>();
            for (int from = 0; from < messages.size(); from += 7) {
                Threading.Plan plan =
                        plan(messages.subList(from, Math.min(messages.size(), from + 7)), known, Map.of());
                plan.merged().forEach((gone, into) -> {
                    known.replaceAll((name, conversation) -> conversation.equals(gone) ? into : conversation);
                    conversationOf.replaceAll(
                            (message, conversation) -> conversation.equals(gone) ? into : conversation);
                });
                known.putAll(plan.references());
                conversationOf.putAll(plan.conversationOf());
            }
            Map<UUID, Set<UUID>> groups = new HashMap<>();
            conversationOf.forEach((message, conversation) ->
                    groups.computeIfAbsent(conversation, id -> new HashSet<>()).add(message));
            Set<Set<UUID>> found = new HashSet<>(groups.values());
            expected = expected == null ? found : expected;
            assertThat(found).isEqualTo(expected);
        }
    }

    private static Threading.Plan plan(
            List<Threading.Incoming> messages, Map<String, UUID> known, Map<UUID, Integer> sizes) {
        return Threading.plan(ORGANIZATION, messages, known, sizes);
    }

    private static Threading.Incoming message(int number, @Nullable String id, String... references) {
        return new Threading.Incoming(new UUID(2, number), id, List.of(references));
    }
}
