import { findOnPath } from '@aio/tools/process/find-on-path';
import { findK6 as findProgram } from '@aio/tools/servers/k6';
import { StackError } from '@aio/tools/stack-error';
import { spawnSync } from 'node:child_process';

/** The image to use if the program is missing. */
const IMAGE = 'grafana/k6:2.2.0';

/** How to start k6 on this machine. */
export interface K6 {
  command: string;
  /** Arguments before k6's own. */
  argsBefore: (work: { folder: string; envNames: readonly string[] }) => string[];
}

interface Places {
  /** The data folder; its `bin` has the user's programs. */
  programDir: string;
  searchPath: string;
}

/**
 * Finds k6 on PATH, in the data folder, or as a container image.
 * @returns undefined = this machine has none of them
 */
export function findK6(
  { programDir, searchPath }: Places,
  platform: NodeJS.Platform = process.platform,
): K6 | undefined {
  const program = findProgram({ dataDir: programDir, searchPath });
  if (program) return k6At(program);
  // Only on Linux do containers share the network of this machine.
  const docker = platform === 'linux' ? findOnPath(['docker'], searchPath) : undefined;
  return docker === undefined ? undefined : { command: docker, argsBefore: dockerArgs };
}

export function k6At(path: string): K6 {
  return { command: path, argsBefore: () => [] };
}

/** @throws StackError that says how to install k6 */
export function requireK6(places: Places): K6 {
  const k6 = findK6(places);
  if (k6) return k6;
  throw new StackError('k6 not found', {
    details: [
      'Do one of these:',
      '  run npm run servers -- k6',
      `  install version 1 or later on PATH or as ${places.programDir}/bin/k6: https://grafana.com/docs/k6/latest/set-up/install-k6/`,
      `  on Linux, install docker, which runs ${IMAGE}`,
      '  with Docker Compose, run docker compose --profile load run --rm k6 run baseline.js',
    ],
  });
}

/** e.g. `k6 v2.2.0` */
export function versionOf(k6: K6): string {
  const args = [...k6.argsBefore({ folder: '/tmp', envNames: [] }), 'version'];
  const { stdout } = spawnSync(k6.command, args, { encoding: 'utf8' });
  return /k6(\.exe)? v\S+/.exec(stdout ?? '')?.[0] ?? 'k6 of unknown version';
}

/** Uses the host network, because the stack is at localhost, and the caller's user, who then owns the results. */
const dockerArgs: K6['argsBefore'] = ({ folder, envNames }) => {
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  return [
    'run',
    '--rm',
    '--network=host',
    `--user=${user}`,
    `--volume=${folder}:${folder}`,
    `--workdir=${folder}`,
    ...envNames.flatMap((name) => ['--env', name]),
    IMAGE,
  ];
};
