import type { Variable } from '@aio/platform/environment';
import { optionalText, url } from '@aio/platform/variables';

/** The key that `npm start` and Compose set for a simulated vendor. */
const SIMULATED_KEY = 'simulated';
const SIMULATOR_PORT = '8090';
const LOOPBACK = /^(localhost|127\..+|0\.0\.0\.0|\[::1?\])$/;

const REFUSAL = 'the simulator is for development';

/** A vendor's API key; null = steps that call the vendor fail. */
export function vendorKey(name: string): Variable<string | null> {
  return optionalText(name, {
    secret: true,
    refuseInProduction: (given) =>
      given === SIMULATED_KEY ? `${REFUSAL}; set the vendor's key, or leave it out` : null,
  });
}

/** Address of a vendor, or of your gateway to it. */
export function vendorUrl(name: string, fallback: string): Variable<string> {
  return url(name, {
    protocols: ['http', 'https'],
    fallback,
    refuseInProduction: (given) =>
      namesSimulator(new URL(given))
        ? `${REFUSAL}; leave it out to use the vendor's address, or set the address of your gateway`
        : null,
  });
}

function namesSimulator({ hostname, port }: URL): boolean {
  return hostname.includes('simulator') || (LOOPBACK.test(hostname) && port === SIMULATOR_PORT);
}
