import type { Variable } from '@aio/platform/environment';
import { optionalText, url } from '@aio/platform/variables';

/** Keys that Compose and `npm start` set for a simulated vendor. */
const SIMULATED_KEYS = ['simulated', 'simulated-key'];
const LOOPBACK = /^(localhost|127\..+|0\.0\.0\.0|\[::1?\])$/;

const REFUSAL = 'the simulator is for development';

/** A vendor's API key; null = steps that call the vendor fail. */
export function vendorKey(name: string): Variable<string | null> {
  return optionalText(name, {
    secret: true,
    refuseInProduction: (given) =>
      given !== null && SIMULATED_KEYS.includes(given)
        ? `${REFUSAL}; set the vendor's key, or leave it out`
        : null,
  });
}

/** Address of a vendor, or of your gateway to it. */
export function vendorUrl(name: string, fallback: string): Variable<string> {
  return url(name, {
    protocols: ['http', 'https'],
    fallback,
    refuseInProduction: (given) =>
      namesSimulator(new URL(given))
        ? `${REFUSAL}; leave it out to use the vendor's address, or set the address of your gateway, which must not be loopback`
        : null,
  });
}

/** `npm start` may choose any port of this machine. */
function namesSimulator({ hostname }: URL): boolean {
  return hostname.includes('simulator') || LOOPBACK.test(hostname);
}
