package dev.mailroom.sync.message;

import java.util.UUID;

/**
 * What a person reads of a message, safe to be shown in a frame without scripts.
 *
 * @param html the inside of a body element; pictures of the message point to its attachments
 * @param truncated whether there was more than is shown
 * @param remoteImages pictures that would have to be fetched from elsewhere
 * @param remoteImagesShown whether those of them that are over https stand in the HTML
 */
public record ContentView(UUID message, String html, boolean truncated, int remoteImages, boolean remoteImagesShown) {}
