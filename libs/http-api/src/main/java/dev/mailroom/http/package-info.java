/**
 * The conventions of Mailroom's HTTP interface, the same in every service.
 *
 * <p>Errors are RFC 9457 problems with a stable type ({@link dev.mailroom.http.Problems} makes them,
 * {@link dev.mailroom.http.ProblemMappers} turns everything else into one). {@link dev.mailroom.http.Caller} says who asks and for
 * which organization. {@link dev.mailroom.http.Page} and {@link dev.mailroom.http.PageRequest} are a list and the question for it.
 * Settings that all services share (JSON in snake_case, unknown fields refused, where the roles are in a token) are this module's
 * {@code microprofile-config.properties}.
 */
@NullMarked
package dev.mailroom.http;

import org.jspecify.annotations.NullMarked;
