"""The command ``dixi doctor``."""

from __future__ import annotations

import typer

from dixi_operator.cli.exits import ExitCode, explain_errors
from dixi_operator.cli.options import Context, Kubeconfig, Output, OutputOption
from dixi_operator.cli.screen import show, write_json


def doctor(output: OutputOption = Output.TEXT, kubeconfig: Kubeconfig = None, context: Context = None) -> None:
    """Check whether the cluster is fit for Dixi: API server, operator, volumes, DNS, metrics, GPUs, rights.

    Nothing is changed. Exit status 1 when a check fails; warnings and what cannot be told do not count.
    """
    from dixi_operator.cli.doctor.checks import diagnose, is_fit
    from dixi_operator.cli.doctor.gather import gather_facts
    from dixi_operator.cli.doctor.page import draw_diagnoses
    from dixi_operator.cli.fetch import ask

    with explain_errors():
        diagnoses = diagnose(ask(gather_facts, kubeconfig=kubeconfig, context=context))
    if output is Output.JSON:
        write_json({"fit": is_fit(diagnoses), "checks": [diagnosis.describe() for diagnosis in diagnoses]})
    else:
        show(draw_diagnoses(diagnoses))
    raise typer.Exit(ExitCode.OK if is_fit(diagnoses) else ExitCode.NOT_WELL)
