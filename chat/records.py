"""All that is kept of what people asked and found: conversations, marks, pins, feedback, log, grids."""

from chat.considering import Considerations
from chat.conversation import Conversations
from chat.feedback import FeedbackTable
from chat.grid_store import Grids
from chat.log import Log
from chat.marks import Marks
from chat.seen import Seen
from chat.tray import Tray
from ingest.database import Database


class Records:
    """The tables, each of its own module, in the order in which they refer to one another."""

    def __init__(self, database: Database) -> None:
        self.log = Log(database)
        self.conversations = Conversations(database)
        self.considerations = Considerations(database)
        self.marks = Marks(database)
        self.tray = Tray(database)
        self.feedback = FeedbackTable(database)
        self.grids = Grids(database)
        self.seen = Seen(database)
