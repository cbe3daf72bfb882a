import { isJson } from './edits.ts';
import { readDefinitionText } from './definition-text.ts';

/** Formats a definition and keeps comments. @returns null if the text is empty or has syntax errors */
export function formatDefinition(text: string): string | null {
  const { document, faults } = readDefinitionText(text);
  if (faults.length > 0 || document.contents === null) return null;
  if (isJson(text) && document.commentBefore === null && document.comment === null) {
    try {
      return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
    } catch {
      // Flow YAML that only looks like JSON.
    }
  }
  return document.toString({ lineWidth: 100, indentSeq: true });
}
