import { webModule } from '@daemonry/modules/web';
import type { ApplicationModule } from 'daemonry';

import { guestBookModule } from '../modules/guest_book';
// daemonry:imports

/** The modules of this application: the process and the tests start from the same. */
export const modules = (): ApplicationModule[] => [
  webModule(),
  guestBookModule(),
  // daemonry:modules
];
