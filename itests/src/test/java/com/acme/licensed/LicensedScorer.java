package com.acme.licensed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;

/** As a vendor's: if its bundle says so, it can only be made on a member that has its licence. */
public final class LicensedScorer implements PlacementScorer {
    /** In a member's {@code etc}; an entry of this name in the bundle says that it is needed. */
    public static final String LICENCE = "acme.licence";

    public LicensedScorer() {
        Path licence = Path.of(System.getProperty("karaf.etc"), LICENCE);
        if (getClass().getResource("/" + LICENCE) != null && !Files.exists(licence)) {
            throw new IllegalStateException("there is no licence " + licence);
        }
    }

    @Override
    public String name() {
        return "acme.com/licensed";
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        return Optional.empty();
    }
}
