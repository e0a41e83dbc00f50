package org.millrace.conformance.tidy;

import java.util.List;

/**
 * Places that may break a rule, each for a reason. An entry that is not needed any more fails
 * {@link TidyTest}.
 *
 * @param files end of a file's path, or beginning of a folder's when it ends with a slash
 */
record Allowed(Rule rule, String files, String reason) {
    static final List<Allowed> LIST =
            List.of(
                    new Allowed(
                            Rule.CLOCK,
                            "foundation/ThreadLoop.java",
                            "a loop of production: its clock is the machine's"),
                    new Allowed(
                            Rule.CLOCK,
                            "link/NettyLoop.java",
                            "a loop of production: its clock is the machine's"),
                    new Allowed(
                            Rule.CLOCK,
                            "link/ClientLoops.java",
                            "chooses the clock of the client's loops: the machine's"),
                    new Allowed(
                            Rule.CLOCK,
                            "broker/Broker.java",
                            "the builder chooses the machine's clock unless told otherwise"),
                    new Allowed(
                            Rule.CLOCK,
                            "ra/MillraceResourceAdapter.java",
                            "servers make it without arguments: it chooses the machine's clock"),
                    new Allowed(
                            Rule.CHANCE,
                            "inflow/ActivationPlan.java",
                            "a subscription of one activation must not meet that of another server"),
                    new Allowed(
                            Rule.CHANCE,
                            "outbound/BranchAsLocalTransaction.java",
                            "a branch of one server must not meet that of another"),
                    new Allowed(
                            Rule.CHANCE,
                            "broker/Broker.java",
                            "the builder chooses secure chance unless told otherwise"),
                    new Allowed(
                            Rule.CHANCE,
                            "client/JmsConnection.java",
                            "clients that come back must not do so in step"),
                    new Allowed(
                            Rule.CHANCE,
                            "admin/AdminLink.java",
                            "as client/JmsConnection.java: attempts to connect are not in step"),
                    new Allowed(
                            Rule.CHANCE,
                            "link/Authentication.java",
                            "nonces of logins must not be guessed: nothing less than secure chance"),
                    new Allowed(
                            Rule.CHANCE,
                            "cli/UsersCommand.java",
                            "salts of a users file: nothing less than secure chance"),
                    new Allowed(
                            Rule.CHANCE,
                            "catalog/JdbcCatalog.java",
                            "the number of a store is drawn once in its life, never in a simulation"),
                    new Allowed(
                            Rule.PRINTING,
                            "cli/Surroundings.java",
                            "where the command line meets the streams of its process"),
                    new Allowed(
                            Rule.PRINTING,
                            "cli/Millrace.java",
                            "the stack trace is what --verbose asks for"),
                    new Allowed(
                            Rule.CLOCK,
                            "cli/Surroundings.java",
                            "where the command line meets the clock of its machine"),
                    new Allowed(
                            Rule.FILES,
                            "cli/Surroundings.java",
                            "standard output, with failures thrown: System.out hides them"),
                    new Allowed(
                            Rule.FILES,
                            "cli/ProduceCommand.java",
                            "reads the file of messages that its user names"),
                    new Allowed(
                            Rule.FILES,
                            "security/UsersFile.java",
                            "the users file is written by people and the command line, with rights"),
                    new Allowed(
                            Rule.FILES,
                            "settings/BrokerConfig.java",
                            "reads one configuration file before anything runs"),
                    new Allowed(
                            Rule.FILES,
                            "settings/TlsKeys.java",
                            "reads the password of a key before anything runs"),
                    new Allowed(
                            Rule.FILES,
                            "link/Tls.java",
                            "certificates and keys are read by Netty, once, before a link is opened"),
                    new Allowed(
                            Rule.FILES,
                            "persistence/DiskStorageIo.java",
                            "it is the door: StorageIo on a disk"),
                    new Allowed(
                            Rule.CLOCK,
                            "embedded/JournalLoop.java",
                            "a loop is where time comes from; this one spins for a moment before it parks"));

    boolean covers(Finding finding) {
        return finding.rule() == rule
                && (files.endsWith("/")
                        ? finding.file().startsWith(files)
                        : finding.file().endsWith(files));
    }
}
