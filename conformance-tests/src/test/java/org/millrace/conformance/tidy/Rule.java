package org.millrace.conformance.tidy;

/** What {@link TidyTest} holds, and what to do instead of breaking it. */
enum Rule {
    FILE_SIZE(
            "a main class has at most 500 lines: move what changes for another reason to its own"),
    METHOD_SIZE("a method has at most 60 lines: give its steps names of their own"),
    PARAMETERS("a method has at most 6 parameters: make a record of those that belong together"),
    NAME("no Manager, Helper, Util, Impl or Base: name what it is or what differs"),
    SLEEP("no sleeping: a loop's timer in the product, a wait for the condition in a test"),
    CLOCK("time is passed in: an InstantSource, or the nanoseconds of the Loop"),
    CHANCE("chance is passed in: a RandomGenerator"),
    FILES("files have one door: StorageIo"),
    PRINTING("no printing: throw with the five parts of an error message, or log"),
    LEFTOVER("nothing is left for later in the code: do it, or throw naming what is not there"),
    FOREIGN_PLACE("nothing of one machine: paths relative to the repository, no registry hosts");

    private final String remedy;

    Rule(String remedy) {
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
