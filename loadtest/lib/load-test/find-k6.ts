import { findOnPath } from '@aio/stack/find-on-path';
import { findK6 as findProgram } from '@aio/stack/k6';
import { EXIT, StackError } from '@aio/stack/stack-error';
import { spawnSync } from 'node:child_process';

/** The image that is run where the program is not. */
const IMAGE = 'grafana/k6:2.2.0';

/** How k6 is started on this machine. */
export interface K6 {
  /** For people, e.g. `/usr/bin/k6` or the image. */
  source: string;
  command: string;
  /** What stands before k6's own arguments. */
  argsBefore: (work: { folder: string; envNames: readonly string[] }) => string[];
}

export interface K6Options {
  /** The data folder: people's own programs are in its `bin`. */
  programDir: string;
  searchPath: string;
  /** As `process.platform`. */
  platform?: NodeJS.Platform;
}

/**
 * k6 on PATH, else in the data folder, else its container image.
 * @returns undefined = this machine has none of them
 */
export function findK6({
  programDir,
  searchPath,
  platform = process.platform,
}: K6Options): K6 | undefined {
  const program = findProgram({ dataDir: programDir, searchPath });
  if (program) return k6At(program);
  // Elsewhere the network of the machine that runs containers is not this machine's.
  const docker = platform === 'linux' ? findOnPath(['docker'], searchPath) : undefined;
  if (docker === undefined) return undefined;
  return { source: `image ${IMAGE}`, command: docker, argsBefore: dockerArgs };
}

/** The program itself. */
export function k6At(path: string): K6 {
  return { source: path, command: path, argsBefore: () => [] };
}

/** @throws StackError that says how to get one */
export function requireK6(options: K6Options): K6 {
  const k6 = findK6(options);
  if (k6) return k6;
  throw new StackError('there is no k6 on this machine', {
    exitCode: EXIT.unavailable,
    details: [
      'Any of these will do:',
      `  a k6 from version 1 on PATH, or at ${options.programDir}/bin/k6: https://grafana.com/docs/k6/latest/set-up/install-k6/`,
      `  docker on Linux, which gets ${IMAGE}`,
      'Beside a stack in containers: docker compose --profile load run --rm k6 run baseline.js',
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

/** On the machine's own network, since all is at localhost, and as who calls, so that results are theirs. */
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
