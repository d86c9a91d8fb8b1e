package org.kochab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.kochab.chaos.cluster.Campaign;
import org.kochab.chaos.cluster.StoreUpdateCampaign;
import org.kochab.chaos.loss.LossCampaign;
import org.kochab.chaos.plugins.PluginsCampaign;
import org.kochab.chaos.reboot.RebootCampaign;
import org.kochab.chaos.requests.FloodCampaign;
import org.kochab.chaos.requests.RequestsCampaign;
import org.kochab.chaos.scheduling.SchedulerKillCampaign;
import org.kochab.chaos.soak.SoakCampaign;

/** {@code ./kochab chaos}: ends with one line of JSON; fails if anything acknowledged is lost or anything else appeared. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args)));
    }

    private static int run(List<String> args) {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("chaos: " + e.getMessage());
            return 2;
        }
        try {
            Files.createDirectories(options.directory());
            boolean clean = options.members() > 1 ? several(options) : one(options);
            if (clean && !options.name().equals(SoakCampaign.NAME)) {
                delete(options.directory());
            } else {
                System.err.println(
                        "chaos: what was " + (clean ? "sampled" : "found") + " is kept in " + options.directory());
            }
            return clean ? 0 : 1;
        } catch (IOException | IllegalStateException e) {
            System.err.println("chaos: " + e.getMessage() + "; see " + options.directory());
            return 3;
        } catch (InterruptedException e) {
            return 4;
        }
    }

    private static boolean several(Options options) throws IOException, InterruptedException {
        if (LossCampaign.names().contains(options.name())) {
            return new LossCampaign(options.name(), options.rounds())
                    .run(options.root(), options.directory(), options.port(), options.members());
        }
        if (options.name().equals(SchedulerKillCampaign.NAME)) {
            return new SchedulerKillCampaign(options.rounds(), options.seed())
                    .run(options.root(), options.directory(), options.port(), options.members());
        }
        if (options.name().equals(SoakCampaign.NAME)) {
            return new SoakCampaign(options.minutes())
                    .run(options.root(), options.directory(), options.port(), options.members());
        }
        return new Campaign(options.name(), options.rounds(), options.seed())
                .run(home(options), options.directory(), options.members());
    }

    /** The distribution with the load's feature on top. */
    private static Path home(Options options) throws IOException {
        Path home = options.home()
                .orElseThrow(() -> new IllegalStateException(
                        options.name() + " needs the control-plane distribution: without --bare"));
        Distribution.addLoad(home, options.loadBundle(), options.version());
        return home.toAbsolutePath();
    }

    private static boolean one(Options options) throws IOException, InterruptedException {
        if (options.name().equals(RebootCampaign.NAME)) {
            return new RebootCampaign(options.rounds()).run(options.root(), options.directory(), options.port());
        }
        if (options.name().equals(FloodCampaign.NAME)) {
            return new FloodCampaign(options.share(), options.times(), options.rounds())
                    .run(options.root(), options.directory(), options.port());
        }
        if (options.name().equals(RequestsCampaign.NAME)) {
            Options.Pods pods = options.pods();
            return new RequestsCampaign(pods.count(), pods.pace(), options.rounds())
                    .run(options.root(), options.directory(), options.port(), pods.agency());
        }
        if (options.name().equals(PluginsCampaign.NAME)) {
            return new PluginsCampaign(options.plugins(), options.rounds())
                    .run(options.root(), options.directory(), options.port());
        }
        if (options.name().equals(MovingMember.NAME)) {
            return new Rounds(
                            options,
                            new BareMember(options.port(), MovingMember.jvm(options.keys()), MovingMember.class))
                    .move();
        }
        if (options.name().equals(StoreUpdateCampaign.NAME)) {
            return new StoreUpdateCampaign(options.rounds(), options.updates(), options.keys(), options.seed())
                    .run(home(options), options.directory(), options.port());
        }
        if (options.name().equals(SchedulerSwapCampaign.NAME)) {
            return new SchedulerSwapCampaign(options).run();
        }
        Member member = options.home().isPresent()
                ? new KarafMember(options.home().orElseThrow(), options.loadBundle(), options.version(), options.port())
                : new BareMember(options.port());
        Rounds rounds = new Rounds(options, member);
        return options.name().equals("kill") ? rounds.kill() : rounds.power();
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
