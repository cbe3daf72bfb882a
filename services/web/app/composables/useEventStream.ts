import { useDocumentVisibility } from '@vueuse/core';
import { onScopeDispose, ref, watch, type Ref } from 'vue';

export interface EventStreamOptions {
  /** The address to connect to; null = don't connect. Each connect calls it, so it can carry a position. */
  url: () => string | null;
  types: readonly string[];
  /** Called with the data of events, every 100 ms at most, because each change draws the page. */
  onEvents: (data: string[]) => void;
  /** Called after each connect, because events may have been missed. */
  onOpen?: () => void;
}

const RECONNECT_AFTER_MS = 2000;
/** The API sends an event every 5 s at least. */
const SILENT_AFTER_MS = 12_000;
const DELIVER_AFTER_MS = 100;

/**
 * Server-sent events that reconnect, even after an answer such as 502, at which EventSource gives
 * up, and after a silence. A hidden page closes its stream: browsers allow six connections to a server, and forgotten
 * tabs would use them up.
 */
export function useEventStream(options: EventStreamOptions): { isOpen: Ref<boolean> } {
  const isOpen = ref(false);
  const visibility = useDocumentVisibility();
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const arrived: string[] = [];
  const deliverSoon = useRefreshSoon(
    async () => options.onEvents(arrived.splice(0)),
    DELIVER_AFTER_MS,
  );

  function disconnect(): void {
    clearTimeout(retry);
    clearTimeout(silence);
    source?.close();
    source = null;
    isOpen.value = false;
  }

  function reconnectSoon(): void {
    disconnect();
    retry = setTimeout(connect, RECONNECT_AFTER_MS);
  }

  function hear(): void {
    clearTimeout(silence);
    silence = setTimeout(reconnectSoon, SILENT_AFTER_MS);
  }

  function connect(): void {
    disconnect();
    const url = visibility.value === 'visible' ? options.url() : null;
    if (url === null) return;
    source = new EventSource(url);
    hear();
    source.addEventListener('heartbeat', hear);
    source.addEventListener('open', () => {
      hear();
      isOpen.value = true;
      options.onOpen?.();
    });
    // The browser would reconnect to the old address; this one has the current position.
    source.addEventListener('error', reconnectSoon);
    for (const type of options.types) {
      source.addEventListener(type, ({ data }: MessageEvent<string>) => {
        hear();
        arrived.push(data);
        deliverSoon();
      });
    }
  }

  // Not `visibility` itself: in a list with a shallow ref, Vue calls back at each change of what any source reads, and
  // `url` reads the run, which each event changes.
  watch([() => options.url() === null, () => visibility.value], connect, { immediate: true });
  onScopeDispose(disconnect);
  return { isOpen };
}
