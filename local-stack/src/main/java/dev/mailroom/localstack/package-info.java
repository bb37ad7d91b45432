/**
 * The {@code mailroom} command: the whole system on one machine, and the tools to talk to it.
 *
 * <p>Each subcommand lives in the package of its feature. {@code stack} runs the servers and the services and writes down where they are;
 * {@code token}, {@code tail}, {@code status} and {@code connect} read that and talk to a running stack; {@code demo} plays the main job
 * on a stack of its own. The shell script of the same name at the top of the repository finds a JDK, builds, and starts this.
 */
@NullMarked
package dev.mailroom.localstack;

import org.jspecify.annotations.NullMarked;
