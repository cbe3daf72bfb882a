import { yaml } from '@codemirror/lang-yaml';
import { indentUnit, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter } from '@codemirror/lint';
import { indentWithTab } from '@codemirror/commands';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { tags } from '@lezer/highlight';

/** A YAML editor. Tab leaves the editor; after Ctrl-M, it indents. */
export function editable(label: string): Extension {
  return [
    basicSetup,
    keymap.of([indentWithTab]),
    lintGutter(),
    typeOverLines,
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-describedby': 'editor-help',
      tabindex: '0',
    }),
    language,
    words(),
  ];
}

/** A read-only text. It takes the focus, so that keys scroll it. */
export function readable(label: string): Extension {
  return [
    basicSetup,
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-readonly': 'true',
      tabindex: '0',
    }),
    language,
    words(),
  ];
}

/**
 * Replaces a selection of several lines by hand: Chromium would add an inline style to the merged line, and the content
 * security policy forbids inline styles.
 */
const typeOverLines = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { state } = view;
    const { from, to } = state.selection.main;
    if (event.inputType !== 'insertText' || !event.data) return false;
    if (state.doc.lineAt(from).number === state.doc.lineAt(to).number) return false;
    view.dispatch(state.replaceSelection(event.data), { userEvent: 'input.type' });
    event.preventDefault();
    return true;
  },
});

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

const theme: Extension = [frame, syntaxHighlighting(highlighting)];

const language: Extension = [yaml(), indentUnit.of('  '), EditorView.lineWrapping, theme];

/** Translates CodeMirror's labels. */
function words(): Extension {
  return EditorState.phrases.of({
    'Fold line': 'Fold the lines',
    'Unfold line': 'Unfold the lines',
  });
}
