package org.kochab.partition.internal.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Command;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;
import org.kochab.api.node.TenantOwner;
import org.kochab.partition.internal.core.wire.WireException;
import org.kochab.partition.internal.core.wire.WireIn;
import org.kochab.partition.internal.core.wire.WireOut;

/** What is said to a resource manager, and what it answers. Objects that are stored as JSON travel as JSON. */
final class ManagerWire {
    /** The service that answers for resource managers. */
    static final String SERVICE = "kochab.manager";

    static final int CLAIM = 1;
    static final int RELEASE = 2;
    static final int UPDATE = 3;
    static final int REMOVE = 4;
    static final int COMMAND = 5;
    static final int OUTPUT = 6;
    static final int CANCEL = 7;
    static final int BEGIN = 8;
    static final int STEP = 9;
    static final int INPUT = 10;

    private static final int LOGS = 0;
    private static final int EXEC = 1;
    private static final int ACT = 2;
    private static final int INVOKE = 3;
    private static final int UPDATE_AGENT = 4;
    private static final int DELETE_VOLUME = 5;
    private static final int EXEC_INPUT = 6;
    private static final int FORWARD = 7;

    private final Codec codec;

    ManagerWire(Codec codec) {
        this.codec = codec;
    }

    void requests(WireOut out, List<ClaimRequest> batch) {
        out.count(batch.size());
        for (ClaimRequest r : batch) {
            String group = r.group();
            out.blob(codec.encode(r.claim())).bool(group != null);
            reading(out, r.reading());
            if (group != null) {
                out.text(group);
            }
        }
    }

    List<ClaimRequest> requests(WireIn in) {
        int count = in.items();
        List<ClaimRequest> batch = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Claim claim = codec.decode(in.blob(), Claim.class);
            boolean grouped = in.bool();
            batch.add(new ClaimRequest(claim, reading(in), grouped ? in.text() : null));
        }
        return batch;
    }

    static void answers(WireOut out, List<ClaimAnswer> answers) {
        out.count(answers.size());
        for (ClaimAnswer a : answers) {
            out.text(a.podUid());
            if (a instanceof ClaimAnswer.Granted g) {
                out.bool(true).i64(g.token()).i64(g.revision());
            } else {
                ClaimAnswer.Refused no = (ClaimAnswer.Refused) a;
                out.bool(false)
                        .text(no.code().name())
                        .text(no.message())
                        .count(no.free().size());
                no.free().forEach((name, free) -> out.text(name).i64(free));
                out.i64(no.revision());
            }
        }
    }

    static List<ClaimAnswer> answers(WireIn in) {
        int count = in.items();
        List<ClaimAnswer> answers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String uid = in.text();
            answers.add(in.bool() ? new ClaimAnswer.Granted(uid, in.i64(), in.i64()) : refused(uid, in));
        }
        return answers;
    }

    private static ClaimAnswer refused(String uid, WireIn in) {
        // A code of a newer release is an IllegalArgumentException, as everything here that cannot be read.
        ClaimAnswer.Code code = ClaimAnswer.Code.valueOf(in.text());
        String message = in.text();
        int count = in.items();
        Map<String, Long> free = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            free.put(in.text(), in.i64());
        }
        return new ClaimAnswer.Refused(uid, code, message, free, in.i64());
    }

    static void releases(WireOut out, List<Release> releases) {
        out.count(releases.size());
        for (Release r : releases) {
            out.text(r.podUid()).text(r.node()).text(r.partition());
            out.i64(r.partitionEpoch()).i64(r.graceSeconds()).bool(r.force());
        }
    }

    static List<Release> releases(WireIn in) {
        int count = in.items();
        List<Release> releases = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            releases.add(new Release(in.text(), in.text(), in.text(), in.i64(), in.i64(), in.bool()));
        }
        return releases;
    }

    static void reading(WireOut out, Reading reading) {
        out.i64(reading.epoch()).i64(reading.revision());
    }

    static Reading reading(WireIn in) {
        return new Reading(in.i64(), in.i64());
    }

    static void owners(WireOut out, List<TenantOwner> owners) {
        out.count(owners.size());
        owners.forEach(o -> out.text(o.tenant()).i64(o.era()).text(o.partition()));
    }

    static List<TenantOwner> owners(WireIn in) {
        int count = in.items();
        List<TenantOwner> owners = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            owners.add(new TenantOwner(in.text(), in.i64(), in.text()));
        }
        return owners;
    }

    static void command(WireOut out, NodeCommand command) {
        if (command instanceof NodeCommand.Update update) {
            Command.Update u = update.update();
            out.u8(UPDATE_AGENT).text(u.id()).text(u.version()).text(u.url()).text(u.sha256());
            out.i64(update.timeoutSeconds());
            return;
        }
        if (command instanceof NodeCommand.DeleteVolume d) {
            out.u8(DELETE_VOLUME).text(d.correlation()).text(d.tenant()).text(d.volume());
            out.text(d.provisioner()).i64(d.timeoutSeconds());
            return;
        }
        if (command instanceof NodeCommand.Forward f) {
            out.u8(FORWARD).text(f.podUid()).i64(f.port()).i64(f.timeoutSeconds());
            return;
        }
        if (command instanceof NodeCommand.Logs logs) {
            Integer tail = logs.tailLines();
            out.u8(LOGS).i64(tail == null ? -1 : tail).bool(logs.follow()).bool(logs.previous());
        } else if (command instanceof NodeCommand.Act act) {
            String name = act.snapshotName();
            out.u8(ACT).text(act.correlation()).text(act.action()).text(name == null ? "" : name);
        } else if (command instanceof NodeCommand.Invoke invoke) {
            out.u8(INVOKE).text(invoke.input());
        } else {
            NodeCommand.Exec exec = (NodeCommand.Exec) command;
            out.u8(exec.input() ? EXEC_INPUT : EXEC).count(exec.command().size());
            exec.command().forEach(out::text);
        }
        out.text(command.podUid()).text(command.container()).i64(command.timeoutSeconds());
    }

    static NodeCommand command(WireIn in) {
        int kind = in.u8();
        if (kind == UPDATE_AGENT) {
            Command.Update update = new Command.Update(in.text(), in.text(), in.text(), in.text());
            return new NodeCommand.Update(update, in.i64());
        }
        if (kind == DELETE_VOLUME) {
            return new NodeCommand.DeleteVolume(in.text(), in.text(), in.text(), in.text(), in.i64());
        }
        if (kind == FORWARD) {
            return new NodeCommand.Forward(in.text(), Math.toIntExact(in.i64()), in.i64());
        }
        if (kind == LOGS) {
            long tail = in.i64();
            boolean follow = in.bool();
            boolean previous = in.bool();
            return new NodeCommand.Logs(
                    in.text(), in.text(), tail < 0 ? null : Math.toIntExact(tail), follow, previous, in.i64());
        }
        if (kind == ACT) {
            String correlation = in.text();
            String action = in.text();
            String name = in.text();
            return new NodeCommand.Act(
                    in.text(), in.text(), correlation, action, name.isEmpty() ? null : name, in.i64());
        }
        if (kind == INVOKE) {
            String input = in.text();
            return new NodeCommand.Invoke(in.text(), in.text(), input, in.i64());
        }
        if (kind != EXEC && kind != EXEC_INPUT) {
            throw new WireException("command " + kind);
        }
        int words = in.items();
        List<String> command = new ArrayList<>(words);
        for (int i = 0; i < words; i++) {
            command.add(in.text());
        }
        return new NodeCommand.Exec(in.text(), in.text(), command, in.i64(), kind == EXEC_INPUT);
    }
}
