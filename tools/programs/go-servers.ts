import { basename, delimiter, join } from 'node:path';
import { findOnPath } from '../process/find-on-path.ts';

/** Another project's server or tool that we build from its Go module. */
export interface GoServer {
  name: string;
  /** For people; a module's version can differ from the program's. */
  title: string;
  module: string;
  version: string;
  /** Commands of the module, the server first; the last part of each path becomes the name of a program. */
  commands: readonly [string, ...string[]];
  /** Name of the only program, if its command's folder has another name. */
  program?: string;
  /** Build tags. */
  tags?: readonly string[];
  /** The variable that `--version` shows, and its value; absent = the module sets it as a constant. */
  stamp?: readonly [variable: string, value: string];
}

export const GO_SERVERS: readonly GoServer[] = [
  {
    name: 'jaeger',
    title: 'Jaeger 2.13.0',
    module: 'github.com/jaegertracing/jaeger',
    version: 'v1.76.0',
    commands: ['cmd/jaeger'],
    stamp: ['github.com/jaegertracing/jaeger/internal/version.latestVersion', 'v2.13.0'],
  },
  {
    name: 'prometheus',
    title: 'Prometheus 3.14.0',
    module: 'github.com/prometheus/prometheus',
    version: 'v0.314.0',
    commands: ['cmd/prometheus', 'cmd/promtool'],
    // Cloud discovery is most of the code to compile; we only need DNS and files.
    tags: ['remove_all_sd', 'enable_dns_sd'],
    stamp: ['github.com/prometheus/common/version.Version', '3.14.0'],
  },
  {
    name: 'k6',
    title: 'k6 1.8.1',
    module: 'go.k6.io/k6',
    version: 'v1.8.1',
    commands: ['.'],
    program: 'k6',
  },
];

/** The folder of a server's programs; each version has its own. */
export function serverFolder(dataDir: string, { name, version }: GoServer): string {
  return join(dataDir, 'servers', `${name}-${version}`);
}

/** Names of the programs of a server. */
export function programsOf({ commands, program }: GoServer): string[] {
  return program === undefined ? commands.map((command) => basename(command)) : [program];
}

/** Paths of the programs of a server; undefined = not all are in the data folder. */
export function findBuilt(dataDir: string, server: GoServer): string[] | undefined {
  const folder = serverFolder(dataDir, server);
  const programs = programsOf(server).map((program) => findOnPath([program], folder));
  return programs.every((path) => path !== undefined) ? programs : undefined;
}

/** A program in the data folder: in `bin`, which is people's own, or of a server that was built. */
export function findOwn(names: readonly string[], dataDir: string): string | undefined {
  const folders = GO_SERVERS.map((server) => serverFolder(dataDir, server));
  return findOnPath(names, [join(dataDir, 'bin'), ...folders].join(delimiter));
}
