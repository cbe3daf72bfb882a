const LONGEST = 60;

/**
 * The text of the clicked button, tab or menu item. It omits `translate=no`: words of people and
 * workflows.
 */
export function wordsOf(target: EventTarget | null): string {
  if (!(target instanceof Element)) return '';
  const widget = target.closest('button, [role=button], [role=tab], [role=menuitem]');
  if (widget === null) return '';
  const copy = widget.cloneNode(true) as Element;
  for (const theirs of copy.querySelectorAll('[translate=no]')) theirs.remove();
  return (copy.textContent ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST);
}
