#!/usr/bin/env node
/** `slo generate slos.yaml`: objectives of any service as rules of Prometheus, their tests, and thresholds of k6. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createSlos } from './define-slos.ts';
import { readSlos } from './read-slos.ts';

const USAGE = `slo generate <file.yaml> [--out <folder>]

Writes, to the folder of the file or to <folder>:
  <file>.rules.yml       recording rules and burn-rate alerts:  promtool check rules <file>.rules.yml
  <file>.rules.test.yml  tests of the alerts:                   promtool test rules <file>.rules.test.yml
  <file>.k6.json         the option \`thresholds\` of a k6 script, if an objective has \`k6\`
`;

/** @returns paths of the written files */
function generate(file: string, folder: string): string[] {
  const { slos, annotations } = readSlos(readFileSync(file, 'utf8'));
  const made = createSlos(slos, {
    annotations: ({ name }) =>
      Object.fromEntries(
        Object.entries(annotations).map(([key, text]) => [key, text.replaceAll('{alert}', name)]),
      ),
  });
  const base = basename(file).replace(/\.ya?ml$/, '');
  const thresholds = made.k6Thresholds();
  const header = `# Generated from ${basename(file)} by \`slo generate\`. Do not edit.\n`;
  const texts = {
    [`${base}.rules.yml`]: header + made.ruleFile(),
    [`${base}.rules.test.yml`]: header + made.ruleTests(`${base}.rules.yml`),
    ...(Object.keys(thresholds).length > 0 && {
      [`${base}.k6.json`]: `${JSON.stringify(thresholds, null, 2)}\n`,
    }),
  };
  mkdirSync(folder, { recursive: true });
  return Object.entries(texts).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { out: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  const [command, file, ...more] = positionals;
  if (values.help) return void process.stdout.write(USAGE);
  if (command !== 'generate' || file === undefined || more.length > 0) {
    process.exitCode = 2;
    return void process.stderr.write(USAGE);
  }
  try {
    for (const path of generate(file, values.out ?? dirname(resolve(file)))) console.log(path);
  } catch (error) {
    process.exitCode = 1;
    const lines = (error as Error).message.split('\n');
    console.error(lines.map((line) => `${file}: ${line}`).join('\n'));
  }
}

main();
