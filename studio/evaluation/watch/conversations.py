"""Which conversations are bets: what one person asks on one day hangs together, and counts once."""

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from studio.schemas.base import Record

DAYS = 7  # that conversations are remembered: one may go on the next day


class CountedConversations(Record):
    """Those of the last days, by id, and the persons. A conversation is a bet once, a person once a day."""

    conversations: dict[str, date] = Field(default_factory=dict)
    persons: dict[str, date] = Field(default_factory=dict)  # the last day that counted

    def counted(self, some: Sequence[tuple[str, str, date]]) -> tuple[list[bool], "CountedConversations"]:
        """Which of these (conversation, person, day) are bets, in their order, and what is remembered after them.

        `person` is empty where nobody knows who asks: then only the conversation decides.
        """
        conversations, persons, found = dict(self.conversations), dict(self.persons), []
        for conversation, person, day in some:
            found.append(conversation not in conversations and (not person or persons.get(person) != day))
            conversations.setdefault(conversation, day)
            if person:
                persons[person] = day
        newest = max((*conversations.values(), *persons.values()), default=date.min)
        fresh = (
            {key: day for key, day in one.items() if (newest - day).days < DAYS} for one in (conversations, persons)
        )
        return found, CountedConversations(conversations=next(fresh), persons=next(fresh))
