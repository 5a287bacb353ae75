// PropelAuth's client, with the types of a runtime that has fetch.
import { TokenError } from 'countersign';
import { BadRequestException, ForbiddenException, OrgMemberInfo, propelauth, PropelAuthError, RateLimitedException, UnauthorizedException, User } from 'countersign/propelauth';
import type { UserMetadata } from 'countersign/propelauth';

declare const request: Request;

const client = propelauth({ authUrl: 'https://auth.example.com', apiKey: 'k', tokenVerificationMetadata: { verifierKey: ['a', 'b'] }, fetch, clockTolerance: 5, webhookSecret: ['a', 'b'] });
const user: User = client.validateAccessTokenAndGetUserSync(request.headers.get('authorization'));
const later: Promise<User> = client.validateAccessTokenAndGetUser('Bearer x');
const org: OrgMemberInfo | null = user.getOrg('o');
const allowed: boolean = org?.userIsAtLeastRole('Admin') === true && user.hasPermissionInOrg('o', 'p');
const name: string | null = user.firstName;
const member: OrgMemberInfo = client.validateMinimumOrgRoleAndGetOrg(user, 'o', 'Admin').orgMemberInfo;
const found: Promise<UserMetadata | null> = client.fetchUserMetadataByUserId('u', { includeOrgs: true });
const done: Promise<boolean> = client.deleteUser('u', { timeout: 5 });
const url: string = client.session.loginUrl({ returnTo: 'https://app.example' });

export async function ids(): Promise<string[]> {
  const all: string[] = [];
  for await (const one of client.fetchUsersInOrg('o', { role: 'Admin', pageSize: 5 })) all.push(one.userId, one.roleInOrg);
  return all;
}

void client.verifyWebhook(request).then((event) => [event.type, event.raw.event_type, event.id]);
void client.verifyWebhook({ payload: '{}', headers: { 'svix-id': 'x' } }).type;

declare const thrown: unknown;
if (thrown instanceof PropelAuthError) void [thrown.code, thrown.fieldErrors satisfies Record<string, string[]> | undefined];
if (thrown instanceof RateLimitedException) void (thrown.waitSeconds satisfies number | undefined);
if (thrown instanceof UnauthorizedException || thrown instanceof ForbiddenException || thrown instanceof BadRequestException || thrown instanceof TokenError) void thrown.message;

// @ts-expect-error the auth URL must be given
propelauth({ apiKey: 'k' });
// @ts-expect-error an unknown option
propelauth({ authUrl: 'https://auth.example.com', apikey: 'k' });
// @ts-expect-error a header is no number
client.validateAccessTokenAndGetUserSync(5);
// @ts-expect-error a role must be named
client.validateMinimumOrgRoleAndGetOrg(user, 'o');
// @ts-expect-error a user needs an e-mail address
void client.createUser({ firstName: 'A' });
// @ts-expect-error an unknown parameter
void client.fetchUsersByQuery({ nope: 1 });
// @ts-expect-error users come from tokens
new User();

export const used = [later, allowed, name, member, found, done, url];
