package io.qorrelate.diagnosis;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at every float and double that can be reached from an object, also where no accessor leads. */
final class NumbersWithin {
    private final Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<String> notFinite = new ArrayList<>();

    private NumbersWithin() {}

    /** The paths to the numbers that are not a number, or infinite. */
    static List<String> notFinite(Object root) {
        NumbersWithin numbers = new NumbersWithin();
        numbers.visit(root.getClass().getSimpleName(), root);
        return numbers.notFinite;
    }

    private void visit(String path, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Double number -> check(path, number);
            case Float number -> check(path, number);
            case double[] numbers -> visitArray(path, numbers);
            case float[] numbers -> visitArray(path, numbers);
            case Object[] objects -> visitArray(path, objects);
            case Map<?, ?> map ->
                map.forEach((key, element) -> {
                    visit(path + ".key", key);
                    visit(path + "[" + key + "]", element);
                });
            case Collection<?> elements -> elements.forEach(element -> visit(path + "[]", element));
            default -> visitFields(path, value);
        }
    }

    private void visitArray(String path, Object array) {
        for (int i = 0; i < Array.getLength(array); i++) {
            visit(path + "[" + i + "]", Array.get(array, i));
        }
    }

    private void visitFields(String path, Object object) {
        boolean ours = object.getClass().getName().startsWith("io.qorrelate");
        if (!ours || object instanceof Enum || !visited.add(object)) {
            return;
        }
        for (Field field : object.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                try {
                    visit(path + "." + field.getName(), field.get(object));
                } catch (IllegalAccessException e) {
                    throw new AssertionError(field.toString(), e);
                }
            }
        }
    }

    private void check(String path, double number) {
        if (!Double.isFinite(number)) {
            notFinite.add(path + " = " + number);
        }
    }
}
