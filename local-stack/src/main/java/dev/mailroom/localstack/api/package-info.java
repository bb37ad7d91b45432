/** The HTTP interface of the services as the commands use it: JSON in, JSON out, and a problem's own words where it says no. */
@NullMarked
package dev.mailroom.localstack.api;

import org.jspecify.annotations.NullMarked;
