"""Where S3 keeps what does not fit into memory."""

from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore


def keep_in_temporary_folder() -> None:
    """LocalStack names /tmp itself; this makes it a folder below TMPDIR, which is this run's own."""
    make = EphemeralS3ObjectStore.__init__
    EphemeralS3ObjectStore.__init__ = lambda store, _root_directory=None: make(store)
