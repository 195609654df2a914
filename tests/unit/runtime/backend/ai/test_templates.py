import pytest
from pydantic import ValidationError

from dixi_runtime.backend.ai.templates import (
    BUILT_IN,
    Template,
    TemplateBody,
    TemplateChange,
    TemplateError,
    make_template,
)


def template(**body: object) -> Template:
    return make_template("t", TemplateBody.model_validate({"name": "n", **body}), "now")


def test_variables_are_put_in() -> None:
    made = template(template="{{greeting}}, {{ name }}! {{greeting}}.")
    assert made.render({"greeting": "Hello", "name": "Ada"}) == "Hello, Ada! Hello."


def test_a_value_is_not_looked_into_for_more_variables() -> None:
    assert template(template="{{a}}{{b}}").render({"a": "{{b}}", "b": "x"}) == "{{b}}x"


def test_a_default_stands_in() -> None:
    made = template(template="{{a}}", variables=[{"name": "a", "defaultValue": "x"}])
    assert made.render({}) == "x"
    assert made.render({"a": "y"}) == "y"


def test_a_missing_value_is_named() -> None:
    with pytest.raises(TemplateError, match="No value for a, b,"):
        template(template="{{b}}{{a}}").render({})


def test_variables_may_be_names_alone() -> None:
    assert [one.name for one in template(template="{{a}}", variables=["a", "b"]).variables] == ["a", "b"]


def test_an_undeclared_variable_is_refused() -> None:
    with pytest.raises(TemplateError, match="uses a, which its variables do not list"):
        template(template="{{a}}", variables=["b"])


def test_a_text_that_grows_too_long_is_refused() -> None:
    made = template(template="{{a}}" * 100)
    with pytest.raises(TemplateError, match="more than 20000 characters"):
        made.render({"a": "x" * 1000})


def test_a_change_keeps_what_it_does_not_name() -> None:
    before = template(template="{{a}}", description="d")
    after = before.change(TemplateChange(template="{{a}}!"), "later")
    assert (after.id, after.name, after.description, after.createdAt) == ("t", "n", "d", "now")
    assert (after.template, after.updatedAt) == ("{{a}}!", "later")


def test_a_change_is_checked_like_a_new_one() -> None:
    with pytest.raises(TemplateError):
        template(template="{{a}}").change(TemplateChange(template="{{b}}"), "later")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "n"},
        {"template": "t"},
        {"name": " ", "template": "t"},
        {"name": "n", "template": "x" * 10_001},
        {"name": "n", "template": "t", "variables": ["not a word"]},
        {"name": "n", "template": "t", "variables": [1]},
    ],
)
def test_what_is_no_template_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TemplateBody.model_validate(body)


def test_the_built_in_ones_have_the_names_of_the_existing_backend() -> None:
    assert [one.name for one in BUILT_IN.values()] == ["Gesture Point", "Gesture Wave", "General Query"]
