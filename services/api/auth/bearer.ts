import { hash } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { AioError } from '@aio/core/errors';
import type { KeySet } from './key-set.ts';
import { keepNewest } from '../keep-newest.ts';
import { type Principal, principalOf } from './principal.ts';

/** Whose access token this is. @throws AioError `unauthenticated`, `unavailable` */
export type VerifyBearer = (token: string) => Promise<Principal>;

export interface Bearer {
  verify: VerifyBearer;
  /** Checks every token anew, because the keys have changed. */
  forget(): void;
}

/** Never what a token itself says: `none` and HMAC with a public key are no signatures. */
export const ALGORITHMS = ['RS256', 'ES256'];
/** RFC 9068. An ID token of the same issuer for the same client has another type. */
const ACCESS_TOKEN_TYPE = 'at+jwt';
const CLOCK_TOLERANCE_S = 5;
const MAX_KEPT = 2_000;

/** Checks access tokens, each once: a signature costs more than the rest of a small request. */
export function createBearer(deps: {
  keySet: KeySet;
  issuer: string;
  audience: string;
  /** Called with whoever shows a token for the first time. */
  remember: (principal: Principal) => Promise<void>;
  now?: () => number;
}): Bearer {
  const { keySet, issuer, audience, remember, now = Date.now } = deps;
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
      return principalOf(payload, 'bearer', (payload.exp ?? 0) * 1000);
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw new AioError('unauthenticated', `The bearer token is not good: ${error.message}.`, {
        cause: error,
      });
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
