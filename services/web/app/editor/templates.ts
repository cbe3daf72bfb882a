import { readDefinitionText, rangeOf } from './definition-text.ts';

/** Templates of a new definition; their labels are `editor.skeletons.<name>`. */
export const SKELETONS = {
  chain: `name: my-chain
description: One step after another
input:
  type: object
  required: [who]
  properties:
    who: { type: string, title: Who to greet }
  examples: [{ who: Ada }]
steps:
  greet:
    type: transform
    with:
      value: \${{ 'Hello, ' + input.who }}
  shout:
    type: transform
    needs: [greet]
    with:
      value: \${{ steps.greet.output.upperAscii() }}
output: \${{ steps.shout.output }}
`,
  fanOut: `name: my-fan-out
description: The same work for each item, then one result
input:
  type: object
  required: [names]
  properties:
    names: { type: array, items: { type: string }, title: Who to greet }
  examples: [{ names: [Ada, Grace, Mary] }]
steps:
  each:
    type: map
    over: \${{ input.names }}
    concurrency: 4
    step:
      type: transform
      with:
        value: \${{ 'Hello, ' + item }}
  together:
    type: transform
    needs: [each]
    with:
      value: \${{ join(steps.each.output, ', ') }}
output: \${{ steps.together.output }}
`,
  approval: `name: my-approval
description: A person approves before the run continues
input:
  type: object
  required: [what]
  properties:
    what: { type: string, title: Request }
  examples: [{ what: A new laptop }]
steps:
  decide:
    type: approval
    with:
      message: \${{ input.what }}?
  note:
    type: transform
    needs: [decide]
    with:
      value: \${{ steps.decide.output.by + ' agreed' }}
output: \${{ steps.note.output }}
`,
} as const;

export type Skeleton = keyof typeof SKELETONS;

/** Renames a definition to `my-<name>`, so that saving it makes another workflow. */
export function copyOf(source: string): string {
  const { document } = readDefinitionText(source);
  const range = rangeOf(document.get('name', true));
  const name = document.get('name');
  if (!range || typeof name !== 'string') return source;
  const quote = /^["']/.exec(source.slice(range[0]))?.[0] ?? '';
  const renamed = `${quote}${`my-${name}`.slice(0, 63)}${quote}`;
  return source.slice(0, range[0]) + renamed + source.slice(range[1]);
}
