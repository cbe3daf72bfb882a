import type { JWTPayload } from 'jose';

/** Who makes a request, as the login service vouches for it. */
export interface Principal {
  /** Stays the same for ever, whatever the name. What somebody owns has their subject. */
  subject: string;
  /** What people know them by, and approvals may ask for. */
  name: string;
  roles: readonly string[];
  via: 'bearer' | 'session';
  /** When what they have shown is over, in milliseconds since 1970. */
  expiresAtMs: number;
}

export const ADMIN = 'admin';
export const BUILDER = 'builder';

export function isAdmin({ roles }: Pick<Principal, 'roles'>): boolean {
  return roles.includes(ADMIN);
}

/** Whose objects somebody sees; null = everybody's. */
export function scopeOf(principal: Principal): string | null {
  return isAdmin(principal) ? null : principal.subject;
}

/** Whether something of this owner is theirs to see and to change. */
export function owns(principal: Principal, owner: string): boolean {
  return isAdmin(principal) || principal.subject === owner;
}

/** @param claims of a token whose signature, issuer and audience have been checked */
export function principalOf(
  claims: JWTPayload,
  via: Principal['via'],
  expiresAtMs: number,
): Principal {
  const { sub: subject = '', preferred_username: name } = claims;
  return {
    subject,
    name: typeof name === 'string' && name !== '' ? name : subject,
    roles: rolesOf(claims['realm_access']),
    via,
    expiresAtMs,
  };
}

function rolesOf(realmAccess: unknown): string[] {
  const { roles } = (realmAccess ?? {}) as { roles?: unknown };
  return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
}
