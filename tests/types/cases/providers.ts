// The clients of JustAuthenticateMe, NiceLogin and OpenID Connect, with the types of a runtime that has fetch.
import { JAMBadRequest, JAMInvalid, JAMUnauthorized, justauthenticateme, JustAuthenticateMeError } from 'countersign/justauthenticateme';
import type { RequestOptions as Jam } from 'countersign/justauthenticateme';
import { nicelogin, NiceLoginError, NiceLoginJWKS } from 'countersign/nicelogin';
import type { NiceLoginClaims, RequestOptions as Nl } from 'countersign/nicelogin';
import { oidc, OidcError, presets } from 'countersign/oidc';
import type { RequestOptions as Op } from 'countersign/oidc';
import type { ErrorCode, RequestOptions as Common } from 'countersign';
import { protect } from 'countersign/workers';

declare const request: Request;
declare const thrown: unknown;

const jam = justauthenticateme({ appId: '3f8b2f64-5d0e-4f1c-9e52-7a6b1c2d3e44', fetch });
const mail: Promise<void> = jam.authenticate('user@example.com');
const who: Promise<string> = jam.verifyToken(request).then(({ claims, user }) => claims.email + user.appId);
const fresh: Promise<string> = jam.refresh('r', { timeout: 5_000 });
const landed: string | null = jam.getTokensFromURL(new URL('https://a.example/?idToken=a.b.c')).refreshToken;
if (thrown instanceof JAMBadRequest || thrown instanceof JAMUnauthorized || thrown instanceof JAMInvalid) void thrown.providerStatus;
if (thrown instanceof JustAuthenticateMeError) void [thrown.code satisfies ErrorCode, thrown.toResponse().status, thrown.claim];

const nl = nicelogin({ apiKey: 'nicelogin_x', apiSecret: 'secret_y', companyId: 'c' });
const yes: boolean = nl.verifyToken(request);
const claims: NiceLoginClaims = nl.unpack('a.b.c');
const unverified: true = nl.unpack('a.b.c', { verify: false }).unverified;
const local = new NiceLoginJWKS({ keys: [] });
const same: boolean = NiceLoginJWKS({ keys: [] }, { companyId: 'c' }).verifyToken('a.b.c');
const done: Promise<boolean> = nl.changePassword('a@b', 'old', 'new');
if (thrown instanceof NiceLoginError) void [thrown.status satisfies number, thrown.toResponse().status];

const op = oidc({ issuer: 'https://issuer.example', audience: null, clientId: 'c1', introspectionCache: 30 });
const roles: Promise<string[]> = op.verifyAccessToken(request).then((user) => user.roles);
const id: Promise<string> = op.verifyIdToken('a.b.c', { nonce: null }).then((user) => user.sub);
const active: Promise<boolean> = op.introspect('opaque').then((answer) => answer.active);
const auth0 = presets.auth0({ domain: 'acme.eu.auth0.com', audience: 'https://api.example' });
const custom = presets.auth0({ issuer: 'https://id.example/', audience: 'https://api.example' });
presets.okta({ domain: 'acme.okta.com' });
if (thrown instanceof OidcError) void [thrown.providerCode, thrown.toResponse(), thrown.reason];
const options: (Jam & Nl & Op)[] = [{ timeout: 5, maxRetries: 0, maxRetryWait: 5 }] satisfies Common[];

protect(auth0.verifier)((_request, _env, _context, auth) => Response.json(auth.payload));

// @ts-expect-error the app's id is needed
justauthenticateme({});
// @ts-expect-error both tokens are needed
void jam.deleteRefreshToken('a.b.c');
// @ts-expect-error an unknown option
nicelogin({ apiKey: 'x', apikey: 'x' });
// @ts-expect-error unverified claims are no claims
const wrong: NiceLoginClaims = nl.unpack('a.b.c', { verify: false });
// @ts-expect-error the verdict is no promise
nl.verifyToken('a.b.c').then;
// @ts-expect-error the audience must be given, if only as null
oidc({ issuer: 'https://issuer.example' });
// @ts-expect-error so must the nonce
void op.verifyIdToken('a.b.c');
// @ts-expect-error a domain or an issuer is needed
presets.auth0({ audience: 'a' });

export const used = [options, mail, who, fresh, landed, yes, claims, unverified, local, same, done, roles, id, active, custom, wrong];
