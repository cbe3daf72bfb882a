import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { readArguments } from './read-arguments.ts';
import { EXIT, reportError, StackError } from './stack-error.ts';
import { formatTable } from './start/progress.ts';
import { SETTINGS, type Setting } from './test-run/settings.ts';
import { USAGES } from './usage.mjs';

/** `npm run test:matrix`: runs the core suite on each topology in turn. Exit code 1: one failed. */
const root = resolve(import.meta.dirname, '..');
const say = (line: string) => console.log(line);
let running: ReturnType<typeof spawn> | undefined;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    running?.kill(signal);
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportError(error, say);
}

async function main(args: readonly string[]): Promise<number> {
  const { only, list, paths } = readOptions(args);
  const settings = choose(only);
  if (list) {
    for (const line of formatTable(settings.map(({ name, what }) => [name, what]))) say(line);
    return 0;
  }
  const rows: [string, string][] = [];
  let passed = true;
  for (const setting of settings) {
    if (interrupted) break;
    say(`\n${setting.name}: ${setting.what}`);
    const startedAt = performance.now();
    const { code, counts } = await runTests(setting, paths);
    const minutes = (performance.now() - startedAt) / 60_000;
    passed &&= code === 0;
    rows.push([setting.what, `${code === 0 ? '✔' : '✖'} ${counts}, ${minutes.toFixed(1)} min`]);
  }
  say('');
  for (const line of formatTable(rows)) say(line);
  return passed && !interrupted ? 0 : 1;
}

/** @returns the exit code, and the tests' last line, which has the counts */
async function runTests(setting: Setting, paths: readonly string[]) {
  const child = spawn(
    process.execPath,
    [join(root, 'tools/test.ts'), ...(paths.length > 0 ? paths : setting.paths)],
    { cwd: root, env: { ...process.env, ...setting.env }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  running = child;
  const exited = new Promise<number>((done) => child.once('exit', (code) => done(code ?? 1)));
  let counts = 'nothing';
  for await (const line of createInterface({ input: child.stdout })) {
    say(line);
    if (line.trim() !== '') counts = line;
  }
  return { code: await exited, counts };
}

function choose(only: string): readonly Setting[] {
  if (only === '') return SETTINGS;
  return only.split(',').map((name) => {
    const found = SETTINGS.find((setting) => setting.name === name.trim());
    if (found !== undefined) return found;
    const known = SETTINGS.map((setting) => setting.name).join(', ');
    throw new StackError(`unknown setting "${name}", expected one of ${known}`, {
      exitCode: EXIT.usage,
    });
  });
}

function readOptions(args: readonly string[]) {
  const { values, positionals } = readArguments(
    args,
    { allowPositionals: true, options: { only: { type: 'string' }, list: { type: 'boolean' } } },
    USAGES.matrix,
  );
  return { only: values.only ?? '', list: values.list ?? false, paths: positionals };
}
