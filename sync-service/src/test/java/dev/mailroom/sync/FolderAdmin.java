package dev.mailroom.sync;

import dev.mailroom.mailclient.net.TrustedCertificates;
import jakarta.mail.Folder;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.util.Properties;

/** Another mail program that renames and deletes folders, which Mailroom itself never does. Names are in clear text. */
final class FolderAdmin implements AutoCloseable {
    private final Store store;

    FolderAdmin(String user, int port) throws MessagingException {
        Properties settings = new Properties();
        settings.put(
                "mail.imaps.ssl.socketFactory",
                TrustedCertificates.load(Scene.folder().resolve("authority.pem"))
                        .sslContext()
                        .getSocketFactory());
        settings.put("mail.imaps.ssl.checkserveridentity", "true");
        store = Session.getInstance(settings).getStore("imaps");
        store.connect("127.0.0.1", port, user, Scene.PASSWORD);
    }

    void rename(String from, String to) throws MessagingException {
        Folder folder = store.getFolder(from);
        if (!folder.renameTo(store.getFolder(to))) {
            throw new MessagingException("not renamed");
        }
    }

    void delete(String name) throws MessagingException {
        if (!store.getFolder(name).delete(false)) {
            throw new MessagingException("not deleted");
        }
    }

    /** Removes everything in it that is marked as deleted. */
    void expunge(String name) throws MessagingException {
        Folder folder = store.getFolder(name);
        folder.open(Folder.READ_WRITE);
        folder.close(true);
    }

    @Override
    public void close() throws MessagingException {
        store.close();
    }
}
