import { createPublicKey } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWK,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
} from 'jose';
import { AioError } from '@aio/core/errors';
import { withoutTrace } from '@aio/runtime/trace-context';
import { logEvent } from '@aio/runtime/log-event';
import type { Log } from '../log.ts';

/** The public keys of the login service. */
export interface KeySet {
  /** @throws JWKSNoMatchingKey, or AioError `unavailable` if no key was ever read */
  getKey: JWTVerifyGetKey;
}

/** The API refuses a removed key after this time at the latest. */
const MAX_AGE_MS = 10 * 60_000;
/** Tokens with unknown keys cause at most one request in this time. */
const LOOK_AGAIN_MS = 10_000;
const LOOK_AGAIN_AFTER_FAILURE_MS = 2_000;
const ANSWER_WITHIN_MS = 5_000;

/**
 * Reads the keys at first use, for an unknown key, and every ten minutes. If the login service is
 * down or publishes no usable key, known keys stay valid, so tokens work through an outage.
 */
export function createKeySet(deps: {
  /** Finds the address of the keys. */
  findUrl: () => Promise<string>;
  log: Log;
  /** Called when the keys have changed. */
  onChange: () => void;
  /** Called when reading fails, or finds no usable key. */
  onFailure?: () => void;
  fetch?: typeof globalThis.fetch;
  now?: () => number;
}): KeySet {
  const { findUrl, log, onChange, onFailure, fetch = globalThis.fetch, now = Date.now } = deps;
  let known: { text: string; find: ReturnType<typeof createLocalJWKSet> } | null = null;
  let readAtMs = -Infinity;
  let nextLookAtMs = -Infinity;
  let reading: Promise<void> | null = null;

  function refresh(): Promise<void> {
    if (reading === null && now() < nextLookAtMs) return Promise.resolve();
    return (reading ??= withoutTrace(read).finally(() => (reading = null)));
  }

  async function read(): Promise<void> {
    nextLookAtMs = now() + LOOK_AGAIN_AFTER_FAILURE_MS;
    try {
      const response = await fetch(await findUrl(), {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      if (!response.ok) throw new Error(`the login service answered ${response.status}`);
      const text = await response.text();
      if (text !== known?.text) {
        const keySet = JSON.parse(text) as JSONWebKeySet;
        const find = createLocalJWKSet(keySet);
        if (!keySet.keys.some(isUsable)) throw new Error('the key set has no usable key');
        known = { text, find };
        onChange();
      }
      readAtMs = now();
      nextLookAtMs = readAtMs + LOOK_AGAIN_MS;
    } catch (error) {
      logEvent(log, 'keysUnreadable', { err: error });
      onFailure?.();
    }
  }

  return {
    async getKey(header, token) {
      if (known === null) await refresh();
      else if (now() - readAtMs > MAX_AGE_MS) void refresh();
      try {
        return await find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        await refresh();
        return find(header, token);
      }
    },
  };

  function find(...args: Parameters<JWTVerifyGetKey>) {
    if (known !== null) return known.find(args[0] as JWTHeaderParameters, args[1]);
    throw new AioError(
      'unavailable',
      'The login service does not answer, or has no keys, so the API cannot check tokens. Try again later.',
    );
  }
}

/** Whether the key can check signatures. */
function isUsable(key: JWK): boolean {
  if (key.use === 'enc') return false;
  try {
    createPublicKey({ key, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}
