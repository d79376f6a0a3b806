import { webModule } from '@daemonry/modules/web';
import type { ContainerModule } from 'inversify';

import { guestBookModule } from '../modules/guest_book';
// daemonry:imports

/** The modules of this application, made anew for each: tests make many. */
export const modules = (): ContainerModule[] => [
  webModule(),
  guestBookModule(),
  // daemonry:modules
];
