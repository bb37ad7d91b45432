package dev.mailroom.account.account;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How much old mail is imported. */
public enum History {
    @JsonProperty("none")
    NONE("none"),
    @JsonProperty("1m")
    ONE_MONTH("1m"),
    @JsonProperty("3m")
    THREE_MONTHS("3m"),
    @JsonProperty("6m")
    SIX_MONTHS("6m"),
    @JsonProperty("1y")
    ONE_YEAR("1y"),
    @JsonProperty("2y")
    TWO_YEARS("2y"),
    @JsonProperty("3y")
    THREE_YEARS("3y"),
    @JsonProperty("5y")
    FIVE_YEARS("5y"),
    @JsonProperty("10y")
    TEN_YEARS("10y"),
    @JsonProperty("all")
    ALL("all");

    private final String wireName;

    History(String wireName) {
        this.wireName = wireName;
    }

    String wireName() {
        return wireName;
    }

    static History ofWireName(String name) {
        for (History history : values()) {
            if (history.wireName.equals(name)) {
                return history;
            }
        }
        throw new IllegalArgumentException("no such window: " + name);
    }
}
