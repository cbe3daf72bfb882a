import { ref, shallowRef } from 'vue';
import type { OutsideEvent } from '#shared/api';
import { callApi } from '~/api/call-api';
import { readPayload } from '~/events/read-payload';

/** The form that sends an event: the typed payload, its fault, and the sent event. */
export function useSendEvent(target: () => { name: string; key: string }) {
  const payload = ref('');
  const fault = ref<string | null>(null);
  const sent = shallowRef<OutsideEvent | null>(null);

  const send = useAction(async () => {
    sent.value = null;
    const read = readPayload(payload.value);
    fault.value = 'fault' in read ? read.fault : null;
    if ('fault' in read) return;
    const body = { ...target(), payload: read.value };
    sent.value = await callApi<OutsideEvent>('/events', { method: 'POST', body });
  });
  return { payload, fault, sent, send };
}
