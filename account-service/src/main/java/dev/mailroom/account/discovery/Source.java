package dev.mailroom.account.discovery;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where settings come from, the most trusted first. */
public enum Source {
    /** Our own file of providers. */
    @JsonProperty("database")
    DATABASE,
    /** SRV records of the domain, RFC 6186 and RFC 8314. */
    @JsonProperty("srv")
    SRV,
    /** The file that the domain itself publishes over HTTPS. */
    @JsonProperty("autoconfig")
    AUTOCONFIG,
    /** The domain's mail goes to a hosting provider of our file. */
    @JsonProperty("mx")
    MX,
    /** A name that mail servers often have. */
    @JsonProperty("guess")
    GUESS
}
