package org.millrace.broker.simulation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.millrace.persistence.Change;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.PreparedBranch;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.Recovered;
import org.millrace.persistence.StorageFile;
import org.millrace.persistence.StorageIo;
import org.millrace.persistence.UnitOfWork;

/**
 * Bugs put between the broker and what is simulated, to see that the ledger finds them: a
 * simulation that cannot fail proves nothing.
 */
record Flaws(UnaryOperator<StorageIo> disk, UnaryOperator<LogEngine> engine) {
    static final Flaws NONE = new Flaws(disk -> disk, engine -> engine);

    /** The disk says that it has forced, and has not. */
    static Flaws lyingDisk() {
        UnaryOperator<StorageFile> lying =
                file ->
                        proxy(
                                StorageFile.class,
                                file,
                                (method, arguments) ->
                                        method.getName().equals("force")
                                                ? null
                                                : call(method, file, arguments));
        return new Flaws(
                disk ->
                        proxy(
                                StorageIo.class,
                                disk,
                                (method, arguments) -> {
                                    Object result = call(method, disk, arguments);
                                    return result instanceof StorageFile file
                                            ? lying.apply(file)
                                            : result;
                                }),
                engine -> engine);
    }

    /** Changes of this kind get lost when they are in a unit with others, or alone. */
    static Flaws losing(Predicate<Change> lost) {
        return ofEngine(
                (engine, work) -> {
                    List<Change> kept = new ArrayList<>(work.changes());
                    kept.removeIf(lost);
                    return engine.commit(new UnitOfWork(kept));
                });
    }

    /** A transaction is made durable in two units: first its sends, then its settles. */
    static Flaws splittingTransactions() {
        return ofEngine(
                (engine, work) -> {
                    List<Change> settles = new ArrayList<>(work.changes());
                    settles.removeIf(change -> !(change instanceof Change.Settle));
                    List<Change> others = new ArrayList<>(work.changes());
                    others.removeAll(settles);
                    if (settles.isEmpty() || others.isEmpty()) {
                        return engine.commit(work);
                    }
                    return engine.commit(new UnitOfWork(others))
                            .thenCompose(
                                    sent ->
                                            engine.commit(new UnitOfWork(settles))
                                                    .thenApply(settled -> sent));
                });
    }

    /** Units that have the one kind of change and not the other lose their settles. */
    static Flaws withoutSettlesOf(Class<?> having, Class<?> notHaving) {
        return ofEngine(
                (engine, work) -> {
                    boolean meant =
                            work.changes().stream().anyMatch(having::isInstance)
                                    && work.changes().stream().noneMatch(notHaving::isInstance);
                    List<Change> kept = new ArrayList<>(work.changes());
                    kept.removeIf(change -> meant && change instanceof Change.Settle);
                    return engine.commit(new UnitOfWork(kept));
                });
    }

    /** Nothing is known of producers after a restart. */
    static Flaws forgettingProducers() {
        return recovering(all -> recovered(all, all.branches(), List.of()));
    }

    /** Nothing is known of prepared branches after a restart. */
    static Flaws forgettingBranches() {
        return recovering(all -> recovered(all, List.of(), all.producers()));
    }

    private static Recovered recovered(
            Recovered all, List<PreparedBranch> branches, List<ProducerState> producers) {
        return new Recovered(
                all.storeId(),
                all.destinations(),
                all.subscriptions(),
                branches,
                producers,
                all.nextId(),
                all.cleanStop());
    }

    private static Flaws recovering(UnaryOperator<Recovered> change) {
        return ofCalls(
                (engine, method, arguments) -> {
                    Object result = call(method, engine, arguments);
                    return result instanceof Recovered found ? change.apply(found) : result;
                });
    }

    private static Flaws ofEngine(BiFunction<LogEngine, UnitOfWork, Object> commit) {
        return ofCalls(
                (engine, method, arguments) ->
                        method.getName().equals("commit")
                                ? commit.apply(engine, (UnitOfWork) arguments[0])
                                : call(method, engine, arguments));
    }

    private static Flaws ofCalls(EngineCall call) {
        return new Flaws(
                disk -> disk,
                engine ->
                        proxy(
                                LogEngine.class,
                                engine,
                                (method, arguments) -> call.run(engine, method, arguments)));
    }

    private interface EngineCall {
        Object run(LogEngine engine, Method method, Object[] arguments) throws Throwable;
    }

    private interface Handler {
        Object handle(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> kind, T real, Handler handler) {
        Object made =
                Proxy.newProxyInstance(
                        real.getClass().getClassLoader(),
                        new Class<?>[] {kind},
                        (self, method, arguments) -> handler.handle(method, arguments));
        return kind.cast(made);
    }

    private static Object call(Method method, Object real, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }
}
