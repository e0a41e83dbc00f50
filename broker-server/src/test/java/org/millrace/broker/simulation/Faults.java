package org.millrace.broker.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** What goes wrong, and when, by chance. Does it through the hands of the simulation. */
final class Faults {
    /** What a fault does is the simulation's business. */
    interface Hands {
        /** Power is lost: what was not forced may be gone. */
        void loseMachine();

        /** The process is killed: what was written stays. */
        void killProcess();

        void stopInOrder();

        void failNextForce();

        /**
         * The machine is lost at one of the next operations of the disk, in the middle of a task.
         */
        void loseMachineAtDiskStep(int steps);

        void failNextCheckpoint();

        void fillDisk(Duration howLong);

        void slowDownDisk(Duration howLong);

        void cutLink();

        /** A link is cut when so many more frames have arrived. */
        void cutLinkAfter(int frames);

        void slowDownLink(Duration howLong);
    }

    private final Hands hands;
    private final RandomGenerator chance;
    private final int eventsBetween;
    private long untilNext;

    Faults(int eventsBetween, Hands hands, RandomGenerator chance) {
        this.eventsBetween = eventsBetween;
        this.hands = hands;
        this.chance = chance;
        drawNext();
    }

    private void drawNext() {
        untilNext = eventsBetween == 0 ? Long.MAX_VALUE : 1 + chance.nextInt(2 * eventsBetween);
    }

    /** Before each event. */
    void beforeEvent() {
        if (--untilNext == 0) {
            drawNext();
            strike();
        }
    }

    /** Commits are rare, and the moments between their parts are short. */
    void beforeCommit() {
        if (eventsBetween > 0 && chance.nextInt(15) == 0) {
            hands.loseMachineAtDiskStep(1 + chance.nextInt(6));
        }
    }

    private void strike() {
        switch (chance.nextInt(20)) {
            case 0, 1, 2 -> hands.loseMachine();
            case 3 -> hands.killProcess();
            case 4 -> hands.stopInOrder();
            case 5 -> hands.failNextForce();
            case 6, 7, 8 -> hands.loseMachineAtDiskStep(1 + chance.nextInt(12));
            case 9 -> hands.failNextCheckpoint();
            case 10 -> hands.fillDisk(aWhile());
            case 11 -> hands.slowDownDisk(aWhile());
            case 12, 13, 14, 15 -> hands.cutLink();
            case 16, 17, 18 -> hands.cutLinkAfter(chance.nextInt(8));
            default -> hands.slowDownLink(aWhile());
        }
    }

    private Duration aWhile() {
        return Duration.ofMillis(1 + chance.nextInt(300));
    }
}
