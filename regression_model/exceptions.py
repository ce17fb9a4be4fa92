"""What can go wrong, by whose hand it can be mended."""


class RegressionModelError(Exception):
    """Base of every error that this package raises on purpose."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The message, line by line; what it quotes may hold ends of lines of its own."""
        return (str(self),)


class _ListedError(RegressionModelError, ValueError):
    """Made of the lines of its message, one by one."""

    def __str__(self) -> str:
        """Return the message, line by line."""
        return "\n".join(self.lines)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines, one by one."""
        return tuple(map(str, self.args))


class ConfigError(_ListedError):
    """The YAML file breaks its vocabulary; the message lists every problem with its line."""


class DataError(_ListedError):
    """A table cannot be trained on or read; the message names columns, rows and values."""


class ForeignTableError(DataError):
    """A table has not the columns that a model needs; perhaps it is another model's."""


class ArtifactError(RegressionModelError, ValueError):
    """An artifact is damaged, foreign or newer than this package, or could not be proven equal."""


class SignatureError(ArtifactError):
    """An artifact is not what somebody trusted has signed, or a key or signature is unusable."""


class ProjectError(RegressionModelError):
    """A project that cannot be written, and why."""


class OutputError(RegressionModelError, OSError):
    """A file cannot be written; the message says where and why."""


class WorkerError(RegressionModelError):
    """A process that was to answer rows has ended by itself, as where memory has run out."""


class MissingExtraError(RegressionModelError, ImportError):
    """A feature needs an optional dependency that is not installed."""


class OccupiedPathError(RegressionModelError):
    """Something stands where an artifact is to go that is no earlier version of the model."""


class WorseModelError(RegressionModelError):
    """A trained model is clearly worse than the one in place, or cannot be compared with it.

    Attributes
    ----------
    result : TrainingResult or None
        What training gave, where it went so far; nothing was written.
    """

    def __init__(self, message: str, result: object) -> None:
        super().__init__(message)
        self.result = result
