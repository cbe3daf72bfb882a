import type { Locator, Page } from 'playwright-core';

/** The parts of a panel that a person can read on its board. */
export interface ShownPanel {
  isEmpty: boolean;
  /** Whether the canvas has coloured pixels: lines, areas. Grid and axes are grey. */
  hasInk: boolean;
  /** Values of a stat or a ranking. */
  figures: { name: string; text: string }[];
  /** Series of a chart, with their calculations. */
  legend: { name: string; texts: string[] }[];
}

/** The members of an element that this file uses. Tests do not have the types of browsers. */
interface Tag {
  textContent: string | null;
  width: number;
  height: number;
  querySelector(selector: string): Tag | null;
  querySelectorAll(selector: string): Iterable<Tag>;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
}

/** Reads a panel's drawing. */
export async function readPanelOf(page: Page, { id }: { id: number }): Promise<ShownPanel> {
  const panel = page.locator(`[data-panel-id="${id}"]`);
  await untilDrawn(panel);
  return { ...(await readDrawing(panel)), isEmpty: await emptyOf(panel).isVisible() };
}

/** Scrolls to a panel, and waits until it has its drawing or shows that it has no data. */
async function untilDrawn(panel: Locator): Promise<void> {
  await panel.scrollIntoViewIfNeeded();
  const drawing = panel.locator(':is(canvas, [data-stat], [data-bar])');
  const problem = panel.getByRole('alert');
  await drawing.or(emptyOf(panel)).or(problem).first().waitFor();
  if ((await problem.count()) > 0) throw new Error(await panel.innerText());
}

function emptyOf(panel: Locator): Locator {
  return panel.locator('[data-empty]');
}

function readDrawing(panel: Locator): Promise<Omit<ShownPanel, 'isEmpty'>> {
  return panel.evaluate((element: Tag) => {
    const textOf = (one: Tag | null | undefined) => one?.textContent?.trim() ?? '';
    const all = (selector: string, of: Tag = element): Tag[] => [...of.querySelectorAll(selector)];
    return {
      hasInk: all('canvas').some((canvas) => {
        const { width, height } = canvas;
        if (width === 0 || height === 0) return false;
        const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
        for (let at = 0; at < data.length; at += 4) {
          const [red = 0, green = 0, blue = 0, opacity = 0] = data.subarray(at, at + 4);
          const chroma = Math.max(red, green, blue) - Math.min(red, green, blue);
          if (opacity > 20 && chroma > 40) return true;
        }
        return false;
      }),
      figures: [
        ...all('[data-stat]').map((stat) => {
          const [first, second] = all(':scope > p.tabular, :scope > p.truncate', stat);
          return second
            ? { name: textOf(first), text: textOf(second) }
            : { name: '', text: textOf(first) };
        }),
        ...all('[data-bar]').map((bar) => {
          const [name, text] = all(':scope > span:first-child > span', bar);
          return { name: textOf(name), text: textOf(text) };
        }),
      ],
      legend: all('table tbody tr').map((row) => ({
        name: textOf(row.querySelector('th')),
        texts: all('td', row).map(textOf),
      })),
    };
  });
}
