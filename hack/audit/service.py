"""The query of the OSV API, answered from a copy of the advisories: https://google.github.io/osv.dev/post-v1-query/."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import orjson

from hack.audit.advisories import select_advisories
from hack.audit.database import Database
from hack.audit.errors import AuditError


@contextmanager
def serving(database: Database) -> Iterator[str]:
    """The address of the query on loopback, for pip-audit's ``--osv-url``; it ends with the block."""

    class Query(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = asked["package"]["name"]
            try:
                found = select_advisories(database.read(name), name, asked["version"])
            except AuditError as error:
                print(f"audit: {error}", file=sys.stderr)
                self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
                return
            body = orjson.dumps({"vulns": found} if found else {})
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the report is pip-audit's."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Query) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()
