package dev.mailroom.sync.ownership;

/** Another replica owns the shard: nothing was written, and the session must end without touching anything. */
public final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FencedException(Fence fence) {
        super("shard " + fence.shard() + " has another owner than epoch " + fence.epoch());
    }
}
