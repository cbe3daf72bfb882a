import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The colours of the page's theme. */
const frame = EditorView.theme({
  '&': { fontSize: '12px', backgroundColor: 'var(--ui-bg)', color: 'var(--ui-text)' },
  '&.cm-focused': { outline: '2px solid var(--ui-primary)' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--ui-text-highlighted)' },
  '.cm-cursor': { borderLeftColor: 'var(--ui-text-highlighted)' },
  '.cm-gutters': {
    backgroundColor: 'var(--ui-bg)',
    color: 'var(--ui-text-muted)',
    borderRight: '1px solid var(--ui-border)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-activeLineGutter': { color: 'var(--ui-text-highlighted)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'color-mix(in srgb, var(--ui-primary) 25%, transparent)' },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--ui-bg-elevated)',
    color: 'var(--ui-text)',
    border: '1px solid var(--ui-border-accented)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--ui-primary)',
    color: 'var(--ui-bg)',
  },
  '.cm-completionInfo, .cm-tooltip-hover': { maxWidth: '24rem', padding: '6px 8px' },
  '.cm-panels input, .cm-panels button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--ui-bg)',
    color: 'var(--ui-text)',
    border: '1px solid var(--ui-border-accented)',
  },
});

const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--ui-primary)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ui-success)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--ui-warning)' },
  { tag: tags.comment, color: 'var(--ui-text-muted)', fontStyle: 'italic' },
  { tag: [tags.labelName, tags.typeName], color: 'var(--ui-info)' },
]);

export const theme: Extension = [frame, syntaxHighlighting(highlighting)];
