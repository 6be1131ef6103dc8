from projects_move.datasets.features.shard_writer import ShardWriter


def pack(folder, videos, dtype='float16', channels=5, **kwargs):
    """Write a packed store of arrays by the names of their videos."""
    with ShardWriter(folder, dtype, channels, **kwargs) as writer:
        for name, frames in videos.items():
            writer.add(name, frames)
