"""The program ``dixi-operator backup``."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from pydantic import ValidationError

from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.job import make_backup
from dixi_operator.backup.settings import BackupSettings, S3Credentials
from dixi_operator.cluster.client import connect
from dixi_operator.errors import NoClusterError
from dixi_operator.logs import INSTALL, configure_logging

OK, FAILED, MISCONFIGURED = 0, 1, 2

logger = logging.getLogger(__name__)


async def run(settings: BackupSettings, credentials: S3Credentials) -> int:
    """Make one backup now; failures are logged as one sentence."""
    INSTALL.set(settings.install)
    try:
        async with await connect() as client:
            await make_backup(settings, credentials, client, now=datetime.now(UTC))
    except (BackupError, NoClusterError) as error:
        logger.error("backup failed: %s", error)
        return FAILED
    return OK


def main() -> int:
    """Run one backup as the environment says.

    Exit status: 0 the archive is written and verified, 1 it is not, 2 the settings are wrong.
    """
    configure_logging("info")
    try:
        settings, credentials = BackupSettings(), S3Credentials()
    except ValidationError as error:
        for problem in error.errors():
            variable = "_".join(["DIXI", *(str(part).upper() for part in problem["loc"])])
            logger.error("%s: %s", variable, problem["msg"])
        return MISCONFIGURED
    return asyncio.run(run(settings, credentials))
