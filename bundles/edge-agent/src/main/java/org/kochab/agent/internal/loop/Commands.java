package org.kochab.agent.internal.loop;

import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.core.Outbox;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.agent.internal.node.Provisioners;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Command;
import org.kochab.api.link.Reply;
import org.kochab.spi.runtime.CallResult;
import org.kochab.spi.runtime.FunctionDriver;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.StopSignal;
import org.kochab.spi.runtime.TaskHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs, exec, actions and calls of functions for people elsewhere, updates of the agent, deletions of volumes. Called on the loop's thread; commands run on their own. */
final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final Pattern CORRELATION = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int REMEMBERED = 512;
    private static final int PIECE = 24 * 1024;
    private static final int PIECES_UNDER_WAY = 4;
    private static final long PIECE_SECONDS = 30;
    private static final long MOST_SECONDS = 3600;
    private static final long DEFAULT_SECONDS = 60;
    private static final String TOO_MANY = "the node does too many commands at once: try again";

    private final Codec codec;
    private final Reconciler core;
    private final Runtimes runtimes;
    private final Uplink uplink;
    private final Outbox outbox;
    private final EventLoop loop;
    private final Pools pools;
    private final Actions actions;
    private final VolumeDeletions volumes;
    private final Updates updates;
    private final Map<String, Boolean> seen = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final SortedMap<String, Run> running = new TreeMap<>();
    private long warnedOf = -1;

    Commands(
            Codec codec,
            Reconciler core,
            Runtimes runtimes,
            Uplink uplink,
            Outbox outbox,
            EventLoop loop,
            Pools pools,
            Updates updates,
            Provisioners provisioners) {
        this.codec = codec;
        this.core = core;
        this.runtimes = runtimes;
        this.uplink = uplink;
        this.outbox = outbox;
        this.loop = loop;
        this.pools = pools;
        Replies replies = new Replies(codec, uplink, outbox);
        this.actions = new Actions(core, runtimes, replies, loop, pools);
        this.volumes = new VolumeDeletions(core, provisioners, replies, loop, pools);
        this.updates = updates;
    }

    /** @throws IllegalArgumentException if it makes no sense */
    void take(String correlation, Command command) {
        if (!CORRELATION.matcher(correlation).matches() || command.type() == null) {
            throw new IllegalArgumentException(
                    "a command needs a type, and a correlation of at most 64 letters, digits, '-' and '_'");
        }
        if (command.epoch() < core.epoch()) {
            if (warnedOf != command.epoch()) {
                warnedOf = command.epoch();
                LOG.warn(
                        "Commands of epoch {} are ignored, this node has obeyed epoch {}: if they go on, another control plane uses this"
                                + " broker, or this one was set up anew and the node must be too (remove its data directory)",
                        command.epoch(),
                        core.epoch());
            }
            return;
        }
        switch (command.type()) {
            case "report" -> uplink.fullReport();
            case "birth" -> uplink.bearAgain();
            case "cancel" -> Optional.ofNullable(running.get(correlation)).ifPresent(Run::cancel);
            case "input" -> Optional.ofNullable(running.get(correlation)).ifPresent(run -> run.input(command));
            case "logs", "exec", Command.EXEC_INPUT, "invoke" -> begin(correlation, command);
            case Command.FORWARD -> once(correlation, () -> forward(correlation, command));
            case "action" -> actions.take(correlation, command);
            case "volume-delete" -> volumes.take(correlation, command);
            case "update" -> once(correlation, () -> updates.take(command, new Run(correlation, command)::end));
            default ->
                once(correlation, () -> new Run(correlation, command)
                        .end(null, "the node does not know commands of type '" + command.type() + "'"));
        }
    }

    private void once(String correlation, Runnable what) {
        if (seen.put(correlation, true) == null) {
            what.run();
        }
    }

    private void begin(String correlation, Command command) {
        once(correlation, () -> {
            Run run = new Run(correlation, command);
            boolean exec = command.type().equals("exec") || run.input != null;
            boolean invoke = command.type().equals("invoke");
            if (command.uid() == null
                    || command.container() == null
                    || exec && command.command().isEmpty()) {
                run.end(null, "the command needs uid and container" + (exec ? ", and what to execute" : ""));
                return;
            }
            Optional<Reconciler.Target> target =
                    core.target(command.uid(), command.container(), command.previous(), exec || invoke);
            Optional<RuntimeDriver> driver = target.flatMap(t -> runtimes.get(t.kind()));
            if (target.isEmpty() || driver.isEmpty()) {
                run.end(null, missing(command, exec || invoke));
                return;
            }
            try {
                (invoke ? pools.calls : pools.commands).execute(() -> run.run(driver.get(), target.get()));
                running.put(correlation, run);
            } catch (RejectedExecutionException e) {
                run.end(
                        null,
                        invoke ? "busy: the node has too many calls of functions under way: try again" : TOO_MANY);
            }
        });
    }

    private void forward(String correlation, Command command) {
        Run run = new Run(correlation, command);
        Optional<Reconciler.Ports> ports = Optional.ofNullable(command.uid()).flatMap(core::ports);
        Optional<RuntimeDriver> driver =
                ports.flatMap(p -> runtimes.get(p.target().kind()));
        if (ports.isEmpty() || driver.isEmpty()) {
            run.end(null, "the pod does not run on this node");
            return;
        }
        try {
            pools.commands.execute(() -> run.forward(driver.get(), ports.get()));
            running.put(correlation, run);
        } catch (RejectedExecutionException e) {
            run.end(null, TOO_MANY);
        }
    }

    private static String missing(Command command, boolean running) {
        String what = command.previous() ? "no former run" : running ? "not running" : "has not been started";
        return "container " + command.container() + " of the pod is not on this node, or " + what;
    }

    /** A former leader's commands have nobody who gives them input any more. */
    void obeys(long epoch) {
        running.values().stream()
                .filter(run -> run.input != null && run.command.epoch() < epoch)
                .forEach(Run::cancel);
    }

    void cancelAll() {
        running.values().forEach(Run::cancel);
    }

    /** One command under way. */
    private final class Run implements OutputSink, StopSignal {
        private final String correlation;
        private final Command command;
        private final Semaphore free = new Semaphore(PIECES_UNDER_WAY);
        private final @Nullable CommandInput input;
        private final long deadline;
        private volatile boolean cancelled;
        private volatile @Nullable String wrong;
        private volatile boolean broken;
        private long sequence;

        Run(String correlation, Command command) {
            this.correlation = correlation;
            this.command = command;
            input = List.of(Command.EXEC_INPUT, Command.FORWARD).contains(command.type())
                    ? new CommandInput(this::taken)
                    : null;
            deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds());
        }

        private long seconds() {
            return command.timeoutSeconds() <= 0 ? DEFAULT_SECONDS : Math.min(MOST_SECONDS, command.timeoutSeconds());
        }

        void cancel() {
            cancelled = true;
        }

        void run(RuntimeDriver driver, Reconciler.Target target) {
            try {
                if (input != null) {
                    end(exec(driver, target.handle(), input), null);
                } else if (command.type().equals("exec")) {
                    int code =
                            driver.exec(target.handle(), command.command(), Duration.ofSeconds(seconds()), this, this);
                    end(code, null);
                } else if (command.type().equals("invoke")) {
                    invoke(driver, target.handle());
                } else {
                    int tail = command.tailLines() == null ? -1 : Math.max(0, command.tailLines());
                    driver.logs(target.handle(), tail, command.follow(), this, this);
                    end(0, null);
                }
            } catch (RuntimeException e) {
                end(null, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
            } finally {
                loop.post(() -> running.remove(correlation, this));
            }
        }

        private int exec(RuntimeDriver driver, TaskHandle handle, CommandInput from) {
            try (from) {
                taken(0);
                return driver.exec(handle, command.command(), from, Duration.ofSeconds(seconds()), this, this);
            }
        }

        void forward(RuntimeDriver driver, Reconciler.Ports ports) {
            String wanted = String.join(" ", command.command());
            try (CommandInput from = input) {
                taken(0);
                int port = Integer.parseInt(wanted);
                Optional<String> address = driver.address(ports.target().handle());
                if (address.isEmpty() && !ports.ports().contains(port)) {
                    end(
                            null,
                            "the pod is on the node's own network: of its ports only those can be reached that its containers declare, which are "
                                    + ports.ports());
                    return;
                }
                Forwarding.run(address.orElse("127.0.0.1"), port, from, this, this);
                end(0, null);
            } catch (IOException | RuntimeException e) {
                end(null, "port " + wanted + " of the pod: " + e.getMessage());
            } finally {
                loop.post(() -> running.remove(correlation, this));
            }
        }

        void input(Command message) {
            if (input == null || message.input() == null) {
                return;
            }
            String problem = input.add(message.input());
            if (problem != null) {
                wrong = problem;
                cancel();
            }
        }

        private void taken(long bytes) {
            send(sequence -> new Reply(sequence, null, null, null, null, bytes), () -> {});
        }

        private void invoke(RuntimeDriver driver, TaskHandle handle) {
            if (!(driver instanceof FunctionDriver functions)) {
                end(null, "the pod has no function");
                return;
            }
            byte[] input;
            try {
                input = Base64.getDecoder().decode(command.data() == null ? "" : command.data());
            } catch (IllegalArgumentException e) {
                end(null, "data is not base64");
                return;
            }
            CallResult result = functions.call(handle, input, Duration.ofSeconds(seconds()), this);
            if (result instanceof CallResult.Exited exited) {
                output(false, exited.output(), 0, exited.output().length);
                end(exited.exitCode(), null);
            } else {
                end(null, ((CallResult.Failed) result).message());
            }
        }

        @Override
        public boolean stopped() {
            return cancelled || broken || System.nanoTime() - deadline > 0;
        }

        @Override
        public void output(boolean error, byte[] bytes, int offset, int length) {
            for (int at = 0; at < length && !broken; at += PIECE) {
                int piece = Math.min(PIECE, length - at);
                byte[] copy = java.util.Arrays.copyOfRange(bytes, offset + at, offset + at + piece);
                if (!reserve()) {
                    broken = true;
                    return;
                }
                String data = Base64.getEncoder().encodeToString(copy);
                send(number -> new Reply(number, error ? "err" : "out", data, null, null), free::release);
            }
        }

        /** Waits until the link has taken enough of what was said before: a slow link slows the command. */
        private boolean reserve() {
            try {
                return free.tryAcquire(PIECE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /** In the order of the numbers, whichever thread it is. */
        private synchronized void send(LongFunction<Reply> reply, Runnable sent) {
            byte[] payload = codec.encode(reply.apply(sequence++));
            loop.post(() -> outbox.put(
                    new Outbox.Letter(Outbox.Lane.LOGS, uplink.topics().reply(correlation), payload, ok -> {
                        broken |= !ok;
                        sent.run();
                    })));
        }

        void end(@Nullable Integer code, @Nullable String error) {
            String why = broken ? "the link could not take the output" : wrong != null ? wrong : error;
            send(number -> new Reply(number, null, null, why == null ? code : null, why), () -> {});
        }
    }
}
