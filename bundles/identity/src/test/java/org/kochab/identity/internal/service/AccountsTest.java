package org.kochab.identity.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.identity.AccountClaims;
import org.kochab.api.identity.AccountToken;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.TenantId;
import org.kochab.codec.JacksonCodec;
import org.kochab.identity.internal.authority.HostNames;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.memory.MemoryStore;

/** Tokens of service accounts, made by one member and read by another. */
class AccountsTest {
    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final ServiceAccount ROBOT = new ServiceAccount(
            "v1",
            "ServiceAccount",
            ObjectMeta.named("robot").withPlace("acme", "shop").created("uid-1", START),
            null);

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final LocalPartitions partitions = LocalPartitions.start(new MemoryStore(), 100);
    private final Identities maker = identities(partitions);
    private final Identities reader = identities(partitions);

    private Identities identities(LocalPartitions of) {
        return new Identities(
                of.partitionService(),
                new JacksonCodec(),
                Duration.ofDays(7),
                HostNames.of(List.of("localhost")),
                now::get);
    }

    @BeforeEach
    void start() {
        maker.start();
        reader.start();
        awaitKey(maker);
        awaitKey(reader);
    }

    private static void awaitKey(Identities member) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            try {
                return member.accounts().read("").isEmpty();
            } catch (RuntimeException e) {
                return false;
            }
        });
    }

    @AfterEach
    void stop() {
        reader.close();
        maker.close();
        partitions.close();
    }

    private String token() {
        return maker.accounts().issue(ROBOT, List.of(), HOUR).text();
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void isReadByEveryMemberUntilItEnds() {
        AccountToken token = maker.accounts().issue(ROBOT, List.of(), HOUR);
        assertThat(token.expires()).isEqualTo(START.plus(HOUR));
        assertThat(reader.accounts().read(token.text()))
                .contains(new AccountClaims(
                        new TenantId("acme"), "shop", "robot", "uid-1", List.of(AccountTokens.API), START.plus(HOUR)));
        now.set(START.plus(HOUR).minusSeconds(1));
        assertThat(reader.accounts().read(token.text())).isPresent();
        now.set(START.plus(HOUR));
        assertThat(reader.accounts().read(token.text())).isEmpty();
        assertThat(token.toString()).doesNotContain(token.text());
    }

    @Test
    void isAJsonWebToken() {
        String[] parts = maker.accounts()
                .issue(ROBOT, List.of("vault", "kochab"), HOUR)
                .text()
                .split("\\.");
        assertThat(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8))
                .contains("\"alg\":\"ES256\"", "\"typ\":\"JWT\"", "\"kid\":");
        assertThat(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8))
                .contains(
                        "\"iss\":\"kochab\"",
                        "\"sub\":\"system:serviceaccount:shop:robot\"",
                        "\"aud\":[\"vault\",\"kochab\"]",
                        "\"exp\":" + START.plus(HOUR).getEpochSecond(),
                        "\"tenant\":\"acme\"",
                        "\"uid\":\"uid-1\"");
        assertThat(Base64.getUrlDecoder().decode(parts[2])).hasSize(64);
    }

    @Test
    void whatIsNotSignedAsItStandsIsNone() {
        String[] parts = token().split("\\.");
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String header = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
        String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);
        for (String forged : List.of(
                parts[0] + "." + part(payload.replace("acme", "other")) + "." + parts[2],
                parts[0] + "." + part(payload.replace("\"uid-1\"", "\"uid-2\"")) + "." + parts[2],
                part(header.replace("ES256", "none")) + "." + parts[1] + ".",
                part(header.replace("ES256", "HS256")) + "." + parts[1] + "." + parts[2],
                parts[0] + "." + parts[1] + "." + zeros,
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1],
                parts[0] + "." + parts[1] + "." + parts[2] + ".",
                ".." + parts[2],
                "",
                "..",
                "x".repeat(20_000))) {
            assertThat(reader.accounts().read(forged)).as(forged).isEmpty();
        }
    }

    @Test
    void anotherPlatformsIsNone() {
        try (LocalPartitions elsewhere = LocalPartitions.start(new MemoryStore(), 100);
                Identities stranger = identities(elsewhere)) {
            stranger.start();
            awaitKey(stranger);
            assertThat(stranger.accounts().read(token())).isEmpty();
        }
    }

    @Test
    void anyChangeOfAByteIsNoticed() {
        String token = token();
        Random random = new Random(4);
        for (int i = 0; i < 300; i++) {
            char[] text = token.toCharArray();
            // The last letter of a part has bits that stand for nothing.
            int at = random.nextInt(text.length - 1);
            text[at] = text[at] == 'A' ? 'B' : 'A';
            String changed = new String(text);
            if (token.charAt(at + 1) != '.') {
                assertThat(reader.accounts().read(changed)).as(changed).isEmpty();
            }
        }
    }

    @Test
    void lifetimeAndAudiencesAreBounded() {
        AccountTokens tokens = maker.accounts();
        assertThatThrownBy(() -> tokens.issue(ROBOT, List.of(), Duration.ofSeconds(599)))
                .hasMessageContaining("lifetime is 599 s: use ten minutes to 366 days");
        assertThatThrownBy(() -> tokens.issue(ROBOT, List.of(), Duration.ofDays(367)))
                .hasMessageContaining("366 days");
        assertThatThrownBy(() -> tokens.issue(ROBOT, Collections.nCopies(17, "a"), HOUR))
                .hasMessageContaining("use at most 16");
        assertThatThrownBy(() -> tokens.issue(ROBOT, List.of("a b"), HOUR)).hasMessageContaining("audience");
        String longest = "~".repeat(253);
        ServiceAccount account = ROBOT.withMetadata(ROBOT.metadata().withName("n".repeat(253)));
        assertThat(reader.accounts()
                        .read(tokens.issue(account, Collections.nCopies(16, longest), HOUR)
                                .text()))
                .isPresent();
    }
}
