import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { StackError } from '../stack-error.ts';

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

const CANDIDATES = ['postgres', 'nobody', 'daemon'];

/**
 * The system's unprivileged user for servers that refuse to run as root.
 * undefined = this process is not root, so it runs them itself.
 */
export function findUnprivilegedUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  for (const candidate of CANDIDATES) {
    const user = users.find(({ name, uid }) => name === candidate && uid > 0);
    if (user) return user;
  }
  throw new StackError(
    `PostgreSQL refuses to run as root, and the users ${CANDIDATES.join(', ')} do not exist; run this as another user, or set DATABASE_URL`,
  );
}

/** Whether the user can read and enter a folder. */
export function canReach(path: string, user: SystemUser | undefined): boolean {
  const result = spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], {
    cwd: '/',
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  return result.status === 0;
}
