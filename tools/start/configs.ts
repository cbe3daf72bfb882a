import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { EXIT, StackError } from '../stack-error.ts';
import { findUrlFaults } from './environment.ts';

/** Each has a config-main.ts that reads the environment as the service does. */
const SERVICES = ['api', 'worker', 'llm-simulator'];
/** npm start sets them for each service, whatever the environment says. */
const PORT_VARIABLES = { PORT: undefined, METRICS_PORT: undefined };

/**
 * Lets all services check the environment before anything starts.
 * @param originOf for error messages: where a variable is set
 * @throws StackError with a line for every wrong variable
 */
export async function requireConfigs(
  of: { root: string; env: NodeJS.ProcessEnv },
  originOf: (variable: string) => string = () => '',
): Promise<void> {
  // With your own Keycloak, the embedded provider does not run.
  const services = of.env.KEYCLOAK_URL ? SERVICES : [...SERVICES, 'identity'];
  const scripts = services.map((service) => `services/${service}/config-main.ts`);
  const found = await Promise.all(scripts.map((script) => readFaults(script, of)));
  const faults = new Map<string, string>();
  for (const line of [...findUrlFaults(of.env), ...found.flat()]) {
    const variable = /^[A-Z][A-Z0-9_]*/.exec(line)?.[0] ?? line;
    if (!faults.has(variable)) faults.set(variable, `${line}${originOf(variable)}`);
  }
  const [first, ...others] = faults.values();
  if (first !== undefined) throw new StackError(first, { exitCode: EXIT.config, details: others });
}

function readFaults(
  script: string,
  { root, env }: { root: string; env: NodeJS.ProcessEnv },
): Promise<string[]> {
  const options = { cwd: root, env: { ...env, ...PORT_VARIABLES } };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(root, script)], options, (error, _, stderr) => {
      if (error === null) resolve([]);
      else if (error.code === EXIT.config) resolve(stderr.trim().split('\n'));
      else reject(new StackError(`${script} failed`, { details: stderr.trim().split('\n') }));
    });
  });
}
