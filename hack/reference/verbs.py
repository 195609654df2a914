"""The page about the command line, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from dixi_operator.cli.app import app
from dixi_operator.cli.exits import ExitCode
from hack.reference.tables import code, render_table

HEAD = """# dixi

The command line, also as `kubectl dixi`: kubectl takes the program `kubectl-dixi` on the path for a command of its own.
Made from the commands by `make generate`.

`dixi --install-completion` has bash, zsh, fish or PowerShell complete commands, options and the names of installs.
After `kubectl dixi` kubectl's own completion does, which asks the program `kubectl_complete-dixi` on the path.

"""
EXITS = {
    ExitCode.OK: "done, and what was asked about is well",
    ExitCode.NOT_WELL: "done, but an install is not Ready, something differs or a check fails",
    ExitCode.REFUSED: "the arguments or a file cannot be used",
    ExitCode.UNREACHABLE: "the cluster cannot be reached or refused the request",
}


def render_verbs() -> str:
    """Exit statuses, then every command with its arguments and options."""
    exits = [(code(int(status)), meaning) for status, meaning in EXITS.items()]
    page = HEAD + render_table(["exit status", "meaning"], exits)
    for words, command in list_verbs():
        page += f"\n## {words}\n\n{code(_describe_usage(words, command))}\n\n{_unwrap(command.help or '')}\n"
        if rows := [_describe(parameter) for parameter in _list_parameters(command)]:
            page += "\n" + render_table(["argument or option", "default", "what it does"], rows)
    return page


def list_verbs() -> Iterator[tuple[str, Any]]:
    """Every command that does something, with the words it is called by, in alphabetical order."""
    yield from sorted(_walk("dixi", get_command(app)), key=lambda verb: verb[0])


def _walk(words: str, command: Any) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield words, command
        return
    for name, inner in below.items():
        yield from _walk(f"{words} {name}", inner)


def _list_parameters(command: Any) -> list[Any]:
    return [parameter for parameter in command.params if parameter.name != "help"]


def _describe_usage(words: str, command: Any) -> str:
    arguments = [_name_argument(item) for item in command.params if item.param_type_name == "argument"]
    return " ".join([words, *arguments, "[OPTIONS]"])


def _describe(parameter: Any) -> tuple[str, str, str]:
    if parameter.param_type_name == "argument":
        return code(_name_argument(parameter)), "", parameter.help or ""
    value = "" if parameter.is_flag else f" {parameter.metavar or _name_type(parameter)}"
    names = ", ".join(code(f"{name}{value}") for name in sorted(parameter.opts, key=len))
    return names, code(_tell_default(parameter)), parameter.help or ""


def _tell_default(parameter: Any) -> object:
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    if parameter.is_flag or parameter.default is None:
        return ""
    return getattr(parameter.default, "value", parameter.default)


def _name_argument(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _name_type(parameter: Any) -> str:
    choices = parameter.type_descriptor.choices or ()
    return "|".join(str(getattr(choice, "value", choice)) for choice in choices) or parameter.name.upper()


def _unwrap(text: str) -> str:
    """Paragraphs of a docstring, one line each."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
