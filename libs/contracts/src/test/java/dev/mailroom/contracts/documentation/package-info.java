/**
 * Writes {@code docs/events.md} and {@code docs/asyncapi.yaml} from the records of this module.
 *
 * <p>Names, types and what may be absent come from the records themselves ({@code EventSchemas}), words from their Javadoc
 * ({@code SourceComments}), examples from the golden files. {@code PublishedEventsTest} fails while the committed files say something
 * else, and checks each schema against its example.
 */
package dev.mailroom.contracts.documentation;
