import { useElementSize, useLocalStorage } from '@vueuse/core';
import { computed, type Ref } from 'vue';

/** Width of the page's content in pixels from which timeline and graph fit side by side. */
const ROOM = 1280;

/** Whether the timeline has the graph beside it: there is room, and nobody has closed it in this browser. */
export function useGraphBeside(content: Readonly<Ref<HTMLElement | null>>) {
  const { width } = useElementSize(content);
  const isWanted = useLocalStorage('aio-graph-beside', true);
  const hasRoom = computed(() => width.value >= ROOM);
  return { hasRoom, isWanted, isShown: computed(() => hasRoom.value && isWanted.value) };
}
