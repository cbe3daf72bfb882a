import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { findOnPath } from '../process/find-on-path.ts';

/** Keycloak 26 requires it. */
const OLDEST = 17;

/** The Java of `JAVA_HOME`, else of PATH. A string says why it does not work. */
export function findJava(env: NodeJS.ProcessEnv): { path: string } | string {
  const folders = [env.JAVA_HOME ? join(env.JAVA_HOME, 'bin') : '', env.PATH ?? ''];
  const path = findOnPath(['java'], folders.filter(Boolean).join(delimiter));
  if (path === undefined) return 'Java is not installed';
  const { stderr } = spawnSync(path, ['-version'], { env, encoding: 'utf8' });
  // `openjdk version "17.0.15" 2025-04-15`; old versions print "1.8.0_402".
  const version = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  return version >= OLDEST ? { path } : `${path} is older than Java ${OLDEST}`;
}
