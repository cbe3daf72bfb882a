import type { DebianProgram } from '../servers/debian-packages.ts';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Variants of iptables. Debian's `alternatives` would link them, but unpacking a package does not. */
export const IPTABLES_KINDS = ['nft', 'legacy'] as const;
const IPTABLES_NAMES = ['iptables', 'iptables-save', 'iptables-restore'];
/** For example `usr/lib/x86_64-linux-gnu`. */
const LIBRARIES = `usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;

/** Makes `iptables` load libraries and modules from the unpacked packages below `root`. */
export function iptablesEnvironment(root: string): Record<string, string> {
  return {
    LD_LIBRARY_PATH: join(root, LIBRARIES),
    XTABLES_LIBDIR: join(root, LIBRARIES, 'xtables'),
  };
}

export const DOCKERD: DebianProgram = {
  names: ['dockerd'],
  packages: ['docker.io', 'containerd', 'runc', 'iptables', 'iproute2'],
  binary: '/usr/sbin/dockerd',
  env: iptablesEnvironment,
  prepare(home, root) {
    for (const kind of IPTABLES_KINDS) {
      mkdirSync(join(home, kind));
      for (const name of IPTABLES_NAMES)
        symlinkSync(join(root, `usr/sbin/xtables-${kind}-multi`), join(home, kind, name));
    }
  },
};

export const DEBOOTSTRAP: DebianProgram = {
  names: ['debootstrap'],
  packages: ['debootstrap'],
  binary: '/usr/sbin/debootstrap',
  env: (root) => ({ DEBOOTSTRAP_DIR: join(root, 'usr/share/debootstrap') }),
};
