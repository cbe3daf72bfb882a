import { StackError } from '@aio/tools/stack-error';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../project.ts';
import type { Outcome } from '../report.ts';

const BLOCKS = /^ *```(\w*)\n([^]*?)^ *```$/gm;
const SPANS = /`((?:docker compose|curl) [^`]+)`/g;
const PSQL = 'docker compose exec -T api psql -v ON_ERROR_STOP=1';
/** Needs an argument that only an incident has. */
const PLACEHOLDER = /<[a-zA-Z ]+>/;

interface Command {
  runbook: string;
  line: string;
  input?: string;
}

/** Runs every command of the runbooks as it stands there, and their SQL with `psql`. */
export async function tryRunbooks({ docker }: Project, root: string): Promise<Outcome> {
  const folder = join(root, 'observability/runbooks');
  const commands = readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .flatMap((runbook) =>
      commandsIn(readFileSync(join(folder, runbook), 'utf8')).map((one) => ({ runbook, ...one })),
    );
  const failures: string[] = [];
  for (const { runbook, line, input } of commands) {
    const { code, output } = await docker.shell(line, input === undefined ? {} : { input });
    if (code !== 0) failures.push(`${runbook}: ${line}: exit code ${code}: ${output.trim()}`);
  }
  if (failures.length > 0)
    throw new StackError(`${failures.length} of ${commands.length} failed`, { details: failures });
  return { note: `${commands.length} commands`, shown: commands.map(describe) };
}

function describe({ runbook, line, input }: Command): string {
  return `${runbook}: ${input === undefined ? line : input.replaceAll(/\s+/g, ' ').slice(0, 80)}`;
}

function commandsIn(markdown: string): Omit<Command, 'runbook'>[] {
  const inBlocks: Omit<Command, 'runbook'>[] = [...markdown.matchAll(BLOCKS)].flatMap(
    ([, kind, text = '']) => {
      if (kind === 'sql') return [{ line: PSQL, input: text }];
      return kind === 'promql' ? [] : text.split('\n').map((line) => ({ line: line.trim() }));
    },
  );
  const inText: Omit<Command, 'runbook'>[] = [
    ...markdown.replaceAll(BLOCKS, '').matchAll(SPANS),
  ].map(([, line = '']) => ({
    line,
  }));
  return [...inBlocks, ...inText]
    .filter(({ line, input = '' }) => line !== '' && !PLACEHOLDER.test(line + input))
    .map((command) => ({ ...command, line: withoutSearch(command.line) }));
}

/** The event of an incident is in no log, and grep would fail. */
function withoutSearch(line: string): string {
  return line.replace(/ \| grep \S+$/, '');
}
