package dev.mailroom.sync.message;

import java.util.UUID;

/**
 * What a person reads of a message, safe to be shown in a frame without scripts.
 *
 * @param html the inside of a body element; pictures of the message point to its attachments
 * @param truncated whether there was more than is shown
 * @param remoteImages pictures that would have to be fetched from elsewhere, backgrounds among them
 * @param remoteImagesShown whether they stand in the HTML, over https alone: also those that the sender names over http, but for
 *     those of another port, and never backgrounds
 */
public record ContentView(UUID message, String html, boolean truncated, int remoteImages, boolean remoteImagesShown) {}
