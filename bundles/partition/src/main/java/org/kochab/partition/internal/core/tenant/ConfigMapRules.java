package org.kochab.partition.internal.core.tenant;

import org.kochab.api.model.ConfigMap;
import org.kochab.api.model.Kind;

final class ConfigMapRules implements StatuslessRules<ConfigMap> {
    @Override
    public Kind kind() {
        return Kind.CONFIG_MAP;
    }

    @Override
    public ConfigMap complete(ConfigMap wanted) {
        return wanted;
    }

    @Override
    public void check(ConfigMap map, Problems problems) {
        ValueKeys.check(map.data(), "data", false, problems);
        ValueKeys.check(map.binaryData(), "binaryData", true, problems);
        map.binaryData().keySet().stream()
                .filter(map.data()::containsKey)
                .forEach(k -> problems.add("binaryData[" + k + "]", "is in data too; remove one of them"));
    }

    @Override
    public void checkChange(ConfigMap current, ConfigMap wanted, Problems problems) {
        boolean immutable = Boolean.TRUE.equals(current.immutable());
        ValueKeys.unchanged(immutable, sameSpec(current, wanted), "ConfigMap", problems);
    }

    @Override
    public ConfigMap merge(ConfigMap current, ConfigMap wanted) {
        return wanted;
    }

    @Override
    public boolean sameSpec(ConfigMap a, ConfigMap b) {
        return a.data().equals(b.data())
                && a.binaryData().equals(b.binaryData())
                && Boolean.TRUE.equals(a.immutable()) == Boolean.TRUE.equals(b.immutable());
    }

    @Override
    public boolean owner() {
        return false;
    }
}
