package dev.mailroom.account.notice;

/** How an attempt to send a mail ended. The words are stable and go to log and database; none of them is the server's. */
sealed interface Delivery {
    /** The server took responsibility. */
    record Accepted() implements Delivery {}

    /**
     * The server does not have it.
     *
     * @param lasting true if another attempt would end the same way
     */
    record NotSent(String why, boolean lasting) implements Delivery {}

    /** The server may have it or not. */
    record Uncertain(String why) implements Delivery {}
}
