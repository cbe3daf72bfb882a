import { isJson } from './edits.ts';
import { readDefinitionText } from './definition-text.ts';

/** Indents evenly and keeps comments. @returns null while the text is no YAML */
export function formatDefinition(text: string): string | null {
  const { document, faults } = readDefinitionText(text);
  if (faults.length > 0 || document.contents === null) return null;
  if (isJson(text) && document.commentBefore === null && document.comment === null) {
    try {
      return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
    } catch {
      // Flow YAML, which looks like JSON.
    }
  }
  return document.toString({ lineWidth: 100, indentSeq: true });
}
