package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.ApiError.About;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Request;
import org.kochab.resourcetext.AuditLine;

/** An exchange with a known caller that leaves a line in the audit log if it changes something or is denied. Bodies are not in it. */
final class Audited implements Exchange {
    private static final int FORBIDDEN = 403;
    private static final int SWITCHED = 101;
    private static final List<String> READING = List.of("get", "list", "watch");

    private final Exchange to;
    private final Request request;
    private final Caller caller;
    private final Supplier<Instant> clock;
    private final Consumer<String> log;
    private @Nullable TenantId tenant;
    private @Nullable Attempt attempt;

    Audited(Exchange to, Request request, Caller caller, Supplier<Instant> clock, Consumer<String> log) {
        this.to = to;
        this.request = request;
        this.caller = caller;
        this.clock = clock;
        this.log = log;
    }

    /** Whose objects are meant, before it is known whether they may be. */
    void of(TenantId meant) {
        tenant = meant;
    }

    void attempts(Attempt made) {
        attempt = made;
    }

    private boolean isChange() {
        return attempt != null && !READING.contains(attempt.verb()) && !request.isDry();
    }

    private void done(int code, @Nullable String name, @Nullable String message) {
        if (code != FORBIDDEN && !isChange()) {
            return;
        }
        AuditLine line = new AuditLine(clock.get(), "http")
                .with("source", request.source())
                .with("user", caller.user())
                .with("groups", caller.groups())
                .with("userTenant", caller.tenant().value());
        if (tenant != null) {
            line.with("tenant", tenant.value());
        }
        Attempt a = attempt;
        if (a == null) {
            line.with("verb", request.method().toLowerCase(Locale.ROOT))
                    .with("path", "/" + String.join("/", request.path()));
        } else {
            line.with("verb", a.verb())
                    .with("group", a.group())
                    .with("resource", a.resource())
                    .with("namespace", a.namespace())
                    .with("name", a.name() == null ? name : a.name());
        }
        String outcome = code < 300 ? "done" : code == FORBIDDEN ? "denied" : "failed";
        log.accept(line.with("outcome", outcome)
                .with("code", code)
                .with("message", message)
                .toString());
    }

    @Override
    public void answer(int code, JsonNode body, List<String> warnings) {
        done(code, body.path("metadata").path("name").asText(null), null);
        to.answer(code, body, warnings);
    }

    @Override
    public void refuse(ApiError error, @Nullable About about) {
        done(error.code(), about == null ? null : about.name(), error.getMessage());
        to.refuse(error, about);
    }

    @Override
    public void answer(int code, String contentType, byte[] body, List<String> warnings, int retryAfterSeconds) {
        done(code, null, null);
        to.answer(code, contentType, body, warnings, retryAfterSeconds);
    }

    @Override
    public Stream stream(String contentType) {
        return to.stream(contentType);
    }

    @Override
    public Channels channels(Set<Channels.Channel> wanted, Consumer<Channels> ready) {
        Channels begun = to.channels(wanted, ready);
        done(SWITCHED, null, null);
        return begun;
    }

    @Override
    public Forwards forwards(Forwards.Opener opener) {
        Forwards begun = to.forwards(opener);
        done(SWITCHED, null, null);
        return begun;
    }

    @Override
    public void onGone(Runnable signal) {
        to.onGone(signal);
    }
}
