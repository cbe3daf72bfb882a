import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileIn = (dataDir: string) => join(dataDir, 'profiling-token');

/**
 * Gives the processes of `npm start` a token for profiles, and keeps it where `npm run observe:profile` finds it.
 * Without a token, an http step could take profiles, because in development it may call this machine.
 */
export function makeProfilingToken(env: NodeJS.ProcessEnv, dataDir: string): string {
  const token = env.PROFILING_TOKEN || randomBytes(24).toString('base64url');
  writeFileSync(fileIn(dataDir), token, { mode: 0o600 });
  return token;
}

/** The token of the environment, or else of the last `npm start`; undefined = none. */
export function findProfilingToken(env: NodeJS.ProcessEnv, dataDir: string): string | undefined {
  if (env.PROFILING_TOKEN) return env.PROFILING_TOKEN;
  try {
    return readFileSync(fileIn(dataDir), 'utf8');
  } catch {
    return undefined;
  }
}
