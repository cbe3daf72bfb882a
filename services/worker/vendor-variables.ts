import type { Variable } from '@aio/platform/environment';
import { optionalText, url } from '@aio/platform/variables';

/** What `npm start` and Compose give for a vendor that is simulated. */
const SIMULATED_KEY = 'simulated';
const SIMULATOR_PORT = '8090';
const LOOPBACK = /^(localhost|127\..+|0\.0\.0\.0|\[::1?\])$/;

const REFUSAL = 'the simulator is for development';

/** The key of a vendor of language models; null = steps that ask it fail. */
export function vendorKey(name: string): Variable<string | null> {
  return optionalText(name, {
    secret: true,
    refuseInProduction: (given) =>
      given === SIMULATED_KEY ? `${REFUSAL}; set the vendor's key, or leave it out` : null,
  });
}

/** Where a vendor, or a gateway of one's own, is asked. */
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
