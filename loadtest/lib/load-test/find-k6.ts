import { findOnPath } from '@aio/stack/find-on-path';
import { findK6 as findProgram } from '@aio/stack/k6';
import { EXIT, StackError } from '@aio/stack/stack-error';
import { spawnSync } from 'node:child_process';

/** The image to use if the program is missing. */
const IMAGE = 'grafana/k6:2.2.0';

/** How to start k6 on this machine. */
export interface K6 {
  /** Path or image, for people. */
  source: string;
  command: string;
  /** Arguments before k6's own. */
  argsBefore: (work: { folder: string; envNames: readonly string[] }) => string[];
}

export interface K6Options {
  /** The data folder; its `bin` has the user's programs. */
  programDir: string;
  searchPath: string;
  /** As `process.platform`. */
  platform?: NodeJS.Platform;
}

/**
 * Finds k6 on PATH, in the data folder, or as a container image.
 * @returns undefined = this machine has none of them
 */
export function findK6({
  programDir,
  searchPath,
  platform = process.platform,
}: K6Options): K6 | undefined {
  const program = findProgram({ dataDir: programDir, searchPath });
  if (program) return k6At(program);
  // Only on Linux do containers share the network of this machine.
  const docker = platform === 'linux' ? findOnPath(['docker'], searchPath) : undefined;
  if (docker === undefined) return undefined;
  return { source: `image ${IMAGE}`, command: docker, argsBefore: dockerArgs };
}

/** k6 at this path. */
export function k6At(path: string): K6 {
  return { source: path, command: path, argsBefore: () => [] };
}

/** @throws StackError that says how to install k6 */
export function requireK6(options: K6Options): K6 {
  const k6 = findK6(options);
  if (k6) return k6;
  throw new StackError('k6 not found', {
    exitCode: EXIT.unavailable,
    details: [
      'Do one of these:',
      '  run npm run servers -- k6',
      `  install version 1 or later on PATH or as ${options.programDir}/bin/k6: https://grafana.com/docs/k6/latest/set-up/install-k6/`,
      `  on Linux, install docker, which runs ${IMAGE}`,
      '  with Docker Compose, run docker compose --profile load run --rm k6 run baseline.js',
    ],
  });
}

/** e.g. `k6 v2.2.0` */
export function versionOf(k6: K6): string {
  const { stdout } = spawnSync(
    k6.command,
    [...k6.argsBefore({ folder: '/tmp', envNames: [] }), 'version'],
    {
      encoding: 'utf8',
    },
  );
  return /k6(\.exe)? v\S+/.exec(stdout ?? '')?.[0] ?? 'k6 of unknown version';
}

/** Uses the host network, because the stack is at localhost, and the caller's user, who then owns the results. */
function dockerArgs({
  folder,
  envNames,
}: {
  folder: string;
  envNames: readonly string[];
}): string[] {
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
}
