package org.millrace.ra.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.resource.spi.LocalTransactionException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

class BranchAsLocalTransactionTest {
    private final List<String> calls = new ArrayList<>();
    private final Set<Object> branches = new HashSet<>();
    private int endsWith = XAResource.XA_OK;

    private final BranchAsLocalTransaction local =
            new BranchAsLocalTransaction(
                    (XAResource)
                            Proxy.newProxyInstance(
                                    getClass().getClassLoader(),
                                    new Class<?>[] {XAResource.class},
                                    (proxy, method, arguments) -> {
                                        calls.add(method.getName());
                                        branches.add(arguments[0]);
                                        if (method.getName().equals("end")
                                                && endsWith != XAResource.XA_OK) {
                                            throw new XAException(endsWith);
                                        }
                                        return null;
                                    }));

    @Test
    void isABranchThatIsCommittedInOnePhase() throws Exception {
        local.begin();
        assertThatThrownBy(local::begin).isInstanceOf(LocalTransactionException.class);
        local.commit();
        local.begin();
        local.rollback();

        assertThat(calls).containsExactly("start", "end", "commit", "start", "end", "rollback");
        assertThat(branches).hasSize(2);
        assertThatThrownBy(local::commit).isInstanceOf(LocalTransactionException.class);
        assertThatThrownBy(local::rollback).isInstanceOf(LocalTransactionException.class);
    }

    @Test
    void refusedCommitLeavesNothingAtTheBroker() throws Exception {
        local.begin();
        endsWith = XAException.XA_RBTIMEOUT;

        assertThatThrownBy(local::commit)
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("106");

        assertThat(calls).containsExactly("start", "end", "rollback");
    }

    @Test
    void rollbackHappensWhateverTheEndOfTheWorkSays() throws Exception {
        local.begin();
        endsWith = XAException.XA_RBTIMEOUT;
        local.rollback();
        local.abandon();

        assertThat(calls).containsExactly("start", "end", "rollback");
    }
}
