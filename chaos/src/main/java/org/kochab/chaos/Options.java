package org.kochab.chaos;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
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

/**
 * What the command line says.
 *
 * @param home an unpacked control-plane distribution; empty with {@code --bare}
 * @param minutes how long a soak takes
 * @param pods what campaigns with hollow nodes are told
 * @param swaps of schedulers
 * @param engine the jar of another bundle's scheduler
 * @param plugins how many come and go
 * @param updates of the store's bundle in a round
 * @param keys that a partition has beside those of its writers
 * @param share requests a second that a tenant may ask for
 * @param times how many times that another tenant asks for
 * @param root the checkout
 */
record Options(
        String name,
        int rounds,
        long seed,
        Path directory,
        Optional<Path> home,
        Path loadBundle,
        String version,
        int port,
        int members,
        int minutes,
        Pods pods,
        int swaps,
        Path engine,
        int plugins,
        int updates,
        int keys,
        int share,
        int times,
        Path root) {
    private static final List<String> SEVERAL = Stream.of(
                    Campaign.names(), LossCampaign.names(), List.of(SchedulerKillCampaign.NAME, SoakCampaign.NAME))
            .flatMap(List::stream)
            .toList();
    private static final List<String> ALONE = List.of(
            "kill",
            "power",
            MovingMember.NAME,
            StoreUpdateCampaign.NAME,
            RebootCampaign.NAME,
            SchedulerSwapCampaign.NAME,
            PluginsCampaign.NAME,
            FloodCampaign.NAME,
            RequestsCampaign.NAME);

    static final String USAGE =
            "use: chaos kill|power|reboot|plugins|store-migrate|store-update [--rounds N] [--plugins N] [--updates N] [--keys N] [--seed S] [--bare] [--dir DIRECTORY] [--port PORT], or chaos "
                    + SchedulerSwapCampaign.NAME
                    + " [--swaps N] [--pods M] [--pace P] [--seed S] [--dir DIRECTORY] [--port PORT], or chaos "
                    + FloodCampaign.NAME
                    + " [--share N] [--times N] [--rounds N] [--dir DIRECTORY] [--port PORT], or chaos "
                    + RequestsCampaign.NAME
                    + " [--pods M] [--pace P] [--rounds N] [--dir DIRECTORY] [--port PORT], or chaos "
                    + String.join("|", SEVERAL)
                    + " --members N [--rounds N] [--minutes N] [--seed S] [--dir DIRECTORY] [--port PORT]";

    /**
     * Pods on hollow nodes.
     *
     * @param pace submissions or requests a second
     * @param agency class path of the hollow agents
     */
    record Pods(int count, int pace, String agency) {}

    static Options parse(List<String> args) {
        String name = "";
        int rounds = 10;
        long seed = System.nanoTime() & 0xffff_ffffL;
        Path directory = Path.of(
                System.getProperty("java.io.tmpdir"),
                "kochab-chaos-" + ProcessHandle.current().pid());
        Optional<Path> home = Optional.empty();
        Path loadBundle = Path.of("");
        String version = "";
        boolean bare = false;
        int port = 22_100;
        Path root = Path.of("");
        int members = 1;
        int minutes = 120;
        int swaps = 2_000;
        int pods = 0;
        int pace = 500;
        Path engine = Path.of("");
        String agency = "";
        int plugins = 20;
        int updates = 5;
        int keys = 100_000;
        int share = 20;
        int times = 100;
        Iterator<String> each = args.iterator();
        while (each.hasNext()) {
            String arg = each.next();
            switch (arg) {
                case "--members" -> members = (int) number(arg, each, 1, 9);
                case "--minutes" -> minutes = (int) number(arg, each, 4, 10_000);
                case "--plugins" -> plugins = (int) number(arg, each, 1, 100);
                case "--updates" -> updates = (int) number(arg, each, 1, 10_000);
                case "--keys" -> keys = (int) number(arg, each, 0, 1_000_000);
                case "--share" -> share = (int) number(arg, each, 1, 10_000);
                case "--times" -> times = (int) number(arg, each, 1, 10_000);
                case "--rounds" -> rounds = (int) number(arg, each, 1, 100_000);
                case "--swaps" -> swaps = (int) number(arg, each, 1, 1_000_000);
                case "--pods" -> pods = (int) number(arg, each, 1_000, 1_000_000);
                case "--pace" -> pace = (int) number(arg, each, 1, 100_000);
                case "--engine" -> engine = Path.of(value(arg, each));
                case "--agency" -> agency = value(arg, each);
                case "--seed" -> seed = number(arg, each, 0, Long.MAX_VALUE);
                case "--port" -> port = (int) number(arg, each, 1024, 65_000);
                case "--dir" -> directory = Path.of(value(arg, each));
                case "--home" -> home = Optional.of(Path.of(value(arg, each)));
                case "--load-bundle" -> loadBundle = Path.of(value(arg, each));
                case "--root" -> root = Path.of(value(arg, each));
                case "--version" -> version = value(arg, each);
                case "--bare" -> bare = true;
                default -> {
                    if (!name.isEmpty() || !(ALONE.contains(arg) || SEVERAL.contains(arg))) {
                        throw new IllegalArgumentException("unknown argument '" + arg + "'; " + USAGE);
                    }
                    name = arg;
                }
            }
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("say what is to be done; " + USAGE);
        }
        if (members == 1 && !ALONE.contains(name)) {
            throw new IllegalArgumentException(name + " needs several members: add --members 3");
        }
        if (members > 1 && (bare || !SEVERAL.contains(name))) {
            throw new IllegalArgumentException(name + (bare ? " --bare" : "") + " is for a single member; " + USAGE);
        }
        return new Options(
                name,
                rounds,
                seed,
                directory.toAbsolutePath(),
                bare ? Optional.empty() : home,
                loadBundle,
                version,
                port,
                members,
                minutes,
                new Pods(pods > 0 ? pods : podsOf(name), pace, agency),
                swaps,
                engine,
                plugins,
                updates,
                keys,
                share,
                times,
                root.toAbsolutePath());
    }

    private static int podsOf(String name) {
        return name.equals(SchedulerSwapCampaign.NAME) ? 200_000 : 100_000;
    }

    private static String value(String option, Iterator<String> each) {
        if (!each.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value; " + USAGE);
        }
        return each.next();
    }

    private static long number(String option, Iterator<String> each, long least, long most) {
        String value = value(option, each);
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, like a number out of range
        }
        throw new IllegalArgumentException(option + " is '" + value + "': use " + least + " to " + most);
    }
}
