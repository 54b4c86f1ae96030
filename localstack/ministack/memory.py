"""MiniStack keeps in memory what lies in files and what nobody asks for again, a quarter of a megabyte an image: here it
lets go of it.
"""

import hashlib

import msgspec
from ministack.services import dynamodb, s3


def let_go() -> None:
    leave_bodies_in_files()
    digest_transactions()


def leave_bodies_in_files() -> None:
    """An object that was written to a file is kept no more among the versions of its key: MiniStack reads it there."""
    persist = s3._persist_object

    def persist_and_let_go(bucket: str, key: str, obj: object) -> None:
        persist(bucket, key, obj)
        # Where the file could not be written, the object still has its body.
        if not isinstance(obj, dict) or obj["body"] is not None:
            return
        for version in s3._object_versions.get((bucket, key), []):
            if version["version_id"] == (obj.get("version_id") or "null"):
                version["data"] = None

    s3._persist_object = persist_and_let_go


class Digest:
    """Equal to the request that it was made of."""

    def __init__(self, request: dict) -> None:
        self.of = digest(request)

    def __eq__(self, request: object) -> bool:
        return self.of == digest(request)

    __hash__ = None


def digest(request: object) -> bytes:
    return hashlib.blake2b(msgspec.json.encode(request)).digest()


def digest_transactions() -> None:
    """For ten minutes a transaction is compared with those that have its token: by their digests, not whole."""
    store = dynamodb._txn_token_store

    def store_digest(token: str, entry: dict) -> None:
        store(token, {**entry, "signature": Digest(entry["signature"])})

    dynamodb._txn_token_store = store_digest
