package org.kochab.gateway;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kochab.api.resource.ResourceRef;

/** Services that write down how they are called. All methods are, also those that come later. Any thread. */
final class Recorded {
    /** Each different one: the method, and its arguments in brackets. */
    final Set<String> calls = ConcurrentHashMap.newKeySet();

    void add(String method, Object... arguments) {
        calls.add(method
                + Arrays.stream(arguments)
                        .map(a -> a instanceof ResourceRef ref ? ref.tenant() + ": " + ref : String.valueOf(a))
                        .toList());
    }

    <T> T of(Class<T> type, T service) {
        Object recorded =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    add(method.getName(), arguments == null ? new Object[0] : arguments);
                    try {
                        Object answer = method.invoke(service, arguments);
                        return method.getReturnType() == type ? of(type, type.cast(answer)) : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return type.cast(recorded);
    }
}
