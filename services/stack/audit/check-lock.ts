/** Checks package-lock.json itself, without a registry. */

interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  /** A workspace of the project. */
  link?: boolean;
  /** The archive of its parent package contains it; the parent's checksum covers it. */
  inBundle?: boolean;
  /** The author's reason not to use it. */
  deprecated?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface Lock {
  packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockReport {
  /** How many packages are not workspaces. */
  packages: number;
  /** One line each. */
  faults: string[];
  deprecated: string[];
}

const FOLDER = 'node_modules/';
const CHECKSUM = /^sha512-/;
/** One version, or `*` for a workspace of the project. */
const EXACT = /^(npm:.+@)?\d+\.\d+\.\d+(-[\w.]+)?$|^\*$/;

/**
 * Checks that every package has a checksum and no fixed address, runs no install script, and that the project pins
 * exact versions.
 * @param allowScripts of package.json: false = its install script does not run
 */
export function checkLock(lock: Lock, allowScripts: Readonly<Record<string, boolean>>): LockReport {
  const faults: string[] = [];
  const deprecated: string[] = [];
  let packages = 0;
  for (const [path, locked] of Object.entries(lock.packages)) {
    if (locked.link) continue;
    if (!path.includes(FOLDER)) {
      faults.push(...findLoose(path, locked));
      continue;
    }
    packages += 1;
    const name = path.slice(path.lastIndexOf(FOLDER) + FOLDER.length);
    const label = `${name} ${locked.version ?? ''}`.trim();
    if (!locked.inBundle && !CHECKSUM.test(locked.integrity ?? ''))
      faults.push(`${label} has no checksum: remove it and install it again`);
    if (locked.resolved !== undefined)
      faults.push(
        `${label} has a fixed address ("resolved"): run "npm install" with the project's .npmrc`,
      );
    if (locked.hasInstallScript && allowScripts[name] !== false)
      faults.push(
        `${label} has an install script: set it to false in allowScripts, or remove the package`,
      );
    if (locked.deprecated !== undefined) deprecated.push(`${label}: ${locked.deprecated}`);
  }
  return { packages, faults, deprecated };
}

function findLoose(path: string, locked: LockedPackage): string[] {
  const { dependencies, devDependencies, optionalDependencies } = locked;
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, wanted]) => !EXACT.test(wanted))
    .map(
      ([name, wanted]) => `${path || 'package.json'} requires ${name} ${wanted}: pin one version`,
    );
}
