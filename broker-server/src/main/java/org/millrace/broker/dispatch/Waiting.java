package org.millrace.broker.dispatch;

import java.util.TreeMap;

/**
 * The offsets of one key that one walk has passed and nobody has. Only the lowest is shown to those
 * who look for messages. Confined to the loop of its destination.
 */
final class Waiting {
    private final Key key;
    private final Walk walk;
    private final TreeMap<Long, Returned.Place> offsets = new TreeMap<>();
    private long shown = Returned.NONE;
    private Seat shownTo;

    Waiting(Key key, Walk walk) {
        this.key = key;
        this.walk = walk;
    }

    int size() {
        return offsets.size();
    }

    void add(long offset, Returned.Place place) {
        Returned.Place before = offsets.put(offset, place);
        if (before == null) {
            walk.parked().changeCount(1);
            walk.parked().begin(this);
        } else if (offset == shown) {
            hide();
        }
        if (offsets.size() == 1) {
            // It may hide what waits in newer layouts.
            key.showAll();
        } else {
            show();
        }
    }

    void remove(long offset) {
        if (offsets.remove(offset) != null) {
            walk.parked().changeCount(-1);
        }
        show();
        if (offsets.isEmpty()) {
            walk.parked().end(this);
            key.nothingWaitsIn(walk);
        }
    }

    /**
     * Shows the lowest to the owner of the key, or to all when nobody has the key; to nobody while
     * something waits in an older layout.
     */
    void show() {
        boolean isFirst = !offsets.isEmpty() && !key.waitsBefore(walk);
        long lowest = isFirst ? offsets.firstKey() : Returned.NONE;
        if (lowest == shown && key.owner() == shownTo) {
            return;
        }
        hide();
        if (lowest != Returned.NONE) {
            shown = lowest;
            shownTo = key.owner();
            walk.parked().show(this, shown, shownTo, offsets.get(shown));
        }
    }

    private void hide() {
        if (shown != Returned.NONE) {
            walk.parked().hide(shown, shownTo);
            shown = Returned.NONE;
        }
    }

    /** The walk ends. */
    void discard() {
        hide();
        offsets.clear();
        walk.parked().end(this);
        key.nothingWaitsIn(walk);
    }
}
