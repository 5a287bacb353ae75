/** Results of SDKs in one form, so that they can be compared. */

/** `createdAt` → `created_at`. */
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Names that SDKs give the same thing. */
const ALIASES = {
  org_id_to_org_info: 'orgs_of_user',
  org_id_to_org_member_info: 'orgs_of_user',
  user_assigned_role: 'role',
  user_role: 'role',
  assigned_role: 'role',
  user_inherited_roles_plus_current_role: 'inherited_roles',
  inherited_user_roles_plus_current_role: 'inherited_roles',
  inherited_roles_plus_current_role: 'inherited_roles',
  user_permissions: 'permissions',
  user_assigned_additional_roles: 'additional_roles',
  assigned_additional_roles: 'additional_roles',
  user_roles: 'inherited_roles',
};

const ITEMS = ['data', 'users', 'orgs', 'api_keys', 'invites', 'user_reports', 'org_reports'];
const TOTALS = ['total', 'total_users', 'total_orgs', 'total_api_keys', 'total_invites', 'total_count'];
const MORE = ['has_more', 'has_more_results'];

/** What an SDK leaves out of what the provider sends, so that it cannot be compared. */
export const DROPPED = {
  node: [],
  python: ['additional_roles_in_org', 'role_in_org', 'update_password_required'],
  worker: [
    'can_setup_saml', 'custom_role_mapping_name', 'domain_autojoin', 'domain_restrict', 'extra_domains', 'is_saml_configured',
    'is_saml_in_test_mode', 'legacy_org_id', 'metadata', 'password_rotation_enabled', 'password_rotation_history_size',
    'password_rotation_period', 'url_safe_org_slug',
  ],
};

/** The value without members of these names, at any depth. */
export function without(names, value) {
  if (Array.isArray(value)) return value.map((item) => without(names, item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !names.includes(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, without(names, member)]));
}

/** Plain data with snake_case names; what is null, undefined or a function is left out. */
export function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .filter(([, member]) => member !== null && member !== undefined && typeof member !== 'function')
    .map(([name, member]) => [ALIASES[snake(name)] ?? snake(name), plain(member)]);
  return paged(Object.fromEntries(members.sort(([one], [other]) => (one < other ? -1 : 1))));
}

/** A page by its parts, whatever they are called. */
function paged(members) {
  const has = (names) => names.find((name) => name in members);
  const [items, more] = [has(ITEMS), has(MORE)];
  if (items === undefined || more === undefined) return members;
  return { items: members[items], total: members[has(TOTALS)], more: members[more] };
}

/** Ours and theirs, as texts that are equal when the results are. */
export const text = (value) => JSON.stringify(plain(value ?? null));
