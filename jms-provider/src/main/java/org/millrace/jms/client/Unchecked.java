package org.millrace.jms.client;

import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;

/** Checked exceptions of the classic API as those of the simplified one (§10.3). Stateless. */
public final class Unchecked {
    private Unchecked() {}

    /** A call of the classic API. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws JMSException;
    }

    /** A call of the classic API without a result. */
    @FunctionalInterface
    interface Act {
        void run() throws JMSException;
    }

    static <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (JMSException checked) {
            throw of(checked);
        }
    }

    static void act(Act act) {
        try {
            act.run();
        } catch (JMSException checked) {
            throw of(checked);
        }
    }

    /** Message and error code are kept, the checked exception is the cause. */
    public static JMSRuntimeException of(JMSException checked) {
        String message = checked.getMessage();
        String code = checked.getErrorCode();
        if (checked instanceof IllegalStateException) {
            return new IllegalStateRuntimeException(message, code, checked);
        } else if (checked instanceof InvalidClientIDException) {
            return new InvalidClientIDRuntimeException(message, code, checked);
        } else if (checked instanceof InvalidDestinationException) {
            return new InvalidDestinationRuntimeException(message, code, checked);
        } else if (checked instanceof InvalidSelectorException) {
            return new InvalidSelectorRuntimeException(message, code, checked);
        } else if (checked instanceof JMSSecurityException) {
            return new JMSSecurityRuntimeException(message, code, checked);
        } else if (checked instanceof MessageFormatException) {
            return new MessageFormatRuntimeException(message, code, checked);
        } else if (checked instanceof MessageNotWriteableException) {
            return new MessageNotWriteableRuntimeException(message, code, checked);
        } else if (checked instanceof ResourceAllocationException) {
            return new ResourceAllocationRuntimeException(message, code, checked);
        } else if (checked instanceof TransactionInProgressException) {
            return new TransactionInProgressRuntimeException(message, code, checked);
        } else if (checked instanceof TransactionRolledBackException) {
            return new TransactionRolledBackRuntimeException(message, code, checked);
        }
        return new JMSRuntimeException(message, code, checked);
    }
}
