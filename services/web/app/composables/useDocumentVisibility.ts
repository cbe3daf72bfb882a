import { onScopeDispose, ref, type Ref } from 'vue';

/** Whether anybody can see the page. */
export function useDocumentVisibility(): Ref<boolean> {
  const isVisible = ref(document.visibilityState === 'visible');
  const update = (): void => {
    isVisible.value = document.visibilityState === 'visible';
  };
  document.addEventListener('visibilitychange', update);
  onScopeDispose(() => document.removeEventListener('visibilitychange', update));
  return isVisible;
}
