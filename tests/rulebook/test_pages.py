"""Rules as Markdown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kerasscan.model.finding import Example, Severity
from kerasscan.rulebook.load import load_packs
from kerasscan.rulebook.page import markdown, table

from .test_judging import RULE
from .toys import CHECKS, put_card

PAGE = """\
# AC101 toy-lambda

A layer is a Lambda.

- Severity: error
- Confidence: certain
- Family: acme
- Check: `toy-class`
- Security severity: 9.0
- Tags: `security`, `external/cwe/cwe-502`
- Says: `Layer '{layer}' is a {class}.`

## Why it matters

A Lambda holds code, and code does not belong into a model.

## What to do

Replace the layer '{layer}' by a registered one.

Before: `{"class": "Lambda"}`

## Options

```json
{
  "classes": [
    "Lambda"
  ]
}
```

## Flagged: a Lambda between two others

`model.json`:

```json
{"layers": [{"class": "Dense", "name": "a"}, {"class": "Lambda", "name": "b"}]}
```

Found in: `b`.

## Clean: no Lambda

`model.json`:

```json
{"layers": [{"class": "Dense", "name": "a"}]}
```

## References

- <https://example.org/lambda>
"""


def test_a_rule_s_page_holds_all_that_is_on_its_card(tmp_path: Path) -> None:
    tags = 'security_severity = 9\ntags = ["security", "external/cwe/cwe-502"]\ncheck ='
    put_card(tmp_path / "acme", ("check =", tags))
    (rule,) = load_packs([tmp_path / "acme"], checks=CHECKS, beside=())
    assert markdown(rule) == PAGE


def test_a_page_may_be_without_examples() -> None:
    example = Example("it is so", True, "model.json", text="{}")
    rule = replace(RULE, examples=(example,))
    assert "it is so" in markdown(rule)
    assert markdown(rule, examples=False) == markdown(RULE)


def test_every_form_of_example_is_shown() -> None:
    forms = (
        Example("bytes", True, "a.h5", hex="89 48", layers=("", "b")),
        Example("zip", True, "a.keras", members={"config.json": "{}", "x.txt": "y"}),
        Example("sample", True, "x.h5", sample="../x.h5"),
        Example("empty", False, "a.json", text=""),
        Example("ticks", False, "a.yaml", text="a: ```b```"),
    )
    page = markdown(replace(RULE, examples=forms))
    assert "`a.h5`, in hexadecimal:\n\n```text\n89 48\n```\n\nFound in: the model, `b`." in page
    assert "`config.json` in `a.keras`:\n\n```json\n{}\n```\n\n`x.txt` in `a.keras`:" in page
    assert "The sample `../x.h5`." in page
    assert "`a.json`, an empty file." in page
    assert "````yaml\na: ```b```\n````" in page


def test_braces_are_shown_as_people_read_them() -> None:
    page = markdown(replace(RULE, message="Write {{}}, not {class} or ``."))
    assert "- Says: ``` Write {}, not {class} or ``. ```" in page
    assert "Replace '{layer}' by {something} else.\n\nBefore: `{code}`" in page


def test_the_table_lists_rules_by_family_and_id() -> None:
    rules = [
        replace(RULE, id="ZZ100", name="z", family="zoo"),
        replace(RULE, id="KS102", name="b", family="security", severity=Severity.ERROR),
        replace(RULE, id="KS101", name="a", family="security", summary="This | that"),
        replace(RULE, id="KF101", name="c", family="file"),
        replace(RULE, id="AC101", name="d", family="acme"),
    ]
    head = "| Id | Name | Severity | What it finds |\n| --- | --- | --- | --- |\n"
    assert table(rules) == (
        f"### file\n\n{head}| KF101 | c | warning | A layer is a Lambda |\n\n"
        f"### security\n\n{head}| KS101 | a | warning | This \\| that |\n"
        "| KS102 | b | error | A layer is a Lambda |\n\n"
        f"### acme\n\n{head}| AC101 | d | warning | A layer is a Lambda |\n\n"
        f"### zoo\n\n{head}| ZZ100 | z | warning | A layer is a Lambda |\n"
    )
