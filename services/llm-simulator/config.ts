import { DialError, type Dials, DEFAULT_DIALS, turnDials } from './dials.ts';

/** Exit code for a wrong configuration (EX_CONFIG of sysexits.h). */
export const EX_CONFIG = 78;

/** The models of the example `write-release-note` write about as fast as people read. */
const READING_PACE = {
  models: {
    'claude-sonnet-5-5': { firstTokenMs: 500, tokenMs: 90 },
    'gpt-6.2-sol': { firstTokenMs: 700, tokenMs: 140 },
  },
};

export interface Config {
  port: number;
  host: string;
  debug: boolean;
  dials: Dials;
}

/** The environment is wrong. The message has a line for each variable. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** @throws ConfigError naming every variable that is wrong */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = [];
  if (!['development', 'test', undefined, ''].includes(env['NODE_ENV']))
    faults.push(
      `NODE_ENV=${env['NODE_ENV']}: the simulator is for development. In production, call the vendors`,
    );
  const port = Number(env['PORT'] ?? 8090);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    faults.push(`PORT=${env['PORT']}: expected a port from 0 to 65535`);
  const paced = turnDials(DEFAULT_DIALS, READING_PACE);
  let dials = paced;
  try {
    dials = turnDials(paced, JSON.parse(env['SIMULATOR_DIALS'] ?? '{}'));
  } catch (error) {
    if (!(error instanceof DialError || error instanceof SyntaxError)) throw error;
    faults.push(`SIMULATOR_DIALS=${env['SIMULATOR_DIALS']}: ${error.message}`);
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return { port, host: env['HOST'] ?? '127.0.0.1', debug: env['LOG_LEVEL'] === 'debug', dials };
}
