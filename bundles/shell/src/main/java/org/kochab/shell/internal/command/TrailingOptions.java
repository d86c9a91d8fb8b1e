package org.kochab.shell.internal.command;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Option;
import org.kochab.shell.internal.core.Failure;

/**
 * Lets options follow arguments ({@code get pods -o json}). Karaf takes options only before the first argument and hands everything after it
 * to the last argument; here that is sorted out.
 */
final class TrailingOptions {
    private TrailingOptions() {}

    /** @param words how many plain words there may be before everything else is left as it is; for commands that take a command */
    static void bind(KochabCommand command, int words) {
        Field rest = null;
        List<Field> options = new ArrayList<>();
        for (Class<?> c = command.getClass(); c != Object.class; c = c.getSuperclass()) {
            for (Field f : c.getDeclaredFields()) {
                Argument argument = f.getAnnotation(Argument.class);
                if (argument != null && argument.multiValued()) {
                    rest = f;
                } else if (f.isAnnotationPresent(Option.class)) {
                    options.add(f);
                }
            }
        }
        try {
            if (rest != null && rest.get(command) instanceof List<?> given) {
                rest.set(command, sort(command, options, given, words));
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("fields of commands are not private", e);
        }
    }

    /** The arguments of a command, as far as they are words, in order; none of its options. */
    static List<String> words(KochabCommand command) {
        SortedMap<Integer, List<String>> words = new TreeMap<>();
        try {
            for (Class<?> c = command.getClass(); c != Object.class; c = c.getSuperclass()) {
                for (Field f : c.getDeclaredFields()) {
                    Argument argument = f.getAnnotation(Argument.class);
                    Object value = argument == null ? null : f.get(command);
                    if (value instanceof List<?> several) {
                        words.put(
                                argument.index(),
                                several.stream().map(String::valueOf).toList());
                    } else if (value != null) {
                        words.put(argument.index(), List.of(String.valueOf(value)));
                    }
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("fields of commands are not private", e);
        }
        return words.values().stream().flatMap(List::stream).toList();
    }

    private static List<String> sort(KochabCommand command, List<Field> options, List<?> given, int words)
            throws IllegalAccessException {
        List<String> plain = new ArrayList<>();
        Iterator<?> left = given.iterator();
        boolean open = true;
        while (left.hasNext()) {
            String word = String.valueOf(left.next());
            if (open && word.equals("--")) {
                open = false;
            } else if (open && word.startsWith("-") && word.length() > 1) {
                set(command, options, word, left);
            } else {
                plain.add(word);
                open &= plain.size() <= words;
            }
        }
        return plain;
    }

    private static void set(KochabCommand command, List<Field> options, String word, Iterator<?> left)
            throws IllegalAccessException {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Field field = options.stream()
                .filter(f -> named(f.getAnnotation(Option.class), name))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        "There is no option " + name + ": kochab:" + command.name() + " --help lists them"));
        Class<?> type = field.getType();
        if (type == boolean.class) {
            field.setBoolean(command, equals < 0 || Boolean.parseBoolean(word.substring(equals + 1)));
            return;
        }
        if (equals < 0 && !left.hasNext()) {
            throw new Failure("Option " + name + " needs a value");
        }
        String value = equals < 0 ? String.valueOf(left.next()) : word.substring(equals + 1);
        if (type == String.class) {
            field.set(command, value);
        } else if (type == List.class) {
            List<String> all = new ArrayList<>();
            if (field.get(command) instanceof List<?> before) {
                before.forEach(b -> all.add(String.valueOf(b)));
            }
            all.add(value);
            field.set(command, all);
        } else {
            field.set(command, number(name, value, type));
        }
    }

    private static Object number(String option, String value, Class<?> type) {
        try {
            long number = Long.parseLong(value);
            return type == Long.class ? (Object) number : (Object) Math.toIntExact(number);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new Failure("Option " + option + " is '" + value + "': write a whole number");
        }
    }

    private static boolean named(Option option, String name) {
        return option.name().equals(name) || Arrays.asList(option.aliases()).contains(name);
    }
}
