package dev.mailroom.localstack.mailserver;

/**
 * Somebody with a mailbox on the demo's mail server.
 *
 * @param password of this mailbox in memory, worth nothing elsewhere
 */
public record Person(String name, String address, String password) {

    /** The one with two hundred messages. */
    public static final Person ANA = new Person("Ana Silva", "ana@fern-and-oak.example", "ana-demo");

    /** The one who gets mail. */
    public static final Person BO = new Person("Bo Lindqvist", "bo@harbour-books.example", "bo-demo");
}
