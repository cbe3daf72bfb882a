/** Asks npm's registry about the dependencies in package-lock.json. */

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Vulnerability {
  name: string;
  /** The affected versions. */
  range: string;
  severity: string;
  /** Title and address of each. */
  advisories: string[];
  /** The version to install; null = there is none, or another package must change. */
  fix: string | null;
}

export type RegistryAnswer =
  | { type: 'answered'; vulnerabilities: Vulnerability[] }
  /** The registry is down, or does not support audits (many mirrors). */
  | { type: 'unanswered'; reason: string };

/** As `npm audit --json` prints it. */
interface AuditReport {
  message?: string;
  error?: { summary?: string };
  vulnerabilities?: Record<string, ReportedVulnerability>;
}

interface ReportedVulnerability {
  name: string;
  range: string;
  severity: string;
  /** A string = the package through which this one is affected. */
  via: (string | { title: string; url: string })[];
  fixAvailable: boolean | { name: string; version: string };
}

/**
 * Runs `npm audit` in a folder with a package-lock.json, without an install. npm sends names and versions to the
 * registry of its settings.
 */
export async function askRegistry(options: {
  cwd: string;
  env: NodeJS.ProcessEnv;
}): Promise<RegistryAnswer> {
  const args = ['audit', '--json', '--package-lock-only', '--fetch-retries=1'];
  const npm = spawn('npm', args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<string | null>((resolve) => {
    npm.once('error', (error) => resolve(error.message));
    npm.once('close', () => resolve(null));
  });
  const [failure, printed, said] = await Promise.all([ended, text(npm.stdout), text(npm.stderr)]);
  if (failure !== null) return { type: 'unanswered', reason: `npm did not start (${failure})` };
  const report = parse(printed);
  if (report?.vulnerabilities === undefined) {
    const reason = report?.message || report?.error?.summary || said.trim().split('\n')[0];
    return { type: 'unanswered', reason: reason || 'npm audit printed nothing' };
  }
  return {
    type: 'answered',
    vulnerabilities: Object.values(report.vulnerabilities).map(toVulnerability),
  };
}

function parse(printed: string): AuditReport | null {
  try {
    return JSON.parse(printed) as AuditReport;
  } catch {
    return null;
  }
}

function toVulnerability(reported: ReportedVulnerability): Vulnerability {
  const { name, range, severity, via, fixAvailable } = reported;
  const isOwnFix = typeof fixAvailable === 'object' && fixAvailable.name === name;
  return {
    name,
    range,
    severity,
    advisories: via.map((one) =>
      typeof one === 'string' ? `by ${one}` : `${one.title} ${one.url}`,
    ),
    fix: isOwnFix ? fixAvailable.version : null,
  };
}
