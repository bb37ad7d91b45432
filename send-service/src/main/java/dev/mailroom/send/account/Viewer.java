package dev.mailroom.send.account;

import java.util.UUID;

/**
 * Who asks.
 *
 * @param manager an owner or admin of the organization, who may send from every account of it that is shared
 */
public record Viewer(UUID organization, UUID user, boolean manager) {}
