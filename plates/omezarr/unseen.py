"""What a search could not look at, in sentences and by address."""

from typing import Final

from plates.omezarr.addressing import MAX_DEPTH, MAX_NAME, RootUrl

MAX_SENTENCES: Final = 20
MAX_HIDDEN: Final = 1_000
_IN_URL: Final = str.maketrans({"%": "%25", "?": "%3F", "#": "%23"})


class Unseen:
    """The folders that a search did not look into.

    `sentences` are for a person, the first of them. `hidden` are addresses: no store below one of
    them can be said to be gone. `complete` is False if more may be missing than `hidden` names, or
    if a later search may see what this one could not; then `passes` is True.
    """

    def __init__(self, root: RootUrl) -> None:
        self.sentences: list[str] = []
        self.hidden: list[str] = []
        self.complete = True
        self.passes = False
        self._root = root
        self._was_cut = False

    def address(self, path: str) -> str:
        """The address of a path below the root, so that it leads to just that."""
        is_web = self._root.scheme in {"http", "https"}
        return self._root.child(path.translate(_IN_URL) if is_web else path)

    def add(
        self, path: str, sentence: str, *, is_incomplete: bool = False, passes: bool = False
    ) -> None:
        """Take note of a folder that was not looked into, for a fault that passes or does not."""
        self._say(sentence)
        self._hide(path)
        if is_incomplete:
            self.complete = False
        self.passes = self.passes or passes

    def cut(self, most: int) -> None:
        """There are more folders than are looked at."""
        if not self._was_cut:
            self._say(
                f"More than {most:,} folders lie here; further ones were not looked at. Search "
                "deeper folders one by one, or leave some out by a pattern."
            )
        self._was_cut = True
        self.complete = False

    def too_deep(self, path: str) -> None:
        """A folder lies deeper than is looked."""
        self._say(
            f"{self._root.child(path)} was not looked into: it lies too deep. Folders are looked "
            f"at {MAX_DEPTH} levels down; search one that lies deeper."
        )
        self._hide(path)

    def bad_name(self, path: str, name: str, *, is_text: bool) -> None:
        """A folder has a name that no address can hold."""
        shown = name.encode("utf-8", "backslashreplace").decode()[:80]
        because = f"has over {MAX_NAME} characters" if is_text else "is no UTF-8"
        self._say(
            f"A folder called {shown} in {self._root.child(path)} was left out: its name "
            f"{because}. Rename it."
        )

    def _say(self, sentence: str) -> None:
        if len(self.sentences) < MAX_SENTENCES:
            self.sentences.append(sentence)

    def _hide(self, path: str) -> None:
        if len(self.hidden) < MAX_HIDDEN:
            # As addresses are written where stores are registered.
            self.hidden.append(RootUrl.parse(self.address(path)).shown)
        else:
            self.complete = False
