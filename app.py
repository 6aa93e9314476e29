"""The page over the default library; a new one starts with the sample in `corpus/`."""

import sys
from pathlib import Path

from chat.interfaces.cli import guarded
from chat.interfaces.serve import serve_command

if __name__ == "__main__":
    sys.exit(guarded(lambda: serve_command(sample=Path(__file__).parent / "corpus")))
