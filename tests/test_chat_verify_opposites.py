"""A word for its opposite in the same place, and what a source only reports, plans or takes back."""

import pytest

from chat.verify.compare import compare


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The board approved the conversion by 5 votes to 2.",
         "The board then refused consent for the conversion by 5 votes to 2."),
        ("The motion to defer was carried by 4 votes to 3.", "The motion to defer was lost by 4 votes to 3."),
        ("The court ruled for the union.", "The court ruled against the union."),
        ("Sales rose by 12 percent.", "Sales rose to 12 percent."),
        ("Harker joined the firm in 2018.", "Harker left the firm in 2018."),
        ("The council lent the trust 5,000 euros.", "The council borrowed 5,000 euros from the trust."),
        ("The appeal succeeded.", "The appeal failed."),
        ("The strike began on Monday.", "The strike ended on Monday."),
        ("The mill's licence to draw water was renewed.", "The mill's licence to draw water was revoked."),
        ("The council approved the plan.", "The council voted down the plan."),
        ("The match was held on Sunday.", "The match on Sunday was called off."),
        ("The tenant must reply within 30 days.", "The tenant must reply within 30 working days."),
        ("The store was unlocked.", "The store was locked."),
        ("The licence was renewed.", "The licence was revoked."),
        ("Output doubled.", "Output halved."),
    ],
)  # fmt: skip
def test_the_opposite_in_the_same_place_contradicts(claim, source):
    assert compare(claim, [source]).support == "contradicted"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The war ended in 1945.", "The war, which began in 1939, ended in 1945."),
        ("The strike ended on Monday.", "The strike began on Friday and ended on Monday."),
        ("The fire was caused by a lamp.", "The fire was due to a lamp: caused by a lamp."),
        ("The house was sold by the bank.", "The house was sold by the bank to a friend."),
        ("The council did not refuse the plan.", "The council did not refuse the plan for the mill."),
        ("The tenant must reply within 30 business days.", "The tenant must reply within 30 working days."),
        ("The tenant must reply within 30 calendar days.", "The tenant must reply within 30 days."),
        ("The heating was turned down.", "The heating was turned down in May."),
    ],
)
def test_an_opposite_of_something_else_does_not(claim, source):
    assert compare(claim, [source]).support == "supported"


@pytest.mark.parametrize(
    ("claim", "source", "support"),
    [
        ("The union paid the fine.", "The union promised to pay the fine.", "partial"),
        ("The union paid the fine.", "The union was ordered to pay the fine.", "partial"),
        ("The union must pay the fine.", "The union was ordered to pay the fine.", "supported"),
        ("The union paid the fine.", "The union has yet to pay the fine.", "contradicted"),
        ("The mill closed in 2019.", "The union feared that the mill would close in 2019.", "partial"),
        ("Marlow Civil won the contract.", "I hear that Marlow Civil won the contract.", "partial"),
        ("The minister took bribes.", "The inquiry asked whether the minister took bribes.", "partial"),
        ("The minister took bribes.", "The minister was charged with taking bribes.", "partial"),
        ("The minister took bribes.", "The court found no proof that the minister took bribes.",
         "contradicted"),
        ("The minister took bribes.", "It is a myth that the minister took bribes.", "contradicted"),
        ("Rita Mohs will step down in June.",
         "The firm has withdrawn its statement that Rita Mohs will step down in June.", "contradicted"),
        ("The minister was charged with fraud.", "The minister was charged with fraud in May.", "supported"),
        ("The plant closed in May.", "The plant was due to close in May.", "partial"),
        ("The plant was to close in May.", "The plant was due to close in May.", "supported"),
        ("The fault closed the plant.", "The plant was closed; that was due to a fault.", "supported"),
        ("The letter was signed by Ada Vance.", "The letter was signed on behalf of Ada Vance.", "partial"),
        ("He signed the letter for Ada Vance.", "He signed the letter on behalf of Ada Vance.", "supported"),
    ],
)  # fmt: skip
def test_what_a_source_only_reports_plans_or_takes_back_is_not_so(claim, source, support):
    assert compare(claim, [source]).support == support


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The board did not meet the minister.", "The chair denied that the board had met the minister."),
        ("No contract has been awarded.", "The contract has not been awarded."),
        ("The contract has not been awarded.", "No contract has been awarded."),
        ("The board rejected the offer.", "The board refused the offer."),
        ("The plan was rejected by the council.", "The council voted down the plan by 5 to 4."),
    ],
)
def test_a_denial_in_other_words_denies_as_well(claim, source):
    assert compare(claim, [source]).support == "supported"


def test_a_reply_denies_what_was_asked():
    evidence = ["Q. Was the pump working?", "A. No."]
    assert compare("The pump was not working.", evidence).support == "supported"
    assert compare("The pump was working.", evidence).support == "contradicted"


def test_what_is_denied_elsewhere_is_no_denial_here():
    source = "Tea was not linked with gout; coffee was linked with gout."
    assert compare("Coffee was not linked with gout.", [source]).support == "contradicted"
