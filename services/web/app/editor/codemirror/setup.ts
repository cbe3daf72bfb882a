import { yaml } from '@codemirror/lang-yaml';
import { indentUnit } from '@codemirror/language';
import { lintGutter } from '@codemirror/lint';
import { indentWithTab } from '@codemirror/commands';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { t } from '../../text/i18n.ts';
import { theme } from './theme.ts';

/** An editor of YAML. Tab leaves it, until Ctrl-M lets it indent. */
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

/** A text that is only read; it takes the focus, so that keys scroll it. */
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
 * Chromium styles the line that it makes when somebody types over several of them, which the page's
 * policy reports. So this replaces them itself.
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

/** What the editor says itself. */
function words(): Extension {
  return EditorState.phrases.of({
    'Fold line': t('editor.fold'),
    'Unfold line': t('editor.unfold'),
  });
}
