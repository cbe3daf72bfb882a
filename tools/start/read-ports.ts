import {
  findRefusedPort,
  type Ports,
  PORT_VARIABLES,
  PORTS,
  shiftPorts,
} from '../process/ports.ts';
import { EXIT, StackError } from '../stack-error.ts';

const HIGHEST = 65_535;

/**
 * The port of each part: that of its variable, or its default, plus the offset.
 * @param originOf for error messages: where a variable is set
 * @throws StackError with a line for every port that no server can have
 */
export function readPorts(
  env: NodeJS.ProcessEnv,
  offset: number,
  originOf: (variable: string) => string = () => '',
): Ports {
  const base: Ports = { ...PORTS };
  const faults: string[] = [];
  for (const [part, variable] of Object.entries(PORT_VARIABLES)) {
    const given = env[variable];
    if (!given) continue;
    const port = Number(given);
    base[part as keyof Ports] = port;
    if (/^\d+$/.test(given) && port >= 1 && port <= HIGHEST) continue;
    faults.push(`${variable}=${given}: expected a port from 1 to ${HIGHEST}${originOf(variable)}`);
  }
  const ports = shiftPorts(offset, base);
  if (faults.length === 0) faults.push(...findUnusable(ports));
  const [first, ...others] = faults;
  if (first === undefined) return ports;
  throw new StackError(first, { exitCode: EXIT.config, details: others });
}

function findUnusable(ports: Ports): string[] {
  const high = Object.entries(ports).find(([, port]) => port > HIGHEST);
  const refused = findRefusedPort(ports);
  return [
    ...(high ? [`${nameOf(high[0])} would be on port ${high[1]}, above ${HIGHEST}`] : []),
    ...(refused
      ? [`${nameOf(refused.part)} would be on port ${refused.port}, which browsers refuse`]
      : []),
  ].map((fault) => `${fault}; choose another port or --port-offset`);
}

/** The part, with the variable that moves it. */
function nameOf(part: string): string {
  const variable = (PORT_VARIABLES as Partial<Record<string, string>>)[part];
  return variable ? `${part} (${variable})` : part;
}
