/** The claims of a token whose signature, issuer and audience have been checked. */
export type Claims = Readonly<Record<string, unknown>>;

/** A person, as a validated token names it. */
export interface Person {
  /** Never changes, even if the name does. */
  subject: string;
  /** `preferred_username`, or else the subject. Only to show: issuers may let people choose it (OpenID Connect Core, 5.7). */
  name: string;
  /** The name that the issuer gives to nobody else; absent = no such claim. */
  uniqueName?: string | undefined;
  roles: string[];
}

/**
 * Reads a list of texts, or one text. A claim that is absent or of another type has no roles.
 * @param claim name of the claim, or a path to it: `groups`, `realm_access.roles`
 */
export function rolesReader(claim: string): (claims: Claims) => string[] {
  return (claims) => {
    // Names may contain dots, e.g. `https://example.com/roles`.
    const isName = Object.hasOwn(claims, claim);
    const found = isName ? claims[claim] : claim.split('.').reduce<unknown>(childOf, claims);
    return [found].flat().filter((role) => typeof role === 'string');
  };
}

function childOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Claims)[name]
    : undefined;
}

/**
 * The person whom the claims name.
 * @param rolesOf see `rolesReader`
 * @param uniqueNameClaim claim with the unique name; '' = none
 */
export function personOf(
  claims: Claims,
  rolesOf: (claims: Claims) => string[],
  uniqueNameClaim = '',
): Person {
  const { sub: subject, preferred_username: name } = claims;
  return {
    subject: textOf(subject),
    name: textOf(name) || textOf(subject),
    uniqueName: textOf(claims[uniqueNameClaim]) || undefined,
    roles: rolesOf(claims),
  };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
