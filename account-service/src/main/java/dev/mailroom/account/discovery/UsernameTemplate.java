package dev.mailroom.account.discovery;

/** A user name with places for the parts of an address. */
final class UsernameTemplate {
    static final String EMAIL = "{email}";
    static final String LOCAL = "{local}";
    static final String DOMAIN = "{domain}";

    private UsernameTemplate() {}

    static String fill(String template, MailAddress address) {
        return switch (template) {
            case EMAIL -> address.text();
            case LOCAL -> address.local();
            default ->
                template.replace(EMAIL, address.text())
                        .replace(LOCAL, address.local())
                        .replace(DOMAIN, address.domain());
        };
    }
}
