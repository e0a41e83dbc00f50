package org.millrace.jms.link;

import org.millrace.wire.frame.Frame;

/** Which request a frame of the broker answers. Stateless. */
final class RequestIds {
    private RequestIds() {}

    /** {@link Frame#NO_REPLY} when it answers none. */
    static long of(Frame frame) {
        if (frame instanceof Frame.Failed failed) {
            return failed.requestId();
        } else if (frame instanceof Frame.SessionReset reset) {
            return reset.requestId();
        } else if (frame instanceof Frame.BrowsePage page) {
            return page.requestId();
        } else if (frame instanceof Frame.SessionOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.ConsumerOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.ConnectionOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.TemporaryCreated created) {
            return created.requestId();
        } else if (frame instanceof Frame.CommitOutcome outcome) {
            return outcome.requestId();
        } else if (frame instanceof Frame.XaReply reply) {
            return reply.requestId();
        } else if (frame instanceof Frame.AdminReply reply) {
            return reply.requestId();
        }
        return Frame.NO_REPLY;
    }
}
