import { errors, jwtVerify } from 'jose';
import { AioError } from '@aio/core/errors';
import type { KeySet } from './key-set.ts';
import { ALGORITHMS } from './bearer.ts';

/** Returns whose sessions end. @throws AioError `bad_request`, `unavailable` */
export type VerifyLogoutToken = (token: string) => Promise<{ sid: string } | { subject: string }>;

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Validates logout tokens (OpenID Connect Back-Channel Logout 1.0, section 2.6). */
export function createLogoutTokenCheck(deps: {
  keySet: KeySet;
  issuer: string;
  audience: string;
}): VerifyLogoutToken {
  const { keySet, issuer, audience } = deps;
  return async (token) => {
    const { payload } = await jwtVerify(token, keySet.getKey, {
      issuer,
      audience,
      typ: 'logout+jwt',
      algorithms: ALGORITHMS,
      requiredClaims: ['iat', 'jti', 'exp'],
    }).catch((error: unknown) => {
      throw error instanceof errors.JOSEError ? refused(error.message, error) : error;
    });
    const events = payload['events'] as Record<string, unknown> | undefined;
    if (typeof events?.[EVENT] !== 'object') throw refused('it has no logout event');
    if (payload['nonce'] !== undefined) throw refused('it has a nonce');
    if (typeof payload['sid'] === 'string') return { sid: payload['sid'] };
    if (payload.sub !== undefined) return { subject: payload.sub };
    throw refused('it has neither sid nor sub');
  };
}

function refused(why: string, cause?: unknown): AioError {
  return new AioError('bad_request', `The logout token is invalid: ${why}.`, { cause });
}
