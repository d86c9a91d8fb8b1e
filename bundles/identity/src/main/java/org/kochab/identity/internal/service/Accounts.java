package org.kochab.identity.internal.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.identity.AccountClaims;
import org.kochab.api.identity.AccountToken;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.identity.internal.authority.TokenKey;
import org.kochab.identity.internal.core.TokenHeader;
import org.kochab.identity.internal.core.TokenPayload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tokens of service accounts: JSON Web Tokens, signed with the platform's key. */
final class Accounts implements AccountTokens {
    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);
    private static final Duration SHORTEST = Duration.ofMinutes(10);
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Pattern AUDIENCE = Pattern.compile("[\\x21-\\x7e]{1,253}");
    private static final int MOST_AUDIENCES = 16;
    /** What {@link #issue} makes is shorter: names, and audiences at their longest. */
    private static final int LONGEST_TOKEN = 8_192;

    private final Records records;
    private final IdentityTable table;
    private final Codec codec;
    private final Supplier<Instant> clock;

    Accounts(Records records, IdentityTable table, Codec codec, Supplier<Instant> clock) {
        this.records = records;
        this.table = table;
        this.codec = codec;
        this.clock = clock;
    }

    @Override
    public AccountToken issue(ServiceAccount account, List<String> audiences, Duration lifetime) {
        if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
            throw invalid("lifetime is " + lifetime.toSeconds() + " s: use ten minutes to 366 days");
        }
        if (audiences.size() > MOST_AUDIENCES) {
            throw invalid("there are " + audiences.size() + " audiences: use at most " + MOST_AUDIENCES);
        }
        if (!audiences.stream().allMatch(a -> AUDIENCE.matcher(a).matches())) {
            throw invalid("an audience is not valid: use 1 to 253 printable ASCII characters without spaces");
        }
        ObjectMeta meta = account.metadata();
        Instant now = clock.get().truncatedTo(ChronoUnit.SECONDS);
        AccountClaims claims = new AccountClaims(
                new TenantId(Objects.requireNonNull(meta.tenant())),
                Objects.requireNonNull(meta.namespace()),
                Objects.requireNonNull(meta.name()),
                Objects.requireNonNull(meta.uid()),
                audiences.isEmpty() ? List.of(API) : audiences,
                now.plus(lifetime));
        TokenKey key = records.accountKey();
        String signed =
                part(codec.encode(TokenHeader.of(key.id()))) + "." + part(codec.encode(TokenPayload.of(claims, now)));
        String text = signed + "." + part(key.sign(signed.getBytes(StandardCharsets.US_ASCII)));
        LOG.info("{} of tenant {} has a token until {}", claims.user(), claims.tenant(), claims.expires());
        return new AccountToken(text, claims.expires());
    }

    private static String part(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static ResourceException invalid(String sentence) {
        return new ResourceException(Reason.INVALID, sentence);
    }

    @Override
    public Optional<AccountClaims> read(String token) {
        TokenKey key = table.accountKey()
                .orElseThrow(() -> new ResourceException(
                        Reason.UNAVAILABLE, "this member does not know the key of tokens yet; try again shortly"));
        String[] parts = token.split("\\.", -1);
        if (token.length() > LONGEST_TOKEN || parts.length != 3) {
            return Optional.empty();
        }
        try {
            if (!codec.decode(bytes(parts[0]), TokenHeader.class).isOf(key.id())) {
                return Optional.empty();
            }
            String signed = parts[0] + "." + parts[1];
            // Nothing of it is looked at before that.
            return key.hasSigned(signed.getBytes(StandardCharsets.US_ASCII), bytes(parts[2]))
                    ? codec.decode(bytes(parts[1]), TokenPayload.class).claims(clock.get())
                    : Optional.empty();
        } catch (CodecException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(String part) {
        return Base64.getUrlDecoder().decode(part);
    }
}
