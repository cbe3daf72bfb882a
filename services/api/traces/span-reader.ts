import { decodeOtlpSpans, type OtlpRequest, type ReceivedSpan } from '@aio/runtime/otlp/otlp-json';

type OfResource = NonNullable<OtlpRequest['resourceSpans']>[number];
type OfScope = NonNullable<OfResource['scopeSpans']>[number];

/** Brackets that are open in `{"result":{"resourceSpans":[{"scopeSpans":[{"spans":[{`. Nothing else opens these. */
const IN_RESOURCE = '{{[{';
const IN_SCOPES = '{{[{[';
const IN_SCOPE = '{{[{[{';
const IN_SPANS = '{{[{[{[';
const IN_SPAN = '{{[{[{[{';

const [QUOTE, BACKSLASH] = Buffer.from('"\\');
const OPENING = new Map(Array.from('{[', (bracket) => [bracket.charCodeAt(0), bracket]));
const CLOSING = new Set(Buffer.from('}]'));

/**
 * Takes the spans out of Jaeger's answer while it arrives, so that no turn of the event loop parses a whole trace, and
 * the answer may be cut anywhere. Like protobuf's JSON, it must name `resource` and `scope` before their spans.
 * @returns the spans that end in this part; a malformed part throws
 */
export function createSpanReader(): (part: Uint8Array) => ReceivedSpan[] {
  /** From the beginning of the resource, scope or span under way. */
  let text = Buffer.alloc(0);
  let isInText = false;
  let isEscaped = false;
  let depth = 0;
  let open = '';
  let resource: OfResource = {};
  let scope: OfScope = {};

  return (part) => {
    let at = text.length;
    let start = 0;
    text = Buffer.concat([text, part]);
    const spans: ReceivedSpan[] = [];
    const parse = (end: string): unknown => JSON.parse(text.toString('utf8', start, at + 1) + end);

    function opened(bracket: string): void {
      depth += 1;
      if (depth > IN_SPAN.length) return;
      open += bracket;
      if (open === IN_SCOPES) resource = parse(']}') as OfResource;
      else if (open === IN_SPANS) scope = parse(']}') as OfScope;
      else if (open === IN_RESOURCE || open === IN_SCOPE || open === IN_SPAN) start = at;
    }

    function closed(): void {
      if (open === IN_SPAN && depth === IN_SPAN.length) {
        const span = parse('') as NonNullable<OfScope['spans']>[number];
        const scopeSpans = [{ ...scope, spans: [span] }];
        spans.push(...decodeOtlpSpans({ resourceSpans: [{ ...resource, scopeSpans }] }));
      }
      if (depth <= IN_SPAN.length) open = open.slice(0, -1);
      depth -= 1;
    }

    for (; at < text.length; at += 1) {
      const byte = text[at]!;
      if (isEscaped) isEscaped = false;
      else if (isInText && byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) isInText = !isInText;
      else if (!isInText) {
        const bracket = OPENING.get(byte);
        if (bracket !== undefined) opened(bracket);
        else if (CLOSING.has(byte)) closed();
      }
    }
    text = text.subarray(start);
    return spans;
  };
}
