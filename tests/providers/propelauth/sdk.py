"""Runs the provider's SDK for Python: a line of JSON in, a line of JSON out.

The first line says where the emulator is; each further one names a method and its arguments.
"""

import dataclasses
import enum
import json
import sys

import requests

BACKEND = "https://propelauth-api.com"


def redirect(emulator):
    """Sends what the SDK has written into it to the emulator instead."""
    own = requests.Session.request

    def request(self, method, url, **kwargs):
        if url.startswith(BACKEND):
            url = emulator + url[len(BACKEND):]
        return own(self, method, url, **kwargs)

    requests.Session.request = request


def plain(value):
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, dict):
        return {str(name): plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return plain(vars(value))


KINDS = {
    "UnauthorizedException": "unauthorized",
    "ForbiddenException": "forbidden",
    "UserNotFoundException": "no user",
    "IncorrectMfaCodeException": "incorrect code",
    "MfaNotEnabledException": "no MFA",
    "EndUserApiKeyNotFoundException": "not found",
    "RateLimitedException": "rate limited",
}


def refusal(error):
    name = type(error).__name__
    if name in KINDS:
        return {"refused": KINDS[name]}
    fields = getattr(error, "field_to_errors", None)
    if fields is not None:
        return {"refused": "bad request", "fields": plain(fields)}
    return {"refused": "error", "message": f"{name}: {error}"}


def main():
    from propelauth_py import TokenVerificationMetadata, init_base_auth

    ready = json.loads(sys.stdin.readline())
    redirect(ready["url"])
    metadata = TokenVerificationMetadata(verifier_key=ready["verifier_key"], issuer=ready["issuer"])
    auth = init_base_auth("https://auth.acme-test.example", ready["api_key"], metadata)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            result = plain(getattr(auth, order["method"])(*order.get("args", []), **order.get("kwargs", {})))
        except Exception as error:  # whatever it is, it is what a caller sees
            result = refusal(error)
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
