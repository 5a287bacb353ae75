"""Drives the published nicelogin-jwks-python: a call a line in, its outcome a line out."""

import json
import sys
import urllib.request

from nicelogin_jwks import NiceLogin, NiceLoginError, NiceLoginJWKS

ready = json.loads(sys.argv[1])


def client(secret=True):
    return NiceLogin(ready["api_key"], ready["api_secret"] if secret else None, base_url=ready["base_url"])


def local():
    """As the page shows it: the keys are fetched once."""
    with urllib.request.urlopen(ready["jwks_url"]) as answer:
        return NiceLoginJWKS(json.load(answer))


def call(method, *arguments):
    if method in ("verify_token", "unpack"):
        return getattr(local(), method)(*arguments)
    if method == "deactivate_without_secret":
        return client(secret=False).deactivate_user(*arguments)
    return getattr(client(), method)(*arguments)


for line in sys.stdin:
    try:
        outcome = {"value": call(*json.loads(line))}
    except NiceLoginError as error:
        outcome = {"error": f"NiceLoginError {error.status} {error.message}".strip()}
    except ValueError as error:
        outcome = {"error": f"ValueError {error}"}
    except Exception as error:
        outcome = {"error": type(error).__name__}
    print(json.dumps(outcome), flush=True)
