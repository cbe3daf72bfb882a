import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { yamlLanguage } from '@codemirror/lang-yaml';
import type { Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import { complete, describeAt } from '../complete.ts';
import type { SchemaNode } from '../schema-at.ts';

/** Completion and hover descriptions from the workflow schema; none until it is loaded. */
export function assistance(schema: () => SchemaNode | null): Extension {
  return [
    yamlLanguage.data.of({
      autocomplete: (context: CompletionContext) => source(context, schema()),
    }),
    hoverTooltip((view, position) => {
      const root = schema();
      const word = view.state.wordAt(position);
      const text = root && word && describeAt(view.state.doc.toString(), word.to, root);
      if (!text || !word) return null;
      return {
        pos: word.from,
        end: word.to,
        above: true,
        create: () => ({ dom: paragraph(text) }),
      };
    }),
  ];
}

function source(context: CompletionContext, root: SchemaNode | null): CompletionResult | null {
  if (root === null) return null;
  const suggested = complete(context.state.doc.toString(), context.pos, root);
  if (suggested === null) return null;
  const { from, options } = suggested;
  const typed = context.state.sliceDoc(from, context.pos);
  // If the word is complete, Enter begins a new line.
  if (!context.explicit && options.some(({ label }) => label === typed)) return null;
  return { from, options, validFor: /^[\w-]*$/ };
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}
