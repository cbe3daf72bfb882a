/**
 * `npm run observe:trace -- <trace id> [--url <jaeger>]`: a trace as a tree with durations, from Jaeger's query API. The
 * run's page and the API (`traceId`) show the trace id. Default URL: Jaeger or the trace store of `npm start`.
 */

import { decodeOtlpSpans, type OtlpRequest } from '@aio/runtime/otlp/otlp-json';
import { PORTS } from '@aio/tools/process/ports';
import { EXIT, reportError, StackError } from '@aio/tools/stack-error';
import { parseArgs } from 'node:util';
import { printTrace } from '../print-trace.ts';

const DEFAULT_URL = `http://localhost:${PORTS.jaegerUi}`;

try {
  for (const line of await main(process.argv.slice(2))) console.log(line);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

async function main(args: readonly string[]): Promise<string[]> {
  const { traceId, url } = readArguments(args);
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

function readArguments(args: readonly string[]): { traceId: string; url: string } {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { url: { type: 'string', default: DEFAULT_URL } },
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
