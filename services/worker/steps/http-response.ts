import { LONG_OUTPUT_BYTES } from '@aio/core/definition/limits';
import { parseJson } from '@aio/core/json/parse-json';
import type { Dispatcher } from 'undici';
import { StepError } from '@aio/core/run/step-outcome';

/** Names in lower case. Repeated headers are joined by commas. */
export type HttpHeaders = Record<string, string>;

export function flattenHeaders(headers: Dispatcher.ResponseData['headers']): HttpHeaders {
  const flat: HttpHeaders = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

/**
 * Reads a body as text, up to `maxBytes`. It stops reading a long body until there is a place for it.
 * @throws StepError `response_too_large` (not retryable), and errors of the connection
 */
export async function readText(
  response: Dispatcher.ResponseData,
  headers: HttpHeaders,
  { maxBytes, takePlace }: { maxBytes: number; takePlace: () => Promise<void> },
): Promise<string> {
  const announced = Number(headers['content-length'] ?? 0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    if (announced > maxBytes) throw tooLarge(maxBytes);
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      if (bytes > LONG_OUTPUT_BYTES) await takePlace();
      chunks.push(chunk);
    }
  } catch (error) {
    response.body.on('error', () => {}).destroy();
    throw error;
  }
  return decoderFor(headers['content-type']).decode(Buffer.concat(chunks));
}

/**
 * Parses a body if its content type is JSON; otherwise returns the text.
 * @throws StepError `bad_response`
 */
export function parseBody(text: string, headers: HttpHeaders): unknown {
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    throw badResponse(
      `The answer has the content encoding ${headers['content-encoding']}, which AIO did not ask for.`,
    );
  if (!isJson(headers['content-type']) || text === '') return text;
  try {
    return parseJson(text);
  } catch (error) {
    const why = (error as Error).message;
    throw badResponse(`The answer has a JSON content type but is not valid JSON: ${why}.`, error);
  }
}

function isJson(contentType = ''): boolean {
  return /^application\/(json|[\w.+-]+\+json)\b/i.test(contentType.trim());
}

function decoderFor(contentType = ''): InstanceType<typeof TextDecoder> {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

function tooLarge(maxBytes: number): StepError {
  return new StepError('response_too_large', `The answer is longer than ${maxBytes} bytes.`, {
    retryable: false,
    details: { maxBytes },
  });
}

/** Retryable, because another attempt may get a whole body. */
function badResponse(message: string, cause?: unknown): StepError {
  return new StepError('bad_response', message, { retryable: true, cause });
}
