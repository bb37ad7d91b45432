package dev.mailroom.send.compose;

import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.ParameterList;

/** A multipart whose boundary is given. */
final class FixedMultipart extends MimeMultipart {
    FixedMultipart(String subtype, String boundary) {
        ParameterList parameters = new ParameterList();
        parameters.set("boundary", boundary);
        contentType = new ContentType("multipart", subtype, parameters).toString();
    }
}
