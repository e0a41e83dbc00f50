package org.millrace.persistence.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFile;
import org.millrace.persistence.StorageFullException;
import org.millrace.persistence.StorageIo;

/**
 * A disk in memory that keeps what was forced apart from what was not. Outlives the engines that
 * use it, as a disk outlives a process. Callable from any thread.
 *
 * <p>Faults: {@link #crash} loses what was not forced: each write is kept, dropped or torn into
 * sectors of {@value FaultyFile#SECTOR_BYTES} bytes, and of the creations, renames and deletions in
 * each directory only the first few are kept, by chance. {@link #stopAtStep} makes an operation and
 * all after it fail, so that a run can be ended at every step. {@link #failNextForce} and {@link
 * #setCapacity} do what they say.
 *
 * <p>What it assumes of a device: a sector is written whole or not at all, and bytes that are not
 * written do not change.
 */
public final class FaultyStorageIo implements StorageIo {
    /** Undoes one directory operation that did not survive. */
    private record Entry(String directory, Runnable undo) {}

    private final RandomGenerator chance;
    private final Map<String, FaultyFile> files = new TreeMap<>();
    private final List<Entry> unforcedEntries = new ArrayList<>();
    private final Set<String> locks = new HashSet<>();
    private long capacityBytes = Long.MAX_VALUE;
    private long usedBytes;
    private long run;
    private long steps;
    private long forces;
    private long stopAt = Long.MAX_VALUE;
    private boolean failNextForce;

    public FaultyStorageIo(RandomGenerator chance) {
        this.chance = chance;
    }

    /** Bytes that all files together may take; lowering it below what is used is allowed. */
    public synchronized void setCapacity(long bytes) {
        capacityBytes = bytes;
    }

    /** Bytes that all files together take. */
    public synchronized long usedBytes() {
        return usedBytes;
    }

    public synchronized void failNextForce() {
        failNextForce = true;
    }

    /** Changing operations so far: writes, forces, creations, renames, deletions. */
    public synchronized long steps() {
        return steps;
    }

    /** Forces of files so far. */
    public synchronized long forces() {
        return forces;
    }

    /** Makes the changing operation with this number, and every one after it, fail. */
    public synchronized void stopAtStep(long step) {
        stopAt = step;
    }

    /**
     * Ends the run, as when the machine loses power: what was not forced is lost by chance, open
     * files and locks are gone.
     */
    public synchronized void crash() {
        Map<String, Integer> kept = new HashMap<>();
        for (int i = unforcedEntries.size() - 1; i >= 0; i--) {
            Entry entry = unforcedEntries.get(i);
            // Going back in time: once one is kept, all older ones of its directory are.
            boolean keep = kept.containsKey(entry.directory()) || chance.nextBoolean();
            if (keep) {
                kept.merge(entry.directory(), 1, Integer::sum);
            } else {
                entry.undo().run();
            }
        }
        unforcedEntries.clear();
        files.values().forEach(file -> file.crash(chance));
        endRun();
    }

    /** Ends the run, as when the process is killed: what was written stays, forced or not. */
    public synchronized void kill() {
        endRun();
    }

    private void endRun() {
        usedBytes = files.values().stream().mapToLong(FaultyFile::size).sum();
        locks.clear();
        run++;
        stopAt = Long.MAX_VALUE;
        failNextForce = false;
    }

    void step(long runOfCaller, String what, String name) {
        if (runOfCaller != run) {
            throw new StorageException(
                    "simulated disk: %s %s by a process that was killed".formatted(what, name));
        }
        if (++steps >= stopAt) {
            throw new StorageException(
                    "simulated disk: stopped at step %d, %s %s".formatted(steps, what, name));
        }
    }

    void forced(String name) {
        forces++;
        if (failNextForce) {
            failNextForce = false;
            throw new StorageException(
                    "simulated disk: force of %s failed on demand".formatted(name));
        }
    }

    void grow(long bytes, String name) {
        if (bytes > 0 && usedBytes + bytes > capacityBytes) {
            throw new StorageFullException(
                    "simulated disk: no space left for %d bytes of %s (%d of %d used)"
                            .formatted(bytes, name, usedBytes, capacityBytes));
        }
        usedBytes += bytes;
    }

    @Override
    public String location() {
        return "simulated-disk";
    }

    @Override
    public synchronized StorageFile open(String name) {
        return new FaultyHandle(this, run, name, existing(name));
    }

    private FaultyFile existing(String name) {
        FaultyFile file = files.get(name);
        if (file == null) {
            throw new StorageException("simulated disk: %s does not exist".formatted(name));
        }
        return file;
    }

    @Override
    public synchronized StorageFile create(String name) {
        step(run, "create", name);
        if (files.containsKey(name)) {
            throw new StorageException("simulated disk: %s exists already".formatted(name));
        }
        FaultyFile created = new FaultyFile();
        files.put(name, created);
        unforcedEntries.add(new Entry(directoryOf(name), () -> files.remove(name)));
        return new FaultyHandle(this, run, name, created);
    }

    private static String directoryOf(String name) {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    @Override
    public synchronized boolean exists(String name) {
        return files.containsKey(name);
    }

    @Override
    public synchronized long size(String name) {
        return existing(name).size();
    }

    @Override
    public synchronized List<String> list(String directory) {
        String prefix = directory.isEmpty() ? "" : directory + "/";
        Set<String> names = new TreeSet<>();
        for (String name : files.keySet()) {
            if (name.startsWith(prefix)) {
                String rest = name.substring(prefix.length());
                int slash = rest.indexOf('/');
                names.add(slash < 0 ? rest : rest.substring(0, slash));
            }
        }
        return List.copyOf(names);
    }

    @Override
    public synchronized void rename(String from, String to) {
        step(run, "rename", from);
        FaultyFile moved = existing(from);
        files.remove(from);
        FaultyFile replaced = files.put(to, moved);
        unforcedEntries.add(
                new Entry(
                        directoryOf(to),
                        () -> {
                            files.remove(to);
                            if (replaced != null) {
                                files.put(to, replaced);
                            }
                            files.put(from, moved);
                        }));
    }

    @Override
    public synchronized void delete(String name) {
        step(run, "delete", name);
        FaultyFile gone = files.remove(name);
        if (gone != null) {
            usedBytes -= gone.size();
            unforcedEntries.add(new Entry(directoryOf(name), () -> files.put(name, gone)));
        }
    }

    @Override
    public synchronized void forceDirectory(String directory) {
        step(run, "force directory", directory);
        forced(directory);
        unforcedEntries.removeIf(entry -> entry.directory().equals(directory));
    }

    @Override
    public synchronized long usableBytes() {
        return Math.max(0, capacityBytes - usedBytes);
    }

    @Override
    public synchronized Lock lock(String name) {
        if (!locks.add(name)) {
            throw new StorageException(
                    "simulated disk: %s is locked by another broker".formatted(name));
        }
        long lockedIn = run;
        return () -> unlock(name, lockedIn);
    }

    private synchronized void unlock(String name, long lockedIn) {
        if (lockedIn == run) {
            locks.remove(name);
        }
    }
}
