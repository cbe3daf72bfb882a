import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { askRegistry, type Vulnerability } from './audit/ask-registry.ts';
import { checkLock, type Lock } from './audit/check-lock.ts';
import { EXIT, reportError, StackError } from './stack-error.ts';

/** `npm run audit`: checks the lock file, then asks npm's registry, which may not answer. */
const root = resolve(import.meta.dirname, '../..');
const say = (line: string) => console.log(line);

try {
  process.exitCode = await audit();
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

async function audit(): Promise<number> {
  const read = (file: string) => JSON.parse(readFileSync(resolve(root, file), 'utf8')) as unknown;
  const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> };
  const { packages, faults, deprecated } = checkLock(
    read('package-lock.json') as Lock,
    allowScripts,
  );
  for (const line of faults) say(`✖ ${line}`);
  for (const line of deprecated) say(`  deprecated: ${line}`);
  if (faults.length === 0) say(`✔ package-lock.json: ${packages} packages, each with its checksum`);

  const answer = await askRegistry({ cwd: root, env: process.env });
  if (answer.type === 'answered') {
    for (const vulnerability of answer.vulnerabilities) say(describe(vulnerability));
    if (answer.vulnerabilities.length === 0)
      say("✔ npm's registry reports no known vulnerabilities");
    return faults.length + answer.vulnerabilities.length > 0 ? 1 : 0;
  }
  const error = new StackError(`could not check for known vulnerabilities: ${answer.reason}`, {
    exitCode: faults.length > 0 ? 1 : EXIT.unavailable,
    details: ["set npm's `registry` to a registry that supports npm audit"],
  });
  return reportError(error, (line) => console.error(line));
}

function describe({ name, severity, range, advisories, fix }: Vulnerability): string {
  return `✖ ${name} ${range}: ${severity}${fix ? `, fixed in ${fix}` : ''}: ${advisories.join('; ')}`;
}
