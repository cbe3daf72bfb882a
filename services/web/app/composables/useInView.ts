import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** Begins a little before an element is scrolled to, so that it is filled by then. */
const MARGIN = '200px';

/** Whether an element is on the screen, or nearly. */
export function useInView(element: Readonly<Ref<HTMLElement | null>>): Ref<boolean> {
  const isInView = ref(false);
  let observer: IntersectionObserver | undefined;
  onMounted(() => {
    if (!element.value) return;
    observer = new IntersectionObserver(
      (entries) => (isInView.value = entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: MARGIN },
    );
    observer.observe(element.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
  return isInView;
}
