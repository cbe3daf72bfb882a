import { hash } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { AioError } from '@aio/core/errors';
import type { KeySet } from './key-set.ts';
import { keepNewest } from '../keep-newest.ts';
import { type Claims, personOf } from './claims.ts';
import type { Principal } from './principal.ts';

/** Returns the owner of the access token. @throws AioError `unauthenticated`, `unavailable` */
export type VerifyBearer = (token: string) => Promise<Principal>;

export interface Bearer {
  verify: VerifyBearer;
  /** Drops all checked tokens, because the keys have changed. */
  forget(): void;
}

/** Fixed, because a token could name `none`, or HMAC with the public key as its secret. */
export const ALGORITHMS = ['RS256', 'ES256'];
/** RFC 9068. ID tokens of the same issuer and client have another type. */
const ACCESS_TOKEN_TYPE = 'at+jwt';
const CLOCK_TOLERANCE_S = 5;
const MAX_KEPT = 2_000;

/** Checks access tokens and caches the result, because a signature costs more than the rest of a small request. */
export function createBearer(deps: {
  keySet: KeySet;
  issuer: string;
  audience: string;
  /** Reads the roles of a token. */
  rolesOf: (claims: Claims) => string[];
  /** See `personOf`. */
  uniqueNameClaim?: string;
  /** Called with the owner of each new token. */
  remember: (principal: Principal) => Promise<void>;
  now?: () => number;
}): Bearer {
  const { keySet, issuer, audience, rolesOf, uniqueNameClaim, remember, now = Date.now } = deps;
  const kept = new Map<string, Principal>();

  async function check(token: string): Promise<Principal> {
    try {
      const { payload } = await jwtVerify(token, keySet.getKey, {
        issuer,
        audience,
        typ: ACCESS_TOKEN_TYPE,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(now()),
      });
      const expiresAtMs = (payload.exp ?? 0) * 1000;
      return { ...personOf(payload, rolesOf, uniqueNameClaim), via: 'bearer', expiresAtMs };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw new AioError(
        'unauthenticated',
        `The access token is invalid or expired: ${error.message}. Request a new one.`,
        {
          cause: error,
        },
      );
    }
  }

  return {
    async verify(token) {
      const key = hash('sha256', token, 'base64');
      const known = kept.get(key);
      if (known !== undefined && known.expiresAtMs > now()) return known;
      kept.delete(key);
      const principal = await check(token);
      keepNewest(kept, key, principal, MAX_KEPT);
      await remember(principal);
      return principal;
    },
    forget: () => kept.clear(),
  };
}
