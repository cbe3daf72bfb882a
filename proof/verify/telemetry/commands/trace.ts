/**
 * `npm run observe:trace -- <trace id> [--url <jaeger>]`: a trace as a tree with durations, from Jaeger's query API. The
 * run's page and the API (`traceId`) show the trace id. Default URL: Jaeger or the trace store of the running `npm start`.
 */

import { decodeOtlpSpans, type OtlpRequest } from '@aio/runtime/otlp/otlp-json';
import { portsOfRunning } from '@aio/tools/start/run-record';
import { EXIT, reportError, StackError } from '@aio/tools/stack-error';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { printTrace } from '../print-trace.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  for (const line of await main(argv.slice(2), resolve(ROOT, env.AIO_DATA_DIR || '.aio')))
    console.log(line);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

async function main(args: readonly string[], dataDir: string): Promise<string[]> {
  const { traceId, url } = readArguments(args, dataDir);
  let response: Response;
  try {
    response = await fetch(`${url}/api/v3/traces/${traceId}`, {
      signal: AbortSignal.timeout(10_000),
    });
  } catch {
    throw new StackError(`No Jaeger or trace store answers at ${url}.`);
  }
  if (response.status === 404) throw new StackError(`${url} has no trace ${traceId}.`);
  if (!response.ok) throw new StackError(`${url} answered ${response.status}.`);
  const { result } = (await response.json()) as { result: OtlpRequest };
  return printTrace(decodeOtlpSpans(result));
}

function readArguments(args: readonly string[], dataDir: string): { traceId: string; url: string } {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string', default: `http://localhost:${portsOfRunning(dataDir).jaegerUi}` },
      },
      allowPositionals: true,
    });
    const [traceId, ...others] = positionals;
    if (!/^[0-9a-f]{32}$/.test(traceId ?? '') || others.length > 0)
      throw new Error('Give one trace id: 32 hexadecimal digits.');
    return { traceId: traceId!, url: values.url };
  } catch (cause) {
    throw new StackError((cause as Error).message, { exitCode: EXIT.usage, cause });
  }
}
