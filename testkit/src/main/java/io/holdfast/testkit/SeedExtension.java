package io.holdfast.testkit;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/// Resolves the random generators of [Seeded] tests and adds the replay line to their failures. The
/// seed comes from the system property `holdfast.seed` if it is set, which is what `./verify
/// --seed` does.
final class SeedExtension implements ParameterResolver, TestExecutionExceptionHandler {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SeedExtension.class);
    private static final String SEED = "seed";

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RandomGenerator.class;
    }

    @Override
    public RandomGenerator resolveParameter(ParameterContext parameter, ExtensionContext context) {
        long seed =
                context.getStore(NAMESPACE).computeIfAbsent(SEED, _ -> chooseSeed(), Long.class);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private static long chooseSeed() {
        String asked = System.getProperty("holdfast.seed", "");
        return asked.isBlank() ? new SecureRandom().nextLong() >>> 1 : Long.parseLong(asked);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        Long seed = context.getStore(NAMESPACE).get(SEED, Long.class);
        if (seed != null) {
            String test =
                    context.getRequiredTestClass().getSimpleName()
                            + "#"
                            + context.getRequiredTestMethod().getName();
            failure.addSuppressed(
                    new Replay("replay: ./verify --test " + test + " --seed " + seed));
        }
        throw failure;
    }

    /// Carries the replay line under the failure's own trace.
    private static final class Replay extends Exception {
        private static final long serialVersionUID = 1L;

        Replay(String line) {
            super(line, null, false, false);
        }
    }
}
