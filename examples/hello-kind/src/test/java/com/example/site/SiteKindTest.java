package com.example.site;

import java.util.List;
import org.kochab.spi.kind.ResourceKind;
import org.kochab.testkit.kind.ResourceKindContractTest;

class SiteKindTest extends ResourceKindContractTest {
    @Override
    protected ResourceKind kind() {
        return new SiteKind();
    }

    @Override
    protected List<String> right() {
        return List.of("{\"spec\": {\"image\": \"shop:1\"}}", "{\"spec\": {\"image\": \"shop:1\", \"copies\": 0}}");
    }

    @Override
    protected List<String> wrong() {
        return List.of(
                "{\"spec\": {\"copies\": 1}}",
                "{\"spec\": {\"image\": \"shop:1\", \"copies\": 101}}",
                "{\"spec\": {\"image\": \"shop:1\", \"size\": 2}}");
    }
}
