"""The command line in tests: a memo and minutes to add, and how a command ends that fails."""

WAIT = 60  # seconds before a test gives up
MEMO = (
    "Memo on the ferry\n\nThe ferry Aurora was sold to Northwind Lines for 3 million crowns. "
    "Director Ilse Brandt signed the sale on 4 March 2021.\n"
)
MINUTES = "The council met in May. It voted for the bridge. Nobody objected to the price of 45 million."


def failed_with_one_line(result, *words, status=1):
    found, out, err = result
    assert (found, out) == (status, ""), err
    assert err.startswith("footnote: ") and err.count("\n") == 1
    for word in words:
        assert word in err
