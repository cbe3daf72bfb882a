import { tabOf } from '~/run/tabs';

/** Which view of the run is shown. */
export const useRunTab = () => useTab(tabOf);
