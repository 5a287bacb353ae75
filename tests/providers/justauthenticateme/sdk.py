"""Drives the published python-jam: a call a line in, its outcome a line out."""

import asyncio
import json
import sys

from python_jam import JustAuthenticateMe, JustAuthenticateMeError

ready = json.loads(sys.argv[1])


def client(app_id):
    jam = JustAuthenticateMe(app_id)
    # The one patch: the service's address stands in the package's source.
    jam.base_url = f"{ready['base_url']}/{app_id}/"
    return jam


async def call(method, *arguments, app_id=None):
    return await getattr(client(app_id or ready["app_id"]), method)(*arguments)


for line in sys.stdin:
    method, *arguments = json.loads(line)
    app_id = arguments.pop()["app_id"] if arguments and isinstance(arguments[-1], dict) else None
    try:
        outcome = {"value": asyncio.run(call(method, *arguments, app_id=app_id))}
    except JustAuthenticateMeError as error:
        outcome = {"error": f"{type(error).__name__} {'' if str(error) == 'None' else error}".strip()}
    except Exception as error:
        outcome = {"error": type(error).__name__}
    print(json.dumps(outcome), flush=True)
