"""Figures on a file of questions: what is counted, what is a regression, and what is wrong with a file."""

import json

import pytest
from fakes import QuoteAll, assistant_at

from chat.evaluate import Case, Evaluation, Figure, Outcome, compare, evaluate, figures, read_cases, worsened
from chat.interfaces import cli
from ingest.errors import FootnoteError, UnreadableSource


def outcome(name="q", answerable=True, status="answered", document=None, quote=None, **rest):
    return Outcome(name, answerable, status, document, quote, **{"citations": 1, "unresolved": 0, **rest})


def test_what_is_counted():
    found = figures([
        outcome(document=1, quote=1),
        outcome(document=2, quote=3),
        outcome(document=4, quote=0, status="partial", citations=2, unresolved=1),
        outcome(document=0, status="not_found", citations=0),
        outcome(answerable=False, status="not_found", document=1, quote=1, citations=0),
        outcome(answerable=False, status="partial"),
        outcome(answerable=False, status="answered"),
    ])  # fmt: skip
    assert {name: (figure.value, figure.of, figure.better) for name, figure in found.items()} == {
        "documents_hit_at_1": (0.25, 4, "higher"),
        "documents_hit_at_3": (0.5, 4, "higher"),
        "documents_hit_at_10": (0.75, 4, "higher"),
        "documents_mrr": (0.4375, 4, "higher"),
        "first_quote_holds_answer": (0.3333, 3, "higher"),
        "first_three_quotes_hold_answer": (0.6667, 3, "higher"),
        "any_quote_holds_answer": (0.6667, 3, "higher"),
        "answerable_refused": (0.25, 4, "lower"),
        "unanswerable_refused": (0.3333, 3, "higher"),
        "unanswerable_claimed_answered": (0.3333, 3, "lower"),
        "citations_resolve": (0.8333, 6, "higher"),
    }
    assert figures([outcome(citations=0)]).keys() == {"answerable_refused"}


def evaluation(questions="same", outcomes=(), **values):
    better = {"answerable_refused": "lower"}
    return Evaluation(
        questions,
        {name: Figure(value, 10, better.get(name, "higher")) for name, value in values.items()},
        tuple(outcomes),
    )


def test_a_regression_is_what_is_worse_by_more_than_was_allowed():
    before = evaluation(documents_mrr=0.9, answerable_refused=0.1)
    assert compare(before, before, 0.0) == []
    assert compare(evaluation(documents_mrr=0.88, answerable_refused=0.12), before, 0.02) == []
    assert compare(evaluation(documents_mrr=1.0, answerable_refused=0.0), before, 0.0) == []
    worse = compare(evaluation(documents_mrr=0.87, answerable_refused=0.2), before, 0.02)
    assert [(each.name, each.before, each.now) for each in worse] == [
        ("documents_mrr", 0.9, 0.87), ("answerable_refused", 0.1, 0.2),
    ]  # fmt: skip
    (gone,) = compare(evaluation(answerable_refused=0.1), before, 0.02)
    assert gone.name == "documents_mrr"
    with pytest.raises(FootnoteError, match="other questions"):
        compare(evaluation("other"), before, 0.02)


def test_the_questions_that_became_wrong_are_named():
    right = [
        outcome("a", quote=1), outcome("b"), outcome("c", answerable=False, status="partial"), outcome("d"),
    ]  # fmt: skip
    wrong = [
        outcome("a", quote=2), outcome("b", status="not_found"), outcome("c", answerable=False), outcome("d"),
    ]  # fmt: skip
    assert worsened(evaluation(outcomes=wrong), evaluation(outcomes=right)) == ["a", "b", "c"]
    assert worsened(evaluation(outcomes=right), evaluation(outcomes=wrong)) == []


def test_figures_come_back_from_json_as_they_went():
    found = evaluation(outcomes=[outcome("a", document=2)], documents_mrr=0.5)
    assert Evaluation.from_dict(json.loads(json.dumps(found.to_dict()))) == found


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no questions"),
        ("{\n", "line 1: it is not JSON"),
        ('{"question": "a"}\n\n{"q": 1}\n', "line 3: it needs a `question`"),
        ("[]\n", "line 1: it needs"),
        ('{"question": "a", "answerable": "no"}\n', "`answerable` must be true or false"),
        ('{"question": "a", "answers": "x"}\n', "`answers` must be a list"),
        ('{"question": "a", "history": [""]}\n', "`history` must be a list"),
        ('{"question": "a", "id": "x"}\n{"question": "b", "id": "x"}\n', "two lines have the id 'x'"),
        ('{"question": "a", "id": "2"}\n{"question": "b"}\n', "two lines have the id '2'"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(tmp_path, content, words):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UnreadableSource, match=words.replace("[", r"\[")):
        read_cases(path)
    with pytest.raises(UnreadableSource, match="No such file"):
        read_cases(tmp_path / "none.jsonl")


def test_questions_are_asked_as_a_person_would_and_leave_nothing(tmp_path):
    cases = [
        Case("who", "Who met in May?", answers=("COUNCIL  met",), documents=("a/minutes.txt", "none")),
        Case("when", "When?", history=("Who met in May?",), answers=("in June",), documents=("minutes.txt",)),
        Case("no", "What is the boiling point of ethanol?", answerable=False),
    ]
    with assistant_at(tmp_path, answerer=QuoteAll()) as assistant:
        assistant.add_text("The council met in May. It voted.", source="/x/a/minutes.txt")
        assistant.add_text("Nothing else is known.", source="/x/b/letter.txt")
        done = []
        found = evaluate(assistant, cases, on_progress=done.append)
        assert assistant.conversations() == [] and done == [1, 2, 3]
        assert [(each.id, each.document_rank, each.quote_rank) for each in found.outcomes] == [
            ("who", 1, 1), ("when", 1, 0), ("no", None, None),
        ]  # fmt: skip
        assert found.figures["unanswerable_claimed_answered"].value == 1
        assert found.figures["citations_resolve"].value == 1
        assert evaluate(assistant, cases, workers=1) == found
        assert found.questions != evaluate(assistant, cases[:2]).questions


def test_the_command_saves_a_baseline_and_fails_on_a_regression(tmp_path, capsys):
    questions, base, home = tmp_path / "q.jsonl", tmp_path / "base.json", tmp_path / "home"
    questions.write_text('{"id": "w\\u001bho", "question": "Who met in May?", "answers": ["council"]}\n')

    def run(*argv):
        status = cli.main(["eval", str(questions), "--home", str(home), *map(str, argv)])
        return status, *capsys.readouterr()

    with assistant_at(home, answerer=QuoteAll(1)) as assistant:
        assistant.add_text("The council met in May.", source="minutes")
        status, out, err = run("--save", base)
        assert (status, err) == (0, "")
        assert "first quote holds answer" in out and "1.000" in out
        assert run("--baseline", base)[0] == 0
        (name,) = [info.id for info in assistant.documents()]
        assistant.remove(name)
        assistant.add_text("In May nobody met.", source="minutes")
        status, out, err = run("--baseline", base)
        assert status == 1 and "BASELINE" in out
        assert err.startswith("footnote: worse than the baseline: first_quote_holds_answer 1.00 to 0.00")
        assert err.endswith("; questions: w␛ho\n") and err.count("\n") == 1
        assert run("--baseline", base, "--tolerance", "1")[0] == 0
        base.write_text("[]")
        status, out, err = run("--baseline", base)
        assert (status, out) == (1, "") and "is no baseline" in err
        status, out, err = run("--baseline", tmp_path / "none.json")
        assert status == 1 and "No such file" in err and "--save" in err
        assert run("--save", tmp_path)[0] == 1
