/**
 * `npm run observe:board -- <uid> [--url <prometheus>] [--minutes <N>]`: the panels of a board with their current values,
 * minimum, maximum and trend of the last 30 (or N) minutes, in the terminal. Without a uid, lists the boards. Default URL:
 * Prometheus of `npm start`.
 */

import { PORTS } from '@aio/stack/ports';
import { EXIT, reportError, StackError } from '@aio/stack/stack-error';
import { parseArgs } from 'node:util';
import { withoutStack } from '../without-stack.ts';
import { LOOK_BACK_MINUTES, listBoards, showBoard } from '../show-board.ts';

const DEFAULT_URL = `http://localhost:${PORTS.prometheus}`;

try {
  for (const line of await main(process.argv.slice(2))) console.log(line);
} catch (error) {
  process.exitCode = reportError(withoutStack(error), (line) => console.error(line));
}

async function main(args: readonly string[]): Promise<string[]> {
  const { uid, url, minutes } = readArguments(args);
  return uid === undefined ? listBoards() : showBoard(uid, url, minutes);
}

interface Asked {
  uid: string | undefined;
  url: string;
  minutes: number;
}

function readArguments(args: readonly string[]): Asked {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string', default: DEFAULT_URL },
        minutes: { type: 'string', default: String(LOOK_BACK_MINUTES) },
      },
      allowPositionals: true,
    });
    const url = URL.parse(values.url);
    if (!url?.protocol.startsWith('http'))
      throw new Error(`--url ${values.url} is not an http(s) URL`);
    if (positionals.length > 1) throw new Error(`Name one board, not ${positionals.join(' ')}`);
    const minutes = Number(values.minutes);
    if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes} is not a number above 0`);
    return { uid: positionals[0], url: values.url.replace(/\/+$/, ''), minutes };
  } catch (cause) {
    throw new StackError((cause as Error).message, { exitCode: EXIT.usage, cause });
  }
}
