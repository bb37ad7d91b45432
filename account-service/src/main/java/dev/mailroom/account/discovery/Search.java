package dev.mailroom.account.discovery;

/** One place in the network that may know the servers of an address. */
interface Search {
    Source source();

    /** What is asked for, for a person. */
    String asked(MailAddress address);

    /** Blocks until there is an answer or the thread is interrupted; a failure is an outcome. */
    Discovered search(MailAddress address) throws InterruptedException;
}
