import { timingSafeEqual, createHash } from 'node:crypto';
import type { Account, AccountClaims } from 'oidc-provider';
import type { Realm, RealmUser } from '../realm.ts';

/** Claims as Keycloak puts them into tokens. */
export interface UserClaims {
  preferred_username: string;
  realm_access: { roles: string[] };
  name?: string;
  given_name?: string;
  family_name?: string;
  email?: string;
  email_verified?: boolean;
}

/** Users of a realm: checks their passwords, and returns their claims. */
export interface Accounts {
  /** undefined = wrong name or password, or the user may not log in. */
  authenticate(username: string, password: string): RealmUser | undefined;
  /** undefined = unknown, or disabled. */
  find(subject: string): Account | undefined;
  claimsOf(subject: string): UserClaims | undefined;
  /** Service account of a client. */
  serviceAccountOf(clientId: string): RealmUser | undefined;
}

export function createAccounts({ users }: Pick<Realm, 'users'>): Accounts {
  const bySubject = new Map(users.map((user) => [user.id, user]));

  function claimsOf(subject: string): UserClaims | undefined {
    const user = bySubject.get(subject);
    return user && toClaims(user);
  }

  return {
    authenticate(username, password) {
      const user = users.find((one) => isNamed(one, username));
      const expected = user?.credentials?.find(({ type }) => type === 'password')?.value;
      if (!isSame(password, expected ?? '') || expected === undefined) return undefined;
      return user?.enabled ? user : undefined;
    },
    find(subject) {
      if (bySubject.get(subject)?.enabled !== true) return undefined;
      const claims = claimsOf(subject);
      if (claims === undefined) return undefined;
      return { accountId: subject, claims: (): AccountClaims => ({ sub: subject, ...claims }) };
    },
    claimsOf,
    serviceAccountOf: (clientId) =>
      users.find(({ serviceAccountClientId }) => serviceAccountClientId === clientId),
  };
}

function toClaims(user: RealmUser): UserClaims {
  const name = [user.firstName, user.lastName].filter(Boolean).join(' ');
  return {
    preferred_username: user.username,
    realm_access: { roles: [...user.realmRoles] },
    ...(name && { name }),
    ...(user.firstName && { given_name: user.firstName }),
    ...(user.lastName && { family_name: user.lastName }),
    ...(user.email && { email: user.email, email_verified: user.emailVerified ?? false }),
  };
}

function isNamed({ username, email }: RealmUser, given: string): boolean {
  const name = given.toLowerCase();
  return username.toLowerCase() === name || email?.toLowerCase() === name;
}

/** Compares secrets: takes the same time for all texts. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
