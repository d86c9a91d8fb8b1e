package org.kochab.identity.internal.authority;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.bouncycastle.util.IPAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member can be called by those who connect to it.
 *
 * @param names DNS names
 * @param addresses IP addresses as text
 */
public record HostNames(SortedSet<String> names, SortedSet<String> addresses) {
    private static final Logger LOG = LoggerFactory.getLogger(HostNames.class);
    /** What is meant to be one, right or wrong. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

    /** @throws IllegalArgumentException if one is neither a name nor an address */
    public static HostNames of(List<String> given) {
        HostNames result = new HostNames(new TreeSet<>(), new TreeSet<>());
        for (String name : given) {
            if (IPAddress.isValid(name)) {
                result.addresses.add(name);
            } else if (!ADDRESS.matcher(name).matches() && NAME.matcher(name).matches()) {
                result.names.add(name);
            } else {
                throw new IllegalArgumentException(
                        "member.names has '" + name + "': give DNS names and IP addresses, with commas between");
            }
        }
        return result;
    }

    /** This machine's name and all its addresses. */
    public static HostNames ofThisMachine() {
        HostNames result = of(List.of("localhost", "127.0.0.1"));
        try {
            String name = InetAddress.getLocalHost().getHostName();
            if (NAME.matcher(name).matches()) {
                result.names.add(name);
            }
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(a -> !(a instanceof Inet6Address six && six.isLinkLocalAddress()))
                    .forEach(a -> result.addresses.add(a.getHostAddress().replaceFirst("%.*", "")));
        } catch (UnknownHostException | SocketException e) {
            LOG.info("Not all names of this machine are known ({}): set member.names", e.getMessage());
        }
        return result;
    }
}
