import { type LogFilter, type LogLine, isAskedFor, readJsonLine } from '@aio/query/log-lines';
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Lines that match the filter in the log folder of `npm start`, oldest first. */
export async function readLogFolder(folder: string, filter: LogFilter): Promise<LogLine[]> {
  const files = readdirSync(folder).filter((name) => /^(api|worker)\b.*\.log$/.test(name));
  const found = await Promise.all(
    files.map((file) => readLogStream(createReadStream(join(folder, file)), filter)),
  );
  return found.flat().toSorted((a, b) => a.time - b.time);
}

/** The same from a stream, e.g. the output of `docker compose logs` or `kubectl logs`. */
export async function readLogStream(stream: Readable, filter: LogFilter): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
    const line = readJsonLine(text);
    if (line !== undefined && isAskedFor(line, filter)) found.push(line);
  }
  return found.toSorted((a, b) => a.time - b.time);
}
