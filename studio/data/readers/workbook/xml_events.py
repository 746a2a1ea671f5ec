"""XML in small steps, for files that nobody vouches for: no entities, no other documents, bounded by its caller."""

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from studio.copy.catalog import say

BLOCK = 2**20
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class BrokenXml(ValueError):
    """The XML cannot be read, or defines entities of its own, which no spreadsheet needs."""


class Names(dict[str, str]):
    """Names without their namespace or prefix, each taken apart once."""

    def __missing__(self, name: str) -> str:
        found = self[name] = name.rpartition(" ")[2].rpartition(":")[2]
        return found


def walk(stream: IO[bytes], start: Start, end: End | None = None) -> None:
    """Call `start` and `end` with the names of the elements, without namespaces, and the attributes as well."""
    names = Names()

    def started(name: str, attributes: dict[str, str]) -> None:
        start(names[name], {names[key]: value for key, value in attributes.items()})

    feed(parser_for(started, None if end is None else lambda name: end(names[name])), stream)


def parser_for(start: Start, end: End | None = None, *, separator: str | None = None) -> expat.XMLParserType:
    """A parser that `feed` fills; its handlers of text and ends may be set and taken away while it runs.

    Names come as they are written, or as namespace, separator and name.
    """
    parser = expat.ParserCreate(namespace_separator=separator)
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


def refuse(*_: object) -> int:
    """Entities can make a small file endless."""
    raise BrokenXml(say("xml_events.xml_defines_entities"))


def feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    """All of the stream, block by block."""
    try:
        while block := stream.read(BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BrokenXml(str(error)) from error
