package dev.mailroom.sync.message;

import dev.mailroom.http.ProblemMappers;
import dev.mailroom.http.Problems;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What is said of a download that did not come to its end; where bytes were sent before, its connection is cut instead. */
public class DownloadProblems {
    private static final Logger LOG = Logger.getLogger(DownloadProblems.class);

    private final ProblemMappers problems = new ProblemMappers();

    @ServerExceptionMapper
    public Response gone(ClientGoneException gone) {
        LOG.debug("download broken off by the client");
        return problems.problem(Problems.unavailable("The request was given up"));
    }

    @ServerExceptionMapper
    public Response lost(ProviderBrokeOffException lost) {
        LOG.warnf(
                "download broken off by the provider category=%s",
                lost.category().wireName());
        return problems.problem(Problems.unavailable("The provider broke off; try again in a moment"));
    }
}
