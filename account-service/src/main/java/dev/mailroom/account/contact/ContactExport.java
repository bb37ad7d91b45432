package dev.mailroom.account.contact;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.mailroom.account.contact.ContactRepository.Position;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.organization.Viewer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes the address book as CSV (RFC 4180), page by page: the memory it takes does not grow with the book. */
@ApplicationScoped
class ContactExport {
    /** Contacts that are held at a time. */
    private static final int PAGE_ROWS = 500;

    /** Without it some spreadsheets read UTF-8 as something else. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final String WIDEST = "select cast(coalesce(max(cardinality(emails)), 0) as integer),"
            + " cast(coalesce(max(cardinality(phones)), 0) as integer) from contacts where organization_id = :organization";

    private final TenantTransactions transactions;
    private final Contacts contacts;

    ContactExport(TenantTransactions transactions, Contacts contacts) {
        this.transactions = transactions;
        this.contacts = contacts;
    }

    private record Width(int emails, int phones) {}

    /** Blocks its virtual thread until all is written. */
    void write(Viewer viewer, OutputStream out) throws IOException {
        Width width = width(viewer);
        out.write(BYTE_ORDER_MARK.getBytes(StandardCharsets.UTF_8));
        // Closing the writer ends the file; the stream is closed by whoever opened it.
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out, StandardCharsets.UTF_8);
        csv.writeRecord(header(width));
        Position after = Position.START;
        List<ContactRow> rows;
        do {
            rows = contacts.list(viewer, after, PAGE_ROWS);
            for (ContactRow row : rows) {
                csv.writeRecord(record(row, width));
            }
            csv.flush();
            after = rows.isEmpty() ? after : new Position(rows.getLast().sortKey, rows.getLast().id);
        } while (rows.size() == PAGE_ROWS);
        csv.flush();
    }

    private Width width(Viewer viewer) {
        Object[] widest = transactions.inOrganization(
                viewer.organization(),
                session -> session.createNativeQuery(WIDEST, Object[].class)
                        .setParameter("organization", viewer.organization())
                        .getSingleResult());
        return new Width(Math.max(1, (Integer) widest[0]), Math.max(1, (Integer) widest[1]));
    }

    private static List<String> header(Width width) {
        List<String> header = new ArrayList<>(List.of("Name", "First Name", "Last Name"));
        for (int i = 1; i <= width.emails; i++) {
            header.add("Email " + i);
        }
        for (int i = 1; i <= width.phones; i++) {
            header.add("Phone " + i);
        }
        header.addAll(List.of("Company", "Job Title", "Notes"));
        return header;
    }

    private static List<String> record(ContactRow row, Width width) {
        List<String> cells = new ArrayList<>(List.of(row.name, row.firstName, row.lastName));
        addAll(cells, row.emails, width.emails);
        addAll(cells, row.phones, width.phones);
        cells.addAll(List.of(row.company, row.jobTitle, row.notes));
        cells.replaceAll(FormulaGuard::guarded);
        return cells;
    }

    /** A contact that came while the file is written may have more than its columns. */
    private static void addAll(List<String> cells, String[] values, int width) {
        for (int i = 0; i < width; i++) {
            cells.add(i < values.length ? values[i] : "");
        }
    }
}
