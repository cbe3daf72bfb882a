import { ListenError } from '@aio/http/listen';
import { ConfigError, EX_CONFIG, readConfig } from './config.ts';
import { createSimulator } from './server.ts';

const SHUTDOWN_GRACE_MS = 5000;

function writeLog(level: 'debug' | 'info' | 'error', line: Record<string, unknown>): void {
  const time = new Date().toISOString();
  process.stdout.write(`${JSON.stringify({ level, time, service: 'llm-simulator', ...line })}\n`);
}

/** Prints a line per wrong variable and exits with 78. */
function configure() {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EX_CONFIG);
  }
}

const { port, host, debug, dials } = configure();
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
  writeLog('error', { msg: error instanceof ListenError ? error.message : String(error) });
  process.exitCode = 1;
}
