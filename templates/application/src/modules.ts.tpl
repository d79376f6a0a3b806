import { webModule } from '@daemonry/modules/web';
import type { ContainerModule } from 'inversify';

import { guestBookModule } from '../modules/guest_book';
// daemonry:imports

/** The modules of this application: new ones on each call, since each test creates an application of its own. */
export const modules = (): ContainerModule[] => [
  webModule(),
  guestBookModule(),
  // daemonry:modules
];
