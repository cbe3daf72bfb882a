import { yaml } from '@codemirror/lang-yaml';
import { indentUnit } from '@codemirror/language';
import { lintGutter } from '@codemirror/lint';
import { indentWithTab } from '@codemirror/commands';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { t } from '../../text/i18n.ts';
import { theme } from './theme.ts';

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

const language: Extension = [yaml(), indentUnit.of('  '), EditorView.lineWrapping, theme];

/** Translates CodeMirror's labels. */
function words(): Extension {
  return EditorState.phrases.of({
    'Fold line': t('editor.fold'),
    'Unfold line': t('editor.unfold'),
  });
}
