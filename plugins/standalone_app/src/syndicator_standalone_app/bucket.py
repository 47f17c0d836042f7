"""A bucket of an S3-compatible object store, through obstore."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from syndicator.channel import ChannelDown, Retry, SignInAgain
from syndicator_standalone_app.store import Change, Stored, caching_of, type_of

CONFLICTS_MAX = 50
"""How often others may be faster in a row. Each loss is somebody else's progress."""

READS_AT_ONCE = 16
GONE = b""
"""A file that `change` took off: stores have no atomic "delete if unchanged"."""


class Bucket:
    """`s3://bucket/prefix`; credentials as the AWS tools read them from the environment."""

    def __init__(self, target: str, options: Mapping[str, Any]) -> None:
        name, _, prefix = target.removeprefix("s3://").partition("/")
        self.name = name
        self._store = _connect(name, prefix.strip("/"), options)

    def read(self, path: str) -> bytes | None:
        return self._read(path)[0] or None

    def read_all(self, paths: Sequence[str]) -> Sequence[bytes | None]:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(READS_AT_ONCE) as pool:
            return list(pool.map(self.read, paths))

    def has(self, path: str) -> bool:
        import obstore

        with self._reachable():
            try:
                return int(obstore.head(self._store, path)["size"]) > 0
            except (FileNotFoundError, obstore.exceptions.NotFoundError):
                return False

    def write(self, path: str, data: bytes) -> None:
        import obstore

        with self._reachable():
            obstore.put(self._store, path, data, attributes=_headers(path), use_multipart=False)

    def copy(self, path: str, source: Path) -> None:
        import obstore

        with self._reachable():
            obstore.put(self._store, path, source, attributes=_headers(path))

    def change(self, path: str, change: Change) -> None:
        for _ in range(CONFLICTS_MAX):
            before, tag = self._read(path)
            after = change(before or None)
            after = GONE if after is None else after
            if after == (before or GONE) or self._swap(path, after, tag):
                return
        raise Retry(f"{path} is being changed by many at once")

    def files(self, prefix: str) -> Iterable[Stored]:
        import obstore

        with self._reachable():
            for batch in obstore.list(self._store, prefix.rstrip("/")):
                for each in batch:
                    if each["size"]:
                        yield Stored(each["path"], each["size"], each["last_modified"])

    def remove(self, paths: Iterable[str]) -> None:
        import obstore

        chosen = list(paths)
        if not chosen:
            return
        with self._reachable():
            try:
                obstore.delete(self._store, chosen)
            except (FileNotFoundError, obstore.exceptions.NotFoundError):
                return

    def tidy(self, before: datetime) -> None:
        """Do nothing: unfinished uploads are the bucket's lifecycle rule's business."""

    def _read(self, path: str) -> tuple[bytes | None, Any]:
        import obstore

        with self._reachable():
            try:
                found = obstore.get(self._store, path)
                return bytes(found.bytes()), found.meta["e_tag"]
            except (FileNotFoundError, obstore.exceptions.NotFoundError):
                return None, None

    def _swap(self, path: str, data: bytes, tag: Any) -> bool:
        """Replace a file that nobody has changed since it was read; return whether it was so."""
        import obstore

        mode = {"e_tag": tag} if tag is not None else "create"
        with self._reachable():
            try:
                obstore.put(
                    self._store,
                    path,
                    data,
                    attributes=_headers(path),
                    mode=mode,  # type: ignore[arg-type]
                    use_multipart=False,
                )
            except (
                obstore.exceptions.PreconditionError,
                obstore.exceptions.AlreadyExistsError,
            ):
                return False
        return True

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        """Turn the store's errors into verdicts: every step here can be repeated at no harm."""
        from obstore import exceptions

        known = (exceptions.PreconditionError, exceptions.AlreadyExistsError)
        try:
            yield
        except known:
            raise
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
            raise SignInAgain(
                f"the bucket {self.name} does not accept the credentials; "
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key that may read and write"
            ) from None
        except (FileNotFoundError, exceptions.NotFoundError):
            raise self._missing() from None
        except exceptions.BaseError as error:
            if "404 Not Found" in str(error):  # as listing says it
                raise self._missing() from None
            raise Retry(f"the bucket {self.name}: {_first_line(error)}") from None

    def _missing(self) -> ChannelDown:
        return ChannelDown(f"there is no bucket {self.name}; create it, or mend `target`")


def _connect(name: str, prefix: str, options: Mapping[str, Any]) -> Any:
    try:
        from obstore.store import S3Store
    except ImportError:
        raise ChannelDown(
            "publishing to a bucket needs a further package: "
            "pip install 'syndicator-standalone-app[s3]'"
        ) from None
    endpoint = options.get("endpoint")
    client = {"allow_http": True} if str(endpoint or "").startswith("http://") else {}
    chosen = {"endpoint": endpoint, "region": options.get("region")}
    return S3Store(
        name,
        prefix=prefix or None,
        client_options=client,  # type: ignore[arg-type]
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
        **{key: value for key, value in chosen.items() if value},
    )


def _headers(path: str) -> Any:
    return {"Content-Type": type_of(path), "Cache-Control": caching_of(path)}


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0][:200]
