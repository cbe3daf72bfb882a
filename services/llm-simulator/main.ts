import { DialError, type Dials, DEFAULT_DIALS, turnDials } from './dials.ts';
import { createSimulator } from './server.ts';

const EX_CONFIG = 78;
const SHUTDOWN_GRACE_MS = 5000;

interface Config {
  port: number;
  host: string;
  debug: boolean;
  dials: Dials;
}

/** Reads the environment; one line per wrong variable, then exit code 78. */
function readConfig(env: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const port = Number(env.PORT ?? 8090);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    faults.push(`PORT=${env.PORT}: expected a port from 0 to 65535`);
  let dials = DEFAULT_DIALS;
  try {
    dials = turnDials(DEFAULT_DIALS, JSON.parse(env.SIMULATOR_DIALS ?? '{}'));
  } catch (error) {
    if (!(error instanceof DialError || error instanceof SyntaxError)) throw error;
    faults.push(`SIMULATOR_DIALS=${env.SIMULATOR_DIALS}: ${error.message}`);
  }
  if (faults.length > 0) {
    process.stderr.write(`${faults.join('\n')}\n`);
    process.exit(EX_CONFIG);
  }
  return { port, host: env.HOST ?? '127.0.0.1', debug: env.LOG_LEVEL === 'debug', dials };
}

function writeLog(level: 'debug' | 'info' | 'error', line: Record<string, unknown>): void {
  const time = new Date().toISOString();
  process.stdout.write(`${JSON.stringify({ level, time, service: 'llm-simulator', ...line })}\n`);
}

const { port, host, debug, dials } = readConfig(process.env);
try {
  const simulator = await createSimulator({
    port,
    host,
    dials,
    ...(debug && { log: (line: Record<string, unknown>) => writeLog('debug', line) }),
  });
  writeLog('info', { msg: 'listening', url: simulator.url, dials });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      writeLog('info', { msg: 'stopping', signal });
      void simulator.close(SHUTDOWN_GRACE_MS).then(() => writeLog('info', { msg: 'stopped' }));
    });
} catch (error) {
  writeLog('error', { msg: `cannot listen on ${host}:${port}`, reason: String(error) });
  process.exitCode = 1;
}
