import { tabOf } from '~/run/tabs';

/** The selected view of the run. */
export const useRunTab = () => useTab(tabOf);
